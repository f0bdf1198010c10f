package open_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"amparo/internal/clock"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

// TestWrappedAnewWhileOthersGoOn has one process change the wrapping key while another makes keys and opens what they sealed, and loses none.
func TestWrappedAnewWhileOthersGoOn(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		one, two := p.open(t), p.open(t)
		if err := one.NewDataKey(t.Context(), "before", open.Content); err != nil {
			t.Fatal(err)
		}
		boxes := map[string][]byte{"before": box(t, one, "before", open.Content, "told before")}
		old := keyFile(t, p.dir)
		var group sync.WaitGroup
		var mu sync.Mutex
		group.Go(func() {
			for i := range 40 {
				name := fmt.Sprint("meanwhile", i)
				if err := two.NewDataKey(context.Background(), name, open.Content); err != nil {
					t.Errorf("a key cannot be made: %v", err)
					return
				}
				sealed, err := two.Seal(context.Background(), name, open.Content, cell, []byte("told meanwhile"))
				if err != nil {
					t.Errorf("nothing can be sealed: %v", err)
					return
				}
				mu.Lock()
				boxes[name] = sealed
				mu.Unlock()
			}
		})
		before := open.NewProver(p.dir, secret.Files{})
		stop := make(chan struct{})
		group.Go(func() { // while somebody starts and proves, again and again
			for {
				select {
				case <-stop:
					return
				default:
				}
				_, err := open.Open(context.Background(), p.config())
				if err := errors.Join(err, open.NewProver(p.dir, secret.Files{}).Prove(context.Background(), p.keys)); err != nil {
					t.Errorf("a false alarm: %v", err)
					return
				}
			}
		})
		for range 10 {
			if err := one.RotateWrapping(t.Context()); err != nil {
				t.Error(err)
			}
		}
		close(stop)
		group.Wait()
		if now := keyFile(t, p.dir); now == old {
			t.Error("the file still holds the old key")
		}
		if _, err := os.Stat(filepath.Join(p.dir, "wrapping.key.new")); err == nil {
			t.Error("the new key still lies beside")
		}
		if err := open.NewProver(p.dir, secret.Files{}).Prove(t.Context(), p.keys); err != nil {
			t.Error(err)
		}
		if err := before.Prove(t.Context(), p.keys); err != nil {
			t.Errorf("who remembers the key from before: %v", err)
		}
		for who, v := range map[string]*open.Vault{"who changed it": one, "who went on": two, "a new process": p.open(t)} {
			for name, sealed := range boxes {
				if _, err := v.Open(t.Context(), name, open.Content, cell, sealed); err != nil {
					t.Errorf("%s, %s: %v", who, name, err)
				}
			}
		}
	})
}

// TestARotationThatWasCutShort counts when the keys were wrapped, and does not when they were not.
func TestARotationThatWasCutShort(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.withKeys(t, "a")
		sealed := box(t, v, "a", open.Content, "what was told")
		next, file := filepath.Join(p.dir, "wrapping.key.new"), filepath.Join(p.dir, open.WrappingFile)
		old, err := secret.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		seen := secret.Random(seal.KeySize)
		if err := secret.WriteFile(next, seen); err != nil { // before anything was wrapped
			t.Fatal(err)
		}
		opensAs(t, p.open(t), sealed)
		if err := v.RotateWrapping(t.Context()); err != nil {
			t.Fatal(err)
		}
		if now, err := secret.ReadFile(file); err != nil || now.Equal(seen) {
			t.Errorf("a key that lay about is in use: %v", err)
		}
		if err := os.Rename(file, next); err != nil { // after everything was, before the file was put in its place
			t.Fatal(err)
		}
		if err := secret.WriteFile(file, old); err != nil {
			t.Fatal(err)
		}
		opensAs(t, p.open(t), sealed)
		if _, err := os.Stat(next); err == nil {
			t.Error("the new key still lies beside")
		}
	})
}

