package jobs

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
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

// A Part is one of several jobs that are done together.
type Part struct {
	Payload json.RawMessage
	Done    Done
}

// A Together does several jobs of its kind at once, as a Worker does one, and gives an error for each. ctx ends when the lease of one of them is lost.
type Together func(ctx context.Context, parts []Part) []error

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
	workers map[Kind]crew
	periods map[Kind]time.Duration
	others  func(ctx context.Context, tx store.Tx) error
	latest  time.Time     // by the clock, when it was looked at last; of the goroutine of Run
	kinds   string        // the kinds of workers, each between spaces; written by Run
	wake    chan struct{} // something may be due
	slots   chan struct{} // one token for each job under way

	mu      sync.Mutex
	running map[string]*under // by lease; guarded by mu
}

// A crew does jobs of a kind, so many at once.
type crew struct {
	most int
	do   Together
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
		workers: map[Kind]crew{}, periods: map[Kind]time.Duration{}, wake: make(chan struct{}, 1), running: map[string]*under{},
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
	r.HandleTogether(kind, 1, func(ctx context.Context, parts []Part) []error {
		return []error{w(ctx, parts[0].Payload, parts[0].Done)}
	})
}

// HandleTogether gives what does jobs of a kind together, most of them at once, where so many wait. One that has failed before is done alone.
func (r *Runner) HandleTogether(kind Kind, most int, do Together) {
	if r.workers[kind].do != nil {
		panic("jobs: two workers for " + string(kind))
	}
	r.workers[kind] = crew{most, do}
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
		for _, group := range taken {
			r.begin(work, group)
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

// take waits until a worker is free, then claims due jobs for as many workers as are free: one for each, or some that are done together. more tells
// whether there were any, so that it is worth to look again at once.
func (r *Runner) take(ctx context.Context) (taken [][]lent, more bool) {
	select {
	case <-ctx.Done():
		return nil, false
	case r.slots <- struct{}{}:
		<-r.slots
	}
	free := r.count - len(r.slots) // only this goroutine fills slots, so at least so many stay free
	groups, err := r.look(ctx, free)
	if err == nil && len(groups) > 0 {
		taken, err = r.claimAll(ctx, groups)
	}
	if err != nil && ctx.Err() == nil {
		r.log.Error("jobs cannot be taken", "error", err)
	}
	return taken, err == nil && len(groups) > 0
}

// look chooses due jobs for at most n workers by chance among more than are needed, so that several processes seldom reach for the
// same one. It is a plain read: taking is the only write, and touches no row but those chosen. So taking needs no word
// that only one engine knows.
func (r *Runner) look(ctx context.Context, n int) ([][]ID, error) {
	var now time.Time
	var all []waiting
	err := r.store.Read(ctx, func(tx store.Tx) (err error) {
		now = tx.Now
		all, err = due(ctx, tx, r.kinds, 32+8*n)
		return err
	})
	if err == nil {
		r.notice(ctx, now)
	}
	mathrand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return r.group(all, n), err
}

// group puts jobs together for at most n workers.
func (r *Runner) group(all []waiting, n int) (groups [][]ID) {
	open := map[Kind]int{} // the group of a kind that has room
	for _, one := range all {
		most := r.workers[one.kind].most
		if one.tries > 0 { // what has failed takes no other down with it
			most = 1
		}
		if i, ok := open[one.kind]; ok && most > 1 {
			if groups[i] = append(groups[i], one.id); len(groups[i]) == most {
				delete(open, one.kind)
			}
			continue
		}
		if len(groups) == n {
			continue
		}
		if groups = append(groups, []ID{one.id}); most > 1 {
			open[one.kind] = len(groups) - 1
		}
	}
	return groups
}

// claimAll takes those of the jobs that are still free. All runners take in the order of their ids, so that no two wait for each other.
func (r *Runner) claimAll(ctx context.Context, groups [][]ID) (taken [][]lent, err error) {
	of := map[ID]int{}
	for i, group := range groups {
		for _, id := range group {
			of[id] = i
		}
	}
	err = r.store.Write(ctx, func(tx store.Tx) error {
		taken = make([][]lent, len(groups))
		for _, id := range slices.Sorted(maps.Keys(of)) {
			l, ok, err := claim(ctx, tx, id, rand.Text(), r.lease)
			if err != nil {
				return err
			}
			if ok {
				taken[of[id]] = append(taken[of[id]], l)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(taken, func(group []lent) bool { return len(group) == 0 }), nil
}

// begin starts what does jobs together in a goroutine of its own, which ends by freeing its slot.
func (r *Runner) begin(work context.Context, group []lent) {
	ctx, stop := context.WithCancel(work)
	r.slots <- struct{}{}
	r.mu.Lock()
	for _, l := range group {
		r.running[l.lease] = &under{lent: l, stop: stop}
	}
	r.mu.Unlock()
	go func() {
		defer func() {
			stop()
			r.mu.Lock()
			for _, l := range group {
				delete(r.running, l.lease)
			}
			r.mu.Unlock()
			<-r.slots
		}()
		r.all(ctx, group)
	}()
}

// all runs the worker and settles the jobs.
func (r *Runner) all(ctx context.Context, group []lent) {
	settle := context.WithoutCancel(ctx)
	called := make([]bool, len(group))
	parts := make([]Part, len(group))
	for i, l := range group {
		parts[i] = Part{json.RawMessage(l.payload), func(ctx context.Context, tx store.Tx) error {
			called[i] = true
			return r.finish(ctx, tx, l)
		}}
	}
	for i, err := range r.call(ctx, group, parts) {
		l := group[i]
		if err == nil && !called[i] { // else the worker finished it itself
			err = r.store.Write(settle, func(tx store.Tx) error { return r.finish(settle, tx, l) })
		}
		if err != nil {
			r.fail(settle, l, err)
		}
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

// call runs the worker, and gives an error for each; a panic becomes an error of all that says where, and not what, for a panic may carry what it worked on.
func (r *Runner) call(ctx context.Context, group []lent, parts []Part) (errs []error) {
	l := group[0]
	if l.attempt > MaxTries && r.periods[l.kind] == 0 { // it is alone
		return []error{errors.New("every try ended with the end of its process")}
	}
	defer func() {
		if p := recover(); p != nil {
			errs = slices.Repeat([]error{fmt.Errorf("the worker panicked: %s", place(p))}, len(group))
		}
	}()
	return r.workers[l.kind].do(ctx, parts)
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
