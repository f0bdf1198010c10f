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

// A Prover proves that key stores open with the wrapping key in a folder. It remembers the key that was there when it was made, so that a copy of a
// key store is proved also when the key was changed since the copy was made.
type Prover struct {
	dir  string
	disk secret.Files
	last *wrapping // nil when there was none to read
}

// NewProver makes a Prover for a folder of keys.
func NewProver(dir string, disk secret.Files) *Prover {
	p := &Prover{dir: dir, disk: disk}
	if root, err := disk.Read(filepath.Join(dir, WrappingFile)); err == nil {
		p.last = newWrapping(root)
	}
	return p
}

// Prove opens every wrapped key of a key store, as it is at one instant, and makes nothing. It names the first that does not open, and says so when the
// wrapping key is not the one that the key store was made with.
func (p *Prover) Prove(ctx context.Context, keys *store.Store) error {
	return again(func() error { return keys.Read(ctx, func(tx store.Tx) error { return p.proveIn(ctx, tx) }) })
}

func (p *Prover) proveIn(ctx context.Context, tx store.Tx) error {
	w, err := p.wrapping(ctx, tx)
	if err != nil {
		return err
	}
	err = tx.Each(ctx, allPrivateSQL, nil, func(scan func(...any) error) error {
		var id string
		var wrapped []byte
		if err := scan(&id, &wrapped); err != nil {
			return err
		}
		return opens(w, "the intake key "+id, wrapped, "intake_private", id)
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
		return opens(w, "the "+string(n.purpose)+" key of "+n.subject, wrapped, n.bound()...)
	})
}

// wrapping gives the wrapping key that the key store remembers: the one of before, or what the folder has now. A store that remembers none takes the latter.
func (p *Prover) wrapping(ctx context.Context, tx store.Tx) (*wrapping, error) {
	prints := map[string]string{}
	if err := eachPrint(ctx, tx, prints); err != nil {
		return nil, err
	}
	if p.last != nil && p.last.mark == prints[WrappingFile] {
		return p.last, nil
	}
	path := filepath.Join(p.dir, WrappingFile)
	root, err := p.disk.Read(path)
	if err != nil {
		return nil, fmt.Errorf("the wrapping key cannot be read: %w; put the key files back from the key export first", err)
	}
	return newWrapping(root), (&Vault{dir: p.dir}).same(WrappingFile, root, prints[WrappingFile])
}

func opens(w *wrapping, what string, wrapped []byte, parts ...string) error {
	if _, err := unwrapWith(w, wrapped, parts...); err != nil {
		return fmt.Errorf("%s does not open: %w", what, err)
	}
	return nil
}

// AuditPublicOf gives the public half of the audit key in a folder.
func AuditPublicOf(dir string, disk secret.Files) (ed25519.PublicKey, error) {
	seed, err := disk.Read(filepath.Join(dir, AuditFile))
	if err == nil && len(seed) != ed25519.SeedSize {
		err = fmt.Errorf("it has %d bytes", len(seed))
	}
	if err != nil {
		return nil, fmt.Errorf("the audit key cannot be read: %w; put the key files back from the key export first", err)
	}
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey), nil
}
