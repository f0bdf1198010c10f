package storetest

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"amparo/internal/store"
)

// Every test has databases of its own. Migrating each from nothing would take most of the time of all tests: they are copies.

// schemas are what the program calls its schemas.
var schemas = map[store.Set]string{store.Main: "amparo", store.Keys: "amparo_keys"}

// files keeps a migrated SQLite file of each set.
var (
	files  = map[store.Set][]byte{}
	making sync.Mutex
)

// migrated writes a migrated SQLite file into the folder.
func migrated(t testing.TB, dir string, set store.Set) string {
	t.Helper()
	path := filepath.Join(dir, string(set)+".db")
	making.Lock()
	defer making.Unlock()
	if files[set] == nil {
		s, err := store.Open(context.Background(), store.Config{Database: path})
		if err != nil {
			t.Fatal(err)
		}
		migrate(t, s, set)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if files[set], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if err := os.WriteFile(path, files[set], 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Migrated makes a database with both schemas of the program, brought up to date, that is dropped when the test ends, and gives its
// address. It is a copy of one that the first test that needs it leaves on the server, for all others with the same migrations.
func Migrated(t testing.TB) string {
	t.Helper()
	making.Lock()
	defer making.Unlock()
	name := "amparo_" + store.Fingerprint()[:16]
	ctx, address := context.Background(), Postgres(t)
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(7203)"); err != nil { // other packages' tests run beside this one
		t.Fatal(err)
	}
	var there bool
	if err := conn.QueryRowContext(ctx, "SELECT count(*) > 0 FROM pg_database WHERE datname = $1", name).Scan(&there); err != nil {
		t.Fatal(err)
	}
	if !there {
		template(t, conn, address, name)
	}
	return database(t, name)
}

// template makes the database that others are copies of. It has its name only once it is whole.
func template(t testing.TB, conn *sql.Conn, address, name string) {
	t.Helper()
	ctx := context.Background()
	if _, err := conn.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name+"_new WITH (FORCE)"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(ctx, "CREATE DATABASE "+name+"_new"); err != nil {
		t.Fatal(err)
	}
	for set, schema := range schemas {
		s, err := store.Open(ctx, store.Config{Database: named(t, address, name+"_new"), Schema: schema})
		if err != nil {
			t.Fatal(err)
		}
		migrate(t, s, set)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.ExecContext(ctx, "ALTER DATABASE "+name+"_new RENAME TO "+name); err != nil {
		t.Fatal(err)
	}
}
