package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

const (
	tablesSQLiteSQL   = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_version'`
	tablesPostgresSQL = `SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind = 'r' AND relname <> 'schema_version'`
	refersSQLiteSQL   = `SELECT m.name, f."table" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`
	refersPostgresSQL = `SELECT c.relname, t.relname FROM pg_constraint r JOIN pg_class c ON c.oid = r.conrelid JOIN pg_class t ON t.oid = r.confrelid
		WHERE r.contype = 'f' AND c.relnamespace = to_regnamespace($1)`
	// unseenPostgresSQL are the tables of which row level security hides rows from this role. The policies of the desk and the jobs hide none from
	// the roles that they name, see publicRows.
	unseenPostgresSQL = `SELECT c.relname FROM pg_class c WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r' AND row_security_active(c.oid)
		AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname IN ('amparo_desk', 'amparo_jobs')
			AND (SELECT oid FROM pg_roles WHERE rolname = current_user) = ANY (p.polroles)) ORDER BY c.relname`
	sizeSQLiteSQL   = `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`
	sizePostgresSQL = `SELECT pg_database_size(current_database())`
)

// tables are the tables in an order in which what a row refers to comes before it, and by name where that leaves a choice: the same on either engine, and
// whatever order they were made in.
func (s *Store) tables(ctx context.Context, tx *sql.Tx) ([]string, error) {
	names, refers, args := tablesSQLiteSQL, refersSQLiteSQL, []any(nil)
	if s.engine == Postgres {
		names, refers, args = tablesPostgresSQL, refersPostgresSQL, []any{pgx.Identifier{s.schema}.Sanitize()}
	}
	list, err := column(tx.QueryContext(ctx, names, args...))
	if err != nil {
		return nil, err
	}
	needs, err := pairs(tx.QueryContext(ctx, refers, args...))
	return ordered(list, needs), err
}

// ordered puts what a name needs before it. Names that need each other in a circle come last.
func ordered(names []string, needs map[string][]string) (list []string) {
	slices.Sort(names)
	waits := func(name string) bool {
		return slices.ContainsFunc(needs[name], func(other string) bool {
			return other != name && slices.Contains(names, other) && !slices.Contains(list, other)
		})
	}
	for left := slices.Clone(names); len(left) > 0; {
		next := max(0, slices.IndexFunc(left, func(name string) bool { return !waits(name) }))
		list, left = append(list, left[next]), slices.Delete(left, next, next+1)
	}
	return list
}

// pairs gives for each first column its second ones.
func pairs(rows *sql.Rows, err error) (map[string][]string, error) {
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	of := map[string][]string{}
	for rows.Next() {
		var from, to string
		if err := rows.Scan(&from, &to); err != nil {
			return nil, err
		}
		of[from] = append(of[from], to)
	}
	return of, translate(rows.Err())
}

// seesAll proves that no row is hidden from the role of this connection, so that what it reads is all there is.
func (s *Store) seesAll(ctx context.Context, tx *sql.Tx) error {
	if s.engine == SQLite {
		return nil
	}
	hidden, err := column(tx.QueryContext(ctx, unseenPostgresSQL, pgx.Identifier{s.schema}.Sanitize()))
	if err == nil && len(hidden) > 0 {
		err = fmt.Errorf("rows of %s are hidden from this database role, and what it copies would not be whole; use the role of the desk or of the jobs, or the owner of the tables",
			strings.Join(hidden, ", "))
	}
	return err
}

// Size is about how many bytes the database takes on its disk.
func (s *Store) Size(ctx context.Context) (bytes int64, err error) {
	statement := sizeSQLiteSQL
	if s.engine == Postgres {
		statement = sizePostgresSQL
	}
	return bytes, translate(s.read.QueryRowContext(ctx, statement).Scan(&bytes))
}

// Empty proves that no table has a row; else it is ErrNotEmpty. Tables may be missing, all of them even.
func (s *Store) Empty(ctx context.Context) error {
	return s.run(ctx, s.read, nil, func(tx Tx) error {
		tables, err := s.tables(ctx, tx.tx)
		for _, table := range tables {
			var n int
			if err := tx.One(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+pgx.Identifier{table}.Sanitize()+" LIMIT 1) AS first", nil, &n); err != nil { //nolint:gosec // a name that the database gave
				return err
			}
			if n > 0 {
				return ErrNotEmpty
			}
		}
		return err
	})
}
