package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"amparo/internal/clock"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

const (
	countJobsSQL   = `SELECT count(*) FROM job`
	createTallySQL = `CREATE TABLE tally (name text NOT NULL, n bigint NOT NULL)`
	insertTallySQL = `INSERT INTO tally (name, n) VALUES ($1, 1)`
	tallySQL       = `SELECT name, count(*) FROM tally GROUP BY name`
	rowSQL         = `SELECT attempt, run_at, error FROM job WHERE id = $1`
	firstSQL       = `SELECT id FROM job ORDER BY id LIMIT 1`
	lentSQL        = `SELECT count(*) FROM job WHERE lease <> ''`
)

// hands is a clock that tests move.
type hands struct{ us atomic.Int64 }

func newHands() *hands {
	h := &hands{}
	h.us.Store(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC).UnixMicro())
	return h
}
func (h *hands) Now() time.Time                 { return clock.FromMicro(h.us.Load()) }
func (h *hands) move(d time.Duration)           { h.us.Add(d.Microseconds()) }
func quiet() *slog.Logger                       { return slog.New(slog.NewTextHandler(io.Discard, nil)) }
func in(main *store.Store, t *testing.T) writer { return writer{t, main} }

// writer runs a transaction and fails the test when it fails.
type writer struct {
	t    testing.TB
	main *store.Store
}

func (w writer) do(f func(ctx context.Context, tx store.Tx) error) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := w.main.Write(ctx, func(tx store.Tx) error { return f(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w writer) see(f func(ctx context.Context, tx store.Tx) error) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := w.main.Read(ctx, func(tx store.Tx) error { return f(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w writer) enqueue(list ...Job) {
	w.t.Helper()
	w.do(func(ctx context.Context, tx store.Tx) error {
		for _, j := range list {
			if err := Enqueue(ctx, tx, j); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w writer) waiting() (n int) {
	w.t.Helper()
	w.see(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, countJobsSQL, nil, &n) })
	return n
}

// lent tells how many jobs are under way.
func (w writer) lent() (n int) {
	w.t.Helper()
	w.see(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, lentSQL, nil, &n) })
	return n
}

// tallies gives how often each name was written.
func (w writer) tallies() map[string]int {
	w.t.Helper()
	m := map[string]int{}
	w.see(func(ctx context.Context, tx store.Tx) error {
		clear(m)
		return tx.Each(ctx, tallySQL, nil, func(scan func(...any) error) error {
			var name string
			var n int
			err := scan(&name, &n)
			m[name] = n
			return err
		})
	})
	return m
}

func (w writer) makeTally() {
	w.t.Helper()
	w.do(func(ctx context.Context, tx store.Tx) error { _, err := tx.Exec(ctx, createTallySQL); return err })
}

// tallying is a worker that writes its payload into the tally in the transaction that finishes the job.
func tallying(main *store.Store) Worker {
	return func(ctx context.Context, payload json.RawMessage, done Done) error {
		var name string
		if err := json.Unmarshal(payload, &name); err != nil {
			return err
		}
		return main.Write(ctx, func(tx store.Tx) error {
			if _, err := tx.Exec(ctx, insertTallySQL, name); err != nil {
				return err
			}
			return done(ctx, tx)
		})
	}
}

// start runs r until the returned function is called, which gives what Run gave.
func start(t testing.TB, r *Runner) (stop func() error) {
	ctx, cancel := context.WithCancel(t.Context())
	end := make(chan error, 1)
	go func() { end <- r.Run(ctx) }()
	return sync.OnceValue(func() error { cancel(); return <-end })
}

// until waits for a condition, at most 30 s.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for limit := time.Now().Add(30 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("waited too long for: %s", what)
		}
	}
}

func TestEnqueueGoesWithTheTransaction(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		undo := errors.New("undo")
		err := main.Write(t.Context(), func(tx store.Tx) error {
			if err := Enqueue(t.Context(), tx, Job{Kind: "x"}); err != nil {
				return err
			}
			return undo
		})
		if n := in(main, t).waiting(); n != 0 || !errors.Is(err, undo) {
			t.Errorf("%d jobs after %v", n, err)
		}
		in(main, t).enqueue(Job{Kind: "x", Key: "k"}, Job{Kind: "x", Key: "k"}, Job{Kind: "x"}, Job{Kind: "x"})
		if n := in(main, t).waiting(); n != 3 {
			t.Errorf("%d jobs, not 3: one with the key, two without", n)
		}
	})
}

