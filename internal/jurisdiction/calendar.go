package jurisdiction

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Hours are the opening hours of each day as the pack spells them: "08:00-20:00", in order, not overlapping.
type Hours struct {
	Monday    []string `yaml:"monday"`
	Tuesday   []string `yaml:"tuesday"`
	Wednesday []string `yaml:"wednesday"`
	Thursday  []string `yaml:"thursday"`
	Friday    []string `yaml:"friday"`
	Saturday  []string `yaml:"saturday"`
	Sunday    []string `yaml:"sunday"`
}

// on gives the hours of a weekday.
func (h Hours) on(d time.Weekday) []string {
	return [...][]string{h.Sunday, h.Monday, h.Tuesday, h.Wednesday, h.Thursday, h.Friday, h.Saturday}[d]
}

// A span is one stretch of a day, in minutes of the wall clock since midnight; until is at most 24*60.
type span struct{ from, until int }

func parseSpan(s string) (span, error) {
	var fh, fm, uh, um int
	if n, err := fmt.Sscanf(s, "%d:%d-%d:%d", &fh, &fm, &uh, &um); n != 4 || err != nil {
		return span{}, fmt.Errorf("no opening hours: %q", s)
	}
	return span{fh*60 + fm, uh*60 + um}, nil
}

// A Calendar knows when people are at work: weekly hours in a time zone, without the holidays. Make one with newCalendar;
// it has working hours in every week that is not all holidays.
type Calendar struct {
	zone  *time.Location
	week  [7][]span
	every map[string]bool // holidays of each year, "01-02"
	once  map[string]bool // holidays of one year, "2006-01-02"
}

func newCalendar(zone *time.Location, hours Hours, holidays []string) (*Calendar, error) {
	c := &Calendar{zone: zone, every: map[string]bool{}, once: map[string]bool{}}
	for d := range c.week {
		for _, s := range hours.on(time.Weekday(d)) {
			sp, err := parseSpan(s)
			if err != nil {
				return nil, err
			}
			c.week[d] = append(c.week[d], sp)
		}
	}
	for _, h := range holidays {
		if len(h) == len("01-02") {
			c.every[h] = true
		} else {
			c.once[h] = true
		}
	}
	return c, nil
}

// A stretch is staffed time from one instant up to another, which is not part of it.
type stretch struct{ from, until time.Time }

// day gives the staffed stretches of the day that is n days after t's, by the wall clock of the zone. A stretch that
// a change to summer time swallows is left out; one that it shortens is shorter.
func (c *Calendar) day(t time.Time, n int) []stretch {
	y, m, d := t.In(c.zone).Date()
	at := func(minute int) time.Time { return time.Date(y, m, d+n, 0, minute, 0, 0, c.zone) }
	noon := at(12 * 60)
	if c.every[noon.Format("01-02")] || c.once[noon.Format(time.DateOnly)] {
		return nil
	}
	var list []stretch
	for _, sp := range c.week[noon.Weekday()] {
		if s := (stretch{at(sp.from), at(sp.until)}); s.from.Before(s.until) {
			list = append(list, s)
		}
	}
	return list
}

// NextStaffed gives now itself and true while people are at work; else the start of the next working hours.
func (c *Calendar) NextStaffed(now time.Time) (from time.Time, staffedNow bool) {
	for n := 0; ; n++ { // ends: check refuses a calendar without hours, and there are fewer holidays than days
		for _, s := range c.day(now, n) {
			switch {
			case now.Before(s.from):
				return s.from.UTC(), false
			case now.Before(s.until):
				return now, true
			}
		}
	}
}

// AddServiceTime gives the instant by which d of working time has passed since from. It lies in working time, ends of
// working hours included. With d of zero or less it is NextStaffed. Later from or longer d never gives an earlier end.
func (c *Calendar) AddServiceTime(from time.Time, d time.Duration) time.Time {
	if d <= 0 {
		at, _ := c.NextStaffed(from)
		return at.UTC()
	}
	for n := 0; ; n++ {
		for _, s := range c.day(from, n) {
			start := later(s.from, from)
			have := s.until.Sub(start)
			if have >= d {
				return start.Add(d).UTC()
			}
			d -= max(have, 0)
		}
	}
}

// ServiceTime is the working time between two instants; zero when until is not after from.
func (c *Calendar) ServiceTime(from, until time.Time) (d time.Duration) {
	for n := 0; ; n++ {
		for _, s := range c.day(from, n) {
			if !s.from.Before(until) {
				return d
			}
			d += max(0, earlier(s.until, until).Sub(later(s.from, from)))
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// checkHours reports opening hours that end before they start, overlap or stand in the wrong order, and tells whether
// there are any hours at all.
func (c *checker) checkHours(d *document, path []string, hours Hours) (open bool) {
	for day := range 7 {
		name := strings.ToLower(time.Weekday(day).String())
		before := 0
		for i, s := range hours.on(time.Weekday(day)) {
			open = true
			sp, err := parseSpan(s)
			at := append(slices.Clone(path), name, fmt.Sprint(i))
			switch {
			case err != nil || sp.until <= sp.from:
				c.at(d, at, "%s: %q ends before it starts; expected hours such as \"08:00-20:00\", and a night split at 24:00", label(at), s)
			case sp.from < before:
				c.at(d, at, "%s: %q starts before the hours in front of it end; expected hours in order", label(at), s)
			}
			before = sp.until
		}
	}
	return open
}
