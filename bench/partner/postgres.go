package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"amparo/test/program"
)

const (
	emptyTablesSQL = `SELECT 'TRUNCATE "' || table_name || '" CASCADE' FROM information_schema.tables WHERE table_schema = 'amparo' AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'goose_%'`
	noTriggersSQL  = `SELECT 'ALTER TABLE "' || table_name || '" DISABLE TRIGGER USER' FROM information_schema.tables WHERE table_schema = 'amparo' AND table_type = 'BASE TABLE'`
)

// emptyPostgres makes a database, lets the program bring its schema, and empties it. Triggers that keep rows from being changed are put aside.
func (b *bench) emptyPostgres(ctx context.Context) (db *sql.DB, end func() error, err error) {
	address, end, err := program.NewDatabase(ctx, b.postgres)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp(b.dir, "bare-")
	if err != nil {
		return nil, nil, errors.Join(err, end())
	}
	h := program.House{Dir: filepath.Join(dir, "data"), Database: address}
	args := append([]string{"serve", "--json", "--demo", "--public", "127.0.0.1:0", "--desk", "127.0.0.1:0"}, h.Args()...)
	p, err := program.Start(ctx, program.Config{Binary: b.amparo, Args: args, Log: filepath.Join(b.dir, "log")})
	if err == nil {
		err = p.Stop()
	}
	if err != nil {
		return nil, nil, errors.Join(err, end())
	}
	if db, err = sql.Open("pgx", inSchema(address)); err == nil {
		err = emptied(ctx, db)
	}
	if err != nil {
		return nil, nil, errors.Join(err, end())
	}
	return db, end, nil
}

func inSchema(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	q.Set("search_path", "amparo")
	u.RawQuery = q.Encode()
	return u.String()
}

func emptied(ctx context.Context, db *sql.DB) error {
	for _, list := range []string{noTriggersSQL, emptyTablesSQL} {
		statements, err := texts(ctx, db, list)
		if err != nil {
			return err
		}
		for _, one := range statements {
			if _, err := db.ExecContext(ctx, one); err != nil {
				return fmt.Errorf("%s: %w", one, err)
			}
		}
	}
	return nil
}
