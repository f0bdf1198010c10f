package desk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"amparo/internal/intake"
	"amparo/internal/report"
)

// online is a report that names an account.
var online = map[string][]string{"danger": {"no"}, "accounts": {"@ghost_99"}}

// TestJoinAndUndo joins a report to the one that names the same account, answers its reporter from there, and takes it apart again.
func TestJoinAndUndo(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		first := l.Report(online)
		second, receipt := l.told("en", online)
		l.take("huda", second)
		huda := l.SignIn("huda")
		at := path(second, "/join/"+string(first))
		p := huda.Get(path(second, "")).Wants(http.StatusOK, "May be about the same", "The same account", "Report "+handle(first), "Join to this")
		if !strings.Contains(strings.Join(p.Links(), " "), at) {
			t.Fatalf("no way to join: %v", p.Links())
		}
		if got := huda.Get(at).Wants(http.StatusOK, "confirmed the priority"); field(got, "message") != nil {
			t.Error("what is unconfirmed can be joined")
		}
		l.confirm("huda", second)
		form := huda.Get(at).Wants(http.StatusOK, "The report ends here and is worked there", "Report "+handle(first))
		if typed(form, "message") == "" {
			t.Error("no words for the reporter are offered")
		}
		form.Submit(at, "message", " ").Wants(http.StatusBadRequest)
		form.Submit(at, "message", "Thank you. We know of this already.").Leads(path(second, "?done=desk_joined")).Follow().
			Wants(http.StatusOK, "The report is joined", "This report is joined to", "Report "+handle(first), "Who joined it: You")
		if r := l.report(second); r.Outcome != report.Duplicate {
			t.Errorf("it is %s %s", r.State, r.Outcome)
		}
		huda.Get(path(first, "")).Wants(http.StatusOK, "Joined to this report", "Report "+handle(second))
		l.Add(receipt, "please hurry")
		l.take("huda", first)
		huda.Get(path(first, "")).Wants(http.StatusOK, "New")
		p = huda.Get(path(second, "")).Wants(http.StatusOK, "please hurry", "I have read it")
		l.Advance(time.Minute)
		p.Submit(path(second, "/reply"), "message", "We are here.").Leads(path(second, "?done=desk_replied"))
		if got := l.replies(receipt); len(got) != 2 || got[1] != "We are here." {
			t.Errorf("the reporter reads %q", got)
		}
		l.SignIn("omar").Post(path(second, "/undo-join")).Wants(http.StatusForbidden)
		huda.Get(path(second, "")).Submit(path(second, "/undo-join")).Leads(path(second, "?done=desk_unjoined")).Follow().
			Wants(http.StatusOK, "The join is undone", "Claim this report", "that was undone")
		if box := l.Box(receipt); box.Progress != intake.Received {
			t.Errorf("the reporter sees %s", box.Progress)
		}
	})
}

// TestWhatMustNotBeKnownIsNoLikeness shows Omar nothing of a report that is kept from him, and joins nothing to it.
func TestWhatMustNotBeKnownIsNoLikeness(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		hidden := map[string][]string{"danger": {"no"}, "accounts": {"@ghost_99"}, "must_not_know": {"Omar Haddad"}}
		first, second := l.Report(hidden), l.Report(online)
		l.take("omar", second)
		l.confirm("omar", second)
		omar := l.SignIn("omar")
		if p := omar.Get(path(second, "")).Wants(http.StatusOK); p.Has("May be about the same") || p.Has(handle(first)) {
			t.Errorf("a hint: %s", p.Text)
		}
		for _, into := range []string{string(first), "nothing", string(second)} {
			omar.Get(path(second, "/join/"+into)).Wants(http.StatusNotFound)
			omar.Post(path(second, "/join/"+into), "message", "thank you").Wants(http.StatusNotFound)
		}
		l.SignIn("huda").Get(path(second, "")).Wants(http.StatusOK, "May be about the same", handle(first))
	})
}
