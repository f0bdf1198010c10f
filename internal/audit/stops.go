package audit

import (
	"context"
	"errors"
	"math"
	"os"

	"golang.org/x/mod/sumdb/note"

	"amparo/internal/store"
)

// stops gives the checkpoints of database and file, merged by size, and names those that are wrong in themselves.
type stops struct {
	store    *store.Store
	verifier note.Verifier
	report   *Report
	top      int64 // the size of the newest valid checkpoint of the database

	page   []checkpoint // read ahead from the database, size order
	after  int64        // the size column up to which the database was read
	next   func() (filed, bool, error)
	ahead  *filed // read ahead from the file
	filed  int64  // the largest size read from the file
	signed int64  // how many valid checkpoints were given
}

// A stop is a size with what was signed about it: by the database, by the file, or by both.
type stop struct {
	size         int64
	inDB, inFile *checkpoint
}

// claims are the roots that were signed for this size; more than one when they differ.
func (s stop) claims() (list []checkpoint) {
	for _, c := range []*checkpoint{s.inFile, s.inDB} {
		if c != nil && (len(list) == 0 || list[0].root != c.root) {
			list = append(list, *c)
		}
	}
	return list
}

// take gives the next stop of size at most top; size 0 at the end. On the way it names forged checkpoints.
func (s *stops) take(ctx context.Context) (stop, error) {
	db, err := s.peekDB(ctx)
	if err != nil {
		return stop{}, err
	}
	file, err := s.peekFile()
	if err != nil {
		return stop{}, err
	}
	size := int64(math.MaxInt64)
	if db != nil {
		size = db.size
	}
	if file != nil {
		size = min(size, file.size)
	}
	if size > s.top { // nothing left, or only what Verify says about a database that was rolled back
		return stop{}, nil
	}
	at := stop{size: size}
	if db != nil && db.size == size {
		at.inDB, s.page = db, s.page[1:]
		s.signed++
	}
	if file != nil && file.size == size {
		at.inFile, s.ahead = &file.checkpoint, nil
		s.signed++
	}
	return at, nil
}

// peekDB gives the next valid checkpoint of the database without taking it; nil at the end.
func (s *stops) peekDB(ctx context.Context) (*checkpoint, error) {
	for len(s.page) == 0 {
		list, err := s.readPage(ctx)
		if err != nil || len(list) == 0 {
			return nil, err
		}
		for _, stored := range list {
			s.after = stored.size
			c, err := open(s.verifier, stored.note)
			if err != nil || c.size != stored.size {
				s.report.say(Problem{Kind: Forged, Number: stored.size}, "The checkpoint of the first %d entries in the database was not signed by this log's key.", stored.size)
				continue
			}
			s.page = append(s.page, c)
		}
	}
	return &s.page[0], nil
}

func (s *stops) readPage(ctx context.Context) (list []checkpoint, err error) {
	err = s.store.Read(ctx, func(tx store.Tx) error {
		return tx.Each(ctx, checkpointsSQL, []any{s.after, batch}, func(scan func(...any) error) error {
			var c checkpoint
			err := scan(&c.size, &c.note)
			list = append(list, c)
			return err
		})
	})
	return list, err
}

// peekFile gives the next valid line of the file without taking it; nil at the end.
func (s *stops) peekFile() (*filed, error) {
	for s.ahead == nil && s.next != nil {
		f, ok, err := s.next()
		if err != nil || !ok {
			return nil, err
		}
		if f.err != nil {
			s.report.say(Problem{Kind: Forged, Number: None}, "Line %d of the checkpoint file was not signed by this log's key.", f.line)
			continue
		}
		if f.size <= s.filed {
			s.report.say(Problem{Kind: Forged, Number: f.size}, "Line %d of the checkpoint file stands after a later checkpoint: the file was changed.", f.line)
			continue
		}
		s.filed, s.ahead = f.size, &f
	}
	return s.ahead, nil
}

// rest reads what stands after the last stop, so that it is named when it is forged, and tells the largest size that
// the file holds.
func (s *stops) rest(ctx context.Context) (largest int64, err error) {
	for {
		db, err := s.peekDB(ctx)
		if err != nil {
			return 0, err
		}
		if db == nil {
			break
		}
		s.page = s.page[1:] // signed while Verify was at work
	}
	for {
		file, err := s.peekFile()
		if err != nil || file == nil {
			return s.filed, err
		}
		s.ahead = nil
	}
}

// openFile begins to read the checkpoint file; a missing one is a problem as soon as there is a checkpoint.
func (s *stops) openFile(path string) (done func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	next, done, err := readFile(path, s.verifier)
	if errors.Is(err, os.ErrNotExist) {
		if s.top > 0 {
			s.report.say(Problem{Kind: FileMissing, Number: None}, "There is no checkpoint file, so nothing proves that the database was not rolled back to an earlier state.")
		}
		return func() {}, nil
	}
	s.next = next
	return done, err
}
