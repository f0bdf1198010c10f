package match

import (
	"database/sql"
	"strings"
	"testing"

	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// TestSearchGoesAlongItsIndex asks SQLite how it would search: along the marks of one digest in their order, with nothing to be sorted.
func TestSearchGoesAlongItsIndex(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, engine store.Engine, main, _ *sql.DB) {
		if engine != store.SQLite {
			t.Skip("PostgreSQL decides by what there is, and here there is nothing")
		}
		for _, statement := range []string{searchSQL, searchLabelSQL} {
			rows, err := main.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, make([]any, 9+mostOthers*mostKeys)...)
			if err != nil {
				t.Fatal(err)
			}
			var plan strings.Builder
			for rows.Next() {
				var a, b, c any
				var line string
				if err := rows.Scan(&a, &b, &c, &line); err != nil {
					t.Fatal(err)
				}
				plan.WriteString(line + "\n")
			}
			if err := rows.Close(); err != nil || !strings.Contains(plan.String(), "SEARCH m USING INDEX match_mark_latest (digest=?)") ||
				strings.Contains(plan.String(), "TEMP B-TREE") || strings.Contains(plan.String(), "SCAN") {
				t.Errorf("the way of a search is, %v:\n%s", err, plan.String())
			}
		}
	})
}
