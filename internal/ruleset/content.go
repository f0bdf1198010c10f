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

// rate gives the level of content in the place of a priority, with what was told for it.
func (s *Set) rate(f Facts) Result {
	r := Result{RuleSet: s.Name()}
	level := s.Content.NothingTold
	for _, rule := range slices.Backward(s.Content.Levels) {
		var told []Reason
		for _, c := range rule.When {
			if slices.Contains(f.Content, c.Name) {
				told = append(told, Reason{string(rule.Level), c.Name})
			}
		}
		if len(told) > 0 {
			level = rule.Level
		}
		r.Content = append(told, r.Content...)
	}
	r.Priority, r.BeforeLapse = Priority(level), Priority(level)
	return r
}

// Levels gives the levels of content, the most urgent first. The slice is the caller's own.
func Levels() []Priority { return []Priority{Priority(C1), Priority(C2), Priority(C3)} }

// Rule finds the rule of a level.
func (c Content) Rule(level Priority) (ContentRule, bool) {
	return pick(c.Levels, func(r ContentRule) bool { return Priority(r.Level) == level })
}

// condition finds a condition of any level by its name.
func (c Content) condition(name string) (Condition, bool) {
	for _, rule := range c.Levels {
		if found, ok := pick(rule.When, func(c Condition) bool { return c.Name == name }); ok {
			return found, true
		}
	}
	return Condition{}, false
}

func (s *Set) contentNames() (list []string) {
	for _, rule := range s.Content.Levels {
		list = append(list, names(rule.When, func(c Condition) string { return c.Name })...)
	}
	return list
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
