package staff

import (
	"strings"
	"time"
)

// earliest is the first year that a day may lie in: what is earlier was mistyped.
const earliest = 2000

// Moment reads a day and a time of day that were typed, by the clock of a zone: the fields name and name_time. Both empty are
// the zero time. wrong names those fields that cannot be read. They are typed, in the one order that nobody reads in two ways: a
// browser's own field for days shows them as its maker does.
func (v *Visit) Moment(name string, zone *time.Location) (at time.Time, wrong []string) {
	day, clock := plainDigits(v.Field(name)), plainDigits(v.Field(name+"_time"))
	if day == "" && clock == "" {
		return time.Time{}, nil
	}
	on, err := time.ParseInLocation("2006-1-2", strings.NewReplacer("/", "-", ".", "-").Replace(day), zone)
	if err != nil || on.Year() < earliest {
		wrong = append(wrong, name)
	}
	of, err := time.Parse("15:4", minutes(clock))
	if err != nil {
		wrong = append(wrong, name+"_time")
	}
	if len(wrong) > 0 {
		return time.Time{}, wrong
	}
	at = time.Date(on.Year(), on.Month(), on.Day(), of.Hour(), of.Minute(), 0, 0, zone)
	if at.Hour() != of.Hour() || at.Minute() != of.Minute() { // the clocks were put forward over it
		return time.Time{}, []string{name + "_time"}
	}
	return at.UTC(), nil
}

// minutes leaves out the seconds, which some browsers send.
func minutes(clock string) string {
	parts := strings.Split(strings.ReplaceAll(clock, ".", ":"), ":")
	if len(parts) == 3 {
		parts = parts[:2]
	}
	return strings.Join(parts, ":")
}

// plainDigits writes the digits of Arabic and Persian as 0 to 9 and every dash as a hyphen, and leaves out the marks of direction that
// come with them.
func plainDigits(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		case r >= '\u2010' && r <= '\u2015' || r == '\u2212':
			return '-'
		case r == '\u200e' || r == '\u200f' || r == '\u061c':
			return -1
		}
		return r
	}, typed)
}
