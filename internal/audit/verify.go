package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"amparo/internal/store"
)

// Verify recomputes the log from its entries, in the order of their numbers, and compares it with every checkpoint that
// was signed, in the database and in the file. It names what is wrong, and gives an error only when it could not look.
//
// It works while the program serves, in short reads, with memory for one batch of entries. An entry that was committed
// and not yet numbered is no problem for five seconds.
func Verify(ctx context.Context, c Check) (Report, error) {
	signed, err := verifier(c.Name, c.Key)
	if err != nil {
		return Report{}, fmt.Errorf("the key of the audit log cannot be used: %w", err)
	}
	report := Report{Problems: []Problem{}}
	v := verification{store: c.Store, report: &report, stops: &stops{store: c.Store, verifier: signed, report: &report}, unlinked: map[tlog.Hash]int64{}}
	if err := v.all(ctx, c.File); err != nil {
		return Report{}, fmt.Errorf("the audit log cannot be verified: %w", err)
	}
	report.Checkpoints = v.stops.signed
	slices.SortStableFunc(report.Problems, byNumber)
	report.OK = len(report.Problems) == 0
	return report, nil
}

// window is how many entries are read at once: few enough for a read to be short.
const window = 2000

// A verification is one Verify under way.
type verification struct {
	store  *store.Store
	report *Report
	stops  *stops
	next   stop // the stop with the smallest size that is not reached yet

	tree     frontier
	good     int64               // up to here the entries agree with a checkpoint
	lost     bool                // the last checkpoint did not agree
	suspects []suspect           // numbers that are not as they were signed, since the last stop or before
	doubts   []node              // stored hashes that differ from what lies under them, since the last stop
	unlinked map[tlog.Hash]int64 // hashes of numbers whose row is not there
}

func (v *verification) all(ctx context.Context, file string) error {
	if err := v.begin(ctx, file); err != nil {
		return err
	}
	done, err := v.stops.openFile(file)
	if err != nil {
		return err
	}
	defer done()
	if v.next, err = v.stops.take(ctx); err != nil {
		return err
	}
	for from := int64(0); from < v.report.Size; from += window {
		if err := v.stretch(ctx, from, min(from+window, v.report.Size)); err != nil {
			return err
		}
	}
	if v.report.Size > 0 {
		v.report.Root = v.tree.root().String()
	}
	largest, err := v.stops.rest(ctx)
	if err != nil {
		return err
	}
	if largest > v.report.Size && !v.grownTo(ctx, largest) {
		v.report.say(Problem{Kind: RolledBack, Number: v.report.Size, To: largest},
			"The database was rolled back: it holds %d entries, and the checkpoint file proves that there were %d.", v.report.Size, largest)
	}
	if err := v.entries(ctx); err != nil {
		return err
	}
	v.tellSuspects()
	return v.lostPending(ctx)
}

// begin finds out how many entries to look at and, in the same state of the database, what lies beyond them. These are
// the entries of the newest valid checkpoint of the database, or of the newest one in the file when its entries are there.
func (v *verification) begin(ctx context.Context, file string) error {
	filed, err := lastFiled(file, v.stops.verifier)
	if err != nil {
		return err
	}
	return v.store.Read(ctx, func(tx store.Tx) error {
		size, err := v.newestValid(ctx, tx)
		if err != nil {
			return err
		}
		if filed > size {
			last, err := leaves(ctx, tx, filed-1, filed)
			if err != nil {
				return err
			}
			if last[0].id != "" {
				size = filed
			}
		}
		v.report.Size, v.stops.top = size, size
		return v.beyond(ctx, tx, size)
	})
}

// beyond names what has a number or a hash and is covered by no checkpoint.
func (v *verification) beyond(ctx context.Context, tx store.Tx, size int64) error {
	found := false
	err := tx.Each(ctx, uncoveredSQL, []any{size}, func(scan func(...any) error) error {
		var number int64
		var id EntryID
		err := scan(&number, &id)
		found = true
		v.report.say(Problem{Kind: Inserted, Number: number, Entry: id}, "Entry %s has number %d, which no checkpoint covers: it was inserted.", id, number)
		return err
	})
	if err != nil || found {
		return err
	}
	var stray int64
	err = tx.One(ctx, strayHashesSQL, []any{tlog.StoredHashCount(size)}, &stray)
	if stray > 0 {
		v.report.say(Problem{Kind: Inserted, Number: size},
			"There are %d stored hashes after those of the %d entries of the newest checkpoint: they were inserted, or entries and checkpoints were removed.", stray, size)
	}
	return err
}

// newestValid is the size of the newest checkpoint of the database that our key signed; 0 for none.
func (v *verification) newestValid(ctx context.Context, tx store.Tx) (size int64, err error) {
	found := errors.New("found")
	err = tx.Each(ctx, checkpointsDownSQL, nil, func(scan func(...any) error) error {
		var stored checkpoint
		if err := scan(&stored.size, &stored.note); err != nil {
			return err
		}
		if c, err := open(v.stops.verifier, stored.note); err == nil && c.size == stored.size {
			size = c.size
			return found
		}
		return nil
	})
	if errors.Is(err, found) {
		err = nil
	}
	return size, err
}

// grownTo tells whether the database holds the checkpoint of that size by now: it may have grown since Verify began.
func (v *verification) grownTo(ctx context.Context, size int64) bool {
	grown := false
	err := v.store.Read(ctx, func(tx store.Tx) error {
		c, err := newest(ctx, tx)
		if err != nil {
			return err
		}
		valid, err := open(v.stops.verifier, c.note)
		grown = err == nil && valid.size >= size
		return nil
	})
	return err == nil && grown
}

