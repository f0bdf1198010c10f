package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
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

// ErrNewer says that the schema was made by a newer program, which may keep things where this one does not look.
var ErrNewer = errors.New("the database was made by a newer version of this program; start that version, or restore a backup from before")

// Migrate brings the schema up to what this program needs and gives the number of steps taken. Forward only: a schema
// that is newer than this program is ErrNewer. On PostgreSQL it makes the schema when it is not there.
func (s *Store) Migrate(ctx context.Context, set Set) (int, error) {
	p, err := s.provider(set)
	if err != nil {
		return 0, err
	}
	if err := s.makeSchema(ctx); err != nil {
		return 0, err
	}
	steps, err := p.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("the database schema could not be brought up to date: %w", err)
	}
	return len(steps), newer(ctx, p)
}

// makeSchema makes the schema of the tables on PostgreSQL.
func (s *Store) makeSchema(ctx context.Context) error {
	if s.schema == "" {
		return nil
	}
	if _, err := s.write.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{s.schema}.Sanitize()); err != nil {
		return fmt.Errorf("the schema %s could not be made; make it, or let this user make schemas: %w", s.schema, err)
	}
	return nil
}

// Pending tells whether the schema is older than what this program needs. One that is newer is ErrNewer.
func (s *Store) Pending(ctx context.Context, set Set) (bool, error) {
	p, err := s.provider(set)
	if err != nil {
		return false, err
	}
	if there, err := s.schemaThere(ctx); err != nil || !there {
		return true, err
	}
	pending, err := p.HasPending(ctx)
	if err != nil || pending {
		return pending, err
	}
	return false, newer(ctx, p)
}

// schemaThere tells whether PostgreSQL has the schema of the tables.
func (s *Store) schemaThere(ctx context.Context) (there bool, err error) {
	if s.schema == "" {
		return true, nil
	}
	err = s.read.QueryRowContext(ctx, "SELECT to_regnamespace($1) IS NOT NULL", pgx.Identifier{s.schema}.Sanitize()).Scan(&there)
	return there, translate(err)
}

// newer looks for steps that this program does not know.
func newer(ctx context.Context, p *goose.Provider) error {
	have, know, err := p.GetVersions(ctx)
	if err == nil && have > know {
		return ErrNewer
	}
	return err
}

// Fingerprint is a digest of all migrations: programs with the same one make the same tables.
func Fingerprint() string {
	sum := sha256.New()
	err := fs.WalkDir(migrations, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := migrations.ReadFile(path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		return err
	})
	if err != nil {
		panic(err) // the files are part of the program
	}
	return hex.EncodeToString(sum.Sum(nil))
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
