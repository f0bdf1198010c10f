package store

import (
	"context"
	"database/sql/driver"
)

// A keeping opens connections to SQLite that keep what they have prepared. To read a short statement costs SQLite more than to carry it out, and the
// program has but some hundreds of them, each written down once. (The driver of PostgreSQL keeps them by itself.)
type keeping struct {
	driver  driver.Driver
	address string
}

// mostKept is how many statements a connection keeps; what comes after them is prepared each time.
const mostKept = 600

// Connect opens a connection.
func (k keeping) Connect(context.Context) (driver.Conn, error) {
	c, err := k.driver.Open(k.address)
	if err != nil {
		return nil, err
	}
	return &keeper{sqliteConn: c.(sqliteConn), kept: map[string]*kept{}}, nil
}

// Driver gives the driver.
func (k keeping) Driver() driver.Driver { return k.driver }

// A sqliteConn is what a connection of the driver can do.
type sqliteConn interface {
	driver.Conn
	driver.Pinger
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// sqliteRows are what rows of the driver can do.
type sqliteRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// A keeper is a connection with what it has prepared. As every connection it is used by one goroutine at a time.
type keeper struct {
	sqliteConn
	kept map[string]*kept
}

// A kept statement. While its rows are read it is busy, and the same statement is prepared once more for whoever asks in the middle.
type kept struct {
	stmt driver.Stmt
	busy bool
}

// find gives a statement that is prepared and free; nil when the driver is to prepare it for this once, and to say what is wrong with it.
func (c *keeper) find(ctx context.Context, statement string) *kept {
	k := c.kept[statement]
	if k == nil && len(c.kept) < mostKept {
		stmt, err := c.PrepareContext(ctx, statement)
		if err != nil {
			return nil
		}
		k = &kept{stmt: stmt}
		c.kept[statement] = k
	}
	if k == nil || k.busy {
		return nil
	}
	return k
}

// ExecContext runs a statement.
func (c *keeper) ExecContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Result, error) {
	if k := c.find(ctx, statement); k != nil {
		return k.stmt.(driver.StmtExecContext).ExecContext(ctx, args)
	}
	return c.sqliteConn.ExecContext(ctx, statement, args)
}

// QueryContext reads rows.
func (c *keeper) QueryContext(ctx context.Context, statement string, args []driver.NamedValue) (driver.Rows, error) {
	k := c.find(ctx, statement)
	if k == nil {
		return c.sqliteConn.QueryContext(ctx, statement, args)
	}
	rows, err := k.stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	k.busy = true
	return keptRows{rows.(sqliteRows), k}, nil
}

// Close closes the connection and what it has prepared.
func (c *keeper) Close() error {
	for _, k := range c.kept {
		_ = k.stmt.Close() // what could be wrong with it was said when it ran
	}
	clear(c.kept)
	return c.sqliteConn.Close()
}

// keptRows are the rows of a kept statement.
type keptRows struct {
	sqliteRows
	of *kept
}

// Close ends the reading and sets the statement free.
func (r keptRows) Close() error {
	r.of.busy = false
	return r.sqliteRows.Close()
}