func TestEnqueueRefuses(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		for name, j := range map[string]Job{
			"no kind":    {},
			"two words":  {Kind: "a b"},
			"periodic":   {Kind: "every.x"},
			"its key":    {Kind: "x", Key: "every.x"},
			"long story": {Kind: "x", Payload: strings.Repeat("x", longestPayload)},
			"no JSON":    {Kind: "x", Payload: func() {}},
		} {
			if err := main.Write(t.Context(), func(tx store.Tx) error { return Enqueue(t.Context(), tx, j) }); err == nil {
				t.Errorf("%s was enqueued", name)
			}
		}
		if n := in(main, t).waiting(); n != 0 {
			t.Errorf("%d jobs", n)
		}
	})
}

// TestRetryUntilDead runs a job that always fails through all its tries by moving the clock to each due time.
func TestRetryUntilDead(t *testing.T) {
	h := newHands()
	storetest.Each(t, h, func(t *testing.T, main, _ *store.Store) {
		w := in(main, t)
		var calls atomic.Int64
		r := NewRunner(Config{Store: main, Log: quiet(), Poll: time.Millisecond})
		r.Handle("x", func(context.Context, json.RawMessage, Done) error {
			if calls.Add(1)%2 == 0 {
				panic("what was said")
			}
			return errors.New("what was said")
		})
		w.enqueue(Job{Kind: "x", Key: "k"})
		stop := start(t, r)
		var id ID
		w.see(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, firstSQL, nil, &id) })
		before := time.Duration(0)
		for try := range int64(MaxTries) {
			var attempt, runAt int64
			var failure string
			until(t, "a try", func() bool {
				w.do(func(ctx context.Context, tx store.Tx) error {
					return tx.One(ctx, rowSQL, []any{id}, &attempt, &runAt, &failure)
				})
				return attempt == try+1 && failure != ""
			})
			if strings.Contains(failure, "said") {
				t.Fatalf("the table keeps %q", failure)
			}
			if try == MaxTries-1 {
				break
			}
			pause := clock.FromMicro(runAt).Sub(h.Now())
			if pause <= 0 || pause > 4*time.Hour || (pause < before/2) {
				t.Fatalf("after try %d a pause of %v, before that %v", try+1, pause, before)
			}
			before = pause
			w.do(func(ctx context.Context, tx store.Tx) error { _, err := tx.Exec(ctx, failureClearSQL, id); return err })
			h.move(pause)
		}
		until(t, "the end of its tries", func() bool { return len(deadOf(t, main)) == 1 })
		d := deadOf(t, main)[0]
		if d.ID != id || d.Tries != MaxTries || d.Failure != "internal fault.internal" || calls.Load() != MaxTries {
			t.Errorf("dead: %+v after %d calls", d, calls.Load())
		}
		w.enqueue(Job{Kind: "x", Key: "k", At: h.Now().Add(time.Hour)}) // the key is free again
		if n := w.waiting(); n != 2 {
			t.Errorf("%d jobs", n)
		}
		w.do(func(ctx context.Context, tx store.Tx) error { return Revive(ctx, tx, id) })
		if err := main.Write(t.Context(), func(tx store.Tx) error { return Revive(t.Context(), tx, id) }); err == nil {
			t.Error("a living job was revived")
		}
		until(t, "the revived job", func() bool { return calls.Load() == MaxTries+1 })
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

const failureClearSQL = `UPDATE job SET error = '' WHERE id = $1`

func deadOf(t *testing.T, main *store.Store) (list []Dead) {
	t.Helper()
	in(main, t).see(func(ctx context.Context, tx store.Tx) (err error) { list, err = ListDead(ctx, tx); return err })
	return list
}

// TestLostLease has one runner lose its job to another while its worker runs: what the first one wrote is undone.
func TestLostLease(t *testing.T) {
	h := newHands()
	storetest.Each(t, h, func(t *testing.T, main, _ *store.Store) {
		w := in(main, t)
		w.makeTally()
		w.enqueue(Job{Kind: "x", Payload: "slow"})
		began, goOn := make(chan struct{}), make(chan struct{})
		var first atomic.Bool
		var result error
		slow := func(ctx context.Context, payload json.RawMessage, done Done) error {
			if !first.CompareAndSwap(false, true) {
				return tallying(main)(ctx, payload, done)
			}
			close(began)
			<-goOn
			result = tallying(main)(context.WithoutCancel(ctx), payload, done)
			return result
		}
		make1 := func() *Runner {
			r := NewRunner(Config{Store: main, Log: quiet(), Poll: time.Millisecond, Lease: time.Hour})
			r.Handle("x", slow)
			return r
		}
		stop1 := start(t, make1())
		<-began
		stop2 := start(t, make1())
		h.move(61 * time.Minute)
		until(t, "the second runner", func() bool { return w.tallies()["slow"] == 1 })
		close(goOn)
		if err := errors.Join(stop1(), stop2()); err != nil {
			t.Error(err)
		}
		if !errors.Is(result, errLostLease) || w.tallies()["slow"] != 1 || w.waiting() != 0 {
			t.Errorf("the first worker got %v; tally %v; %d jobs wait", result, w.tallies(), w.waiting())
		}
	})
}

// TestLeaseIsKept has a worker run for many leases while another runner looks for work.
func TestLeaseIsKept(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		w := in(main, t)
		w.makeTally()
		w.enqueue(Job{Kind: "x", Payload: "long"})
		var calls atomic.Int64
		var stops []func() error
		for range 2 {
			r := NewRunner(Config{Store: main, Log: quiet(), Poll: 5 * time.Millisecond, Lease: 2 * time.Second})
			r.Handle("x", func(ctx context.Context, payload json.RawMessage, done Done) error {
				calls.Add(1)
				time.Sleep(5 * time.Second)
				return tallying(main)(ctx, payload, done)
			})
			stops = append(stops, start(t, r))
		}
		until(t, "the job", func() bool { return w.tallies()["long"] == 1 })
		for _, stop := range stops {
			if err := stop(); err != nil {
				t.Error(err)
			}
		}
		if calls.Load() != 1 {
			t.Errorf("%d workers ran it", calls.Load())
		}
	})
}

