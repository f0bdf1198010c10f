package backup

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/secret"
	"amparo/internal/store"
)

// A RestoreInput says what an installation is restored from.
type RestoreInput struct {
	Matters, Keys string // files
	Passphrase    secret.Bytes
	Temp          string // as of an Order
	// Erasures is the newest erasure list, a file; empty for those that lie beside the other two alone.
	Erasures string
}

// Restored tells what an installation was restored to.
type Restored struct {
	Matters time.Time `json:"matters"` // the instant of their backup
	Keys    time.Time `json:"keys"`
	Rows    int64     `json:"rows"`
	// Lost are the reports and messages that waited to be opened, and of whose intake key the backup of the keys has not got the private half: they open for
	// nobody.
	Lost int64 `json:"lost"`
	// Erased is how many subjects are erased, by the erasure lists that were found and by what the backup knows itself.
	Erased int `json:"erased"`
	// Aside is how many published stories were put aside until two people have looked at them again.
	Aside int `json:"aside"`
	// ErasuresAt is when the newest of the lists was written; zero when there was none. What was erased after it is back.
	ErasuresAt time.Time `json:"erasures_at"`
}

// a source is one of the two files.
type source struct {
	of   Of
	file string
}

func (f source) failed(err error) error {
	return fmt.Errorf("the backup %s cannot be restored: %w", f.file, err)
}

// Restore fills the two empty databases of a new installation from two backups. Both files are proved first; then what was filled is: that every wrapped key
// opens with the key files, which must have been restored before, and the audit log. The databases must hold nothing: else it is store.ErrNotEmpty. From the
// first row to the end the data folder is not Whole. Before it is, everything that the erasure lists name is erased again.
func (r *Room) Restore(ctx context.Context, in RestoreInput) (done Restored, err error) {
	by, err := access.Decide(access.Console, access.BackupRestore)
	if err != nil {
		return done, err
	}
	end, err := r.alone()
	if err != nil {
		return done, err
	}
	defer end() //nolint:errcheck // nothing was written to the lock
	files := []source{{Keys, in.Keys}, {Matters, in.Matters}}
	erased, err := r.erasures(in)
	if err != nil {
		return done, err
	}
	if err := r.ready(ctx, in, files); err != nil {
		return done, err
	}
	if err := r.mark(); err != nil {
		return done, err
	}
	at := map[Of]time.Time{}
	for _, f := range files {
		d, err := r.fill(ctx, f, in.Passphrase)
		if err != nil {
			return done, f.failed(err)
		}
		at[f.of] = d.At
		for _, n := range d.Rows {
			done.Rows += n
		}
	}
	done.Matters, done.Keys = at[Matters], at[Keys]
	opens, err := r.RetireLost(ctx, r.Main, r.Keys)
	if err != nil {
		return done, err
	}
	if err := r.eraseAgain(ctx, by, erased, &done); err != nil {
		return done, err
	}
	if err := r.restored(ctx, by, &done, opens); err != nil {
		return done, err
	}
	return done, r.unmark()
}

// ready proves, before anything is written, that there is nothing where the files are to be restored, and that each is whole.
func (r *Room) ready(ctx context.Context, in RestoreInput, files []source) error {
	if err := r.sweepProofs(in.Temp); err != nil {
		return err
	}
	for _, f := range files {
		s, _ := r.of(f.of)
		err := s.Empty(ctx)
		if err == nil {
			err = r.roomFor(f, in.Temp)
		}
		if err != nil {
			return f.failed(err)
		}
	}
	for _, f := range files {
		if err := r.prove(ctx, proof{f.of, f.file, in.Passphrase, in.Temp, nil}); err != nil {
			return f.failed(err)
		}
	}
	return nil
}

// roomFor proves that there is room for the proof of a file, in which a database is pressed together.
func (r *Room) roomFor(f source, temp string) error {
	info, err := os.Stat(f.file)
	if err != nil {
		return err
	}
	return r.enough(temp, pressed*uint64(max(0, info.Size())))
}

// fill restores one file and proves what came of it.
func (r *Room) fill(ctx context.Context, f source, passphrase secret.Bytes) (store.Dump, error) {
	s, _ := r.of(f.of)
	d, err := r.load(ctx, s, f.of, f.file, passphrase)
	if err != nil {
		return d, err
	}
	return d, r.whole(ctx, s, f.of)
}

// waitingSQL counts what waits to be opened, by the intake key that it is sealed to.
const waitingSQL = `SELECT key_id, count(*) FROM envelope GROUP BY key_id`

// restored counts what is lost, and records that an installation was restored.
func (r *Room) restored(ctx context.Context, by access.Proof, done *Restored, opens []string) error {
	return r.Main.Write(ctx, func(tx store.Tx) error {
		done.Lost = 0
		err := tx.Each(ctx, waitingSQL, nil, func(scan func(...any) error) error {
			var key string
			var n int64
			if err := scan(&key, &n); err != nil {
				return err
			}
			if !slices.Contains(opens, key) {
				done.Lost += n
			}
			return nil
		})
		if err != nil {
			return err
		}
		if r.Aside != nil {
			if done.Aside, err = r.Aside(ctx, tx, by); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, audit.Entry{Actor: by.Actor(), Action: by.Action(), Outcome: audit.Done, Detail: map[string]string{
			"aside":   fmt.Sprint(done.Aside),
			"matters": done.Matters.UTC().Format(stamp), "keys": done.Keys.UTC().Format(stamp), "lost": fmt.Sprint(done.Lost), "erased": fmt.Sprint(done.Erased)}})
	})
}
