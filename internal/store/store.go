package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"amparo/internal/clock"
	"amparo/internal/fault"
)

// An Engine is one of the two databases that Amparo runs on.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// A Store is an open database. It is safe for use by many goroutines.
type Store struct {
	engine Engine
	schema string
	write  *sql.DB
	read   *sql.DB
	clock  clock.Clock
}

// A Tx is a transaction in progress. It lives only as long as the function that it was handed to.
type Tx struct {
	tx     *sql.Tx
	engine Engine
	// Now is the instant of this transaction, UTC, to the microsecond.
	Now time.Time
}

// retries bounds how often a write that lost against another one is tried again.
const retries = 24

// Engine tells which database this is.
func (s *Store) Engine() Engine { return s.engine }

// Read runs f in a transaction that sees one consistent state and cannot write.
func (s *Store) Read(ctx context.Context, f func(tx Tx) error) error {
	return s.run(ctx, s.read, &sql.TxOptions{ReadOnly: true, Isolation: s.isolation(sql.LevelRepeatableRead)}, f)
}

// Write runs f in a transaction and commits it when f returns nil. When the engine says that the transaction
// lost against another, f runs again from the start: it must change nothing but the database.
func (s *Store) Write(ctx context.Context, f func(tx Tx) error) error {
	var err error
	for try := range retries {
		err = s.run(ctx, s.write, &sql.TxOptions{Isolation: s.isolation(sql.LevelSerializable)}, f)
		if !errors.Is(err, ErrLost) {
			return err
		}
		select {
		case <-ctx.Done():
			return fault.Wrap(ctx.Err(), fault.Unavailable, fault.CodeUnavailable)
		case <-time.After(pause(try)):
		}
	}
	return fault.Wrap(err, fault.Unavailable, fault.CodeUnavailable)
}

// pause grows with the number of tries, up to a quarter of a second, with chance in it so that two losers part.
func pause(try int) time.Duration {
	top := min(250, 2<<min(try, 7))
	return time.Duration(1+rand.IntN(top)) * time.Millisecond
}

// isolation is the level asked for; SQLite has but one, and its driver refuses to be asked.
func (s *Store) isolation(level sql.IsolationLevel) sql.IsolationLevel {
	if s.engine == SQLite {
		return sql.LevelDefault
	}
	return level
}

func (s *Store) run(ctx context.Context, db *sql.DB, options *sql.TxOptions, f func(tx Tx) error) error {
	tx, err := db.BeginTx(ctx, options)
	if err != nil {
		return translate(err)
	}
	defer tx.Rollback() // after a commit this does nothing; after a panic or an error it undoes everything
	if err := f(Tx{tx: tx, engine: s.engine, Now: s.clock.Now()}); err != nil {
		return err
	}
	return translate(tx.Commit())
}

// Exec runs a statement and gives the number of rows that it touched.
func (t Tx) Exec(ctx context.Context, statement string, args ...any) (int64, error) {
	done, err := t.tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, translate(err)
	}
	return done.RowsAffected()
}

// ErrNoRow is what QueryRow's Scan gives when there is no such row.
var ErrNoRow = sql.ErrNoRows

// One reads a single row into dest. It gives ErrNoRow when there is none.
func (t Tx) One(ctx context.Context, statement string, args []any, dest ...any) error {
	return translate(t.tx.QueryRowContext(ctx, statement, args...).Scan(dest...))
}

// Each reads rows one by one: scan is called once a row with the row's own Scan.
func (t Tx) Each(ctx context.Context, statement string, args []any, scan func(scan func(dest ...any) error) error) error {
	rows, err := t.tx.QueryContext(ctx, statement, args...)
	if err != nil {
		return translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows.Scan); err != nil {
			return err
		}
	}
	return translate(rows.Err())
}

// Close waits for what is under way and closes the database.
func (s *Store) Close() error { return errors.Join(s.read.Close(), s.write.Close()) }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return translate(s.read.PingContext(ctx)) }
