package jobs

import (
	"context"
	"encoding/json"
	"errors"
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

// TestClockIsSetBack has the clock be a day ahead for a while, then right again: what came in meanwhile is not put off by a day, what was lent or is to
// be tried again neither, periodic jobs go on, and what is meant for later stays for later.
func TestClockIsSetBack(t *testing.T) {
	h := newHands()
	storetest.Each(t, h, func(t *testing.T, main, _ *store.Store) {
		var told atomic.Int64
		var mu sync.Mutex
		did := map[string]int{}
		run := func() func() error {
			r := NewRunner(Config{Store: main, Log: quiet(), Poll: time.Millisecond, SetBack: func(context.Context, store.Tx) error { told.Add(1); return nil }})
			r.Handle("open", func(_ context.Context, payload json.RawMessage, _ Done) error {
				mu.Lock()
				defer mu.Unlock()
				if did[string(payload)]++; string(payload) == `"twice"` && did[string(payload)] == 1 {
					return errors.New("once")
				}
				return nil
			})
			r.Every("sweep", time.Hour, func(context.Context, json.RawMessage, Done) error {
				mu.Lock()
				defer mu.Unlock()
				did["sweep"]++
				return nil
			})
			return start(t, r)
		}
		times := func(what string) int {
			mu.Lock()
			defer mu.Unlock()
			return did[what]
		}
		const ahead = 24 * time.Hour
		for name, running := range map[string]bool{"while it runs": true, "while none runs": false} {
			clear(did)
			stop := run()
			h.move(ahead)
			in(main, t).enqueue(Job{Kind: "open", Payload: "twice"}, Job{Kind: "open", Payload: "later", At: h.Now().Add(time.Hour)})
			until(t, "it fails once", func() bool { return times(`"twice"`) == 1 && times("sweep") > 0 && in(main, t).lent() == 0 })
			if !running {
				if err := stop(); err != nil {
					t.Fatal(err)
				}
			}
			in(main, t).enqueue(Job{Kind: "open", Payload: "at once"})
			if running {
				until(t, "it is opened", func() bool { return times(`"at once"`) == 1 && in(main, t).lent() == 0 }) // and is settled: what is lent is done again
			}
			sweeps, before := times("sweep"), told.Load()
			h.move(-ahead)
			if !running {
				stop = run()
			}
			until(t, name+", it is told of the clock", func() bool { return told.Load() > before })
			h.move(3 * time.Second)
			until(t, name+", it is tried again", func() bool { return times(`"twice"`) == 2 && times(`"at once"`) == 1 })
			h.move(50 * time.Minute)
			time.Sleep(50 * time.Millisecond)
			if times(`"later"`) != 0 {
				t.Errorf("%s: what was to be done in an hour is done before", name)
			}
			h.move(11 * time.Minute)
			until(t, name+", later comes, and the period", func() bool { return times(`"later"`) == 1 && times("sweep") > sweeps })
			if err := stop(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
