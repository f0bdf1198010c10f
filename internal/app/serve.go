package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/config"
	"amparo/internal/demo"
	"amparo/internal/front"
	"amparo/internal/helpline"
	"amparo/internal/httpx"
	"amparo/internal/intake"
	"amparo/internal/jobs"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/metrics"
	"amparo/internal/notify"
	"amparo/internal/page"
	"amparo/internal/promise"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

// An App is the program, open and ready to serve. Open makes one, Serve runs it, Close ends it.
type App struct {
	config config.Serve
	log    *slog.Logger
	words  *lang.Catalog
	// publicWords and staffWords are words in the languages that the pack has on each side.
	publicWords, staffWords *lang.Catalog
	pack                    *jurisdiction.Pack
	sender                  notify.Sender // nil without a mail server
	text                    texting       // nil without a gateway
	mail                    mailing       // nil without an address that e-mails to reporters come from
	stores                  stores
	vault                   *open.Vault
	key                     *seal.PublicKey // what the public processes share
	runner                  *jobs.Runner
	sequencer               *audit.Sequencer
	rooms                   *rooms
	promise                 *promise.Room
	calls                   *helpline.Room
	demo                    demo.Made
	public                  httpx.Bound
	desk                    httpx.Bound
	watch                   httpx.Bound // of whoever watches; empty when nobody asked for it
	numbers                 *metrics.Set
}

// Open opens everything that the program needs, and its listeners. What it has opened is closed again when it fails.
func Open(ctx context.Context, c config.Serve, log *slog.Logger) (*App, error) {
	a := &App{config: c, log: log, numbers: metrics.New(log)}
	for _, step := range []func(context.Context) error{a.loadData, a.openKeys, a.makeRooms, a.listen, a.fillDemo} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	return a, nil
}

// loadData reads what comes with the program or is named by the configuration, and writes nothing.
func (a *App) loadData(context.Context) (err error) {
	if err := a.config.Check(); err != nil {
		return err
	}
	if a.words, err = lang.Load(); err != nil {
		return err
	}
	if a.sender, err = newSender(a.config.Mail, a.words, a.log); err != nil {
		return err
	}
	if a.text, err = newTexting(a.config.Texts); err != nil {
		return err
	}
	if a.mail, err = newMailing(a.config.Mail, a.config.Texts); err != nil {
		return err
	}
	if a.pack, err = front.Country(a.config); err != nil {
		return err
	}
	a.publicWords, a.staffWords, err = front.Tongues(a.words, a.pack)
	return err
}

// openKeys opens the stores, brought up to date, and the keys in them.
func (a *App) openKeys(ctx context.Context) (err error) {
	if a.stores, err = openStores(ctx, a.config.Data); err != nil {
		return err
	}
	if err = a.shape(ctx); err != nil {
		return err
	}
	if a.vault, err = openVault(ctx, a.config.Data, open.Config{Main: a.stores.main, Keys: a.stores.keys}); err != nil {
		return err
	}
	if a.key, err = seal.OwnPublicKey(ctx, a.stores.main, filepath.Join(a.config.Keys(), seal.PublicKeyFile)); err != nil {
		return err
	}
	a.runner = jobs.NewRunner(jobs.Config{Store: a.stores.main, Log: a.log, SetBack: task.SetBack})
	a.sequencer, err = audit.NewSequencer(audit.Config{Store: a.stores.main, Signer: a.vault.Signer(), Name: AuditName,
		File: a.config.Checkpoints(), Log: a.log})
	return err
}

// makeRooms makes the case side and hands its work to the runner.
func (a *App) makeRooms(ctx context.Context) (err error) {
	walker, err := a.walker()
	if err != nil {
		return fmt.Errorf("the TLS certificate cannot be used: %w", err)
	}
	if a.rooms, err = newRooms(ctx, ground{stores: a.stores, vault: a.vault, pack: a.pack, sender: a.sender, text: a.text, mail: a.mail, words: a.publicWords, log: a.log,
		walker: walker, door: a.door}); err != nil {
		return err
	}
	if err := a.comeIn(); err != nil {
		return err
	}
	a.handleJobs()
	return nil
}

