package match

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// A Likeness is another subject that may be about the same child, account, page, number or person.
type Likeness struct {
	Subject string
	Case    bool      // it is a case, by its child's label or by what was told in its reports
	Kinds   []Kind    // why, the strongest first, each once
	Told    time.Time // when its marks were made
}

// Strong tells whether more speaks for it than how names sound.
func (l Likeness) Strong() bool { return len(l.Kinds) > 0 && l.Kinds[0].Strong() }

// a found is a likeness with the digests that it shares.
type found struct {
	Likeness
	digests []string
}

func (f *found) add(kind Kind, digest string) {
	if !slices.Contains(f.Kinds, kind) {
		f.Kinds = append(f.Kinds, kind)
	}
	f.digests = append(f.digests, digest)
}

// order is the order in which kinds are told, the strongest first.
var order = []Kind{Account, Page, Phone, Mail, Name, Sound, Word}

// Config is what a Room needs.
type Config struct {
	Store *store.Store
	// Blind gives the digest of a text of a kind; see the vault.
	Blind func(kind, text string) []byte
}

// A Room keeps marks and finds likenesses. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// Keep marks the subject with clues. Marking it again with the same changes nothing.
func (r *Room) Keep(ctx context.Context, tx store.Tx, _ access.Proof, subject string, clues []Clue) error {
	for _, c := range clues {
		if _, err := tx.Exec(ctx, markSQL, r.Blind(string(c.Kind), c.Text), subject, string(c.Kind), clock.Micro(tx.Now)); err != nil {
			return err
		}
	}
	return nil
}

// Forget takes every mark of the subject away.
func Forget(ctx context.Context, tx store.Tx, _ access.Proof, subject string) error {
	_, err := tx.Exec(ctx, forgetSQL, subject)
	return err
}

// Repeat tells whether another subject was marked with the same strong clue since a time; those that are left out do not count. It is
// for the program's own reckoning, which shows nobody which one.
func Repeat(ctx context.Context, tx store.Tx, subject string, since time.Time, without ...string) (again bool, err error) {
	err = tx.Each(ctx, repeatSQL, []any{subject, clock.Micro(since)}, func(scan func(...any) error) error {
		var other string
		err := scan(&other)
		again = again || !slices.Contains(without, other)
		return err
	})
	return again, err
}

// Alike gives the reports and cases that share a mark with this subject, of those that the actor may read: the strongest
// first, then the latest.
func Alike(ctx context.Context, tx store.Tx, actor access.Actor, subject string) ([]Likeness, error) {
	list, err := likenesses(ctx, tx, actor, []look{{alikeSQL, access.ReportRead, false}, {alikeSQL, access.CaseRead, true},
		{alikeThroughSQL, access.CaseRead, true}}, []any{subject})
	return ranked(list), err
}

// ranked puts the strongest first and drops what only served to find them.
func ranked(list []found) []Likeness {
	out := make([]Likeness, len(list))
	for i, f := range list {
		slices.SortFunc(f.Kinds, func(a, b Kind) int { return cmp.Compare(slices.Index(order, a), slices.Index(order, b)) })
		out[i] = f.Likeness
	}
	slices.SortStableFunc(out, func(a, b Likeness) int {
		if a.Strong() == b.Strong() {
			return b.Told.Compare(a.Told)
		}
		if a.Strong() {
			return -1
		}
		return 1
	})
	return out
}

// Search gives the reports and cases of which the actor may read that have what the words say: a name, an account, an address,
// a number. Every word of a name must sound like one of theirs. It gives fault.Invalid with the field "words" when there is
// nothing to go by. That somebody searched is recorded, with how many were found and by which kinds of clue, without the words.
// more, when given, reads in the same transaction what else is to be shown of them.
func (r *Room) Search(ctx context.Context, actor access.Actor, words string,
	more func(ctx context.Context, tx store.Tx, list []Likeness) error) (list []Likeness, err error) {
	q := door.Request{Actor: actor, Action: access.ReportSearch}
	err = door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		asked := asking(words)
		if len(asked) == 0 {
			return nil, fault.New(fault.Invalid, "fault.form").With("words", "fault.search_words")
		}
		list, err = r.search(ctx, tx, actor, asked)
		if err == nil && more != nil {
			err = more(ctx, tx, list)
		}
		return map[string]string{"found": strconv.Itoa(len(list)), "kinds": kinds(list)}, err
	})
	return list, err
}

// kinds names every kind of clue by which something was found, the strongest first.
func kinds(list []Likeness) string {
	var names []string
	for _, k := range order {
		if slices.ContainsFunc(list, func(l Likeness) bool { return slices.Contains(l.Kinds, k) }) {
			names = append(names, string(k))
		}
	}
	return strings.Join(names, " ")
}

func (r *Room) search(ctx context.Context, tx store.Tx, actor access.Actor, asked []question) ([]Likeness, error) {
	var digests []any
	for i, q := range asked {
		for _, c := range q.clues {
			d := r.Blind(string(c.Kind), c.Text)
			asked[i].digests = append(asked[i].digests, string(d))
			digests = append(digests, d)
		}
	}
	for len(digests) < most {
		digests = append(digests, []byte{})
	}
	list, err := likenesses(ctx, tx, actor, []look{{searchSQL, access.ReportRead, false}, {searchSQL, access.CaseRead, true},
		{searchThroughSQL, access.CaseRead, true}}, digests[:most])
	return ranked(slices.DeleteFunc(list, func(f found) bool { return !f.answers(asked) })), err
}

// answers tells whether the subject has something of every question, or what says it all.
func (f *found) answers(asked []question) bool {
	all := true
	for _, q := range asked {
		hit := slices.ContainsFunc(q.digests, func(d string) bool { return slices.Contains(f.digests, d) })
		if hit && q.enough {
			return true
		}
		all = all && (hit || q.enough)
	}
	return all && slices.ContainsFunc(asked, func(q question) bool { return !q.enough })
}