func TestPeriodicOnceAPeriod(t *testing.T) {
	h := newHands()
	storetest.Each(t, h, func(t *testing.T, main, _ *store.Store) {
		var calls atomic.Int64
		var stops []func() error
		for range 2 {
			r := NewRunner(Config{Store: main, Log: quiet(), Poll: time.Millisecond})
			r.Every("sweep", time.Hour, func(_ context.Context, p json.RawMessage, _ Done) error {
				if string(p) != "null" {
					t.Errorf("payload %s", p)
				}
				if calls.Add(1) == 3 {
					return errors.New("once") // is made up for after the pause
				}
				return nil
			})
			stops = append(stops, start(t, r))
		}
		step := func(d time.Duration, want int64) {
			t.Helper()
			h.move(d)
			until(t, "a period", func() bool { return calls.Load() >= want })
			time.Sleep(40 * time.Millisecond)
			until(t, "its end", func() bool { return in(main, t).lent() == 0 }) // before the clock runs past its lease
			if calls.Load() != want {
				t.Errorf("%d calls, not %d", calls.Load(), want)
			}
		}
		step(0, 1)
		step(59*time.Minute, 1)
		step(time.Minute, 2)
		step(time.Hour, 3)
		step(time.Minute, 4)
		step(5*time.Hour, 5)
		step(time.Hour, 6)
		for _, stop := range stops {
			if err := stop(); err != nil {
				t.Error(err)
			}
		}
		if n := in(main, t).waiting(); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

// TestTogether: jobs of a kind are done together, each settled by itself; what has failed comes back alone, and a panic is nobody's end.
func TestTogether(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		w := in(main, t)
		w.makeTally()
		w.enqueue(named(20)...)
		w.enqueue(Job{Kind: "single", Payload: "one"})
		var mu sync.Mutex
		var sizes []int
		panicked := false
		r := NewRunner(Config{Store: main, Log: quiet(), Workers: 2, Poll: 5 * time.Millisecond})
		r.Handle("single", tallying(main))
		r.HandleTogether("x", 8, func(ctx context.Context, parts []Part) []error {
			mu.Lock()
			sizes = append(sizes, len(parts))
			first := !panicked
			panicked = true
			mu.Unlock()
			if first {
				panic("in the middle")
			}
			errs := make([]error, len(parts))
			err := main.Write(ctx, func(tx store.Tx) error {
				for i, p := range parts {
					var name string
					if err := json.Unmarshal(p.Payload, &name); err != nil {
						return err
					}
					if errs[i] = nil; name == "job7" && len(parts) > 1 {
						errs[i] = errors.New("not with others")
						continue
					}
					if _, err := tx.Exec(ctx, insertTallySQL, name); err != nil {
						return err
					}
					if err := p.Done(ctx, tx); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return slices.Repeat([]error{err}, len(parts))
			}
			return errs
		})
		stop := start(t, r)
		for began := time.Now(); w.waiting() > 0; time.Sleep(10 * time.Millisecond) {
			if time.Since(began) > time.Minute {
				t.Fatalf("%d jobs wait", w.waiting())
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		eachOnce(w, 21)
		if sizes[0] < 2 || slices.Max(sizes) > 8 || slices.Min(sizes) != 1 {
			t.Errorf("they were done %v at once", sizes)
		}
	})
}
