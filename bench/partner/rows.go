package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"amparo/test/program"
)

const (
	liteTablesSQL = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'`
	pgTablesSQL   = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'amparo' AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'goose_%'`
	liteSchemaSQL = `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND type IN ('table', 'index') ORDER BY type DESC, rowid`
)

// A table is its columns and its rows.
type table struct {
	columns []string
	rows    [][]any
}

// rows are all rows of a database by table.
type rows map[string]*table

// read reads every row that there is.
func read(ctx context.Context, db *sql.DB, postgres bool) (rows, error) {
	names, all := liteTablesSQL, rows{}
	if postgres {
		names = pgTablesSQL
	}
	list, err := texts(ctx, db, names)
	for _, name := range list {
		if err == nil {
			all[name], err = readTable(ctx, db, name)
		}
	}
	return all, err
}

func texts(ctx context.Context, db *sql.DB, query string) (list []string, err error) {
	found, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var text string
		if err := found.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, found.Err()
}

func readTable(ctx context.Context, db *sql.DB, name string) (*table, error) {
	found, err := db.QueryContext(ctx, `SELECT * FROM "`+name+`"`)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	t := &table{}
	if t.columns, err = found.Columns(); err != nil {
		return nil, err
	}
	for found.Next() {
		row := make([]any, len(t.columns))
		into := make([]any, len(row))
		for i := range row {
			into[i] = &row[i]
		}
		if err := found.Scan(into...); err != nil {
			return nil, err
		}
		for i, v := range row {
			if b, ok := v.([]byte); ok && b == nil {
				row[i] = []byte{} // the driver of SQLite would write it as NULL
			}
		}
		t.rows = append(t.rows, row)
	}
	return t, found.Err()
}

// without gives the rows that were not there before, as they are now.
func (r rows) without(before rows) rows {
	fresh := rows{}
	for name, t := range r {
		if name == "partner_key" { // that it was used today is noted once
			continue
		}
		old := map[string]bool{}
		if before[name] != nil {
			for _, row := range before[name].rows {
				old[fmt.Sprint(row...)] = true
			}
		}
		one := &table{columns: t.columns}
		for _, row := range t.rows {
			if !old[fmt.Sprint(row...)] {
				one.rows = append(one.rows, row)
			}
		}
		if len(one.rows) > 0 {
			fresh[name] = one
		}
	}
	return fresh
}

func (r rows) count() (n int) {
	for _, t := range r {
		n += len(t.rows)
	}
	return n
}

// writeBare writes the rows into an empty database of the same schema by the bare driver, in one transaction for each report, each on the disk before
// the next: the program makes that one, and a share of those of the stream, for each.
func (b *bench) writeBare(ctx context.Context, h program.House, fresh rows) (took time.Duration, err error) {
	db, end, err := b.empty(ctx, h)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close(), end()) }()
	names, inserts := slices.Sorted(maps.Keys(fresh)), map[string]*sql.Stmt{}
	for _, name := range names {
		if inserts[name], err = db.PrepareContext(ctx, insert(name, fresh[name].columns)); err != nil {
			return 0, err
		}
	}
	begun := time.Now()
	for i := range b.reports {
		if err := b.writeShare(ctx, db, fresh, names, inserts, i); err != nil {
			return 0, err
		}
	}
	return time.Since(begun), nil
}

// writeShare writes the ith part of every table.
func (b *bench) writeShare(ctx context.Context, db *sql.DB, fresh rows, names []string, inserts map[string]*sql.Stmt, i int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, name := range names {
		all := fresh[name].rows
		for _, row := range all[len(all)*i/b.reports : len(all)*(i+1)/b.reports] {
			if _, err := tx.StmtContext(ctx, inserts[name]).ExecContext(ctx, row...); err != nil {
				return errors.Join(fmt.Errorf("%s: %w", name, err), tx.Rollback())
			}
		}
	}
	return tx.Commit()
}

func insert(name string, columns []string) string {
	marks := make([]string, len(columns))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	return `INSERT INTO "` + name + `" ("` + strings.Join(columns, `", "`) + `") VALUES (` + strings.Join(marks, ", ") + `)`
}

// empty gives an empty database of the installation's schema, as durable as the program's own.
func (b *bench) empty(ctx context.Context, h program.House) (db *sql.DB, end func() error, err error) {
	if h.Database != "" {
		return b.emptyPostgres(ctx)
	}
	end = func() error { return nil }
	from, err := h.Look()
	if err != nil {
		return nil, end, err
	}
	schema, err := texts(ctx, from, liteSchemaSQL)
	if err = errors.Join(err, from.Close()); err != nil {
		return nil, end, err
	}
	path := filepath.Join(filepath.Dir(h.Dir), "bare.db")
	db, err = sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=temp_store(2)")
	if err != nil {
		return nil, end, err
	}
	db.SetMaxOpenConns(1)
	for _, one := range schema {
		if _, err := db.ExecContext(ctx, one); err != nil && !strings.Contains(one, "goose") {
			return nil, end, errors.Join(fmt.Errorf("%s: %w", one, err), db.Close())
		}
	}
	return db, end, nil
}
