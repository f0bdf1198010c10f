package admin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/identity"
	"amparo/internal/web/staff/stafftest"
)

// needs is what a page asks for: a change to people, a look at them, the log, or a part in the rules.
func needs(pattern string) access.Action {
	switch {
	case strings.HasSuffix(pattern, "/adopt"), strings.HasSuffix(pattern, "/decline"):
		return access.RulesAdopt
	case strings.HasSuffix(pattern, "/propose"), strings.HasSuffix(pattern, "/withdrawal"), strings.HasSuffix(pattern, "/take-back"):
		return access.RulesPropose
	case strings.Contains(pattern, " /rules"):
		return access.RulesSimulate
	case strings.Contains(pattern, " /log"):
		return access.AuditRead
	case strings.Contains(pattern, " /partners"):
		return access.PartnerKeys
	case strings.HasPrefix(pattern, "POST "):
		return access.UserWrite
	}
	return access.UserList
}

// refusals are how many requests of somebody the log tells to have been refused.
func refusals(h *stafftest.House, who string) int {
	h.T.Helper()
	return len(entries(h, audit.Filter{Actor: h.ID(who), Outcome: audit.Refused}))
}

// TestEveryPageWithEveryRole asks for each page as everybody: who may not is refused, sees nobody, and the log tells of it.
func TestEveryPageWithEveryRole(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		patterns := furnish(h, h.Vault.Exported)
		if len(patterns) != 24 {
			t.Errorf("the pages are %v", patterns)
		}
		proposed := propose(h, "salma", raised(t))
		key, err := h.Identity.AddPartnerKey(t.Context(), access.Console, identity.AddPartnerKeyInput{Partner: "harbour", Name: "Karim's hotline"})
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"huda", "omar", "nour", "mona", "lina", "salma", "laila", "adam", "aida"} {
			b := h.SignIn(who)
			for _, pattern := range patterns {
				id := h.ID("karim")
				if strings.Contains(pattern, " /rules") {
					id = string(proposed)
				}
				method, address, _ := strings.Cut(strings.ReplaceAll(pattern, "{id}", id), " ")
				before := refusals(h, who)
				p := send(b, method, address, "key", string(key.ID))
				if access.May(h.Actor(who), needs(pattern)) {
					if !slices.Contains([]int{http.StatusOK, http.StatusSeeOther, http.StatusBadRequest, http.StatusConflict}, p.Status) {
						t.Errorf("%s by %s: %d %s", pattern, who, p.Status, p.Text)
					}
					continue
				}
				p.Wants(http.StatusForbidden, "Your role does not allow this")
				if strings.Contains(p.Body, "Karim") || strings.Contains(p.Body, "checkpoint") {
					t.Errorf("%s shows %s: %s", pattern, who, p.Text)
				}
				if refusals(h, who) <= before {
					t.Errorf("%s by %s leaves no entry", pattern, who)
				}
			}
			nav := strings.Join(b.Get("/account").Links(), " ")
			if strings.Contains(nav, "/people") != (who == "adam") || strings.Contains(nav, "/partners") != (who == "adam") || strings.Contains(nav, "/log") != (who == "aida") ||
				strings.Contains(nav, "/rules") != access.May(h.Actor(who), access.RulesSimulate) {
				t.Errorf("the menu of %s: %s", who, nav)
			}
		}
		if u := h.User("karim"); !u.Active || u.Version != 3 || !slices.Equal(u.Roles, []access.Role{access.CaseManager}) {
			t.Errorf("changed by more than the two whom nothing holds up: %+v", u)
		}
	})
}

// send asks for a page. A form is sent as far as anybody could make it up: without the version that only its page tells.
func send(b *stafftest.Browser, method, address string, pairs ...string) stafftest.Page {
	if method == http.MethodGet {
		return b.Get(address)
	}
	if strings.HasSuffix(address, "/deactivate") { // the last of all routes puts the person back where it was
		defer b.Post(strings.TrimSuffix(address, "deactivate")+"reactivate", "version", "2")
	}
	return b.Post(address, pairs...)
}

// TestOnesOwnPageIsForAdministrators: one's own account is elsewhere.
func TestOnesOwnPageIsForAdministrators(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		for _, who := range []string{"huda", "aida"} {
			b, at := h.SignIn(who), path(h, who)
			before := refusals(h, who)
			b.Get(at).Wants(http.StatusForbidden, "Your role does not allow this")
			for _, form := range []string{"roles", "qualification", "password", "second-factor", "reactivate", "deactivate"} {
				b.Post(at+"/"+form, "version", "1", "roles", "administrator", "qualification", "vetting", "issued", "2030-01-31").
					Wants(http.StatusForbidden, "Your role does not allow this")
			}
			if n := refusals(h, who) - before; n < 7 {
				t.Errorf("%d refusals of %s are in the log", n, who)
			}
			if u := h.User(who); !u.Active || len(u.Roles) != 1 || u.Version != 1 {
				t.Errorf("changed: %+v", u)
			}
		}
	})
}
