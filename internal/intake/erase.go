package intake

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/store"
)

const (
	eraseEnvelopeSQL = `DELETE FROM envelope WHERE report = $1`
	eraseFormerSQL   = `DELETE FROM receipt_former WHERE report = $1`
	eraseMessageSQL  = `DELETE FROM message_id WHERE report = $1`
)

// Erase takes away what the public side has of a report: its receipt opens nothing any more, and nothing that waits to be opened is opened.
// Parts of it that are behind the same receipt must have been erased before. An id of anything else changes nothing.
func Erase(ctx context.Context, tx store.Tx, _ access.Proof, subject string) error {
	for _, statement := range []string{eraseEnvelopeSQL, unpostSQL, eraseMessageSQL, eraseFormerSQL, dropPartSQL, withdrawSQL} {
		if _, err := tx.Exec(ctx, statement, subject); err != nil {
			return err
		}
	}
	return nil
}
