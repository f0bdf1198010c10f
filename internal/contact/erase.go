package contact

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/store"
)

const eraseSQL = `DELETE FROM safe_contact WHERE report = $1`

// Erase takes away how a reporter may be reached. An id of anything else changes nothing.
func Erase(ctx context.Context, tx store.Tx, _ access.Proof, subject string) error {
	_, err := tx.Exec(ctx, eraseSQL, subject)
	return err
}
