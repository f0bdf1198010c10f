package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/mod/sumdb/note"
)

// longestLine bounds a line of the checkpoint file, in bytes.
const longestLine = 4096

// witness appends the checkpoint to the file, one JSON text a line, unless the file holds one of the same or a larger
// size. It is on the disk when witness returns nil. Several processes may share the file. last is the size that the
// file then ends with: larger than the checkpoint's only when the database is older than the file.
func witness(path string, v note.Verifier, c checkpoint) (last int64, err error) {
	f, err := os.OpenFile(filepath.Clean(path), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return 0, fmt.Errorf("the checkpoint file cannot be opened: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }() // also gives the lock up
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return 0, fmt.Errorf("the checkpoint file cannot be locked: %w", err)
	}
	end, last, err := lastLine(f, v)
	if err != nil || last >= c.size {
		return last, err
	}
	line, err := json.Marshal(c.note)
	if err != nil {
		return 0, err
	}
	if err := f.Truncate(end); err != nil { // a line that a crash cut short was never relied on
		return 0, err
	}
	if _, err := f.WriteAt(append(line, '\n'), end); err != nil {
		return 0, err
	}
	return c.size, f.Sync()
}

// lastLine gives where the last whole line ends and the size that it claims; 0 when it is no checkpoint of ours.
func lastLine(f *os.File, v note.Verifier) (end, size int64, err error) {
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	from := max(0, info.Size()-2*longestLine)
	tail := make([]byte, info.Size()-from)
	if _, err := f.ReadAt(tail, from); err != nil && !errors.Is(err, io.EOF) {
		return 0, 0, err
	}
	whole := bytes.LastIndexByte(tail, '\n') + 1
	end = from + int64(whole)
	if whole == 0 && from > 0 {
		return 0, 0, fmt.Errorf("the checkpoint file ends with %d bytes that are no line", len(tail))
	}
	lines := bytes.Split(bytes.TrimSuffix(tail[:whole], []byte("\n")), []byte("\n"))
	c, err := parseLine(lines[len(lines)-1], v)
	if err != nil {
		return end, 0, nil // Verify names it; what comes after it is kept all the same
	}
	return end, c.size, nil
}

// lastFiled is the size that the file ends with; 0 without a file, or when its last line is no checkpoint of ours.
func lastFiled(path string, v note.Verifier) (int64, error) {
	if path == "" {
		return 0, nil
	}
	f, err := os.Open(filepath.Clean(path))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("the checkpoint file cannot be opened: %w", err)
	}
	defer f.Close()
	_, size, err := lastLine(f, v)
	return size, err
}

func parseLine(line []byte, v note.Verifier) (checkpoint, error) {
	var msg string
	if err := json.Unmarshal(line, &msg); err != nil {
		return checkpoint{}, err
	}
	return open(v, msg)
}

// A filed is a line of the checkpoint file.
type filed struct {
	line int
	checkpoint
	err error // the line is no checkpoint signed by us
}

// readFile gives the lines of the checkpoint file one by one; a last line without its end is left out. It gives an error
// for which errors.Is(err, os.ErrNotExist) when there is no file.
func readFile(path string, v note.Verifier) (next func() (filed, bool, error), done func(), err error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, nil, err
	}
	r := bufio.NewReaderSize(f, 64<<10)
	number := 0
	next = func() (filed, bool, error) {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			return filed{}, false, nil
		}
		if err != nil {
			return filed{}, false, fmt.Errorf("line %d of the checkpoint file cannot be read: %w", number+1, err)
		}
		number++
		c, err := parseLine(bytes.TrimSuffix(line, []byte("\n")), v)
		return filed{line: number, checkpoint: c, err: err}, true, nil
	}
	return next, func() { _ = f.Close() }, nil
}
