package app

import (
	"context"
	"errors"
	"path/filepath"

	"amparo/internal/audit"
	"amparo/internal/clock"
	"amparo/internal/config"
	"amparo/internal/identity"
	"amparo/internal/vault/open"
)

// AuditName is the name that signed statements of the audit log carry.
const AuditName = "amparo-audit"

// WithVault opens an installation's keys for a key command, and closes everything afterwards.
func WithVault(ctx context.Context, d config.Data, f func(v *open.Vault) error) error {
	return with(ctx, d, func(_ stores, v *open.Vault) error { return f(v) })
}

// WithPeople opens an installation's users for a command, and closes everything afterwards.
func WithPeople(ctx context.Context, d config.Data, f func(people *identity.Room) error) error {
	return with(ctx, d, func(s stores, v *open.Vault) error { return f(people(s, v, clock.System{})) })
}

// with opens the stores and the keys of an installation that is there.
func with(ctx context.Context, d config.Data, f func(s stores, v *open.Vault) error) error {
	if err := started(d); err != nil {
		return err
	}
	s, err := openStores(ctx, d)
	if err != nil {
		return err
	}
	v, err := open.Open(ctx, open.Config{Dir: d.Keys(), Main: s.main, Keys: s.keys})
	if err != nil {
		return errors.Join(err, s.close())
	}
	return errors.Join(f(s, v), s.close())
}

// VerifyAudit verifies the audit log with the public key in the file, or the installation's own when it is empty. It
// works while the installation is serving, and changes nothing.
func VerifyAudit(ctx context.Context, d config.Data, file string) (audit.Report, error) {
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
	s, err := openStores(ctx, d)
	if err != nil {
		return audit.Report{}, err
	}
	report, err := audit.Verify(ctx, audit.Check{Store: s.main, Key: key, Name: AuditName, File: d.Checkpoints()})
	return report, errors.Join(err, s.close())
}
