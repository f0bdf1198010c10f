package desk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/staff/stafftest"
)

// flood makes what is reported from now on come in a burst, and gives what was told in Arabic and in English without own words, and what was
// told in own words.
func (l *place) flood() (arabic, english, words report.ID, receipts [2]func() intake.Mailbox) {
	l.t.Helper()
	l.Intake.Burst = 1
	l.Report(little) // the one of this minute that is not marked
	arabic, first := l.told("ar", little)
	english, second := l.told("en", little)
	words = l.Report(map[string][]string{"danger": {"no"}, "words": {"help me"}})
	return arabic, english, words, [2]func() intake.Mailbox{func() intake.Mailbox { return l.Box(first) }, func() intake.Mailbox { return l.Box(second) }}
}

// TestOneOutcomeForManyOnThePages goes from the queue's banner to the outcome and back, and has a raw client ask for what the page does not
// offer.
func TestOneOutcomeForManyOnThePages(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		l.SignIn("salma").Get("/desk").Wants(http.StatusOK)
		arabic, english, words, boxes := l.flood()
		if p := l.SignIn("huda").Get("/desk").Wants(http.StatusOK, "3 reports that came in a flood wait"); strings.Contains(p.Text, "/desk/burst\"") {
			t.Error("a duty officer is offered what only supervisors may")
		}
		l.Advance(time.Minute)
		b := l.SignIn("salma")
		b.Get("/desk?burst=yes").Wants(http.StatusOK, "3 reports")
		p := b.Get("/desk/burst").Wants(http.StatusOK, "own words", handleOf(words))
		if p.Has(`value="` + string(words) + `"`) {
			t.Error("what was told in own words is offered")
		}
		b.Post("/desk/burst", "outcome", "duplicate", "sure", "yes").Wants(http.StatusBadRequest, "Choose at least one report", "We do not know this answer")
		ask := b.Post("/desk/burst", "outcome", "not_in_scope", "report", string(arabic), "report", string(english)).
			Wants(http.StatusOK, "2 reports get the outcome", "العربية")
		if box := boxes[0](); len(box.Replies) != 0 {
			t.Error("it was done in one step")
		}
		form := ask.Hidden("/desk/burst")
		form.Add("report", string(words)) // which the page did not offer
		done := b.Send("/desk/burst", form).Wants(http.StatusOK, "2 reports have their outcome", "Something was told in own words", handleOf(words))
		for i, box := range boxes {
			if m := box(); m.Progress != intake.Finished || len(m.Replies) != 1 || i == 0 && !strings.ContainsAny(m.Replies[0].Text, "أنت") {
				t.Errorf("the reporter reads %+v", m)
			}
		}
		if l.report(words).State != report.Waiting {
			t.Error("what was told in own words was ended")
		}
		l.Advance(time.Minute)
		done.Submit("/desk/burst/undo").Leads("/desk/burst?done=desk_bulk_undone").Follow().Wants(http.StatusOK, "Taken back by")
		for _, id := range []report.ID{arabic, english} {
			if r := l.report(id); r.State != report.Waiting || r.Outcome != "" {
				t.Errorf("it came back as %+v", r)
			}
		}
		if m := boxes[1](); m.Progress != intake.Received || len(m.Replies) != 2 || !strings.Contains(m.Replies[1].Text, "once more") {
			t.Errorf("the reporter reads %+v", m)
		}
		b.Post("/desk/burst/undo", "id", string(triage.NewBulkID(l.Now()))).Wants(http.StatusConflict, "can no longer be taken back")
	})
}

func handleOf(id report.ID) string { return report.Handle(id) }

// TestBurstIsSeen looks at the pages in both directions of writing.
func TestBurstIsSeen(t *testing.T) {
	scenes(t, func(s *scene, tag string) {
		if s.Main.Engine() != store.SQLite {
			return // the pages are the same on both engines
		}
		s.flood()
		s.at("flood", tag, "/desk")
		s.cookie(stafftest.SessionCookie, s.SignIn("salma").Cookie(stafftest.SessionCookie))
		s.at("burst", tag, "/desk/burst")
	})
}
