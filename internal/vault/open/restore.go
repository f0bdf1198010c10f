package open

import (
	"context"
	"slices"

	"amparo/internal/clock"
	"amparo/internal/store"
)

// EraseIn destroys the data keys of subjects in a key store that was just restored. Nobody may serve from it meanwhile.
func EraseIn(ctx context.Context, keys *store.Store, subjects []string) error {
	return keys.Write(ctx, func(tx store.Tx) error {
		for _, s := range subjects {
			if _, err := tx.Exec(ctx, dropDataKeysSQL, s); err != nil {
				return err
			}
		}
		return nil
	})
}

const retireOneSQL = `UPDATE intake_key SET retired_at = $2 WHERE id = $1 AND retired_at = 0`

// RetireLost retires the intake keys in use of a restored main store whose private halves the restored key store has not got, so that the next start makes
// a new one: the two may be of different instants, and a key that was in use at the one may be destroyed, or not made yet, at the other. It gives the ids
// of the keys that open. Nobody may serve from these stores meanwhile.
func RetireLost(ctx context.Context, main, keys *store.Store) (open []string, err error) {
	err = keys.Read(ctx, func(tx store.Tx) error {
		open = nil
		return tx.Each(ctx, allPrivateSQL, nil, func(scan func(...any) error) error {
			var id string
			var wrapped []byte
			err := scan(&id, &wrapped)
			open = append(open, id)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return open, main.Write(ctx, func(tx store.Tx) error {
		var lost []string
		err := tx.Each(ctx, intakeInUseSQL, nil, func(scan func(...any) error) error {
			var id string
			var public []byte
			if err := scan(&id, &public); err != nil {
				return err
			}
			if !slices.Contains(open, id) {
				lost = append(lost, id)
			}
			return nil
		})
		for _, id := range lost {
			if _, err := tx.Exec(ctx, retireOneSQL, id, clock.Micro(tx.Now)); err != nil {
				return err
			}
		}
		return err
	})
}
