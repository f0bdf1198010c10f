package mailbox

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
)

const answeredSQL = `SELECT m.report, min(m.at) FROM mailbox_message m WHERE m.sender = 'staff' AND m.at >= $1 AND m.at < $2 GROUP BY m.report`

// Answered gives when a person first wrote to the reporter of each report, of what was written from one instant up to another, for the program's own counts.
func Answered(ctx context.Context, tx store.Tx, _ access.Proof, from, to time.Time) (map[string]time.Time, error) {
	first := map[string]time.Time{}
	err := tx.Each(ctx, answeredSQL, []any{clock.Micro(from), clock.Micro(to)}, func(scan func(...any) error) error {
		var id string
		var at int64
		err := scan(&id, &at)
		first[id] = clock.FromMicro(at)
		return err
	})
	return first, err
}
