package report

import (
	"context"
	"errors"

	"amparo/internal/access"
	"amparo/internal/grant"
	"amparo/internal/store"
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
