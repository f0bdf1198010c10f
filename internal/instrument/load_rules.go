package instrument

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A leaf of a condition is "question=code" or "question=code|code".
var leafPattern = regexp.MustCompile(`^([a-z0-9_]{1,400})=([a-z0-9_]{1,400}(?:\|[a-z0-9_]{1,400})*)$`)

// maxDepth is how deep conditions may stand inside each other.
const maxDepth = 4

func (l *loader) condition(n *yaml.Node, what string, depth int) Condition {
	c := Condition{line: n.Line}
	switch {
	case n.Kind == yaml.ScalarNode:
		m := leafPattern.FindStringSubmatch(n.Value)
		if m == nil {
			l.report(n.Line, `%s: expected a condition like "question=code" or "question=code|code", got %s`, what, kindOf(n))
			return c
		}
		c.Question, c.Codes = m[1], strings.Split(m[2], "|")
		return c
	case depth == maxDepth:
		l.report(n.Line, "%s: conditions stand more than %d deep", what, maxDepth)
		return c
	}
	m := l.record(n, what, nil, "all", "any", "none")
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		l.report(n.Line, "%s: expected all, any or none", what)
	}
	c.All = l.conditions(m["all"], what+": all", depth+1)
	c.Any = l.conditions(m["any"], what+": any", depth+1)
	c.None = l.conditions(m["none"], what+": none", depth+1)
	return c
}

func (l *loader) conditions(n *yaml.Node, what string, depth int) []Condition {
	var list []Condition
	for _, item := range l.list(n, what) {
		list = append(list, l.condition(item, what, depth))
	}
	return list
}

func (l *loader) rule(n *yaml.Node) rule {
	m := l.record(n, "derive", []string{"when", "facts"})
	r := rule{facts: l.facts(m["facts"], "derive: facts")}
	if m["when"] != nil {
		c := l.condition(m["when"], "derive: when", 0)
		r.when = &c
	}
	return r
}

func (l *loader) facts(n *yaml.Node, what string) []fact {
	var list []fact
	for _, e := range l.entries(n, what) {
		if slices.Contains(lists, e.key) {
			for _, item := range l.list(e.value, what+": "+e.key) {
				name := l.word(item, what+": "+e.key, namePattern, aName)
				list = append(list, fact{list: e.key, name: name, line: item.Line})
			}
			continue
		}
		if !namePattern.MatchString(e.key) {
			l.report(e.line, "%s: expected triggers, floors, content or the name of a factor, got %q", what, clipped(e.key))
			continue
		}
		list = append(list, fact{name: e.key, code: l.factCode(e, what+": "+e.key), line: e.line})
	}
	return list
}

func (l *loader) factCode(e entry, what string) string {
	if e.key == counted {
		return strconv.Itoa(l.number(e.value, what, 0, mostCounted))
	}
	code := l.word(e.value, what, namePattern, aName)
	if code == Unknown {
		l.report(e.line, "%s: leave this line out: what has no fact is unknown", what)
	}
	return code
}

// checkConditions holds each condition to questions that are there, are answered with codes, and (on a page) were asked
// before.
func (l *loader) checkConditions(in *Instrument) {
	pages, asked := map[string]int{}, map[string]Question{}
	for i, p := range in.Pages {
		for _, q := range p.Questions {
			pages[q.ID], asked[q.ID] = i, q
		}
	}
	for i, p := range in.Pages {
		p.When.leaves(func(c *Condition) {
			if l.checkLeaf(c, "page "+p.ID+": when", asked) && pages[c.Question] >= i {
				l.report(c.line, "page %s: when: question %q is not asked before this page: it stands in line %d", p.ID, c.Question, l.lines[c.Question])
			}
		})
	}
	in.content.leaves(func(c *Condition) { l.checkLeaf(c, "content_only", asked) })
	for _, r := range in.rules {
		r.when.leaves(func(c *Condition) { l.checkLeaf(c, "derive: when", asked) })
	}
}

// checkLeaf reports a question or codes that are not there; it tells whether the question is.
func (l *loader) checkLeaf(c *Condition, what string, asked map[string]Question) bool {
	q, ok := asked[c.Question]
	if !ok {
		l.report(c.line, "%s: unknown question %q; expected %s", what, clipped(c.Question), strings.Join(slices.Sorted(maps.Keys(asked)), ", "))
		return false
	}
	if !q.Kind.Coded() {
		l.report(c.line, "%s: question %q is answered in words, and words decide nothing", what, q.ID)
		return true
	}
	for _, code := range c.Codes {
		if _, ok := q.Code(code); !ok {
			l.report(c.line, "%s: question %q has no code %q; expected %s", what, q.ID, clipped(code), strings.Join(codeNames(q), ", "))
		}
	}
	return true
}

func codeNames(q Question) []string {
	var names []string
	for _, c := range q.Codes {
		names = append(names, c.Name)
	}
	return names
}
