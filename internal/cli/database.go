package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"amparo/internal/app"
	"amparo/internal/audit"
	"amparo/internal/config"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/open"
)

type migrate struct {
	config.Data
	Grant map[string]string `help:"Give a database role what a part of a split installation needs, and nothing else: public=ROLE, desk=ROLE or jobs=ROLE. Give it at every migration." placeholder:"PART=ROLE"`
	JSON  bool              `name:"json" help:"Tell it as JSON."`
}

// migrated is what migrate tells as JSON.
type migrated struct {
	Steps int `json:"steps"`
}

// Run brings both sets of tables up to date.
func (c *migrate) Run(ctx context.Context, t *terminal) error {
	roles := map[store.Side]string{}
	for part, role := range c.Grant {
		if !slices.Contains(store.Sides, store.Side(part)) || role == "" {
			return tell("--grant %s=%s is not understood; expected public=ROLE, desk=ROLE or jobs=ROLE", part, role)
		}
		roles[store.Side(part)] = role
	}
	steps, err := app.Migrate(ctx, c.Data, roles)
	if err != nil {
		return err
	}
	return t.say(c.JSON, migrated{steps}, "the database is up to date (%d steps taken)", steps)
}

type auditVerify struct {
	config.Data
	Key         string `help:"The public half of the audit key; DATA/keys/audit.pub without it. Use your own copy to check from outside." type:"path"`
	Checkpoints string `help:"The file of signed checkpoints; DATA/audit.checkpoints without it. Use your own copy to see whether entries were lost since." type:"existingfile"`
	JSON        bool   `name:"json" help:"Tell it as JSON."`
}

// Run verifies the log and fails when anything is wrong with it.
func (c *auditVerify) Run(ctx context.Context, t *terminal) error {
	report, err := app.VerifyAudit(ctx, c.Data, c.Key, c.Checkpoints)
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
	JSON       bool   `name:"json" help:"Tell it as JSON."`
}

// copied is what the key commands tell as JSON.
type copied struct {
	File string `json:"file"` // a copy that opens and holds the keys of this installation
}

// Run writes the export and proves that it opens.
func (c *keyExport) Run(ctx context.Context, t *terminal) error {
	passphrase, err := secret.ReadText(c.Passphrase)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Clean(c.To), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return tell("%s is there already; name another file", c.To)
	}
	if err != nil {
		return tell("cannot write the copy: %v; name a file in a folder that you can write to", err)
	}
	err = app.ExportKeys(ctx, c.Data, durable{file}, passphrase)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(c.To))
	}
	if err := c.check(ctx, passphrase); err != nil {
		return err
	}
	return t.say(c.JSON, copied{c.To}, "the keys are in %s; keep it and the passphrase in two places, both away from this machine", c.To)
}

// check opens the copy as it is on the disk.
func (c *keyExport) check(ctx context.Context, passphrase secret.Bytes) error {
	file, err := os.Open(c.To)
	if err != nil {
		return tell("cannot read the copy: %v", err)
	}
	defer file.Close()
	return app.WithVault(ctx, c.Data, func(v *open.Vault) error { return v.ImportCheck(file, passphrase) })
}

// durable is a file in which everything is on the disk when it was written.
type durable struct{ *os.File }

func (d durable) Write(p []byte) (int, error) {
	n, err := d.File.Write(p)
	return n, errors.Join(err, d.Sync())
}

type keyCheck struct {
	config.Data
	File       string `arg:"" help:"The copy of the keys." type:"path"`
	Passphrase string `help:"A file with the passphrase, readable by its owner alone." required:"" type:"path"`
	JSON       bool   `name:"json" help:"Tell it as JSON."`
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
		return t.say(c.JSON, copied{c.File}, "the copy opens and holds the keys of this installation")
	})
}

type keyRotate struct {
	config.Data
	JSON bool `name:"json" help:"Tell it as JSON."`
}

// Run makes new keys.
func (c *keyRotate) Run(ctx context.Context, t *terminal) error {
	if err := app.RotateKeys(ctx, c.Data); err != nil {
		return err
	}
	return t.say(c.JSON, struct {
		Rotated bool `json:"rotated"`
	}{true}, "the keys are new, and what was sealed opens with them. Run now: amparo key export FILE --passphrase FILE --data %s\n"+
		"Keep the copy before it for as long as there are backups of the keys from before. Where a part of the installation has a folder of keys of its own, copy wrapping.key there.", c.Dir)
}
