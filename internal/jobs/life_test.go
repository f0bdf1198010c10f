package jobs

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

func TestLag(t *testing.T) {
	h := newHands()
	storetest.Each(t, h, func(t *testing.T, main, _ *store.Store) {
		lag := func() (d time.Duration) {
			in(main, t).see(func(ctx context.Context, tx store.Tx) (err error) { d, err = Lag(ctx, tx); return err })
			return d
		}
		in(main, t).enqueue(Job{Kind: "x", At: h.Now().Add(time.Minute)})
		if d := lag(); d != 0 {
			t.Errorf("nothing is due, lag %v", d)
		}
		h.move(3 * time.Minute)
		if d := lag(); d != 2*time.Minute {
			t.Errorf("lag %v", d)
		}
	})
}

// TestDrain stops a runner while one worker ends in time and one only when its context does.
func TestDrain(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		w := in(main, t)
		w.makeTally()
		w.enqueue(Job{Kind: "x", Payload: "kind"}, Job{Kind: "y", Payload: "stubborn"})
		r := NewRunner(Config{Store: main, Log: quiet(), Poll: time.Millisecond, Drain: 300 * time.Millisecond})
		var began sync.WaitGroup
		began.Add(2)
		r.Handle("x", func(ctx context.Context, p json.RawMessage, done Done) error {
			began.Done()
			time.Sleep(100 * time.Millisecond)
			return tallying(main)(ctx, p, done)
		})
		r.Handle("y", func(ctx context.Context, _ json.RawMessage, _ Done) error {
			began.Done()
			<-ctx.Done()
			return ctx.Err()
		})
		stop := start(t, r)
		began.Wait()
		w.enqueue(Job{Kind: "x", Payload: "late", At: time.Now().Add(time.Hour)})
		if err := stop(); err != nil {
			t.Error(err)
		}
		if got := w.tallies(); got["kind"] != 1 || len(got) != 1 || w.waiting() != 2 {
			t.Errorf("tally %v, %d jobs wait", got, w.waiting())
		}
	})
}

func TestTwoWorkersForAKind(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a second worker was taken")
		}
	}()
	r := NewRunner(Config{})
	r.Handle("x", nil)
	r.Handle("x", func(context.Context, json.RawMessage, Done) error { return nil })
	r.Handle("x", nil)
}

// TestWake has a runner that would look again in an hour take up a job at once.
func TestWake(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		w := in(main, t)
		w.makeTally()
		r := NewRunner(Config{Store: main, Log: quiet(), Poll: time.Hour})
		r.Handle("x", tallying(main))
		stop := start(t, r)
		for _, name := range []string{"one", "two"} {
			time.Sleep(20 * time.Millisecond) // into its pause
			w.enqueue(Job{Kind: "x", Payload: name})
			r.Wake()
			until(t, name, func() bool { return w.tallies()[name] == 1 })
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

const exhaustSQL = `UPDATE job SET attempt = $1`

// TestCrashesAreTries has a job whose every try ended with the end of its process: it is dead, and does not run again.
func TestCrashesAreTries(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		w := in(main, t)
		w.enqueue(Job{Kind: "x"})
		w.do(func(ctx context.Context, tx store.Tx) error { _, err := tx.Exec(ctx, exhaustSQL, MaxTries); return err })
		var calls atomic.Int64
		r := NewRunner(Config{Store: main, Log: quiet(), Poll: time.Millisecond})
		r.Handle("x", func(context.Context, json.RawMessage, Done) error { calls.Add(1); return nil })
		stop := start(t, r)
		until(t, "its end", func() bool { return len(deadOf(t, main)) == 1 })
		if err := stop(); err != nil || calls.Load() != 0 {
			t.Errorf("%d calls, %v", calls.Load(), err)
		}
	})
}

// TestUnfinishedByWorker has a worker that returns nil without calling done: the runner finishes the job.
func TestUnfinishedByWorker(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		w := in(main, t)
		w.enqueue(Job{Kind: "x"})
		var calls atomic.Int64
		r := NewRunner(Config{Store: main, Log: quiet(), Poll: time.Millisecond})
		r.Handle("x", func(context.Context, json.RawMessage, Done) error { calls.Add(1); return nil })
		stop := start(t, r)
		until(t, "the job", func() bool { return w.waiting() == 0 })
		if err := stop(); err != nil || calls.Load() != 1 {
			t.Errorf("%d calls, %v", calls.Load(), err)
		}
	})
}
