package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

const (
	insertSQL = `INSERT INTO job (id, kind, payload, unique_key, state, run_at, lease_until, lease, attempt, error, created_at)
		VALUES ($1, $2, '{}', $1, 'ready', $3, 0, '', $4, '', $3)`
	attemptSQL = `SELECT attempt FROM job WHERE id = $1`
	countSQL   = `SELECT count(*) FROM job`
	raiseSQL   = `UPDATE job SET attempt = $2 WHERE id = $1`
	futureSQL  = `INSERT INTO schema_version (version_id, is_applied) VALUES (9999, true)`
)

func insert(ctx context.Context, tx store.Tx, id string) error {
	_, err := tx.Exec(ctx, insertSQL, id, "test", clock.Micro(tx.Now), 0)
	return err
}

func count(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	if err := s.Read(t.Context(), func(tx store.Tx) error { return tx.One(t.Context(), countSQL, nil, &n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAllOrNothing(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		stop := errors.New("stop")
		err := main.Write(t.Context(), func(tx store.Tx) error {
			if err := insert(t.Context(), tx, "a"); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) || count(t, main) != 0 {
			t.Errorf("a failed write left %d rows, error %v", count(t, main), err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = main.Write(t.Context(), func(tx store.Tx) error { _ = insert(t.Context(), tx, "b"); panic("in the middle") })
		}()
		if count(t, main) != 0 {
			t.Error("a panic left a row")
		}
	})
}

func TestUniqueIsAConflict(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		write := func() error {
			return main.Write(t.Context(), func(tx store.Tx) error { return insert(t.Context(), tx, "a") })
		}
		if err := write(); err != nil {
			t.Fatal(err)
		}
		err := write()
		if !errors.Is(err, store.ErrUnique) || fault.KindOf(err) != fault.Conflict {
			t.Errorf("the second insert gave %v", err)
		}
	})
}

func TestReadCannotWrite(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		err := main.Read(t.Context(), func(tx store.Tx) error { return insert(t.Context(), tx, "a") })
		if err == nil || count(t, main) != 0 {
			t.Errorf("a read wrote %d rows, error %v", count(t, main), err)
		}
	})
}

// TestNoLostUpdate has 32 writers read, add one and write, 10 times each: serialisable means that none is lost.
func TestNoLostUpdate(t *testing.T) {
	const writers, times = 32, 10
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		ctx := t.Context()
		if err := main.Write(ctx, func(tx store.Tx) error { return insert(ctx, tx, "a") }); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for range writers {
			group.Go(func() {
				for range times {
					if err := main.Write(ctx, func(tx store.Tx) error { return addOne(ctx, tx) }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		var got int
		if err := main.Read(ctx, func(tx store.Tx) error { return tx.One(ctx, attemptSQL, []any{"a"}, &got) }); err != nil {
			t.Fatal(err)
		}
		if got != writers*times {
			t.Errorf("counted %d of %d", got, writers*times)
		}
	})
}

func addOne(ctx context.Context, tx store.Tx) error {
	var n int
	if err := tx.One(ctx, attemptSQL, []any{"a"}, &n); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, raiseSQL, "a", n+1)
	return err
}

func TestMigrateTwice(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, keys *store.Store) {
		for set, s := range map[store.Set]*store.Store{store.Main: main, store.Keys: keys} {
			steps, err := s.Migrate(t.Context(), set)
			if err != nil || steps != 0 {
				t.Errorf("%s: %d steps, %v", set, steps, err)
			}
			if pending, err := s.Pending(t.Context(), set); err != nil || pending {
				t.Errorf("%s: pending %v, %v", set, pending, err)
			}
		}
	})
}

func TestNewerSchema(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, keys *store.Store) {
		for set, s := range map[store.Set]*store.Store{store.Main: main, store.Keys: keys} {
			err := s.Write(t.Context(), func(tx store.Tx) error { _, err := tx.Exec(t.Context(), futureSQL); return err })
			if err != nil {
				t.Fatal(err)
			}
			if steps, err := s.Migrate(t.Context(), set); !errors.Is(err, store.ErrNewer) || steps != 0 {
				t.Errorf("%s: migrating what is newer took %d steps, %v", set, steps, err)
			}
			if pending, err := s.Pending(t.Context(), set); !errors.Is(err, store.ErrNewer) || pending {
				t.Errorf("%s: pending %v, %v", set, pending, err)
			}
		}
	})
}

func TestRelaxed(t *testing.T) {
	address := storetest.Postgres(t)
	for engine, c := range map[string]store.Config{
		"sqlite":   {Database: t.TempDir() + "/amparo.db"},
		"postgres": {Database: address, Schema: storetest.Schema(t, address)},
	} {
		t.Run(engine, func(t *testing.T) {
			for _, relaxed := range []bool{true, false} { // what was written in the one way is there in the other
				c.Relaxed = relaxed
				s, err := store.Open(t.Context(), c)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.Migrate(t.Context(), store.Main); err != nil {
					t.Fatal(err)
				}
				if relaxed {
					err = s.Write(t.Context(), func(tx store.Tx) error { return insert(t.Context(), tx, "a") })
				}
				if err != nil || count(t, s) != 1 {
					t.Errorf("relaxed %v: %d rows, %v", relaxed, count(t, s), err)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	_, err := store.Open(t.Context(), store.Config{Database: t.TempDir() + "/none/amparo.db"})
	if err == nil {
		t.Error("opened a file in a folder that is not there")
	}
	_, err = store.Open(t.Context(), store.Config{Database: "postgres://127.0.0.1:1/none?sslmode=disable&connect_timeout=2"})
	if err == nil {
		t.Error("opened a server that is not there")
	}
}
