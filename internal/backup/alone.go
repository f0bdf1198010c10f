package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

const (
	lockFile = "backup.lock"        // in the data folder, locked for as long as a run goes on
	proofs   = "amparo-proving-*"   // folders of proofs; another program may have its own files beside them
	ownProof = "*proving-*"         // the same in the data folder, where everything is ours
	markFile = "restore.unfinished" // in the data folder, from the first row of a restore to its end
)

// lock locks an open file or folder until it is closed, and tells whether another process has locked it.
func lock(f *os.File) (taken bool, err error) {
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}

// alone lets one run at a time go on over a data folder.
func (r *Room) alone() (end func() error, err error) {
	f, err := os.OpenFile(filepath.Join(r.Dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot write into the data folder: %w", err)
	}
	taken, err := lock(f)
	if err == nil && taken {
		err = fmt.Errorf("another backup or restore of %s is under way; wait for its end and run this again", r.Dir)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f.Close, nil
}

// sweep deletes what runs that did not end have left, by a pattern of its path, and nothing that a run under way still has.
func sweep(pattern string) error {
	list, err := filepath.Glob(pattern)
	for _, path := range list {
		err = errors.Join(err, sweepOne(path))
	}
	return err
}

func sweepOne(path string) error {
	f, err := os.Open(filepath.Clean(path))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) { // somebody else's
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if taken, err := lock(f); err != nil || taken {
		return err
	}
	if err := os.RemoveAll(path); err != nil {
		return fmt.Errorf("what an earlier run has left cannot be deleted: %w", err)
	}
	return nil
}

// sweepProofs deletes the proofs that were left. Those of the keys hold wrapped keys, which would outlive an erasure.
func (r *Room) sweepProofs(temp string) error {
	return errors.Join(sweep(filepath.Join(r.Dir, ownProof)), sweep(filepath.Join(r.temp(temp), proofs)))
}

// proving makes a folder for one proof; end deletes it.
func (r *Room) proving(temp string) (dir string, end func() error, err error) {
	if dir, err = os.MkdirTemp(r.temp(temp), proofs); err != nil {
		return "", nil, fmt.Errorf("cannot make a folder for the proof: %w", err)
	}
	f, err := os.Open(filepath.Clean(dir))
	if err == nil {
		_, err = lock(f)
	}
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return dir, func() error { return errors.Join(os.RemoveAll(dir), f.Close()) }, nil
}

// mark says in the data folder, so that it outlives a loss of power, that a restore has begun; unmark that it is done.
func (r *Room) mark() error {
	f, err := os.OpenFile(filepath.Join(r.Dir, markFile), os.O_WRONLY|os.O_CREATE, 0o600)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close(), syncDir(r.Dir))
	}
	if err != nil {
		return fmt.Errorf("cannot write into the data folder: %w", err)
	}
	return nil
}

func (r *Room) unmark() error {
	return errors.Join(os.Remove(filepath.Join(r.Dir, markFile)), syncDir(r.Dir))
}

// Whole refuses a data folder into which a restore was begun and never finished: it lacks what nobody would miss at first.
func Whole(dir string) error {
	_, err := os.Stat(filepath.Join(dir, markFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot look at the data folder: %w", err)
	}
	return fmt.Errorf("a restore into %s was never finished, and what is there is not whole; delete its amparo.db* and keys.db* "+
		"(or make its PostgreSQL database empty), and run amparo restore again", dir)
}
