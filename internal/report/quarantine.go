package report

import (
	"context"
	"errors"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/store"
	"amparo/internal/task"
)

// Settle takes the mark of a burst from a report, and tells whether it had one.
func Settle(ctx context.Context, tx store.Tx, _ access.Proof, id ID) (bool, error) {
	rows, err := tx.Exec(ctx, settleSQL, string(id))
	return rows == 1, err
}

// Quarantined tells whether a subject is a report with the mark of a burst.
func Quarantined(ctx context.Context, tx store.Tx, subject string) (bool, error) {
	var marked int
	err := tx.One(ctx, quarantinedSQL, []any{subject}, &marked)
	if errors.Is(err, store.ErrNoRow) {
		return false, nil
	}
	return marked == 1, err
}

// Flood counts the reports with the mark of a burst that nobody has, of those that the actor may see, up to most.
func Flood(ctx context.Context, tx store.Tx, actor access.Actor, most int) (n int, err error) {
	err = tx.One(ctx, floodSQL, grant.ScopeFor(actor, access.ReportRead).Args(most), &n)
	return n, err
}

// ResolveUnread gives an outcome of BulkOutcomes to a report of a burst that nobody has begun to read. Any other is fault.Conflict
// "fault.bulk_begun".
func ResolveUnread(ctx context.Context, tx store.Tx, by access.Proof, id ID, o Outcome) error {
	if !slices.Contains(BulkOutcomes, o) {
		return fault.New(fault.Invalid, "fault.form").With("outcome", "fault.answer_code")
	}
	if err := move(ctx, tx, unreadSQL, "fault.bulk_begun", string(id), string(o), clock.Micro(tx.Now), by.Actor().ID); err != nil {
		return err
	}
	return task.Pass(ctx, tx, by, string(id), task.Left)
}

// Reopen puts a report that ResolveUnread ended at that time back as it was. One that has another outcome by now is fault.Conflict.
func Reopen(ctx context.Context, tx store.Tx, by access.Proof, id ID, at time.Time) error {
	if err := move(ctx, tx, asItWasSQL, fault.CodeStale, string(id), clock.Micro(at)); err != nil {
		return err
	}
	return task.Pass(ctx, tx, by, string(id), task.Waiting)
}
