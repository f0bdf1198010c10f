package open

import (
	"context"
	"crypto/cipher"
	"crypto/ed25519"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"amparo/internal/clock"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// Config says where the keys are.
type Config struct {
	// Dir is the folder of the key files. It is made, for its owner alone, when there is none.
	Dir string
	// Files reads and writes the key files; the zero Files leaves them as they are.
	Files secret.Files
	// Main is the store of the matters: the public halves of intake keys are there.
	Main *store.Store
	// Keys is the store of wrapped keys. It is another database than Main, so that it can stay out of backups.
	Keys *store.Store
	// Clock tells when a cached key is too old; nil is the machine's clock.
	Clock clock.Clock
}

// A Vault opens what the installation sealed. It is safe for use by many goroutines, and prints as "[secret]".
type Vault struct {
	dir        string
	disk       secret.Files
	main, keys *store.Store
	clock      clock.Clock
	wrapping   atomic.Pointer[wrapping] // what wraps all other keys; another process may change it
	audit      secret.Hidden            // the seed of the audit key
	blind      secret.Hidden            // the key of blind indexes
	cache      *cache
	exportWork int // log2 of scrypt's rounds for an export

	mu      sync.Mutex
	openers map[string]opener // by id of the intake key; guarded by mu
}

// Open reads the keys, and makes them at the first start: wrapping.key, audit.key, audit.pub and an intake key. Both
// stores must be migrated. It refuses when a key that was used is missing or another one, when others can read a key
// file, and when the key store cannot open what is sealed to the intake keys in use.
func Open(ctx context.Context, c Config) (*Vault, error) {
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the folder of keys: %w", err)
	}
	v := &Vault{dir: c.Dir, disk: c.Files, main: c.Main, keys: c.Keys, clock: c.Clock, cache: newCache(cacheSize), exportWork: exportWork, openers: map[string]opener{}}
	if err := again(func() error { return v.keyFiles(ctx) }); err != nil {
		return nil, err
	}
	if err := v.checkIntake(ctx); err != nil {
		return nil, err
	}
	if err := again(func() error { return v.openBlind(ctx) }); err != nil {
		return nil, err
	}
	return v, nil
}

// Format writes "[secret]" for every verb.
func (*Vault) Format(f fmt.State, _ rune) { secret.Redact(f) }

// Signer gives the key that signs audit checkpoints.
func (v *Vault) Signer() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(v.audit()) }

// AuditPublic gives the public half of Signer, as it stands in audit.pub.
func (v *Vault) AuditPublic() ed25519.PublicKey { return v.Signer().Public().(ed25519.PublicKey) }

// wrap seals a key with the wrapping key in use, for the place that parts name. It takes the transaction that writes it, so that no key is
// wrapped with one that another process has just changed.
func (v *Vault) wrap(ctx context.Context, tx store.Tx, key secret.Bytes, parts ...string) ([]byte, error) {
	if err := v.follow(ctx, tx); err != nil {
		return nil, err
	}
	return sealBox(v.wrapping.Load().box, key, seal.Bound(parts...)), nil
}

// unwrap gives the key that wrap was given, or seal.ErrBroken. When another process has changed the wrapping key, it follows.
func (v *Vault) unwrap(ctx context.Context, wrapped []byte, parts ...string) (secret.Bytes, error) {
	key, err := unwrapWith(v.wrapping.Load(), wrapped, parts...)
	if err == nil {
		return key, nil
	}
	if err := v.keys.Read(ctx, func(tx store.Tx) error { return v.follow(ctx, tx) }); err != nil {
		return nil, err
	}
	return unwrapWith(v.wrapping.Load(), wrapped, parts...)
}

func unwrapWith(w *wrapping, wrapped []byte, parts ...string) (secret.Bytes, error) {
	key, err := openBox(w.box, wrapped, seal.Bound(parts...))
	if err != nil || len(key) != seal.KeySize {
		return nil, fmt.Errorf("a wrapped key in the key store: %w", seal.ErrBroken)
	}
	return key, nil
}

// sealBox gives version, random nonce, and the sealed content.
func sealBox(aead cipher.AEAD, plain, bound []byte) []byte {
	head := append([]byte{seal.Version}, secret.Random(aead.NonceSize())...)
	return aead.Seal(head, head[1:], plain, bound)
}

// openBox gives what sealBox was given, or seal.ErrBroken.
func openBox(aead cipher.AEAD, sealed, bound []byte) ([]byte, error) {
	head := 1 + aead.NonceSize()
	if len(sealed) < head || sealed[0] != seal.Version {
		return nil, seal.ErrBroken
	}
	plain, err := aead.Open(nil, sealed[1:head], sealed[head:], bound)
	if err != nil {
		return nil, seal.ErrBroken // the cause says nothing more
	}
	return plain, nil
}
