package jurisdiction

import (
	"slices"
	"strconv"
	"strings"

	"amparo/internal/education"
)

// A Finding is what is wrong with a text as it would stand in the pack. Field is that of the front matter, or [BodyField]. Code and Params name it for
// whoever says it in other words; Message says it as amparo pack check does.
type Finding struct {
	Field   string
	Code    string
	Params  []any // names and values in turn
	Message string
}

// BodyField names what comes after the front matter.
const BodyField = "body"

// The codes of findings, beside those of education.
const (
	FindForm   = "shape"   // the field is not as it has to be: too long, too few, missing
	FindWord   = "word"    // Word, Use: a word that the field does not use
	FindDigit  = "digit"   // Word: a digit that telephones do not show
	FindPlace  = "place"   // Word: a place that nothing is put in
	FindLink   = "leads"   // Topic: a link to a topic that is not there for these readers
	FindFollow = "follows" // a translation says which version it follows
	FindDay    = "day"     // the day by which it is looked at again
	FindOther  = "other"   // whatever else amparo pack check would refuse; Text
	findLine   = "form_"   // before a code of education's problems; Line
)

// CheckModule judges a file as amparo pack check would if it lay in the pack, beside the texts of a library. It gives the module as far as it can be read,
// nil when it cannot. Where nothing is found, the file may be put into the pack.
func (p *Pack) CheckModule(language string, k education.Key, data []byte, beside *education.Library) (*education.Module, []Finding) {
	whole := *p
	l := &loader{docs: map[string]*document{}, sound: map[string]bool{profileYAML: true, limitsYAML: len(p.teaching.Audiences) > 0}, hash: map[string][32]byte{}, pack: &whole}
	file := moduleFile(language, k.Audience, k.Topic)
	m := &education.Module{}
	if !l.place(file, m) || !l.isText(file, data) {
		return nil, []Finding{{BodyField, FindOther, []any{"Text", l.problems[0].Message}, l.problems[0].Message}}
	}
	l.moduleOf(file, data, m)
	l.checkWords()
	whole.library = education.NewLibrary(append(beside.All(), m))
	l.checkLinks(m)
	f := &finder{pack: p, library: whole.library, language: language}
	if read, err := education.ReadFile(language, k, data); err == nil {
		f.module(read)
	}
	f.fields(l, file, data)
	if len(f.list) == 0 {
		for _, one := range l.sorted() {
			f.find(BodyField, FindOther, one.Message, "Text", one.Message)
		}
	}
	return m, f.list
}

// A finder collects findings.
type finder struct {
	pack     *Pack
	library  *education.Library
	language string
	list     []Finding
}

// find adds a finding, once.
func (f *finder) find(field, code, message string, params ...any) {
	if !slices.ContainsFunc(f.list, func(o Finding) bool { return o.Field == field && o.Code == code && slices.Equal(o.Params, params) }) {
		f.list = append(f.list, Finding{field, code, params, message})
	}
}

// module looks at what a text says.
func (f *finder) module(m *education.Module) {
	_, problems := education.ParseBody([]byte(m.Text))
	for _, p := range problems {
		f.find(BodyField, findLine+p.Code, p.Message, "Line", p.Line)
	}
	for _, part := range parts(m) {
		for _, a := range Avoids(f.language, part.text) {
			if a.Use == "" {
				f.find(part.field, FindDigit, a.Word, "Word", a.Word)
				continue
			}
			f.find(part.field, FindWord, a.Word, "Word", a.Word, "Use", a.Use)
		}
		if part.field == BodyField {
			continue // in the Markdown nothing is put in a place
		}
		for _, found := range place.FindAllString(part.text, -1) {
			f.find(part.field, FindPlace, found, "Word", clip(found))
		}
	}
	if len(f.pack.teaching.Audiences) > 0 {
		for _, one := range f.pack.teaching.Check(m) {
			field := one.Field
			if field == "" {
				field = BodyField
			}
			f.find(field, one.Code, one.Message, one.Params...)
		}
	}
	for _, t := range m.Links() {
		if slices.Contains(education.Topics, t) && f.library.Module(f.language, education.Key{Audience: m.Audience, Topic: t}) == nil {
			f.find(BodyField, FindLink, string(t), "Topic", string(t))
		}
	}
	if first := f.pack.profile.Languages.Default; (f.language == first) != (m.Follows == 0) {
		f.find("follows", FindFollow, "follows")
	}
}

// fields says which fields of the front matter are not as the schema has them.
func (f *finder) fields(l *loader, file string, data []byte) {
	front, _, ok := education.CutFront(data)
	if !ok {
		f.find(BodyField, FindOther, "front matter", "Text", "front matter")
		return
	}
	c := &checker{}
	d := c.parse(file, front)
	if d == nil {
		f.find(BodyField, FindOther, "YAML", "Text", c.problems[0].Message)
		return
	}
	c.conform(d, "education_module.json")
	for _, p := range c.problems {
		f.find(d.top(p.Line), FindForm, p.Message)
	}
	for _, p := range l.problems {
		if strings.HasPrefix(p.Message, "review_by:") {
			f.find("review_by", FindDay, p.Message)
		}
	}
}

// top is the name at the top of the document in which a line stands; empty for one that stands before all.
func (d *document) top(line int) (name string) {
	for i := 0; i+1 < len(d.root.Content); i += 2 {
		if d.root.Content[i].Line <= line {
			name = d.root.Content[i].Value
		}
	}
	return name
}

// A part is something that a module says, and in which field.
type part struct{ field, text string }

func parts(m *education.Module) (list []part) {
	add := func(field string, texts ...string) {
		for _, t := range texts {
			list = append(list, part{field, t})
		}
	}
	add("title", m.Title)
	add("summary", m.Summary)
	add("opportunities", m.Opportunities...)
	add("skills", m.Skills...)
	for _, e := range m.Easy {
		add("easy", e.Say)
	}
	for _, q := range m.Check {
		add("check", q.Ask)
		for _, a := range q.Answers {
			add("check", a.Say, a.Because)
		}
	}
	add("sms", m.SMS...)
	add(BodyField, strings.Split(m.Text, "\n")...)
	return list
}

// ModulePath is where the file of a text lies in a pack.
func ModulePath(language string, k education.Key) string {
	return moduleFile(language, k.Audience, k.Topic)
}

// ModuleLimits are the most characters of a field of a module's front matter, and how many of it there are at least and at most; 0 for what has no such limit.
// The names are those of the front matter, with a point before what is inside: "check.answers.because".
func ModuleLimits(field string) (longest, least, most int) {
	at := schemas().raw["education_module.json"]
	for _, name := range strings.Split(field, ".") {
		for {
			m, ok := at.(map[string]any)
			if !ok {
				return 0, 0, 0
			}
			if inside, ok := m["properties"]; ok {
				at = inside
				break
			}
			at = m["items"]
		}
		at = at.(map[string]any)[name]
	}
	m, _ := at.(map[string]any)
	inner := m
	if items, ok := m["items"].(map[string]any); ok {
		inner = items
	}
	return number(inner["maxLength"]), number(m["minItems"]), number(m["maxItems"])
}

// number is a whole number of a schema; 0 when there is none.
func number(v any) int {
	switch v := v.(type) {
	case float64:
		return int(v)
	case interface{ String() string }:
		n, _ := strconv.Atoi(v.String())
		return n
	}
	return 0
}
