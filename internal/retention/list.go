package retention

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/clock"
	"amparo/internal/jobs"
	"amparo/internal/store"
)

// DestroyKeys destroys the keys of all that was erased and still has some. list is called when they are gone, with the whole erasure list, before it is noted that
// they are: when it fails, all of it is done again.
func (r *Room) DestroyKeys(ctx context.Context, list func([]Erased) error, done jobs.Done) error {
	by, err := access.Own(access.System(string(Destroy)), access.Action(Destroy))
	if err != nil {
		return err
	}
	var waiting, all []Erased
	if err := r.Store.Read(ctx, func(tx store.Tx) (err error) {
		if waiting, err = lines(ctx, tx, waitingSQL); err != nil {
			return err
		}
		all, err = lines(ctx, tx, listSQL)
		return err
	}); err != nil {
		return err
	}
	for _, e := range waiting {
		if err := r.Reveal.DropKeys(ctx, e.Subject); err != nil {
			return err
		}
	}
	if err := list(all); err != nil {
		return err
	}
	return r.Store.Write(ctx, func(tx store.Tx) error {
		return errors.Join(destroyed(ctx, tx, by, waiting), done(ctx, tx))
	})
}

// destroyed notes that the keys are gone, with an entry that names whose they were.
func destroyed(ctx context.Context, tx store.Tx, by access.Proof, list []Erased) error {
	for len(list) > 0 {
		n := min(len(list), 50)
		var subjects []string
		for _, e := range list[:n] {
			if _, err := tx.Exec(ctx, destroyedSQL, e.Subject, clock.Micro(tx.Now)); err != nil {
				return err
			}
			subjects = append(subjects, e.Subject)
		}
		if err := audit.Record(ctx, tx, audit.Entry{Actor: by.Actor(), Action: access.Action(Destroy), Outcome: audit.Done, Subjects: subjects}); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// List gives the erasure list of a store.
func List(ctx context.Context, s *store.Store) (list []Erased, err error) {
	err = s.Read(ctx, func(tx store.Tx) (err error) { list, err = lines(ctx, tx, listSQL); return err })
	return list, err
}

// Again erases in a store that was just restored what was erased elsewhere, and gives the list of all that is erased there now. The keys must be destroyed
// next, by drop; only then is it noted.
func Again(ctx context.Context, s *store.Store, by access.Proof, known []Erased, drop func(subjects []string) error) (all []Erased, err error) {
	for _, e := range known {
		if err := s.Write(ctx, func(tx store.Tx) error { return wipe(ctx, tx, by, e) }); err != nil {
			return nil, fmt.Errorf("what was erased cannot be erased again: %w", err)
		}
	}
	if all, err = List(ctx, s); err != nil {
		return nil, err
	}
	subjects := make([]string, len(all))
	for i, e := range all {
		subjects[i] = e.Subject
	}
	if err := drop(subjects); err != nil {
		return nil, err
	}
	return all, s.Write(ctx, func(tx store.Tx) error {
		waiting, err := lines(ctx, tx, waitingSQL)
		if err != nil {
			return err
		}
		return destroyed(ctx, tx, by, waiting)
	})
}

const (
	listHead = "# Amparo: what was erased here, and when. A restore needs the newest of these files.\n"
	listEnd  = "# end"
)

// lineOf matches one line of the list.
var lineOf = regexp.MustCompile(`^([0-9A-Za-z_.-]{1,100}) (\S+)$`)

// WriteList writes an erasure list as the text that a restore reads.
func WriteList(w io.Writer, list []Erased) error {
	b := bufio.NewWriter(w)
	b.WriteString(listHead) //nolint:errcheck // Flush tells
	for _, e := range list {
		fmt.Fprintf(b, "%s %s\n", e.Subject, e.At.UTC().Format(time.RFC3339Nano))
	}
	fmt.Fprintf(b, "%s %d\n", listEnd, len(list))
	return b.Flush()
}

// ReadList reads what WriteList has written. One that is not whole is an error: what it lacks would come back.
func ReadList(r io.Reader) (list []Erased, err error) {
	in, ended := bufio.NewScanner(r), false
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		if ended && line != "" {
			return nil, fmt.Errorf("line %d of the erasure list comes after its end", n)
		}
		if rest, ok := strings.CutPrefix(line, listEnd+" "); ok {
			if ended = rest == fmt.Sprint(len(list)); !ended {
				break
			}
			continue
		}
		if line == "" || line[0] == '#' {
			continue
		}
		m := lineOf.FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("line %d of the erasure list is not an id and a time", n)
		}
		at, err := time.Parse(time.RFC3339Nano, m[2])
		if err != nil {
			return nil, fmt.Errorf("line %d of the erasure list has no time: expected one as in 2031-03-25T14:05:00Z", n)
		}
		list = append(list, Erased{m[1], at})
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	if !ended {
		return nil, errors.New("the erasure list is not whole: its last line must say how many there are; take another copy")
	}
	return list, nil
}
