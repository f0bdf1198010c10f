package desk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/casework"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/triage"
	"amparo/internal/web/staff/stafftest"
)

func TestEveryOutcome(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		b := l.SignIn("huda")
		for _, o := range report.Outcomes {
			if o == report.OpenedCase {
				continue
			}
			id, receipt := l.told("ar", little)
			l.take("huda", id)
			l.confirm("huda", id)
			b.Get(path(id, "")).Wants(http.StatusOK, "Give the outcome")
			p := b.Get(path(id, "/outcome")).Wants(http.StatusOK, "What becomes of this report?", l.Pack.Word("outcome", string(o), "en"))
			if !slices.Contains(p.Links(), path(id, "/outcome/"+string(o))) {
				t.Fatalf("%s is not offered: %v", o, p.Links())
			}
			p = b.Get(path(id, "/outcome/"+string(o))).Wants(http.StatusOK, l.Pack.Word("outcome", string(o), "en"), "They read العربية", "P3 Medium")
			words := typed(p, "message")
			if strings.Contains(words, "{{") || !strings.ContainsAny(words, "أنت") {
				t.Errorf("%s begins with %q", o, words)
			}
			p.Submit(path(id, "/outcome/"+string(o)), "message", words+"\nسلام").Leads("/desk?done=desk_finished").
				Follow().Wants(http.StatusOK, "whoever reported is told")
			box := l.Box(receipt)
			if r := l.report(id); r.Outcome != o || box.Progress != intake.Finished || len(box.Replies) != 1 ||
				!strings.HasSuffix(box.Replies[0].Text, "سلام") {
				t.Errorf("%s: %q, the reporter is at %s and reads %+v", o, r.Outcome, box.Progress, box.Replies)
			}
			if thread := l.thread(id); len(thread) != 1 || thread[0].Sender != mailbox.Staff {
				t.Errorf("%s: colleagues read %+v", o, thread)
			}
		}
		b.Get("/desk").Wants(http.StatusOK, "No report waits")
	})
}

// TestWordsToTheReporterFitThem reads what is offered for a child and for an adult, with the number that they can call.
func TestWordsToTheReporterFitThem(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		adult, _ := l.ReportAs(intake.Told{Instrument: "worried", Reader: intake.Adult, Answers: map[string][]string{}})
		child := l.Report(little)
		b := l.SignIn("huda")
		for id, want := range map[report.ID]string{adult: "outside what our service", child: "you were right to ask"} {
			l.take("huda", id)
			l.confirm("huda", id)
			if words := typed(b.Get(path(id, "/outcome/not_in_scope")), "message"); !strings.Contains(words, want) ||
				!strings.Contains(words, "555-0116") {
				t.Errorf("it begins with %q", words)
			}
		}
	})
}

func TestOutcomeRefusals(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("en", little)
		b, at := l.SignIn("huda"), path(id, "/outcome/not_in_scope")
		for _, below := range []string{"/outcome", "/outcome/not_in_scope", "/outcome/opened_case"} {
			b.Get(path(id, below)).Wants(http.StatusForbidden, "You do not have this report now")
		}
		b.Post(at, "message", "some words").Wants(http.StatusForbidden, "You do not have this report now", "some words")
		l.take("huda", id)
		for _, below := range []string{"/outcome", "/outcome/not_in_scope", "/outcome/opened_case"} {
			p := b.Get(path(id, below)).Wants(http.StatusOK, "Nobody has confirmed the priority of this report yet", "Open report "+handle(id))
			if field(p, "message") != nil || len(p.Find("ul")) != 1 {
				t.Errorf("%s offers what cannot be sent", below)
			}
		}
		b.Post(at, "message", "some words").Wants(http.StatusConflict, "Nobody has confirmed this priority yet", "some words")
		l.confirm("huda", id)
		long := strings.Repeat("many words ", triage.LongestMessage/11+1)
		for words, want := range map[string]string{"": "Please write or choose", " \u200b\n": "Please write or choose",
			long: "Please use 4000 letters at most"} {
			if p := b.Post(at, "message", words).Wants(http.StatusBadRequest, want); typed(p, "message") != words {
				t.Errorf("what was typed is now %q", typed(p, "message"))
			}
		}
		b.Get(path(id, "/outcome/thrown_away")).Wants(http.StatusNotFound)
		b.Post(path(id, "/outcome/thrown_away"), "message", "x").Wants(http.StatusNotFound)
		p := b.Get(at)
		p.Submit(at).Leads("/desk?done=desk_finished")
		p.Submit(at, "message", "words of my own, sent again").Wants(http.StatusConflict, "This already has an outcome",
			"Outside our remit (You)", "words of my own, sent again")
		b.Get(path(id, "/outcome")).Wants(http.StatusOK, "This report has its outcome")
		if got := l.replies(receipt); len(got) != 1 {
			t.Errorf("the reporter reads %q", got)
		}
	})
}

