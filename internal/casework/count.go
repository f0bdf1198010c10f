package casework

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
)

const openedSQL = `SELECT count(*) FROM case_file c WHERE c.opened_at >= $1 AND c.opened_at < $2`

// CountOpened tells how many cases were opened from one instant up to another, for the program's own counts.
func CountOpened(ctx context.Context, tx store.Tx, _ access.Proof, from, to time.Time) (n int, err error) {
	err = tx.One(ctx, openedSQL, []any{clock.Micro(from), clock.Micro(to)}, &n)
	return n, err
}
