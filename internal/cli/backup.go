package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"amparo/internal/app"
	"amparo/internal/backup"
	"amparo/internal/config"
	"amparo/internal/secret"
)

type backups struct {
	config.Data
	Matters     string `help:"The folder for backups of the reports and cases." type:"path" env:"AMPARO_BACKUP_MATTERS"`
	Keys        string `help:"The folder for backups of the data keys that open them. Keep it away from the other, and for a few days only." type:"path" env:"AMPARO_BACKUP_KEYS"`
	Passphrase  string `help:"A file with the passphrase, readable by its owner alone." required:"" type:"path" env:"AMPARO_BACKUP_PASSPHRASE"`
	KeepMatters int    `help:"Delete older backups of the matters after so many days; 0 keeps all." default:"35" env:"AMPARO_BACKUP_KEEP_MATTERS"`
	KeepKeys    int    `help:"Delete older backups of the keys after so many days: what is erased is gone for good after them. 0 keeps all." default:"7" env:"AMPARO_BACKUP_KEEP_KEYS"`
	Temp        string `help:"A folder on a disk with room for the proof, which takes as much as the database; the data folder without it." type:"existingdir" env:"AMPARO_BACKUP_TEMP"`
	JSON        bool   `name:"json" help:"Tell it as JSON."`
}

// Run makes the backups that have a folder, the matters first: keys are made before what they seal, so that those of every matter are in the later one.
func (c *backups) Run(ctx context.Context, t *terminal) error {
	orders, err := c.orders()
	if err != nil {
		return err
	}
	made, err := app.Backup(ctx, c.Data, orders)
	if err != nil {
		return err
	}
	if c.JSON {
		return t.json(made)
	}
	for _, m := range made {
		if err := t.say(false, nil, "%s: %d rows of the %s in %d KiB, restored and found whole; %d older files deleted", m.File, m.Rows, m.Of, m.Bytes>>10, m.Deleted); err != nil {
			return err
		}
	}
	return nil
}

func (c *backups) orders() (list []backup.Order, err error) {
	if c.Matters == "" && c.Keys == "" {
		return nil, tell("there is nothing to do; name a folder with --matters, with --keys, or two with both")
	}
	if c.KeepMatters < 0 || c.KeepKeys < 0 {
		return nil, tell("files cannot be kept for less than no days; give 0 to keep all")
	}
	if filepath.Clean(c.Matters) == filepath.Clean(c.Keys) {
		return nil, tell("the keys and what they open would lie side by side; name two folders, on two machines if you can")
	}
	passphrase, err := secret.ReadText(c.Passphrase)
	if err != nil {
		return nil, err
	}
	for _, one := range []backup.Order{{Of: backup.Matters, Dir: c.Matters, Keep: days(c.KeepMatters)}, {Of: backup.Keys, Dir: c.Keys, Keep: days(c.KeepKeys)}} {
		if one.Dir != "" {
			one.Passphrase, one.Temp = passphrase, c.Temp
			list = append(list, one)
		}
	}
	return list, nil
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

type restore struct {
	config.Data
	Matters    string `help:"The backup of the reports and cases." required:"" type:"existingfile"`
	Keys       string `help:"The backup of the data keys." required:"" type:"existingfile"`
	Passphrase string `help:"A file with the passphrase of both, readable by its owner alone." required:"" type:"path"`
	Temp       string `help:"A folder on a disk with room for the proof, which takes as much as the database; the data folder without it." type:"existingdir" env:"AMPARO_BACKUP_TEMP"`
	Erasures   string `help:"The newest erasure list (amparo-erasures.txt), so that nothing comes back that was erased after the backup; those beside the two files are taken without it." type:"existingfile"`
	JSON       bool   `name:"json" help:"Tell it as JSON."`
}

// Run fills the databases and proves them.
func (c *restore) Run(ctx context.Context, t *terminal) error {
	passphrase, err := secret.ReadText(c.Passphrase)
	if err != nil {
		return err
	}
	done, err := app.Restore(ctx, c.Data, backup.RestoreInput{Matters: c.Matters, Keys: c.Keys, Passphrase: passphrase, Temp: c.Temp, Erasures: c.Erasures})
	if err != nil {
		return err
	}
	if c.JSON {
		return t.json(done)
	}
	for _, w := range c.warnings(done) {
		if err := t.say(false, nil, "%s", w); err != nil {
			return err
		}
	}
	return t.say(false, nil, "%d rows are back, as of %s; the audit log and every key were proved. Start it with: amparo serve --data %s",
		done.Rows, done.Matters.UTC().Format(time.RFC1123), c.Dir)
}

// warnings say what will not open.
func (c *restore) warnings(done backup.Restored) (list []string) {
	if done.Keys.Before(done.Matters) {
		list = append(list, "the keys are older than the matters: what came in between cannot be opened; restore with a later backup of the keys if there is one")
	}
	switch {
	case done.ErasuresAt.IsZero():
		list = append(list, "there is no erasure list (amparo-erasures.txt) beside the backups, and none was given with --erasures: what was erased after them is back; "+
			"restore again with the newest list before anybody uses this")
	case done.Erased > 0:
		list = append(list, fmt.Sprintf("%d subjects were erased again, by a list of %s; what was erased after that is back", done.Erased, done.ErasuresAt.Format(time.RFC1123)))
	}
	if done.Aside > 0 {
		list = append(list, fmt.Sprintf("%d stories were public then, and may have been taken back since: they are drafts until two people have looked at them again", done.Aside))
	}
	if done.Lost > 0 {
		list = append(list, fmt.Sprintf("of what waited to be opened, %d reports or messages are sealed to keys that are not in this backup of the keys: "+
			"they open with one from when they came in, or not at all", done.Lost))
	}
	return list
}

type keyRestore struct {
	config.Data
	File       string `arg:"" help:"The copy of the keys." type:"existingfile"`
	Passphrase string `help:"A file with the passphrase, readable by its owner alone." required:"" type:"path"`
	JSON       bool   `name:"json" help:"Tell it as JSON."`
}

// Run writes the key files; a file that is there with another key stops it before anything is written.
func (c *keyRestore) Run(_ context.Context, t *terminal) error {
	passphrase, err := secret.ReadText(c.Passphrase)
	if err != nil {
		return err
	}
	file, err := os.Open(filepath.Clean(c.File))
	if err != nil {
		return tell("cannot read the copy: %v", err)
	}
	defer file.Close()
	if err := app.RestoreKeys(context.Background(), c.Data, file, passphrase); err != nil {
		return err
	}
	return t.say(c.JSON, copied{c.File}, "the key files are in %s", c.Data.Keys())
}
