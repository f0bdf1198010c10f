package audit

import (
	"context"
	"strconv"

	"amparo/internal/store"
)

const (
	insertEntrySQL = `INSERT INTO audit_entry (id, at, actor_kind, actor_id, agency, roles, action, outcome, reason, subjects, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	insertPendingSQL = `INSERT INTO audit_pending (entry_id) VALUES ($1)`
	countSQL         = `INSERT INTO audit_count (day, kind, n) VALUES ($1, $2, 1)
		ON CONFLICT (day, kind) DO UPDATE SET n = audit_count.n + 1`
)

func insertEntry(ctx context.Context, tx store.Tx, r row) error {
	at, err := strconv.ParseInt(r.at, 10, 64)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertEntrySQL, r.id, at, r.kind, r.actor, r.agency, r.roles, r.action, r.outcome, r.reason, r.subjects, r.detail); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertPendingSQL, r.id)
	return err
}

// Count adds one to the tally of a kind of event on a day (yyyy-mm-dd). The public side's refusals are counted, not
// recorded: an entry each would let a stranger fill the log. kind is a code, as "form.too_large".
func Count(ctx context.Context, tx store.Tx, day, kind string) error {
	_, err := tx.Exec(ctx, countSQL, day, kind)
	return err
}