// TestReleasedMeanwhile takes the report away while somebody writes.
func TestReleasedMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", little, true)
		b := l.SignIn("huda")
		finish, open := b.Get(path(id, "/outcome/not_in_scope")), b.Get(path(id, "/outcome/opened_case"))
		l.must(l.Triage.Release(t.Context(), l.Actor("salma"), id))
		finish.Submit(path(id, "/outcome/not_in_scope"), "message", "long words to them").
			Wants(http.StatusForbidden, "You do not have this report now", "long words to them")
		open.Submit(path(id, "/outcome/opened_case"), "children", "Sami", "summary", "what was promised").
			Wants(http.StatusForbidden, "You do not have this report now", "what was promised")
		if l.report(id).State != report.Waiting {
			t.Error("it has left the desk")
		}
	})
}

func TestOpenACase(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("en", pressed)
		l.take("huda", id)
		l.confirm("huda", id)
		b, at := l.SignIn("huda"), path(id, "/outcome/opened_case")
		p := b.Get(at).Wants(http.StatusOK, "Child 1", "Mona Khoury", "Karim Naser", "Lina Farah",
			"Cannot be chosen yet. Lacks: Child safeguarding, ",
			"These clocks start", "Reach the child safely", "in 2 days", "Make a safety plan", "Complete the assessment", "Open the case")
		if p.Has("Take child 1 away") || !strings.Contains(typed(p, "message"), "One person is now here for you") {
			t.Errorf("the form begins wrongly: %s", p.Text)
		}
		p = p.Submit(at, "children", "Sami", "summary", "He was promised a call.", "manager", l.ID("mona"), "message",
			"One of us is here.", "do", "add")
		p.Wants(http.StatusOK, "Child 2", "Take child 1 away", "Open 2 cases")
		p = p.Submit(at, "children-2", "Sami's sister", "do", "add").Wants(http.StatusOK, "Child 3", "Open 3 cases")
		p = p.Submit(at, "do", "remove-1").Wants(http.StatusOK, "Open 2 cases")
		if got := p.Hidden(at); got.Get("children") != "Sami's sister" || got.Get("summary") != "He was promised a call." ||
			got.Get("manager") != l.ID("mona") ||
			got.Get("message") != "One of us is here." || got.Get("count") != "2" {
			t.Errorf("what was typed is now %v", got)
		}
		p.Submit(at, "children-2", "Sami").Leads("/desk?done=desk_cases_opened").Follow().Wants(http.StatusOK, "Its case manager has it now")
		l.opens(id, "Sami's sister", "Sami")
		box := l.Box(receipt)
		if len(box.Replies) != 1 || box.Replies[0].Text != "One of us is here." || box.Progress != intake.Working {
			t.Errorf("the reporter is at %s and reads %+v", box.Progress, box.Replies)
		}
		p.Submit(at, "children-2", "Sami").Wants(http.StatusConflict, "This already has an outcome", "He was promised a call.")
		if l.count(casesTestSQL) != 2 {
			t.Errorf("%d cases", l.count(casesTestSQL))
		}
		p = b.Get(path(id, "")).Wants(http.StatusOK, "A case was opened (You)")
		if p.Form(path(id, "/reply")) != nil {
			t.Error("the report still answers, though the case does")
		}
		b.Post(path(id, "/reply"), "message", "too late").Wants(http.StatusConflict, "This already has an outcome", "A case was opened")
	})
}

