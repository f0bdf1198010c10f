package submission

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/intake"
	"amparo/internal/store"
)

const (
	findSQL     = `SELECT report, body_digest, received_at FROM partner_report WHERE partner = $1 AND key_digest = $2`
	keepSQL     = `INSERT INTO partner_report (partner, key_digest, body_digest, report, received_at) VALUES ($1, $2, $3, $4, $5)`
	fromSQL     = `SELECT partner FROM partner_report WHERE report = $1`
	receivedSQL = `SELECT received_at FROM partner_report WHERE report = $1 AND partner = $2`
)

// A row is one report as its partner handed it in.
type row struct {
	report    intake.ReportID
	key, body string // digests
	received  time.Time
}

func find(ctx context.Context, tx store.Tx, partner, key string) (row, error) {
	r := row{key: key}
	var at int64
	err := tx.One(ctx, findSQL, []any{partner, key}, &r.report, &r.body, &at)
	r.received = clock.FromMicro(at)
	return r, err
}

func keep(ctx context.Context, tx store.Tx, by access.Proof, r row) error {
	_, err := tx.Exec(ctx, keepSQL, by.Actor().ID, r.key, r.body, string(r.report), clock.Micro(tx.Now))
	return err
}

// receivedFrom tells when a partner's own report came in; store.ErrNoRow when it is none of theirs.
func receivedFrom(ctx context.Context, tx store.Tx, partner string, report intake.ReportID) (time.Time, error) {
	var at int64
	err := tx.One(ctx, receivedSQL, []any{string(report), partner}, &at)
	return clock.FromMicro(at), err
}
