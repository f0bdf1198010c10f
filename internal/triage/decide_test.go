package triage_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
)

// TestNothingIsOpenedBeforePermission decides as people who may not, and on what is not there.
func TestNothingIsOpenedBeforePermission(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"must_not_know": {"Omar"}})
		for _, c := range []struct {
			actor access.Actor
			id    report.ID
			want  fault.Kind
		}{
			{d.omar(), id, fault.Withheld},
			{staff("nour", "other", access.Supervisor), id, fault.Withheld},
			{staff("mona", d.agency, access.CaseManager), id, fault.Withheld},
			{d.huda(), id, fault.Forbidden}, // not claimed
			{d.huda(), "none", fault.Withheld},
		} {
			for _, to := range ruleset.Priorities() {
				before := d.refusals(c.actor.ID)
				err := d.room.Decide(d.t.Context(), c.actor, triage.Decision{Subject: string(c.id), Sequence: 1, To: to, Reason: "x"})
				if fault.KindOf(err) != c.want || d.refusals(c.actor.ID) != before+1 {
					d.t.Errorf("%s on %s to %s: %v, %d recorded", c.actor.ID, c.id, to, err, d.refusals(c.actor.ID)-before)
				}
			}
		}
		if got := d.opened("triage.decide"); len(got) != 0 {
			d.t.Errorf("for nothing, %v was opened", got)
		}
	})
}

// TestOneOfManyDecides has eight decisions on the same standing: none is lost under another.
func TestOneOfManyDecides(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"no"}})
		d.must(d.room.Claim(d.t.Context(), d.huda(), id))
		to := []ruleset.Priority{ruleset.P1, ruleset.P2, ruleset.P3}
		errs := make([]error, 8)
		var group sync.WaitGroup
		for i := range errs {
			group.Go(func() {
				errs[i] = d.room.Decide(d.t.Context(), d.huda(), triage.Decision{Subject: string(id), Sequence: 1, To: to[i%3]})
			})
		}
		group.Wait()
		var won []ruleset.Priority
		for i, err := range errs {
			switch fault.KindOf(err) {
			case "":
				won = append(won, to[i%3])
			case fault.Conflict:
			default:
				d.t.Error(err)
			}
		}
		if s := d.standing(id); len(won) != 1 || s.Priority != won[0] || s.Sequence != 2 {
			d.t.Errorf("%v won, and it stands at %+v", won, s)
		}
	})
}

func TestAReasonIsMoreThanBlanks(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(nil)
		d.must(d.decide(d.salma(), id, ruleset.P1, ""))
		if err := d.decide(d.salma(), id, ruleset.P3, " \n\t"); fault.KindOf(err) != fault.Invalid {
			d.t.Errorf("lowering for no reason: %v", err)
		}
		d.must(d.decide(d.salma(), id, ruleset.P3, "see data:image/png;base64,AAAA"))
	})
}

// lapsing gives a report the facts of two triggers, of which one lapses after a day and the other after five.
func (d *desk) lapsing() report.ID {
	d.t.Helper()
	id := d.told(map[string][]string{"danger": {"no"}})
	facts := ruleset.Facts{Triggers: []string{"extortion_deadline_within_24h", "assault_within_120h"}}
	d.write(func(ctx context.Context, tx store.Tx, by access.Proof) error {
		_, err := d.room.Assess(ctx, tx, by, string(id), facts, start)
		return err
	})
	return id
}

var lapse = access.System("triage.lapse")

// TestWhatAPersonDecidedOutlastsEveryLapse lets two triggers lapse, one after the other.
func TestWhatAPersonDecidedOutlastsEveryLapse(t *testing.T) {
	each(t, func(d *desk) {
		decided, alone := d.lapsing(), d.lapsing()
		d.must(d.room.Claim(d.t.Context(), d.huda(), decided))
		d.must(d.decide(d.huda(), decided, ruleset.P1, ""))
		for i, after := range []time.Duration{25 * time.Hour, 121 * time.Hour} {
			*d.now = start.Add(after)
			if n, err := d.room.Recheck(d.t.Context(), lapse); n != 2 || err != nil {
				d.t.Errorf("lapse %d: %d, %v", i, n, err)
			}
			if s := d.standing(decided); s.Priority != ruleset.P1 || s.Confirmed || s.Sequence != int64(4+i) {
				d.t.Errorf("after lapse %d it stands at %+v", i, s)
			}
		}
		if s := d.standing(alone); s.Priority == ruleset.P1 || s.Confirmed {
			d.t.Errorf("what only the rule set said stands at %+v", s)
		}
	})
}

// TestOneThatCannotBeEvaluatedHoldsUpNoOther damages what is sealed of the first.
func TestOneThatCannotBeEvaluatedHoldsUpNoOther(t *testing.T) {
	each(t, func(d *desk) {
		broken := d.lapsing()
		*d.now = start.Add(time.Minute)
		whole := d.lapsing()
		d.write(func(ctx context.Context, tx store.Tx, _ access.Proof) error {
			_, err := tx.Exec(ctx, breakTestSQL, string(broken))
			return err
		})
		*d.now = start.Add(25 * time.Hour)
		n, err := d.room.Recheck(d.t.Context(), lapse)
		if n != 1 || err == nil || d.standing(whole).Sequence != 3 || d.standing(broken).Sequence != 2 {
			d.t.Errorf("%d, %v; the whole one stands at %+v", n, err, d.standing(whole))
		}
	})
}

// TestLapsesAtOnce has four processes look at once: each lapse is written down once.
func TestLapsesAtOnce(t *testing.T) {
	each(t, func(d *desk) {
		all := []report.ID{d.lapsing(), d.lapsing(), d.lapsing()}
		*d.now = start.Add(25 * time.Hour)
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if _, err := d.room.Recheck(d.t.Context(), lapse); err != nil {
					d.t.Error(err)
				}
			})
		}
		group.Wait()
		for _, id := range all {
			if s := d.standing(id); s.Sequence != 3 {
				d.t.Errorf("it stands at %+v", s)
			}
		}
	})
}

func TestWhatHasItsOutcomeLapsesNoMore(t *testing.T) {
	each(t, func(d *desk) {
		id := d.lapsing()
		d.must(d.room.Claim(d.t.Context(), d.huda(), id))
		d.must(d.decide(d.huda(), id, ruleset.P1, ""))
		d.checked(d.huda(), id)
		d.must(d.finished(id))
		*d.now = start.Add(25 * time.Hour)
		if n, err := d.room.Recheck(d.t.Context(), lapse); n != 0 || err != nil || !d.standing(id).Confirmed {
			d.t.Errorf("rechecked %d, %v", n, err)
		}
		if slices.ContainsFunc(d.opened("triage.lapse"), func(s []string) bool { return slices.Contains(s, string(id)) }) {
			d.t.Error("it was opened for nothing")
		}
	})
}
