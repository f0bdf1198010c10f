package store_test

import (
	"database/sql"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

var update = flag.Bool("update", false, "write the golden schemas anew")

// The statements that dump a schema: one line per thing, in an order that does not depend on the machine.
const (
	dumpSQLite   = `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name`
	dumpPostgres = `SELECT line FROM (
		SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END AS line
			FROM information_schema.columns WHERE table_schema = current_schema()
		UNION ALL SELECT replace(indexdef, current_schema() || '.', '') FROM pg_indexes WHERE schemaname = current_schema()
		UNION ALL SELECT r.relname || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid) FROM pg_constraint c
			JOIN pg_class r ON r.oid = c.conrelid WHERE c.connamespace = current_schema()::regnamespace
		) AS dump ORDER BY line COLLATE "C"`
)

// TestGoldenSchema holds the schema that the migrations result in, so that a review sees a change of it as a diff.
func TestGoldenSchema(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, engine store.Engine, main, keys *sql.DB) {
		statement := dumpSQLite
		if engine == store.Postgres {
			statement = dumpPostgres
		}
		got := "main:\n" + dump(t, main, statement) + "\nkeys:\n" + dump(t, keys, statement)
		path := "testdata/schema." + string(engine) + ".golden"
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("the schema has changed; if that is meant, run the test with -update:\n%s", diff)
		}
	})
}

func dump(t *testing.T, db *sql.DB, statement string) string {
	t.Helper()
	rows, err := db.Query(statement)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n") + "\n"
}
