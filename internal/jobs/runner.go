package jobs

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"amparo/internal/clock"
	"amparo/internal/store"
)

// Done finishes the job inside the transaction that did its work, so that both are there or neither. It fails when the
// lease was lost: return that error, and the transaction undoes what it did.
type Done func(ctx context.Context, tx store.Tx) error

// A Worker does one job. payload is the JSON that was enqueued; for a periodic job it is null. ctx ends when the lease is
// lost or when the program has waited long enough for it to stop. A worker that returns nil without having called done
// is finished by the runner, after the fact. An error or a panic means: try again later.
type Worker func(ctx context.Context, payload json.RawMessage, done Done) error

// Config is what a runner needs. Only Store is required.
type Config struct {
	Store *store.Store
	// Log hears of failures: kind, id and cause, never a payload. Nil is slog's default.
	Log *slog.Logger
	// Workers is how many jobs run at once; 0 is 4.
	Workers int
	// Lease is how long after a crash a job is taken up again; 0 is 20 seconds. It is renewed while the worker runs.
	Lease time.Duration
	// Poll is how often to look for jobs that other processes enqueued; 0 is a second.
	Poll time.Duration
	// SetBack puts right, in the transaction in which jobs are, what else was put off while the clock was ahead; nil does nothing.
	SetBack func(ctx context.Context, tx store.Tx) error
	// Drain is how long Run waits for running jobs when it is told to stop; 0 is 20 seconds.
	Drain time.Duration
}

// A Runner runs jobs. Make it with NewRunner, give it its workers, then call Run once.
type Runner struct {
	store   *store.Store
	log     *slog.Logger
	count   int
	lease   time.Duration
	poll    time.Duration
	drain   time.Duration
	workers map[Kind]Worker
	periods map[Kind]time.Duration
	others  func(ctx context.Context, tx store.Tx) error
	latest  time.Time     // by the clock, when it was looked at last; of the goroutine of Run
	kinds   string        // the kinds of workers, each between spaces; written by Run
	wake    chan struct{} // something may be due
	slots   chan struct{} // one token for each job under way

	mu      sync.Mutex
	running map[string]*under // by lease; guarded by mu
}

// under is a job under way.
type under struct {
	lent
	stop context.CancelFunc
}

// NewRunner makes a runner without any worker.
func NewRunner(c Config) *Runner {
	r := &Runner{
		store: c.Store, log: c.Log, count: c.Workers, lease: c.Lease, poll: c.Poll, drain: c.Drain,
		workers: map[Kind]Worker{}, periods: map[Kind]time.Duration{}, wake: make(chan struct{}, 1), running: map[string]*under{},
	}
	if r.others = c.SetBack; r.others == nil {
		r.others = func(context.Context, store.Tx) error { return nil }
	}
	if r.log == nil {
		r.log = slog.Default()
	}
	if r.count == 0 {
		r.count = 4
	}
	for d, usual := range map[*time.Duration]time.Duration{&r.lease: 20 * time.Second, &r.poll: time.Second, &r.drain: 20 * time.Second} {
		if *d == 0 {
			*d = usual
		}
	}
	r.slots = make(chan struct{}, r.count)
	return r
}

// Handle gives the worker for a kind. It panics when the kind has one already: that is a mistake in the program.
func (r *Runner) Handle(kind Kind, w Worker) {
	if r.workers[kind] != nil {
		panic("jobs: two workers for " + string(kind))
	}
	r.workers[kind] = w
}

// Every has w called once in each period, by one of all the processes over this database. name is like a kind. Periods
// that passed while no process ran are made up for by one call.
func (r *Runner) Every(name string, period time.Duration, w Worker) {
	kind := Kind(periodic + name)
	r.Handle(kind, w)
	r.periods[kind] = period
}