// stretch goes through the numbers from from to to.
func (v *verification) stretch(ctx context.Context, from, to int64) error {
	var list []leaf
	var stored []*tlog.Hash
	base := tlog.StoredHashCount(from)
	err := v.store.Read(ctx, func(tx store.Tx) (err error) {
		if list, err = leaves(ctx, tx, from, to); err != nil {
			return err
		}
		stored, err = hashes(ctx, tx, base, tlog.StoredHashCount(to))
		return err
	})
	if err != nil {
		return err
	}
	for _, l := range list {
		below := stored[tlog.StoredHashIndex(0, l.number)-base]
		h := v.settle(ctx, l, below)
		v.tree = v.tree.add(l.number, h, func(n node, parts bool) bool {
			return v.compare(n, stored[n.idx()-base], parts)
		})
		if v.next.size == l.number+1 {
			if err := v.stop(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare compares a node with its stored hash, and tells whether it or a part of it is in doubt.
func (v *verification) compare(n node, stored *tlog.Hash, parts bool) bool {
	if stored != nil && *stored == n.hash {
		return false
	}
	if !parts && (n.level > 0 || stored == nil) && len(v.doubts) < mostProblems {
		v.doubts = append(v.doubts, n)
	}
	return true
}

// stop compares the tree with what was signed about its size.
func (v *verification) stop(ctx context.Context) error {
	size, root := v.next.size, v.tree.root()
	agree := true
	for _, c := range v.next.claims() {
		agree = agree && c.root == root
	}
	switch {
	case agree:
		v.tellDoubts("The stored hash of the numbers from %d to %d was altered or removed; the entries are as they were signed.")
		v.good, v.lost = size, false
	case v.mend(ctx, size):
		v.tellDoubts("Entries from number %d to %d were altered together with their hashes.")
		v.good, v.lost = size, false
	default:
		if !v.lost && v.next.inDB == nil {
			v.report.say(Problem{Kind: RolledBack, Number: v.good, To: size},
				"The checkpoint file proves other entries from number %d to %d: the database was rolled back to before them, or rewritten.", v.good, size-1)
		} else if !v.lost {
			v.report.say(Problem{Kind: Rewritten, Number: v.good, To: size},
				"The entries from number %d to %d are not those that the checkpoint of %d entries was signed for.", v.good, size-1, size)
		}
		v.lost, v.doubts = true, nil
	}
	if v.next.inDB == nil {
		v.report.say(Problem{Kind: Removed, Number: size}, "The checkpoint of the first %d entries is in the file and not in the database.", size)
	}
	var err error
	v.next, err = v.stops.take(ctx)
	return err
}

// mend puts the stored hashes in the place of the recomputed ones when they alone agree with what was signed. What
// comes after can then still be proven.
func (v *verification) mend(ctx context.Context, size int64) bool {
	mended := make(frontier, len(v.tree))
	err := v.store.Read(ctx, func(tx store.Tx) error {
		for i, n := range v.tree {
			h, err := storedHash(ctx, tx, n.idx())
			if err != nil {
				return err
			}
			mended[i] = node{level: n.level, n: n.n, hash: h}
		}
		return nil
	})
	if err != nil {
		return false
	}
	for _, c := range v.next.claims() {
		if c.root != mended.root() {
			return false
		}
	}
	v.tree = mended
	return true
}

// tellDoubts names the ranges in doubt.
func (v *verification) tellDoubts(format string) {
	for _, n := range v.doubts {
		v.report.say(Problem{Kind: Altered, Number: n.from(), To: n.to()}, format, n.from(), n.to()-1)
	}
	v.doubts = nil
}

// entries goes through all entries by id and names those without a number that do not wait for one.
func (v *verification) entries(ctx context.Context) error {
	for after := ""; ; {
		until := ""
		err := v.store.Read(ctx, func(tx store.Tx) error {
			if err := tx.One(ctx, windowSQL, []any{after, window}, &until); err != nil || until == "" {
				return err
			}
			return tx.Each(ctx, unnumberedSQL, []any{after, until}, func(scan func(...any) error) error {
				var r row
				var pending, numbered string
				if err := scan(append(r.columns(), &pending, &numbered)...); err != nil {
					return err
				}
				v.entry(tx, r, pending != "", numbered != "")
				return nil
			})
		})
		if err != nil || until == "" {
			return err
		}
		after = until
	}
}

func (v *verification) entry(tx store.Tx, r row, pending, numbered bool) {
	id := EntryID(r.id)
	number, unlinked := v.unlinked[r.hash()]
	switch {
	case numbered && !pending:
	case numbered:
		v.report.say(Problem{Kind: Inserted, Number: None, Entry: id}, "Entry %s has a number and is said to wait for one.", id)
	case unlinked:
		v.relink(number, id)
	case !pending:
		v.report.say(Problem{Kind: Inserted, Number: None, Entry: id}, "Entry %s has no number and does not wait for one: it was inserted.", id)
	default:
		v.report.Tail++
		at, err := strconv.ParseInt(r.at, 10, 64)
		if err != nil || sinceMicro(tx, at) > patience.Microseconds() {
			v.report.say(Problem{Kind: Unsequenced, Number: None, Entry: id}, "Entry %s has waited for a number for more than %v: no sequencer runs, or it cannot go on.", id, patience)
		}
	}
}

// lostPending names entries that were removed before they were numbered.
func (v *verification) lostPending(ctx context.Context) error {
	return v.store.Read(ctx, func(tx store.Tx) error {
		return tx.Each(ctx, lostPendingSQL, nil, func(scan func(...any) error) error {
			var id EntryID
			err := scan(&id)
			v.report.say(Problem{Kind: Removed, Number: None, Entry: id}, "Entry %s waits for a number and is not there: it was removed.", id)
			return err
		})
	})
}
