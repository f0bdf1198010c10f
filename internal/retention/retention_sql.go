package retention

import (
	"context"
	"errors"

	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/store"
)

const (
	reportSQL = `SELECT state, outcome, resolved_at FROM report WHERE id = $1`
	caseSQL   = `SELECT state, closed_at FROM case_file WHERE id = $1`

	kind = `CASE WHEN EXISTS (SELECT 1 FROM case_file c WHERE c.id = subject) THEN 'case' ELSE 'report' END`
	// dueReportsSQL are the reports of one outcome that ended long ago, and are a part of nothing else.
	dueReportsSQL = `SELECT r.id, r.resolved_at FROM report r WHERE r.state = 'resolved' AND r.outcome = $7 AND r.resolved_at <= $8
			AND NOT EXISTS (SELECT 1 FROM erased e WHERE e.subject = r.id) AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.subject = r.id AND h.lifted_at = 0)
			AND NOT EXISTS (SELECT 1 FROM erasure a WHERE a.subject = r.id AND a.state = 'asked')
			AND NOT EXISTS (SELECT 1 FROM case_report k WHERE k.report = r.id) AND NOT EXISTS (SELECT 1 FROM report_join j WHERE j.report = r.id AND j.undone_at = 0)
			AND r.id ` + grant.VisibleSQL + ` ORDER BY r.resolved_at, r.id LIMIT $9`
	dueCasesSQL = `SELECT c.id, c.closed_at FROM case_file c WHERE c.state = 'closed' AND c.closed_at <= $7
			AND NOT EXISTS (SELECT 1 FROM erased e WHERE e.subject = c.id) AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.subject = c.id AND h.lifted_at = 0)
			AND NOT EXISTS (SELECT 1 FROM erasure a WHERE a.subject = c.id AND a.state = 'asked')
			AND c.id ` + grant.VisibleSQL + ` ORDER BY c.closed_at, c.id LIMIT $8`
	askedListSQL = `SELECT id, subject, ` + kind + `, reason, asked_at, asked_by FROM erasure WHERE state = 'asked' AND subject ` + grant.VisibleSQL + ` ORDER BY asked_at, id LIMIT $7`
	heldListSQL  = `SELECT subject, ` + kind + `, set_at, set_by FROM legal_hold WHERE lifted_at = 0 AND subject ` + grant.VisibleSQL + ` ORDER BY set_at, subject LIMIT $7`

	askSQL    = `INSERT INTO erasure (id, subject, reason, state, asked_at, asked_by, decided_at, decided_by) VALUES ($1, $2, $3, 'asked', $4, $5, 0, '') ON CONFLICT DO NOTHING`
	askedSQL  = `SELECT id, subject, reason, asked_at, asked_by FROM erasure WHERE subject = $1 AND state = 'asked'`
	decideSQL = `UPDATE erasure SET state = $3, decided_at = $4, decided_by = $5 WHERE id = $1 AND subject = $2 AND state = 'asked'`

	holdSQL = `INSERT INTO legal_hold (id, subject, reason, set_at, set_by, lifted_at, lifted_by) VALUES ($1, $2, $3, $4, $5, 0, '') ON CONFLICT DO NOTHING`
	liftSQL = `UPDATE legal_hold SET lifted_at = $3, lifted_by = $4 WHERE id = $1 AND subject = $2 AND lifted_at = 0`
	heldSQL = `SELECT id, reason, set_at, set_by FROM legal_hold WHERE subject = $1 AND lifted_at = 0`
	// wordsGoneSQL takes the words of every hold of an erased subject away, lifted ones too.
	wordsGoneSQL = `UPDATE legal_hold SET reason = $2 WHERE subject = $1`

	erasedSQL    = `INSERT INTO erased (subject, erased_at, destroyed_at) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING`
	isErasedSQL  = `SELECT count(*) FROM erased WHERE subject = $1`
	waitingSQL   = `SELECT subject, erased_at FROM erased WHERE destroyed_at = 0 ORDER BY subject`
	listSQL      = `SELECT subject, erased_at FROM erased ORDER BY erased_at, subject`
	destroyedSQL = `UPDATE erased SET destroyed_at = $2 WHERE subject = $1 AND destroyed_at = 0`
)

// one reads a row that may not be there.
func one(ctx context.Context, tx store.Tx, statement string, args []any, dest ...any) (bool, error) {
	err := tx.One(ctx, statement, args, dest...)
	if errors.Is(err, store.ErrNoRow) {
		return false, nil
	}
	return err == nil, err
}

func isErased(ctx context.Context, tx store.Tx, subject string) (bool, error) {
	var n int
	err := tx.One(ctx, isErasedSQL, []any{subject}, &n)
	return n > 0, err
}

func asked(ctx context.Context, tx store.Tx, subject string) (*Erasure, error) {
	var e Erasure
	var at int64
	found, err := one(ctx, tx, askedSQL, []any{subject}, &e.ID, &e.Subject, &e.Reason, &at, &e.By)
	if !found || err != nil {
		return nil, err
	}
	e.Asked = clock.FromMicro(at)
	return &e, nil
}

// a sealedHold has its words still sealed.
type sealedHold struct {
	Hold
	sealed []byte
}

func held(ctx context.Context, tx store.Tx, subject string) (*sealedHold, error) {
	var h sealedHold
	var at int64
	found, err := one(ctx, tx, heldSQL, []any{subject}, &h.ID, &h.sealed, &at, &h.By)
	if !found || err != nil {
		return nil, err
	}
	h.Set = clock.FromMicro(at)
	return &h, nil
}

func lines(ctx context.Context, tx store.Tx, statement string) (list []Erased, err error) {
	err = tx.Each(ctx, statement, nil, func(scan func(...any) error) error {
		var e Erased
		var at int64
		err := scan(&e.Subject, &at)
		e.At = clock.FromMicro(at)
		list = append(list, e)
		return err
	})
	return list, err
}

// OnHold tells whether a subject is held. Who may know of it was decided by the caller.
func OnHold(ctx context.Context, tx store.Tx, subject string) (bool, error) {
	h, err := held(ctx, tx, subject)
	return h != nil, err
}
