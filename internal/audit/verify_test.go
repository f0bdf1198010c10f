package audit

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

const copyEntrySQL = `INSERT INTO audit_entry (id, at, actor_kind, actor_id, agency, roles, action, outcome, reason, subjects, detail)
	SELECT '%s', at, actor_kind, 'user9', agency, roles, action, outcome, reason, subjects, detail FROM audit_entry WHERE id = '%s'`

// rehash gives number the hash of its entry as it is now; with tree also the leaf's stored hash, with all every stored
// hash above it, as an attacker would who knows the program but not the key.
func (b *bench) rehash(number int64, tree, all bool) {
	b.t.Helper()
	err := b.main.Write(b.t.Context(), func(tx store.Tx) error {
		ctx := b.t.Context()
		list, err := leaves(ctx, tx, 0, 20)
		if err != nil {
			return err
		}
		h := *list[number].entry
		if _, err := tx.Exec(ctx, `UPDATE audit_leaf SET hash = $1 WHERE number = $2`, h[:], number); err != nil || !tree {
			return err
		}
		var f frontier
		for _, l := range list {
			f = f.add(l.number, *l.entry, func(n node, _ bool) bool {
				if n.from() <= number && number < n.to() && (all || n.level == 0) {
					_, err = tx.Exec(ctx, `UPDATE audit_hash SET hash = $1 WHERE idx = $2`, n.hash[:], n.idx())
				}
				if err != nil {
					b.t.Error(err)
				}
				return false
			})
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func TestVerifyNamesWhatWasDone(t *testing.T) {
	alter := func(number int) func(b *bench) { return func(b *bench) { b.alter(number) } }
	for _, c := range []struct {
		name string
		do   func(b *bench)
		want func(b *bench) []Problem
	}{
		{"nothing", func(b *bench) {}, nil},
		{"actor altered", alter(6), func(b *bench) []Problem {
			return []Problem{{Kind: Altered, Number: 6, Entry: EntryID(b.id(6))}}
		}},
		{"detail altered", func(b *bench) {
			b.spoil(`UPDATE audit_entry SET detail = '{}' WHERE id = '` + b.id(19) + `'`)
		}, func(b *bench) []Problem { return []Problem{{Kind: Altered, Number: 19, Entry: EntryID(b.id(19))}} }},
		{"time altered", func(b *bench) {
			b.spoil(`UPDATE audit_entry SET at = at + 1 WHERE id = '` + b.id(0) + `'`)
		}, func(b *bench) []Problem { return []Problem{{Kind: Altered, Number: 0, Entry: EntryID(b.id(0))}} }},
		{"entry and leaf altered", func(b *bench) { b.alter(6); b.rehash(6, false, false) }, func(b *bench) []Problem {
			return []Problem{{Kind: Altered, Number: 6, Entry: EntryID(b.id(6))}}
		}},
		{"entry, leaf and leaf's hash altered", func(b *bench) { b.alter(6); b.rehash(6, true, false) }, func(*bench) []Problem {
			return []Problem{{Kind: Altered, Number: 6, To: 8}}
		}},
		{"everything recomputed without the key", func(b *bench) { b.alter(6); b.rehash(6, true, true) }, func(*bench) []Problem {
			return []Problem{{Kind: Rewritten, Number: 5, To: 8}}
		}},
		{"leaf's hash altered", func(b *bench) {
			b.spoil(`UPDATE audit_leaf SET hash = (SELECT hash FROM audit_leaf WHERE number = 1) WHERE number = 3`)
		},
			func(b *bench) []Problem { return []Problem{{Kind: Altered, Number: 3, Entry: EntryID(b.id(3))}} }},
		{"stored hash altered", func(b *bench) {
			b.spoil(`UPDATE audit_hash SET hash = (SELECT hash FROM audit_hash WHERE idx = 0) WHERE idx = 6`)
		},
			func(*bench) []Problem { return []Problem{{Kind: Altered, Number: 0, To: 4}} }},
		{"stored hash removed", func(b *bench) { b.spoil(`DELETE FROM audit_hash WHERE idx = 6`) },
			func(*bench) []Problem { return []Problem{{Kind: Altered, Number: 0, To: 4}} }},
		{"entry removed", func(b *bench) { b.spoil(`DELETE FROM audit_entry WHERE id = '` + b.id(11) + `'`) }, func(b *bench) []Problem {
			return []Problem{{Kind: Removed, Number: 11, Entry: EntryID(b.id(11))}}
		}},
		{"entry and leaf removed", func(b *bench) {
			b.spoil(`DELETE FROM audit_entry WHERE id = '`+b.id(11)+`'`, `DELETE FROM audit_leaf WHERE number = 11`)
		}, func(*bench) []Problem { return []Problem{{Kind: Removed, Number: 11}} }},
		{"entries of the tail and their leaves removed", func(b *bench) {
			b.spoil(`DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_leaf WHERE number >= 18)`, `DELETE FROM audit_leaf WHERE number >= 18`)
		}, func(*bench) []Problem { return []Problem{{Kind: Removed, Number: 18}, {Kind: Removed, Number: 19}} }},
		{"two swapped", func(b *bench) {
			three, seven := b.id(3), b.id(7)
			b.spoil(`UPDATE audit_leaf SET entry_id = '-' WHERE number = 3`, `UPDATE audit_leaf SET entry_id = '`+three+`' WHERE number = 7`,
				`UPDATE audit_leaf SET entry_id = '`+seven+`' WHERE number = 3`)
			b.rehash(3, false, false)
			b.rehash(7, false, false)
		}, func(b *bench) []Problem {
			return []Problem{{Kind: Reordered, Number: 3, Entry: EntryID(b.id(3))}, {Kind: Reordered, Number: 7, Entry: EntryID(b.id(7))}}
		}},
		{"entry inserted", func(b *bench) { b.spoil(fmt.Sprintf(copyEntrySQL, "forged", b.id(2))) }, func(*bench) []Problem {
			return []Problem{{Kind: Inserted, Number: None, Entry: "forged"}}
		}},
		{"entry, leaf and hash inserted", func(b *bench) {
			b.spoil(fmt.Sprintf(copyEntrySQL, "forged", b.id(2)),
				`INSERT INTO audit_leaf (number, entry_id, hash) SELECT 20, 'forged', hash FROM audit_leaf WHERE number = 2`,
				`INSERT INTO audit_hash (idx, hash) SELECT 38, hash FROM audit_leaf WHERE number = 20`)
		}, func(*bench) []Problem { return []Problem{{Kind: Inserted, Number: 20, Entry: "forged"}} }},
		{"checkpoint removed", func(b *bench) { b.spoil(`DELETE FROM audit_checkpoint WHERE size = 9`) }, func(*bench) []Problem {
			return []Problem{{Kind: Removed, Number: 9}}
		}},
		{"newest checkpoint removed", func(b *bench) { b.spoil(`DELETE FROM audit_checkpoint WHERE size = 20`) }, func(*bench) []Problem {
			return []Problem{{Kind: Removed, Number: 20}}
		}},
		{"rolled back", rollBack, func(*bench) []Problem { return []Problem{{Kind: RolledBack, Number: 9, To: 20}} }},
		{"rolled back and gone on", func(b *bench) { rollBack(b); b.record(13); b.seq = b.sequencer(); b.flush() }, func(*bench) []Problem {
			return []Problem{{Kind: Removed, Number: 16}, {Kind: Removed, Number: 20}, {Kind: RolledBack, Number: 9, To: 16}}
		}},
		{"file removed", func(b *bench) {
			if err := os.Remove(b.file); err != nil {
				b.t.Fatal(err)
			}
		}, func(*bench) []Problem { return []Problem{{Kind: FileMissing, Number: None}} }},
		{"altered and then gone on", func(b *bench) { b.alter(6); b.rehash(6, true, true); b.record(5); b.flush() }, func(*bench) []Problem {
			return []Problem{{Kind: Rewritten, Number: 5, To: 8}}
		}},
		{"entry removed and then gone on", func(b *bench) {
			b.spoil(`DELETE FROM audit_entry WHERE id = '` + b.id(11) + `'`)
			b.record(5)
			b.flush()
		}, func(b *bench) []Problem { return []Problem{{Kind: Removed, Number: 11, Entry: EntryID(b.id(11))}} }},
		{"two things at once", func(b *bench) { b.alter(2); b.spoil(`DELETE FROM audit_entry WHERE id = '` + b.id(13) + `'`) }, func(b *bench) []Problem {
			return []Problem{{Kind: Altered, Number: 2, Entry: EntryID(b.id(2))}, {Kind: Removed, Number: 13, Entry: EntryID(b.id(13))}}
		}},
		{"number removed", func(b *bench) { b.spoil(`UPDATE audit_leaf SET number = 40 WHERE number = 4`) }, func(b *bench) []Problem {
			return []Problem{{Kind: Inserted, Number: 40, Entry: EntryID(b.id(40))}, {Kind: Removed, Number: 4}}
		}},
		{"leaf removed, entry kept", func(b *bench) { b.spoil(`DELETE FROM audit_leaf WHERE number = 4`) }, func(b *bench) []Problem {
			return []Problem{{Kind: Altered, Number: 4, Entry: EntryID(b.lone())}}
		}},
		{"removed before it was numbered", func(b *bench) {
			b.record(1)
			b.spoil(`DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_pending)`)
		}, func(b *bench) []Problem { return []Problem{{Kind: Removed, Number: None, Entry: EntryID(b.waiting())}} }},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
				b := newBench(t, main)
				b.fill()
				c.do(b)
				var want []Problem
				if c.want != nil {
					want = c.want(b)
				}
				b.expect(want...)
			})
		})
	}
}

