package desk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/triage"
	"amparo/internal/web/staff/stafftest"
)

// twofold is a report about a boy and a page.
var twofold = map[string][]string{"danger": {"no"}, "pressure": {"demand"}, "when": {"ongoing"}, "words": {"He wants money from a boy.\nAnd see https://bad.example.org/u/1"},
	"accounts": {"https://bad.example.org/u/1"}, "must_not_know": {"Omar Haddad"}}

// ticked are the values of a form's boxes that are ticked.
func ticked(p stafftest.Page, name string) (list []string) {
	for _, n := range p.Find("input") {
		if stafftest.Attr(n, "name") == name && slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "checked" }) {
			list = append(list, stafftest.Attr(n, "value"))
		}
	}
	return list
}

// TestSplitAndUndo splits a report on its page, answers from both, and undoes a second split.
func TestSplitAndUndo(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		first, receipt := l.told("en", twofold)
		l.take("huda", first)
		l.confirm("huda", first)
		huda, at := l.SignIn("huda"), path(first, "/split")
		if p := huda.Get(path(first, "")).Wants(http.StatusOK, "Split into two reports"); !slices.Contains(p.Links(), at) {
			t.Fatalf("no way to split: %v", p.Links())
		}
		form := huda.Get(at).Wants(http.StatusOK, "Nothing is taken from the first", "The child is being blackmailed")
		if words := typed(form, "told_words"); !strings.HasPrefix(words, "He wants money from a boy.") || !strings.Contains(words, "hxxps://bad[.]example[.]org") {
			t.Errorf("to be cut is offered %q", words)
		}
		if a, f := ticked(form, "answers"), ticked(form, "facts"); !slices.Contains(a, "pressure") || len(f) == 0 || typed(form, "told_must_not_know") != "Omar Haddad" {
			t.Errorf("offered: %v, %v", a, f)
		}
		form.Submit(at, "told_words", " ", "told_accounts", "\n", "told_must_not_know", "", "answers", "").Wants(http.StatusBadRequest, "Nothing goes along")
		p := form.Submit(at, "told_words", strings.Repeat("x ", 5000)+"end", "answers", "danger", "facts", "factor.x").Wants(http.StatusBadRequest, "8000")
		if !strings.HasSuffix(typed(p, "told_words"), "end") || !slices.Equal(ticked(p, "answers"), []string{"danger"}) || len(ticked(p, "facts")) != 0 {
			t.Error("what was typed or chosen is lost")
		}
		other := huda.Get(at) // a second page
		form.Submit(at, "told_words", "And see hxxps://bad[.]example[.]org/u/1", "told_accounts", "hxxps://bad[.]example[.]org/u/1", "answers", "danger").
			Leads(path(first, "?done=desk_split")).Follow().Wants(http.StatusOK, "The report is split", "Split from this report. Who split it: You", "Undo the split")
		form.Submit(at, "told_words", "And see hxxps://bad[.]example[.]org/u/1", "told_accounts", "hxxps://bad[.]example[.]org/u/1", "answers", "danger").
			Leads(path(first, "?done=desk_split")) // pressed twice
		if p := form.Submit(at, "told_words", "And see this", "answers", "danger").Wants(http.StatusConflict, "The report has changed since you opened this form"); typed(p, "told_words") != "And see this" {
			t.Error("what was written after going back is lost")
		}
		second := l.second(first)
		p = huda.Get(path(second, "")).Wants(http.StatusOK, "Split from another report. Who split it: You", "Report "+handle(first), "hxxps://bad[.]example[.]org/u/1", "Confirm",
			"chosen and perhaps cut by hand. Who did it: You")
		if p.Has("money") || p.Has("May be about the same") || !huda.Get(path(first, "")).Has("He wants money") {
			t.Errorf("the pages say: %s", p.Text)
		}
		p = other.Submit(at, "told_words", "a third matter").Wants(http.StatusConflict, "The report has changed since you opened this form")
		if typed(p, "told_words") != "a third matter" {
			t.Error("what was typed is lost")
		}
		p.Submit(at, "told_words", "a third matter").Leads(path(first, "?done=desk_split"))
		third := l.second(first, second)
		huda.Get(path(first, "")).Submit(path(first, "/undo-split"), "second", string(third)).Leads(path(first, "?done=desk_reunited")).Follow().
			Wants(http.StatusOK, "The split is undone", handle(third)+" was split from it; that was undone")
		huda.Get(path(third, "")).Wants(http.StatusOK, "The split was undone", "It was split from "+handle(first))
		huda.Post(path(first, "/undo-split"), "second", string(third)).Wants(http.StatusConflict, "not split from the other any more")

		l.Advance(time.Minute)
		huda.Get(path(second, "")).Submit(path(second, "/reply"), "message", "We look at it.").Leads(path(second, "?done=desk_replied"))
		huda.Post(path(first, "/undo-split"), "second", string(second)).Wants(http.StatusConflict, "cannot be undone any more")
		l.Add(receipt, "thank you")
		huda.Get(path(first, "")).Wants(http.StatusOK, "thank you", "I have read it")
		huda.Get(path(second, "")).Wants(http.StatusOK, "thank you", "I have read it").Submit(path(second, "/read")).Leads(path(second, "?done=desk_read"))
		huda.Get(path(first, "")).Wants(http.StatusOK, "I have read it").Submit(path(first, "/read")).Leads(path(first, "?done=desk_read"))
		huda.Get(path(first, "/outcome/not_in_scope")).Wants(http.StatusOK, "another one, too, which is still open: "+handle(second)).
			Submit(path(first, "/outcome/not_in_scope"), "message", "This one has ended.").Leads("/desk?done=desk_finished")
		if box := l.Box(receipt); box.Progress != intake.Reading || len(box.Replies) != 2 {
			t.Errorf("the reporter sees %s, %d replies", box.Progress, len(box.Replies))
		}
		huda.Get(at).Wants(http.StatusConflict)
	})
}

