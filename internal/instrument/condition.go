package instrument

import "slices"

// A Condition asks something of the answers. It is either one question with codes, or the three lists together.
type Condition struct {
	Question string   // with Codes: the answer has one of them at least
	Codes    []string //
	All      []Condition
	Any      []Condition // empty: nothing is asked of it
	None     []Condition

	line int
}

// Holds tells whether the answers are as the condition asks. A nil condition always holds.
func (c *Condition) Holds(a Answers) bool {
	if c == nil {
		return true
	}
	if c.Question != "" {
		return slices.ContainsFunc(a[c.Question], func(v string) bool { return slices.Contains(c.Codes, v) })
	}
	holds := func(part Condition) bool { return part.Holds(a) }
	for _, part := range c.All {
		if !part.Holds(a) {
			return false
		}
	}
	return (len(c.Any) == 0 || slices.ContainsFunc(c.Any, holds)) && !slices.ContainsFunc(c.None, holds)
}

// leaves calls each for every question with codes, at any depth.
func (c *Condition) leaves(each func(*Condition)) {
	if c == nil {
		return
	}
	if c.Question != "" {
		each(c)
	}
	for _, list := range [][]Condition{c.All, c.Any, c.None} {
		for i := range list {
			list[i].leaves(each)
		}
	}
}
