package ruleset

import (
	"slices"

	"amparo/internal/fault"
)

// A Priority says how soon a person must act: P1 is the most urgent, P4 the least. A report of content in which no child is
// identified has a Level in its place.
type Priority string

// The priorities.
const (
	P1 Priority = "P1"
	P2 Priority = "P2"
	P3 Priority = "P3"
	P4 Priority = "P4"
)

// Priorities gives all of them, the most urgent first. The slice is the caller's own.
func Priorities() []Priority { return []Priority{P1, P2, P3, P4} }

// ParsePriority reads "P1" to "P4". Anything else is fault.Invalid.
func ParsePriority(s string) (Priority, error) {
	if p := Priority(s); p.Valid() {
		return p, nil
	}
	return "", fault.New(fault.Invalid, CodeNoPriority, "allowed", "P1, P2, P3, P4")
}

// Valid tells whether p is one of P1 to P4.
func (p Priority) Valid() bool { return p == P1 || p == P2 || p == P3 || p == P4 }

// Known tells whether p is one of P1 to P4, or a level of content.
func (p Priority) Known() bool { return slices.Contains(urgency, p) }

// Content tells whether p is a level of content, and no priority of a child.
func (p Priority) Content() bool { return p.Known() && !p.Valid() }

// urgency is the order of all, the most urgent first: by the time that each has, and at the same time a child before content.
var urgency = []Priority{P1, Priority(C1), P2, P3, Priority(C2), P4, Priority(C3)}

// MoreUrgent tells whether p is more urgent than other. What is not known is less urgent than all.
func (p Priority) MoreUrgent(other Priority) bool { return p.place() < other.place() }

func (p Priority) place() int {
	if i := slices.Index(urgency, p); i >= 0 {
		return i
	}
	return len(urgency)
}

// Wakes tells whether somebody is called for it at any hour: what is to be begun within minutes, a child's or not.
func (p Priority) Wakes() bool { return p == P1 || p == Priority(C1) }

// Compare puts the more urgent first.
func (p Priority) Compare(other Priority) int { return p.place() - other.place() }

func moreUrgentOf(a, b Priority) Priority {
	if a.MoreUrgent(b) {
		return a
	}
	return b
}