// TestOneRotationAtATime refuses a second one, and one of a folder that belongs to somebody else; either changes nothing.
func TestOneRotationAtATime(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.withKeys(t, "a")
		before := keyFile(t, p.dir)
		dir, err := os.Open(p.dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX); err != nil {
			t.Fatal(err)
		}
		if err := v.RotateWrapping(t.Context()); err == nil || !strings.Contains(err.Error(), "under way") {
			t.Errorf("beside another: %v", err)
		}
		if err := dir.Close(); err != nil {
			t.Fatal(err)
		}
		if os.Geteuid() == 0 { // who alone can give a folder away
			if err := os.Chown(p.dir, 4711, -1); err != nil {
				t.Fatal(err)
			}
			if err := v.RotateWrapping(t.Context()); err == nil || !strings.Contains(err.Error(), "as the user that serves") {
				t.Errorf("in the folder of another user: %v", err)
			}
			if err := os.Chown(p.dir, 0, -1); err != nil {
				t.Fatal(err)
			}
		}
		if keyFile(t, p.dir) != before {
			t.Error("the key was changed")
		}
		if err := v.RotateWrapping(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestAFolderWithoutTheNewKey says which file to copy, and goes on without a restart when it is there.
func TestAFolderWithoutTheNewKey(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		one := p.withKeys(t, "a", "b")
		sealed := box(t, one, "a", open.Content, "what was told")
		far := *p
		far.dir = filepath.Join(t.TempDir(), "keys")
		if err := os.CopyFS(far.dir, os.DirFS(p.dir)); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{open.WrappingFile, open.AuditFile} {
			if err := os.Chmod(filepath.Join(far.dir, name), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		two := far.open(t)
		if err := one.RotateWrapping(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := two.Open(t.Context(), "a", open.Content, cell, sealed); err == nil || !strings.Contains(err.Error(), "copy wrapping.key from") {
			t.Errorf("without the new file: %v", err)
		}
		if err := two.NewDataKey(t.Context(), "c", open.Content); err == nil || !strings.Contains(err.Error(), "copy wrapping.key from") {
			t.Errorf("a key was wrapped with the old one: %v", err)
		}
		text, err := os.ReadFile(filepath.Join(p.dir, open.WrappingFile))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(far.dir, open.WrappingFile), text, 0o600); err != nil {
			t.Fatal(err)
		}
		opensAs(t, two, sealed)
	})
}

// TestIntakeKeysComeAndGo: a new one after thirty days; an old one is destroyed a day after it was retired, unless something waits for it.
func TestIntakeKeysComeAndGo(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	storetest.Each(t, clock.Func(func() time.Time { return now }), func(t *testing.T, main, keys *store.Store) {
		p := &place{filepath.Join(t.TempDir(), "keys"), main, keys, now}
		v, beside, b := p.open(t), p.open(t), seal.Binding{Kind: "report", ID: "r1"}
		first := current(t, p.main)
		sealed, err := seal.Seal(first, b, []byte("what was told"))
		if err != nil {
			t.Fatal(err)
		}
		waits := true
		tend := func(wantMade bool, wantGone int) {
			t.Helper()
			made, gone, err := v.TendIntake(t.Context(), func(_ context.Context, _ store.Tx, key string) (bool, error) {
				if key != first.ID {
					t.Errorf("it asks for %s", key)
				}
				return waits, nil
			})
			if err != nil || made != wantMade || gone != wantGone {
				t.Errorf("made %t, destroyed %d, %v", made, gone, err)
			}
		}
		began := now
		now = began.Add(open.IntakeLife - time.Minute)
		tend(false, 0)
		now = began.Add(open.IntakeLife + time.Minute)
		tend(true, 0)
		second := current(t, p.main)
		if second.ID == first.ID {
			t.Fatal("reports are still sealed to the old key")
		}
		now = now.Add(open.IntakeRest + time.Minute)
		tend(false, 0)
		for _, v := range []*open.Vault{v, beside} {
			if got, err := v.OpenEnvelope(t.Context(), first.ID, b, sealed); err != nil || string(got) != "what was told" {
				t.Errorf("what waited does not open: %v", err)
			}
		}
		waits = false
		tend(false, 1)
		tend(false, 0)
		p.now = p.now.Add(open.CacheLife)
		for who, v := range map[string]*open.Vault{"this process": v, "another": p.open(t), "one that had opened it": beside} {
			if _, err := v.OpenEnvelope(t.Context(), first.ID, b, sealed); !errors.Is(err, open.ErrNoKey) {
				t.Errorf("%s still opens what was sealed to a destroyed key: %v", who, err)
			}
		}
	})
}

func keyFile(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, open.WrappingFile))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// opensAs wants what was sealed under the subject a to open.
func opensAs(t *testing.T, v *open.Vault, sealed []byte) {
	t.Helper()
	if got, err := v.Open(t.Context(), "a", open.Content, cell, sealed); err != nil || string(got) != "what was told" {
		t.Errorf("it opens as %q, %v", got, err)
	}
}
