package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/secret"
	"amparo/internal/store"
)

const (
	// MinPassphrase is the fewest characters of a backup's passphrase.
	MinPassphrase = 12
	workFactor    = 18 // log2 of scrypt's rounds, as age has it
)

// passing are the tables that are in no backup: who is signed in, who has just tried to, and when reports came in lately.
var passing = []string{"session", "sign_in_throttle", "arrival"}

// Config is what a Room needs.
type Config struct {
	Main, Keys *store.Store
	// CheckKeys proves that every wrapped key of a key store opens.
	CheckKeys func(ctx context.Context, keys *store.Store) error
	// Log says how the audit log is verified; its Store and File are not looked at.
	Log audit.Check
	// Temp is a folder on a disk with room, for the proof; nothing is left in it.
	Temp string
	// Work is log2 of scrypt's rounds; 0 is 18, which takes a second. Tests take less.
	Work int
}

// A Room makes and restores backups.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room {
	if c.Work == 0 {
		c.Work = workFactor
	}
	return &Room{c}
}

// An Order says what is to be backed up, into which folder, and for how long files stay there.
type Order struct {
	Of         Of
	Dir        string
	Passphrase secret.Bytes
	Keep       time.Duration // older files of the same kind are deleted afterwards, but the newest; 0 keeps all
}

// Made tells of a backup that was made and proved.
type Made struct {
	File    string    `json:"file"`
	Of      Of        `json:"of"`
	At      time.Time `json:"at"`
	Rows    int64     `json:"rows"`
	Bytes   int64     `json:"bytes"`
	Deleted int       `json:"deleted"` // older files
}

// Make backs up, proves the file by restoring it, records that, and deletes older files. A passphrase that is too short is fault.Invalid.
func (r *Room) Make(ctx context.Context, o Order) (m Made, err error) {
	by, err := access.Decide(access.Console, access.BackupMake)
	if err != nil {
		return m, err
	}
	if utf8.RuneCount(o.Passphrase) < MinPassphrase {
		return m, fault.New(fault.Invalid, "fault.password_short", "Min", MinPassphrase)
	}
	s, set := r.of(o.Of)
	var d store.Dump
	m = Made{Of: o.Of, At: time.Now().UTC()}
	m.File, err = write(o.Dir, name(o.Of, m.At), o.Passphrase, r.Work, func(w io.Writer) error {
		d, err = s.Dump(ctx, set, w, passing...)
		return err
	})
	if err != nil {
		return m, err
	}
	if err := r.prove(ctx, o, m.File, d); err != nil {
		return m, fmt.Errorf("the backup %s was made and cannot be restored: %w", m.File, err)
	}
	if info, err := os.Stat(m.File); err == nil {
		m.Bytes = info.Size()
	}
	for _, n := range d.Rows {
		m.Rows += n
	}
	if o.Keep > 0 {
		if m.Deleted, err = prune(o.Dir, o.Of, m.At.Add(-o.Keep)); err != nil {
			return m, fmt.Errorf("the backup was made, and older ones cannot be deleted: %w", err)
		}
	}
	return m, r.record(ctx, by, m)
}

func (r *Room) of(of Of) (*store.Store, store.Set) {
	if of == Keys {
		return r.Keys, store.Keys
	}
	return r.Main, store.Main
}

// prove restores the file into a database of its own and compares it with what was written.
func (r *Room) prove(ctx context.Context, o Order, file string, want store.Dump) (err error) {
	dir, err := os.MkdirTemp(r.Temp, "proving-")
	if err != nil {
		return fmt.Errorf("cannot make a folder for the proof: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := store.Open(ctx, store.Config{Database: filepath.Join(dir, "proof.db"), Relaxed: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	_, set := r.of(o.Of)
	var got store.Dump
	err = read(file, o.Passphrase, func(in io.Reader) (err error) { got, err = s.Load(ctx, set, in); return err })
	if err != nil {
		return err
	}
	for table, n := range want.Rows {
		if got.Rows[table] != n {
			return fmt.Errorf("of %d rows of %s, %d came back", n, table, got.Rows[table])
		}
	}
	if o.Of == Keys {
		return r.CheckKeys(ctx, s)
	}
	return r.verify(ctx, s)
}

// verify proves the audit log of a restored database, to the last signature in it.
func (r *Room) verify(ctx context.Context, s *store.Store) error {
	c := r.Log
	c.Store, c.File = s, ""
	report, err := audit.Verify(ctx, c)
	for _, p := range report.Problems {
		if p.Kind != audit.Unsequenced { // which waited for its number when the backup was made
			return fmt.Errorf("its audit log is not as it was signed: %s", p.Words)
		}
	}
	return err
}

// record notes that a backup was made.
func (r *Room) record(ctx context.Context, by access.Proof, m Made) error {
	return r.Main.Write(ctx, func(tx store.Tx) error {
		if _, err := tx.Exec(ctx, insertBackupSQL, ident.New[string](tx.Now), string(m.Of), clock.Micro(m.At), m.Rows); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Actor: by.Actor(), Action: by.Action(), Outcome: audit.Done, Detail: map[string]string{"of": string(m.Of)}})
	})
}

const (
	insertBackupSQL = `INSERT INTO backup (id, of, made_at, rows) VALUES ($1, $2, $3, $4)`
	latestBackupSQL = `SELECT COALESCE(MAX(made_at), 0) FROM backup WHERE of = $1`
)

// Latest gives when the last backup was made and proved; the zero time when none was.
func Latest(ctx context.Context, tx store.Tx, of Of) (time.Time, error) {
	var at int64
	err := tx.One(ctx, latestBackupSQL, []any{string(of)}, &at)
	return clock.FromMicro(at), err
}
