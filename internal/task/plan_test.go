package task

import (
	"database/sql"
	"strings"
	"testing"

	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// TestQueueIsReadFromItsIndex asks both engines how they would read a page of the queue: along the index, in its order, so that they
// can stop when the page is full.
func TestQueueIsReadFromItsIndex(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, engine store.Engine, main, _ *sql.DB) {
		for statement, index := range map[string]string{shortSQL: "task_queue_order", freeSQL: "task_queue_waiting", freeOneSQL: "task_queue_waiting"} {
			plan := planOf(t, engine, main, statement)
			if !strings.Contains(plan, index) || strings.Contains(plan, "Sort") || strings.Contains(plan, "TEMP B-TREE") ||
				strings.Contains(plan, "SCAN q") || strings.Contains(plan, "SCAN g") || strings.Contains(plan, "Seq Scan") {
				t.Errorf("not along %s:\n%s", index, plan)
			}
		}
	})
}

// planOf gives what the engine says of how it would run a statement. PostgreSQL is kept from reading whole tables because they are
// small here.
func planOf(t *testing.T, engine store.Engine, db *sql.DB, statement string) string {
	t.Helper()
	args := []any{"u", "u", "", "", "desk", "", "", -1, 0, "", last}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	explain := "EXPLAIN QUERY PLAN "
	if engine == store.Postgres {
		explain = "EXPLAIN "
		if _, err := conn.ExecContext(t.Context(), "SET enable_seqscan = off"); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := conn.QueryContext(t.Context(), explain+statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line string
		var a, b, c any
		dest := []any{&line}
		if engine == store.SQLite {
			dest = []any{&a, &b, &c, &line}
		}
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
