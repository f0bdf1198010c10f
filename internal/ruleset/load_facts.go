package ruleset

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

func (l *loader) readFactors(n *yaml.Node) []Factor {
	var factors []Factor
	standard := standardFactors()
	seen := map[string]bool{}
	for _, item := range l.list(n, "factors") {
		m := l.record(item, "factor", []string{"id", "name", "words", "codes"})
		name := l.factName(m["name"], "factor")
		t, known := find(standard, func(t term) bool { return t.name == name })
		id := l.text(m["id"], "factor: id")
		switch {
		case name == "":
			continue
		case !known:
			l.report(m["name"].Line, "factor: there is no %q; expected %s", clipped(name), termNames(standard))
			continue
		case seen[name]:
			l.report(m["name"].Line, "factor: %s stands twice", name)
			continue
		case id != "" && id != t.id:
			l.report(m["id"].Line, "factor: the id of %s is %s, got %q", name, t.id, clipped(id))
		}
		seen[name] = true
		factors = append(factors, Factor{t.id, name, l.words(m["words"], name), l.readCodes(m["codes"], t)})
	}
	l.missing(n, "factor", standard, seen)
	slices.SortFunc(factors, func(a, b Factor) int { return byNumber(a.ID, b.ID) })
	return factors
}

func (l *loader) readCodes(n *yaml.Node, t term) []Code {
	found := map[string]Code{}
	for _, e := range l.entries(n, t.name+": codes") {
		what := t.name + ": " + clipped(e.key)
		if part := protectedIn(e.key); part != "" {
			l.refuse(e.line, what, part)
			continue
		}
		if !slices.Contains(t.codes, e.key) {
			l.report(e.line, "%s: there is no code %q; expected %s", t.name, clipped(e.key), strings.Join(t.codes, ", "))
			continue
		}
		m := l.record(e.value, what, []string{"points", "words"})
		found[e.key] = Code{e.key, l.number(m["points"], what+": points", 0, maxPoints), l.words(m["words"], what)}
	}
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	var codes []Code
	for _, name := range t.codes {
		c, ok := found[name]
		if !ok {
			l.report(n.Line, "%s: code %q is missing", t.name, name)
			continue
		}
		codes = append(codes, c)
	}
	if t.name == Vulnerability {
		l.checkRising(n, codes)
	}
	return codes
}

// checkRising holds the one place where disability counts to its promise: it can only raise.
func (l *loader) checkRising(n *yaml.Node, codes []Code) {
	last := 0
	for _, c := range codes {
		if !isCount(c.Name) {
			continue
		}
		if c.Points < last {
			l.report(n.Line, "%s: more vulnerability never gives fewer points: %s gives %d after %d", Vulnerability, c.Name, c.Points, last)
		}
		last = c.Points
	}
}

func (l *loader) readTriggers(n *yaml.Node) []Trigger {
	var triggers []Trigger
	l.readReasons(n, "trigger", "T", standardTriggers(), func(id, name string, m map[string]*yaml.Node) {
		triggers = append(triggers, Trigger{id, name, l.lapse(m, name), l.words(m["words"], name)})
	}, "lapses_after")
	slices.SortFunc(triggers, func(a, b Trigger) int { return byNumber(a.ID, b.ID) })
	return triggers
}

func (l *loader) readFloors(n *yaml.Node) []Floor {
	var floors []Floor
	l.readReasons(n, "floor", "FL", standardFloors(), func(id, name string, m map[string]*yaml.Node) {
		floors = append(floors, Floor{id, name, l.words(m["words"], name)})
	})
	slices.SortFunc(floors, func(a, b Floor) int { return byNumber(a.ID, b.ID) })
	return floors
}

