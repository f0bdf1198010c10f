package mailbox

import (
	"context"
	"fmt"

	"amparo/internal/intake"
	"amparo/internal/store"
)

const markSQL = `SELECT count(*), count(CASE WHEN read_at = 0 THEN 1 END) FROM mailbox_message WHERE report = $1`

// Mark is another text as soon as the report's thread is another: a message more, or one that was read. Nothing is opened for it; it is
// for whoever may read the report.
func Mark(ctx context.Context, tx store.Tx, report intake.ReportID) (string, error) {
	var all, unread int
	err := tx.One(ctx, markSQL, []any{string(report)}, &all, &unread)
	return fmt.Sprint("thread ", all, " ", unread), err
}