func (b *bench) alter(number int) {
	b.t.Helper()
	b.spoil(`UPDATE audit_entry SET actor_id = 'user2' WHERE id = '` + b.id(number) + `'`)
}

func (b *bench) text(statement string) (s string) {
	b.t.Helper()
	if err := b.main.Read(b.t.Context(), func(tx store.Tx) error { return tx.One(b.t.Context(), statement, nil, &s) }); err != nil {
		b.t.Fatal(err)
	}
	return s
}

// lone is the one entry without a number; waiting the one said to wait.
func (b *bench) lone() string {
	return b.text(`SELECT id FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM audit_leaf)`)
}
func (b *bench) waiting() string { return b.text(`SELECT entry_id FROM audit_pending`) }

// rollBack puts the database into the state that it had with nine entries.
func rollBack(b *bench) {
	b.spoil(`DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_leaf WHERE number >= 9)`,
		`DELETE FROM audit_leaf WHERE number >= 9`, `DELETE FROM audit_hash WHERE idx >= 16`, `DELETE FROM audit_checkpoint WHERE size > 9`)
}

// TestForged signs checkpoints with another key, in the database and in the file.
func TestForged(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		b := newBench(t, main)
		b.fill()
		_, other, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		s, err := signer(logName, other)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range []int64{16, 99} {
			c, err := sign(s, size, [32]byte{1})
			if err != nil {
				t.Fatal(err)
			}
			b.spoil(fmt.Sprintf(`DELETE FROM audit_checkpoint WHERE size = %d`, size),
				fmt.Sprintf(`INSERT INTO audit_checkpoint (size, at, note) VALUES (%d, 0, '%s')`, size, c.note))
		}
		b.expect(Problem{Kind: Forged, Number: 16}, Problem{Kind: Removed, Number: 16}, Problem{Kind: Forged, Number: 99})
		raw, err := os.ReadFile(b.file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(b.file, append([]byte("\"no checkpoint\"\n"), raw...), 0o600); err != nil {
			t.Fatal(err)
		}
		b.expect(Problem{Kind: Forged, Number: None}, Problem{Kind: Forged, Number: 16}, Problem{Kind: Removed, Number: 16}, Problem{Kind: Forged, Number: 99})
	})
}

