package admin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/identity"
	"amparo/internal/web/staff/stafftest"
)

func TestRolesChange(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		huda, at := h.SignIn("huda"), path(h, "huda")
		p := h.SignIn("adam").Get(at).Wants(http.StatusOK, "Huda Salem", "Duty officer", "Change the roles")
		if ticked := p.Hidden(at + "/roles")["roles"]; !slices.Equal(ticked, []string{"duty_officer"}) {
			t.Errorf("ticked are %v", ticked)
		}
		stale := p
		p = p.Submit(at+"/roles", "roles", "supervisor", "roles", "auditor")
		p.Leads(at+"?done=roles_set").Follow().Wants(http.StatusOK, "The roles are changed", "Roles Supervisor Auditor")
		if !slices.Equal(roles(h, "huda"), []access.Role{access.Supervisor, access.Auditor}) {
			t.Errorf("the roles are %v", roles(h, "huda"))
		}
		wants(h, "adam", h.ID("huda"), "set_roles", audit.Done)
		huda.Get("/log").Wants(http.StatusOK, "Who did or saw what") // at once, also where she is signed in

		conflict := stale.Submit(at+"/roles", "roles", "case_manager").Wants(http.StatusConflict, "Somebody changed this after you opened it", "Supervisor")
		if kept := conflict.Hidden(at + "/roles")["roles"]; !slices.Equal(kept, []string{"case_manager"}) {
			t.Errorf("what was ticked is lost: %v", kept)
		}
		none := p.Follow().Submit(at+"/roles", "roles", "").Wants(http.StatusBadRequest, "at least one role")
		p.Browser().Post(at+"/roles", "version", none.Hidden(at+"/roles").Get("version")).Wants(http.StatusBadRequest, "at least one role")
		none.Submit(at+"/roles", "roles", "king").Wants(http.StatusBadRequest, "at least one role")
		conflict.Submit(at + "/roles").Leads(at + "?done=roles_set")
		if !slices.Equal(roles(h, "huda"), []access.Role{access.CaseManager}) {
			t.Errorf("the roles are %v", roles(h, "huda"))
		}
	})
}

func TestQualificationsAreRecorded(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		at := path(h, "lina")
		b := h.SignIn("adam")
		p := b.Get(at).Wants(http.StatusOK, "None is recorded", "Not recorded, but asked for in these roles", "Vetting")
		to := at + "/qualification"
		if day := p.Hidden(to).Get("issued"); day != h.Now().In(h.Pack.Zone()).Format(time.DateOnly) {
			t.Errorf("the first day is %q", day)
		}
		p = p.Submit(to, "qualification", "vetting", "issued", "2030-01-31", "expires", "2033-02-01")
		p.Leads(at+"?done=qualified").Follow().Wants(http.StatusOK, "The qualification is recorded", "In force", "1 February 2033")
		wants(h, "adam", h.ID("lina"), "add_qualification:vetting", audit.Done)
		first, last := day(h, 2030, 1, 31), day(h, 2033, 2, 1)
		if q := h.User("lina").Qualifications; len(q) != 1 || !q[0].IssuedAt.Equal(first) || !q[0].ExpiresAt.Equal(last) {
			t.Errorf("recorded: %+v", q)
		}
		p = b.Get(at).Submit(to, "qualification", "vetting", "issued", "2030-01-31", "expires", "2030-02-28")
		p.Follow().Wants(http.StatusOK, "Ended") // replaced: an early end
		p = b.Get(at).Submit(to, "qualification", "vetting", "issued", "2031-03-04", "expires", "")
		p.Follow().Wants(http.StatusOK, "Not yet in force", "It does not end")
		if q := h.User("lina").Qualifications; len(q) != 1 || !q[0].ExpiresAt.IsZero() {
			t.Errorf("replaced: %+v", q)
		}
	})
}

// day is the beginning of a day in the country.
func day(h *stafftest.House, year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, h.Pack.Zone())
}

