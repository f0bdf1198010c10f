package triage

import (
	"bytes"
	"context"
	"slices"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/instrument"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
)

// An AmendInput says what is known of a report by now: all of it, in place of what was known. Sequence is the standing that the
// person has seen.
type AmendInput struct {
	Report   report.ID
	Sequence int64
	Facts    ruleset.Facts
	Reason   string // how it became known; may be empty
}

// Amend takes facts that became known later in place of the former ones, and evaluates them. What was known before stays in the
// history. The priority may rise by it; it never falls: that is a supervisor's decision, with Decide. Whatever comes of it is
// unconfirmed. A trigger that becomes true by it, or that had lapsed, has its time from now on, and makes what was of content alone the
// child's. Whether a child is identified is otherwise said by Track. Facts that the rule set does not know
// are fault.Invalid; a standing that has changed meanwhile, or a report that has its outcome, is fault.Conflict.
func (r *Room) Amend(ctx context.Context, actor access.Actor, in AmendInput) error {
	q := door.Request{Actor: actor, Action: access.ReportAmend, Subject: string(in.Report)}
	in.Reason, _ = instrument.CleanText(in.Reason, 0)
	return r.amend(ctx, q, in, func(a Assessment) Assessment {
		now := in.Facts
		if now.ContentOnly = a.Facts.ContentOnly; !now.ContentOnly {
			now.Content = a.Facts.Content // nobody was asked
		}
		a.Facts = now
		return a
	}, func(context.Context, store.Tx, access.Proof) error { return nil })
}

// amend makes the changed latest assessment the standing, and does what goes with it in the same transaction.
func (r *Room) amend(ctx context.Context, q door.Request, in AmendInput, change func(Assessment) Assessment,
	also func(ctx context.Context, tx store.Tx, by access.Proof) error) error {
	if _, err := door.See(ctx, r.Store, q); err != nil { // before anything is opened
		return err
	}
	latest, err := r.reckon(ctx, access.System("triage.amend"), q.Subject)
	if err != nil {
		return err
	}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		next := change(latest)
		next.Facts.ContentOnly = next.Facts.ByContent()
		if err := r.fits(next.Facts, in.Reason); err != nil {
			return nil, err
		}
		if err := unresolved(ctx, tx, q.Subject); err != nil {
			return nil, err
		}
		now, err := standing(ctx, tx, q.Subject)
		if err == nil && (now.Sequence != in.Sequence || latest.Sequence != in.Sequence) {
			err = fault.New(fault.Conflict, fault.CodeStale)
		}
		if err != nil {
			return nil, err
		}
		anew := r.renewed(latest, next.Facts, tx)
		if !anew && in.Reason == "" && bytes.Equal(next.Facts.JSON(), latest.Facts.JSON()) {
			return nil, also(ctx, tx, by)
		}
		if anew {
			next.Told = tx.Now
		}
		set, err := r.Rulebook.Rules(ctx, tx)
		if err != nil {
			return nil, err
		}
		result := set.Evaluate(next.Facts, next.Told, tx.Now)
		next.Priority, next.Source, next.Reason, next.MadeBy = result.Priority, Amended, in.Reason, q.Actor.ID
		if now.Priority.Content() == next.Priority.Content() && now.Priority.MoreUrgent(next.Priority) {
			next.Priority = now.Priority
		}
		next.RuleSet, next.NeedsInformation, next.LapsesAt = result.RuleSet, result.NeedsInformation, result.NextLapse
		return map[string]string{"priority": string(next.Priority), "was": string(now.Priority)}, first(
			func() error { return r.add(ctx, tx, by, q.Subject, next) },
			func() error { return r.turn(ctx, tx, by, q.Subject, now.Priority, next.Priority) },
			func() error { return r.hasten(ctx, tx, by, q.Subject, next.Priority) },
			func() error { return also(ctx, tx, by) },
		)
	})
}

// fits tells whether the facts and the reason can be kept.
func (r *Room) fits(f ruleset.Facts, reason string) error {
	wrong := fault.New(fault.Invalid, "fault.form")
	if r.pack.Check(f) != nil {
		wrong.With("facts", "fault.answer_code")
	}
	if len([]rune(reason)) > LongestReason {
		wrong.With("reason", "fault.long", "Max", LongestReason)
	}
	if wrong.Wrong() {
		return wrong
	}
	return nil
}

// renewed tells whether a trigger is true that was not before, or had lapsed.
func (r *Room) renewed(before Assessment, now ruleset.Facts, tx store.Tx) bool {
	held := r.pack.Evaluate(before.Facts, before.Told, tx.Now).Triggers
	return slices.ContainsFunc(now.Triggers, func(name string) bool {
		return !slices.ContainsFunc(held, func(t ruleset.Reason) bool { return t.Name == name })
	})
}
