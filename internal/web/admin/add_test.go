package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/identity"
	"amparo/internal/web/staff/stafftest"
)

const ownPassword = "seven kites over the bay"

// rana is the form of somebody new, with what is given in place of its own.
func rana(h *stafftest.House, pairs ...string) []string {
	form := map[string][]string{"name": {" Rana.Saad "}, "display_name": {"Rana  Saad"}, "known_names": {"Um Yusuf\n\n رنا سعد \n"},
		"agency": {h.Agency}, "roles": {"duty_officer", "case_manager"}, "languages": {"ar، en"}, "email": {"rana@example.org"}}
	for i := 0; i < len(pairs); i += 2 {
		form[pairs[i]] = []string{pairs[i+1]}
	}
	var list []string
	for name, values := range form {
		for _, value := range values {
			list = append(list, name, value)
		}
	}
	return list
}

// TestANewUserSignsIn goes from the form to the first page of the person who was added.
func TestANewUserSignsIn(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		adam := h.SignIn("adam")
		adam.Get("/people").Wants(http.StatusOK, "Add a person")
		p := adam.Get("/people/new").Wants(http.StatusOK, "Name to sign in with", "Demoland")
		p = p.Browser().Post("/people/new", rana(h)...)
		p.Wants(http.StatusOK, "Hand over this password", "shown here once", "Rana Saad", "rana.saad", "in person", "7 days")
		if p.Location != "" || p.Head.Get("Cache-Control") != "no-store" {
			t.Errorf("the password is kept, or leads to %q", p.Location)
		}
		password := letters(p, "code", 1)
		if len(password) != 23 || letters(p, "code", 0) != "rana.saad" {
			t.Fatalf("the password is %q", password)
		}
		id := strings.TrimPrefix(p.Links()[len(p.Links())-1], "/people/")
		u, err := h.Identity.User(t.Context(), access.Console, identity.UserID(id))
		if err != nil {
			t.Fatal(err)
		}
		if u.Name != "rana.saad" || strings.Join(u.Names(), "|") != "Rana Saad|Um Yusuf|رنا سعد" || len(u.Roles) != 2 ||
			strings.Join(u.Languages, " ") != "ar en" || string(u.Agency) != h.Agency {
			t.Errorf("added: %+v", u)
		}
		wants(h, "adam", id, "add_user", audit.Done)
		adam.Get("/people/"+id).Wants(http.StatusOK, "Um Yusuf", "رنا سعد", "rana@example.org", "Has a one-time password", "Never", "None is recorded")

		b := h.Visitor()
		first := b.Get("/account").Follow().Submit("/sign-in", "name", "rana.saad", "password", password).Follow()
		first = first.Wants(http.StatusOK).Submit("/sign-in/password", "password", ownPassword, "again", ownPassword).Follow()
		factor := strings.ReplaceAll(letters(first, "bdi", 0), " ", "")
		first.Submit("/sign-in/enrol", "code", h.CodeOf(factor)).Follow().Follow().Wants(http.StatusOK, "حسابك", "Rana Saad")

		nowhere(h, adam, password)
		again := adam.Post("/people/new", rana(h)...).Wants(http.StatusConflict, "already signs in with this name")
		if again.Has(password) {
			t.Error("loading again shows the password again")
		}
	})
}

// nowhere fails the test when a password is in the log of the site, in the audit log or on a page.
func nowhere(h *stafftest.House, b *stafftest.Browser, password string) {
	h.T.Helper()
	if password == "" || strings.Contains(h.Log(), password) {
		h.T.Error("the password is in the log of the site")
	}
	for _, e := range entries(h, audit.Filter{}) {
		for _, value := range append([]string{e.Reason, e.Detail["what"]}, e.Subjects...) {
			if strings.Contains(value, password) {
				h.T.Errorf("the password is in the audit log: %+v", e)
			}
		}
	}
	for _, address := range []string{"/people", "/people/new", path(h, "omar")} {
		if p := b.Get(address); strings.Contains(p.Body, password) {
			h.T.Errorf("the password is on %s", address)
		}
	}
}

// TestRefusalsOfTheFormKeepWhatWasTyped sends each field as it may not be, and then all of them.
func TestRefusalsOfTheFormKeepWhatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		b := h.SignIn("adam")
		for name, c := range map[string]struct{ field, value, says string }{
			"no name":          {"name", "", "small letters, digits"},
			"a name of spaces": {"name", "rana saad", "small letters, digits"},
			"a digit first":    {"name", "1rana", "small letters, digits"},
			"nobody":           {"display_name", "  ", "as people say it"},
			"a long one":       {"display_name", strings.Repeat("x", 101), "as people say it"},
			"many names":       {"known_names", strings.Repeat("Rana\n", 21), "as people say it"},
			"no agency":        {"agency", "", "no such agency"},
			"another agency":   {"agency", "elsewhere", "no such agency"},
			"a strange agency": {"agency", "<b>a</b>", "no such agency"},
			"an unknown role":  {"roles", "king", "at least one role"},
			"no language":      {"languages", "english!", "by its code"},
			"no address":       {"email", "rana at home", "does not look like an email"},
			"two addresses":    {"email", "a@example.org, b@example.org", "does not look like an email"},
			"a taken name":     {"name", "huda", "already signs in with this name"},
		} {
			p := b.Post("/people/new", rana(h, c.field, c.value)...)
			status := http.StatusBadRequest
			if name == "a taken name" {
				status = http.StatusConflict
			}
			p.Wants(status, "Please look at this again", c.says)
			sent := p.Hidden("/people/new")
			for field, value := range map[string]string{"name": "Rana.Saad", "display_name": "Rana  Saad", "agency": h.Agency, "languages": "ar، en",
				"email": "rana@example.org"} {
				if field != c.field && sent.Get(field) != value {
					t.Errorf("%s: %s is not kept: %q", name, field, sent.Get(field))
				}
			}
			if c.field != "known_names" && !strings.Contains(sent.Get("known_names"), "رنا سعد") || c.field != "roles" && len(sent["roles"]) != 2 {
				t.Errorf("%s: known names or roles are not kept: %v", name, sent)
			}
			if marked := c.field; !strings.Contains(p.Body, `href="#`+marked+`"`) || !strings.Contains(p.Body, `id="`+marked+`-error"`) {
				t.Errorf("%s: the summary does not lead to the field %s", name, marked)
			}
		}
		p := b.Post("/people/new").Wants(http.StatusBadRequest, "small letters, digits", "as people say it", "no such agency", "at least one role")
		p.Submit("/people/new", rana(h)...).Wants(http.StatusOK, "Hand over this password")
		refused := entries(h, audit.Filter{Actor: h.ID("adam"), Action: access.UserWrite, Outcome: audit.Refused})
		if len(refused) != 15 {
			t.Errorf("%d refusals are in the log", len(refused))
		}
	})
}