func TestRefusedQualifications(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		at := path(h, "lina")
		to := at + "/qualification"
		p := h.SignIn("adam").Get(at)
		for name, c := range map[string]struct{ code, issued, expires, field, says string }{
			"none chosen":      {"", "2030-01-31", "", "qualification", "Choose the qualification from the list"},
			"not of the list":  {"juggling", "2030-01-31", "", "qualification", "Choose the qualification from the list"},
			"no day":           {"vetting", "", "", "issued", "The first day is missing, or is not a day"},
			"no such day":      {"vetting", "2030-02-31", "", "issued", "The first day is missing, or is not a day"},
			"long ago":         {"vetting", "1970-01-01", "", "issued", "The first day is missing, or is not a day"},
			"another shape":    {"vetting", "31.1.2030", "", "issued", "The first day is missing, or is not a day"},
			"no such end":      {"vetting", "2030-01-31", "soon", "expires", "The end is not a day"},
			"an end too early": {"vetting", "2030-01-31", "2030-01-31", "expires", "The end must be after the beginning"},
			"an end at zero":   {"vetting", "2030-01-31", "1970-01-01", "expires", "The end is not a day"},
			"an end too late":  {"vetting", "2030-01-31", "9999-01-01", "expires", "The end is not a day"},
		} {
			again := p.Submit(to, "qualification", c.code, "issued", c.issued, "expires", c.expires).Wants(http.StatusBadRequest, c.says)
			sent := again.Hidden(to)
			if sent.Get("issued") != c.issued || sent.Get("expires") != c.expires || c.field != "qualification" && sent.Get("qualification") != c.code {
				t.Errorf("%s: not kept: %v", name, sent)
			}
			if !strings.Contains(again.Body, `id="`+c.field+`-error"`) {
				t.Errorf("%s: %s is not marked", name, c.field)
			}
			if kept := again.Hidden(at + "/roles")["roles"]; !slices.Equal(kept, []string{"case_manager"}) {
				t.Errorf("%s: the other form shows %v", name, kept)
			}
		}
		p.Submit(to, "qualification", "vetting", "issued", "2030-01-31")
		p.Submit(to, "qualification", "data_protection", "issued", "2030-01-31").Wants(http.StatusConflict, "Somebody changed this after you opened it")
		if q := h.User("lina").Qualifications; len(q) != 1 {
			t.Errorf("recorded: %+v", q)
		}
	})
}

// TestANewPassword is handed over, and loading its page again changes nothing.
func TestANewPassword(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		omar, at := h.SignIn("omar"), path(h, "omar")
		b := h.SignIn("adam")
		before := b.Get(at)
		p := before.Submit(at+"/password").Wants(http.StatusOK, "Hand over this password", "Omar Haddad", "in person")
		password := letters(p, "code", 1)
		if p.Location != "" || p.Head.Get("Cache-Control") != "no-store" || len(password) != 23 {
			t.Fatalf("the password %q is kept, or leads to %q", password, p.Location)
		}
		wants(h, "adam", h.ID("omar"), "reset_password", audit.Done)
		omar.Get("/account").Wants(http.StatusSeeOther)
		again := before.Submit(at+"/password").Wants(http.StatusConflict, "Somebody changed this after you opened it", "Has a one-time password")
		if again.Has(password) || again.Has("Hand over") {
			t.Error("loading again shows a password")
		}
		nowhere(h, b, password)
		h.Visitor().Post("/sign-in", "name", "omar", "password", stafftest.Password).Wants(http.StatusUnauthorized)
		h.Visitor().Post("/sign-in", "name", "omar", "password", password).Leads("/sign-in/code")
	})
}

func TestForgettingTheApp(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		omar, at := h.SignIn("omar"), path(h, "omar")
		before := h.SignIn("adam").Get(at)
		p := before.Submit(at + "/second-factor")
		p.Leads(at+"?done=factor_forgotten").Follow().Wants(http.StatusOK, "The app with codes is forgotten", "Not set up")
		wants(h, "adam", h.ID("omar"), "reset_second_factor", audit.Done)
		omar.Get("/account").Wants(http.StatusSeeOther)
		h.Visitor().Post("/sign-in", "name", "omar", "password", stafftest.Password).Leads("/sign-in/enrol")
		before.Submit(at+"/second-factor").Wants(http.StatusConflict, "Somebody changed this after you opened it")
	})
}

func TestEndingSessions(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		omar, also, at := h.SignIn("omar"), h.SignIn("omar"), path(h, "omar")
		p := h.SignIn("adam").Get(at).Wants(http.StatusOK, "2 sessions are open")
		p.Submit(at+"/sessions").Leads(at+"?done=person_signed_out").Follow().Wants(http.StatusOK, "All sessions of this person have ended", "0 sessions")
		omar.Get("/account").Wants(http.StatusSeeOther)
		also.Get("/account").Wants(http.StatusSeeOther)
		wants(h, "adam", h.ID("omar"), "end_all_sessions", audit.Done)
		p.Submit(at + "/sessions").Leads(at + "?done=person_signed_out")
	})
}

