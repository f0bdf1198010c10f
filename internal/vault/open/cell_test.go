package open_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

var cell = open.Cell{Table: "report", Column: "told", Row: "r1"}

func (p *place) withKeys(t *testing.T, subjects ...string) *open.Vault {
	t.Helper()
	v := p.open(t)
	for _, s := range subjects {
		if err := v.NewDataKey(t.Context(), s, open.Content, open.Identity); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

func box(t *testing.T, v *open.Vault, subject string, p open.Purpose, plain string) []byte {
	t.Helper()
	out, err := v.Seal(t.Context(), subject, p, cell, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCell(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.withKeys(t, "a")
		for _, plain := range []string{"", "x", string(bytes.Repeat([]byte("long "), 50_000))} {
			sealed := box(t, v, "a", open.Content, plain)
			if len(sealed) != len(plain)+29 {
				t.Errorf("%d bytes are sealed to %d", len(plain), len(sealed))
			}
			for _, v := range []*open.Vault{v, p.open(t)} {
				if got, err := v.Open(t.Context(), "a", open.Content, cell, sealed); err != nil || string(got) != plain {
					t.Errorf("%d bytes: got %d, %v", len(plain), len(got), err)
				}
			}
		}
		if bytes.Equal(box(t, v, "a", open.Content, "x"), box(t, v, "a", open.Content, "x")) {
			t.Error("two sealings are the same")
		}
	})
}

func TestCellIsBound(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.withKeys(t, "a", "b")
		sealed := box(t, v, "a", open.Content, "what was told")
		for name, try := range map[string]struct {
			subject string
			purpose open.Purpose
			cell    open.Cell
		}{
			"another row":     {"a", open.Content, open.Cell{Table: "report", Column: "told", Row: "r2"}},
			"another column":  {"a", open.Content, open.Cell{Table: "report", Column: "note", Row: "r1"}},
			"another table":   {"a", open.Content, open.Cell{Table: "case", Column: "told", Row: "r1"}},
			"shifted names":   {"a", open.Content, open.Cell{Table: "reportt", Column: "old", Row: "r1"}},
			"another subject": {"b", open.Content, cell},
			"another purpose": {"a", open.Identity, cell},
		} {
			if got, err := v.Open(t.Context(), try.subject, try.purpose, try.cell, sealed); !errors.Is(err, seal.ErrBroken) || got != nil {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
		for n := range len(sealed) {
			bad := bytes.Clone(sealed)
			bad[n] ^= 1 << (n % 8)
			if _, err := v.Open(t.Context(), "a", open.Content, cell, bad); !errors.Is(err, seal.ErrBroken) {
				t.Fatalf("a flipped bit at %d: %v", n, err)
			}
			if _, err := v.Open(t.Context(), "a", open.Content, cell, sealed[:n]); !errors.Is(err, seal.ErrBroken) {
				t.Fatalf("cut at %d: %v", n, err)
			}
		}
	})
}

func TestWrongArguments(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.withKeys(t, "a")
		for _, c := range []open.Cell{{Column: "c", Row: "r"}, {Table: "t", Row: "r"}, {Table: "t", Column: "c"}} {
			if _, err := v.Seal(t.Context(), "a", open.Content, c, nil); err == nil {
				t.Errorf("sealed for %+v", c)
			}
			if _, err := v.Open(t.Context(), "a", open.Content, c, nil); err == nil {
				t.Errorf("opened for %+v", c)
			}
		}
		if _, err := v.Seal(t.Context(), "a", "other", cell, nil); err == nil {
			t.Error("sealed for a purpose that is none")
		}
		if v.NewDataKey(t.Context(), "", open.Content) == nil || v.NewDataKey(t.Context(), "a", "other") == nil {
			t.Error("made a key for nobody, or nothing")
		}
		if _, err := v.Seal(t.Context(), "b", open.Content, cell, nil); !errors.Is(err, open.ErrNoKey) {
			t.Errorf("sealed without a key: %v", err)
		}
	})
}

