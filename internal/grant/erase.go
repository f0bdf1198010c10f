package grant

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
)

const eraseSQL = `UPDATE access_grant SET ended_at = $2 WHERE subject = $1 AND ended_at = 0`

// Erase ends every grant of a subject. Conflicts of interest stay: the log goes on leaving out, for a reader, what they must not know of.
func Erase(ctx context.Context, tx store.Tx, _ access.Proof, subject string) error {
	_, err := tx.Exec(ctx, eraseSQL, subject, clock.Micro(tx.Now))
	return err
}
