package ruleset

import (
	"slices"
	"time"
)

// A Level says how soon content in which no child is identified goes to the hotline: C1 is the most urgent, C3 the least.
type Level string

// The levels.
const (
	C1 Level = "C1"
	C2 Level = "C2"
	C3 Level = "C3"
)

// Content is the track for a report of content alone. Once a child is identified, a report about that child is opened
// and scored with the factors instead.
type Content struct {
	NothingTold Level         // the level when no condition is told
	Levels      []ContentRule // C1 to C3, in that order
}

// A ContentRule is one level: when it holds, and how soon it is to be forwarded.
type ContentRule struct {
	Level         Level
	ForwardWithin time.Duration
	Words         Words
	When          []Condition // any one of them is enough
}

// A Condition is a fact about content.
type Condition struct {
	Name  string
	Words Words
}

// ContentLevel gives the most urgent level of which any condition is told; facts holds names of conditions. An unknown
// name is fault.Invalid and lists the allowed ones.
func (s *Set) ContentLevel(facts []string) (Level, error) {
	var allowed []string
	found := s.Content.NothingTold
	for _, rule := range slices.Backward(s.Content.Levels) {
		here := names(rule.When, func(c Condition) string { return c.Name })
		if slices.ContainsFunc(facts, func(f string) bool { return slices.Contains(here, f) }) {
			found = rule.Level
		}
		allowed = append(here, allowed...)
	}
	for _, f := range facts {
		if !slices.Contains(allowed, f) {
			return "", unknownName("content", f, allowed)
		}
	}
	return found, nil
}
