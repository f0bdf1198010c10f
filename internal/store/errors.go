package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"amparo/internal/fault"
)

// ErrLost marks a transaction that lost against another: Write tries it again. What Write runs may give it, too, when it met something outside
// the database that is newer than what its transaction sees.
var ErrLost = errors.New("the transaction lost against another")

// ErrUnique marks a row that is there already. Its fault kind is Conflict.
var ErrUnique = errors.New("the row is there already")

// translate gives an engine's error the kind that the rest of the program knows, by code and never by message.
func translate(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, sql.ErrConnDone) {
		return fault.Wrap(err, fault.Unavailable, fault.CodeUnavailable)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return translatePostgres(pg)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return translateSQLite(lite)
	}
	if gone(err) {
		return fault.Wrap(err, fault.Unavailable, fault.CodeUnavailable)
	}
	return err
}

// gone tells whether the line to the database is broken, or the time for a transaction is over, in one of the ways in which the driver says so.
func gone(err error) bool {
	var connect *pgconn.ConnectError
	var line net.Error
	return errors.As(err, &connect) || errors.As(err, &line) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrTxDone) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err) || pgconn.Timeout(err)
}

func translatePostgres(err *pgconn.PgError) error {
	switch err.Code {
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return errors.Join(ErrLost, err)
	case "25006": // read_only_sql_transaction: what was written to has become a standby, or its disk is in trouble
		return fault.Wrap(err, fault.Unavailable, fault.CodeUnavailable)
	case "23505": // unique_violation
		return fault.Wrap(errors.Join(ErrUnique, err), fault.Conflict, fault.CodeStale)
	}
	switch err.Code[:2] {
	case "08", "53", "57", "58": // connection, resources, operator intervention, system
		return fault.Wrap(err, fault.Unavailable, fault.CodeUnavailable)
	}
	return err
}

func translateSQLite(err *sqlite.Error) error {
	switch err.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.Wrap(errors.Join(ErrUnique, err), fault.Conflict, fault.CodeStale)
	}
	switch err.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return errors.Join(ErrLost, err)
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM:
		return fault.Wrap(err, fault.Unavailable, fault.CodeUnavailable)
	}
	return err
}
