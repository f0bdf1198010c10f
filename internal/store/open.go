package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"amparo/internal/clock"
)

// Config says which database to open.
type Config struct {
	// Database is a path of an SQLite file, or a postgres:// address.
	Database string
	// Schema is the PostgreSQL schema that holds the tables; empty for the connection's own. SQLite has none.
	Schema string
	// Clock gives each transaction its Now; nil is the machine's clock.
	Clock clock.Clock
	// Relaxed lets a commit return before it is on the disk: a loss of power may undo the latest ones, in order. It is for
	// what can be made again, never for what somebody told us.
	Relaxed bool
	// MaxConns bounds the connections to PostgreSQL; 0 is 16. SQLite has one writer and as many readers as cores.
	MaxConns int
}

// Open opens the database. It makes an SQLite file (readable by its owner alone) when there is none, and does
// not change the schema: see [Store.Migrate].
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	s := &Store{clock: c.Clock, schema: c.Schema}
	var err error
	if strings.HasPrefix(c.Database, "postgres://") || strings.HasPrefix(c.Database, "postgresql://") {
		err = s.openPostgres(c)
	} else {
		err = s.openSQLite(c.Database, c.Relaxed)
	}
	if err != nil {
		return nil, err
	}
	if err := s.write.PingContext(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("the database does not answer: %w", err)
	}
	return s, nil
}

func (s *Store) openSQLite(path string, relaxed bool) error {
	s.engine = SQLite
	file, err := os.OpenFile(filepath.Clean(path), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("cannot open the database file: %w", err)
	}
	if err := file.Close(); err != nil {
		return err
	}
	durable := "synchronous(FULL)"
	if relaxed {
		durable = "synchronous(NORMAL)"
	}
	s.write = sql.OpenDB(keeping{&sqlite.Driver{}, sqliteAddress(path, "journal_mode(WAL)", durable, "wal_autocheckpoint(4000)", "secure_delete(1)") + "&_txlock=immediate"})
	s.write.SetMaxOpenConns(1)
	s.read = sql.OpenDB(keeping{&sqlite.Driver{}, sqliteAddress(path, "query_only(1)")})
	s.read.SetMaxOpenConns(runtime.GOMAXPROCS(0))
	s.read.SetMaxIdleConns(runtime.GOMAXPROCS(0))
	return nil
}

func sqliteAddress(path string, pragmas ...string) string {
	q := url.Values{}
	for _, p := range append([]string{"busy_timeout(10000)", "foreign_keys(1)", "temp_store(2)"}, pragmas...) {
		q.Add("_pragma", p)
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func (s *Store) openPostgres(c Config) error {
	s.engine = Postgres
	config, err := pgx.ParseConfig(c.Database)
	if err != nil {
		return fmt.Errorf("the database address cannot be read: %w", err)
	}
	if c.Schema != "" {
		config.RuntimeParams["search_path"] = c.Schema
	}
	if c.Relaxed {
		config.RuntimeParams["synchronous_commit"] = "off"
	}
	db := stdlib.OpenDB(*config)
	conns := c.MaxConns
	if conns == 0 {
		conns = 16
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	s.write, s.read = db, db
	return nil
}
