package program

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // PostgreSQL
	_ "modernc.org/sqlite"             // SQLite

	"amparo/internal/config"
)

// A House is where one installation keeps its data.
type House struct {
	Dir      string // the data folder
	Database string // a postgres:// address; empty for SQLite
}

// Args are the arguments that lead a command to the installation.
func (h House) Args() []string {
	args := []string{"--data", h.Dir}
	if h.Database != "" {
		args = append(args, "--database", h.Database)
	}
	return args
}

// Look opens the matters' tables for reading, beside the program.
func (h House) Look() (*sql.DB, error) {
	if h.Database == "" {
		return sql.Open("sqlite", "file:"+filepath.Join(h.Dir, "amparo.db")+"?mode=ro&_pragma=busy_timeout(10000)")
	}
	address, err := url.Parse(h.Database)
	if err != nil {
		return nil, err
	}
	q := address.Query()
	q.Set("search_path", config.MainSchema)
	address.RawQuery = q.Encode()
	return sql.Open("pgx", address.String())
}

// NewDatabase makes an empty database on the server, and gives its address and what drops it.
func NewDatabase(ctx context.Context, server string) (address string, drop func() error, err error) {
	db, err := sql.Open("pgx", server)
	if err != nil {
		return "", nil, err
	}
	name := "amparo_" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, errors.Join(err, db.Close())
	}
	drop = func() error {
		_, err := db.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)")
		return errors.Join(err, db.Close())
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, errors.Join(err, drop())
	}
	u.Path = "/" + name
	return u.String(), drop, nil
}