// TestWrappedKeysAreBound has somebody who can write to the key store exchange and change wrapped keys.
func TestWrappedKeysAreBound(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		sealed := box(t, p.withKeys(t, "a"), "a", open.Content, "x")
		fails := func(what string) {
			t.Helper()
			v := p.open(t)
			if _, err := v.Open(t.Context(), "a", open.Content, cell, sealed); !errors.Is(err, seal.ErrBroken) && !errors.Is(err, open.ErrNoKey) {
				t.Errorf("%s: %v", what, err)
			}
			if _, err := v.Seal(t.Context(), "a", open.Content, cell, nil); err == nil {
				t.Errorf("%s: sealed", what)
			}
		}
		var wrapped []byte
		read(t, p.keys, wrappedSQL, []any{"a", "content"}, &wrapped)
		for name, bad := range map[string][]byte{"flipped": append(bytes.Clone(wrapped[:20]), append([]byte{wrapped[20] ^ 1}, wrapped[21:]...)...),
			"cut": wrapped[:len(wrapped)-1], "empty": {}, "plain": make([]byte, 32)} {
			write(t, p.keys, putWrappedSQL, "a", "content", bad)
			fails(name)
			if err := p.open(t).Warm(t.Context(), []string{"a"}); !errors.Is(err, seal.ErrBroken) {
				t.Errorf("%s, warmed: %v", name, err)
			}
		}
		write(t, p.keys, putWrappedSQL, "a", "content", wrapped)
		write(t, p.keys, swapDataKeysSQL, "content")
		if _, err := p.open(t).Open(t.Context(), "b", open.Content, cell, sealed); !errors.Is(err, seal.ErrBroken) {
			t.Errorf("the key of another subject: %v", err)
		}
		write(t, p.keys, swapDataKeysSQL, "content")
		var identity []byte
		read(t, p.keys, wrappedSQL, []any{"a", "identity"}, &identity)
		write(t, p.keys, putWrappedSQL, "a", "content", identity)
		fails("the key of another purpose")
		write(t, p.keys, putWrappedSQL, "a", "content", wrapped)
		if got, err := p.open(t).Open(t.Context(), "a", open.Content, cell, sealed); err != nil || string(got) != "x" {
			t.Errorf("put back: %v", err)
		}
	})
}

func TestNewDataKeyTwice(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.withKeys(t, "a")
		sealed := box(t, v, "a", open.Content, "x")
		p.withKeys(t, "a")
		if got, err := p.open(t).Open(t.Context(), "a", open.Content, cell, sealed); err != nil || string(got) != "x" {
			t.Errorf("the second call replaced the key: %v", err)
		}
	})
}

