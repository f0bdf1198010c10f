package match

import (
	"database/sql"
	"strings"
	"testing"

	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// TestSearchGoesAlongItsIndex asks both engines how they would search: along the marks of one digest in their order, with nothing to be
// sorted, so that they can stop when they have enough.
func TestSearchGoesAlongItsIndex(t *testing.T) {
	args := []any{"u", "u", "u", "u", "desk", "desk", []byte{1}, 51, 1}
	for range mostOthers * mostKeys {
		args = append(args, []byte{2})
	}
	args = append(args, 0)
	storetest.Databases(t, func(t *testing.T, engine store.Engine, main, _ *sql.DB) {
		for statement, index := range map[string]string{searchSQL: "match_mark_latest", searchLabelSQL: "match_mark_case", searchThroughSQL: "match_mark_in_case"} {
			plan := storetest.Plan(t, engine, main, statement, args...)
			if !strings.Contains(plan, index) || strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "SCAN ") ||
				strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "Sort") {
				t.Errorf("the way of a search is:\n%s", plan)
			}
		}
	})
}
