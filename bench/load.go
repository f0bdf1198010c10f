package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"amparo/test/program"
	"amparo/test/visitor"
)

const (
	words      = "I would like somebody to help me with this, please."
	waitingSQL = `SELECT count(*) FROM envelope`
	drainTime  = 5 * time.Minute // that the desk gets to take in what was reported
)

// clients are the numbers of people who report at once.
var clients = []int{1, 8, 32}

// A sample is what a number of visitors got done in a time.
type sample struct {
	reports, failed    int
	perSecond          float64
	journey, request   times
	cpu, clients       time.Duration // of the server and of all clients, for each report
	others             float64       // of the machine, what neither of them used: PostgreSQL, and whoever is there
	waiting            int           // envelopes that the desk had not opened when the last report was sent
	drained            time.Duration // from then until it had
	failure            error
	journeys, requests []time.Duration
}

// times are the middle and the slow end of many.
type times struct{ p50, p95 time.Duration }

func timesOf(all []time.Duration) times {
	if len(all) == 0 {
		return times{}
	}
	slices.Sort(all)
	return times{all[len(all)/2], all[len(all)*95/100]}
}

// many lets n visitors go their way again and again for the time given. What is begun is finished.
func many(ctx context.Context, s subject, n int, length time.Duration) (out sample, err error) {
	from, err := read(s.server)
	if err != nil {
		return out, err
	}
	var mu sync.Mutex
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			v := visitor.New(s.server.Public)
			defer v.Close()
			var mine sample
			v.Look = new(eye).look
			v.Asked = func(took time.Duration, _ url.Values, _ visitor.Page) { mine.requests = append(mine.requests, took) }
			for time.Since(from.at) < length && ctx.Err() == nil {
				mine.one(ctx, v, s)
			}
			mu.Lock()
			defer mu.Unlock()
			out.add(mine)
		})
	}
	group.Wait()
	to, err := read(s.server)
	out.reports = len(out.journeys)
	out.journey, out.request = timesOf(out.journeys), timesOf(out.requests)
	out.spent(from, to)
	return out, errors.Join(err, ctx.Err())
}

// one goes the way once.
func (s *sample) one(ctx context.Context, v *visitor.Visitor, on subject) {
	at := time.Now()
	if err := on.way.along(ctx, v, on.base); err != nil {
		s.failed, s.failure = s.failed+1, err
		return
	}
	s.journeys = append(s.journeys, time.Since(at))
}

func (s *sample) add(mine sample) {
	s.failed += mine.failed
	if mine.failure != nil {
		s.failure = mine.failure
	}
	s.journeys, s.requests = append(s.journeys, mine.journeys...), append(s.requests, mine.requests...)
}

// spent tells what the reports took between two readings.
func (s *sample) spent(from, to meter) {
	span, each := to.at.Sub(from.at), time.Duration(max(1, s.reports))
	server, clients := to.server-from.server, to.clients-from.clients
	s.perSecond = float64(s.reports) / span.Seconds()
	s.cpu, s.clients = server/each, clients/each
	s.others = max(0, float64(to.all-from.all-server-clients)/float64(span)/float64(runtime.NumCPU()))
}

// A meter is how long threads have run: those of the server, those of this process, and all of the machine.
type meter struct {
	at                   time.Time
	server, clients, all time.Duration
}

func read(server *program.Program) (m meter, err error) {
	m.at, m.all = time.Now(), busy()
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return m, err
	}
	m.clients = time.Duration(own.Utime.Nano() + own.Stime.Nano())
	m.server, err = server.CPU()
	return m, err
}

// load measures every subject with every number of clients, one after the other, and again.
func (b *bench) load(ctx context.Context, r *report) (err error) {
	all, end, err := b.subjects(ctx, r.way)
	defer func() { err = errors.Join(err, end()) }()
	if err != nil {
		return err
	}
	for range b.rounds {
		for _, n := range clients {
			for _, s := range all {
				if err := b.once(ctx, r, s, n); err != nil {
					return err
				}
			}
		}
	}
	for _, s := range all {
		if err := r.after(s); err != nil {
			return err
		}
	}
	return nil
}

// once measures one subject under one load.
func (b *bench) once(ctx context.Context, r *report, s subject, n int) error {
	one, err := many(ctx, s, n, b.length)
	if err == nil {
		err = one.drain(ctx, s.db)
	}
	fmt.Printf("%-10s %2d clients: %4.0f reports/s, %d failed, CPU %s and %s for a report, others %.0f %%\n", s.name, n,
		one.perSecond, one.failed, short(one.cpu), short(one.clients), 100*one.others)
	r.keep(s.name, n, one)
	return err
}

// drain waits until the desk has taken in what was reported, so that the next measure begins with nothing left over.
func (s *sample) drain(ctx context.Context, db *sql.DB) error {
	if db == nil {
		return nil
	}
	begun, left := time.Now(), 0
	for first := true; first || left > 0; first = false {
		if err := db.QueryRowContext(ctx, waitingSQL).Scan(&left); err != nil {
			return err
		}
		if first {
			s.waiting = left
		}
		s.drained = time.Since(begun)
		if s.drained > drainTime {
			return fmt.Errorf("%d reports do not reach the desk", left)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}
