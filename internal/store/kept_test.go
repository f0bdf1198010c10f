package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
)

const (
	makeKeptSQL = `CREATE TABLE kept_test (id bigint NOT NULL, word text NOT NULL)`
	addKeptSQL  = `INSERT INTO kept_test (id, word) VALUES ($1, $2)`
	wordKeptSQL = `SELECT word FROM kept_test WHERE id = $1`
	allKeptSQL  = `SELECT id FROM kept_test WHERE id <= $1 ORDER BY id`
)

// keptStore is a store on SQLite with three rows.
func keptStore(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{Database: filepath.Join(t.TempDir(), "kept.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	do(t, s, func(ctx context.Context, tx Tx) error { _, err := tx.Exec(ctx, makeKeptSQL); return err })
	for i := range 3 {
		do(t, s, func(ctx context.Context, tx Tx) error {
			_, err := tx.Exec(ctx, addKeptSQL, i, fmt.Sprint("word ", i))
			return err
		})
	}
	return s
}

func do(t *testing.T, s *Store, f func(ctx context.Context, tx Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), func(tx Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// ids reads a list, and calls in the middle of it what is given.
func ids(ctx context.Context, tx Tx, most int, middle func() error) (list []int, err error) {
	err = tx.Each(ctx, allKeptSQL, []any{most}, func(scan func(...any) error) error {
		var id int
		if err := scan(&id); err != nil {
			return err
		}
		list = append(list, id)
		return middle()
	})
	return list, err
}

// TestTheSameStatementInTheMiddleOfItself: what is kept is not taken from whoever is reading by it, however deep.
func TestTheSameStatementInTheMiddleOfItself(t *testing.T) {
	s := keptStore(t)
	nothing := func() error { return nil }
	for range 2 {
		do(t, s, func(ctx context.Context, tx Tx) error {
			outer, err := ids(ctx, tx, 2, func() error {
				inner, err := ids(ctx, tx, 1, func() error {
					deep, err := ids(ctx, tx, 0, nothing)
					if len(deep) != 1 {
						t.Errorf("deep %v", deep)
					}
					return err
				})
				if len(inner) != 2 {
					t.Errorf("inner %v", inner)
				}
				return err
			})
			if len(outer) != 3 {
				t.Errorf("outer %v", outer)
			}
			return err
		})
	}
}

// TestWhatEndsEarlyIsFreeAgain: rows that were not read to their end, and what failed or was called off, leave nothing behind.
func TestWhatEndsEarlyIsFreeAgain(t *testing.T) {
	s := keptStore(t)
	stop := errors.New("enough")
	for range 3 {
		if err := s.Write(t.Context(), func(tx Tx) error { _, err := ids(t.Context(), tx, 2, func() error { return stop }); return err }); !errors.Is(err, stop) {
			t.Errorf("it gave %v", err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Write(gone, func(tx Tx) error { _, err := tx.Exec(gone, addKeptSQL, 9, "x"); return err }); err == nil {
			t.Error("what was called off is done")
		}
		do(t, s, func(ctx context.Context, tx Tx) error {
			list, err := ids(ctx, tx, 9, func() error { return nil })
			if len(list) != 3 {
				t.Errorf("%v", list)
			}
			return err
		})
	}
	if err := s.Write(t.Context(), func(tx Tx) error { _, err := tx.Exec(t.Context(), addKeptSQL, 9, nil); return err }); err == nil {
		t.Error("a row that is not allowed is there")
	}
	do(t, s, func(ctx context.Context, tx Tx) error { _, err := tx.Exec(ctx, addKeptSQL, 9, "y"); return err })
}

// TestTheSchemaChangesUnderIt: what is kept is prepared anew, and what could not be prepared can be once its table is there.
func TestTheSchemaChangesUnderIt(t *testing.T) {
	s := keptStore(t)
	word := func(id int) (w string, err error) {
		err = s.Read(t.Context(), func(tx Tx) error { return tx.One(t.Context(), wordKeptSQL, []any{id}, &w) })
		return w, err
	}
	if w, err := word(1); w != "word 1" || err != nil {
		t.Errorf("%q %v", w, err)
	}
	do(t, s, func(ctx context.Context, tx Tx) error {
		_, err := tx.Exec(ctx, `ALTER TABLE kept_test RENAME TO other_test`)
		return err
	})
	if w, err := word(1); err == nil {
		t.Errorf("a table that is gone gives %q", w)
	}
	do(t, s, func(ctx context.Context, tx Tx) error {
		_, err := tx.Exec(ctx, `CREATE TABLE kept_test (word text NOT NULL, more text, id bigint NOT NULL)`)
		return err
	})
	do(t, s, func(ctx context.Context, tx Tx) error { _, err := tx.Exec(ctx, addKeptSQL, 1, "anew"); return err })
	if w, err := word(1); w != "anew" || err != nil {
		t.Errorf("%q %v", w, err)
	}
}

// TestMoreThanAreKept: beyond that each is prepared for its once.
func TestMoreThanAreKept(t *testing.T) {
	s := keptStore(t)
	do(t, s, func(ctx context.Context, tx Tx) error {
		for i := range mostKept + 50 {
			var n int
			if err := tx.One(ctx, fmt.Sprintf("SELECT %d", i), nil, &n); err != nil || n != i {
				return fmt.Errorf("%d gave %d: %w", i, n, err)
			}
		}
		return nil
	})
	if n := s.write.Stats().OpenConnections; n != 1 {
		t.Errorf("%d connections", n)
	}
}
