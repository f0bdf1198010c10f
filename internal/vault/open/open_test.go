package open_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"amparo/internal/clock"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

// The statements by which the tests play somebody who can write to the databases, or a store that was lost.
const (
	swapDataKeysSQL  = `UPDATE data_key SET subject = CASE subject WHEN 'a' THEN 'b' ELSE 'a' END WHERE purpose = $1`
	wrappedSQL       = `SELECT wrapped FROM data_key WHERE subject = $1 AND purpose = $2`
	putWrappedSQL    = `UPDATE data_key SET wrapped = $3 WHERE subject = $1 AND purpose = $2`
	countKeysSQL     = `SELECT count(*) FROM data_key WHERE subject = $1`
	losePrivateSQL   = `DELETE FROM intake_private`
	forgetFilesSQL   = `DELETE FROM key_file`
	putPublicSQL     = `UPDATE intake_key SET public = $1`
	countIntakeSQL   = `SELECT count(*), sum(CASE WHEN retired_at = 0 THEN 1 ELSE 0 END) FROM intake_key`
	everyWrappedSQL  = `SELECT wrapped FROM data_key UNION ALL SELECT wrapped FROM intake_private`
	everyPrintSQL    = `SELECT fingerprint FROM key_file UNION ALL SELECT fingerprint FROM key_export`
	insertForeignSQL = `INSERT INTO intake_key (id, public, created_at, retired_at) VALUES ($1, $2, 1, $3)`
)

// a place is one installation: a folder of keys and two stores.
type place struct {
	dir        string
	main, keys *store.Store
	now        time.Time
}

func each(t *testing.T, f func(t *testing.T, p *place)) {
	t.Helper()
	storetest.Each(t, nil, func(t *testing.T, main, keys *store.Store) {
		f(t, &place{filepath.Join(t.TempDir(), "keys"), main, keys, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)})
	})
}

func (p *place) config() open.Config {
	return open.Config{Dir: p.dir, Main: p.main, Keys: p.keys, Clock: clock.Func(func() time.Time { return p.now })}
}

func (p *place) open(t *testing.T) *open.Vault {
	t.Helper()
	v, err := open.Open(t.Context(), p.config())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// refused opens and wants an error of one line with all the words given.
func (p *place) refused(t *testing.T, words ...string) {
	t.Helper()
	v, err := open.Open(t.Context(), p.config())
	if err == nil || v != nil {
		t.Fatalf("opened; wanted a refusal with %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q is not in: %v", w, err)
		}
	}
}

func write(t *testing.T, s *store.Store, statement string, args ...any) {
	t.Helper()
	err := s.Write(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(t.Context(), statement, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, s *store.Store, statement string, args []any, dest ...any) {
	t.Helper()
	if err := s.Read(t.Context(), func(tx store.Tx) error { return tx.One(t.Context(), statement, args, dest...) }); err != nil {
		t.Fatal(err)
	}
}

func current(t *testing.T, s *store.Store) (key seal.IntakeKey) {
	t.Helper()
	err := s.Read(t.Context(), func(tx store.Tx) (err error) {
		key, err = seal.Current(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestFirstStartMakesTheKeys(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.open(t)
		for name, mode := range map[string]os.FileMode{open.WrappingFile: 0o600, open.AuditFile: 0o600, open.AuditPublicFile: 0o644} {
			if info, err := os.Stat(filepath.Join(p.dir, name)); err != nil || info.Mode().Perm() != mode {
				t.Errorf("%s: %v, %v", name, info, err)
			}
		}
		if info, err := os.Stat(p.dir); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("the folder: %v, %v", info.Mode(), err)
		}
		public, err := open.ReadAuditPublic(filepath.Join(p.dir, open.AuditPublicFile))
		if err != nil || !public.Equal(v.AuditPublic()) {
			t.Errorf("audit.pub: %v", err)
		}
		if again := p.open(t); !again.Signer().Equal(v.Signer()) {
			t.Error("the second start has another audit key")
		}
		var all, inUse int
		read(t, p.main, countIntakeSQL, nil, &all, &inUse)
		if all != 1 || inUse != 1 {
			t.Errorf("there are %d intake keys, %d in use", all, inUse)
		}
	})
}

func TestEnvelopeFromThePublicSide(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v, b := p.open(t), seal.Binding{Kind: "report", ID: "r1"}
		first := current(t, p.main)
		box, err := seal.Seal(first, b, []byte("what was told"))
		if err != nil {
			t.Fatal(err)
		}
		second, err := v.RotateIntake(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if now := current(t, p.main); now.ID != second.ID || now.ID == first.ID {
			t.Errorf("the current key is %s, not %s", now.ID, second.ID)
		}
		for name, v := range map[string]*open.Vault{"this process": v, "after a restart": p.open(t)} {
			if got, err := v.OpenEnvelope(t.Context(), first.ID, b, box); err != nil || string(got) != "what was told" {
				t.Errorf("%s: %q, %v", name, got, err)
			}
			if _, err := v.OpenEnvelope(t.Context(), second.ID, b, box); !errors.Is(err, seal.ErrBroken) {
				t.Errorf("%s, with the other key: %v", name, err)
			}
			if _, err := v.OpenEnvelope(t.Context(), first.ID, seal.Binding{Kind: "report", ID: "r2"}, box); !errors.Is(err, seal.ErrBroken) {
				t.Errorf("%s, for another report: %v", name, err)
			}
			if _, err := v.OpenEnvelope(t.Context(), "none", b, box); !errors.Is(err, open.ErrNoKey) {
				t.Errorf("%s, with a key that is not there: %v", name, err)
			}
		}
	})
}

// TestAnotherProcessRotates has one process open what was sealed to a key that another one made.
func TestAnotherProcessRotates(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		one, two := p.open(t), p.open(t)
		key, err := one.RotateIntake(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b := seal.Binding{Kind: "report", ID: "r1"}
		box, err := seal.Seal(key, b, []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := two.OpenEnvelope(t.Context(), key.ID, b, box); err != nil || string(got) != "x" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

func TestNoIntakeKey(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		err := main.Read(t.Context(), func(tx store.Tx) error {
			_, err := seal.Current(t.Context(), tx)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "no intake key") {
			t.Errorf("got %v", err)
		}
	})
}

func TestMissingKeysAreNotReplaced(t *testing.T) {
	for _, name := range []string{open.WrappingFile, open.AuditFile} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, p *place) {
				v, path := p.open(t), filepath.Join(p.dir, name)
				if err := v.NewDataKey(t.Context(), "a", open.Content); err != nil {
					t.Fatal(err)
				}
				if err := os.Rename(path, path+".away"); err != nil {
					t.Fatal(err)
				}
				p.refused(t, path, "is missing", "key export")
				if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
					t.Fatal("a new key was made")
				}
				if _, err := secret.CreateFile(path, seal.KeySize); err != nil {
					t.Fatal(err)
				}
				p.refused(t, path, "is not the key that this key store was made with")
				if err := os.Rename(path+".away", path); err != nil {
					t.Fatal(err)
				}
				p.open(t)
			})
		})
	}
}

