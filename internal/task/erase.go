package task

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/store"
)

const eraseSQL = `UPDATE task SET label = $2 WHERE subject = $1`

// Erase cancels what is open of a subject, takes it out of the queue, and takes the words of its tasks away.
func Erase(ctx context.Context, tx store.Tx, by access.Proof, subject string) error {
	if err := Cancel(ctx, tx, by, subject); err != nil {
		return err
	}
	if err := Pass(ctx, tx, by, subject, Left); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, eraseSQL, subject, []byte{})
	return err
}
