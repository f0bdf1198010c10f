package referral

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
)

const (
	ofCaseIDsSQL = `SELECT id FROM referral WHERE case_id = $1 ORDER BY id`
	eraseSQL     = `UPDATE referral SET asked = $2, person = $2, agreed = $2, taker = '', released = 1, version = version + 1,
		state = CASE WHEN ended_at = 0 THEN 'withdrawn' ELSE state END, ended_at = CASE WHEN ended_at = 0 THEN $3 ELSE ended_at END WHERE id = $1`
	eraseEventSQL = `DELETE FROM referral_event WHERE referral = $1`
)

// OfCase gives the ids of what was handed on of a case, whoever may see it: it is for what is done to the case as a whole.
func OfCase(ctx context.Context, tx store.Tx, _ access.Proof, file string) (list []ID, err error) {
	err = tx.Each(ctx, ofCaseIDsSQL, []any{file}, func(scan func(...any) error) error {
		var id ID
		err := scan(&id)
		list = append(list, id)
		return err
	})
	return list, err
}

// Erase takes away what was handed on and answered. An id of anything but a referral changes nothing.
func Erase(ctx context.Context, tx store.Tx, _ access.Proof, subject string) error {
	if _, err := tx.Exec(ctx, eraseSQL, subject, []byte{}, clock.Micro(tx.Now)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, eraseEventSQL, subject)
	return err
}
