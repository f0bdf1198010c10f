package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
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

// spare is what must be free on the disk of a proof besides the proof: it may be the disk on which reports are taken in.
const spare = 1 << 30

// pressed is how many times a database may be as large as its file: what is sealed in it can hardly be pressed, its indexes are not in the file.
const pressed = 4

// Config is what a Room needs.
type Config struct {
	Main, Keys *store.Store
	// Dir is the data folder: of two runs at once the second is refused by a lock there, and a restore leaves its mark there until it is done.
	Dir string
	// CheckKeys proves that every wrapped key of a key store opens.
	CheckKeys func(ctx context.Context, keys *store.Store) error
	// RetireLost retires the intake keys of a restored main store that the restored key store cannot open, and gives the ids of those that it can.
	RetireLost func(ctx context.Context, main, keys *store.Store) ([]string, error)
	// Aside puts aside, in the transaction that records a restore, what was public when the backup was made and may have been taken back since; it gives how
	// much that was. Nil puts nothing aside.
	Aside func(ctx context.Context, tx store.Tx, by access.Proof) (int, error)
	// Erasures keeps the erasure list, so that a restore does not bring back what was erased since.
	Erasures ErasureList
	// Free tells how many bytes are free on the disk of a folder.
	Free func(dir string) uint64
	// Log says how the audit log is verified; its Store and File are not looked at.
	Log audit.Check
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
	Temp       string        // a folder on a disk with room for the proof, of which nothing is left; empty is the data folder
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

// Make backs up what was ordered, one after another, and gives what was made: each file is proved by restoring it before it has its name, and recorded; then
// older files are deleted. A passphrase that is too short is fault.Invalid. While another run is under way it is refused.
func (r *Room) Make(ctx context.Context, orders ...Order) (made []Made, err error) {
	by, err := access.Decide(access.Console, access.BackupMake)
	if err != nil {
		return nil, err
	}
	end, err := r.alone()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, end()) }()
	for _, o := range orders {
		if utf8.RuneCount(o.Passphrase) < MinPassphrase {
			return made, fault.New(fault.Invalid, "fault.password_short", "Min", MinPassphrase)
		}
		if err := errors.Join(sweep(filepath.Join(o.Dir, making)), r.sweepProofs(o.Temp)); err != nil {
			return made, err
		}
		m, err := r.one(ctx, o)
		if err == nil {
			err = errors.Join(r.keepErasures(ctx, o.Dir), r.record(ctx, by, m))
		}
		if err != nil {
			return made, err
		}
		made = append(made, m)
	}
	return made, nil
}

// one makes one backup.
func (r *Room) one(ctx context.Context, o Order) (m Made, err error) {
	s, set := r.of(o.Of)
	m = Made{Of: o.Of, At: time.Now().UTC()}
	f, err := begin(o.Dir, name(o.Of, m.At))
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, f.end()) }()
	m.File = f.path
	var d store.Dump
	m.Bytes, err = f.fill(o.Passphrase, r.Work, func(w io.Writer) (err error) { d, err = s.Dump(ctx, set, w, passing...); return err })
	if err != nil {
		return m, err
	}
	size, err := s.Size(ctx)
	if err == nil {
		err = r.enough(o.Temp, uint64(max(0, size)))
	}
	if err != nil {
		return m, err
	}
	if err := r.prove(ctx, proof{o.Of, f.Name(), o.Passphrase, o.Temp, d.Rows}); err != nil {
		return m, fmt.Errorf("the backup of the %s was made and cannot be restored, so that it was not kept: %w", o.Of, err)
	}
	if err := f.keep(); err != nil {
		return m, err
	}
	for _, n := range d.Rows {
		m.Rows += n
	}
	if o.Keep > 0 {
		if m.Deleted, err = prune(o.Dir, o.Of, m.At.Add(-o.Keep)); err != nil {
			return m, fmt.Errorf("the backup was made, and older ones cannot be deleted: %w", err)
		}
	}
	return m, nil
}

func (r *Room) of(of Of) (*store.Store, store.Set) {
	if of == Keys {
		return r.Keys, store.Keys
	}
	return r.Main, store.Main
}

// enough proves that there is room for a proof of a size, and for what goes on besides.
func (r *Room) enough(temp string, size uint64) error {
	dir := r.temp(temp)
	if has := r.Free(dir); has < size+spare {
		return fmt.Errorf("the proof takes about %d MiB, and of the %d MiB that are free in %s 1 GiB must stay; make room, or name a folder on another disk with --temp",
			size>>20, has>>20, dir)
	}
	return nil
}

// temp is the folder for proofs.
func (r *Room) temp(dir string) string { return cmp.Or(dir, r.Dir) }

// A proof is of one file.
type proof struct {
	of         Of
	file       string
	passphrase secret.Bytes
	temp       string
	rows       map[string]int64 // which came out of the database, by table; nil when only the file knows
}

// prove restores a file into a database of its own and finds it whole.
func (r *Room) prove(ctx context.Context, p proof) (err error) {
	dir, end, err := r.proving(p.temp)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	s, err := store.Open(ctx, store.Config{Database: filepath.Join(dir, "proof.db"), Relaxed: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	got, err := r.load(ctx, s, p.of, p.file, p.passphrase)
	if err != nil {
		return err
	}
	for table, n := range p.rows {
		if got.Rows[table] != n {
			return fmt.Errorf("of %d rows of %s, %d came back", n, table, got.Rows[table])
		}
	}
	return r.whole(ctx, s, p.of)
}

// load fills a database with what is in a file.
func (r *Room) load(ctx context.Context, s *store.Store, of Of, file string, passphrase secret.Bytes) (d store.Dump, err error) {
	_, set := r.of(of)
	err = read(file, passphrase, func(in io.Reader) (err error) { d, err = s.Load(ctx, set, in); return err })
	return d, err
}

// whole proves what was restored: every key, or the audit log.
func (r *Room) whole(ctx context.Context, s *store.Store, of Of) error {
	if of == Keys {
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
