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

// ranked puts the strongest first.
func ranked(out []Likeness) []Likeness {
	for _, l := range out {
		slices.SortFunc(l.Kinds, func(a, b Kind) int { return cmp.Compare(slices.Index(order, a), slices.Index(order, b)) })
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

// search asks by the mark that leads: the rarest word of a name, or what says it all by itself.
func (r *Room) search(ctx context.Context, tx store.Tx, actor access.Actor, asked []question) ([]Likeness, error) {
	var words []question
	f := finding{at: map[string]int{}}
	for _, q := range asked {
		for _, c := range q.clues {
			q.digests = append(q.digests, string(r.Blind(string(c.Kind), c.Text)))
		}
		if !q.enough {
			words = append(words, q)
		} else if err := f.led(ctx, tx, actor, q, nil); err != nil {
			return nil, err
		}
	}
	if err := rarestFirst(ctx, tx, words); err != nil {
		return nil, err
	}
	if len(words) > 0 {
		if err := f.led(ctx, tx, actor, words[0], words[1:min(len(words), mostOthers+1)]); err != nil {
			return nil, err
		}
	}
	return ranked(f.list), nil
}

// rarestFirst puts the words in order, so that few marks have to be gone through.
func rarestFirst(ctx context.Context, tx store.Tx, words []question) error {
	if len(words) < 2 {
		return nil
	}
	for i := range words {
		n, err := rarity(ctx, tx, words[i])
		if err != nil {
			return err
		}
		words[i].often = n
	}
	slices.SortStableFunc(words, func(a, b question) int { return cmp.Compare(a.often, b.often) })
	return nil
}

// led finds who has a mark of the question that leads and one of each of the others.
func (f *finding) led(ctx context.Context, tx store.Tx, actor access.Actor, lead question, others []question) error {
	args := append(make([]any, 0, 2+1+mostOthers*mostKeys), nil, MostFound, len(others))
	for i := range mostOthers * mostKeys {
		d := []byte{}
		if i/mostKeys < len(others) && i%mostKeys < len(others[i/mostKeys].digests) {
			d = []byte(others[i/mostKeys].digests[i%mostKeys])
		}
		args = append(args, d)
	}
	for _, d := range lead.digests[:min(len(lead.digests), most)] {
		args[0] = []byte(d)
		for _, l := range []look{{searchSQL, access.ReportRead, false}, {searchLabelSQL, access.CaseRead, true}, {searchThroughSQL, access.CaseRead, true}} {
			if err := f.read(ctx, tx, actor, l, args); err != nil {
				return err
			}
		}
	}
	return nil
}
