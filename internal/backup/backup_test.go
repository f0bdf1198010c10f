package backup_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/backup"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/vault/open"
)

const (
	envelopeTestSQL = `INSERT INTO envelope (id, kind, report, key_id, sealed, quarantine, received_at) SELECT $1, 'report', $1, id, public, 0, 1 FROM intake_key WHERE retired_at = 0`
	dropTestSQL     = `DELETE FROM intake_private WHERE id <> (SELECT MAX(id) FROM intake_private)`
	brokenTestSQL   = `UPDATE intake_private SET wrapped = $1`
	inUseTestSQL    = `SELECT count(*) FROM intake_key WHERE retired_at = 0`
)

var passphrase = secret.Bytes("seven quiet herons")

// none is the list of an installation in which nothing was erased.
type none struct{}

func (none) Write(context.Context, io.Writer) error { return nil }
func (none) Check(io.Reader) error                  { return nil }
func (none) Again(context.Context, access.Proof, []io.Reader) (int, error) {
	return 0, nil
}

// a house is one installation with its keys, and where its backups go.
type house struct {
	*testing.T
	main, keys *store.Store
	vault      *open.Vault
	data, away string
	config     backup.Config
}

func each(t *testing.T, f func(h *house)) {
	t.Helper()
	storetest.Each(t, nil, func(t *testing.T, main, keys *store.Store) {
		f(newHouse(t, t.TempDir(), main, keys))
	})
}

// newHouse is an installation in a folder, in which the key files may be already.
func newHouse(t *testing.T, data string, main, keys *store.Store) *house {
	t.Helper()
	h := &house{T: t, main: main, keys: keys, data: data, away: t.TempDir()}
	h.vault = h.opened()
	h.config = backup.Config{Main: main, Keys: keys, Dir: data, Work: 4, RetireLost: open.RetireLost, Erasures: none{}, Log: audit.Check{Key: h.vault.AuditPublic(), Name: "amparo-audit"},
		Free:      func(string) uint64 { return math.MaxUint64 },
		CheckKeys: open.NewProver(filepath.Join(data, "keys"), secret.Files{}).Prove}
	return h
}

func (h *house) opened() *open.Vault {
	h.Helper()
	v, err := open.Open(h.Context(), open.Config{Dir: filepath.Join(h.data, "keys"), Main: h.main, Keys: h.keys})
	h.must(err)
	return v
}

// beside is a new installation with the same key files and empty databases.
func (h *house) beside() *house {
	h.Helper()
	n := &house{T: h.T, data: h.TempDir(), away: h.TempDir(), config: h.config}
	h.must(os.CopyFS(filepath.Join(n.data, "keys"), os.DirFS(filepath.Join(h.data, "keys"))))
	for _, f := range []string{open.WrappingFile, open.AuditFile} {
		h.must(os.Chmod(filepath.Join(n.data, "keys", f), 0o600))
	}
	for name, into := range map[string]**store.Store{"amparo.db": &n.main, "keys.db": &n.keys} {
		s, err := store.Open(h.Context(), store.Config{Database: filepath.Join(n.data, name), Relaxed: true})
		h.must(err)
		h.Cleanup(func() { s.Close() })
		*into = s
	}
	n.config.Main, n.config.Keys, n.config.Dir = n.main, n.keys, n.data
	n.config.CheckKeys = open.NewProver(filepath.Join(n.data, "keys"), secret.Files{}).Prove
	return n
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) write(s *store.Store, statement string, args ...any) {
	h.Helper()
	h.must(s.Write(h.Context(), func(tx store.Tx) error { _, err := tx.Exec(h.Context(), statement, args...); return err }))
}

func (h *house) order(of backup.Of) backup.Order {
	return backup.Order{Of: of, Dir: filepath.Join(h.away, string(of)), Passphrase: passphrase}
}

// make backs one database up.
func (h *house) make(of backup.Of) string {
	h.Helper()
	made, err := backup.New(h.config).Make(h.Context(), h.order(of))
	h.must(err)
	return made[0].File
}

func (h *house) restore(matters, keys string) (backup.Restored, error) {
	return backup.New(h.config).Restore(h.Context(), backup.RestoreInput{Matters: matters, Keys: keys, Passphrase: passphrase})
}

// refused wants an error of one line with the words.
func (h *house) refused(err error, words ...string) {
	h.Helper()
	if err == nil {
		h.Errorf("not refused; wanted %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) || strings.Contains(err.Error(), "\n") {
			h.Errorf("%q is not in: %v", w, err)
		}
	}
}

