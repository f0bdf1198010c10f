package staff_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/identity"
	"amparo/internal/web/staff"
	"amparo/internal/web/staff/stafftest"
)

func TestSessionsEnd(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		one, two, three := h.SignIn("huda"), h.SignIn("huda"), h.SignIn("huda")
		other := h.SignIn("omar")
		p := one.Get("/account").Wants(http.StatusOK, "Huda Salem", "End all other sessions")
		if n := strings.Count(p.Body, `action="/account/session"`); n != 2 {
			t.Errorf("%d other sessions are shown", n)
		}
		p.Submit("/account/session").Leads("/account?done=session_ended").Follow().Wants(http.StatusOK, "The session has ended")
		two.Get("/account").Wants(http.StatusSeeOther)
		three.Get("/account").Wants(http.StatusOK)
		one.Post("/account/session", "session", string(sessionOf(h, "omar"))).Leads("/account?done=session_ended")
		other.Get("/account").Wants(http.StatusOK)
		one.Get("/account").Submit("/account/others").Leads("/account?done=sessions_ended")
		three.Get("/account").Wants(http.StatusSeeOther)
		one.Post("/account/session", "session", string(sessionOf(h, "huda"))).Leads("/sign-in?done=signed_out")
		one.Get("/account").Wants(http.StatusSeeOther)
	})
}

// sessionOf is the only session of somebody.
func sessionOf(h *stafftest.House, who string) identity.SessionID {
	h.T.Helper()
	list, err := h.Identity.Sessions(h.T.Context(), access.Console, identity.UserID(h.ID(who)))
	if err != nil || len(list) != 1 {
		h.T.Fatalf("%s has %d sessions: %v", who, len(list), err)
	}
	return list[0].ID
}

func TestSessionsExpire(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		idle, busy := h.SignIn("huda"), h.SignIn("omar")
		for range 3 {
			h.Advance(identity.IdleLife/2 - time.Minute)
			busy.Get("/account").Wants(http.StatusOK)
		}
		idle.Get("/account").Leads("/sign-in?next=%2Faccount")
		for range 25 {
			h.Advance(identity.IdleLife - 2*time.Minute)
			busy.Get("/account")
		}
		if h.Now().Sub(stafftest.Start) < identity.SessionLife {
			t.Fatal("the test is shorter than a session")
		}
		busy.Get("/account").Leads("/sign-in?next=%2Faccount")
	})
}

// TestWordsOutliveTheSession ends the session while somebody writes.
func TestWordsOutliveTheSession(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		h.Site.Handle("POST /note", func(v *staff.Visit) error { return v.Done("/account", "session_ended") })
		b := h.SignIn("huda")
		b.Post("/note", "text", "x").Leads("/account?done=session_ended")
		h.Advance(identity.IdleLife + time.Minute)
		b.Header.Set("Referer", "http://desk.test/matter/7?x=1")
		words := "She said that she <b>feels</b> safe at her aunt's house."
		p := b.Post("/note", "text", words, "code", "short", "password", "a password of more than twenty letters")
		p.Wants(http.StatusUnauthorized, "Your session has ended", words, "Copy it")
		if p.Has("short") || p.Has("a password of") {
			t.Error("the page repeats what it should not")
		}
		if !strings.Contains(strings.Join(p.Links(), " "), "/sign-in?next=%2Fmatter%2F7%3Fx%3D1") {
			t.Errorf("the way back is lost: %v", p.Links())
		}
		if strings.Contains(h.Log(), "aunt") || strings.Contains(h.Log(), "matter/7") {
			t.Error("the log has what was written, or the address")
		}
	})
}

func TestChangePassword(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		b, other := h.SignIn("huda"), h.SignIn("huda")
		p := b.Get("/account/password").Wants(http.StatusOK, "Password now")
		p.Submit("/account/password", "current", "wrong", "password", ownPassword, "again", ownPassword).
			Wants(http.StatusBadRequest, "not your password now")
		p.Submit("/account/password", "current", stafftest.Password, "password", ownPassword, "again", "x").
			Wants(http.StatusBadRequest, "not the same")
		p.Submit("/account/password", "current", stafftest.Password, "password", "huda salem 1234", "again", "huda salem 1234").
			Wants(http.StatusBadRequest, "built on a name")
		other.Get("/account").Wants(http.StatusOK)
		p = p.Submit("/account/password", "current", stafftest.Password, "password", ownPassword, "again", ownPassword)
		p.Leads("/account?done=password_changed").Follow().Wants(http.StatusOK, "Your password is changed")
		other.Get("/account").Wants(http.StatusSeeOther)
		h.Visitor().Post("/sign-in", "name", "huda", "password", stafftest.Password).Wants(http.StatusUnauthorized)
		h.Visitor().Post("/sign-in", "name", "huda", "password", ownPassword).Leads("/sign-in/code")
	})
}

func TestAccountShowsQualifications(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		h.SignIn("mona").Get("/account").Wants(http.StatusOK, "Child safeguarding", "In force", "Case manager")
		h.SignIn("lina").Get("/account").Wants(http.StatusOK, "None is recorded")
		h.Advance(340 * 24 * time.Hour)
		h.SignIn("mona").Get("/account").Wants(http.StatusOK, "Ends soon")
		h.Advance(60 * 24 * time.Hour)
		h.SignIn("mona").Get("/account").Wants(http.StatusOK, "Ended")
	})
}

// TestTheMenuShowsWhatOneMayDo adds places for some roles.
func TestTheMenuShowsWhatOneMayDo(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		h.Site.AddPlace(staff.Place{Text: "staff.person", Href: "/people", Action: access.UserList})
		h.Site.AddPlace(staff.Place{Text: "staff.roles", Href: "/log", Action: access.AuditRead})
		for who, want := range map[string]string{"adam": "/people", "aida": "/log", "huda": "/account"} {
			b := h.SignIn(who)
			b.Get("/").Leads(want)
			links := strings.Join(b.Get("/account").Links(), " ")
			for _, place := range []string{"/people", "/log"} {
				if strings.Contains(links, place) != (place == want) {
					t.Errorf("%s sees %s", who, links)
				}
			}
		}
		h.SignIn("huda").Get("/nowhere").Wants(http.StatusNotFound, "This page is not here")
		for _, odd := range []string{"/account?x=%00", "/account?x=%ff", "/nowhere/%00", "/account?%zz"} {
			h.SignIn("huda").Get(odd).Wants(http.StatusNotFound, "This page is not here")
		}
		for _, pattern := range h.Site.Routes() {
			method, path, _ := strings.Cut(strings.ReplaceAll(pattern, "{$}", ""), " ")
			b := h.Visitor()
			if method == "GET" {
				b.Get(path).Leads(strings.TrimSuffix("/sign-in?next="+strings.ReplaceAll(path, "/", "%2F"), "?next=%2F"))
				continue
			}
			b.Post(path).Wants(http.StatusUnauthorized, "Your session has ended")
		}
	})
}
