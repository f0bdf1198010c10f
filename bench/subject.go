package main

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"

	"amparo/test/program"
)

// A subject is a server under load.
type subject struct {
	name   string
	server *program.Program
	way    way
	base   func(page int) string // the address of each page of the journey
	db     *sql.DB               // of the case side; nil for the bare server
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
	if s.db, err = h.Look(); err != nil {
		return s, errors.Join(err, s.server.Kill())
	}
	return s, nil
}
