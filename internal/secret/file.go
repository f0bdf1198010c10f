package secret

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	header   = "# A secret key of this Amparo installation. Keep it readable by its owner alone, and keep a copy elsewhere.\n"
	shortest = 16       // bytes; a shorter key is none
	longest  = 64 << 10 // bytes of a file; more is not a key
)

// ReadFile gives the key in a key file. It refuses a file that the group or others may read or write, and one that
// holds no key; a missing file gives an error that is fs.ErrNotExist. No error shows what the file holds.
func ReadFile(path string) (Bytes, error) {
	text, err := ReadText(path)
	if err != nil {
		return nil, err
	}
	key, err := parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s %w: put the key file back from a copy", path, err)
	}
	return key, nil
}

// ReadText gives the text in a file, without the line break at its end: a password or a passphrase that a person
// wrote there. It refuses what ReadFile refuses, and an empty file.
func ReadText(path string) (Bytes, error) {
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, fmt.Errorf("cannot read the secret: %w", err)
	}
	defer file.Close()
	if err := private(file, path); err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(file, longest+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the secret: %w", err)
	}
	if len(raw) > longest {
		return nil, fmt.Errorf("%s is too long for a secret: name the right file", path)
	}
	text := strings.TrimRight(string(raw), "\r\n")
	if text == "" {
		return nil, fmt.Errorf("%s is empty: write the secret into it", path)
	}
	return Bytes(text), nil
}

// private looks at the open file, so that it cannot be exchanged between the look and the reading.
func private(file *os.File, path string) error {
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("cannot read the secret: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a plain file: name the file that holds the secret", path)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("%s can be read or changed by others (mode %04o): run chmod 600 %s", path, mode, path)
	}
	return nil
}

// parse gives the one line of a key file that is not a comment.
func parse(text string) (Bytes, error) {
	var found string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case found != "":
			return nil, errors.New("holds more than one key")
		default:
			found = line
		}
	}
	key, err := hex.DecodeString(found)
	if err != nil || len(key) < shortest {
		return nil, errors.New("holds no key") // the cause would show a part of the file
	}
	return key, nil
}

// CreateFile makes a key file with n fresh random bytes, readable by its owner alone, and gives the key. It gives an
// error that is fs.ErrExist when the file is there already.
func CreateFile(path string, n int) (Bytes, error) {
	key := Random(n)
	return key, WriteFile(path, key)
}

// WriteFile makes a key file with the key given, as CreateFile does. It never writes over a file.
func WriteFile(path string, key Bytes) error {
	if len(key) < shortest {
		return fmt.Errorf("a key of %d bytes is too short to keep in %s", len(key), path)
	}
	return WriteNew(path, []byte(header+hex.EncodeToString(key)+"\n"), 0o600)
}

// ReadOrCreate gives the key in a key file, which it makes with n random bytes when there is none. Of several that
// do so at once, all get the same key.
func ReadOrCreate(path string, n int) (Bytes, error) {
	key, err := ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if key, err = CreateFile(path, n); errors.Is(err, fs.ErrExist) {
			key, err = ReadFile(path)
		}
	}
	if err != nil {
		return nil, err
	}
	if len(key) != n {
		return nil, fmt.Errorf("%s holds a key of %d bytes where %d are needed: put the key file back from a copy", path, len(key), n)
	}
	return key, nil
}

// WriteNew makes a file with the content and mode given, whole or not at all, and on the disk when it returns. It
// gives an error that is fs.ErrExist when the name is taken.
func WriteNew(path string, content []byte, mode fs.FileMode) error {
	dir := filepath.Dir(path)
	temp, err := os.CreateTemp(dir, ".new-*") // its mode is 0600
	if err != nil {
		return fmt.Errorf("cannot make %s: %w", path, err)
	}
	defer os.Remove(temp.Name())
	if err := fill(temp, content, mode); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	if err := os.Link(temp.Name(), path); err != nil { // unlike a rename, a link never replaces
		return fmt.Errorf("cannot make %s: %w", path, err)
	}
	return syncDir(dir)
}

func fill(file *os.File, content []byte, mode fs.FileMode) error {
	_, err := file.Write(content)
	return errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
}

// syncDir puts the name of a new file on the disk.
func syncDir(path string) error {
	dir, err := os.Open(filepath.Clean(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
