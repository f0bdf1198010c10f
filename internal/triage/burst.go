package triage

import (
	"cmp"
	"context"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

// Settle is the work of the job intake.ReportSettled: a report that came in a burst has paid, and counts as any other. One that is not
// opened yet is seen to have paid when it is. done is called in the transaction.
func (r *Room) Settle(ctx context.Context, in intake.Settled, done func(ctx context.Context, tx store.Tx) error) error {
	q := door.Request{Actor: access.System(string(intake.ReportSettled)), Action: access.Action(intake.ReportSettled), Subject: string(in.Report)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		owes, err := intake.Owes(ctx, tx, in.Report) // the public side notes that it was paid; that it says so is not enough
		if err != nil || owes != 0 {
			return nil, first(func() error { return err }, func() error { return done(ctx, tx) })
		}
		marked, err := report.Settle(ctx, tx, by, in.Report)
		if err == nil && marked {
			err = rerank(ctx, tx, by, q.Subject)
		}
		return nil, first(func() error { return err }, func() error { return done(ctx, tx) })
	})
}

// rerank puts a subject where it belongs in the queue.
func rerank(ctx context.Context, tx store.Tx, by access.Proof, subject string) error {
	now, err := standing(ctx, tx, subject)
	if err != nil {
		return err
	}
	return rank(ctx, tx, by, subject, now)
}

// rankOf is where a priority stands in the queue, as a text that sorts: the levels of content stand behind the priority with the next shorter
// time, or with the same.
func rankOf(p ruleset.Priority) string {
	before := map[ruleset.Priority]string{"C1": "P1c", "C2": "P3c", "C3": "P4c"}
	return cmp.Or(before[p], string(p))
}

// rank puts a subject where its standing wants it. What came in a burst stands behind all else of its priority, so that nobody drowns in
// one, until a person has decided on it. P1 is P1: what makes a report that urgent is never weighed against how it came in.
func rank(ctx context.Context, tx store.Tx, by access.Proof, subject string, s Standing) error {
	place := rankOf(s.Priority)
	if s.Priority != ruleset.P1 && !s.Confirmed {
		marked, err := report.Quarantined(ctx, tx, subject)
		if err != nil {
			return err
		}
		if marked {
			place = task.Behind(place)
		}
	}
	return task.Rank(ctx, tx, by, subject, place)
}
