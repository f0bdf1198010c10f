package casework

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
)

const (
	eraseSQL = `UPDATE case_file SET state = 'closed', held_at = 0, version = version + 1, closed_at = CASE WHEN closed_at = 0 THEN $2 ELSE closed_at END,
		closure_reason = CASE WHEN closure_reason = '' THEN 'erased' ELSE closure_reason END WHERE id = $1`
	eraseChildSQL   = `DELETE FROM case_child WHERE case_id = $1`
	eraseContactSQL = `DELETE FROM case_contact WHERE case_id = $1`
	eraseEventSQL   = `DELETE FROM case_event WHERE case_id = $1`
)

// Erase takes what was written in a case away. What is left says that there was one, how it ended and when; one that a restore has brought back open is
// closed. An id of anything else changes nothing.
func Erase(ctx context.Context, tx store.Tx, _ access.Proof, subject string) error {
	if _, err := tx.Exec(ctx, eraseSQL, subject, clock.Micro(tx.Now)); err != nil {
		return err
	}
	for _, statement := range []string{eraseChildSQL, eraseContactSQL, eraseEventSQL} {
		if _, err := tx.Exec(ctx, statement, subject); err != nil {
			return err
		}
	}
	return nil
}
