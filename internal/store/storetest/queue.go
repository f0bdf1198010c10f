package storetest

import (
	"testing"

	"amparo/internal/store"
)

// misplacedSQL counts the reports that do not stand in the queue where their state, their priority and their open tasks put them.
const misplacedSQL = `SELECT count(*) FROM (
		SELECT r.id, r.received_at, CASE r.state WHEN 'waiting' THEN 'waiting' WHEN 'in_triage' THEN 'taken' ELSE 'left' END AS turn,
			coalesce((SELECT CASE s.priority WHEN 'C1' THEN 'P1c' WHEN 'C2' THEN 'P3c' WHEN 'C3' THEN 'P4c' ELSE s.priority END ||
				CASE WHEN r.quarantine = 1 AND s.confirmed = 0 AND s.priority <> 'P1' THEN 'b' ELSE '' END
				FROM standing s WHERE s.subject = r.id), '') AS rank,
			(SELECT min(t.due_at) FROM task t WHERE t.subject = r.id AND t.state = 'open') AS due_at FROM report r) AS w
	LEFT JOIN task_queue q ON q.subject = w.id AND q.since = w.received_at AND q.turn = w.turn AND q.rank = w.rank
		AND q.due_at = coalesce(w.due_at, 9223372036854775807)
		AND q.listed = CASE WHEN w.turn = 'left' AND w.due_at IS NULL THEN 0 ELSE 1 END
	WHERE q.subject IS NULL`

// queued holds, when a test is done, that the queue is in the order that the rows tell which it is made from.
func queued(t *testing.T, main *store.Store) {
	t.Helper()
	var n int
	err := main.Read(t.Context(), func(tx store.Tx) error { return tx.One(t.Context(), misplacedSQL, nil, &n) })
	if err != nil || n > 0 {
		t.Errorf("%d reports do not stand in the queue where they belong, %v", n, err)
	}
}
