package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/config"
	"amparo/internal/demo"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/jobs"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/vault/open"
)

// unfinished is the file that is in the data folder for as long as a demonstration is being filled in.
const unfinished = "demo.unfinished"

// Demo is what a demonstration is entered with, when this start filled it in.
func (a *App) Demo() demo.Made { return a.demo }

// fillDemo makes the users and matters of a demonstration, at its first start. The country's own matters are made up for
// the fictional country alone.
func (a *App) fillDemo(ctx context.Context) error {
	if !a.config.Demo || !a.does(config.Jobs) {
		return nil
	}
	mark := filepath.Join(a.config.Dir, unfinished)
	if _, err := os.Stat(mark); err == nil {
		return fmt.Errorf("the demonstration in %s was never finished; start with another --data, or remove that folder "+
			"(and what is in the PostgreSQL database) first", a.config.Dir)
	}
	if users, err := people(a.stores, a.vault, identity.Config{}).Users(ctx, access.Console); err != nil || len(users) > 0 {
		return err
	}
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return fmt.Errorf("cannot write into the data folder: %w", err)
	}
	now := time.Now()
	p, err := a.newPast(ctx, now)
	if err != nil {
		return err
	}
	a.demo, err = p.fill(ctx, now, a.config.Pack == "")
	if err = errors.Join(err, p.stores.close()); err != nil {
		return err
	}
	return os.Remove(mark)
}

// a past is the whole case side on a clock that can be set, to do things at the time at which they would have been done.
type past struct {
	now    atomic.Pointer[time.Time]
	stores stores
	rooms  *rooms
	intake *intake.Room
	runner *jobs.Runner
	opened chan result
}

// a result is what became of an envelope.
type result struct {
	id  intake.EnvelopeID
	err error
}

// little is the price of hashing the one-time passwords of made-up users. They have a hundred random bits, are printed for
// everybody to see, and are many to wait for; what somebody chooses in their place is hashed at the full price.
var little = identity.Cost{Memory: 1 << 10, Passes: 1, Threads: 1}

// newPast opens the stores once more, on the clock of the past.
func (a *App) newPast(ctx context.Context, now time.Time) (*past, error) {
	p := &past{opened: make(chan result)}
	p.set(now.AddDate(-1, 0, 0)) // before all that is played: a clock goes on
	at := clock.Func(func() time.Time { return *p.now.Load() })
	form := identity.Config{Clock: at, OneTimeLife: demo.OneTimeLife, Cost: little}
	var err error
	if p.stores, err = openStoresAs(ctx, a.config.Data, store.Config{Clock: at, Relaxed: true}); err != nil {
		return nil, err
	}
	vault, err := openVault(ctx, a.config.Data, open.Config{Main: p.stores.main, Keys: p.stores.keys, Clock: at})
	if err != nil {
		return nil, errors.Join(err, p.stores.close())
	}
	if p.rooms, err = newRooms(ctx, ground{stores: p.stores, vault: vault, pack: a.pack, log: a.log, people: form}); err != nil {
		return nil, errors.Join(err, p.stores.close())
	}
	p.runner = jobs.NewRunner(jobs.Config{Store: p.stores.main, Log: a.log, Workers: 1})
	p.runner.Handle(intake.OpenReport, p.work(p.rooms.triage.Open))
	p.runner.Handle(intake.OpenMessage, p.work(p.rooms.mailbox.Take))
	p.intake = intake.New(intake.Config{Store: p.stores.main, Pepper: a.key.Pepper(), Wake: p.runner.Wake})
	return p, nil
}

func (p *past) set(now time.Time) { p.now.Store(&now) }

// work opens an envelope and says so.
func (p *past) work(take func(context.Context, intake.EnvelopeID, func(context.Context, store.Tx) error) error) jobs.Worker {
	return func(ctx context.Context, payload json.RawMessage, done jobs.Done) error {
		var o intake.Opening
		if err := json.Unmarshal(payload, &o); err != nil {
			return err
		}
		err := take(ctx, o.Envelope, done)
		select {
		case p.opened <- result{o.Envelope, err}:
		case <-ctx.Done():
		}
		return err
	}
}

// fill plays everything until now.
func (p *past) fill(ctx context.Context, now time.Time, matters bool) (made demo.Made, err error) {
	behind, stop := context.WithCancel(ctx)
	defer stop()
	var group errgroup.Group
	group.Go(func() error { return p.runner.Run(behind) })
	made, err = demo.Fill(ctx, demo.House{Pack: p.rooms.pack, Store: p.stores.main, People: p.rooms.people, Triage: p.rooms.triage, Notices: p.rooms.notice, Stories: p.rooms.story,
		Mail: p.rooms.mailbox, Cases: p.rooms.cases, Rota: p.rooms.rota, Campaign: p.rooms.campaign, Programmes: p.rooms.programme, Handed: p.rooms.handed, Report: p.report, Message: p.message, Set: p.set}, now, matters)
	stop()
	return made, errors.Join(err, group.Wait())
}

// report takes a report in. The id of its envelope is its own.
func (p *past) report(ctx context.Context, in intake.Submission) (report.ID, error) {
	_, err := p.intake.Submit(ctx, in)
	id, err := p.wait(ctx, err)
	return report.ID(id), err
}

func (p *past) message(ctx context.Context, in intake.Addition) error {
	_, err := p.wait(ctx, p.intake.Add(ctx, in))
	return err
}

// wait waits for the envelope that was just sent to be opened.
func (p *past) wait(ctx context.Context, err error) (intake.EnvelopeID, error) {
	if err != nil {
		return "", err
	}
	select {
	case r := <-p.opened:
		return r.id, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
