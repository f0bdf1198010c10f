package app

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/demo"
	"amparo/internal/intake"
	"amparo/internal/jobs"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

// DemoUsers are the made-up users of a demonstration with their one-time passwords, when this start made them.
func (a *App) DemoUsers() []demo.Login { return a.demo }

// fillDemo makes the users and matters of a demonstration, at its first start. The country's own matters are made up for
// the fictional country alone.
func (a *App) fillDemo(ctx context.Context) error {
	if !a.config.Demo {
		return nil
	}
	if users, err := people(a.stores, a.vault, clock.System{}).Users(ctx, access.Console); err != nil || len(users) > 0 {
		return err
	}
	p, err := a.newPast(ctx)
	if err != nil {
		return err
	}
	a.demo, err = p.fill(ctx, a.config.Pack == "")
	return errors.Join(err, p.stores.close())
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

func (a *App) newPast(ctx context.Context) (*past, error) {
	p := &past{opened: make(chan result)}
	p.set(time.Now())
	at := clock.Func(func() time.Time { return *p.now.Load() })
	var err error
	if p.stores, err = openStoresAt(ctx, a.config.Data, at); err != nil {
		return nil, err
	}
	vault, err := open.Open(ctx, open.Config{Dir: a.config.Keys(), Main: p.stores.main, Keys: p.stores.keys, Clock: at})
	if err != nil {
		return nil, errors.Join(err, p.stores.close())
	}
	keys, err := seal.ReadOrCreatePublicKey(filepath.Join(a.config.Keys(), seal.PublicKeyFile))
	if err != nil {
		return nil, errors.Join(err, p.stores.close())
	}
	if p.rooms, err = newRooms(ctx, p.stores, vault, a.pack, at); err != nil {
		return nil, errors.Join(err, p.stores.close())
	}
	p.runner = jobs.NewRunner(jobs.Config{Store: p.stores.main, Log: a.log, Workers: 1})
	p.runner.Handle(intake.OpenReport, p.work(p.rooms.triage.Open))
	p.runner.Handle(intake.OpenMessage, p.work(p.rooms.mailbox.Take))
	p.intake = intake.New(intake.Config{Store: p.stores.main, Pepper: keys.Pepper(), Wake: p.runner.Wake})
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
func (p *past) fill(ctx context.Context, matters bool) (logins []demo.Login, err error) {
	behind, stop := context.WithCancel(ctx)
	defer stop()
	var group errgroup.Group
	group.Go(func() error { return p.runner.Run(behind) })
	logins, err = demo.Fill(ctx, demo.House{Pack: p.rooms.pack, Store: p.stores.main, People: p.rooms.people, Triage: p.rooms.triage,
		Mail: p.rooms.mailbox, Cases: p.rooms.cases, Report: p.report, Message: p.message, Set: p.set}, time.Now(), matters)
	stop()
	return logins, errors.Join(err, group.Wait())
}

// report takes a report in. The id of its envelope is its own.
func (p *past) report(ctx context.Context, in intake.Submission) (report.ID, error) {
	id, err := p.wait(ctx, p.intake.Submit(ctx, in))
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