// holds wants just the files of a pattern in a folder.
func (h *house) holds(dir, pattern string, want int) {
	h.Helper()
	if list, _ := filepath.Glob(filepath.Join(dir, pattern)); len(list) != want {
		h.Errorf("in %s there are %d of %s: %q", dir, len(list), pattern, list)
	}
}

// TestTheTwoMayBeOfDifferentInstants: a key that was retired and destroyed between them, or not made yet, stops no start; what is lost is counted.
func TestTheTwoMayBeOfDifferentInstants(t *testing.T) {
	each(t, func(h *house) {
		h.write(h.main, envelopeTestSQL, "before")
		matters, keys := h.make(backup.Matters), h.make(backup.Keys)
		_, err := h.vault.RotateIntake(t.Context())
		h.must(err)
		h.write(h.keys, dropTestSQL)
		h.write(h.main, envelopeTestSQL, "after")
		h.away = t.TempDir()
		later, laterKeys := h.make(backup.Matters), h.make(backup.Keys)
		for name, c := range map[string]struct {
			matters, keys string
			lost          int64
		}{"of one night": {matters, keys, 0}, "matters older than the keys": {matters, laterKeys, 1}, "keys older than the matters": {later, keys, 1},
			"of the later night": {later, laterKeys, 1}} { // of which the key before was destroyed with something sealed to it
			n := h.beside()
			done, err := n.restore(c.matters, c.keys)
			if err != nil || done.Lost != c.lost {
				t.Errorf("%s: %+v, %v", name, done, err)
				continue
			}
			n.opened()
			var inUse int
			h.must(n.main.Read(t.Context(), func(tx store.Tx) error { return tx.One(t.Context(), inUseTestSQL, nil, &inUse) }))
			if inUse != 1 {
				t.Errorf("%s: %d intake keys are in use", name, inUse)
			}
		}
	})
}

// TestNothingIsWrittenBeforeBothAreProved to be whole.
func TestNothingIsWrittenBeforeBothAreProved(t *testing.T) {
	each(t, func(h *house) {
		matters, keys := h.make(backup.Matters), h.make(backup.Keys)
		text, err := os.ReadFile(matters)
		h.must(err)
		cut := filepath.Join(h.away, "cut")
		h.must(os.WriteFile(cut, text[:len(text)-20], 0o600))
		n := h.beside()
		_, err = n.restore(cut, keys)
		h.refused(err, cut+" cannot be restored")
		h.must(n.keys.Empty(t.Context()))
		h.must(n.main.Empty(t.Context()))
		h.must(backup.Whole(n.data))
		h.holds(n.data, "*proving*", 0)
		if _, err = n.restore(matters, keys); err != nil {
			t.Error(err)
		}
		if _, err := n.restore(matters, keys); !errors.Is(err, store.ErrNotEmpty) {
			t.Errorf("again: %v", err)
		}
		h.must(backup.Whole(n.data)) // the second try has put no mark on what the first filled
	})
}

// TestARestoreThatWasCutShortIsNotWhole, and its keys are proved before a matter is written.
func TestARestoreThatWasCutShortIsNotWhole(t *testing.T) {
	each(t, func(h *house) {
		matters, keys := h.make(backup.Matters), h.make(backup.Keys)
		n := h.beside()
		prove, looked := n.config.CheckKeys, errors.New("the power failed")
		n.config.CheckKeys = func(ctx context.Context, keys *store.Store) error {
			if keys == n.keys {
				h.refused(backup.Whole(n.data), "never finished")
				return looked
			}
			return prove(ctx, keys)
		}
		if _, err := n.restore(matters, keys); !errors.Is(err, looked) {
			t.Fatalf("it went on: %v", err)
		}
		h.must(n.main.Empty(t.Context()))
		if err := n.keys.Empty(t.Context()); !errors.Is(err, store.ErrNotEmpty) {
			t.Errorf("the keys were not loaded: %v", err)
		}
		h.refused(backup.Whole(n.data), n.data, "amparo restore")
	})
}

// TestABackupThatIsNotProvedHasNoName, and nothing of it is left.
func TestABackupThatIsNotProvedHasNoName(t *testing.T) {
	each(t, func(h *house) {
		o := h.order(backup.Keys)
		h.write(h.keys, brokenTestSQL, []byte("not what was wrapped"))
		made, err := backup.New(h.config).Make(t.Context(), o)
		h.refused(err, "cannot be restored, so that it was not kept")
		if len(made) != 0 {
			t.Errorf("it says that it made %+v", made)
		}
		h.holds(o.Dir, "*", 0)
		h.holds(o.Dir, ".*", 0)
		h.holds(h.data, "*proving*", 0)
	})
}

