package audit

import (
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/store"
)

const logName = "amparo/test"

// A bench is a log with everything that tests do to it.
type bench struct {
	t    *testing.T
	main *store.Store
	key  ed25519.PrivateKey
	file string
	seq  *Sequencer
}

func newBench(t *testing.T, main *store.Store) *bench {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, main: main, key: key, file: filepath.Join(t.TempDir(), "audit.checkpoints")}
	b.seq = b.sequencer()
	return b
}

func (b *bench) sequencer() *Sequencer {
	b.t.Helper()
	s, err := NewSequencer(Config{Store: b.main, Signer: b.key, Name: logName, File: b.file})
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

func (b *bench) record(n int) {
	b.t.Helper()
	for i := range n {
		e := someEntry(fmt.Sprintf("subject%d", i))
		if err := b.main.Write(b.t.Context(), func(tx store.Tx) error { return Record(b.t.Context(), tx, e) }); err != nil {
			b.t.Fatal(err)
		}
	}
}

// sizes are the checkpoints of the log that fill makes.
var sizes = []int{5, 8, 9, 16, 20}

func (b *bench) fill() {
	b.t.Helper()
	at := 0
	for _, size := range sizes {
		b.record(size - at)
		b.flush()
		at = size
	}
}

func (b *bench) flush() {
	b.t.Helper()
	if err := b.seq.Flush(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) verify() Report {
	b.t.Helper()
	r, err := Verify(b.t.Context(), Check{Store: b.main, Key: b.key.Public().(ed25519.PublicKey), Name: logName, File: b.file})
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// spoil runs raw statements, as who has the database's password could.
func (b *bench) spoil(statements ...string) {
	b.t.Helper()
	err := b.main.Write(b.t.Context(), func(tx store.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(b.t.Context(), s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// id is the entry with that number.
func (b *bench) id(number int) (id string) {
	b.t.Helper()
	err := b.main.Read(b.t.Context(), func(tx store.Tx) error {
		return tx.One(b.t.Context(), `SELECT entry_id FROM audit_leaf WHERE number = $1`, []any{number}, &id)
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

// expect compares what is wrong with what should be found, but for the words.
func (b *bench) expect(want ...Problem) {
	b.t.Helper()
	slices.SortFunc(want, byNumber)
	r := b.verify()
	got := make([]Problem, len(r.Problems))
	for i, p := range r.Problems {
		if p.Words == "" {
			b.t.Errorf("no words for %+v", p)
		}
		p.Words = ""
		got[i] = p
	}
	if diff := cmp.Diff(append([]Problem{}, want...), got); diff != "" {
		b.t.Errorf("what is wrong (want -, got +):\n%s\n%v", diff, r.Problems)
	}
	if r.OK != (len(want) == 0) {
		b.t.Errorf("OK is %v", r.OK)
	}
}
