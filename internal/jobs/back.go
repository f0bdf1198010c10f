package jobs

import (
	"context"
	"time"

	"amparo/internal/clock"
	"amparo/internal/store"
)

const (
	// madeAheadSQL: what was made while the clock was ahead waits as long as it was to wait then.
	madeAheadSQL   = `UPDATE job SET run_at = run_at - (created_at - $1), created_at = $1 WHERE created_at > $2`
	triedAheadSQL  = `UPDATE job SET run_at = $1 WHERE attempt > 0 AND run_at > $2`
	lentAheadSQL   = `UPDATE job SET lease = '', lease_until = 0 WHERE lease_until > $1`
	periodAheadSQL = `UPDATE job SET run_at = $2 WHERE unique_key = $1 AND run_at > $3`
)

// setBack puts right what was put off while the clock was ahead: else a report that came in then would be opened only when that time comes once more. What
// was made is given the time that it is now, what was lent is free, and no job waits longer than it ever may. Others whose times are of that clock, too, are
// told by Config.SetBack.
func (r *Runner) setBack(ctx context.Context, tx store.Tx) error {
	at := func(d time.Duration) int64 { return clock.Micro(tx.Now.Add(d)) }
	for _, s := range []struct {
		statement string
		args      []any
	}{
		{madeAheadSQL, []any{at(0), at(r.lease)}},
		{triedAheadSQL, []any{at(0), at(longestPause + r.lease)}},
		{lentAheadSQL, []any{at(2 * r.lease)}},
	} {
		if _, err := tx.Exec(ctx, s.statement, s.args...); err != nil {
			return err
		}
	}
	for kind, period := range r.periods {
		if _, err := tx.Exec(ctx, periodAheadSQL, string(kind), at(0), at(period+r.lease)); err != nil {
			return err
		}
	}
	return r.others(ctx, tx)
}

// notice looks whether the clock was set back since it was looked at last, by more than the clocks of machines may differ, and puts right what must be.
func (r *Runner) notice(ctx context.Context, now time.Time) {
	if now.Add(r.lease).Before(r.latest) {
		r.log.Warn("the clock was set back; what it put off is put right", "by", r.latest.Sub(now).Round(time.Second))
		if err := r.store.Write(ctx, func(tx store.Tx) error { return r.setBack(ctx, tx) }); err != nil {
			r.log.Error("what the clock put off is not put right yet", "error", err)
			return // and it is tried again
		}
	}
	r.latest = now
}
