package desk_test

import (
	"net/http"
	"testing"
)

// TestKeepFromOneself has Huda say that she must not know, and Salma that Omar must not.
func TestKeepFromOneself(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", danger, true)
		huda, salma := l.SignIn("huda"), l.SignIn("salma")
		huda.Get(path(id, "")).Wants(http.StatusOK, "Keep this from somebody")
		p := huda.Get(path(id, "/conflict")).Wants(http.StatusOK, "Nobody has to say why", "Keep it from me")
		if p.Has("Omar Haddad") {
			t.Errorf("she can name others: %s", p.Text)
		}
		huda.Post(path(id, "/conflict"), "user", l.ID("omar")).Wants(http.StatusForbidden)
		p.Submit(path(id, "/conflict")).Leads("/desk?done=conflict_own").Follow().Wants(http.StatusOK, "It is kept from you now", "No report waits")
		huda.Get(path(id, "")).Wants(http.StatusNotFound)

		p = salma.Get(path(id, "/conflict")).Wants(http.StatusOK, "I myself", "Omar Haddad", "Laila Sabri")
		if p.Has("Huda Salem holds") || p.Has("Nour Aziz") {
			t.Errorf("she can name who has nothing to do with it: %s", p.Text)
		}
		p.Submit(path(id, "/conflict")).Wants(http.StatusBadRequest, "We need an answer here")
		p.Submit(path(id, "/conflict"), "user", l.ID("nour")).Wants(http.StatusBadRequest, "We do not know this answer")
		p.Submit(path(id, "/conflict"), "user", l.ID("omar")).Leads(path(id, "?done=conflict_other")).Follow().
			Wants(http.StatusOK, "It is kept from them now", "Claim this report")
		l.SignIn("omar").Get("/desk").Wants(http.StatusOK, "No report waits")
	})
}