// second is the newest report that was split from another, but for those that are known.
func (l *place) second(first report.ID, known ...report.ID) report.ID {
	l.t.Helper()
	p, err := l.Join.Show(l.t.Context(), l.Actor("salma"), first)
	l.must(err)
	for _, h := range p.Halves {
		if h.From == first && !slices.Contains(known, h.Report) {
			return h.Report
		}
	}
	l.t.Fatal("nothing was split off")
	return ""
}

// TestNobodyElseSeesTheSplit gives whoever must not know of the first no sign of the second, and a colleague no form.
func TestNobodyElseSeesTheSplit(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		first, _ := l.told("en", twofold)
		l.take("huda", first)
		huda, at := l.SignIn("huda"), path(first, "/split")
		huda.Get(at).Submit(at, "told_words", "a second matter").Leads(path(first, "?done=desk_split"))
		second := l.second(first)
		omar := l.SignIn("omar")
		for _, below := range []string{"", "/split"} {
			omar.Get(path(first, below)).Wants(http.StatusNotFound)
			omar.Get(path(second, below)).Wants(http.StatusNotFound)
		}
		omar.Post(at, "told_words", "x").Wants(http.StatusNotFound)
		omar.Post(path(first, "/undo-split"), "second", string(second)).Wants(http.StatusNotFound)
		if p := omar.Get("/desk"); p.Has(handle(second)) || p.Has(handle(first)) {
			t.Errorf("the queue says: %s", p.Text)
		}
		l.SignIn("nour").Get(at).Wants(http.StatusNotFound)
		l.SignIn("salma").Get(at).Wants(http.StatusOK, "Split the report")
		kept := l.claimed("salma", little, false)
		huda.Get(path(kept, "/split")).Wants(http.StatusForbidden, "You do not have this report now")
		huda.Post(path(kept, "/split"), "told_words", "x").Wants(http.StatusForbidden, "You do not have this report now")
		if p := huda.Get(path(kept, "")); p.Has("Split into two reports") {
			t.Error("a colleague is offered the split")
		}
	})
}

// TestSplitByFacts takes a fact along that no answer says, and the priority that follows.
func TestSplitByFacts(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		first := l.Report(little)
		l.take("huda", first)
		now := l.standing(first)
		l.must(l.Triage.Amend(t.Context(), l.Actor("huda"), triage.AmendInput{Report: first, Sequence: now.Sequence, Facts: ruleset.Facts{Triggers: []string{"danger_now"}}}))
		huda, at := l.SignIn("huda"), path(first, "/split")
		form := huda.Get(at)
		if got := ticked(form, "facts"); !slices.Equal(got, []string{"trigger.danger_now"}) {
			t.Fatalf("offered: %v", got)
		}
		form.Submit(at, "told_words", "the girl", "facts", "trigger.danger_now", "area", "XD-C").Leads(path(first, "?done=desk_split"))
		second := l.second(first)
		if s, r := l.standing(second), l.report(second); s.Priority != ruleset.P1 || r.Area != "XD-C" {
			t.Errorf("the second stands at %+v, in %q", s, r.Area)
		}
		huda.Get(path(second, "")).Wants(http.StatusOK, "the girl")
		huda.Get(at).Submit(at, "told_words", "x", "area", "nowhere").Wants(http.StatusBadRequest)
	})
}
