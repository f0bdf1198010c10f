package ruleset

import (
	"slices"
	"strings"
	"time"
)

// A Set is one loaded rule set. It is complete and without contradiction, because only Load makes one; do not change
// it. Any number of goroutines may use it at once.
type Set struct {
	ID        string   // for example "demo-csea"
	Version   string   // for example "1.0.0"
	Languages []string // BCP 47 tags; words exist in each of them, and the first is the fallback

	Factors  []Factor  // W1 to W12, in that order
	Triggers []Trigger // T1, T2 …; the seven of the vocabulary and those that the pack adds
	Floors   []Floor   // FL1, FL2 …; the seven of the vocabulary and those that the pack adds
	Bands    []Band    // P1 to P4, in that order; without gap or overlap from 0 up
	Unknowns Unknowns
	Content  Content
}

// Name is id and version in one, as in "demo-csea 1.0.0".
func (s *Set) Name() string { return s.ID + " " + s.Version }

// Words is what a person reads, by language tag; a loaded set has all languages everywhere.
type Words map[string]string

// A Factor is a thing that is asked, with the points of every possible answer.
type Factor struct {
	ID    string // W1 to W12
	Name  string // as in FACTS.json, for example "access"
	Words Words  // what it is about
	Codes []Code // in the order of the vocabulary; one of them is Unknown
}

// A Code is one answer to a factor.
type Code struct {
	Name   string // as in FACTS.json, for example "online_ongoing"; "0" to "3" for vulnerability
	Points int    // 0 to 100
	Words  Words  // the reason in words, readable on its own
}

// A Trigger is a fact that makes P1 while it is true.
type Trigger struct {
	ID          string
	Name        string
	LapsesAfter time.Duration // after the facts were told; 0 means never
	Words       Words
}

// A Floor is a fact that makes at least P2 until it is disproved.
type Floor struct {
	ID    string
	Name  string
	Words Words
}

// A Band is the range of sums that gives a priority. Both ends belong to it.
type Band struct {
	Priority Priority
	From     int
	To       int // math.MaxInt for P1
}

// Unknowns is the rule for facts that are not known.
type Unknowns struct {
	From            int      // this many unknown factors, or more, of the twelve…
	AtLeast         Priority // …make at least this, and need information
	NothingAnswered Priority // exactly this when nothing at all was answered
}

// Factor finds a factor by its name.
func (s *Set) Factor(name string) (Factor, bool) {
	return pick(s.Factors, func(f Factor) bool { return f.Name == name })
}

// Trigger finds a trigger by its name.
func (s *Set) Trigger(name string) (Trigger, bool) {
	return pick(s.Triggers, func(t Trigger) bool { return t.Name == name })
}

// Floor finds a floor by its name.
func (s *Set) Floor(name string) (Floor, bool) {
	return pick(s.Floors, func(f Floor) bool { return f.Name == name })
}

// Code finds one of the factor's codes by its name.
func (f Factor) Code(name string) (Code, bool) {
	return pick(f.Codes, func(c Code) bool { return c.Name == name })
}

// Say gives the words in lang; else in its base language ("ar" for "ar-EG"); else in the set's first language.
func (s *Set) Say(w Words, lang string) string {
	base, _, _ := strings.Cut(lang, "-")
	for _, l := range []string{lang, base} {
		if text, ok := w[l]; ok {
			return text
		}
	}
	return w[s.Languages[0]]
}

func (s *Set) band(sum int) Priority {
	for _, b := range s.Bands {
		if sum >= b.From {
			return b.Priority
		}
	}
	return P4
}

func pick[T any](list []T, is func(T) bool) (T, bool) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true
	}
	var none T
	return none, false
}

func names[T any](list []T, name func(T) string) []string {
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = name(item)
	}
	return out
}

func (s *Set) factorNames() []string {
	return names(s.Factors, func(f Factor) string { return f.Name })
}
func (s *Set) triggerNames() []string {
	return names(s.Triggers, func(t Trigger) string { return t.Name })
}
func (s *Set) floorNames() []string  { return names(s.Floors, func(f Floor) string { return f.Name }) }
func (f Factor) codeNames() []string { return names(f.Codes, func(c Code) string { return c.Name }) }
