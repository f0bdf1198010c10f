package seal

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"amparo/internal/clock"
	"amparo/internal/secret"
	"amparo/internal/store"
)

// PublicKeyFile is the name of the public key file in the folder of keys.
const PublicKeyFile = "public.key"

// A PublicKey is the one secret that the public processes share. Who has it can read forms in flight and test guessed
// receipts; nobody can open an envelope with it. Without it no receipt finds its mailbox again: it belongs to the key
// export.
type PublicKey struct{ root secret.Hidden }

// ReadPublicKey reads a public key file; it is refused when others can read it.
func ReadPublicKey(path string) (*PublicKey, error) {
	root, err := secret.ReadFile(path)
	if err == nil && len(root) != KeySize {
		err = fmt.Errorf("%s holds a key of %d bytes where %d are needed: put the key file back from a copy", path, len(root), KeySize)
	}
	return publicKey(root, err)
}

const (
	printSQL    = `SELECT print FROM public_key ORDER BY used_at, print LIMIT 1`
	rememberSQL = `INSERT INTO public_key (print, used_at) VALUES ($1, $2) ON CONFLICT (print) DO NOTHING`
)

// OwnPublicKey reads the public key file of an installation and makes it at its first start. The installation remembers which it is: when the file
// is missing later, or is another one, it is refused, since no receipt would find its mailbox again. Only the case side may call it.
func OwnPublicKey(ctx context.Context, s *store.Store, path string) (*PublicKey, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := s.Read(ctx, func(tx store.Tx) error { return never(ctx, tx, path) }); err != nil {
			return nil, err
		}
	}
	root, err := secret.ReadOrCreate(path, KeySize)
	k, err := publicKey(root, err)
	if err != nil {
		return nil, err
	}
	err = s.Write(ctx, func(tx store.Tx) error {
		if _, err := remembered(ctx, tx); !errors.Is(err, store.ErrNoRow) {
			return err
		}
		_, err := tx.Exec(ctx, rememberSQL, k.fingerprint(), clock.Micro(tx.Now))
		return err
	})
	if err != nil {
		return nil, err
	}
	return k, k.Belongs(ctx, s, path)
}

// never refuses to make a key where there was one.
func never(ctx context.Context, tx store.Tx, path string) error {
	_, err := remembered(ctx, tx)
	if errors.Is(err, store.ErrNoRow) {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("%s is missing, and no receipt finds its mailbox without it: put it back from the key export (no new one is made in its place)", path)
	}
	return err
}

// Belongs proves that the key, which was read from path, is the one of the installation whose store this is.
func (k *PublicKey) Belongs(ctx context.Context, s *store.Store, path string) error {
	return s.Read(ctx, func(tx store.Tx) error {
		there, err := remembered(ctx, tx)
		if errors.Is(err, store.ErrNoRow) {
			return errors.New("this installation has no keys yet: start its case side once, then copy its " + filepath.Base(path))
		}
		if err == nil && there != k.fingerprint() {
			err = fmt.Errorf("%s is not the key of this installation: put the right one back from the key export", path)
		}
		return err
	})
}

func remembered(ctx context.Context, tx store.Tx) (digest string, err error) {
	err = tx.One(ctx, printSQL, nil, &digest)
	return digest, err
}

// fingerprint tells keys apart and does not lead back to them.
func (k *PublicKey) fingerprint() string {
	return hex.EncodeToString(Derive(k.root(), "amparo fingerprint 1")[:16])
}

func publicKey(root secret.Bytes, err error) (*PublicKey, error) {
	if err != nil {
		return nil, err
	}
	return &PublicKey{secret.Hide(root)}, nil
}

// Form gives the sealer of forms.
func (k *PublicKey) Form() (*Form, error) { return NewForm(k.root()) }

// Pepper gives the key for look-up ids of receipts.
func (k *PublicKey) Pepper() secret.Bytes { return Derive(k.root(), "amparo receipt pepper 1") }

// Submissions gives the key under which what partners hand in has its digests and receipts.
func (k *PublicKey) Submissions() secret.Bytes {
	return Derive(k.root(), "amparo partner submission 1")
}

// Format writes "[secret]" for every verb.
func (*PublicKey) Format(f fmt.State, _ rune) { secret.Redact(f) }
