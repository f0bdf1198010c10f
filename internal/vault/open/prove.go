package open

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"path/filepath"

	"amparo/internal/secret"
	"amparo/internal/store"
)

const (
	allPrivateSQL = `SELECT id, wrapped FROM intake_private`
	allDataSQL    = `SELECT subject, purpose, wrapped FROM data_key`
)

// Prove opens every wrapped key of a key store with the wrapping key in a folder, and makes nothing. It names the first that does not open, and says so when
// the wrapping key is not the one that the key store was made with.
func Prove(ctx context.Context, dir string, keys *store.Store) error {
	path := filepath.Join(dir, WrappingFile)
	root, err := secret.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the wrapping key cannot be read: %w; put the key files back from the key export first", err)
	}
	v := &Vault{dir: dir, keys: keys}
	v.wrapping.Store(newWrapping(root))
	known, err := v.remembered(ctx)
	if err == nil {
		err = v.same(WrappingFile, root, known.prints[WrappingFile])
	}
	if err != nil {
		return err
	}
	return keys.Read(ctx, func(tx store.Tx) error {
		err := tx.Each(ctx, allPrivateSQL, nil, func(scan func(...any) error) error {
			var id string
			var wrapped []byte
			if err := scan(&id, &wrapped); err != nil {
				return err
			}
			return v.opens("the intake key "+id, wrapped, "intake_private", id)
		})
		if err != nil {
			return err
		}
		return tx.Each(ctx, allDataSQL, nil, func(scan func(...any) error) error {
			var n keyName
			var wrapped []byte
			if err := scan(&n.subject, &n.purpose, &wrapped); err != nil {
				return err
			}
			return v.opens("the "+string(n.purpose)+" key of "+n.subject, wrapped, n.bound()...)
		})
	})
}

func (v *Vault) opens(what string, wrapped []byte, parts ...string) error {
	if _, err := unwrapWith(v.wrapping.Load(), wrapped, parts...); err != nil {
		return fmt.Errorf("%s does not open: %w", what, err)
	}
	return nil
}

// AuditPublicOf gives the public half of the audit key in a folder.
func AuditPublicOf(dir string) (ed25519.PublicKey, error) {
	seed, err := secret.ReadFile(filepath.Join(dir, AuditFile))
	if err == nil && len(seed) != ed25519.SeedSize {
		err = fmt.Errorf("it has %d bytes", len(seed))
	}
	if err != nil {
		return nil, fmt.Errorf("the audit key cannot be read: %w; put the key files back from the key export first", err)
	}
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey), nil
}
