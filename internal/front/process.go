package front

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"amparo/internal/config"
	"amparo/internal/httpx"
	"amparo/internal/lang"
	"amparo/internal/metrics"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// A Process is the public side as a process of its own. Open makes one, Serve runs it, Close ends it.
type Process struct {
	config config.Serve
	store  *store.Store
	bound  httpx.Bound
	watch  httpx.Bound // of whoever watches; empty when nobody asked for it
}

// Open opens the database under the role of the public side, and the listener. It fails where the process could open what others have told. What
// it has opened is closed again when it fails.
func Open(ctx context.Context, c config.Serve, log *slog.Logger) (p *Process, err error) {
	p = &Process{config: c}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	numbers := metrics.New(log)
	parts := Parts{Log: log, Demo: c.Demo, Address: c.PublicURL, Seen: numbers.Requests(config.Public)}
	if err = p.load(&parts); err != nil {
		return p, err
	}
	if parts.Key, err = onlyKey(c.Keys()); err != nil {
		return p, err
	}
	if err = p.connect(ctx, parts.Key); err != nil {
		return p, err
	}
	parts.Store = p.store
	pages, err := Pages(parts)
	if err != nil {
		return p, err
	}
	ready := Ready(p.store, store.PublicSide)
	if p.bound, err = Listen(c, "--public", c.Public, pages, ready, log); err != nil {
		return p, err
	}
	p.watch, err = Watch(c, numbers, ready, log)
	return p, err
}

// load reads what comes with the program or is named by the configuration.
func (p *Process) load(parts *Parts) error {
	if err := p.config.Check(); err != nil {
		return err
	}
	words, err := lang.Load()
	if err != nil {
		return err
	}
	if parts.Pack, err = Country(p.config); err != nil {
		return err
	}
	parts.Words, _, err = Tongues(words, parts.Pack)
	return err
}

// onlyKey reads the public key file, which must be alone in its folder.
func onlyKey(dir string) (*seal.PublicKey, error) {
	files, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot look at the folder of keys: %w", err)
	}
	for _, f := range files {
		if f.Name() != seal.PublicKeyFile {
			return nil, fmt.Errorf("%s lies where the public side runs, which must hold %s alone; move it away, or name another folder with --data",
				filepath.Join(dir, f.Name()), seal.PublicKeyFile)
		}
	}
	path := filepath.Join(dir, seal.PublicKeyFile)
	key, err := seal.ReadPublicKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing; copy it, and no other file, from the folder of keys of the case side", path)
	}
	return key, err
}

// connect opens the database and proves that it is the right one, as this program needs it, and that no report can be read in it.
func (p *Process) connect(ctx context.Context, key *seal.PublicKey) (err error) {
	p.store, err = store.Open(ctx, store.Config{Database: p.config.Database, Schema: config.MainSchema})
	if err != nil {
		return fmt.Errorf("%w; see that PostgreSQL is running, and that --database (AMPARO_DATABASE) is its address", err)
	}
	if err := p.store.Holds(ctx, store.PublicSide); err != nil {
		return fmt.Errorf("the public side does not start: %w", err)
	}
	pending, err := p.store.Pending(ctx, store.Main)
	if err == nil && pending {
		err = errors.New("the database is older than this program; run: amparo migrate --grant")
	}
	if err != nil {
		return err
	}
	return key.Belongs(ctx, p.store, filepath.Join(p.config.Keys(), seal.PublicKeyFile))
}

// Address is where the public side is reached.
func (p *Process) Address() string { return Address(p.config, p.bound) }

// Serve serves until ctx is done. Then it refuses new requests and finishes those under way.
func (p *Process) Serve(ctx context.Context) error {
	return httpx.Serve(ctx, Bound(p.bound, p.watch)...)
}

// Close closes the listener and the database. Closing again does no harm.
func (p *Process) Close() error {
	errs := []error{Shut(p.bound, p.watch)}
	if p.store != nil {
		errs = append(errs, p.store.Close())
	}
	return errors.Join(errs...)
}
