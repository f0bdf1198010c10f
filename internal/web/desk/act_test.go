package desk_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"amparo/internal/fault"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/triage"
	"amparo/internal/web/staff/stafftest"
)

func TestClaimRelease(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.Report(danger)
		b, other := l.SignIn("huda"), l.SignIn("omar")
		stale := other.Get("/desk").Wants(http.StatusOK, "Nobody")
		b.Get("/desk").Submit(path(id, "/claim")).Leads(path(id, "?done=desk_claimed"))
		b.Post(path(id, "/claim")).Leads(path(id, "?done=desk_claimed")) // pressed twice
		late := stale.Submit(path(id, "/claim")).Wants(http.StatusConflict, "Somebody has it already", "Huda Salem has this report",
			"Nothing was changed")
		if !slices.Contains(late.Links(), "/desk") || !slices.Contains(late.Links(), path(id, "")) {
			t.Errorf("there is no way on: %v", late.Links())
		}
		other.Get(path(id, "")).Wants(http.StatusOK, "Huda Salem has this report")
		if p := other.Get(path(id, "")); p.Form(path(id, "/release")) != nil || p.Form(path(id, "/reply")) != nil {
			t.Error("a colleague is offered what is not theirs")
		}
		b.Get(path(id, "")).Submit(path(id, "/release")).Leads("/desk?done=desk_released").Follow().Wants(http.StatusOK, "back on the desk", "Nobody")
		other.Post(path(id, "/claim")).Leads(path(id, "?done=desk_claimed"))
		l.SignIn("salma").Get(path(id, "")).Submit(path(id, "/release")).Leads("/desk?done=desk_released")
		if l.report(id).State != report.Waiting {
			t.Errorf("the report is %s", l.report(id).State)
		}
		b.Post(path(id, "/release")).Wants(http.StatusForbidden, "You do not have this report now. Claim it first")
	})
}

// TestOneOfManyClaims has everybody press at once.
func TestOneOfManyClaims(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.Report(danger)
		people := []*stafftest.Browser{l.SignIn("huda"), l.SignIn("omar"), l.SignIn("salma"), l.SignIn("huda")}
		var group sync.WaitGroup
		answers := make([]int, len(people))
		for i, b := range people {
			group.Go(func() { answers[i] = b.Post(path(id, "/claim")).Status })
		}
		group.Wait()
		won := 0
		for i, status := range answers {
			switch {
			case status == http.StatusSeeOther && (i == 0 || i == 3):
				won |= 1
			case status == http.StatusSeeOther:
				won += 2
			case status != http.StatusConflict:
				t.Errorf("person %d gets %d", i, status)
			}
		}
		if won != 1 && won != 2 {
			t.Errorf("the answers are %v", answers)
		}
	})
}

func TestClaimOfWhatHasItsOutcome(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", danger, true)
		l.must(l.Triage.Finish(t.Context(), l.Actor("huda"), triage.Resolution{Report: id, Outcome: report.NotInScope, Message: "thank you"}))
		l.SignIn("omar").Post(path(id, "/claim")).Wants(http.StatusConflict, "This report has its outcome: Outside our remit (Huda Salem).")
	})
}

func TestConfirmRaiseLower(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", pressed, false)
		huda, salma := l.SignIn("huda"), l.SignIn("salma")
		p := huda.Get(path(id, "")).Wants(http.StatusOK, "Change the priority")
		if strings.Contains(p.Body, `type="radio" value="P3"`) || !strings.Contains(p.Body, `type="radio" value="P1"`) {
			t.Error("a duty officer is offered to lower it, or not to raise it")
		}
		huda.Post(path(id, "/decide"), "sequence", "1", "priority", "P2").Leads(path(id, "?done=desk_decided"))
		if s := l.standing(id); !s.Confirmed || s.Priority != ruleset.P2 {
			t.Errorf("confirmed, it stands at %+v", s)
		}
		huda.Post(path(id, "/decide"), "sequence", "2", "priority", "P1", "reason", "He knows where she lives.").Leads(path(id, "?done=desk_decided"))
		huda.Get(path(id, "")).Wants(http.StatusOK, "Raised", "P1 Immediate", "He knows where she lives.", "by You",
			"The rule set says P2 High. A person has set P1 Immediate.")
		huda.Post(path(id, "/decide"), "sequence", "3", "priority", "P2", "reason", "calm words").
			Wants(http.StatusForbidden, "Only a supervisor may lower a priority", "calm words")

		salma.Post(path(id, "/decide"), "sequence", "3", "priority", "P2").Wants(http.StatusBadRequest, "Say why, in a few words")
		p = salma.Post(path(id, "/decide"), "sequence", "3", "priority", "P3", "reason", "She is with her mother now.")
		p.Wants(http.StatusBadRequest, "cannot be lowered to P3", "She is with her mother now.")
		p = salma.Post(path(id, "/decide"), "sequence", "3", "priority", "P2", "reason", strings.Repeat("long ", triage.LongestReason/5+1))
		if p.Wants(http.StatusBadRequest, "This is too long"); !strings.HasPrefix(typed(p, "reason"), "long long") || len(p.Find("details")) == 0 {
			t.Error("what was typed is lost")
		}
		salma.Post(path(id, "/decide"), "sequence", "3", "priority", "P2", "reason", "She is with her mother now.").Leads(path(id,
			"?done=desk_decided"))
		salma.Post(path(id, "/decide"), "sequence", "4", "priority", "P9").Wants(http.StatusBadRequest)
		if s := l.standing(id); s.Priority != ruleset.P2 || s.Sequence != 4 {
			t.Errorf("lowered, it stands at %+v", s)
		}
	})
}

