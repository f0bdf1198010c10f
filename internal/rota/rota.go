package rota

import (
	"cmp"
	"slices"
	"time"
)

// A ShiftID names a shift, an AbsenceID an absence.
type (
	ShiftID   string
	AbsenceID string
)

// A Kind says what is done in a shift.
type Kind string

// The kinds of shift.
const (
	AtDesk Kind = "at_desk" // reads what comes in
	OnCall Kind = "on_call" // is called when something urgent comes in
)

// Kinds are all kinds of shift.
var Kinds = []Kind{AtDesk, OnCall}

// A State says where a shift stands.
type State string

// The states of a shift.
const (
	Planned   State = "planned"
	Offered   State = "offered"   // its owner would like a colleague to take it
	Withdrawn State = "withdrawn" // it does not take place
)

// A Person is a colleague, as far as the rota has to know.
type Person struct {
	User  string
	Name  string
	Works bool // holds a role that works reports
}

// A Shift is a time in which one person is at a desk or on call for it. Until is no part of it.
type Shift struct {
	ID          ShiftID
	Agency      string
	User        string
	Kind        Kind
	State       State
	From, Until time.Time
	Version     int64 // rises with every change
}

// An Absence is a time in which somebody is away. Until is no part of it; one that ends when it begins was called off.
type Absence struct {
	ID          AbsenceID
	Agency      string
	User        string
	Cover       string // a colleague of the same agency; empty when nobody stands in
	From, Until time.Time
	Version     int64
}

// holds tells whether somebody is away at a time.
func (a Absence) holds(at time.Time) bool { return !at.Before(a.From) && at.Before(a.Until) }

// A Board says who is on duty for a desk at a time. It names nobody twice.
type Board struct {
	AtDesk, OnCall []Person // who is there in place of somebody else stands in the place of that one
}

// InOrder gives everybody on duty: who is at the desk first, then who is on call.
func (b Board) InOrder() []Person { return slices.Concat(b.AtDesk, b.OnCall) }

// A Span is a time from one instant up to another, which is no part of it.
type Span struct{ From, Until time.Time }

// A Stretch is a time for which shifts at a desk are planned, with whether somebody is there.
type Stretch struct {
	Span
	Staffed bool
}

// Within tells whether a time lies in one of the spans.
func Within(list []Span, at time.Time) bool {
	return slices.ContainsFunc(list, func(s Span) bool { return !at.Before(s.From) && at.Before(s.Until) })
}

// A Watch is when somebody is there for a desk.
type Watch struct {
	AtDesk, OnCall []Span // in order and apart from each other
	Planned        bool   // a shift at the desk was planned, for this time or for some days before it
}

// Absences are those of some people in some time.
type Absences []Absence

// StandIn gives who does somebody's work at a time: themselves or, while they are away, whoever covers for them and is
// there; empty when nobody does.
func (a Absences) StandIn(user string, at time.Time) string {
	for seen := map[string]bool{}; user != "" && !seen[user]; {
		seen[user] = true
		i := slices.IndexFunc(a, func(x Absence) bool { return x.User == user && x.holds(at) })
		if i < 0 {
			return user
		}
		user = a[i].Cover
	}
	return ""
}

// board says who is on duty at a time, of the people who work reports.
func board(at time.Time, shifts []Shift, gone Absences, people []Person) Board {
	var b Board
	there := map[string]bool{}
	for _, kind := range Kinds { // so that whoever is at the desk is not called a second time
		for _, s := range shifts {
			who, ok := worker(people, gone.StandIn(s.User, at))
			if s.Kind != kind || at.Before(s.From) || !at.Before(s.Until) || !ok || there[who.User] {
				continue
			}
			there[who.User] = true
			if kind == AtDesk {
				b.AtDesk = append(b.AtDesk, who)
			} else {
				b.OnCall = append(b.OnCall, who)
			}
		}
	}
	return b
}

// worker finds somebody who works reports.
func worker(people []Person, user string) (Person, bool) {
	i := slices.IndexFunc(people, func(p Person) bool { return p.User == user && p.Works })
	if i < 0 {
		return Person{}, false
	}
	return people[i], true
}

// staffed gives the times in which somebody is at the desk, or on call, in order and apart from each other.
func staffed(kind Kind, shifts []Shift, gone Absences, people []Person) (list []Span) {
	for _, s := range shifts {
		if s.Kind != kind {
			continue
		}
		at := gone.changes(s.From, s.Until) // between two of them the same people are there
		for i, from := range at[:len(at)-1] {
			if _, ok := worker(people, gone.StandIn(s.User, from)); ok {
				list = append(list, Span{from, at[i+1]})
			}
		}
	}
	return merged(list, 0)
}

// stretches gives the times for which shifts at the desk are planned, in order, and in which of them somebody is there. What
// lies between two shifts is planned as well, unless it lasts longer than LongestGap.
func stretches(shifts []Shift, gone Absences, people []Person) (list []Stretch) {
	var planned []Span
	for _, s := range shifts {
		if s.Kind == AtDesk {
			planned = append(planned, Span{s.From, s.Until})
		}
	}
	there := staffed(AtDesk, shifts, gone, people)
	for _, p := range merged(planned, LongestGap) {
		at := p.From
		for len(there) > 0 && there[0].From.Before(p.Until) {
			if at.Before(there[0].From) {
				list = append(list, Stretch{Span{at, there[0].From}, false})
			}
			list = append(list, Stretch{there[0], true})
			at, there = there[0].Until, there[1:]
		}
		if at.Before(p.Until) {
			list = append(list, Stretch{Span{at, p.Until}, false})
		}
	}
	return list
}

// changes gives the times from the first to the last at which somebody goes or comes back, both ends included.
func (a Absences) changes(from, until time.Time) []time.Time {
	list := []time.Time{from, until}
	for _, x := range a {
		for _, at := range []time.Time{x.From, x.Until} {
			if at.After(from) && at.Before(until) {
				list = append(list, at)
			}
		}
	}
	slices.SortFunc(list, time.Time.Compare)
	return slices.CompactFunc(list, time.Time.Equal)
}

// merged joins spans that overlap, or have no more than the gap between them.
func merged(list []Span, gap time.Duration) (out []Span) {
	slices.SortFunc(list, func(a, b Span) int { return cmp.Or(a.From.Compare(b.From), a.Until.Compare(b.Until)) })
	for _, s := range list {
		last := len(out) - 1
		switch {
		case last < 0 || s.From.Sub(out[last].Until) > gap:
			out = append(out, s)
		case s.Until.After(out[last].Until):
			out[last].Until = s.Until
		}
	}
	return out
}

// weekly gives a span and its repetitions in the weeks that follow, by the wall clock of the zone. One that a change to
// summer time swallows is left out.
func weekly(first Span, weeks int, zone *time.Location) (list []Span) {
	from, until := first.From.In(zone), first.Until.In(zone)
	for n := range weeks {
		s := Span{from.AddDate(0, 0, 7*n).UTC(), until.AddDate(0, 0, 7*n).UTC()}
		if s.From.Before(s.Until) {
			list = append(list, s)
		}
	}
	return list
}
