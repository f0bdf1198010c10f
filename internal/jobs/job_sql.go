package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"amparo/internal/clock"
	"amparo/internal/store"
)

const (
	insertJobSQL = `INSERT INTO job (id, kind, payload, unique_key, state, run_at, lease_until, lease, attempt, error, created_at)
		VALUES ($1, $2, $3, $4, 'ready', $5, 0, '', 0, '', $6)
		ON CONFLICT (unique_key) DO NOTHING`
	// $2 is the list of kinds that the runner knows, each between spaces.
	dueSQL = `SELECT id, kind, attempt FROM job
		WHERE state = 'ready' AND run_at <= $1 AND lease_until <= $1 AND $2 LIKE '% ' || kind || ' %'
		ORDER BY run_at, id LIMIT $3`
	claimSQL = `UPDATE job SET lease = $2, lease_until = $3, attempt = attempt + 1
		WHERE id = $1 AND state = 'ready' AND run_at <= $4 AND lease_until <= $4
		RETURNING kind, payload, run_at, attempt`
	renewSQL  = `UPDATE job SET lease_until = $3 WHERE id = $1 AND lease = $2`
	finishSQL = `DELETE FROM job WHERE id = $1 AND lease = $2`
	moveOnSQL = `UPDATE job SET run_at = $3, lease = '', lease_until = 0, attempt = 0, error = '' WHERE id = $1 AND lease = $2`
	failSQL   = `UPDATE job SET run_at = $3, lease = '', lease_until = 0, error = $4 WHERE id = $1 AND lease = $2`
	dieSQL    = `UPDATE job SET state = 'dead', unique_key = NULL, lease = '', lease_until = 0, error = $3 WHERE id = $1 AND lease = $2`
	deadSQL   = `SELECT id, kind, attempt, error, created_at FROM job WHERE state = 'dead' ORDER BY created_at, id LIMIT 1000`
	reviveSQL = `UPDATE job SET state = 'ready', run_at = $2, attempt = 0, error = '' WHERE id = $1 AND state = 'dead'`
	lagSQL    = `SELECT COALESCE(MIN(run_at), 0) FROM job WHERE state = 'ready' AND run_at <= $1 AND lease_until <= $1`
)

// errLostLease says that another runner has the job now, or that it is finished.
var errLostLease = errors.New("the lease of the job was lost")

// A lent is a job that this runner holds the lease of.
type lent struct {
	id      ID
	lease   string
	kind    Kind
	payload string
	runAt   time.Time
	attempt int
}

func insertJob(ctx context.Context, tx store.Tx, j Job, payload string) error {
	var key any
	if j.Key != "" {
		key = j.Key
	}
	_, err := tx.Exec(ctx, insertJobSQL, newID(tx.Now), j.Kind, payload, key, clock.Micro(j.At), clock.Micro(tx.Now))
	return err
}

// A waiting job is one that is due.
type waiting struct {
	id    ID
	kind  Kind
	tries int // that it has had
}

// due gives at most limit jobs that wait for a worker, the longest due first.
func due(ctx context.Context, tx store.Tx, kinds string, limit int) (list []waiting, err error) {
	err = tx.Each(ctx, dueSQL, []any{clock.Micro(tx.Now), kinds, limit}, func(scan func(...any) error) error {
		var one waiting
		if err := scan(&one.id, &one.kind, &one.tries); err != nil {
			return err
		}
		list = append(list, one)
		return nil
	})
	return list, err
}

// claim takes the job when it is still free; ok is false when another runner was faster.
func claim(ctx context.Context, tx store.Tx, id ID, lease string, length time.Duration) (l lent, ok bool, err error) {
	l = lent{id: id, lease: lease}
	var runAt int64
	err = tx.One(ctx, claimSQL, []any{id, lease, clock.Micro(tx.Now.Add(length)), clock.Micro(tx.Now)}, &l.kind, &l.payload, &runAt, &l.attempt)
	if errors.Is(err, store.ErrNoRow) {
		return lent{}, false, nil
	}
	l.runAt = clock.FromMicro(runAt)
	return l, err == nil, err
}

// held runs a statement that must touch exactly the row of a job whose lease is ours.
func held(ctx context.Context, tx store.Tx, statement string, l lent, args ...any) error {
	n, err := tx.Exec(ctx, statement, append([]any{l.id, l.lease}, args...)...)
	if err == nil && n != 1 {
		err = fmt.Errorf("job %s of kind %s: %w", l.id, l.kind, errLostLease)
	}
	return err
}
