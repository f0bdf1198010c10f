package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
)

//go:embed migration
var migrations embed.FS

// A Set is one of the two families of tables: the matters, and the keys that open them.
type Set string

// The two sets. They live in two databases (or schemas) so that keys can stay out of ordinary backups.
const (
	Main Set = "main"
	Keys Set = "keys"
)

// Migrate brings the schema up to what this program needs and gives the number of steps taken. Forward only. On
// PostgreSQL it makes the schema when it is not there.
func (s *Store) Migrate(ctx context.Context, set Set) (int, error) {
	p, err := s.provider(set)
	if err != nil {
		return 0, err
	}
	if s.schema != "" {
		if _, err := s.write.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{s.schema}.Sanitize()); err != nil {
			return 0, fmt.Errorf("the schema %s could not be made; make it, or let this user make schemas: %w", s.schema, err)
		}
	}
	steps, err := p.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("the database schema could not be brought up to date: %w", err)
	}
	return len(steps), nil
}

// Pending tells whether the schema is older than what this program needs.
func (s *Store) Pending(ctx context.Context, set Set) (bool, error) {
	p, err := s.provider(set)
	if err != nil {
		return false, err
	}
	return p.HasPending(ctx)
}

func (s *Store) provider(set Set) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migration/"+string(set))
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if s.engine == Postgres {
		dialect = goose.DialectPostgres
	}
	return goose.NewProvider(dialect, s.write, files, goose.WithTableName("schema_version"))
}
