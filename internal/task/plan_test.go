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
			plan := storetest.Plan(t, engine, main, statement, "u", "u", "", "", "desk", "", "", -1, 0, "", last)
			if !strings.Contains(plan, index) || strings.Contains(plan, "Sort") || strings.Contains(plan, "TEMP B-TREE") ||
				strings.Contains(plan, "SCAN q") || strings.Contains(plan, "SCAN g") || strings.Contains(plan, "Seq Scan") {
				t.Errorf("not along %s:\n%s", index, plan)
			}
		}
	})
}
