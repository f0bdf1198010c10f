package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// A pour writes many rows of one table at once.
type pour func(ctx context.Context, db *sql.DB, table string, columns []string, rows [][]any) error

// atOnce is how many values one statement of SQLite takes here.
const atOnce = 900

func pourSQLite(ctx context.Context, db *sql.DB, table string, columns []string, rows [][]any) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	step := max(1, atOnce/len(columns))
	full, err := tx.PrepareContext(ctx, inserting(table, columns, step))
	if err != nil {
		return err
	}
	for len(rows) > 0 {
		some := rows[:min(step, len(rows))]
		rows = rows[len(some):]
		args := make([]any, 0, len(some)*len(columns))
		for _, r := range some {
			args = append(args, r...)
		}
		if len(some) == step {
			_, err = full.ExecContext(ctx, args...)
		} else {
			_, err = tx.ExecContext(ctx, inserting(table, columns, len(some)), args...)
		}
		if err != nil {
			return err
		}
	}
	return tx.Commit()
}

func inserting(table string, columns []string, rows int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", len(columns)), ",") + ")"
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES %s", table, strings.Join(columns, ", "), strings.TrimSuffix(strings.Repeat(one+",", rows), ","))
}

func pourPostgres(ctx context.Context, db *sql.DB, table string, columns []string, rows [][]any) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
		return err
	})
}
