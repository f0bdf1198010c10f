package ruleset

import (
	"slices"
	"time"
)

// A Result is a priority with every reason for it. Lists are in the order of the set (W1…, T1…, FL1…).
type Result struct {
	Priority         Priority
	Sum              int       // of the points of all twelve factors
	Band             Priority  // what the sum alone would give
	Triggers         []Reason  // still true
	Lapsed           []Lapse   // told, and no longer true by the passing of time
	BeforeLapse      Priority  // what Priority would be if nothing had lapsed
	NextLapse        time.Time // when the result will next change by itself; zero when it will not
	Floors           []Reason
	Factors          []Scored // all twelve
	Unknown          []string // names of the factors that are not known
	NeedsInformation bool
	Content          []Reason // what was told of content, by the level that each makes; only of facts that are ByContent
	RuleSet          string   // id and version, as Set.Name gives it
}

// A Reason is a trigger or floor that is true.
type Reason struct{ ID, Name string }

// A Lapse is a trigger whose time has passed, and since when.
type Lapse struct {
	ID, Name string
	At       time.Time
}

// Scored is one factor with the code that was told, or Unknown, and its points.
type Scored struct {
	ID, Name, Code string
	Points         int
}

// Evaluate gives the result of f at now. told is when the facts were told: a trigger lapses when its time has passed
// since then, the last instant included. A zero told lets nothing lapse. A name that the set does not know counts as
// not told, and a code it does not know as Unknown; ParseFacts and Check let neither through. Facts that are ByContent are not
// scored by the factors: their priority is a level of content, and of the lists only Content has anything.
func (s *Set) Evaluate(f Facts, told, now time.Time) Result {
	if f.ByContent() {
		return s.rate(f)
	}
	r := Result{RuleSet: s.Name()}
	s.score(&r, f)
	s.pull(&r, f, told, now)
	for _, floor := range s.Floors {
		if slices.Contains(f.Floors, floor.Name) {
			r.Floors = append(r.Floors, Reason{floor.ID, floor.Name})
		}
	}
	s.conclude(&r, f)
	return r
}

// Lowered tells whether the priority is less urgent than it was, because a trigger lapsed. A person must be shown it.
func (r Result) Lowered() bool { return r.BeforeLapse.MoreUrgent(r.Priority) }

func (s *Set) score(r *Result, f Facts) {
	for _, factor := range s.Factors {
		code, ok := factor.Code(f.Values[factor.Name])
		if !ok {
			code, _ = factor.Code(Unknown)
		}
		if code.Name == Unknown {
			r.Unknown = append(r.Unknown, factor.Name)
		}
		r.Sum += code.Points
		r.Factors = append(r.Factors, Scored{factor.ID, factor.Name, code.Name, code.Points})
	}
}

// pull sorts the told triggers into those still true and those lapsed, and finds the next to lapse.
func (s *Set) pull(r *Result, f Facts, told, now time.Time) {
	for _, t := range s.Triggers {
		if !slices.Contains(f.Triggers, t.Name) {
			continue
		}
		if t.LapsesAfter == 0 || told.IsZero() {
			r.Triggers = append(r.Triggers, Reason{t.ID, t.Name})
			continue
		}
		at := told.Add(t.LapsesAfter)
		if !now.Before(at) {
			r.Lapsed = append(r.Lapsed, Lapse{t.ID, t.Name, at})
			continue
		}
		r.Triggers = append(r.Triggers, Reason{t.ID, t.Name})
		if r.NextLapse.IsZero() || at.Before(r.NextLapse) {
			r.NextLapse = at
		}
	}
}

func (s *Set) conclude(r *Result, f Facts) {
	r.Band = s.band(r.Sum)
	p := r.Band
	if len(r.Unknown) >= s.Unknowns.From {
		r.NeedsInformation = true
		p = moreUrgentOf(p, s.Unknowns.AtLeast)
	}
	if !f.Answered() {
		r.NeedsInformation = true
		p = s.Unknowns.NothingAnswered
	}
	r.Priority = moreUrgentOf(p, r.LowestAllowed())
	r.BeforeLapse = r.Priority
	if len(r.Lapsed) > 0 {
		r.BeforeLapse = P1
	}
}
