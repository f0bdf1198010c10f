package insight

import (
	"time"

	"amparo/internal/clock"
	"amparo/internal/fault"
)

// Days are how many days waiting times are reckoned over: those that are looked at first, and the most that can be asked for.
const (
	UsualDays = 28
	MostDays  = 92
)

// A Span is some whole days of the country, the first and the last as 2006-01-02.
type Span struct{ From, To string }

// Usual is the span that is looked at first: the last UsualDays up to today.
func Usual(now time.Time, zone *time.Location) Span {
	today, _ := time.Parse(time.DateOnly, clock.Day(now, zone))
	return Span{today.AddDate(0, 0, 1-UsualDays).Format(time.DateOnly), today.Format(time.DateOnly)}
}

// Check names every wrong field at once: from, to.
func (s Span) Check(now time.Time, zone *time.Location) error {
	wrong := fault.New(fault.Invalid, "fault.form")
	from, noFrom := time.Parse(time.DateOnly, s.From)
	to, noTo := time.Parse(time.DateOnly, s.To)
	if noFrom != nil {
		wrong.With("from", "fault.insight_day")
	}
	switch {
	case noTo != nil:
		wrong.With("to", "fault.insight_day")
	case s.To > clock.Day(now, zone):
		wrong.With("to", "fault.insight_future")
	case noFrom != nil:
	case to.Before(from):
		wrong.With("to", "fault.insight_order")
	case len(s.days()) > MostDays:
		wrong.With("from", "fault.insight_long", "Max", MostDays)
	}
	if wrong.Wrong() {
		return wrong
	}
	return nil
}

// days are the keys of a span that was checked, one more than MostDays of them at the most.
func (s Span) days() (keys []string) {
	day, _ := time.Parse(time.DateOnly, s.From)
	for key := s.From; key <= s.To && len(keys) <= MostDays; key = day.Format(time.DateOnly) {
		keys = append(keys, key)
		day = day.AddDate(0, 0, 1)
	}
	return keys
}

// around gives instants before and after every instant of the span, whatever the zone: which day something belongs to is told by
// the country's clocks alone.
func (s Span) around() (from, to time.Time) {
	from, _ = time.Parse(time.DateOnly, s.From)
	to, _ = time.Parse(time.DateOnly, s.To)
	return from.AddDate(0, 0, -1), to.AddDate(0, 0, 2)
}
