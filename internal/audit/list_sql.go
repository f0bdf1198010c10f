package audit

import (
	"context"
	"errors"

	"amparo/internal/grant"
	"amparo/internal/store"
)

const (
	// listSQL reads one page of the log. The subject ($4) is a literal for LIKE, empty for any. An entry that names a subject which
	// the reader ($9) must not know of is left out.
	listSQL = `SELECT e.id, CAST(e.at AS text), e.actor_kind, e.actor_id, e.agency, e.roles, e.action, e.outcome, e.reason, e.subjects, e.detail,
	e.at, COALESCE(l.number, -1)
	FROM audit_entry e LEFT JOIN audit_leaf l ON l.entry_id = e.id
	WHERE ($1 = '' OR e.actor_id = $1) AND ($2 = '' OR e.action = $2) AND ($3 = '' OR e.outcome = $3)
	AND ($4 = '' OR e.subjects LIKE '% ' || $4 || ' %' ESCAPE '!')
	AND e.at >= $5 AND e.at < $6 AND ($7 = '' OR e.id < $7)
	AND NOT EXISTS (SELECT 1 ` + grant.KeptFromSQL + `$9 AND e.subjects LIKE '% ' || c.subject || ' %')
	ORDER BY e.id DESC LIMIT $8`
	standsAtSQL = `SELECT entry_id FROM audit_leaf WHERE number >= $1 ORDER BY number LIMIT 1`
	latestSQL   = `SELECT size, at, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1`
	waitingSQL  = `SELECT count(*) FROM audit_pending`
)

// standsAt gives the entry with the number, or with the next one that is there; none when the log does not go so far.
func standsAt(ctx context.Context, tx store.Tx, number int64) (id EntryID, err error) {
	err = tx.One(ctx, standsAtSQL, []any{number}, &id)
	if errors.Is(err, store.ErrNoRow) {
		return "", nil
	}
	return id, err
}