// TestManyNewDataKeys has 32 callers make the keys of one subject and seal at once, in two processes.
func TestManyNewDataKeys(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		vaults := []*open.Vault{p.open(t), p.open(t)}
		sealed := make([][]byte, 32)
		var group sync.WaitGroup
		for i := range sealed {
			group.Go(func() {
				v := vaults[i%2]
				if err := v.NewDataKey(t.Context(), "a", open.Content, open.Identity); err != nil {
					t.Error(err)
					return
				}
				var err error
				if sealed[i], err = v.Seal(t.Context(), "a", open.Content, cell, []byte(fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		fresh := p.open(t)
		for i, s := range sealed {
			if got, err := fresh.Open(t.Context(), "a", open.Content, cell, s); err != nil || string(got) != fmt.Sprint(i) {
				t.Errorf("caller %d: %q, %v", i, got, err)
			}
		}
		var n int
		if read(t, p.keys, countKeysSQL, []any{"a"}, &n); n != 2 {
			t.Errorf("the subject has %d keys", n)
		}
	})
}

func TestDropDataKeys(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v, other := p.withKeys(t, "a", "b"), p.open(t)
		a, b := box(t, v, "a", open.Content, "x"), box(t, v, "b", open.Identity, "y")
		if _, err := other.Open(t.Context(), "a", open.Content, cell, a); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := v.DropDataKeys(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := v.Open(t.Context(), "a", open.Content, cell, a); !errors.Is(err, open.ErrNoKey) {
			t.Errorf("erased, and yet: %v", err)
		}
		if _, err := v.Seal(t.Context(), "a", open.Identity, cell, nil); !errors.Is(err, open.ErrNoKey) {
			t.Errorf("sealed with an erased key: %v", err)
		}
		if got, err := v.Open(t.Context(), "b", open.Identity, cell, b); err != nil || string(got) != "y" {
			t.Errorf("another subject: %v", err)
		}
		p.now = p.now.Add(open.CacheLife)
		if _, err := other.Open(t.Context(), "a", open.Content, cell, a); !errors.Is(err, open.ErrNoKey) {
			t.Errorf("another process, after CacheLife: %v", err)
		}
		if err := v.NewDataKey(t.Context(), "a", open.Content); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Open(t.Context(), "a", open.Content, cell, a); !errors.Is(err, seal.ErrBroken) {
			t.Errorf("a new key opens what the erased one sealed: %v", err)
		}
	})
}

// TestDropWhileOthersRead erases keys while many read them: once erased, none may come back out of the cache.
func TestDropWhileOthersRead(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		v := p.open(t)
		for i := range 20 {
			s := fmt.Sprint("s", i)
			if err := v.NewDataKey(t.Context(), s, open.Content); err != nil {
				t.Fatal(err)
			}
			sealed := box(t, p.open(t), s, open.Content, "x")
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					if _, err := v.Open(t.Context(), s, open.Content, cell, sealed); err != nil && !errors.Is(err, open.ErrNoKey) {
						t.Error(err)
					}
				})
			}
			if err := v.DropDataKeys(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			group.Wait()
			if _, err := v.Open(t.Context(), s, open.Content, cell, sealed); !errors.Is(err, open.ErrNoKey) {
				t.Fatalf("erased, and yet: %v", err)
			}
		}
	})
}

func TestWarm(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		var subjects []string
		for i := range 70 { // more than two steps
			subjects = append(subjects, fmt.Sprint("s", i))
		}
		v := p.withKeys(t, subjects...)
		sealed := map[string][]byte{}
		for _, s := range subjects {
			sealed[s] = box(t, v, s, open.Identity, s)
		}
		v = p.open(t)
		if err := v.Warm(t.Context(), append(append([]string{"", "none"}, subjects...), subjects...)); err != nil {
			t.Fatal(err)
		}
		if err := v.Warm(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if err := p.keys.Close(); err != nil { // from here on, the cache alone can answer
			t.Fatal(err)
		}
		if err := v.Warm(t.Context(), subjects); err != nil {
			t.Errorf("warm already, and yet it reads: %v", err)
		}
		for _, s := range subjects {
			if got, err := v.Open(t.Context(), s, open.Identity, cell, sealed[s]); err != nil || string(got) != s {
				t.Errorf("%s: %q, %v", s, got, err)
			}
		}
	})
}

// TestStoresHoldNoKeyInTheClear looks for the wrapping key, and checks that wrapped keys are as long as wrapped ones are.
func TestStoresHoldNoKeyInTheClear(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.withKeys(t, "a")
		root, err := secret.ReadFile(filepath.Join(p.dir, open.WrappingFile))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = p.keys.Read(t.Context(), func(tx store.Tx) error {
			return tx.Each(t.Context(), everyWrappedSQL, nil, func(scan func(...any) error) error {
				var wrapped []byte
				err := scan(&wrapped)
				if n++; len(wrapped) != 1+12+32+16 || bytes.Contains(wrapped, root[:8]) {
					t.Errorf("a wrapped key of %d bytes", len(wrapped))
				}
				return err
			})
		})
		if err != nil || n != 4 { // two of the subject, one of the intake, one of the blind index
			t.Errorf("%d wrapped keys, %v", n, err)
		}
	})
}
