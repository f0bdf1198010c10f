package join_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"amparo/internal/fault"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
)

// TestNoReportIsWithoutAClock splits, undoes, claims, puts back, reads and ends in any order: no open report is ever without an open
// clock, and no reporter is told of an end before there is one.
func TestNoReportIsWithoutAClock(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		done := map[string]int{}
		for seed := range uint64(4) {
			chance := rand.New(rand.NewPCG(seed, 92))
			d := &day{house: h, t: t, chance: chance, all: []matter{h.told("words", "two things", "accounts", "@ghost_99")}}
			for range 80 {
				name := d.step()
				if name != "" {
					done[name]++
				}
				d.check(seed, name)
			}
		}
		for _, name := range []string{"split", "undo", "claim", "release", "read", "end"} {
			if done[name] == 0 {
				t.Errorf("the test is broken: %v", done)
			}
		}
	})
}

// a day is what may happen to what is behind one receipt.
type day struct {
	house
	t      *testing.T
	chance *rand.Rand
	all    []matter
}

// step does something, and gives its name when it was allowed.
func (d *day) step() string {
	d.t.Helper()
	d.Advance(time.Duration(d.chance.IntN(40)) * time.Minute)
	ctx, m, by := d.t.Context(), d.all[d.chance.IntN(len(d.all))], []string{"huda", "omar", "salma"}[d.chance.IntN(3)]
	names := []string{"split", "split", "undo", "undo", "undo", "claim", "claim", "release", "confirm", "write", "read", "read", "read", "end"}
	name, err := names[d.chance.IntN(len(names))], error(nil)
	switch name {
	case "split":
		var id report.ID
		if id, err = d.Join.Split(ctx, d.Actor(by), d.part(m, "words", "a part")); err == nil {
			d.all = append(d.all, matter{id, m.receipt})
		}
	case "undo":
		err = d.undoSplit(by, d.cameOf(m), m)
	case "claim":
		err = d.Triage.Claim(ctx, d.Actor(by), m.id)
	case "release":
		err = d.Triage.Release(ctx, d.Actor(by), m.id)
	case "confirm":
		s := d.standing(m.id)
		err = d.Triage.Decide(ctx, d.Actor(by), triage.Decision{Subject: string(m.id), Sequence: s.Sequence, To: s.Priority})
	case "write":
		d.Add(m.receipt, "hello")
	case "read":
		err = d.Mailbox.MarkRead(ctx, d.Actor(by), m.id, string(m.id), 0)
	case "end":
		s := d.standing(m.id)
		_ = d.Mailbox.MarkRead(ctx, d.Actor(by), m.id, string(m.id), 0)
		_ = d.Triage.Decide(ctx, d.Actor(by), triage.Decision{Subject: string(m.id), Sequence: s.Sequence, To: s.Priority})
		for _, item := range d.Pack.Required(string(s.Priority), "") {
			answer := triage.AnswerNo
			if item.Answer == jurisdiction.Person {
				answer = d.ID("salma")
			}
			_ = d.Triage.Check(ctx, d.Actor(by), triage.CheckInput{Report: m.id, Item: item.Code, Answer: answer})
		}
		err = d.Triage.Finish(ctx, d.Actor(by), triage.Resolution{Report: m.id, Outcome: report.ReferredOut, Message: "thank you"})
	}
	if slices.Contains([]fault.Kind{fault.Conflict, fault.Forbidden, fault.Withheld}, fault.KindOf(err)) {
		return ""
	}
	d.must(err)
	return name
}

// cameOf is what a report was split off from, or the report itself.
func (d *day) cameOf(m matter) matter {
	d.t.Helper()
	d.Read(func(ctx context.Context, tx store.Tx) error {
		s, there, err := report.SplitAs(ctx, tx, m.id)
		if there {
			m = matter{s.From, m.receipt}
		}
		return err
	})
	return m
}

func (d *day) check(seed uint64, name string) {
	d.t.Helper()
	if n := d.number(openTestSQL); n != 0 {
		d.t.Fatalf("seed %d: after %q %d open reports are without a clock", seed, name, n)
	}
	open := 0
	for _, m := range d.all {
		if d.report(m.id).State != report.Resolved {
			open++
		}
	}
	if box := d.Box(d.all[0].receipt); open > 0 == (box.Progress == intake.Finished) {
		d.t.Fatalf("seed %d: after %q the reporter sees %s, and %d are open", seed, name, box.Progress, open)
	}
}
