package ruleset

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

func (l *loader) readContent(n *yaml.Node) Content {
	m := l.record(n, "content", []string{"nothing_told", "levels"})
	c := Content{NothingTold: l.level(m["nothing_told"], "content: nothing_told")}
	conditions := map[string]bool{}
	seen := map[string]bool{}
	for _, item := range l.list(m["levels"], "content: levels") {
		rule := l.readRule(item, conditions)
		if rule.Level == "" {
			continue
		}
		if seen[string(rule.Level)] {
			l.report(item.Line, "content: level %s stands twice", rule.Level)
			continue
		}
		seen[string(rule.Level)] = true
		c.Levels = append(c.Levels, rule)
	}
	l.missing(m["levels"], "content", []term{{id: "level", name: "C1"}, {id: "level", name: "C2"}, {id: "level", name: "C3"}}, seen)
	slices.SortFunc(c.Levels, func(a, b ContentRule) int { return strings.Compare(string(a.Level), string(b.Level)) })
	return c
}

func (l *loader) readRule(n *yaml.Node, conditions map[string]bool) ContentRule {
	m := l.record(n, "content level", []string{"level", "forward_within", "words", "when"})
	rule := ContentRule{Level: l.level(m["level"], "content: level")}
	what := "content " + string(rule.Level)
	rule.ForwardWithin = l.span(m["forward_within"], what+": forward_within")
	rule.Words = l.words(m["words"], what)
	for _, item := range l.list(m["when"], what+": when") {
		c := l.record(item, what+": condition", []string{"name", "words"})
		name := l.factName(c["name"], what+": condition")
		if name == "" {
			continue
		}
		if conditions[name] {
			l.report(c["name"].Line, "%s: condition %s stands twice", what, clipped(name))
			continue
		}
		conditions[name] = true
		rule.When = append(rule.When, Condition{name, l.words(c["words"], name)})
	}
	return rule
}

func (l *loader) level(n *yaml.Node, what string) Level {
	text := l.text(n, what)
	switch Level(text) {
	case "", C1, C2, C3:
		return Level(text)
	}
	l.report(n.Line, "%s: expected C1, C2 or C3, got %q", what, clipped(text))
	return ""
}
