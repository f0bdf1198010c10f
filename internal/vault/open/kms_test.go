package open_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amparo/internal/secret"
	"amparo/internal/vault/open"
)

// A keeper stands for a key management service.
type keeper struct{ away bool }

var errAway = errors.New("the service is away")

func (k *keeper) turn(b []byte) ([]byte, error) {
	if k.away {
		return nil, errAway
	}
	out := bytes.Clone(b)
	for i := range out {
		out[i] ^= 0x5a
	}
	return out, nil
}

func (k *keeper) Encrypt(_ context.Context, plain []byte) ([]byte, error)   { return k.turn(plain) }
func (k *keeper) Decrypt(_ context.Context, wrapped []byte) ([]byte, error) { return k.turn(wrapped) }

// TestWrappedByAService brings a service in on an installation that lies there as it is: a rotation wraps both files; whoever has not got the service is told
// so; the export needs no service, and a folder that is restored with one is wrapped again.
func TestWrappedByAService(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		before := p.withKeys(t, "a")
		sealed := box(t, before, "a", open.Content, "what was told")
		service := &keeper{}
		with := p.config()
		with.Files = secret.Files{Keeper: service}
		v, err := open.Open(t.Context(), with)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.RotateWrapping(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{open.WrappingFile, open.AuditFile} {
			if is, err := secret.Wrapped(filepath.Join(p.dir, name)); err != nil || !is {
				t.Errorf("%s: wrapped %t, %v", name, is, err)
			}
		}
		again, err := open.Open(t.Context(), with)
		if err != nil {
			t.Fatal(err)
		}
		opensAs(t, again, sealed)
		if err := open.NewProver(p.dir, with.Files).Prove(t.Context(), p.keys); err != nil {
			t.Error(err)
		}
		if _, err := open.Open(t.Context(), p.config()); err == nil || !strings.Contains(err.Error(), "--kms") {
			t.Errorf("without the service: %v", err)
		}
		service.away = true
		if _, err := open.Open(t.Context(), with); !errors.Is(err, errAway) {
			t.Errorf("while the service is away: %v", err)
		}
		service.away = false

		var copied bytes.Buffer
		if err := again.Export(t.Context(), &copied, passphrase); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(p.dir); err != nil {
			t.Fatal(err)
		}
		service.away = true // it is lost for good: the export alone brings the keys back
		if err := open.Restore(p.dir, secret.Files{}, bytes.NewReader(copied.Bytes()), passphrase); err != nil {
			t.Fatal(err)
		}
		opensAs(t, p.open(t), sealed)
		if err := os.RemoveAll(p.dir); err != nil {
			t.Fatal(err)
		}
		service.away = false
		if err := open.Restore(p.dir, with.Files, bytes.NewReader(copied.Bytes()), passphrase); err != nil {
			t.Fatal(err)
		}
		if is, err := secret.Wrapped(filepath.Join(p.dir, open.AuditFile)); err != nil || !is {
			t.Errorf("a restored audit.key: wrapped %t, %v", is, err)
		}
		last, err := open.Open(t.Context(), with)
		if err != nil {
			t.Fatal(err)
		}
		opensAs(t, last, sealed)
	})
}
