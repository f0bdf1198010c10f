package audit

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"amparo/internal/clock"
	"amparo/internal/store"
)

const (
	checkpointsSQL     = `SELECT size, note FROM audit_checkpoint WHERE size > $1 ORDER BY size LIMIT $2`
	checkpointsDownSQL = `SELECT size, note FROM audit_checkpoint ORDER BY size DESC`
	leavesSQL          = `SELECT l.number, l.entry_id, l.hash, COALESCE(e.id, ''), COALESCE(CAST(e.at AS text), ''), COALESCE(e.actor_kind, ''),
		COALESCE(e.actor_id, ''), COALESCE(e.agency, ''), COALESCE(e.roles, ''), COALESCE(e.action, ''), COALESCE(e.outcome, ''),
		COALESCE(e.reason, ''), COALESCE(e.subjects, ''), COALESCE(e.detail, '')
		FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id
		WHERE l.number >= $1 AND l.number < $2 ORDER BY l.number`
	hashesSQL      = `SELECT idx, hash FROM audit_hash WHERE idx >= $1 AND idx < $2 ORDER BY idx`
	uncoveredSQL   = `SELECT number, entry_id FROM audit_leaf WHERE number < 0 OR number >= $1 ORDER BY number`
	strayHashesSQL = `SELECT count(*) FROM audit_hash WHERE idx < 0 OR idx >= $1`
	// windowSQL is the last of some entries after one, in the order of their ids.
	windowSQL = `SELECT COALESCE(max(w.id), '') FROM (SELECT id FROM audit_entry WHERE id > $1 ORDER BY id LIMIT $2) AS w`
	// unnumberedSQL leaves out what has a number and waits for none: nearly all.
	unnumberedSQL = `SELECT e.id, CAST(e.at AS text), e.actor_kind, e.actor_id, e.agency, e.roles, e.action, e.outcome, e.reason, e.subjects, e.detail,
		COALESCE(p.entry_id, ''), COALESCE(l.entry_id, '')
		FROM audit_entry e LEFT JOIN audit_leaf l ON l.entry_id = e.id LEFT JOIN audit_pending p ON p.entry_id = e.id
		WHERE e.id > $1 AND e.id <= $2 AND (l.entry_id IS NULL OR p.entry_id IS NOT NULL) ORDER BY e.id`
	lostPendingSQL = `SELECT p.entry_id FROM audit_pending p
		WHERE NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.id = p.entry_id) ORDER BY p.entry_id`
)

// A leaf is what the database holds for a number.
type leaf struct {
	number int64
	id     string // the entry it names; empty when the number is not there
	hash   tlog.Hash
	entry  *tlog.Hash // the hash of that entry as it is now; nil when the entry is not there
}

// leaves reads the numbers from from to to, those that are not there as leaves without an id.
func leaves(ctx context.Context, tx store.Tx, from, to int64) ([]leaf, error) {
	list := make([]leaf, to-from)
	for i := range list {
		list[i].number = from + int64(i)
	}
	err := tx.Each(ctx, leavesSQL, []any{from, to}, func(scan func(...any) error) error {
		var l leaf
		var r row
		var raw []byte
		if err := scan(append([]any{&l.number, &l.id, &raw}, r.columns()...)...); err != nil {
			return err
		}
		copy(l.hash[:], raw)
		if r.id != "" {
			h := r.hash()
			l.entry = &h
		}
		list[l.number-from] = l
		return nil
	})
	return list, err
}

// hashes reads the stored hashes from index from to to, those that are not there as nil.
func hashes(ctx context.Context, tx store.Tx, from, to int64) ([]*tlog.Hash, error) {
	list := make([]*tlog.Hash, to-from)
	err := tx.Each(ctx, hashesSQL, []any{from, to}, func(scan func(...any) error) error {
		var idx int64
		var raw []byte
		if err := scan(&idx, &raw); err != nil {
			return err
		}
		var h tlog.Hash
		copy(h[:], raw)
		list[idx-from] = &h
		return nil
	})
	return list, err
}

// sinceMicro is how long before the transaction the stored time lies; a time that is none lies long ago.
func sinceMicro(tx store.Tx, at int64) int64 { return clock.Micro(tx.Now) - at }
