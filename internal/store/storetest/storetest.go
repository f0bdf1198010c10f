// Package storetest gives tests a real, empty, migrated database of each engine.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // makes and drops the schemas of tests

	"amparo/internal/clock"
	"amparo/internal/store"
)

// Each runs f once on SQLite and once on PostgreSQL, each time on fresh databases of its own.
// A missing PostgreSQL fails the test: scripts/test starts one.
func Each(t *testing.T, c clock.Clock, f func(t *testing.T, main, keys *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		f(t, open(t, store.Main, store.Config{Database: filepath.Join(dir, "amparo.db"), Clock: c}),
			open(t, store.Keys, store.Config{Database: filepath.Join(dir, "keys.db"), Clock: c}))
	})
	t.Run("postgres", func(t *testing.T) {
		address := Postgres(t)
		f(t, open(t, store.Main, store.Config{Database: address, Schema: Schema(t, address), Clock: c}),
			open(t, store.Keys, store.Config{Database: address, Schema: Schema(t, address), Clock: c}))
	})
}

// Postgres is the address of the PostgreSQL that tests use.
func Postgres(t testing.TB) string {
	t.Helper()
	address := os.Getenv("AMPARO_TEST_POSTGRES")
	if address == "" {
		t.Fatal("AMPARO_TEST_POSTGRES is empty: run scripts/test, or set it to a postgres:// address whose user may create schemas")
	}
	return address
}

// Schema makes an empty schema that is dropped when the test ends, and gives its name.
func Schema(t testing.TB, address string) string {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	name := "t_" + strings.ToLower(rand.Text())
	if _, err := db.Exec("CREATE SCHEMA " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("DROP SCHEMA " + name + " CASCADE"); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	return name
}

func open(t *testing.T, set store.Set, c store.Config) *store.Store {
	t.Helper()
	c.MaxConns = 8
	s, err := store.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if _, err := s.Migrate(context.Background(), set); err != nil {
		t.Fatal(err)
	}
	return s
}
