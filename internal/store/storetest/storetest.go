// Package storetest gives tests a real, empty, migrated database of each engine.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // makes and drops the schemas of tests

	"amparo/internal/clock"
	"amparo/internal/store"
)

// Each runs f once on SQLite and once on PostgreSQL, each time on fresh databases of its own.
// Afterwards the duty queue must be in the order of what it is made from. A missing PostgreSQL fails the test: scripts/test starts one.
func Each(t *testing.T, c clock.Clock, f func(t *testing.T, main, keys *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		main := open(t, store.Main, store.Config{Database: migrated(t, dir, store.Main), Clock: c})
		f(t, main, open(t, store.Keys, store.Config{Database: migrated(t, dir, store.Keys), Clock: c}))
		queued(t, main)
	})
	t.Run("postgres", func(t *testing.T) {
		address := Migrated(t)
		main := open(t, store.Main, store.Config{Database: address, Schema: schemas[store.Main], Clock: c})
		f(t, main, open(t, store.Keys, store.Config{Database: address, Schema: schemas[store.Keys], Clock: c}))
		queued(t, main)
	})
}

// Databases runs f once on each engine with both sets migrated, on connections of its own: for tests of the schema
// and of the text of statements.
func Databases(t *testing.T, f func(t *testing.T, engine store.Engine, main, keys *sql.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		var raw [2]*sql.DB
		for i, set := range []store.Set{store.Main, store.Keys} {
			path := filepath.Join(dir, string(set)+".db")
			open(t, set, store.Config{Database: path})
			raw[i] = connect(t, "sqlite", path)
		}
		f(t, store.SQLite, raw[0], raw[1])
	})
	t.Run("postgres", func(t *testing.T) {
		address := Postgres(t)
		var raw [2]*sql.DB
		for i, set := range []store.Set{store.Main, store.Keys} {
			schema := Schema(t, address)
			open(t, set, store.Config{Database: address, Schema: schema})
			raw[i] = connect(t, "pgx", address+"&search_path="+schema)
		}
		f(t, store.Postgres, raw[0], raw[1])
	})
}

func connect(t *testing.T, driver, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
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

// Fresh makes an empty database that is dropped when the test ends, and gives its address: for tests of a whole program,
// which names its schemas itself.
func Fresh(t testing.TB) string {
	t.Helper()
	return database(t, "template1")
}

// database makes a database like another one, which is dropped when the test ends, and gives its address. To copy files is the
// faster way where the server does not wait for the disk.
func database(t testing.TB, like string) string {
	t.Helper()
	address := Postgres(t)
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	name := "t_" + strings.ToLower(rand.Text())
	if _, err := db.Exec("CREATE DATABASE " + name + " TEMPLATE " + like + " STRATEGY FILE_COPY"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	return named(t, address, name)
}

// named is the address of another database of the same server.
func named(t testing.TB, address, name string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func open(t testing.TB, set store.Set, c store.Config) *store.Store {
	t.Helper()
	c.MaxConns = 8
	s, err := store.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	migrate(t, s, set)
	return s
}

func migrate(t testing.TB, s *store.Store, set store.Set) {
	t.Helper()
	if _, err := s.Migrate(context.Background(), set); err != nil {
		t.Fatal(err)
	}
}

// Plan gives what an engine says of how it would run a statement. PostgreSQL is kept from reading and sorting whole tables, which it
// would do with the few rows of a test.
func Plan(t *testing.T, engine store.Engine, db *sql.DB, statement string, args ...any) string {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	explain, dest := "EXPLAIN QUERY PLAN ", make([]any, 4)
	if engine == store.Postgres {
		explain, dest = "EXPLAIN ", make([]any, 1)
		if _, err := conn.ExecContext(t.Context(), "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off"); err != nil {
			t.Fatal(err)
		}
	}
	var line string
	for i := range dest {
		dest[i] = new(any)
	}
	dest[len(dest)-1] = &line
	rows, err := conn.QueryContext(t.Context(), explain+statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}
