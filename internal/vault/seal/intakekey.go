package seal

import (
	"context"
	"errors"

	"amparo/internal/fault"
	"amparo/internal/store"
)

// currentSQL gives the newest intake key in use.
const currentSQL = `SELECT id, public FROM intake_key WHERE retired_at = 0 ORDER BY created_at DESC, id DESC LIMIT 1`

// Current gives the intake key that new envelopes are sealed to. It gives fault.Unavailable when there is none: the
// case side makes one when it first starts.
func Current(ctx context.Context, tx store.Tx) (IntakeKey, error) {
	var key IntakeKey
	err := tx.One(ctx, currentSQL, nil, &key.ID, &key.Public)
	if errors.Is(err, store.ErrNoRow) {
		return IntakeKey{}, fault.Wrap(errors.New("there is no intake key yet: start the case side once"), fault.Unavailable, fault.CodeUnavailable)
	}
	return key, err
}
