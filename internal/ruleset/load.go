package ruleset

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

var (
	idPattern      = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}[a-z0-9]$`)
	versionPattern = regexp.MustCompile(`^(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})$`)
	namePattern    = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
)

// maxPoints is the most points of one code.
const maxPoints = 100

// Load reads a rule set from the YAML text of a pack; file is only the name that problems carry. It gives either a
// complete set and no problem, or nil and every problem at once, by line. It reads at most 1 MiB and follows no alias.
func Load(file string, data []byte) (*Set, []Problem) {
	l := &loader{reader: reader{file: file}}
	root := l.document(data)
	if root == nil {
		return nil, l.sorted()
	}
	s := l.set(root)
	if len(l.problems) > 0 {
		return nil, l.sorted()
	}
	return s, nil
}

// A loader is a reader that knows the set's languages.
type loader struct {
	reader
	languages []string
}

func (l *loader) set(root *yaml.Node) *Set {
	top := l.record(root, "rule set", []string{"id", "version", "languages", "factors", "triggers", "floors", "bands", "unknowns", "content"})
	l.languages = l.readLanguages(top["languages"])
	s := &Set{
		ID:        l.match(top["id"], "id", idPattern, `lower-case words like "demo-csea"`),
		Version:   l.match(top["version"], "version", versionPattern, `a version like "1.0.0"`),
		Languages: l.languages,
		Factors:   l.readFactors(top["factors"]),
		Triggers:  l.readTriggers(top["triggers"]),
		Floors:    l.readFloors(top["floors"]),
		Unknowns:  l.readUnknowns(top["unknowns"]),
		Content:   l.readContent(top["content"]),
	}
	s.Bands = l.readBands(top["bands"], highest(s.Factors))
	return s
}

func (l *loader) readLanguages(n *yaml.Node) []string {
	var tags []string
	for _, item := range l.list(n, "languages") {
		tag := l.text(item, "languages")
		if tag == "" {
			continue
		}
		if parsed, err := language.Parse(tag); err != nil || parsed.String() != tag {
			l.report(item.Line, `languages: expected a language tag like "ar" or "pt-BR", got %q`, clipped(tag))
			continue
		}
		if slices.Contains(tags, tag) {
			l.report(item.Line, "languages: %q stands twice", tag)
			continue
		}
		tags = append(tags, tag)
	}
	return tags
}

// words reads the words in every language of the set.
func (l *loader) words(n *yaml.Node, what string) Words {
	w := Words{}
	for _, e := range l.entries(n, what+": words") {
		if !slices.Contains(l.languages, e.key) {
			l.report(e.line, "%s: words in %q, which is not one of the languages %s", what, clipped(e.key), strings.Join(l.languages, ", "))
			continue
		}
		w[e.key] = l.text(e.value, what+": words in "+e.key)
	}
	if n == nil || n.Kind != yaml.MappingNode {
		return w
	}
	for _, lang := range l.languages {
		if _, ok := w[lang]; !ok {
			l.report(n.Line, "%s: words in %q are missing", what, lang)
		}
	}
	return w
}

func (l *loader) readUnknowns(n *yaml.Node) Unknowns {
	m := l.record(n, "unknowns", []string{"from", "at_least", "nothing_answered"})
	return Unknowns{
		From:            l.number(m["from"], "unknowns: from", 1, len(standardFactors())),
		AtLeast:         l.raised(m["at_least"], "unknowns: at_least"),
		NothingAnswered: l.raised(m["nothing_answered"], "unknowns: nothing_answered"),
	}
}

// raised reads a priority of P1 to P3: what is not known never counts as least urgent.
func (l *loader) raised(n *yaml.Node, what string) Priority {
	text := l.text(n, what)
	if p := Priority(text); text == "" || p.Valid() && p != P4 {
		return p
	}
	l.report(n.Line, "%s: expected P1, P2 or P3, got %q", what, clipped(text))
	return ""
}

// readBands reads P1 to P4 and checks that they cover every sum once. highest is the highest sum that can be reached.
func (l *loader) readBands(n *yaml.Node, highest int) []Band {
	var order []string
	for _, p := range Priorities() {
		order = append(order, string(p))
	}
	m := l.record(n, "bands", order)
	before := len(l.problems)
	var bands []Band
	for _, p := range Priorities() {
		if m[string(p)] != nil {
			bands = append(bands, l.band(m[string(p)], p, highest))
		}
	}
	if len(bands) == len(order) && len(l.problems) == before {
		l.compareBands(m, bands)
	}
	return bands
}

func (l *loader) band(n *yaml.Node, p Priority, highest int) Band {
	what := "bands: " + string(p)
	if p == P1 {
		m := l.record(n, what, []string{"from"})
		b := Band{p, l.number(m["from"], what+": from", 0, math.MaxInt32), math.MaxInt}
		if b.From > highest && highest > 0 {
			l.report(n.Line, "%s starts at %d, but no answers give more than %d points", what, b.From, highest)
		}
		return b
	}
	m := l.record(n, what, []string{"from", "to"})
	b := Band{p, l.number(m["from"], what+": from", 0, math.MaxInt32), l.number(m["to"], what+": to", 0, math.MaxInt32)}
	if m["from"] != nil && m["to"] != nil && b.To < b.From {
		l.report(n.Line, "%s ends at %d, before it starts at %d", what, b.To, b.From)
	}
	return b
}

func (l *loader) compareBands(m map[string]*yaml.Node, bands []Band) {
	if last := bands[len(bands)-1]; last.From != 0 {
		l.report(m[string(last.Priority)].Line, "bands: %s must start at 0, got %d", last.Priority, last.From)
	}
	for i, b := range bands[:len(bands)-1] {
		less := bands[i+1]
		switch line := m[string(b.Priority)].Line; {
		case b.From <= less.To:
			l.report(line, "bands: %s and %s overlap: %s starts at %d, %s ends at %d", b.Priority, less.Priority, b.Priority, b.From, less.Priority, less.To)
		case b.From > less.To+1:
			l.report(line, "bands: sums from %d to %d belong to no band: %s must start at %d", less.To+1, b.From-1, b.Priority, less.To+1)
		}
	}
}

// highest is the highest sum that the factors can give.
func highest(factors []Factor) int {
	sum := 0
	for _, f := range factors {
		most := 0
		for _, c := range f.Codes {
			most = max(most, c.Points)
		}
		sum += most
	}
	return sum
}
