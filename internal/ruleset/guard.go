package ruleset

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// LoadOver reads a rule set as Load does, that is to count in the place of base, which a country's pack brings. It may weigh
// otherwise, and only that. Beside the problems of Load it gives one for whatever would lower what holds however the points
// fall, or would not fit the pack's questions:
//
//   - It has the triggers and floors of base and no others. One that is left out would no longer hold a report up; one that is
//     added is told by no question.
//   - It has the conditions of content of base and no others, for the same reason.
//   - Unknown facts raise at least as soon and as far as they do in base: not knowing never counts as less urgent.
//
// That a trigger makes P1 and a floor at least P2, and which of them there must be, is in no rule set's power.
func LoadOver(base *Set, file string, data []byte) (*Set, []Problem) {
	s, problems := Load(file, data)
	if s == nil {
		return nil, problems
	}
	g := guard{base: base, file: file, lines: keyLines(data)}
	g.facts("trigger", "triggers", base.triggerNames(), s.triggerNames())
	g.facts("floor", "floors", base.floorNames(), s.floorNames())
	g.facts("content", "content", base.contentNames(), s.contentNames())
	g.unknowns(s.Unknowns)
	if len(g.problems) > 0 {
		return nil, g.problems
	}
	return s, nil
}

// A guard finds what a rule set may not do to the one in whose place it is to count.
type guard struct {
	base     *Set
	file     string
	lines    map[string]int // of the keys at the top
	problems []Problem
}

func (g *guard) report(key, format string, args ...any) {
	g.problems = append(g.problems, Problem{g.file, max(g.lines[key], 1), fmt.Sprintf(format, args...)})
}

func (g *guard) facts(what, key string, base, now []string) {
	for _, name := range base {
		if !slices.Contains(now, name) {
			g.report(key, "%s: %s of %s is missing: what holds a report up while it is true may not be taken away", what, name, g.base.Name())
		}
	}
	for _, name := range now {
		if !slices.Contains(base, name) {
			g.report(key, "%s: %s is not in %s: no question tells it; bring it with a pack, together with its question", what, clipped(name), g.base.Name())
		}
	}
}

func (g *guard) unknowns(u Unknowns) {
	was := g.base.Unknowns
	if u.From > was.From {
		g.report("unknowns", "unknowns: from: at most %d, as in %s, got %d: not knowing may not count later", was.From, g.base.Name(), u.From)
	}
	if was.AtLeast.MoreUrgent(u.AtLeast) {
		g.report("unknowns", "unknowns: at_least: not less urgent than %s, as in %s, got %s", was.AtLeast, g.base.Name(), u.AtLeast)
	}
	if was.NothingAnswered.MoreUrgent(u.NothingAnswered) {
		g.report("unknowns", "unknowns: nothing_answered: not less urgent than %s, as in %s, got %s", was.NothingAnswered, g.base.Name(), u.NothingAnswered)
	}
}

// KeyLine gives the line of a key at the top of YAML text; 1 when it is not there.
func KeyLine(data []byte, key string) int { return max(keyLines(data)[key], 1) }

// keyLines gives the lines of the keys at the top of YAML text; none of text that is no mapping.
func keyLines(data []byte) map[string]int {
	lines := map[string]int{}
	var doc yaml.Node
	if len(data) > MaxFile || yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return lines
	}
	root := doc.Content[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		lines[root.Content[i].Value] = root.Content[i].Line
	}
	return lines
}
