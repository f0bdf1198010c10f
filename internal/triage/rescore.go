package triage

import (
	"context"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
)

// Rescore assesses anew every open report that the rule set in use puts higher than it stands, and gives their number; the
// standing is then unconfirmed, and its clocks run by the higher priority. One that it puts lower stays as it stands: a priority is
// never lowered silently, and a supervisor who lowers it goes by the rule set in use. It is the work of RescoreJob and may run
// again. One that cannot be assessed holds up no other; it is in the error.
func (r *Room) Rescore(ctx context.Context, job access.Actor) (int, error) {
	by, err := access.Own(job, "triage.rescore")
	if err != nil {
		return 0, err
	}
	walk := report.NewWalk(time.Time{}, time.Time{}, true)
	raised, failed := 0, error(nil)
	for {
		ids, rows, err := r.rescorable(ctx, by, walk)
		if err != nil || len(ids) == 0 {
			return raised, errors.Join(failed, err)
		}
		walk.Passed(ids)
		higher, err := r.higher(ctx, by, ids, rows)
		failed = errors.Join(failed, err)
		for id, latest := range higher {
			err := r.rescore(ctx, job, id, latest)
			if err == nil {
				raised++
			}
			failed = errors.Join(failed, err)
		}
	}
}

// rescorable reads the latest assessments of a batch of open reports, sealed.
func (r *Room) rescorable(ctx context.Context, by access.Proof, walk *report.Walk) (ids []report.ID, rows []row, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		if ids, _, err = walk.Next(ctx, tx, by, batch); err != nil {
			return err
		}
		rows = make([]row, len(ids))
		for i, id := range ids {
			if rows[i], err = latestRow(ctx, tx, string(id)); err != nil {
				return err
			}
		}
		return nil
	})
	return ids, rows, err
}

// higher opens a batch, under one audit entry, and gives what the rule set in use puts higher than it stands.
func (r *Room) higher(ctx context.Context, by access.Proof, ids []report.ID, rows []row) (map[string]Assessment, error) {
	var set *ruleset.Set
	var now time.Time
	err := r.Store.Read(ctx, func(tx store.Tx) (err error) {
		now = tx.Now
		set, err = r.Rulebook.Rules(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	found, failed := map[string]Assessment{}, error(nil)
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		for i, id := range ids {
			a, err := rows[i].open(ctx, v, r.pack, string(id))
			if err != nil {
				failed = errors.Join(failed, err)
				continue
			}
			if set.Evaluate(a.Facts, a.Told, now).Priority.MoreUrgent(a.Priority) {
				found[string(id)] = a
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, errors.Join(failed, err)
	}
	return found, failed
}

// rescore raises one report. One that has changed since it was looked at, or has got its outcome, is left for the job to look at
// again.
func (r *Room) rescore(ctx context.Context, job access.Actor, subject string, latest Assessment) error {
	q := door.Request{Actor: job, Action: "triage.rescore", Subject: subject}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		now, err := standing(ctx, tx, subject)
		if err == nil && now.Sequence != latest.Sequence {
			err = errChanged
		}
		if err != nil {
			return nil, err
		}
		if err := unresolved(ctx, tx, subject); err != nil {
			return nil, err
		}
		result, err := r.Assess(ctx, tx, by, subject, latest.Facts, latest.Told)
		return map[string]string{"priority": string(result.Priority), "was": string(latest.Priority), "rule_set": result.RuleSet}, first(
			func() error { return err },
			func() error { return r.hasten(ctx, tx, by, subject, result.Priority) },
		)
	})
}

// errChanged has the job run again: the report has changed since it was looked at.
var errChanged = errors.New("the report has changed meanwhile")
