package audit

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"amparo/internal/store"
)

// A suspect is a number whose entry, leaf and stored hash do not agree.
type suspect struct {
	leaf
	truth  tlog.Hash // what was signed for this number
	proven bool      // truth is proven by a checkpoint
	linked EntryID   // the entry that belongs here and has lost its number
}

// settle gives the hash that stands for a number: the entry's own when all agree. When they do not, it is the one of
// them that a checkpoint proves to have been signed, and the number becomes a suspect.
func (v *verification) settle(ctx context.Context, l leaf, stored *tlog.Hash) tlog.Hash {
	if l.entry != nil && *l.entry == l.hash && (stored == nil || *stored == l.hash) {
		return l.hash
	}
	s := suspect{leaf: l}
	candidates := make([]tlog.Hash, 0, 3)
	if stored != nil {
		candidates = append(candidates, *stored)
	}
	if l.entry != nil {
		candidates = append(candidates, *l.entry)
	}
	if l.id != "" {
		candidates = append(candidates, l.hash)
	}
	for _, h := range candidates {
		if v.proves(ctx, l.number, h) {
			s.truth, s.proven = h, true
			break
		}
	}
	switch {
	case s.proven:
	case l.entry != nil && *l.entry == l.hash:
		s.truth = l.hash
	case len(candidates) > 0:
		s.truth = candidates[0]
	}
	if l.id == "" && len(v.unlinked) < mostProblems {
		v.unlinked[s.truth] = l.number
	}
	if len(v.suspects) < mostProblems {
		v.suspects = append(v.suspects, s)
	} else {
		v.report.More++
	}
	return s.truth
}

// proves tells whether the next checkpoint, with the stored hashes beside the number's path, proves that h was signed.
func (v *verification) proves(ctx context.Context, number int64, h tlog.Hash) bool {
	for _, c := range v.next.claims() {
		err := v.store.Read(ctx, func(tx store.Tx) error {
			proof, err := tlog.ProveRecord(c.size, number, overlay{ctx: ctx, tx: tx})
			if err != nil {
				return err
			}
			return tlog.CheckRecord(proof, c.size, c.root, number, h)
		})
		if err != nil {
			return false
		}
	}
	return v.next.size > 0
}

// relink remembers which entry belongs to a number whose row is not there.
func (v *verification) relink(number int64, id EntryID) {
	for i := range v.suspects {
		if v.suspects[i].number == number {
			v.suspects[i].linked = id
		}
	}
}

// tellSuspects names what happened to each suspect.
func (v *verification) tellSuspects() {
	home := map[tlog.Hash]int64{}
	for _, s := range v.suspects {
		if s.proven {
			home[s.truth] = s.number
		}
	}
	for _, s := range v.suspects {
		id := EntryID(s.id)
		elsewhere, moved := int64(0), false
		if s.entry != nil {
			elsewhere, moved = home[*s.entry]
		}
		switch {
		case s.linked != "":
			v.report.say(Problem{Kind: Altered, Number: s.number, Entry: s.linked}, "Entry %s has lost its number %d; its content is as it was signed.", s.linked, s.number)
		case s.id == "":
			v.report.say(Problem{Kind: Removed, Number: s.number}, "The entry with number %d was removed, with its number.", s.number)
		case s.entry == nil:
			v.report.say(Problem{Kind: Removed, Number: s.number, Entry: id}, "Entry %s with number %d was removed.", id, s.number)
		case moved && elsewhere != s.number:
			v.report.say(Problem{Kind: Reordered, Number: s.number, Entry: id}, "Entry %s stands at number %d; it was signed at number %d.", id, s.number, elsewhere)
		case *s.entry != s.truth:
			v.report.say(Problem{Kind: Altered, Number: s.number, Entry: id}, "Entry %s with number %d was altered.", id, s.number)
		default:
			v.report.say(Problem{Kind: Altered, Number: s.number, Entry: id}, "A stored hash of entry %s with number %d was altered; the entry is as it was signed.", id, s.number)
		}
	}
}
