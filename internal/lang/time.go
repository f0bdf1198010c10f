package lang

import (
	"strconv"
	"time"
)

// Date says an instant exactly: day, month name, year, and the time of day in 24 hours, in the zone given (UTC when
// nil), as in "25 November 2025, 14:05".
func (p Printer) Date(t time.Time, zone *time.Location) string {
	return p.say("common.date", map[string]any{"Day": p.Day(t, zone), "Time": local(t, zone).Format("15:04")})
}

// Day says the day alone, in the zone given (UTC when nil), as in "25 November 2025".
func (p Printer) Day(t time.Time, zone *time.Location) string {
	t = local(t, zone)
	month := p.say("common.month_"+strconv.Itoa(int(t.Month())), nil)
	return p.say("common.day", map[string]any{"Day": t.Day(), "Month": month, "Year": t.Year()})
}

func local(t time.Time, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone)
}

// Relative says how far t is from now in the largest fitting unit, rounded down: "in 25 min", "3 h ago", "in 2 days".
// Less than a minute either way is "now". Up to 59 minutes are said in minutes, up to 47 hours in hours.
func (p Printer) Relative(t, now time.Time) string {
	side, apart := "in", t.Sub(now)
	if apart < 0 {
		side, apart = "ago", -apart
	}
	switch {
	case apart < time.Minute:
		return p.T("common.now")
	case apart < time.Hour:
		return p.N("common.minutes_"+side, int(apart/time.Minute))
	case apart < 48*time.Hour:
		return p.N("common.hours_"+side, int(apart/time.Hour))
	default:
		return p.N("common.days_"+side, int(apart/(24*time.Hour)))
	}
}
