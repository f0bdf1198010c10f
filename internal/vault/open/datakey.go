package open

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"time"

	"amparo/internal/clock"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// A Purpose says what a data key of a subject is for. The two are opened by different people, and at different times.
type Purpose string

// The purposes.
const (
	Content  Purpose = "content"  // what happened, what was said and done
	Identity Purpose = "identity" // who people are and how to reach them
)

// ErrNoKey says that a key is not in the key store: it was erased, or never made. What it sealed is lost.
var ErrNoKey = errors.New("there is no such key: it was erased, or never made")

// A keyName names a data key.
type keyName struct {
	subject string
	purpose Purpose
}

func (n keyName) check() error {
	if n.subject == "" || n.purpose != Content && n.purpose != Identity {
		return fmt.Errorf("no data key can have the subject %q and the purpose %q", n.subject, n.purpose)
	}
	return nil
}

func (n keyName) bound() []string { return []string{"data_key", n.subject, string(n.purpose)} }

// NewDataKey makes the data keys of a subject for the purposes given and leaves those alone that are there. It commits
// in a write of its own to the key store: call it before the transaction that seals with it. A key whose subject
// never comes to be harms nobody.
func (v *Vault) NewDataKey(ctx context.Context, subject string, purposes ...Purpose) error {
	return v.NewDataKeys(ctx, []string{subject}, purposes...)
}

// NewDataKeys is NewDataKey for several subjects, in one write.
func (v *Vault) NewDataKeys(ctx context.Context, subjects []string, purposes ...Purpose) error {
	var names []keyName
	for _, subject := range subjects {
		for _, p := range purposes {
			name := keyName{subject, p}
			if err := name.check(); err != nil {
				return err
			}
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	mark, now, fresh := v.cache.mark(), v.clock.Now(), map[keyName]cipher.AEAD{}
	err := v.keys.Write(ctx, func(tx store.Tx) error {
		clear(fresh)
		if err := v.follow(ctx, tx); err != nil {
			return err
		}
		box := v.wrapping.Load().box
		for _, name := range names {
			key := secret.Random(seal.KeySize)
			n, err := tx.Exec(ctx, addDataKeySQL, name.subject, string(name.purpose), sealBox(box, key, seal.Bound(name.bound()...)), clock.Micro(tx.Now))
			if err != nil {
				return err
			}
			if n == 1 { // else there is another one
				fresh[name] = seal.NewAEAD(key)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for name, aead := range fresh { // which are about to be used
		v.cache.keep(name, aead, mark, now)
	}
	return nil
}

// Warm opens the data keys of many subjects with few reads, for a page that shows many rows. Subjects without keys are
// passed over.
func (v *Vault) Warm(ctx context.Context, subjects []string) error {
	cold := v.cold(subjects)
	for len(cold) > 0 {
		n := min(warmStep, len(cold))
		if err := v.warm(ctx, cold[:n]); err != nil {
			return err
		}
		cold = cold[n:]
	}
	return nil
}

// cold gives the subjects that the cache does not hold whole, each once.
func (v *Vault) cold(subjects []string) (list []string) {
	now, seen := v.clock.Now(), map[string]bool{"": true}
	for _, s := range subjects {
		if seen[s] {
			continue
		}
		seen[s] = true
		_, content := v.cache.find(keyName{s, Content}, now)
		_, identity := v.cache.find(keyName{s, Identity}, now)
		if !content || !identity {
			list = append(list, s)
		}
	}
	return list
}

func (v *Vault) warm(ctx context.Context, subjects []string) error {
	args := make([]any, warmStep)
	for i := range args {
		args[i] = ""
		if i < len(subjects) {
			args[i] = subjects[i]
		}
	}
	return again(func() error { return v.readDataKeys(ctx, args) })
}

func (v *Vault) readDataKeys(ctx context.Context, args []any) error {
	type row struct {
		name    keyName
		wrapped []byte
	}
	var rows []row
	mark, now := v.cache.mark(), v.clock.Now()
	err := v.keys.Read(ctx, func(tx store.Tx) error {
		rows = nil
		return tx.Each(ctx, dataKeysSQL, args, func(scan func(...any) error) error {
			var r row
			err := scan(&r.name.subject, &r.name.purpose, &r.wrapped)
			rows = append(rows, r)
			return err
		})
	})
	for _, r := range rows {
		if err == nil {
			_, err = v.keep(ctx, r.name, r.wrapped, mark, now)
		}
	}
	return err
}

// dataKey gives the cipher of a data key, from the cache or the key store.
func (v *Vault) dataKey(ctx context.Context, name keyName) (cipher.AEAD, error) {
	if err := name.check(); err != nil {
		return nil, err
	}
	mark, now := v.cache.mark(), v.clock.Now()
	if aead, ok := v.cache.find(name, now); ok {
		return aead, nil
	}
	var aead cipher.AEAD
	err := again(func() (err error) { aead, err = v.readDataKey(ctx, name, mark, now); return err })
	return aead, err
}

func (v *Vault) readDataKey(ctx context.Context, name keyName, mark int, now time.Time) (cipher.AEAD, error) {
	var wrapped []byte
	err := v.keys.Read(ctx, func(tx store.Tx) error {
		return tx.One(ctx, dataKeySQL, []any{name.subject, string(name.purpose)}, &wrapped)
	})
	if errors.Is(err, store.ErrNoRow) {
		return nil, fmt.Errorf("the %s key of %s: %w", name.purpose, name.subject, ErrNoKey)
	}
	if err != nil {
		return nil, err
	}
	return v.keep(ctx, name, wrapped, mark, now)
}

// keep unwraps a data key and puts its cipher into the cache.
func (v *Vault) keep(ctx context.Context, name keyName, wrapped []byte, mark int, now time.Time) (cipher.AEAD, error) {
	key, err := v.unwrap(ctx, wrapped, name.bound()...)
	if err != nil {
		return nil, err
	}
	aead := seal.NewAEAD(key)
	v.cache.keep(name, aead, mark, now)
	return aead, nil
}

// DropDataKeys erases the data keys of a subject: all that they sealed is lost when the backups of the key store have
// run out. Erasing twice is no error.
func (v *Vault) DropDataKeys(ctx context.Context, subject string) error {
	err := v.keys.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, dropDataKeysSQL, subject)
		return err
	})
	v.cache.drop(subject) // after the commit, so that no reader that began before it puts the key back
	return err
}
