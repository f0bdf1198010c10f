package report

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
)

// Erased is the end of a report that a restore has brought back without the outcome that it had when it was erased.
const Erased Outcome = "erased"

const eraseSQL = `UPDATE report SET content = $2, identity = $2, came_by = NULL, state = 'resolved', quarantine = 0, version = version + 1,
		outcome = CASE WHEN outcome = '' THEN 'erased' ELSE outcome END, resolved_at = CASE WHEN resolved_at = 0 THEN $3 ELSE resolved_at END
	WHERE id = $1`

// Erase takes what was told away. What is left says that there was a report, how it ended and when. An id of anything else changes nothing.
func Erase(ctx context.Context, tx store.Tx, _ access.Proof, subject string) error {
	_, err := tx.Exec(ctx, eraseSQL, subject, []byte{}, clock.Micro(tx.Now))
	return err
}