// TestWrappedKeysAlone has a key store that remembers no key file but holds wrapped keys.
func TestWrappedKeysAlone(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.open(t)
		write(t, p.keys, forgetFilesSQL)
		path := filepath.Join(p.dir, open.WrappingFile)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		p.refused(t, path, "is missing")
		if _, err := secret.CreateFile(path, seal.KeySize); err != nil {
			t.Fatal(err)
		}
		p.refused(t, "altered")
	})
}

func TestOthersCanRead(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.open(t)
		for _, name := range []string{open.WrappingFile, open.AuditFile} {
			path := filepath.Join(p.dir, name)
			if err := os.Chmod(path, 0o640); err != nil {
				t.Fatal(err)
			}
			p.refused(t, "chmod 600 "+path)
			if err := os.Chmod(path, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		p.open(t)
	})
}

func TestAuditPublicFile(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.open(t)
		path := filepath.Join(p.dir, open.AuditPublicFile)
		if err := os.WriteFile(path, []byte("# x\n"+strings.Repeat("0a", 32)+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		p.refused(t, path, "does not belong")
		if err := os.WriteFile(path, []byte("# x\nhello\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		p.refused(t, path, "holds no public audit key")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		p.open(t)
	})
}

func TestLostKeyStore(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.open(t)
		write(t, p.keys, losePrivateSQL)
		p.refused(t, "the key store lacks", current(t, p.main).ID, "backup")
	})
}

// TestForeignPublicHalf has somebody who can write to the main store put a public half of their own there.
func TestForeignPublicHalf(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.open(t)
		o, err := seal.NewOpener("x", secret.Random(seal.KeySize))
		if err != nil {
			t.Fatal(err)
		}
		was := current(t, p.main)
		write(t, p.main, putPublicSQL, o.Key().Public)
		p.refused(t, was.ID, "is not the one that was made")
		write(t, p.main, putPublicSQL, was.Public)
		p.open(t)
		write(t, p.main, insertForeignSQL, "retired", o.Key().Public, 2)
		p.open(t)
		write(t, p.main, insertForeignSQL, "inserted", o.Key().Public, 0)
		p.refused(t, "inserted", "the key store lacks")
	})
}

func TestManyFirstStarts(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		done := make(chan *open.Vault)
		for range 4 {
			go func() {
				v, err := open.Open(context.Background(), p.config())
				if err != nil {
					t.Error(err)
				}
				done <- v
			}()
		}
		var vaults []*open.Vault
		for range 4 {
			vaults = append(vaults, <-done)
		}
		b := seal.Binding{Kind: "report", ID: "r1"}
		key := current(t, p.main)
		box, err := seal.Seal(key, b, []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range vaults {
			if v == nil {
				continue
			}
			if got, err := v.OpenEnvelope(t.Context(), key.ID, b, box); err != nil || string(got) != "x" {
				t.Errorf("%q, %v", got, err)
			}
			if !v.Signer().Equal(vaults[0].Signer()) {
				t.Error("two processes sign with two keys")
			}
		}
		var all, inUse int
		read(t, p.main, countIntakeSQL, nil, &all, &inUse)
		if all != 1 || inUse != 1 {
			t.Errorf("there are %d intake keys, %d in use", all, inUse)
		}
	})
}

func TestNothingPrintsTheVault(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.open(t)
		key, err := secret.ReadFile(filepath.Join(p.dir, open.WrappingFile))
		if err != nil {
			t.Fatal(err)
		}
		type holder struct{ v *open.Vault }
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, v); got != secret.Shown {
				t.Errorf("%s gives %s", verb, got)
			}
			text := fmt.Sprintf(verb, holder{v})
			if strings.Contains(text, fmt.Sprintf("%x", []byte(key))) || strings.Contains(text, strings.Trim(fmt.Sprint([]byte(key)), "[]")) {
				t.Errorf("%s shows the wrapping key inside another struct", verb)
			}
		}
		//lint:ignore SA9005 that nothing of it can be written is what is tested
		if out, err := json.Marshal(v); err != nil || string(out) != "{}" {
			t.Errorf("json: %s, %v", out, err)
		}
	})
}