// comeIn makes what reports come in by besides the public form, with the key that the public side has, and hands its work to the runner.
func (a *App) comeIn() (err error) {
	in := intake.New(intake.Config{Store: a.stores.main, Pepper: a.key.Pepper(), Wake: a.runner.Wake})
	rules := front.Parts{Pack: a.pack, Store: a.stores.main, Log: a.log}.Rules()
	a.promise = promise.New(promise.Config{Pack: a.pack, Intake: in, Rules: rules})
	a.calls, err = helpline.New(helpline.Config{Store: a.stores.main, Reveal: reveal.New(a.stores.main, a.vault), Intake: in, Promise: a.promise,
		Pack: a.pack, Unfinished: func(tag string) string { return a.staffWords.For(tag).T("helpline.unfinished") }})
	if err != nil {
		return err
	}
	a.runner.Every("helpline.sweep", callsEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		return a.calls.Sweep(ctx, access.System("helpline.sweep"))
	})
	return nil
}

// shape brings the tables up to date. A process of a split installation may not: it only sees that they are, and that its role is the right one.
func (a *App) shape(ctx context.Context) error {
	if a.config.Only == "" {
		_, err := a.stores.migrate(ctx)
		return err
	}
	if err := a.stores.main.Holds(ctx, store.Side(a.config.Only)); err != nil {
		return fmt.Errorf("the %s side does not start: %w", a.config.Only, err)
	}
	return a.stores.current(ctx)
}

// does tells whether this process does the work of a side.
func (a *App) does(side string) bool { return a.config.Only == "" || a.config.Only == side }

// listen makes the sides that this process serves and opens their listeners.
func (a *App) listen(context.Context) (err error) {
	ready := front.Ready(a.stores.main, cmp.Or(store.Side(a.config.Only), store.PublicSide))
	if a.does(config.Public) {
		pages, err := front.Pages(front.Parts{Pack: a.pack, Words: a.publicWords, Store: a.stores.main, Key: a.key, Wake: a.runner.Wake, Log: a.log, Demo: a.config.Demo, Address: a.config.PublicURL,
			Seen: a.numbers.Requests(config.Public)})
		if err != nil {
			return err
		}
		if a.public, err = front.Listen(a.config, "--public", a.config.Public, pages, ready, a.log); err != nil {
			return err
		}
	}
	if a.does(config.Desk) {
		pages, stop, err := a.staffSide()
		if err != nil {
			return err
		}
		if a.desk, err = front.Listen(a.config, "--desk", a.config.Desk, pages, ready, a.log); err != nil {
			return err
		}
		a.desk.Server.RegisterOnShutdown(stop)
	}
	if a.does(config.Jobs) {
		a.numbers.Look(watched, a.look)
	}
	a.watch, err = front.Watch(a.config, a.numbers, ready, a.log)
	return err
}

// page makes an engine for one side's pages.
func (a *App) page(words *lang.Catalog) (*page.Engine, error) {
	return page.New(words, page.Config{Zone: a.pack.Zone()})
}

// Addresses are where the two sides are reached, as in "http://127.0.0.1:8080/"; empty for one that this process does not serve.
func (a *App) Addresses() (public, desk string) {
	return front.Address(a.config, a.public), front.Address(a.config, a.desk)
}

// Serve serves until ctx is done. Then it refuses new requests, finishes those under way, lets the jobs under way end,
// and signs the audit log to its end.
func (a *App) Serve(ctx context.Context) error {
	serve := func(ctx context.Context) error { return httpx.Serve(ctx, front.Bound(a.public, a.desk, a.watch)...) }
	if !a.does(config.Jobs) {
		return serve(ctx)
	}
	return beside(ctx, a.sequencer.Run, func(ctx context.Context) error {
		return beside(ctx, a.runner.Run, serve)
	})
}

// beside runs what goes on in the background for as long as f runs, and lets it end after f. When the background ends
// before, f's context does too.
func beside(ctx context.Context, background, f func(context.Context) error) error {
	behind, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	front, end := context.WithCancel(ctx)
	defer end()
	var group errgroup.Group
	group.Go(func() error { defer end(); return background(behind) })
	err := f(front)
	stop()
	return errors.Join(err, group.Wait())
}

// Close closes the listeners and the stores. Closing again does no harm.
func (a *App) Close() error {
	return errors.Join(front.Shut(a.public, a.desk, a.watch), a.stores.close())
}