// Wake says that a job may be due now: call it after a commit that enqueued one. Without it the job waits for the poll.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run runs jobs until ctx ends. Then it takes no more, waits for those under way, and returns nil; when they take longer
// than Config.Drain it ends their contexts, and what they did not finish is tried again later. It fails when the
// periodic jobs cannot be written at the start, or when a worker does not stop at all.
func (r *Runner) Run(ctx context.Context) error {
	err := r.store.Write(ctx, func(tx store.Tx) error {
		return errors.Join(r.plant(ctx, tx), r.setBack(ctx, tx)) // the clock may have been set back while no process ran
	})
	switch {
	case ctx.Err() != nil:
		return nil // told to stop before it began
	case err != nil:
		return fmt.Errorf("the jobs could not be put in order: %w", err)
	}
	r.kinds = " "
	for kind := range r.workers {
		r.kinds += string(kind) + " "
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var keeper sync.WaitGroup
	keeper.Go(func() { r.keepLeases(work) })
	r.loop(ctx, work)
	err = r.stop()
	stop()
	keeper.Wait()
	return err
}

// plant writes the row of each periodic job that has none, due at once.
func (r *Runner) plant(ctx context.Context, tx store.Tx) error {
	for kind := range r.periods {
		if err := insertJob(ctx, tx, Job{Kind: kind, Key: string(kind), At: tx.Now}, "null"); err != nil {
			return err
		}
	}
	return nil
}

func (r *Runner) loop(ctx, work context.Context) {
	for ctx.Err() == nil {
		taken, more := r.take(ctx)
		for _, l := range taken {
			r.begin(work, l)
		}
		if more {
			continue
		}
		timer := time.NewTimer(r.poll)
		select {
		case <-ctx.Done():
		case <-r.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// take waits until a worker is free, then claims as many due jobs as there are free workers. more tells whether there
// were any, so that it is worth to look again at once.
func (r *Runner) take(ctx context.Context) (taken []lent, more bool) {
	select {
	case <-ctx.Done():
		return nil, false
	case r.slots <- struct{}{}:
		<-r.slots
	}
	free := r.count - len(r.slots) // only this goroutine fills slots, so at least so many stay free
	ids, err := r.look(ctx, free)
	if err == nil && len(ids) > 0 {
		taken, err = r.claimAll(ctx, ids)
	}
	if err != nil && ctx.Err() == nil {
		r.log.Error("jobs cannot be taken", "error", err)
	}
	return taken, err == nil && len(ids) > 0
}

// look chooses at most n due jobs by chance among more than are needed, so that several processes seldom reach for the
// same one. It is a plain read: taking is the only write, and touches no row but those chosen. So taking needs no word
// that only one engine knows.
func (r *Runner) look(ctx context.Context, n int) (ids []ID, err error) {
	var now time.Time
	err = r.store.Read(ctx, func(tx store.Tx) (err error) {
		now = tx.Now
		ids, err = due(ctx, tx, r.kinds, 32+8*n)
		return err
	})
	if err == nil {
		r.notice(ctx, now)
	}
	mathrand.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	ids = ids[:min(n, len(ids))]
	slices.Sort(ids) // all runners take in this order, so that no two wait for each other
	return ids, err
}

// claimAll takes those of the jobs that are still free.
func (r *Runner) claimAll(ctx context.Context, ids []ID) (taken []lent, err error) {
	err = r.store.Write(ctx, func(tx store.Tx) error {
		taken = taken[:0]
		for _, id := range ids {
			l, ok, err := claim(ctx, tx, id, rand.Text(), r.lease)
			if err != nil {
				return err
			}
			if ok {
				taken = append(taken, l)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return taken, nil
}

// begin starts the worker of a job in a goroutine of its own, which ends by freeing its slot.
func (r *Runner) begin(work context.Context, l lent) {
	ctx, stop := context.WithCancel(work)
	r.slots <- struct{}{}
	r.mu.Lock()
	r.running[l.lease] = &under{lent: l, stop: stop}
	r.mu.Unlock()
	go func() {
		defer func() {
			stop()
			r.mu.Lock()
			delete(r.running, l.lease)
			r.mu.Unlock()
			<-r.slots
		}()
		r.one(ctx, l)
	}()
}

// one runs the worker and settles the job.
func (r *Runner) one(ctx context.Context, l lent) {
	settle := context.WithoutCancel(ctx)
	called := false
	done := func(ctx context.Context, tx store.Tx) error {
		called = true
		return r.finish(ctx, tx, l)
	}
	var err error
	if l.attempt > MaxTries && r.periods[l.kind] == 0 {
		err = errors.New("every try ended with the end of its process")
	} else {
		err = r.call(ctx, l, done)
	}
	if err == nil && !called { // else the worker finished it itself
		err = r.store.Write(settle, func(tx store.Tx) error { return r.finish(settle, tx, l) })
	}
	if err != nil {
		r.fail(settle, l, err)
	}
}

// finish takes the job away, or moves a periodic one on to the next period that has not begun.
func (r *Runner) finish(ctx context.Context, tx store.Tx, l lent) error {
	period := r.periods[l.kind]
	if period == 0 {
		return held(ctx, tx, finishSQL, l)
	}
	passed := max(0, tx.Now.Sub(l.runAt)) / period
	return held(ctx, tx, moveOnSQL, l, clock.Micro(l.runAt.Add((passed+1)*period)))
}

// call runs the worker; a panic becomes an error that says where, and not what, for a panic may carry what it worked on.
func (r *Runner) call(ctx context.Context, l lent, done Done) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the worker panicked: %s", place(p))
		}
	}()
	return r.workers[l.kind](ctx, json.RawMessage(l.payload), done)
}

// place tells what sort of panic it was and the functions that led to it.
func place(p any) string {
	what := fmt.Sprintf("%T", p)
	if e, ok := p.(runtime.Error); ok {
		what = e.Error()
	}
	callers := make([]uintptr, 12)
	frames := runtime.CallersFrames(callers[:runtime.Callers(4, callers)])
	var b strings.Builder
	b.WriteString(what)
	for {
		f, more := frames.Next()
		fmt.Fprintf(&b, " < %s:%d", f.Function, f.Line)
		if !more {
			return b.String()
		}
	}
}
