package audit

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"amparo/internal/store"
)

const (
	pendingRowsSQL = `SELECT e.id, CAST(e.at AS text), e.actor_kind, e.actor_id, e.agency, e.roles, e.action, e.outcome, e.reason, e.subjects, e.detail
		FROM audit_pending p JOIN audit_entry e ON e.id = p.entry_id
		WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = p.entry_id)
		ORDER BY p.entry_id LIMIT $1`
	newestSQL           = `SELECT size, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1`
	insertLeafSQL       = `INSERT INTO audit_leaf (number, entry_id, hash) VALUES ($1, $2, $3)`
	insertHashSQL       = `INSERT INTO audit_hash (idx, hash) VALUES ($1, $2)`
	insertCheckpointSQL = `INSERT INTO audit_checkpoint (size, at, note) VALUES ($1, $2, $3)`
	deletePendingSQL    = `DELETE FROM audit_pending WHERE entry_id = $1`
	storedHashSQL       = `SELECT hash FROM audit_hash WHERE idx = $1`
)

func pendingRows(ctx context.Context, tx store.Tx, limit int) (list []row, err error) {
	err = tx.Each(ctx, pendingRowsSQL, []any{limit}, func(scan func(...any) error) error {
		var r row
		if err := scan(r.columns()...); err != nil {
			return err
		}
		list = append(list, r)
		return nil
	})
	return list, err
}

// columns are where to scan a row into, in the order of every statement here that reads one.
func (r *row) columns() []any {
	return []any{&r.id, &r.at, &r.kind, &r.actor, &r.agency, &r.roles, &r.action, &r.outcome, &r.reason, &r.subjects, &r.detail}
}

// newest gives size and note of the newest checkpoint; size 0 when there is none.
func newest(ctx context.Context, tx store.Tx) (c checkpoint, err error) {
	err = tx.One(ctx, newestSQL, nil, &c.size, &c.note)
	if errors.Is(err, store.ErrNoRow) {
		return checkpoint{}, nil
	}
	return c, err
}

func numberRow(ctx context.Context, tx store.Tx, number int64, entry string, h tlog.Hash) error {
	if _, err := tx.Exec(ctx, insertLeafSQL, number, entry, h[:]); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, deletePendingSQL, entry)
	return err
}

func storedHash(ctx context.Context, tx store.Tx, idx int64) (h tlog.Hash, err error) {
	var raw []byte
	if err := tx.One(ctx, storedHashSQL, []any{idx}, &raw); err != nil {
		return h, err
	}
	if len(raw) != len(h) {
		return h, fmt.Errorf("%d bytes", len(raw))
	}
	copy(h[:], raw)
	return h, nil
}

const pendingCountSQL = `SELECT count(*) FROM audit_pending`

// Pending gives the number of entries that wait for their number: for less than a second, as long as a sequencer runs.
func Pending(ctx context.Context, tx store.Tx) (n int64, err error) {
	err = tx.One(ctx, pendingCountSQL, nil, &n)
	return n, err
}
