package triage_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
)

const handNotesTestSQL = `SELECT note FROM report_hand`

// TestAReportIsHandedOn has huda hand a report to omar, with its tasks as they stand and a note that is sealed.
func TestAReportIsHandedOn(t *testing.T) {
	each(t, func(d *desk) {
		ctx, id := d.t.Context(), d.told(map[string][]string{"danger": {"yes"}})
		var heard []string
		c := d.room.Config
		c.Handed = func(_ context.Context, _ store.Tx, subject string) error { heard = append(heard, subject); return nil }
		d.room = triage.New(c)
		d.wants("nobody has it", d.room.Hand(ctx, d.salma(), triage.HandInput{Report: id, To: "omar"}), triage.CodeNobodyHas)
		d.must(d.room.Claim(ctx, d.huda(), id))
		before := d.tasks(id)
		d.must(d.room.Hand(ctx, d.huda(), triage.HandInput{Report: id, To: "omar", Note: " " + canary + " "}))
		if len(before) == 0 || len(heard) != 1 || heard[0] != string(id) {
			d.t.Errorf("%d tasks; heard %v", len(before), heard)
		}
		for kind, was := range before {
			if now := d.tasks(id)[kind]; now.Owner != "omar" || !now.Due.Equal(was.Due) || now.ID != was.ID {
				d.t.Errorf("%s was %+v, is %+v", kind, was, now)
			}
		}
		p, err := d.room.Read(ctx, d.omar(), id, nil)
		d.must(err)
		if p.Holder != "omar" || p.State != report.InTriage || len(p.Hands) != 1 || p.Hands[0].Note != canary ||
			p.Hands[0].From != "huda" || p.Hands[0].To != "omar" || p.Hands[0].MadeBy != "huda" {
			d.t.Errorf("the page says %s, %s, %+v", p.Holder, p.State, p.Hands)
		}
		d.must(d.main.Read(ctx, func(tx store.Tx) error {
			return tx.Each(ctx, handNotesTestSQL, nil, func(scan func(...any) error) error {
				var note []byte
				err := scan(&note)
				if strings.Contains(string(note), canary) {
					d.t.Error("the note is not sealed")
				}
				return err
			})
		}))
		d.wants("handed on already", d.room.Hand(ctx, d.huda(), triage.HandInput{Report: id, To: "huda"}), fault.CodeForbidden)
		d.must(d.room.Hand(ctx, d.salma(), triage.HandInput{Report: id, To: "huda"}))
		d.must(d.room.Release(ctx, d.huda(), id))
	})
}

// TestWhoCannotBeHandedAReport tries who has it, who is elsewhere, who must not know, and too many words.
func TestWhoCannotBeHandedAReport(t *testing.T) {
	each(t, func(d *desk) {
		d.supervised()
		ctx, id := d.t.Context(), d.told(map[string][]string{"danger": {"yes"}})
		d.must(d.room.Claim(ctx, d.huda(), id))
		d.must(d.room.Declare(ctx, d.salma(), id, "omar"))
		for _, to := range []string{"", "huda", "omar", "nadia", "nobody"} {
			if err := d.room.Hand(ctx, d.huda(), triage.HandInput{Report: id, To: to}); fault.KindOf(err) != fault.Invalid {
				d.t.Errorf("to %q: %v", to, err)
			}
		}
		long := triage.HandInput{Report: id, To: "salma", Note: strings.Repeat("long ", triage.LongestReason/5+1)}
		if err := d.room.Hand(ctx, d.huda(), long); fault.KindOf(err) != fault.Invalid {
			d.t.Errorf("a long note: %v", err)
		}
		for what, actor := range map[string]access.Actor{"must not know": d.omar(), "elsewhere": d.elsewhere()} {
			if err := d.room.Hand(ctx, actor, triage.HandInput{Report: id, To: "salma"}); fault.KindOf(err) != fault.Withheld {
				d.t.Errorf("who %s: %v", what, err)
			}
		}
		takers, err := d.room.Takers(ctx, d.huda(), id)
		users := []string{}
		for _, p := range takers {
			users = append(users, p.User)
		}
		if slices.Sort(users); err != nil || !slices.Equal(users, []string{"laila", "salma"}) {
			d.t.Errorf("takers are %v, %v", users, err)
		}
	})
}

// TestHandedToOneAtOnce has two supervisors and who has it hand a report on at once: one of them is the last, and one person has it.
func TestHandedToOneAtOnce(t *testing.T) {
	each(t, func(d *desk) {
		d.supervised()
		ctx, id := d.t.Context(), d.told(map[string][]string{"danger": {"yes"}})
		d.must(d.room.Claim(ctx, d.huda(), id))
		var group sync.WaitGroup
		for _, to := range []string{"omar", "laila", "salma"} {
			group.Go(func() {
				err := d.room.Hand(ctx, d.salma(), triage.HandInput{Report: id, To: to})
				if err != nil && !slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.Forbidden}, fault.KindOf(err)) {
					d.t.Error(errors.Join(errors.New(to), err))
				}
			})
		}
		group.Wait()
		held := 0
		d.must(d.main.Read(ctx, func(tx store.Tx) error {
			held = 0
			all, err := grant.History(ctx, tx, string(id))
			for _, g := range all {
				if g.Relation == access.Claimant && g.EndedAt.IsZero() {
					held++
				}
			}
			return err
		}))
		p, err := d.room.Read(ctx, d.salma(), id, nil)
		d.must(err)
		for _, one := range p.Tasks {
			if one.Owner != p.Holder {
				d.t.Errorf("%s has it, and %s its task", p.Holder, one.Owner)
			}
		}
		if held != 1 || !slices.ContainsFunc(p.Hands, func(h triage.Hand) bool { return h.To == p.Holder }) { // all at one instant
			d.t.Errorf("%d have it; the hands are %+v, %s has it", held, p.Hands, p.Holder)
		}
	})
}
