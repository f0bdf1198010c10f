package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"amparo/internal/backup"
	"amparo/internal/config"
	"amparo/internal/store"
)

// stores are the two sets of tables, open.
type stores struct{ main, keys *store.Store }

func (s stores) close() error {
	var errs []error
	for _, one := range []*store.Store{s.main, s.keys} {
		if one != nil {
			errs = append(errs, one.Close())
		}
	}
	return errors.Join(errs...)
}

// openStores opens both sets, making files or schemas that are not there. It refuses those that a restore has not filled to the end.
func openStores(ctx context.Context, d config.Data) (stores, error) {
	if err := backup.Whole(d.Dir); err != nil {
		return stores{}, err
	}
	return openStoresAs(ctx, d, store.Config{})
}

// openStoresAs opens both sets with the clock and the durability of the form.
func openStoresAs(ctx context.Context, d config.Data, form store.Config) (s stores, err error) {
	if err := d.Make(); err != nil {
		return s, err
	}
	main := store.Config{Database: filepath.Join(d.Dir, "amparo.db")}
	keys := store.Config{Database: filepath.Join(d.Dir, "keys.db")}
	if d.Database != "" {
		main = store.Config{Database: d.Database, Schema: config.MainSchema}
		keys = store.Config{Database: d.Database, Schema: config.KeysSchema}
		if d.KeyDatabase != "" {
			keys.Database = d.KeyDatabase
		}
	}
	main.Clock, keys.Clock, main.Relaxed, keys.Relaxed = form.Clock, form.Clock, form.Relaxed, form.Relaxed
	if s.main, err = store.Open(ctx, main); err != nil {
		return s, advised(d, err)
	}
	if s.keys, err = store.Open(ctx, keys); err != nil {
		return s, advised(d, errors.Join(err, s.close()))
	}
	return s, nil
}

// advised says what to do about a database that cannot be opened.
func advised(d config.Data, err error) error {
	if d.Database != "" {
		return fmt.Errorf("%w; see that PostgreSQL is running, and that --database (AMPARO_DATABASE) is its address", err)
	}
	return fmt.Errorf("%w; see that %s is a folder of this user on a disk with room", err, d.Dir)
}

// openCurrent opens both sets for a command, which wants them to be just as this program needs them.
func openCurrent(ctx context.Context, d config.Data) (stores, error) {
	s, err := openStores(ctx, d)
	if err != nil {
		return s, err
	}
	if err := s.current(ctx); err != nil {
		return s, errors.Join(err, s.close())
	}
	return s, nil
}

// current proves that both sets are just as this program needs them.
func (s stores) current(ctx context.Context) error {
	for set, one := range map[store.Set]*store.Store{store.Main: s.main, store.Keys: s.keys} {
		pending, err := one.Pending(ctx, set)
		if err == nil && pending {
			err = errors.New("the database is older than this program; run: amparo migrate")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Migrate brings both sets of tables up to what this program needs, gives the roles what their sides of a split installation need, and gives the
// number of steps taken.
func Migrate(ctx context.Context, d config.Data, roles map[store.Side]string) (int, error) {
	s, err := openStores(ctx, d)
	if err != nil {
		return 0, err
	}
	steps, err := s.migrate(ctx)
	if err == nil && len(roles) > 0 {
		if err = s.main.Grant(ctx, store.Main, roles); err == nil {
			err = s.keys.Grant(ctx, store.Keys, roles)
		}
	}
	return steps, errors.Join(err, s.close())
}

func (s stores) migrate(ctx context.Context) (int, error) {
	first, err := s.main.Migrate(ctx, store.Main)
	if err != nil {
		return first, err
	}
	second, err := s.keys.Migrate(ctx, store.Keys)
	return first + second, err
}

// started tells whether there is an installation to look at, so that a mistyped folder is not made into one.
func started(d config.Data) error {
	if _, err := os.Stat(d.Keys()); err != nil {
		return errors.New("there is no installation in " + d.Dir + "; name its folder with --data, or make one with: amparo serve")
	}
	return nil
}
