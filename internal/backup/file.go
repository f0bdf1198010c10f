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

// write makes the file whole under its name, or leaves nothing.
func write(dir, name string, passphrase secret.Bytes, work int, fill func(w io.Writer) error) (path string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("cannot make the folder of backups: %w", err)
	}
	path = filepath.Join(dir, name)
	if _, err := os.Stat(path); err == nil {
		return "", fmt.Errorf("%s is there already; wait a second and try again", path)
	}
	file, err := os.CreateTemp(dir, ".making-*")
	if err != nil {
		return "", fmt.Errorf("cannot write the backup: %w; name a folder that this user can write to", err)
	}
	err = errors.Join(sealed(file, passphrase, work, fill), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return "", errors.Join(fmt.Errorf("cannot write the backup: %w", err), os.Remove(file.Name()))
	}
	return path, syncDir(dir)
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
