package ruleset

import "slices"

// A CauseKind says what sort of thing a cause is.
type CauseKind string

// The kinds of cause.
const (
	CauseTrigger  CauseKind = "trigger"  // a trigger holds, or no longer does
	CauseFloor    CauseKind = "floor"    // a floor holds, or no longer does
	CauseFactor   CauseKind = "factor"   // the code that was told gives other points
	CauseUnknowns CauseKind = "unknowns" // the rule for what is not known
	CauseBands    CauseKind = "bands"    // the sum belongs to another band
)

// A Cause is one reason that came or went between two results. Code, Was and Is are those of a factor.
type Cause struct {
	Kind CauseKind `json:"kind"`
	ID   string    `json:"id,omitempty"`
	Name string    `json:"name,omitempty"`
	Code string    `json:"code,omitempty"`
	Was  int       `json:"was,omitempty"`
	Is   int       `json:"is,omitempty"`
}

// A Comparison is what differs between two results of the same facts. Came holds what makes the later one more urgent, Went
// what makes it less urgent; either may hold something although the priority stays.
type Comparison struct {
	From, To      Priority
	SumWas, SumIs int
	Came, Went    []Cause
	Holding       []Reason // triggers and floors that are true in both: below them the later result cannot fall
}

// Up tells whether the later result is more urgent.
func (c Comparison) Up() bool { return c.To.MoreUrgent(c.From) }

// Down tells whether the later result is less urgent.
func (c Comparison) Down() bool { return c.From.MoreUrgent(c.To) }

// Compare tells what moves when the result of some facts is b and no longer a, and why.
func Compare(a, b Result) Comparison {
	c := Comparison{From: a.Priority, To: b.Priority, SumWas: a.Sum, SumIs: b.Sum,
		Holding: append(both(a.Triggers, b.Triggers), both(a.Floors, b.Floors)...)}
	c.reasons(CauseTrigger, a.Triggers, b.Triggers)
	c.reasons(CauseFloor, a.Floors, b.Floors)
	c.factors(a.Factors, b.Factors)
	switch {
	case b.NeedsInformation && !a.NeedsInformation:
		c.Came = append(c.Came, Cause{Kind: CauseUnknowns})
	case a.NeedsInformation && !b.NeedsInformation:
		c.Went = append(c.Went, Cause{Kind: CauseUnknowns})
	}
	c.limits(a.Band, b.Band)
	return c
}

// reasons notes the triggers or floors that only one of the results has.
func (c *Comparison) reasons(kind CauseKind, a, b []Reason) {
	for _, r := range b {
		if !slices.Contains(a, r) {
			c.Came = append(c.Came, Cause{Kind: kind, ID: r.ID, Name: r.Name})
		}
	}
	for _, r := range a {
		if !slices.Contains(b, r) {
			c.Went = append(c.Went, Cause{Kind: kind, ID: r.ID, Name: r.Name})
		}
	}
}

// factors notes the factors that give other points.
func (c *Comparison) factors(a, b []Scored) {
	for _, is := range b {
		i := slices.IndexFunc(a, func(s Scored) bool { return s.Name == is.Name })
		if i < 0 || a[i].Points == is.Points {
			continue
		}
		cause := Cause{CauseFactor, is.ID, is.Name, is.Code, a[i].Points, is.Points}
		if is.Points > a[i].Points {
			c.Came = append(c.Came, cause)
		} else {
			c.Went = append(c.Went, cause)
		}
	}
}

// limits names what has moved a priority that no fact and no sum explains: the limits of the bands, or else what the rule for
// unknown facts gives.
func (c *Comparison) limits(was, is Priority) {
	outside := func(x Cause) bool { return x.Kind != CauseFactor }
	switch {
	case c.Up() && (is == was || c.SumIs <= c.SumWas) && !slices.ContainsFunc(c.Came, outside):
		c.Came = append(c.Came, rule(was, is))
	case c.Down() && (is == was || c.SumIs >= c.SumWas) && !slices.ContainsFunc(c.Went, outside):
		c.Went = append(c.Went, rule(was, is))
	}
}

// rule is the rule that has moved what falls in these bands.
func rule(was, is Priority) Cause {
	if was == is {
		return Cause{Kind: CauseUnknowns}
	}
	return Cause{Kind: CauseBands}
}

func both(a, b []Reason) (list []Reason) {
	for _, r := range a {
		if slices.Contains(b, r) {
			list = append(list, r)
		}
	}
	return list
}
