package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"amparo/internal/app"
	"amparo/internal/audit"
	"amparo/internal/config"
	"amparo/internal/secret"
	"amparo/internal/vault/open"
)

type migrate struct{ config.Data }

// Run brings both sets of tables up to date.
func (c *migrate) Run(ctx context.Context, t *terminal) error {
	steps, err := app.Migrate(ctx, c.Data)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "the database is up to date (%d steps taken)\n", steps)
	return nil
}

type auditVerify struct {
	config.Data
	Key  string `help:"The public half of the audit key; DATA/keys/audit.pub without it. Use your own copy to check from outside." type:"path"`
	JSON bool   `name:"json" help:"Tell it as JSON."`
}

// Run verifies the log and fails when anything is wrong with it.
func (c *auditVerify) Run(ctx context.Context, t *terminal) error {
	report, err := app.VerifyAudit(ctx, c.Data, c.Key)
	if err != nil {
		return err
	}
	if c.JSON {
		if err := t.json(report); err != nil {
			return err
		}
	} else {
		t.sayAudit(report)
	}
	if !report.OK {
		return tell("the audit log is not as it was signed: %d faults; keep a copy of the database and tell the auditor", int64(len(report.Problems))+report.More)
	}
	return nil
}

func (t *terminal) sayAudit(r audit.Report) {
	for _, p := range r.Problems {
		fmt.Fprintf(t.out, "%s: %s\n", p.Kind, p.Words)
	}
	if r.OK {
		fmt.Fprintf(t.out, "%d entries verified by %d checkpoints; %d wait for their number\n", r.Size, r.Checkpoints, r.Tail)
	}
}

type keyExport struct {
	config.Data
	To         string `arg:"" help:"The file to write. It must not be there yet." type:"path"`
	Passphrase string `help:"A file with the passphrase, readable by its owner alone." required:"" type:"path"`
}

// Run writes the export and proves that it opens.
func (c *keyExport) Run(ctx context.Context, t *terminal) error {
	passphrase, err := secret.ReadText(c.Passphrase)
	if err != nil {
		return err
	}
	return app.WithVault(ctx, c.Data, func(v *open.Vault) error {
		var sealed bytes.Buffer
		if err := v.Export(ctx, &sealed, passphrase); err != nil {
			return err
		}
		if err := v.ImportCheck(bytes.NewReader(sealed.Bytes()), passphrase); err != nil {
			return err
		}
		if err := write(c.To, sealed.Bytes()); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "the keys are in %s; keep it and the passphrase in two places, both away from this machine\n", c.To)
		return nil
	})
}

func write(path string, data []byte) error {
	file, err := os.OpenFile(filepath.Clean(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return tell("%s is there already; name another file", path)
	}
	if err != nil {
		return tell("cannot write the copy: %v", err)
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}

type keyCheck struct {
	config.Data
	File       string `arg:"" help:"The copy of the keys." type:"path"`
	Passphrase string `help:"A file with the passphrase, readable by its owner alone." required:"" type:"path"`
}

// Run opens the copy and compares it with the keys in use.
func (c *keyCheck) Run(ctx context.Context, t *terminal) error {
	passphrase, err := secret.ReadText(c.Passphrase)
	if err != nil {
		return err
	}
	file, err := os.Open(c.File)
	if err != nil {
		return tell("cannot read the copy: %v", err)
	}
	defer file.Close()
	return app.WithVault(ctx, c.Data, func(v *open.Vault) error {
		if err := v.ImportCheck(file, passphrase); err != nil {
			return err
		}
		fmt.Fprintln(t.out, "the copy opens and holds the keys of this installation")
		return nil
	})
}
