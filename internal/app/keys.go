package app

import (
	"cmp"
	"context"
	"errors"
	"io"
	"path/filepath"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/config"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/kms"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/open"
)

// AuditName is the name that signed statements of the audit log carry.
const AuditName = "amparo-audit"

// WithVault opens an installation's keys for a key command, and closes everything afterwards.
func WithVault(ctx context.Context, d config.Data, f func(v *open.Vault) error) error {
	return with(ctx, d, func(_ stores, v *open.Vault) error { return f(v) })
}

// ExportKeys writes a copy of an installation's keys, sealed with the passphrase, and records that it was made.
func ExportKeys(ctx context.Context, d config.Data, w io.Writer, passphrase secret.Bytes) error {
	if _, err := access.Decide(access.Console, access.KeyExport); err != nil {
		return err
	}
	return with(ctx, d, func(s stores, v *open.Vault) error {
		if err := v.Export(ctx, w, passphrase); err != nil {
			return err
		}
		return s.main.Write(ctx, func(tx store.Tx) error {
			return audit.Record(ctx, tx, audit.Entry{Actor: access.Console, Action: access.KeyExport, Outcome: audit.Done})
		})
	})
}

// RotateKeys makes a new intake key and a new wrapping key, while the installation may be serving, and records it. The key files must be exported anew
// afterwards, and copied to where a part of the installation has a folder of its own.
func RotateKeys(ctx context.Context, d config.Data) error {
	if _, err := access.Decide(access.Console, access.KeyRotate); err != nil {
		return err
	}
	return with(ctx, d, func(s stores, v *open.Vault) error {
		if _, err := v.RotateIntake(ctx); err != nil {
			return err
		}
		if err := v.RotateWrapping(ctx); err != nil {
			return err
		}
		return s.main.Write(ctx, func(tx store.Tx) error {
			return audit.Record(ctx, tx, audit.Entry{Actor: access.Console, Action: access.KeyRotate, Outcome: audit.Done})
		})
	})
}

// tendKeys makes a new intake key every month and destroys those that are not needed any more.
func (a *App) tendKeys(ctx context.Context) error {
	made, destroyed, err := a.vault.TendIntake(ctx, intake.SealedTo)
	if made || destroyed > 0 {
		a.log.Info("intake keys", "made", made, "destroyed", destroyed)
	}
	return err
}

// KeysExported tells whether the keys, as they are now, were ever copied. Until they are, losing them is losing every case.
func (a *App) KeysExported(ctx context.Context) (bool, error) { return a.vault.Exported(ctx) }

// WithPeople opens an installation's users for a command, and closes everything afterwards.
func WithPeople(ctx context.Context, d config.Data, f func(people *identity.Room) error) error {
	return with(ctx, d, func(s stores, v *open.Vault) error { return f(people(s, v, identity.Config{})) })
}

// with opens the stores and the keys of an installation that is there.
func with(ctx context.Context, d config.Data, f func(s stores, v *open.Vault) error) error {
	if err := started(d); err != nil {
		return err
	}
	s, err := openCurrent(ctx, d)
	if err != nil {
		return err
	}
	v, err := openVault(ctx, d, open.Config{Main: s.main, Keys: s.keys})
	if err != nil {
		return errors.Join(err, s.close())
	}
	return errors.Join(f(s, v), s.close())
}

// openVault opens the keys of an installation.
func openVault(ctx context.Context, d config.Data, c open.Config) (_ *open.Vault, err error) {
	c.Dir = d.Keys()
	if c.Files, err = kms.Files(ctx, d.KMS); err != nil {
		return nil, err
	}
	return open.Open(ctx, c)
}

// VerifyAudit verifies the audit log with the public key and the checkpoints in two files; the installation's own are taken where a name is empty. It
// works while the installation is serving, and changes nothing.
func VerifyAudit(ctx context.Context, d config.Data, file, checkpoints string) (audit.Report, error) {
	if err := started(d); err != nil {
		return audit.Report{}, err
	}
	if file == "" {
		file = filepath.Join(d.Keys(), open.AuditPublicFile)
	}
	key, err := open.ReadAuditPublic(file)
	if err != nil {
		return audit.Report{}, err
	}
	s, err := openCurrent(ctx, d)
	if err != nil {
		return audit.Report{}, err
	}
	report, err := audit.Verify(ctx, audit.Check{Store: s.main, Key: key, Name: AuditName, File: cmp.Or(checkpoints, d.Checkpoints())})
	return report, errors.Join(err, s.close())
}
