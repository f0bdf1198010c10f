package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// fail writes that a try has failed: the job runs again after a pause, or is dead.
func (r *Runner) fail(ctx context.Context, l lent, cause error) {
	what := fmt.Sprintf("%s %s", fault.KindOf(cause), fault.CodeOf(cause))
	dead := l.attempt >= MaxTries && r.periods[l.kind] == 0
	err := r.store.Write(ctx, func(tx store.Tx) error {
		if dead {
			return held(ctx, tx, dieSQL, l, what)
		}
		return held(ctx, tx, failSQL, l, clock.Micro(tx.Now.Add(r.pause(l))), what)
	})
	if errors.Is(err, errLostLease) {
		r.log.Warn("a job was taken over", "kind", l.kind, "job", l.id, "error", cause)
		return
	}
	r.log.Error("a job failed", "kind", l.kind, "job", l.id, "try", l.attempt, "dead", dead, "error", errors.Join(cause, err))
}

// pause is how long to wait after a failed try; a periodic job never waits longer than its period.
func (r *Runner) pause(l lent) time.Duration {
	if period := r.periods[l.kind]; period > 0 {
		return min(period, backoff(l.attempt))
	}
	return backoff(l.attempt)
}

// keepLeases renews the leases of all jobs under way, three times a lease, until ctx ends.
func (r *Runner) keepLeases(ctx context.Context) {
	tick := time.NewTicker(max(r.lease/3, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			for _, u := range r.underWay() {
				r.renew(ctx, u)
			}
		}
	}
}

// renew makes the lease longer; when it is lost, the worker's context ends.
func (r *Runner) renew(ctx context.Context, u *under) {
	err := r.store.Write(ctx, func(tx store.Tx) error {
		return held(ctx, tx, renewSQL, u.lent, clock.Micro(tx.Now.Add(r.lease)))
	})
	switch {
	case errors.Is(err, errLostLease):
		u.stop() // or it has just been finished: then this ends nothing that matters
	case err != nil && ctx.Err() == nil:
		r.log.Error("a lease cannot be renewed", "kind", u.kind, "job", u.id, "error", err)
	}
}

func (r *Runner) underWay() []*under {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]*under, 0, len(r.running))
	for _, u := range r.running {
		list = append(list, u)
	}
	return list
}

// stop waits for the jobs under way: as long as Config.Drain kindly, then a quarter of it with their contexts ended.
func (r *Runner) stop() error {
	left := r.fill(r.count, time.After(r.drain))
	if left == 0 {
		return nil
	}
	for _, u := range r.underWay() {
		r.log.Warn("a job is stopped and will be tried again", "kind", u.kind, "job", u.id)
		u.stop()
	}
	if left = r.fill(left, time.After(max(r.drain/4, time.Second))); left > 0 {
		return fmt.Errorf("%d jobs did not stop", left)
	}
	return nil
}

// fill takes n slots for good, each as soon as its worker has ended, and tells how many it did not get in time.
func (r *Runner) fill(n int, late <-chan time.Time) int {
	for ; n > 0; n-- {
		select {
		case r.slots <- struct{}{}:
		case <-late:
			return n
		}
	}
	return 0
}
