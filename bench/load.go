package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"strconv"
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
	before, err := s.server.CPU()
	if err != nil {
		return out, err
	}
	own, all := ownCPU(), busy()
	var mu sync.Mutex
	var group sync.WaitGroup
	begun := time.Now()
	for range n {
		group.Go(func() {
			v := visitor.New(s.server.Public)
			defer v.Close()
			var mine sample
			v.Look = new(eye).look
			v.Asked = func(took time.Duration, _ url.Values, _ visitor.Page) { mine.requests = append(mine.requests, took) }
			for time.Since(begun) < length && ctx.Err() == nil {
				mine.one(ctx, v, s)
			}
			mu.Lock()
			defer mu.Unlock()
			out.add(mine)
		})
	}
	group.Wait()
	span := time.Since(begun)
	after, err := s.server.CPU()
	out.reports = len(out.journeys)
	out.perSecond = float64(out.reports) / span.Seconds()
	own, all = ownCPU()-own, busy()-all
	out.cpu = (after - before) / time.Duration(max(1, out.reports))
	out.clients = own / time.Duration(max(1, out.reports))
	out.others = float64(all-own-(after-before)) / float64(span) / float64(runtime.NumCPU())
	out.journey, out.request = timesOf(out.journeys), timesOf(out.requests)
	return out, errors.Join(err, ctx.Err())
}

// ownCPU is the time that the threads of this process have run.
func ownCPU() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
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
	s.failure = errors.Join(s.failure, mine.failure)
	s.journeys, s.requests = append(s.journeys, mine.journeys...), append(s.requests, mine.requests...)
}

// A subject is a server under load.
type subject struct {
	name   string
	server *program.Program
	way    way
	base   func(page int) string // the address of each page of the journey
	db     *sql.DB               // of the case side; nil for the bare server
}

// load measures every subject with every number of clients, one after the other, and again.
func (b *bench) load(ctx context.Context, r *report) error {
	all, end, err := b.subjects(ctx, r.way)
	if err != nil {
		return errors.Join(err, end())
	}
	for round := range b.rounds {
		for _, n := range clients {
			for _, s := range all {
				one, err := many(ctx, s, n, b.length)
				if err == nil {
					err = one.drain(ctx, s.db)
				}
				if err != nil {
					return errors.Join(err, end())
				}
				fmt.Printf("round %d: %-10s %2d clients: %4.0f reports/s, %d failed, CPU %s and %s for a report, others %.0f %%\n", round+1, s.name, n,
					one.perSecond, one.failed, short(one.cpu), short(one.clients), 100*one.others)
				r.keep(s.name, n, one)
			}
		}
	}
	for _, s := range all {
		if err := r.after(s); err != nil {
			return errors.Join(err, end())
		}
	}
	return end()
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

// subjects starts what is measured: Amparo on each engine, and the bare server. end ends them.
func (b *bench) subjects(ctx context.Context, w way) (all []subject, end func() error, err error) {
	var ends []func() error
	end = func() (err error) {
		for _, f := range slices.Backward(ends) {
			err = errors.Join(err, f())
		}
		return err
	}
	houses := map[string]string{"SQLite": ""}
	if b.postgres != "" {
		address, drop, err := program.NewDatabase(ctx, b.postgres)
		if err != nil {
			return nil, end, err
		}
		ends = append(ends, drop)
		houses["PostgreSQL"] = address
	}
	for _, name := range []string{"SQLite", "PostgreSQL"} {
		if address, there := houses[name]; there {
			s, err := b.subject(ctx, name, address, w)
			if err != nil {
				return nil, end, err
			}
			all, ends = append(all, s), append(ends, s.server.Stop, s.db.Close)
		}
	}
	bare, err := b.serveBare(ctx)
	if err != nil {
		return nil, end, err
	}
	ends = append(ends, bare.Kill)
	numbered := func(page int) string { return bare.Public + strconv.Itoa(page) }
	return append(all, subject{bareName, bare, w, numbered, nil}), end, nil
}

func (b *bench) subject(ctx context.Context, name, database string, w way) (s subject, err error) {
	h, err := b.house()
	if err != nil {
		return s, err
	}
	h.Database = database
	s = subject{name: name, way: w}
	if s.server, err = b.serve(ctx, h); err != nil {
		return s, err
	}
	s.base = func(int) string { return s.server.Public }
	s.db, err = h.Look()
	return s, err
}
