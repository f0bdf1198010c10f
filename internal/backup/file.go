package backup

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"filippo.io/age"

	"amparo/internal/secret"
)

// An Of says what a backup is of.
type Of string

// What there are backups of.
const (
	Matters Of = "matters"
	Keys    Of = "keys"
)

// stamp is how the instant of a backup stands in the name of its file, in UTC.
const stamp = "20060102T150405Z"

// named matches the names of files that were made here.
var named = regexp.MustCompile(`^amparo-(matters|keys)-(\d{8}T\d{6}Z)\.age$`)

func name(of Of, at time.Time) string {
	return "amparo-" + string(of) + "-" + at.UTC().Format(stamp) + ".age"
}

// ErrPassphrase says that the passphrase does not open a backup.
var ErrPassphrase = errors.New("the passphrase does not open this backup; give the one that it was made with")

// ErrFile says that a file is no backup, or is not whole.
var ErrFile = errors.New("this is not a whole backup; take another copy")

// making matches the names of files that are being made.
const making = ".making-*"

// A draft is a file that is being made. It is locked, so that no other run takes it for one that a crash has left.
type draft struct {
	*os.File
	path string // its name when it is whole
	kept bool
}

// begin begins a file in a folder, which is made when it is not there.
func begin(dir, name string) (*draft, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the folder of backups: %w", err)
	}
	d := &draft{path: filepath.Join(dir, name)}
	if _, err := os.Stat(d.path); err == nil {
		return nil, fmt.Errorf("%s is there already; wait a second and try again", d.path)
	}
	var err error
	if d.File, err = os.CreateTemp(dir, making); err != nil {
		return nil, fmt.Errorf("cannot write the backup: %w; name a folder that this user can write to", err)
	}
	if _, err := lock(d.File); err != nil { // where nothing can be locked, nothing is swept either
		return nil, errors.Join(fmt.Errorf("cannot write the backup: %w", err), d.end())
	}
	return d, nil
}

// fill writes and seals what the file holds, so that it is on the disk, and tells how many bytes that took.
func (d *draft) fill(passphrase secret.Bytes, work int, with func(w io.Writer) error) (int64, error) {
	err := errors.Join(sealed(d, passphrase, work, with), d.Sync())
	if err != nil {
		return 0, fmt.Errorf("cannot write the backup: %w", err)
	}
	info, err := d.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// keep gives the file its name.
func (d *draft) keep() error {
	if err := os.Rename(d.Name(), d.path); err != nil {
		return fmt.Errorf("cannot keep the backup: %w", err)
	}
	d.kept = true
	return syncDir(filepath.Dir(d.path))
}

// end closes the file, and removes it unless it was kept.
func (d *draft) end() error {
	if d.kept {
		return d.Close()
	}
	return errors.Join(os.Remove(d.Name()), d.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// sealed writes what fill writes, pressed together, under the passphrase.
func sealed(w io.Writer, passphrase secret.Bytes, work int, fill func(w io.Writer) error) error {
	to, err := age.NewScryptRecipient(string(passphrase))
	if err != nil {
		return err
	}
	to.SetWorkFactor(work)
	box, err := age.Encrypt(w, to)
	if err != nil {
		return err
	}
	small := gzip.NewWriter(box)
	return errors.Join(fill(small), small.Close(), box.Close())
}

// read gives what was sealed into a file.
func read(path string, passphrase secret.Bytes, use func(r io.Reader) error) error {
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		return fmt.Errorf("cannot read the backup: %w", err)
	}
	defer file.Close()
	with, err := age.NewScryptIdentity(string(passphrase))
	if err != nil {
		return errors.New("the passphrase is empty; give the one that the backup was made with")
	}
	box, err := age.Decrypt(file, with)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		return ErrPassphrase
	}
	if err != nil {
		return ErrFile
	}
	small, err := gzip.NewReader(box)
	if err != nil {
		return ErrFile
	}
	if err := use(small); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, small); err != nil { // to the end, where it is proved that nothing was cut
		return ErrFile
	}
	return nil
}

// prune deletes the files of a kind in a folder that are older than the days given, but the newest.
func prune(dir string, of Of, before time.Time) (deleted int, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	var last string // ReadDir gives names in order, which for these is the order of time
	for _, e := range entries {
		m := named.FindStringSubmatch(e.Name())
		if m == nil || m[1] != string(of) {
			continue
		}
		if at, err := time.Parse(stamp, last); last != "" && err == nil && at.Before(before) {
			if err := os.Remove(filepath.Join(dir, name(of, at))); err != nil {
				return deleted, err
			}
			deleted++
		}
		last = m[2]
	}
	return deleted, nil
}
