package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"amparo/internal/audit"
	"amparo/internal/backup"
	"amparo/internal/config"
	"amparo/internal/kms"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/open"
)

// Backup makes what was ordered of an installation that may be serving, one after another, and gives what was made.
func Backup(ctx context.Context, d config.Data, orders []backup.Order) (made []backup.Made, err error) {
	if err := started(d); err != nil {
		return nil, err
	}
	s, err := openCurrent(ctx, d)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	room, err := backups(ctx, s, d)
	if err != nil {
		return nil, err
	}
	return room.Make(ctx, orders...)
}

// Restore fills a new installation, into whose folder the key files were restored, from a backup of the matters and one of the keys.
func Restore(ctx context.Context, d config.Data, in backup.RestoreInput) (done backup.Restored, err error) {
	if err := started(d); err != nil {
		return done, fmt.Errorf("there are no key files in %s; put them there first: amparo key restore FILE --passphrase FILE", d.Keys())
	}
	s, err := openStoresAs(ctx, d, store.Config{}) // also where a restore was not finished: it ends what it begins
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	room, err := backups(ctx, s, d)
	if err != nil {
		return done, err
	}
	return room.Restore(ctx, in)
}

func backups(ctx context.Context, s stores, d config.Data) (*backup.Room, error) {
	disk, err := kms.Files(ctx, d.KMS)
	if err != nil {
		return nil, err
	}
	key, err := open.AuditPublicOf(d.Keys(), disk)
	if err != nil {
		return nil, err
	}
	return backup.New(backup.Config{Main: s.main, Keys: s.keys, Dir: d.Dir, Log: audit.Check{Key: key, Name: AuditName}, Free: free, Aside: aside, RetireLost: open.RetireLost, Erasures: erasures{s},
		CheckKeys: open.NewProver(d.Keys(), disk).Prove}), nil
}

// RestoreKeys writes the key files of a key export into the folder of keys of an installation that is to be.
func RestoreKeys(ctx context.Context, d config.Data, export io.Reader, passphrase secret.Bytes) error {
	if err := d.Make(); err != nil {
		return err
	}
	disk, err := kms.Files(ctx, d.KMS)
	if err != nil {
		return err
	}
	return open.Restore(d.Keys(), disk, export, passphrase)
}
