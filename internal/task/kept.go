package task

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
)

const keptSQL = `SELECT t.subject, t.state, t.due_at, t.closed_at FROM task t WHERE t.kind = $1 AND t.opened_at >= $2 ORDER BY t.opened_at, t.id`

// Kept tells of each subject whether its clock of a kind, of those that began at an instant or later, was done in time; a subject that has none is not there.
// A clock that is open is in time as long as it is not over. It is for the program's own counts.
func Kept(ctx context.Context, tx store.Tx, _ access.Proof, k Kind, from time.Time) (map[string]bool, error) {
	list := map[string]bool{}
	err := tx.Each(ctx, keptSQL, []any{string(k), clock.Micro(from)}, func(scan func(...any) error) error {
		var subject string
		var state State
		var due, closed int64
		err := scan(&subject, &state, &due, &closed)
		if closed == 0 {
			closed = clock.Micro(tx.Now)
		}
		kept, known := list[subject]
		list[subject] = closed <= due && (kept || !known)
		return err
	})
	return list, err
}
