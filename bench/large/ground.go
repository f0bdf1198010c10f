package main

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/config"
	"amparo/internal/identity"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/match"
	"amparo/internal/reveal"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/vault/open"
	"amparo/packs"
	"amparo/test/program"
)

// A ground is one installation on one engine, open beside the program: its stores and keys, the rooms that are measured, and a
// connection that rows are poured into.
type ground struct {
	engine     string
	house      program.House
	main, keys *store.Store
	raw        *sql.DB
	pour       pour
	vault      *open.Vault
	pack       *jurisdiction.Pack
	intake     *intake.Room
	match      *match.Room
	triage     *triage.Room
	officer    access.Actor
	staff      []string
}

// openGround opens an installation that the program has made.
func openGround(ctx context.Context, engine string, h program.House) (g *ground, err error) {
	g = &ground{engine: engine, house: h}
	main, keys := store.Config{Database: filepath.Join(h.Dir, "amparo.db")}, store.Config{Database: filepath.Join(h.Dir, "keys.db")}
	if h.Database != "" {
		main = store.Config{Database: h.Database, Schema: config.MainSchema}
		keys = store.Config{Database: h.Database, Schema: config.KeysSchema}
	}
	if g.main, err = store.Open(ctx, main); err != nil {
		return nil, err
	}
	if g.keys, err = store.Open(ctx, keys); err != nil {
		return nil, err
	}
	if g.raw, g.pour, err = pouring(main); err != nil {
		return nil, err
	}
	if g.vault, err = open.Open(ctx, open.Config{Dir: config.Data{Dir: h.Dir}.Keys(), Main: g.main, Keys: g.keys}); err != nil {
		return nil, err
	}
	return g, errors.Join(g.rooms(), g.people(ctx))
}

// pouring opens the connection for many rows at once, which need not survive a loss of power.
func pouring(c store.Config) (*sql.DB, pour, error) {
	if c.Schema == "" && !strings.Contains(c.Database, "://") {
		db, err := sql.Open("sqlite", "file:"+c.Database+"?_pragma=synchronous(0)&_pragma=cache_size(-600000)&_pragma=busy_timeout(60000)&_pragma=temp_store(2)&_txlock=immediate")
		if err == nil {
			db.SetMaxOpenConns(1)
		}
		return db, pourSQLite, err
	}
	address, err := url.Parse(c.Database)
	if err != nil {
		return nil, nil, err
	}
	q := address.Query()
	if c.Schema != "" {
		q.Set("search_path", c.Schema)
	}
	address.RawQuery = q.Encode()
	db, err := sql.Open("pgx", address.String())
	return db, pourPostgres, err
}

func (g *ground) close() error {
	return errors.Join(g.main.Close(), g.keys.Close(), g.raw.Close())
}

// rooms makes the rooms as the program has them, with a short list of questions.
func (g *ground) rooms() error {
	files, err := fs.Sub(packs.FS, "demo")
	if err != nil {
		return err
	}
	var problems []jurisdiction.Problem
	if g.pack, problems = jurisdiction.Load(files, time.Now()); len(problems) > 0 {
		return errors.New("the demonstration's country has faults")
	}
	asked, faults := instrument.Load("bench.yaml", []byte(questions))
	if len(faults) > 0 {
		return errors.New(faults[0].String())
	}
	people := identity.New(identity.Config{Store: g.main, Sealer: g.sealer()})
	opened := reveal.New(g.main, g.vault)
	g.intake = intake.New(intake.Config{Store: g.main, Pepper: secret.Bytes(strings.Repeat("p", 32))})
	g.match = match.New(match.Config{Store: g.main, Blind: opened.Blind})
	g.triage = triage.New(triage.Config{Store: g.main, Reveal: opened, Pack: g.pack, Match: g.match,
		Instrument: func(string) *instrument.Instrument { return asked }, People: g.colleagues(people)})
	return nil
}

const questions = `id: bench
version: 1.0.0
languages: [en]
reader: child
reviewed_by: {}
name: {en: "Bench"}
answers:
  unknown: {en: "I don't know"}
  prefers_not_to_say: {en: "I'd rather not say"}
pages:
  - id: danger
    title: {en: "Danger"}
    questions:
      - id: danger
        label: {en: "Danger"}
        kind: single
        codes:
          "yes": {words: {en: "Yes"}, facts: {triggers: [danger_now]}}
          "no": {words: {en: "No"}}
      - id: child
        kind: names
        label: {en: "The child"}
        means: child
        privacy: identity
      - id: words
        label: {en: "Words"}
        kind: longtext
`
