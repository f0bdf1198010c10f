package audit

import (
	"context"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

func testSigner(t testing.TB) (note.Signer, note.Verifier) {
	t.Helper()
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := signer(logName, key)
	if err != nil {
		t.Fatal(err)
	}
	v, err := verifier(logName, public)
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

// fileSizes are the sizes that the lines of the file claim.
func fileSizes(t *testing.T, path string, v note.Verifier) (list []int64) {
	t.Helper()
	next, done, err := readFile(path, v)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	for {
		f, ok, err := next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return list
		}
		if f.err != nil {
			t.Errorf("line %d: %v", f.line, f.err)
		}
		list = append(list, f.size)
	}
}

func TestFileOnlyGrows(t *testing.T) {
	s, v := testSigner(t)
	path := filepath.Join(t.TempDir(), "audit.checkpoints")
	var all sync.WaitGroup
	for range 4 { // as processes that share the file
		all.Go(func() {
			for size := int64(1); size <= 50; size++ {
				c, err := sign(s, size, [32]byte{byte(size)})
				if err != nil {
					t.Error(err)
				}
				if last, err := witness(path, v, c); err != nil || last < size {
					t.Errorf("filed %d of %d: %v", last, size, err)
				}
			}
		})
	}
	all.Wait()
	list := fileSizes(t, path, v)
	for i := 1; i < len(list); i++ {
		if list[i] <= list[i-1] {
			t.Fatalf("not growing: %v", list)
		}
	}
	if len(list) == 0 || list[len(list)-1] != 50 {
		t.Errorf("sizes %v", list)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// TestFileCutShort cuts the last line at every byte, as a crash could; the next checkpoint takes its place.
func TestFileCutShort(t *testing.T) {
	s, v := testSigner(t)
	path := filepath.Join(t.TempDir(), "audit.checkpoints")
	var whole []byte
	for size := int64(1); size <= 2; size++ {
		c, err := sign(s, size, [32]byte{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := witness(path, v, c); err != nil {
			t.Fatal(err)
		}
		if size == 1 {
			if whole, err = os.ReadFile(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	both, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := sign(s, 3, [32]byte{})
	if err != nil {
		t.Fatal(err)
	}
	for cut := len(whole); cut < len(both); cut++ {
		if err := os.WriteFile(path, both[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if n := fileSizes(t, path, v); len(n) != 1 {
			t.Fatalf("cut at %d: %v", cut, n)
		}
		if _, err := witness(path, v, c); err != nil {
			t.Fatal(err)
		}
		if n := fileSizes(t, path, v); len(n) != 2 || n[1] != 3 {
			t.Fatalf("cut at %d, then filed: %v", cut, n)
		}
	}
}

// FuzzOpen gives the reader of checkpoints any text: it takes none that the key did not sign.
func FuzzOpen(f *testing.F) {
	s, v := testSigner(f)
	c, err := sign(s, 7, [32]byte{1})
	if err != nil {
		f.Fatal(err)
	}
	if got, err := open(v, c.note); err != nil || got != c {
		f.Fatalf("our own checkpoint: %+v, %v", got, err)
	}
	f.Add(c.note)
	f.Add(c.note + c.note)
	f.Add("")
	f.Fuzz(func(t *testing.T, msg string) {
		if got, err := open(v, msg); err == nil && (got.size != 7 || got.root != c.root) {
			t.Errorf("took %q", msg)
		}
	})
}

func TestSequencerRefuses(t *testing.T) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Config{
		"no key":       {Name: logName},
		"no name":      {Signer: key},
		"two words":    {Signer: key, Name: "two words"},
		"plus":         {Signer: key, Name: "a+b"},
		"half a key":   {Signer: key[:32], Name: logName},
		"line breaks":  {Signer: key, Name: "a\nb"},
		"broken utf-8": {Signer: key, Name: "\xff"},
	} {
		if _, err := NewSequencer(c); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// TestFileCatchesUp has checkpoints that a crash kept out of the file filed by the next process.
func TestFileCatchesUp(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		b := newBench(t, main)
		file := b.file
		b.file = ""
		b.seq = b.sequencer()
		b.fill()
		b.file = file
		b.expect(Problem{Kind: FileMissing, Number: None})
		b.seq = b.sequencer()
		b.flush()
		b.expect()
		if n := fileSizes(t, file, b.seq.verifier); len(n) != 1 || n[0] != 20 {
			t.Errorf("sizes %v", n)
		}
	})
}

// TestSignedWithinASecond runs a sequencer and waits for an entry's checkpoint.
func TestSignedWithinASecond(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		b := newBench(t, main)
		end := make(chan error, 1)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go func() { end <- b.seq.Run(ctx) }()
		time.Sleep(50 * time.Millisecond) // into the pause between two looks
		began := time.Now()
		b.record(1)
		for b.verify().Size == 0 {
			if time.Since(began) > 10*time.Second {
				t.Fatal("never signed")
			}
			time.Sleep(10 * time.Millisecond)
		}
		took := time.Since(began)
		t.Logf("signed after %v", took)
		if took > 2*every+500*time.Millisecond {
			t.Errorf("signed after %v", took)
		}
		b.record(1)
		stop()
		if err := <-end; err != nil {
			t.Error(err)
		}
		if r := b.verify(); r.Size != 2 || r.Tail != 0 {
			t.Errorf("stopped without draining: %+v", r)
		}
	})
}
