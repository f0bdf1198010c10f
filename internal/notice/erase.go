package notice

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/store"
)

const (
	eraseEventsSQL = `DELETE FROM notice_event WHERE notice IN (SELECT id FROM notice WHERE report = $1)`
	eraseSQL       = `DELETE FROM notice WHERE report = $1`
)

// Erase takes away what a hotline was sent about a report, and what came of it. An id of anything else changes nothing.
func Erase(ctx context.Context, tx store.Tx, _ access.Proof, subject string) error {
	for _, statement := range []string{eraseEventsSQL, eraseSQL} {
		if _, err := tx.Exec(ctx, statement, subject); err != nil {
			return err
		}
	}
	return nil
}
