package submission

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/store"
)

const eraseSQL = `UPDATE partner_report SET body_digest = '' WHERE report = $1`

// Erase takes the digest of what was handed in away. That it was handed in is left, so that handing it in again makes no second report.
// An id of anything else changes nothing.
func Erase(ctx context.Context, tx store.Tx, _ access.Proof, subject string) error {
	_, err := tx.Exec(ctx, eraseSQL, subject)
	return err
}