// TestDeactivating does not wait for whoever else changed the person meanwhile.
func TestDeactivating(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		omar, at := h.SignIn("omar"), path(h, "omar")
		p := h.SignIn("adam").Get(at)
		p.Submit(at+"/roles", "roles", "auditor").Leads(at + "?done=roles_set")
		gone := p.Submit(at + "/deactivate")
		gone.Leads(at + "?done=deactivated")
		page := gone.Follow().Wants(http.StatusOK, "Deactivated", "can sign in no more")
		wants(h, "adam", h.ID("omar"), "deactivate", audit.Done)
		omar.Get("/account").Wants(http.StatusSeeOther)
		h.Visitor().Post("/sign-in", "name", "omar", "password", stafftest.Password).Wants(http.StatusUnauthorized)
		if page.Form(at+"/password") != nil || page.Form(at+"/deactivate") != nil {
			t.Error("who cannot sign in can be given a password")
		}
		back := page.Submit(at + "/reactivate")
		back.Leads(at+"?done=reactivated").Follow().Wants(http.StatusOK, "can sign in again")
		wants(h, "adam", h.ID("omar"), "reactivate", audit.Done)
		h.Visitor().Post("/sign-in", "name", "omar", "password", stafftest.Password).Leads("/sign-in/code")
		page.Submit(at+"/reactivate").Wants(http.StatusConflict, "Somebody changed this after you opened it")
	})
}

// TestNobodyChangesThemselves sends what the page of one's own account does not offer.
func TestNobodyChangesThemselves(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		at := path(h, "adam")
		b := h.SignIn("adam")
		p := b.Get(at).Wants(http.StatusOK, "This is your own account", "Adam Rashid")
		version := "1"
		for _, form := range []string{"roles", "qualification", "password", "second-factor", "reactivate", "deactivate"} {
			if p.Form(at+"/"+form) != nil {
				t.Errorf("one's own page has the form %s", form)
			}
		}
		for form, what := range map[string]string{"roles": "set_roles", "qualification": "add_qualification", "password": "reset_password",
			"second-factor": "reset_second_factor", "reactivate": "reactivate"} {
			b.Post(at+"/"+form, "version", version, "roles", "auditor", "qualification", "vetting", "issued", "2030-01-31").
				Wants(http.StatusForbidden, "Nobody may change this for themselves", "Ask another administrator", "Adam Rashid")
			wants(h, "adam", h.ID("adam"), what, audit.Refused)
		}
		b.Post(at+"/deactivate").Wants(http.StatusConflict, "last active administrator")
		wants(h, "adam", h.ID("adam"), "deactivate", audit.Refused)
		if u := h.User("adam"); !u.Active || u.Version != 1 || !u.Actor().Has(access.Administrator) || len(u.Qualifications) > 0 {
			t.Errorf("changed: %+v", u)
		}
		b.Post(at + "/sessions").Leads(at + "?done=person_signed_out")
		b.Get(at).Wants(http.StatusSeeOther)
	})
}

// TestTheLastAdministratorStays tries it with a second one who is deactivated meanwhile.
func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		second := h.Hire(identity.AddUserInput{Name: "rana", DisplayName: "Rana Saad", Agency: identity.AgencyID(h.Agency),
			Roles: []access.Role{access.Administrator}})
		b, at := h.SignIn("adam"), "/people/"+string(second)
		p := b.Get(at)
		if err := h.Identity.Deactivate(t.Context(), access.Console, identity.UserID(h.ID("adam"))); err != nil {
			t.Fatal(err)
		}
		p.Submit(at + "/deactivate").Wants(http.StatusUnauthorized)
		if err := h.Identity.Reactivate(t.Context(), access.Console, identity.UserID(h.ID("adam"))); err != nil {
			t.Fatal(err)
		}
		p = h.SignIn("adam").Get(at)
		p.Submit(at+"/roles", "roles", "auditor").Leads(at + "?done=roles_set")
		p.Browser().Post(path(h, "adam")+"/deactivate").Wants(http.StatusConflict, "last active administrator", "Make somebody else")
	})
}

// TestStrangeAddresses asks for who is not there.
func TestStrangeAddresses(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		b := h.SignIn("adam")
		for _, id := range []string{"00000000000000000000000000", "nobody", "%00", "%27%20OR%201=1", "%FF", strings.Repeat("x", 300)} {
			b.Get("/people/"+id).Wants(http.StatusNotFound, "not here")
			for _, form := range []string{"roles", "qualification", "password", "second-factor", "sessions", "deactivate", "reactivate"} {
				b.Post("/people/"+id+"/"+form, "version", "1").Wants(http.StatusNotFound, "not here")
			}
		}
		b.Post(path(h, "omar")+"/roles", "version", "\x00", "roles", "auditor").Wants(http.StatusConflict)
		b.Post(path(h, "omar")+"/roles", "roles", "auditor").Wants(http.StatusConflict)
		if n := sessions(h, "adam"); n != 1 {
			t.Errorf("%d sessions", n)
		}
	})
}
