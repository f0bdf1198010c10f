package backup

import (
	"context"
	"fmt"
	"io"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/secret"
	"amparo/internal/store"
)

// Restored tells what an installation was restored to.
type Restored struct {
	Matters time.Time `json:"matters"` // the instant of their backup
	Keys    time.Time `json:"keys"`
	Rows    int64     `json:"rows"`
}

// Restore fills the two empty databases of a new installation from two backups, and proves what it has filled: the audit log, and that every wrapped key
// opens with the key files, which must have been restored before. The databases must hold nothing: else it is store.ErrNotEmpty.
func (r *Room) Restore(ctx context.Context, matters, keys string, passphrase secret.Bytes) (done Restored, err error) {
	by, err := access.Decide(access.Console, access.BackupRestore)
	if err != nil {
		return done, err
	}
	for _, one := range []struct {
		of   Of
		file string
		at   *time.Time
	}{{Keys, keys, &done.Keys}, {Matters, matters, &done.Matters}} {
		s, set := r.of(one.of)
		err := read(one.file, passphrase, func(in io.Reader) error {
			d, err := s.Load(ctx, set, in)
			*one.at = d.At
			for _, n := range d.Rows {
				done.Rows += n
			}
			return err
		})
		if err != nil {
			return done, fmt.Errorf("the backup %s cannot be restored: %w", one.file, err)
		}
	}
	if err := r.CheckKeys(ctx, r.Keys); err != nil {
		return done, err
	}
	if err := r.verify(ctx, r.Main); err != nil {
		return done, err
	}
	return done, r.Main.Write(ctx, func(tx store.Tx) error {
		return audit.Record(ctx, tx, audit.Entry{Actor: by.Actor(), Action: by.Action(), Outcome: audit.Done,
			Detail: map[string]string{"matters": done.Matters.UTC().Format(stamp), "keys": done.Keys.UTC().Format(stamp)}})
	})
}
