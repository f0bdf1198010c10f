package mailbox

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/store"
)

const (
	eraseSQL       = `DELETE FROM mailbox_message WHERE report = $1`
	eraseFollowSQL = `DELETE FROM mailbox_follow WHERE report = $1 OR subject = $1`
)

// Erase takes a thread away, and what an erased report or case followed of others.
func Erase(ctx context.Context, tx store.Tx, _ access.Proof, subject string) error {
	for _, statement := range []string{eraseSQL, eraseFollowSQL} {
		if _, err := tx.Exec(ctx, statement, subject); err != nil {
			return err
		}
	}
	return nil
}
