package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"golang.org/x/sync/errgroup"

	"amparo/internal/audit"
	"amparo/internal/config"
	"amparo/internal/demo"
	"amparo/internal/httpx"
	"amparo/internal/jobs"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/notify"
	"amparo/internal/page"
	"amparo/internal/store"
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
	stores                  stores
	vault                   *open.Vault
	runner                  *jobs.Runner
	sequencer               *audit.Sequencer
	rooms                   *rooms
	demo                    demo.Made
	public                  httpx.Bound
	desk                    httpx.Bound
}

// Open opens everything that the program needs, and its listeners. What it has opened is closed again when it fails.
func Open(ctx context.Context, c config.Serve, log *slog.Logger) (*App, error) {
	a := &App{config: c, log: log}
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
	if a.pack, err = country(a.config); err != nil {
		return err
	}
	a.publicWords, a.staffWords, err = tongues(a.words, a.pack)
	return err
}

// openKeys opens the stores, brought up to date, and the keys in them.
func (a *App) openKeys(ctx context.Context) (err error) {
	if a.stores, err = openStores(ctx, a.config.Data); err != nil {
		return err
	}
	if _, err = a.stores.migrate(ctx); err != nil {
		return err
	}
	if a.vault, err = open.Open(ctx, open.Config{Dir: a.config.Keys(), Main: a.stores.main, Keys: a.stores.keys}); err != nil {
		return err
	}
	a.runner = jobs.NewRunner(jobs.Config{Store: a.stores.main, Log: a.log})
	a.sequencer, err = audit.NewSequencer(audit.Config{Store: a.stores.main, Signer: a.vault.Signer(), Name: AuditName,
		File: a.config.Checkpoints(), Log: a.log})
	return err
}

// makeRooms makes the case side and hands its work to the runner.
func (a *App) makeRooms(ctx context.Context) (err error) {
	if a.rooms, err = newRooms(ctx, ground{stores: a.stores, vault: a.vault, pack: a.pack, sender: a.sender, text: a.text, words: a.publicWords, log: a.log}); err != nil {
		return err
	}
	a.handleJobs()
	return nil
}

// listen makes both sides and opens their listeners.
func (a *App) listen(context.Context) error {
	front, err := a.publicSide()
	if err != nil {
		return err
	}
	back, stop, err := a.staffSide()
	if err != nil {
		return err
	}
	if a.public, err = a.bind("--public", a.config.Public, front); err != nil {
		return err
	}
	if a.desk, err = a.bind("--desk", a.config.Desk, back); err != nil {
		return err
	}
	a.desk.Server.RegisterOnShutdown(stop)
	return nil
}

// bind opens one listener, whose address the flag gave. It tells its health beside what it serves.
func (a *App) bind(flag, address string, handler http.Handler) (httpx.Bound, error) {
	mux := http.NewServeMux()
	mux.Handle("GET /healthz", httpx.Health())
	mux.Handle("GET /readyz", httpx.Ready(a.ready))
	mux.Handle("/", handler)
	server := httpx.Server(address, mux, a.log)
	if a.config.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(a.config.TLSCert, a.config.TLSKey)
		if err != nil {
			return httpx.Bound{}, fmt.Errorf("the TLS certificate cannot be used: %w", err)
		}
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	bound, err := httpx.Bind(server)
	if err != nil {
		return bound, fmt.Errorf("%w; end what uses the address, or give another with %s", err, flag)
	}
	return bound, nil
}

// ready tells whether a report that comes in now would be kept.
func (a *App) ready(ctx context.Context) error {
	return a.stores.main.Read(ctx, func(tx store.Tx) error {
		_, err := seal.Current(ctx, tx)
		return err
	})
}

// page makes an engine for one side's pages.
func (a *App) page(words *lang.Catalog) (*page.Engine, error) {
	return page.New(words, page.Config{Zone: a.pack.Zone()})
}

// Addresses are where the two sides are reached, as in "http://127.0.0.1:8080/".
func (a *App) Addresses() (public, desk string) {
	scheme := "http"
	if a.config.TLSCert != "" {
		scheme = "https"
	}
	return scheme + "://" + a.public.Listener.Addr().String() + "/", scheme + "://" + a.desk.Listener.Addr().String() + "/"
}

// Serve serves until ctx is done. Then it refuses new requests, finishes those under way, lets the jobs under way end,
// and signs the audit log to its end.
func (a *App) Serve(ctx context.Context) error {
	return beside(ctx, a.sequencer.Run, func(ctx context.Context) error {
		return beside(ctx, a.runner.Run, func(ctx context.Context) error {
			return httpx.Serve(ctx, a.public, a.desk)
		})
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
	var errs []error
	for _, b := range []httpx.Bound{a.public, a.desk} {
		if b.Server != nil {
			errs = append(errs, b.Server.Close())
			if err := b.Listener.Close(); !errors.Is(err, net.ErrClosed) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(append(errs, a.stores.close())...)
}
