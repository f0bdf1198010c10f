package secret

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	header = "# A secret key of this Amparo installation. Keep it readable by its owner alone, and keep a copy elsewhere.\n"
	// wrappedHeader stands over a key that a key management service wrapped, and wrappedMark before it.
	wrappedHeader = "# A key of this Amparo installation, wrapped by a key management service. Keep it readable by its owner alone.\n"
	wrappedMark   = "wrapped:"

	shortest = 16       // bytes; a shorter key is none
	longest  = 64 << 10 // bytes of a file; more is not a key
)

// A Keeper wraps keys with one that never leaves a key management service: what Encrypt gave, Decrypt gives back.
type Keeper interface {
	Encrypt(ctx context.Context, plain []byte) ([]byte, error)
	Decrypt(ctx context.Context, wrapped []byte) ([]byte, error)
}

// keeperTime is how long a key management service may take: whoever waits for a rotated key has a transaction open meanwhile.
const keeperTime = 5 * time.Second

// Files reads and writes key files. With a Keeper it writes them wrapped, so that a file alone opens nothing, and reads both kinds; without one it
// writes them as they are.
type Files struct{ Keeper Keeper }

// Read gives the key in a key file. It refuses a file that the group or others may read or write, one that holds no key, and a wrapped one without its
// Keeper; a missing file gives an error that is fs.ErrNotExist. No error shows what the file holds.
func (f Files) Read(path string) (Bytes, error) {
	key, _, err := f.read(path)
	return key, err
}

// Wrapped tells whether a key file is wrapped.
func Wrapped(path string) (bool, error) {
	text, err := ReadText(path)
	if err != nil {
		return false, err
	}
	_, wrapped, err := parse(string(text))
	return wrapped, err
}

func (f Files) read(path string) (key Bytes, wrapped bool, err error) {
	text, err := ReadText(path)
	if err != nil {
		return nil, false, err
	}
	if key, wrapped, err = parse(string(text)); err != nil {
		return nil, false, fmt.Errorf("%s %w: put the key file back from a copy", path, err)
	}
	if !wrapped {
		return key, false, nil
	}
	if f.Keeper == nil {
		return nil, true, fmt.Errorf("%s is wrapped by a key management service: name it with --kms", path)
	}
	ctx, stop := context.WithTimeout(context.Background(), keeperTime)
	defer stop()
	if key, err = f.Keeper.Decrypt(ctx, key); err != nil {
		return nil, true, fmt.Errorf("the key management service does not unwrap %s; see that it is reached, that it is the one that wrapped it, and that this program may use its key: %w", path, err)
	}
	return key, true, nil
}

// ReadFile is Read of a file that is not wrapped.
func ReadFile(path string) (Bytes, error) { return Files{}.Read(path) }

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
// A wrapped key has wrappedMark before it.
func parse(text string) (key Bytes, wrapped bool, err error) {
	var found string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case found != "":
			return nil, false, errors.New("holds more than one key")
		default:
			found = line
		}
	}
	found, wrapped = strings.CutPrefix(found, wrappedMark)
	key, err = hex.DecodeString(found)
	if err != nil || len(key) < shortest {
		return nil, false, errors.New("holds no key") // the cause would show a part of the file
	}
	return key, wrapped, nil
}

// Create makes a key file with n fresh random bytes, readable by its owner alone, and gives the key. It gives an
// error that is fs.ErrExist when the file is there already.
func (f Files) Create(path string, n int) (Bytes, error) {
	key := Random(n)
	return key, f.Write(path, key)
}

// Write makes a key file with the key given, as Create does. It never writes over a file.
func (f Files) Write(path string, key Bytes) error {
	text, err := f.text(path, key)
	if err != nil {
		return err
	}
	return WriteNew(path, text, 0o600)
}

// Wrap writes a key file anew, wrapped, when it lies there as it is, and tells whether it did. Without a Keeper it does nothing.
func (f Files) Wrap(path string) (done bool, err error) {
	if f.Keeper == nil {
		return false, nil
	}
	key, wrapped, err := f.read(path)
	if err != nil || wrapped {
		return false, err
	}
	text, err := f.text(path, key)
	if err != nil {
		return false, err
	}
	next := path + ".wrapped"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) { // of one that was cut short
		return false, err
	}
	if err := WriteNew(next, text, 0o600); err != nil {
		return false, err
	}
	if there, err := f.Read(next); err != nil || !there.Equal(key) {
		return false, errors.Join(err, fmt.Errorf("the key management service gives another key back than it was given: %s stays as it is", path))
	}
	return true, errors.Join(os.Rename(next, path), syncDir(filepath.Dir(path)))
}

func (f Files) text(path string, key Bytes) ([]byte, error) {
	if len(key) < shortest {
		return nil, fmt.Errorf("a key of %d bytes is too short to keep in %s", len(key), path)
	}
	if f.Keeper == nil {
		return []byte(header + hex.EncodeToString(key) + "\n"), nil
	}
	ctx, stop := context.WithTimeout(context.Background(), keeperTime)
	defer stop()
	wrapped, err := f.Keeper.Encrypt(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("the key management service does not wrap %s; see that it is reached, and that this program may use its key: %w", path, err)
	}
	return []byte(wrappedHeader + wrappedMark + hex.EncodeToString(wrapped) + "\n"), nil
}

// CreateFile is Create of a file that is not wrapped.
func CreateFile(path string, n int) (Bytes, error) { return Files{}.Create(path, n) }

// WriteFile is Write of a file that is not wrapped.
func WriteFile(path string, key Bytes) error { return Files{}.Write(path, key) }

// ReadOrCreate is Files.ReadOrCreate of a file that is not wrapped.
func ReadOrCreate(path string, n int) (Bytes, error) { return Files{}.ReadOrCreate(path, n) }

// ReadOrCreate gives the key in a key file, which it makes with n random bytes when there is none. Of several that
// do so at once, all get the same key.
func (f Files) ReadOrCreate(path string, n int) (Bytes, error) {
	key, err := f.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		if key, err = f.Create(path, n); errors.Is(err, fs.ErrExist) {
			key, err = f.Read(path)
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
