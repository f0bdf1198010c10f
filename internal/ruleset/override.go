package ruleset

import (
	"time"

	"amparo/internal/fault"
)

// The messages of this room.
const (
	CodeNoPriority      fault.Code = "ruleset.no_priority"      // allowed
	CodeLowerSupervisor fault.Code = "ruleset.lower_supervisor" // to, priority
	CodeBelowFact       fault.Code = "ruleset.below_fact"       // to, lowest, facts
	CodeFactsShape      fault.Code = "ruleset.facts_shape"      // where, expected
	CodeFactsRepeated   fault.Code = "ruleset.facts_repeated"   // name
	CodeFactsName       fault.Code = "ruleset.facts_name"       // list, allowed
	CodeFactsCode       fault.Code = "ruleset.facts_code"       // name, allowed
)

// LowestAllowed is the least urgent priority to which a supervisor may lower a report with these facts, as if nothing
// had lapsed: P1 with a trigger, P2 with a floor, else P4. Where time matters, ask the Result.
func (s *Set) LowestAllowed(f Facts) Priority {
	return s.Evaluate(f, time.Time{}, time.Time{}).LowestAllowed()
}

// LowestAllowed is the least urgent priority to which a supervisor may lower this result: never below a trigger or a
// floor that is still true. A lapsed trigger no longer holds it.
func (r Result) LowestAllowed() Priority {
	switch {
	case len(r.Triggers) > 0:
		return P1
	case len(r.Floors) > 0:
		return P2
	}
	return P4
}

// CheckOverride tells whether a person may set the priority to `to` instead of what the rule set says at now. Anyone
// may raise it or confirm it. Only a supervisor may lower it (else fault.Forbidden), and never below LowestAllowed (else
// fault.Invalid, which names the facts that hold it). That a lowering has a reason is for the caller to ask.
func (s *Set) CheckOverride(f Facts, told, now time.Time, to Priority, supervisor bool) error {
	if _, err := ParsePriority(string(to)); err != nil {
		return err
	}
	r := s.Evaluate(f, told, now)
	if !r.Priority.MoreUrgent(to) {
		return nil
	}
	if !supervisor {
		return fault.New(fault.Forbidden, CodeLowerSupervisor, "to", to, "priority", r.Priority)
	}
	if lowest := r.LowestAllowed(); lowest.MoreUrgent(to) {
		return fault.New(fault.Invalid, CodeBelowFact, "to", to, "lowest", lowest, "facts", r.holding())
	}
	return nil
}

// holding names the triggers and floors that are still true.
func (r Result) holding() []string {
	name := func(x Reason) string { return x.Name }
	return append(names(r.Triggers, name), names(r.Floors, name)...)
}
