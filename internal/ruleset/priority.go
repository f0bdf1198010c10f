package ruleset

import "amparo/internal/fault"

// A Priority says how soon a person must act: P1 is the most urgent, P4 the least.
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

// MoreUrgent tells whether p is more urgent than other. Both must be valid.
func (p Priority) MoreUrgent(other Priority) bool { return p < other }

func moreUrgentOf(a, b Priority) Priority {
	if a.MoreUrgent(b) {
		return a
	}
	return b
}
