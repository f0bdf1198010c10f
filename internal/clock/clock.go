// Package clock tells the time in the one shape that Amparo stores: UTC, whole microseconds.
//
// Every stored instant is a bigint of microseconds since 1970-01-01 UTC in both engines, so a time that was
// written and read back is equal to the one that was given out.
package clock

import "time"

// A Clock tells what time it is. Now is always UTC and truncated to the microsecond.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock.
type System struct{}

// Now is the machine's time, UTC, truncated to the microsecond.
func (System) Now() time.Time { return Trim(time.Now()) }

// Func makes a Clock of a function; its result is trimmed.
type Func func() time.Time

// Now calls the function and trims what it gives.
func (f Func) Now() time.Time { return Trim(f()) }

// Trim gives t in UTC, truncated to the microsecond, without a monotonic reading.
func Trim(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }

// Micro is the stored form of t: microseconds since 1970-01-01 UTC; zero for the zero time.
func Micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// FromMicro is the time that Micro stored; zero gives the zero time.
func FromMicro(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// Day is the day key of t in the zone given, as yyyy-mm-dd: what statistics are counted by.
func Day(t time.Time, zone *time.Location) string { return t.In(zone).Format(time.DateOnly) }