func TestTail(t *testing.T) {
	var mu sync.Mutex
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	clock := clockFunc(func() time.Time { mu.Lock(); defer mu.Unlock(); return now })
	storetest.Each(t, clock, func(t *testing.T, main, _ *store.Store) {
		b := newBench(t, main)
		b.record(2)
		b.flush()
		b.record(1)
		if r := b.verify(); !r.OK || r.Tail != 1 || r.Size != 2 || r.Root == "" || r.Checkpoints != 2 {
			t.Errorf("a young tail: %+v", r)
		}
		mu.Lock()
		now = now.Add(patience + time.Second)
		mu.Unlock()
		b.expect(Problem{Kind: Unsequenced, Number: None, Entry: EntryID(b.waiting())})
		b.flush()
		b.expect()
	})
}

func TestEmptyLog(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		b := newBench(t, main)
		b.flush()
		if r := b.verify(); !r.OK || r.Size != 0 || r.Root != "" {
			t.Errorf("an empty log: %+v", r)
		}
	})
}

// TestAnyAlteration alters one random column of one random entry in a log of more than one batch, and has it named.
func TestAnyAlteration(t *testing.T) {
	columns := []string{"actor_kind", "actor_id", "agency", "roles", "action", "outcome", "reason", "subjects", "detail"}
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		b := newBench(t, main)
		const all = 2*batch + 17
		err := main.Write(t.Context(), func(tx store.Tx) error {
			for range all {
				if err := Record(t.Context(), tx, someEntry("a")); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		b.flush()
		b.expect()
		for range 10 {
			number, column := rand.IntN(all), columns[rand.IntN(len(columns))]
			old := b.text(`SELECT ` + column + ` FROM audit_entry WHERE id = '` + b.id(number) + `'`)
			b.spoil(`UPDATE audit_entry SET ` + column + ` = ` + column + ` || ' ' WHERE id = '` + b.id(number) + `'`)
			b.expect(Problem{Kind: Altered, Number: int64(number), Entry: EntryID(b.id(number))})
			b.spoil(`UPDATE audit_entry SET ` + column + ` = '` + old + `' WHERE id = '` + b.id(number) + `'`)
		}
	})
}

// TestVerifyWhileServing has writers and two sequencers at work while Verify runs over and over.
func TestVerifyWhileServing(t *testing.T) {
	const writers, each = 8, 40
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		b := newBench(t, main)
		ctx, stop := context.WithCancel(t.Context())
		var sequencers, people sync.WaitGroup
		for range 2 {
			s := b.sequencer()
			sequencers.Go(func() {
				if err := s.Run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		for range writers {
			people.Go(func() {
				for range each {
					if err := main.Write(ctx, func(tx store.Tx) error { return Record(ctx, tx, someEntry("a")) }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		written := make(chan struct{})
		go func() { people.Wait(); close(written) }()
		for looked := 0; ; looked++ {
			if r := b.verify(); !r.OK {
				t.Errorf("look %d: %+v", looked, r.Problems)
			}
			select {
			case <-written:
			case <-time.After(20 * time.Millisecond):
				continue
			}
			break
		}
		stop()
		sequencers.Wait() // the last thing that they do is to number what is left
		if r := b.verify(); !r.OK || r.Size != writers*each || r.Tail != 0 {
			t.Errorf("at the end: %+v", r)
		}
	})
}