// readReasons reads a list of triggers or floors. The standard ones must all be there under their own ids; a pack may
// add more after them, because they can only raise.
func (l *loader) readReasons(n *yaml.Node, what, prefix string, standard []term, keep func(id, name string, m map[string]*yaml.Node), optional ...string) {
	pattern := regexp.MustCompile(`^` + prefix + `[1-9][0-9]?$`)
	seen := map[string]bool{}
	for _, item := range l.list(n, what+"s") {
		m := l.record(item, what, []string{"id", "name", "words"}, optional...)
		id := l.match(m["id"], what+": id", pattern, "an id like "+prefix+"1")
		name := l.factName(m["name"], what)
		if id == "" || name == "" {
			continue
		}
		if !l.agrees(m, what, id, name, standard) {
			continue
		}
		if seen[id] || seen[name] {
			l.report(m["id"].Line, "%s: %s %s stands twice", what, id, name)
			continue
		}
		seen[id], seen[name] = true, true
		keep(id, name, m)
	}
	l.missing(n, what, standard, seen)
}

// agrees tells whether id and name belong together.
func (l *loader) agrees(m map[string]*yaml.Node, what, id, name string, standard []term) bool {
	t, byID := find(standard, func(t term) bool { return t.id == id })
	u, byName := find(standard, func(t term) bool { return t.name == name })
	switch {
	case byName && u.id != id:
		l.report(m["id"].Line, "%s: the id of %s is %s, got %s", what, name, u.id, id)
		return false
	case byID && t.name != name:
		l.report(m["name"].Line, "%s: %s is %s, got %q; one that the pack adds comes after %s", what, id, t.name, clipped(name), standard[len(standard)-1].id)
		return false
	}
	return true
}

var timeInName = regexp.MustCompile(`_within_([1-9][0-9]{0,3})h$`)

// lapse reads lapses_after, which must be the time in the trigger's name, and absent when there is none.
func (l *loader) lapse(m map[string]*yaml.Node, name string) time.Duration {
	n := m["lapses_after"]
	inName := timeInName.FindStringSubmatch(name)
	switch {
	case n == nil && inName == nil:
		return 0
	case n == nil:
		l.report(m["name"].Line, "trigger %s: lapses_after: %sh is missing", name, inName[1])
		return 0
	case inName == nil:
		l.report(n.Line, "trigger %s: lapses_after: only a trigger with a time in its name lapses", name)
		return 0
	}
	d := l.span(n, "trigger "+name+": lapses_after")
	if hours, _ := strconv.Atoi(inName[1]); d != 0 && d != time.Duration(hours)*time.Hour {
		l.report(n.Line, "trigger %s: lapses_after: expected %dh as in the name, got %q", name, hours, clipped(n.Value))
	}
	return d
}

// factName reads a name and refuses protected characteristics, with the reason.
func (l *loader) factName(n *yaml.Node, what string) string {
	name := l.text(n, what+": name")
	if part := protectedIn(name); part != "" {
		l.refuse(n.Line, what+": "+clipped(name), part)
		return ""
	}
	if name != "" && !namePattern.MatchString(name) {
		l.report(n.Line, "%s: name: expected lower-case words joined by _, got %q", what, clipped(name))
		return ""
	}
	return name
}

func (l *loader) refuse(line int, what, part string) {
	l.report(line, "%s: %q is refused: protected characteristics never add or remove priority; they belong to support needs and barriers", what, part)
}

func (l *loader) missing(n *yaml.Node, what string, standard []term, seen map[string]bool) {
	if n == nil || n.Kind != yaml.SequenceNode {
		return
	}
	for _, t := range standard {
		if !seen[t.name] {
			l.report(n.Line, "%s: %s %s is missing", what, t.id, t.name)
		}
	}
}

func termNames(terms []term) string {
	return strings.Join(names(terms, func(t term) string { return t.name }), ", ")
}

// byNumber compares ids of one kind by the number at their end.
func byNumber(a, b string) int { return cmp.Compare(numberOf(a), numberOf(b)) }

func numberOf(id string) int {
	n, _ := strconv.Atoi(strings.TrimLeft(id, "WTFL"))
	return n
}
