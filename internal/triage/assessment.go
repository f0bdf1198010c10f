package triage

import (
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/ruleset"
)

// A Source says who or what made an assessment.
type Source string

// The sources of an assessment.
const (
	Rules     Source = "rules"     // the rule set, from facts
	Lapse     Source = "lapse"     // the rule set, because a trigger's time has passed
	Amended   Source = "amended"   // the rule set, from facts that a person gave later
	Confirmed Source = "confirmed" // a person agreed
	Raised    Source = "raised"    // a person made it more urgent
	Lowered   Source = "lowered"   // a supervisor made it less urgent
)

// An Assessment is one statement of a subject's priority.
type Assessment struct {
	Sequence         int64 // from 1, without gaps
	Priority         ruleset.Priority
	Source           Source
	RuleSet          string // id and version
	NeedsInformation bool
	Facts            ruleset.Facts
	Reason           string // a person's own words; empty for the rule set
	Told             time.Time
	LapsesAt         time.Time // when the rule set's result next changes by itself; zero when it does not
	Made             time.Time
	MadeBy           string
}

// byPerson tells whether a person made it, and so whether the standing is confirmed.
func (a Assessment) byPerson() bool {
	return a.Source == Confirmed || a.Source == Raised || a.Source == Lowered
}

// lapses tells whether the rule set's result has changed by itself by now.
func (a Assessment) lapses(now time.Time) bool { return !a.LapsesAt.IsZero() && !a.LapsesAt.After(now) }

// Standing is where a subject's priority stands, readable without opening anything.
type Standing struct {
	Priority  ruleset.Priority
	Confirmed bool
	Sequence  int64
}

// urges tells whether a standing makes another more urgent: a child never becomes more urgent by content in which none is identified.
func (s Standing) urges(other Standing) bool {
	if s.Priority.Content() != other.Priority.Content() {
		return other.Priority.Content()
	}
	return s.Priority.MoreUrgent(other.Priority)
}

// A Decision is what a person decides about a priority.
type Decision struct {
	Subject  string
	Sequence int64            // the standing that the person has seen
	To       ruleset.Priority // the same for a confirmation; a level for content, and only for that
	Reason   string           // needed for lowering, and for another level
}

// LongestReason is the number of characters of a reason.
const LongestReason = 1000

// source tells what the decision is, against the standing, and the action that it needs.
func (d Decision) source(now ruleset.Priority) (Source, access.Action) {
	switch {
	case d.To == now:
		return Confirmed, access.ReportConfirm
	case d.To == "": // nothing was chosen, which check says
		return Raised, access.ReportRaise
	case d.To.Content() && d.To.MoreUrgent(now):
		return Raised, access.ReportContent
	case d.To.Content():
		return Lowered, access.ReportContent
	case d.To.MoreUrgent(now):
		return Raised, access.ReportRaise
	}
	return Lowered, access.ReportLower
}

func (d Decision) check(source Source, now ruleset.Priority) error {
	wrong := fault.New(fault.Invalid, "fault.form")
	if !d.To.Known() || d.To.Content() != now.Content() {
		wrong.With("priority", "fault.answer_code")
	}
	if (source == Lowered || source == Raised && d.To.Content()) && d.Reason == "" {
		wrong.With("reason", "fault.reason_required")
	}
	if len([]rune(d.Reason)) > LongestReason {
		wrong.With("reason", "fault.long", "Max", LongestReason)
	}
	if wrong.Wrong() {
		return wrong
	}
	return nil
}
