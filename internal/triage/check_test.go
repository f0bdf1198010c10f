package triage_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
)

const answersTestSQL = `SELECT answer FROM triage_check`

func (d *desk) answer(by access.Actor, id report.ID, item, answer string) error {
	return d.room.Check(d.t.Context(), by, triage.CheckInput{Report: id, Sequence: d.standing(id).Sequence, Item: item, Answer: answer})
}

func (d *desk) page(id report.ID) triage.Page {
	d.t.Helper()
	p, err := d.room.Read(d.t.Context(), d.huda(), id, nil)
	d.must(err)
	return p
}

// TestWhatIsUrgentDoesNotLeaveUnasked gives reports of each priority an outcome, with what must be answered before and without.
func TestWhatIsUrgentDoesNotLeaveUnasked(t *testing.T) {
	each(t, func(d *desk) {
		for _, p := range ruleset.Priorities() {
			id := d.told(map[string][]string{"danger": {"no"}})
			d.must(d.room.Claim(d.t.Context(), d.huda(), id))
			by := d.huda()
			if d.standing(id).Priority.MoreUrgent(p) {
				by = d.salma()
			}
			d.must(d.decide(by, id, p, "it is so"))
			if p == ruleset.P3 || p == ruleset.P4 {
				d.must(d.finished(id))
				continue
			}
			d.wants("nothing answered", d.finished(id), triage.CodeUnchecked)
			d.must(d.answer(d.huda(), id, "suicide_risk_asked", "unsafe_to_ask"))
			d.wants("nobody named", d.finished(id), triage.CodeUnchecked)
			if l := d.page(id); !slices.Equal(l.Missing, []string{"named_professional"}) || len(l.MissingForCase) != 0 {
				d.t.Errorf("missing are %v, for a case %v", l.Missing, l.MissingForCase)
			}
			d.must(d.answer(d.huda(), id, "named_professional", "huda"))
			d.must(d.finished(id))
			d.wants("an answer to what has its outcome", d.answer(d.huda(), id, "suicide_risk_asked", "no"), "fault.resolved")
		}
	})
}

// TestAYesRaisesAtOnce answers that there is a risk: the fact stands, the priority with it, and what a person saw before no longer counts.
func TestAYesRaisesAtOnce(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"no"}})
		d.must(d.room.Claim(d.t.Context(), d.huda(), id))
		d.must(d.decide(d.huda(), id, ruleset.P2, ""))
		d.must(d.answer(d.huda(), id, "suicide_risk_asked", "yes"))
		s := d.standing(id)
		if s.Priority != ruleset.P1 || s.Confirmed || s.Sequence != 3 {
			d.t.Errorf("it stands at %+v", s)
		}
		d.wants("unconfirmed", d.finished(id), "triage.unconfirmed")
		if due := d.tasks(id)[triage.TaskAssign].Due; due.After(d.now.Add(3600e9)) {
			d.t.Errorf("the clock was not brought forward: %v", due)
		}
		d.must(d.decide(d.huda(), id, ruleset.P1, ""))
		d.must(d.answer(d.huda(), id, "suicide_risk_asked", "yes"))
		if again := d.standing(id); again.Sequence != 4 || !again.Confirmed {
			d.t.Errorf("said again, it stands at %+v", again)
		}
		d.wants("lowered below it", d.decide(d.salma(), id, ruleset.P3, "x"), "ruleset.below_fact")
		err := d.room.Check(d.t.Context(), d.huda(), triage.CheckInput{Report: id, Sequence: 3, Item: "suicide_risk_asked", Answer: "yes"})
		d.wants("on what was seen before", err, fault.CodeStale)
	})
}

// TestEveryAnswerIsKeptSealed reads them back in their order, and finds none in the database.
func TestEveryAnswerIsKeptSealed(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"yes"}})
		d.must(d.room.Claim(d.t.Context(), d.huda(), id))
		d.must(d.answer(d.huda(), id, "suicide_risk_asked", "no_contact_yet"))
		d.must(d.answer(d.huda(), id, "call_emergency", triage.AnswerDone))
		d.must(d.answer(d.huda(), id, "suicide_risk_asked", triage.AnswerNo))
		var got []string
		for _, c := range d.page(id).Checks {
			got = append(got, c.Item+"="+c.Answer+" "+c.MadeBy)
		}
		want := []string{"suicide_risk_asked=no_contact_yet huda", "call_emergency=done huda", "suicide_risk_asked=no huda"}
		if !slices.Equal(got, want) {
			d.t.Errorf("kept are %v", got)
		}
		d.read(func(ctx context.Context, tx store.Tx) error {
			return tx.Each(ctx, answersTestSQL, nil, func(scan func(...any) error) error {
				var blob []byte
				err := scan(&blob)
				if strings.Contains(string(blob), "no") && len(blob) < 16 || strings.Contains(string(blob), "done") {
					d.t.Error("an answer is readable in the database")
				}
				return err
			})
		})
	})
}

// TestAnswersThatAreNone gives answers that the country does not know, names who may not be named, and answers as those who may not.
func TestAnswersThatAreNone(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"yes"}, "must_not_know": {"Nadia"}})
		d.wants("not claimed", d.answer(d.huda(), id, "call_emergency", "done"), fault.CodeForbidden)
		d.must(d.room.Claim(d.t.Context(), d.huda(), id))
		for _, wrong := range [][2]string{{"suicide_risk_asked", "done"}, {"suicide_risk_asked", ""}, {"suicide_risk_asked", "huda"}, {"call_emergency", "yes"},
			{"named_professional", ""}, {"named_professional", "omar"}, {"named_professional", "nadia"}, {"named_professional", "nobody"}, {"nothing", "done"}} {
			if err := d.answer(d.huda(), id, wrong[0], wrong[1]); fault.KindOf(err) != fault.Invalid {
				d.t.Errorf("%v gave %v", wrong, err)
			}
		}
		if got := d.page(id).Professionals; !slices.Equal(got, []string{"huda"}) {
			d.t.Errorf("those who may be named are %v", got)
		}
		d.wants("another's", d.answer(d.omar(), id, "call_emergency", "done"), fault.CodeForbidden)
		if err := d.answer(staff("nour", "other", access.Supervisor), id, "suicide_risk_asked", "yes"); fault.KindOf(err) != fault.Withheld {
			d.t.Errorf("another agency's: %v", err)
		}
		if err := d.answer(staff("nour", "other", access.Supervisor), id, "nothing", "x"); fault.KindOf(err) != fault.Withheld {
			d.t.Errorf("another agency's, and wrong: %v", err)
		}
		if got := d.opened("triage.amend"); len(got) != 0 {
			d.t.Errorf("for nothing, %v was opened", got)
		}
		d.people[1].Qualified = true
		d.must(d.answer(d.huda(), id, "named_professional", "omar"))
	})
}
