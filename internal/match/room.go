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
		if _, err := tx.Exec(ctx, markSQL, subject, r.Blind(string(c.Kind), c.Text), string(c.Kind), clock.Micro(tx.Now)); err != nil {
			return err
		}
	}
	return nil
}

// Placed notes that a report has become a part of a case, or is one no more: a search for cases goes along their marks alone.
func Placed(ctx context.Context, tx store.Tx, _ access.Proof, subject string) error {
	_, err := tx.Exec(ctx, placeSQL, subject)
	return err
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

// Known tells whether each of some clues was told of another subject before, at any time; those that are left out do not count. Like Repeat
// it is for the program's own reckoning.
func (r *Room) Known(ctx context.Context, tx store.Tx, subject string, clues []Clue, without ...string) (bool, error) {
	for _, c := range clues {
		found := false
		err := tx.Each(ctx, knownSQL, []any{r.Blind(string(c.Kind), c.Text), subject}, func(scan func(...any) error) error {
			var other string
			err := scan(&other)
			found = found || !slices.Contains(without, other)
			return err
		})
		if err != nil || !found {
			return false, err
		}
	}
	return len(clues) > 0, nil
}

// Alike gives the reports and cases that share a mark with this subject, of those that the actor may read: the strongest
// first, then the latest.
func Alike(ctx context.Context, tx store.Tx, actor access.Actor, subject string) ([]Likeness, error) {
	list, err := likenesses(ctx, tx, actor, []look{{alikeSQL, access.ReportRead, false, ""}, {alikeSQL, access.CaseRead, true, ""},
		{alikeThroughSQL, access.CaseRead, true, ""}}, []any{subject})
	return ranked(list), err
}

// ranked puts the strongest first.
func ranked(out []Likeness) []Likeness {
	for i, l := range out {
		if slices.Contains(l.Kinds, Sound) { // says all that a word does
			l.Kinds = slices.DeleteFunc(l.Kinds, func(k Kind) bool { return k == Word })
			out[i].Kinds = l.Kinds
		}
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
// a number. Every word of a name must sound like one of theirs. Where the rarest word is one of very many, words that were told apart from each other
// are found among the latest mostAsked alone; those told together are found among all. It gives fault.Invalid with the field "words" when there is
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

// search asks by what says it all by itself, and by the words of a name: first by the mark of how the two rarest sound together, then, where that has
// not found enough, by the rarest.
func (r *Room) search(ctx context.Context, tx store.Tx, actor access.Actor, asked []question) ([]Likeness, error) {
	var words []question
	f := finding{at: map[string]int{}}
	for _, q := range asked {
		q.digests = r.digests(q.clues)
		if !q.enough {
			words = append(words, q)
		} else if err := f.led(ctx, tx, actor, q, nil, looks); err != nil {
			return nil, err
		}
	}
	if err := rarestFirst(ctx, tx, words); err != nil {
		return nil, err
	}
	words, left := words[:min(len(words), mostOthers+1)], looks
	if len(words) > 1 {
		both := question{digests: r.digests(together(words[0], words[1]))}
		var err error
		if left, err = f.short(ctx, tx, actor, both, words[2:]); err != nil {
			return nil, err
		}
	}
	if len(words) > 0 {
		if err := f.led(ctx, tx, actor, words[0], words[1:], left); err != nil {
			return nil, err
		}
	}
	return ranked(f.list), nil
}

func (r *Room) digests(clues []Clue) (list []string) {
	for _, c := range clues {
		list = append(list, string(r.Blind(string(c.Kind), c.Text)))
	}
	return list
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

// short is led by all looks, and gives those that have not found enough by it.
func (f *finding) short(ctx context.Context, tx store.Tx, actor access.Actor, lead question, others []question) (left []look, err error) {
	for _, l := range looks {
		n, err := f.along(ctx, tx, actor, lead, others, l)
		if err != nil {
			return nil, err
		}
		if n < MostFound {
			left = append(left, l)
		}
	}
	return left, nil
}

// led finds who has a mark of the question that leads and one of each of the others.
func (f *finding) led(ctx context.Context, tx store.Tx, actor access.Actor, lead question, others []question, looks []look) error {
	for _, l := range looks {
		if _, err := f.along(ctx, tx, actor, lead, others, l); err != nil {
			return err
		}
	}
	return nil
}

// along is led by one look, and tells how many were found.
func (f *finding) along(ctx context.Context, tx store.Tx, actor access.Actor, lead question, others []question, l look) (sum int, err error) {
	args := append(make([]any, 0, 3+1+mostOthers*mostKeys), nil, MostFound, len(others))
	for i := range mostOthers * mostKeys {
		d := []byte{}
		if i/mostKeys < len(others) && i%mostKeys < len(others[i/mostKeys].digests) {
			d = []byte(others[i/mostKeys].digests[i%mostKeys])
		}
		args = append(args, d)
	}
	args = append(args, int64(0))
	for _, d := range lead.digests[:min(len(lead.digests), most)] {
		since := int64(0)
		if len(others) > 0 {
			if since, err = l.asks(ctx, tx, []byte(d)); err != nil {
				return sum, err
			}
		}
		args[0], args[len(args)-1] = []byte(d), since
		n, err := f.read(ctx, tx, actor, l, args)
		if sum += n; err != nil {
			return sum, err
		}
	}
	return sum, nil
}
