package main

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"amparo/internal/audit"
	"amparo/internal/clock"
	"amparo/internal/config"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// A logbook is an audit log of its own, on one engine.
type logbook struct {
	main *store.Store
	raw  *sql.DB
	pour pour
	key  ed25519.PrivateKey
	file string
}

// logTables are the tables of the log, with their columns.
var logTables = []struct {
	name    string
	columns []string
}{
	{"audit_entry", []string{"id", "at", "actor_kind", "actor_id", "agency", "roles", "action", "outcome", "reason", "subjects", "detail"}},
	{"audit_leaf", []string{"number", "entry_id", "hash"}},
	{"audit_hash", []string{"idx", "hash"}},
	{"audit_checkpoint", []string{"size", "at", "note"}},
}

// openLog makes an empty log. Without a database it is on SQLite.
func (b *bench) openLog(ctx context.Context, database string, key ed25519.PrivateKey) (l *logbook, err error) {
	l = &logbook{key: key, file: filepath.Join(b.dir, "checkpoints")}
	c := store.Config{Database: filepath.Join(b.dir, "log.db"), Relaxed: true}
	if database != "" {
		c = store.Config{Database: database, Schema: config.MainSchema + "_log"}
	}
	if l.main, err = store.Open(ctx, c); err != nil {
		return nil, err
	}
	if _, err = l.main.Migrate(ctx, store.Main); err != nil {
		return nil, err
	}
	l.raw, l.pour, err = pouring(c)
	return l, err
}

func (l *logbook) close() error { return errors.Join(l.main.Close(), l.raw.Close()) }

// write adds entries as a view of the queue leaves them, and has the program's own sequencer number and sign them.
func (l *logbook) write(ctx context.Context, from, to int) error {
	seq, err := audit.NewSequencer(audit.Config{Store: l.main, Signer: l.key, Name: "amparo/bench", File: l.file})
	if err != nil {
		return err
	}
	for ; from < to; from += chunk {
		now := clock.Trim(time.Now())
		var entries, pending [][]any
		for range min(chunk, to-from) {
			id := ident.New[string](now)
			entries = append(entries, []any{id, clock.Micro(now), "staff", ident.New[string](now), "demo-line", "duty_officer", "sealed.open", "done", "report.read",
				" " + ident.New[string](now) + " ", "{}"})
			pending = append(pending, []any{id})
		}
		err := errors.Join(l.pour(ctx, l.raw, logTables[0].name, logTables[0].columns, entries),
			l.pour(ctx, l.raw, "audit_pending", []string{"entry_id"}, pending))
		if err == nil {
			err = seq.Flush(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// take copies what another log has and this one has not, so that both are about the same entries.
func (l *logbook) take(ctx context.Context, other *logbook, from, to int) error {
	where := map[string]string{"audit_entry": "id IN (SELECT entry_id FROM audit_leaf WHERE number >= $1 AND number < $2)", "audit_leaf": "number >= $1 AND number < $2",
		"audit_hash": "idx >= $1 AND idx < $2", "audit_checkpoint": "size > $1 AND size <= $2"}
	for _, t := range logTables {
		first, last := int64(from), int64(to)
		if t.name == "audit_hash" {
			first, last = hashesOf(first), hashesOf(last)
		}
		for at := first; at < last; at += chunk {
			if err := l.takeSome(ctx, other, t.name, t.columns, where[t.name], at, min(at+chunk, last)); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
	}
	return nil
}

func (l *logbook) takeSome(ctx context.Context, other *logbook, table string, columns []string, where string, from, to int64) error {
	list := ""
	for i, c := range columns {
		if i > 0 {
			list += ", "
		}
		list += c
	}
	rows, err := other.raw.QueryContext(ctx, "SELECT "+list+" FROM "+table+" WHERE "+where, from, to)
	if err != nil {
		return err
	}
	defer rows.Close()
	var all [][]any
	for rows.Next() {
		values, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			dest[i] = &values[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		all = append(all, values)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return l.pour(ctx, l.raw, table, columns, all)
}

// verify verifies the log and gives entries a second, and how fast the same entries are when they are only read and hashed.
func (l *logbook) verify(ctx context.Context, n int) (verified, bare float64, err error) {
	begun := time.Now()
	r, err := audit.Verify(ctx, audit.Check{Store: l.main, Key: l.key.Public().(ed25519.PublicKey), Name: "amparo/bench", File: l.file})
	if err == nil && (!r.OK || r.Size != int64(n)) {
		err = fmt.Errorf("the log of %d entries is said to have %d, and %d problems", n, r.Size, len(r.Problems))
	}
	if err != nil {
		return 0, 0, err
	}
	verified = float64(n) / time.Since(begun).Seconds()
	begun = time.Now()
	err = l.read(ctx)
	return verified, float64(n) / time.Since(begun).Seconds(), err
}

// read reads every entry in the order of the numbers and hashes it.
func (l *logbook) read(ctx context.Context) error {
	const all = `SELECT e.id, CAST(e.at AS text), e.actor_kind, e.actor_id, e.agency, e.roles, e.action, e.outcome, e.reason, e.subjects, e.detail
		FROM audit_leaf l JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.number`
	return l.main.Read(ctx, func(tx store.Tx) error {
		h := sha256.New()
		return tx.Each(ctx, all, nil, func(scan func(...any) error) error {
			var row [11]string
			dest := make([]any, len(row))
			for i := range row {
				dest[i] = &row[i]
			}
			err := scan(dest...)
			h.Reset()
			for _, s := range row {
				h.Write([]byte(s))
			}
			h.Sum(nil)
			return err
		})
	})
}
