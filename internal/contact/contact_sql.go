package contact

import (
	"context"
	"errors"
	"time"

	"amparo/internal/clock"
	"amparo/internal/intake"
	"amparo/internal/store"
)

const (
	keepSQL  = `INSERT INTO safe_contact (report, sealed, kept_at, told_at, tries, means) VALUES ($1, $2, $3, 0, 0, $4) ON CONFLICT DO NOTHING`
	findSQL  = `SELECT sealed, told_at, tries, means FROM safe_contact WHERE report = $1`
	toldSQL  = `UPDATE safe_contact SET told_at = $2, tries = 0 WHERE report = $1`
	triesSQL = `UPDATE safe_contact SET tries = $2 WHERE report = $1`
)

// a row is what is kept of a way.
type row struct {
	sealed []byte
	told   time.Time // zero when they were never told
	tries  int       // how often it failed since
	means  Means
}

// find gives what is kept of a report; false when its reporter did not choose to be told.
func find(ctx context.Context, tx store.Tx, report intake.ReportID) (w row, kept bool, err error) {
	var told int64
	err = tx.One(ctx, findSQL, []any{string(report)}, &w.sealed, &told, &w.tries, &w.means)
	if errors.Is(err, store.ErrNoRow) {
		return row{}, false, nil
	}
	w.told = clock.FromMicro(told)
	return w, err == nil, err
}
