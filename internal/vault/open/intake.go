package open

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"amparo/internal/clock"
	"amparo/internal/ident"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// OpenEnvelope gives what the public process sealed to the intake key with the id given. It gives ErrNoKey when the
// private half is not there (any more), and seal.ErrBroken when the envelope does not open with it.
func (v *Vault) OpenEnvelope(ctx context.Context, keyID string, b seal.Binding, sealed []byte) ([]byte, error) {
	o, err := v.opener(ctx, keyID)
	if err != nil {
		return nil, err
	}
	return o.Open(b, sealed)
}

// RotateIntake makes a new intake key for all that is sealed from now on, retires those in use, and gives the new one.
// What is sealed to a retired key can still be opened.
func (v *Vault) RotateIntake(ctx context.Context) (seal.IntakeKey, error) {
	return v.newIntake(ctx, func(ctx context.Context, tx store.Tx) (bool, error) {
		_, err := tx.Exec(ctx, retireSQL, clock.Micro(tx.Now))
		return true, err
	})
}

// checkIntake proves that all intake keys in use can be opened, and makes the first one.
func (v *Vault) checkIntake(ctx context.Context) error {
	var keys []seal.IntakeKey
	err := v.main.Read(ctx, func(tx store.Tx) error {
		return tx.Each(ctx, intakeInUseSQL, nil, func(scan func(...any) error) error {
			var k seal.IntakeKey
			err := scan(&k.ID, &k.Public)
			keys = append(keys, k)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("the intake keys cannot be read: %w", err)
	}
	for _, k := range keys {
		if err := v.checkHalves(ctx, k); err != nil {
			return err
		}
	}
	if len(keys) == 0 {
		_, err = v.newIntake(ctx, noneInUse)
	}
	return err
}

// checkHalves makes sure that nobody can read along by a public half of their own in the main store.
func (v *Vault) checkHalves(ctx context.Context, k seal.IntakeKey) error {
	o, err := v.opener(ctx, k.ID)
	if errors.Is(err, ErrNoKey) {
		return fmt.Errorf("the key store lacks the private half of the intake key %s, so what is sealed to it cannot be opened: put the key store back from its backup", k.ID)
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(o.Key().Public, k.Public) {
		return fmt.Errorf("the public half of the intake key %s in the main store is not the one that was made: find out who can write to the database, and put its row back from a backup", k.ID)
	}
	return nil
}

// noneInUse tells whether there is still no intake key: another process may just have made the first one.
func noneInUse(ctx context.Context, tx store.Tx) (bool, error) {
	none := true
	err := tx.Each(ctx, intakeInUseSQL, nil, func(func(...any) error) error { none = false; return nil })
	return none, err
}

// newIntake makes a key pair. The private half is committed first: alone it harms nobody, its public half alone would
// lose reports. The public half is written if prepare says so, in one transaction with it.
func (v *Vault) newIntake(ctx context.Context, prepare func(context.Context, store.Tx) (bool, error)) (seal.IntakeKey, error) {
	id, private := ident.New[string](v.clock.Now()), secret.Random(seal.KeySize)
	o, err := seal.NewOpener(id, private)
	if err != nil {
		return seal.IntakeKey{}, err
	}
	err = v.keys.Write(ctx, func(tx store.Tx) error {
		wrapped, err := v.wrap(ctx, tx, private, "intake_private", id)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, addPrivateSQL, id, wrapped, clock.Micro(tx.Now))
		return err
	})
	if err != nil {
		return seal.IntakeKey{}, fmt.Errorf("the private half of an intake key cannot be kept: %w", err)
	}
	err = v.main.Write(ctx, func(tx store.Tx) error {
		if wanted, err := prepare(ctx, tx); err != nil || !wanted {
			return err
		}
		_, err := tx.Exec(ctx, addPublicSQL, id, o.Key().Public, clock.Micro(tx.Now))
		return err
	})
	return o.Key(), err
}

// An opener was read from the key store, and is read anew after CacheLife: another process may have destroyed its key.
type opener struct {
	*seal.Opener
	since time.Time
}

// opener gives the opener of an intake key, from the key store if it was not read lately.
func (v *Vault) opener(ctx context.Context, id string) (*seal.Opener, error) {
	now := v.clock.Now()
	v.mu.Lock()
	o, ok := v.openers[id]
	if ok && now.Sub(o.since) >= CacheLife {
		delete(v.openers, id)
		ok = false
	}
	v.mu.Unlock()
	if ok {
		return o.Opener, nil
	}
	o.since = now
	err := again(func() (err error) { o.Opener, err = v.readOpener(ctx, id); return err })
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.openers[id] = o
	return o.Opener, nil
}

func (v *Vault) readOpener(ctx context.Context, id string) (*seal.Opener, error) {
	var wrapped []byte
	err := v.keys.Read(ctx, func(tx store.Tx) error { return tx.One(ctx, privateSQL, []any{id}, &wrapped) })
	if errors.Is(err, store.ErrNoRow) {
		return nil, fmt.Errorf("the intake key %q: %w", id, ErrNoKey)
	}
	if err != nil {
		return nil, err
	}
	private, err := v.unwrap(ctx, wrapped, "intake_private", id)
	if err != nil {
		return nil, err
	}
	return seal.NewOpener(id, private)
}
