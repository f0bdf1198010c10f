package education

import (
	"cmp"
	"slices"
	"strings"

	"amparo/internal/sound"
)

// A Library is all modules of a country. It never changes, and any number of goroutines may read it.
type Library struct {
	modules map[string]map[Key]*Module // by language
	codes   map[string]Key
	index   map[string][]entry // by language
}

// An entry is a module as it is searched.
type entry struct {
	module *Module
	words  map[string]int // folded word → weight
}

// What a word counts for, by where it stands.
const (
	inTitle   = 8
	inSummary = 4
	inText    = 1
)

// NewLibrary holds the modules given. Of two with the same key and language the later one counts.
func NewLibrary(list []*Module) *Library {
	l := &Library{modules: map[string]map[Key]*Module{}, codes: map[string]Key{}, index: map[string][]entry{}}
	for _, a := range Audiences {
		for _, t := range Topics {
			k := Key{a, t}
			l.codes[k.Code()] = k
		}
	}
	for _, m := range list {
		if l.modules[m.Language] == nil {
			l.modules[m.Language] = map[Key]*Module{}
		}
		l.modules[m.Language][m.Key] = m
	}
	for language, all := range l.modules {
		for _, m := range all {
			l.index[language] = append(l.index[language], entry{m, weigh(m)})
		}
		slices.SortFunc(l.index[language], func(a, b entry) int { return cmp.Compare(a.module.order(), b.module.order()) })
	}
	return l
}

// order is the place of the module among all of its language.
func (m *Module) order() int {
	return slices.Index(Audiences, m.Audience)*len(Topics) + slices.Index(Topics, m.Topic)
}

func weigh(m *Module) map[string]int {
	words := map[string]int{}
	add := func(text string, weight int) {
		for _, w := range Words(sound.Fold(text)) {
			words[w] = max(words[w], weight)
		}
	}
	for _, t := range m.said() {
		add(t, inText)
	}
	add(m.Summary, inSummary)
	add(m.Title, inTitle)
	return words
}

// Empty tells whether there is no module at all.
func (l *Library) Empty() bool { return len(l.modules) == 0 }

// Module finds a text; nil when there is none in that language.
func (l *Library) Module(language string, k Key) *Module { return l.modules[language][k] }

// Of finds the key of a code; false for a code of no module.
func (l *Library) Of(code string) (Key, bool) {
	k, ok := l.codes[code]
	return k, ok
}

// Audiences are those for whom there is something in the language, in the order in which they are offered.
func (l *Library) Audiences(language string) (list []Audience) {
	for _, a := range Audiences {
		if slices.ContainsFunc(Topics, func(t Topic) bool { return l.Module(language, Key{a, t}) != nil }) {
			list = append(list, a)
		}
	}
	return list
}

// For gives what there is for an audience in a language, in the order of the topics.
func (l *Library) For(language string, a Audience) (list []*Module) {
	for _, t := range Topics {
		if m := l.Module(language, Key{a, t}); m != nil {
			list = append(list, m)
		}
	}
	return list
}

// maxQuery is how many words of a search count.
const maxQuery = 12

// Find gives the modules of a language that hold every word searched for, or its beginning, the best first; those of the audience given before all
// others. Words of one letter do not count. No word that counts finds nothing.
func (l *Library) Find(language, query string, first Audience) (list []*Module) {
	var words []string
	for _, w := range Words(sound.Fold(query)) {
		if len([]rune(w)) > 1 && len(words) < maxQuery {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return nil
	}
	type hit struct {
		m     *Module
		score int
	}
	var hits []hit
	for _, e := range l.index[language] {
		if n := e.score(words); n > 0 {
			if e.module.Audience == first {
				n += inTitle * (maxQuery + 1)
			}
			hits = append(hits, hit{e.module, n})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
	for _, h := range hits {
		list = append(list, h.m)
	}
	return list
}

// score is what the words count for; 0 when one of them is missing.
func (e entry) score(words []string) (sum int) {
	for _, want := range words {
		best := 0
		for w, weight := range e.words {
			if stem := strings.TrimPrefix(w, "ال"); strings.HasPrefix(w, want) || strings.HasPrefix(stem, strings.TrimPrefix(want, "ال")) {
				best = max(best, weight)
			}
		}
		if best == 0 {
			return 0
		}
		sum += best
	}
	return sum
}

// All gives every module, in no order that counts.
func (l *Library) All() (list []*Module) {
	for _, all := range l.modules {
		for _, m := range all {
			list = append(list, m)
		}
	}
	return list
}

// With gives a library in which the modules given stand beside those of l: of two with the same key and language the one with the higher version counts, of
// equals the one of l. Where none counts it is l itself.
func (l *Library) With(list []*Module) *Library {
	all := l.All()
	n := len(all)
	for _, m := range list {
		if mine := l.Module(m.Language, m.Key); mine == nil || m.Version > mine.Version {
			all = append(all, m)
		}
	}
	if len(all) == n {
		return l
	}
	return NewLibrary(all)
}

// A Format is one of the forms in which a text is there.
type Format string

// The formats.
const (
	AsPage    Format = "page"
	AsEasy    Format = "easy"  // easy read
	AsCheck   Format = "check" // questions to oneself
	AsMessage Format = "sms"   // texts for telephones
	AsPrint   Format = "print" // what comes on paper: the page, and its easy read with the drawings
)

// Formats are all formats, in the order in which they are shown.
var Formats = []Format{AsPage, AsEasy, AsCheck, AsMessage, AsPrint}

// Has tells whether a module is there in a format.
func (m *Module) Has(f Format) bool {
	switch f {
	case AsEasy:
		return len(m.Easy) > 0
	case AsCheck:
		return len(m.Check) > 0
	case AsMessage:
		return len(m.SMS) > 0
	}
	return len(m.Body) > 0
}

// A Cell is one place of the table of what there is: whether the text is there, and what is to be done about it.
type Cell struct {
	Key
	Language string
	Format   Format
	There    bool
	Required bool
	Stale    bool // the text that it says has changed since
	Reviewed bool // its language and its safety, by people
	Version  int
}

// Coverage is the table of every audience, topic, language and format, the languages as given, the first of which is the one that the others follow.
func (l *Library) Coverage(languages []string, required []Required) (table []Cell) {
	for _, a := range Audiences {
		for _, t := range Topics {
			for i, language := range languages {
				k := Key{a, t}
				c := Cell{Key: k, Language: language, Required: slices.ContainsFunc(required, func(r Required) bool {
					return slices.Contains(r.Languages, language) && slices.Contains(r.Audiences, a)
				})}
				m := l.Module(language, k)
				if m != nil {
					c.Version, c.Reviewed = m.Version, m.Reviewed()
					first := l.Module(languages[0], k)
					c.Stale = i > 0 && first != nil && m.Follows < first.Version
				}
				for _, f := range Formats {
					c.Format, c.There = f, m != nil && m.Has(f)
					table = append(table, c)
				}
			}
		}
	}
	return table
}

// Nobody is written where no person has reviewed a text.
const Nobody = "none"

// Reviewed tells whether people have looked at its language and at its safety: two of them.
func (m *Module) Reviewed() bool {
	r := m.ReviewedBy
	return r.Language != Nobody && r.Safeguarding != Nobody && r.Language != r.Safeguarding
}