// opens wants a case for each child, all of them Mona's, with what was told to her.
func (l *place) opens(id report.ID, children ...string) {
	l.t.Helper()
	var got []string
	overview, err := l.Casework.Overview(l.t.Context(), l.Actor("mona"), -1)
	l.must(err)
	for _, c := range overview.Open {
		p, err := l.Casework.Show(l.t.Context(), l.Actor("mona"), c.ID, nil)
		l.must(err)
		if p.Manager != l.ID("mona") || p.Agency != l.Agency || p.Priority != "P2" || !slices.Equal(p.Reports, []report.ID{id}) ||
			p.Timeline[0].Said["note"] != "He was promised a call." {
			l.t.Errorf("a case is %+v", p)
		}
		for _, want := range casework.FirstClocks(l.Pack.Targets(), p.Priority, p.Opened) {
			if !slices.ContainsFunc(p.Tasks, func(s casework.Step) bool {
				return s.Kind == want.Kind && s.Due.Sub(want.Due).Abs() < time.Second && s.Owner == l.ID("mona")
			}) {
				l.t.Errorf("the clock %s does not run: %+v", want.Kind, p.Tasks)
			}
		}
		got = append(got, p.Child)
	}
	slices.Sort(got)
	slices.Sort(children)
	if !slices.Equal(got, children) {
		l.t.Errorf("cases of %q, want %q", got, children)
	}
}

func TestOpenACaseRefusals(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", pressed, true)
		b, at := l.SignIn("huda"), path(id, "/outcome/opened_case")
		form := func(pairs ...string) stafftest.Page { return b.Get(at).Submit(at, pairs...) }
		form("children", "Sami", "manager", l.ID("lina"), "summary", "words to keep").
			Wants(http.StatusForbidden, "This person does not have what the work needs: Child safeguarding,", "words to keep")
		form("children", "Sami").Wants(http.StatusBadRequest, "Please choose one from the list")
		form("children", "Sami", "manager", l.ID("huda")).Wants(http.StatusBadRequest, "Please choose one from the list")
		form("children", "Sami", "manager", l.ID("mona"), "message", " ").Wants(http.StatusBadRequest, "Please write or choose an answer here")
		long := strings.Repeat("many words ", casework.LongestNote/11+1)
		if p := form("children", "Sami", "manager", l.ID("mona"), "summary", long).Wants(http.StatusBadRequest,
			"This is too long"); typed(p, "summary") != long {
			t.Error("what was typed is lost")
		}
		p := b.Get(at).Submit(at, "do", "add").Submit(at, "children", "Sami", "manager", l.ID("mona"))
		p.Wants(http.StatusBadRequest, "Please write or choose an answer here")
		if p.Hidden(at).Get("children") != "Sami" || stafftest.Attr(field(p, "children"), "aria-invalid") != "" ||
			stafftest.Attr(field(p, "children-2"), "aria-invalid") != "true" {
			t.Error("the wrong child is marked")
		}
		p = form("children", strings.Repeat("long ", casework.LongestLabel/5+1), "manager", l.ID("mona")).Wants(http.StatusBadRequest,
			"Please use 200 letters at most")
		if stafftest.Attr(field(p, "children"), "aria-invalid") != "true" {
			t.Error("the wrong child is not marked")
		}
		p = b.Post(at, "count", "999", "do", "add", "children", "Sami").Wants(http.StatusOK, "Child 12")
		if p.Has("Child 13") || p.Has("Add another child") {
			t.Error("more children than there can be")
		}
		if l.count(casesTestSQL) != 0 || l.report(id).State != report.InTriage {
			t.Errorf("%d cases, the report is %s", l.count(casesTestSQL), l.report(id).State)
		}
		l.must(l.Triage.Release(t.Context(), l.Actor("huda"), id))
	})
}

// TestACaseNeedsAConfirmedPriority sends the form all the same.
func TestACaseNeedsAConfirmedPriority(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", pressed, false)
		l.SignIn("huda").Post(path(id, "/outcome/opened_case"), "count", "1", "children", "Sami", "manager", l.ID("mona"), "message",
			"One of us is here.").
			Wants(http.StatusConflict, "Nobody has confirmed this priority yet", "One of us is here.")
		if l.count(casesTestSQL) != 0 {
			t.Error("a case was opened")
		}
	})
}

// TestWhoMustNotKnowIsNoCandidate names Mona in the report: she is not offered, and no form can choose her.
func TestWhoMustNotKnowIsNoCandidate(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", map[string][]string{"danger": {"no"}, "must_not_know": {"Mona"}}, true)
		b, at := l.SignIn("huda"), path(id, "/outcome/opened_case")
		if p := b.Get(at).Wants(http.StatusOK, "Karim Naser"); p.Has("Mona Khoury") {
			t.Error("who must not know is offered")
		}
		b.Get(at).Submit(at, "children", "Sami", "manager", l.ID("mona")).Wants(http.StatusBadRequest, "Please choose one from the list")
	})
}