// TestWhatACrashHasLeft is deleted by the next run, but nothing that a run under way still has.
func TestWhatACrashHasLeft(t *testing.T) {
	each(t, func(h *house) {
		o, temp := h.order(backup.Keys), t.TempDir()
		o.Temp = temp
		for _, dir := range []string{filepath.Join(h.data, "proving-1"), filepath.Join(temp, "amparo-proving-1"), filepath.Join(temp, "amparo-proving-2"), filepath.Join(temp, "proving-else"), o.Dir} {
			h.must(os.MkdirAll(dir, 0o700))
			h.must(os.WriteFile(filepath.Join(dir, ".making-1"), []byte("wrapped"), 0o600))
		}
		busy, err := os.Open(filepath.Join(temp, "amparo-proving-2")) // of another installation
		h.must(err)
		defer busy.Close()
		h.must(syscall.Flock(int(busy.Fd()), syscall.LOCK_EX))
		_, err = backup.New(h.config).Make(t.Context(), o)
		h.must(err)
		h.holds(h.data, "*proving*", 0)
		h.holds(temp, "*", 2)
		h.holds(temp, "amparo-proving-2", 1)
		h.holds(o.Dir, ".making*", 0)
		h.holds(o.Dir, "*.age", 1)
	})
}

// TestOneRunAtATime goes on; the second is refused in one line, and the next after the end is not.
func TestOneRunAtATime(t *testing.T) {
	each(t, func(h *house) {
		room := backup.New(h.config)
		prove := h.config.CheckKeys
		h.config.CheckKeys = func(ctx context.Context, keys *store.Store) error {
			_, err := room.Make(ctx, h.order(backup.Matters))
			h.refused(err, "another backup or restore of "+h.data+" is under way")
			_, err = room.Restore(ctx, backup.RestoreInput{})
			h.refused(err, "under way")
			return prove(ctx, keys)
		}
		h.make(backup.Keys)
		if _, err := room.Make(t.Context(), h.order(backup.Matters)); err != nil {
			t.Error(err)
		}
	})
}

// TestAProofNeedsRoom: a GiB stays free beside it, on the disk where it is made.
func TestAProofNeedsRoom(t *testing.T) {
	each(t, func(h *house) {
		matters, keys := h.make(backup.Matters), h.make(backup.Keys)
		elsewhere := t.TempDir()
		free := map[string]uint64{h.data: 1<<30 + 1<<12, elsewhere: math.MaxUint64}
		h.config.Free = func(dir string) uint64 { return free[dir] }
		o := h.order(backup.Matters)
		o.Dir = t.TempDir()
		_, err := backup.New(h.config).Make(t.Context(), o)
		h.refused(err, h.data, "--temp")
		h.holds(o.Dir, "*", 0)
		o.Temp = elsewhere
		_, err = backup.New(h.config).Make(t.Context(), o)
		h.must(err)
		n := h.beside()
		n.config.Free = func(string) uint64 { return 1 << 30 }
		_, err = n.restore(matters, keys)
		h.refused(err, n.data, "--temp")
		h.must(n.keys.Empty(t.Context()))
	})
}

// TestOlderFilesGo after so many days, but the newest and what is not ours; what passes is in no backup.
func TestOlderFilesGo(t *testing.T) {
	each(t, func(h *house) {
		o := h.order(backup.Keys)
		o.Keep = 24 * time.Hour
		h.must(os.MkdirAll(o.Dir, 0o700))
		for _, name := range []string{"amparo-keys-20200101T000000Z.age", "amparo-keys-20200102T000000Z.age", "amparo-matters-20200101T000000Z.age", "notes.age"} {
			h.must(os.WriteFile(filepath.Join(o.Dir, name), nil, 0o600))
		}
		made, err := backup.New(h.config).Make(t.Context(), o)
		h.must(err)
		if made[0].Deleted != 2 {
			t.Errorf("%d were deleted", made[0].Deleted)
		}
		h.holds(o.Dir, "*", 4) // and the erasure list
		if _, err := os.Stat(filepath.Join(h.data, "restore.unfinished")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a backup leaves a mark: %v", err)
		}
	})
}
