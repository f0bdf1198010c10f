package instrument

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

var (
	versionPattern = regexp.MustCompile(`^(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})$`)
	namePattern    = regexp.MustCompile(`^[a-z0-9]{1,40}(_[a-z0-9]{1,40}){0,9}$`)
)

const (
	aVersion = `a version like "1.0.0"`
	aName    = `lower-case words like "safe_place"`
)

// maxOnPage is the most questions of one page.
const maxOnPage = 3

// Load reads an instrument from the YAML text of a pack; file is only the name that problems carry. It gives either a
// complete instrument and no problem, or nil and every problem at once, by line. It reads at most 1 MiB and follows no
// alias. Whether facts have names that the rule set knows is for CheckFacts to say.
func Load(file string, data []byte) (*Instrument, []Problem) {
	l := &loader{reader: reader{file: file}}
	root := l.document(data)
	if root == nil {
		return nil, l.sorted()
	}
	in := l.instrument(root)
	l.checkConditions(in)
	if len(l.problems) > 0 {
		return nil, l.sorted()
	}
	return in, nil
}

// A loader is a reader that knows what it has read of the instrument.
type loader struct {
	reader
	languages []string
	pageLines map[string]int // page id → its line
	lines     map[string]int // question id → its line
}

func (l *loader) instrument(root *yaml.Node) *Instrument {
	top := l.record(root, "instrument", []string{"id", "version", "languages", "reader", "name", "answers", "pages"}, "reviewed_by", "picture", "content_only", "derive")
	l.languages = l.readLanguages(top["languages"])
	l.pageLines, l.lines = map[string]int{}, map[string]int{}
	in := &Instrument{
		ID:        l.word(top["id"], "id", namePattern, aName),
		Version:   l.word(top["version"], "version", versionPattern, aVersion),
		Languages: l.languages,
		Reader:    Reader(l.choice(top["reader"], "reader", string(Child), string(Adult))),
		Name:      l.words(top["name"], "name"),
		Picture:   l.picture(top["picture"], "picture"),
		file:      l.file,
	}
	in.ReviewedBy = l.readReviewers(top["reviewed_by"])
	added := l.record(top["answers"], "answers", []string{Unknown, PrefersNotToSay})
	in.unknown = l.words(added[Unknown], "answers: "+Unknown)
	in.notSaid = l.words(added[PrefersNotToSay], "answers: "+PrefersNotToSay)
	for _, n := range l.list(top["pages"], "pages") {
		in.Pages = append(in.Pages, l.page(n, in))
	}
	if top["content_only"] != nil {
		c := l.condition(top["content_only"], "content_only", 0)
		in.content = &c
	}
	if top["derive"] != nil {
		for _, n := range l.list(top["derive"], "derive") {
			in.rules = append(in.rules, l.rule(n))
		}
	}
	return in
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

func (l *loader) readReviewers(n *yaml.Node) map[string]string {
	by := map[string]string{}
	for _, e := range l.entries(n, "reviewed_by") {
		if !slices.Contains(l.languages, e.key) {
			l.report(e.line, "reviewed_by: %q is not one of the languages %s", clipped(e.key), strings.Join(l.languages, ", "))
			continue
		}
		by[e.key] = l.text(e.value, "reviewed_by: "+e.key)
	}
	return by
}

// words reads the words in every language of the instrument.
func (l *loader) words(n *yaml.Node, what string) Text {
	in := map[string]string{}
	for _, e := range l.entries(n, what) {
		if !slices.Contains(l.languages, e.key) {
			l.report(e.line, "%s: words in %q, which is not one of the languages %s", what, clipped(e.key), strings.Join(l.languages, ", "))
			continue
		}
		in[e.key] = l.text(e.value, what+": words in "+e.key)
	}
	if n == nil || n.Kind != yaml.MappingNode {
		return Text{}
	}
	for _, lang := range l.languages {
		if _, ok := in[lang]; !ok {
			l.report(n.Line, "%s: words in %q are missing; expected words in each of its languages", what, lang)
		}
	}
	return newText(l.languages, in)
}

func (l *loader) page(n *yaml.Node, in *Instrument) Page {
	m := l.record(n, "page", []string{"id", "title", "questions"}, "intro", "picture", "when")
	id := l.word(m["id"], "page: id", namePattern, aName)
	l.firstTime(m["id"], "page", id, l.pageLines)
	p := Page{ID: id, Title: l.words(m["title"], "page "+id+": title"), Intro: l.words(m["intro"], "page "+id+": intro")}
	p.Picture = l.picture(m["picture"], "page "+id+": picture")
	if m["when"] != nil {
		c := l.condition(m["when"], "page "+id+": when", 0)
		p.When = &c
	}
	list := l.list(m["questions"], "page "+id+": questions")
	if len(list) > maxOnPage {
		l.report(m["questions"].Line, "page %s: expected at most %d questions, got %d", id, maxOnPage, len(list))
	}
	for _, q := range list {
		p.Questions = append(p.Questions, l.question(q, p.Title, len(list) == 1, in))
	}
	return p
}

// picture reads the name of a drawing, or none.
func (l *loader) picture(n *yaml.Node, what string) Picture {
	if n == nil {
		return ""
	}
	return Picture(l.choice(n, what, Pictures()...))
}

// firstTime notes where an id stands and reports one that stands twice.
func (l *loader) firstTime(n *yaml.Node, what, id string, lines map[string]int) {
	if id == "" {
		return
	}
	if line, ok := lines[id]; ok {
		l.report(n.Line, "%s: id %q stands twice, first in line %d", what, id, line)
		return
	}
	lines[id] = n.Line
}
