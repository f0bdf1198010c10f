package task

import (
	"context"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/store"
)

const columns = `id, subject, kind, owner, agency, blocking, label, opened_at, due_at, state, closed_at, closed_by, version,
	pause_reason, paused_from, paused_until, paused_for, step`

const (
	insertSQL = `INSERT INTO task (id, subject, kind, owner, agency, blocking, label, opened_at, due_at, state, closed_at, closed_by, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', 0, '', 1)`
	openOfSQL   = `SELECT id FROM task WHERE subject = $1 AND kind = $2 AND state = 'open' AND length(label) = 0 ORDER BY due_at LIMIT 1`
	hastenSQL   = `UPDATE task SET due_at = $2, look_at = 0, version = version + 1 WHERE id = $1 AND due_at > $2`
	completeSQL = `UPDATE task SET state = 'done', closed_at = $3, closed_by = $4, version = version + 1
		WHERE subject = $1 AND kind = $2 AND state = 'open'`
	finishSQL = `UPDATE task SET state = 'done', closed_at = $2, closed_by = $3, version = version + 1 WHERE id = $1`
	thereSQL  = `SELECT count(*) FROM task WHERE id = $1 AND subject = $2`
	cancelSQL = `UPDATE task SET state = 'cancelled', closed_at = $3, closed_by = $4, version = version + 1
		WHERE subject = $1 AND kind <> $2 AND state = 'open'`
	moveSQL   = `UPDATE task SET subject = $2, version = version + 1 WHERE subject = $1 AND state = 'open'`
	assignSQL = `UPDATE task SET owner = $3, version = version + 1 WHERE subject = $1 AND owner = $2 AND state = 'open'`
	lookSQL   = `UPDATE task SET step = $2, look_at = $3 WHERE id = $1`
	standSQL  = `UPDATE task SET due_at = $2, pause_reason = $3, paused_from = $4, paused_until = $5, paused_for = $6, look_at = 0, version = version + 1 WHERE id = $1`
	pauseSQL  = `INSERT INTO task_pause (id, task, reason, started_at, ends_at, started_by) VALUES ($1, $2, $3, $4, $5, $6)`
	endedSQL  = `UPDATE task_pause SET ends_at = $2 WHERE task = $1 AND ends_at > $2`
	pausesSQL = `SELECT reason, started_at, ends_at, started_by FROM task_pause WHERE task = $1 ORDER BY started_at, id`

	openForSQL  = `SELECT ` + columns + ` FROM task WHERE subject = $1 AND state = 'open' ORDER BY due_at, id`
	historySQL  = `SELECT ` + columns + ` FROM task WHERE subject = $1 ORDER BY opened_at, id`
	blockingSQL = `SELECT ` + columns + ` FROM task WHERE subject = $1 AND state = 'open' AND blocking = 1 ORDER BY due_at, id`
	lookAtSQL   = `SELECT ` + columns + ` FROM task WHERE state = 'open' AND look_at <= $1 ORDER BY look_at, id LIMIT 1000`
	mineSQL     = `SELECT ` + columns + ` FROM task WHERE state = 'open' AND owner = $1 AND subject ` + grant.VisibleSQL + `
		ORDER BY due_at, id LIMIT $7`
	visibleSQL = `SELECT ` + columns + ` FROM task WHERE state = 'open' AND subject ` + grant.VisibleSQL + ` ORDER BY due_at, id`
	// nextOfSQL asks for many subjects at once; arguments that are left over are empty.
	nextOfSQL = `SELECT ` + columns + ` FROM task WHERE state = 'open' AND subject IN (` + store.Many + `) ORDER BY due_at, id`
	oldestSQL = `SELECT coalesce(min(due_at), 0) FROM task WHERE state = 'open'`
)

func insert(ctx context.Context, tx store.Tx, in Input) error {
	blocking, label := 0, in.Label
	if in.Blocking {
		blocking = 1
	}
	if label == nil {
		label = []byte{}
	}
	_, err := tx.Exec(ctx, insertSQL, string(in.ID), in.Subject, string(in.Kind), in.Owner, in.Agency, blocking, label,
		clock.Micro(tx.Now), clock.Micro(in.Due))
	return err
}

func openOf(ctx context.Context, tx store.Tx, subject string, kind Kind) (id ID, err error) {
	if err = tx.One(ctx, openOfSQL, []any{subject, string(kind)}, &id); errors.Is(err, store.ErrNoRow) {
		return "", nil
	}
	return id, err
}

// Hasten brings the due time of an open task of the subject forward; it never puts it off. A clock that stands still goes on: it has become
// more urgent. It is no error when there is no such task.
func Hasten(ctx context.Context, tx store.Tx, _ access.Proof, subject string, id ID, due time.Time) error {
	list, err := OpenFor(ctx, tx, subject)
	if err != nil {
		return err
	}
	for _, t := range list {
		if t.ID != id || !due.Before(t.Due) {
			continue
		}
		if err := resume(ctx, tx, &t); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, hastenSQL, string(id), clock.Micro(due)); err != nil {
			return err
		}
	}
	return place(ctx, tx, subject)
}
