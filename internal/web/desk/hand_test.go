package desk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"amparo/internal/triage"
)

// TestHandItOver has Huda hand her report to Omar from the page, after a form in which she chose nobody.
func TestHandItOver(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, waiting := l.claimed("huda", danger, true), l.Report(little)
		huda, omar := l.SignIn("huda"), l.SignIn("omar")
		huda.Get(path(id, "")).Wants(http.StatusOK, "Hand it to a colleague")
		p := huda.Get(path(id, "/hand")).Wants(http.StatusOK, "Who gets it?", "Omar Haddad", "Salma Idris", "The clocks run on", "Supervises")
		if p.Has("Nour Aziz") || len(field(p, "to").Attr) == 0 || strings.Contains(p.Body, `value="`+l.ID("huda")+`"`) {
			t.Errorf("it is offered to whoever cannot have it: %s", p.Text)
		}
		p = p.Submit(path(id, "/hand"), "note", "She waits for a call at six.").Wants(http.StatusBadRequest, "We need an answer here")
		if typed(p, "note") != "She waits for a call at six." {
			t.Error("what was typed is lost")
		}
		p.Submit(path(id, "/hand"), "to", l.ID("omar")).Leads(path(id, "?done=desk_handed")).Follow().
			Wants(http.StatusOK, "Your colleague has the report now", "Omar Haddad has this report", "You → Omar Haddad")
		p = omar.Get(path(id, "")).Wants(http.StatusOK, "You have this report", "Huda Salem → You", "She waits for a call at six.", "Give the outcome")
		if strings.Index(p.Text, "She waits for a call") > strings.Index(p.Text, "What to do now") {
			t.Error("the note does not stand on top")
		}
		huda.Get(path(id, "/hand")).Wants(http.StatusForbidden, "You do not have this report now")
		huda.Post(path(id, "/hand"), "to", l.ID("huda")).Wants(http.StatusForbidden, "You do not have this report now")
		l.SignIn("nour").Get(path(id, "/hand")).Wants(http.StatusNotFound)

		l.Advance(time.Minute)
		salma := l.SignIn("salma")
		salma.Get(path(waiting, "/hand")).Wants(http.StatusConflict, "Nobody has this report now")
		salma.Get(path(id, "/hand")).Submit(path(id, "/hand"), "to", l.ID("huda")).Leads(path(id, "?done=desk_handed")).Follow().
			Wants(http.StatusOK, "by You")
		if p := huda.Get(path(id, "")); strings.Index(p.Text, "Omar Haddad → You") > strings.Index(p.Text, "About this report") {
			t.Error("what was handed to her does not stand on top")
		}
		l.Advance(time.Minute)
		l.must(l.Triage.Release(t.Context(), l.Actor("huda"), id))
		l.must(l.Triage.Claim(t.Context(), l.Actor("huda"), id))
		if p := huda.Get(path(id, "")); strings.Index(p.Text, "Omar Haddad → You") < strings.Index(p.Text, "About this report") {
			t.Error("a note of former times stands on top of what was put back meanwhile")
		}
	})
}

// TestHandedToWhoMustNotKnow chooses, behind the page's back, somebody whom the report names.
func TestHandedToWhoMustNotKnow(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", map[string][]string{"danger": {"yes"}, "must_not_know": {"Omar"}}, false)
		b := l.SignIn("huda")
		if p := b.Get(path(id, "/hand")).Wants(http.StatusOK, "Salma Idris"); p.Has("Omar Haddad") {
			t.Error("who must not know is offered")
		}
		b.Post(path(id, "/hand"), "to", l.ID("omar")).Wants(http.StatusBadRequest)
		b.Post(path(id, "/hand"), "to", l.ID("salma"), "note", strings.Repeat("long ", triage.LongestReason/5+1)).
			Wants(http.StatusBadRequest, "This is too long")
		l.SignIn("omar").Get(path(id, "")).Wants(http.StatusNotFound)
	})
}