// TestStaleDecision has a colleague change the priority while the page is open: the page says what changed, keeps what was
// typed, and what is sent from it then is taken.
func TestStaleDecision(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", pressed, false)
		b := l.SignIn("huda")
		p := b.Get(path(id, ""))
		l.must(l.Triage.Decide(t.Context(), l.Actor("salma"), triage.Decision{Subject: string(id), Sequence: 1, To: ruleset.P1,
			Reason: "Her brother called."}))
		p = p.Submit(path(id, "/decide"), "reason", "I have read it all.")
		p.Wants(http.StatusConflict, "your choice of P2 High was not used", "What changed meanwhile", "Raised",
			"Her brother called.", "by Salma Idris", "P1 Immediate")
		if typed(p, "reason") != "I have read it all." {
			t.Errorf("the reason is now %q", typed(p, "reason"))
		}
		if l.standing(id).Sequence != 2 || l.refusals("huda") != 0 {
			t.Errorf("it stands at %+v, %d refusals", l.standing(id), l.refusals("huda"))
		}
		b.Post(path(id, "/decide"), "sequence", p.Hidden(path(id, "/decide")).Get("sequence"), "priority", "P1").Leads(path(id, "?done=desk_decided"))
		b.Post(path(id, "/decide"), "sequence", "x", "priority", "P1").Wants(http.StatusConflict)
	})
}

func TestDecideWhatHasItsOutcome(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", pressed, true)
		l.must(l.Triage.Finish(t.Context(), l.Actor("huda"), triage.Resolution{Report: id, Outcome: report.NotInScope, Message: "thank you"}))
		l.SignIn("huda").Post(path(id, "/decide"), "sequence", "2", "priority", "P1", "reason", "too late").
			Wants(http.StatusConflict, "This already has an outcome", "This report has its outcome")
	})
}

// TestReply sends the same words twice, as a browser does after Back.
func TestReply(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("ar", pressed)
		l.take("huda", id)
		l.Add(receipt, "hello?")
		b := l.SignIn("huda")
		p := b.Get(path(id, "")).Wants(http.StatusOK, "hello?", "New", "They read العربية")
		l.Add(receipt, "are you there?")
		for range 2 {
			p.Submit(path(id, "/reply"), "message", " We are here.\nYou can write. ").Leads(path(id, "?done=desk_replied"))
		}
		if got := l.replies(receipt); !slices.Equal(got, []string{"We are here.\nYou can write."}) {
			t.Errorf("the reporter reads %q", got)
		}
		p.Submit(path(id, "/reply"), "message", "And other words from the same page.").Leads(path(id, "?done=desk_replied"))
		if got := l.replies(receipt); len(got) != 2 {
			t.Errorf("other words were taken for the same: %q", got)
		}
		thread := l.thread(id)
		if len(thread) != 4 || thread[0].Read.IsZero() || !thread[1].Read.IsZero() {
			t.Errorf("what came in after the page was opened counts as read: %+v", thread)
		}
		b.Get(path(id, "?done=desk_replied")).Wants(http.StatusOK, "in their mailbox", "We are here.", "are you there?", "New")
		b.Get(path(id, "")).Submit(path(id, "/read")).Leads(path(id, "?done=desk_read"))
		if l.thread(id)[1].Read.IsZero() {
			t.Error("it does not count as read")
		}
		b.Post(path(id, "/read"), "seen", "0").Wants(http.StatusBadRequest)
	})
}

// TestReplyToSilence replies where nothing was said yet: what comes in meanwhile was not seen.
func TestReplyToSilence(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("en", pressed)
		l.take("huda", id)
		p := l.SignIn("huda").Get(path(id, "")).Wants(http.StatusOK, "Nothing has been written yet")
		l.Add(receipt, "I have to tell you more")
		p.Submit(path(id, "/reply"), "message", "We are here.").Leads(path(id, "?done=desk_replied"))
		if thread := l.thread(id); len(thread) != 2 || !thread[0].Read.IsZero() {
			t.Errorf("it counts as read: %+v", thread)
		}
	})
}

func TestReplyRefusals(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("en", pressed)
		l.take("huda", id)
		b := l.SignIn("huda")
		b.Get(path(id, "")).Submit(path(id, "/reply"), "message", " \n ").Wants(http.StatusBadRequest, "Please write or choose an answer here")
		long := strings.Repeat("many words ", mailbox.Longest/11+1)
		p := b.Get(path(id, "")).Submit(path(id, "/reply"), "message", long).Wants(http.StatusBadRequest, "Please use 4000 letters at most")
		if typed(p, "message") != long || p.Hidden(path(id, "/reply")).Get("id") == "" {
			t.Error("what was typed is lost")
		}
		p.Submit(path(id, "/reply"), "message", long[:100], "anyway", "yes").Leads(path(id, "?done=desk_replied"))
		l.must(l.Triage.Release(t.Context(), l.Actor("salma"), id))
		b.Post(path(id, "/reply"), "message", "Are you safe?").Wants(http.StatusForbidden, "You do not have this report now", "Claim this report")
		if got := l.replies(receipt); len(got) != 1 || fault.KindOf(l.Triage.Claim(t.Context(), l.Actor("huda"), id)) != "" {
			t.Errorf("the reporter reads %q", got)
		}
		for _, bad := range [][]string{{"id", "nothing"}, {"id", "", "seen", "x"}, {}} {
			b.Post(path(id, "/reply"), append(bad, "message", "Words without a form "+strings.Join(bad, "."))...).Leads(path(id,
				"?done=desk_replied"))
		}
		if got := l.replies(receipt); len(got) != 4 {
			t.Errorf("the reporter reads %q", got)
		}
	})
}
