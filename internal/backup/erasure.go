package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"amparo/internal/access"
)

// ErasureFile is the name of the erasure list: in the data folder, and beside the backups. It has ids and times alone, and is not sealed.
const ErasureFile = "amparo-erasures.txt"

// An ErasureList writes what was erased, and reads lists that were written.
type ErasureList interface {
	// Write writes the list of this installation.
	Write(ctx context.Context, w io.Writer) error
	// Check proves that a list is whole.
	Check(list io.Reader) error
	// Again erases in the restored stores what the lists name, and what the restored list itself names, and gives how much is erased there now.
	Again(ctx context.Context, by access.Proof, lists []io.Reader) (int, error)
}

// KeepErasures puts an erasure list into a folder in place of the one that is there, whole or not at all.
func KeepErasures(dir string, write func(w io.Writer) error) (err error) {
	f, err := os.CreateTemp(dir, making)
	if err != nil {
		return fmt.Errorf("cannot write the erasure list: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("cannot write the erasure list: %w", err), os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, ErasureFile)); err != nil {
		return err
	}
	return syncDir(dir)
}

// keepErasures puts the list beside what was backed up.
func (r *Room) keepErasures(ctx context.Context, dir string) error {
	return KeepErasures(dir, func(w io.Writer) error { return r.Erasures.Write(ctx, w) })
}

// An erasureFile is one list that a restore has found.
type erasureFile struct {
	text []byte
	at   time.Time // when it was written
}

// erasures reads the lists beside the files of a restore, and the one that was named.
func (r *Room) erasures(in RestoreInput) (list []erasureFile, err error) {
	paths := map[string]bool{}
	for _, file := range []string{in.Matters, in.Keys} {
		paths[filepath.Join(filepath.Dir(file), ErasureFile)] = false
	}
	if in.Erasures != "" {
		paths[filepath.Clean(in.Erasures)] = true
	}
	for path, needed := range paths {
		text, err := os.ReadFile(filepath.Clean(path))
		if errors.Is(err, fs.ErrNotExist) && !needed {
			continue
		}
		if err == nil {
			err = r.Erasures.Check(bytes.NewReader(text))
		}
		if err != nil {
			return nil, fmt.Errorf("the erasure list %s cannot be read: %w", path, err)
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		list = append(list, erasureFile{text, info.ModTime()})
	}
	return list, nil
}

// eraseAgain erases what the lists name.
func (r *Room) eraseAgain(ctx context.Context, by access.Proof, list []erasureFile, done *Restored) (err error) {
	readers := make([]io.Reader, len(list))
	for i, f := range list {
		readers[i] = bytes.NewReader(f.text)
		if f.at.After(done.ErasuresAt) {
			done.ErasuresAt = f.at.UTC()
		}
	}
	done.Erased, err = r.Erasures.Again(ctx, by, readers)
	return err
}
