package triage

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/store"
)

const (
	eraseSQL      = `UPDATE assessment SET facts = $2, reason = $2 WHERE subject = $1`
	eraseHandSQL  = `UPDATE report_hand SET note = $2 WHERE subject = $1`
	eraseCheckSQL = `UPDATE triage_check SET answer = $2 WHERE subject = $1`
)

// Erase takes the facts and the words of every assessment away; nothing of it lapses any more. What is left are the priorities, and when
// somebody decided on them. An id of anything but a report changes nothing.
func Erase(ctx context.Context, tx store.Tx, _ access.Proof, subject string) error {
	if _, err := tx.Exec(ctx, settleSQL, subject); err != nil {
		return err
	}
	for _, statement := range []string{eraseSQL, eraseHandSQL, eraseCheckSQL} {
		if _, err := tx.Exec(ctx, statement, subject, []byte{}); err != nil {
			return err
		}
	}
	return nil
}
