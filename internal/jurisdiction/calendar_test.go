package jurisdiction

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func at(t testing.TB, zone *time.Location, s string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestServiceTime(t *testing.T) {
	p := demo(t)
	for _, c := range []struct {
		name, from string
		d          time.Duration
		want       string
	}{
		{"within the day", "2026-03-04 09:00", 2 * time.Hour, "2026-03-04 11:00"},
		{"to the very end", "2026-03-04 09:00", 11 * time.Hour, "2026-03-04 20:00"},
		{"into the next day", "2026-03-04 19:00", 2 * time.Hour, "2026-03-05 09:00"},
		{"before opening", "2026-03-04 03:00", time.Hour, "2026-03-04 09:00"},
		{"over the Friday break", "2026-03-06 11:00", 2 * time.Hour, "2026-03-06 15:00"},
		{"over a Sunday", "2026-03-07 15:00", 2 * time.Hour, "2026-03-09 09:00"},
		{"over a holiday, New Year", "2025-12-31 19:00", 2 * time.Hour, "2026-01-02 09:00"},
		{"nothing to do, at night", "2026-03-04 22:00", 0, "2026-03-05 08:00"},
		{"nothing to do, by day", "2026-03-04 12:00", 0, "2026-03-04 12:00"},
		// Clocks go forward on Sunday 29 March: Monday 08:00 is one hour sooner in real time, but not on the wall.
		{"into summer time", "2026-03-28 15:00", 2 * time.Hour, "2026-03-30 09:00"},
		{"out of summer time", "2026-10-24 15:00", 2 * time.Hour, "2026-10-26 09:00"},
	} {
		got := p.AddServiceTime(at(t, p.Zone(), c.from), c.d)
		if want := at(t, p.Zone(), c.want); !got.Equal(want) {
			t.Errorf("%s: got %s, want %s", c.name, got.In(p.Zone()), want)
		}
		if got.Location() != time.UTC {
			t.Errorf("%s: not in UTC", c.name)
		}
	}
}

// The night in which clocks change is at work itself: the hour that does not exist is not counted, the one that comes
// twice is counted twice.
func TestServiceTimeWhenClocksChange(t *testing.T) {
	zone := demo(t).Zone()
	night, err := newCalendar(zone, Hours{Sunday: []string{"00:00-24:00"}, Saturday: []string{"00:00-24:00"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from string
		d    time.Duration
		want string
	}{
		{"2026-03-28 23:00", 4 * time.Hour, "2026-03-29 04:00"},
		{"2026-10-24 23:00", 6 * time.Hour, "2026-10-25 04:00"},
		{"2026-03-29 00:00", 23 * time.Hour, "2026-03-30 00:00"},
	} {
		if got, want := night.AddServiceTime(at(t, zone, c.from), c.d), at(t, zone, c.want); !got.Equal(want) {
			t.Errorf("%s and %s: got %s, want %s", c.from, c.d, got.In(zone), want)
		}
	}
}

func TestNextStaffed(t *testing.T) {
	p := demo(t)
	for _, c := range []struct {
		now, want string
		staffed   bool
	}{
		{"2026-03-04 08:00", "2026-03-04 08:00", true},
		{"2026-03-04 19:59", "2026-03-04 19:59", true},
		{"2026-03-04 20:00", "2026-03-05 08:00", false},
		{"2026-03-06 12:30", "2026-03-06 14:00", false},
		{"2026-03-07 16:00", "2026-03-09 08:00", false},
		{"2026-12-31 21:00", "2027-01-02 10:00", false},
	} {
		got, staffed := p.NextStaffed(at(t, p.Zone(), c.now))
		if want := at(t, p.Zone(), c.want); !got.Equal(want) || staffed != c.staffed {
			t.Errorf("%s: got %s %v, want %s %v", c.now, got.In(p.Zone()), staffed, want, c.staffed)
		}
	}
}

func TestServiceTimeProperties(t *testing.T) {
	p := demo(t)
	base := at(t, p.Zone(), "2026-01-01 00:00")
	rapid.Check(t, func(t *rapid.T) {
		minutes := func(name string, most int) time.Duration {
			return time.Duration(rapid.IntRange(0, most).Draw(t, name)) * time.Minute
		}
		from := base.Add(minutes("from", 2*365*24*60))
		d, more, after := minutes("d", 100*60), minutes("more", 30*60), minutes("after", 10*24*60)
		end := p.AddServiceTime(from, d)
		if end.Before(from) || end.Sub(from) < d {
			t.Fatalf("%s and %s of work end at %s", from, d, end)
		}
		if p.AddServiceTime(from, d+more).Before(end) || p.AddServiceTime(from.Add(after), d).Before(end) {
			t.Fatalf("later or longer work ends before %s", end)
		}
		_, within := p.NextStaffed(end)
		if _, before := p.NextStaffed(end.Add(-time.Nanosecond)); !within && !before {
			t.Fatalf("%s is not in working time", end.In(p.Zone()))
		}
		if d > 0 && more > 0 && !p.AddServiceTime(end, more).Equal(p.AddServiceTime(from, d+more)) {
			t.Fatalf("two pieces of work and the whole of it end at different times")
		}
	})
}

func TestDue(t *testing.T) {
	p := demo(t)
	targets := p.Targets()
	for _, c := range []struct {
		clock    Clock
		priority string
		from     string
		want     string
	}{
		{HumanTriageStarted, "P1", "2026-03-04 23:00", "2026-03-04 23:15"},
		{HumanTriageStarted, "P2", "2026-03-04 23:00", "2026-03-05 01:00"},
		{HumanTriageStarted, "P3", "2026-03-07 23:00", "2026-03-08 23:00"},
		{HumanTriageStarted, "P4", "2026-03-04 10:00", "2026-03-07 10:00"},
		{MessageRead, "P2", "2026-03-07 15:00", "2026-03-07 17:00"},
		{MessageRead, "P3", "2026-03-07 15:00", "2026-03-09 15:00"},
		{ChildContacted, "P4", "2026-03-04 10:00", "2026-03-11 10:00"},
		{Forwarded, "C1", "2026-03-04 10:00", "2026-03-04 11:00"},
		{HumanTriageStarted, "C1", "2026-03-04 10:00", "2026-03-04 10:15"},
		{MessageRead, "C3", "2026-03-07 15:00", "2026-03-10 11:00"},
	} {
		if got, want := targets.Due(c.clock, c.priority, at(t, p.Zone(), c.from)), at(t, p.Zone(), c.want); !got.Equal(want) {
			t.Errorf("%s %s: got %s, want %s", c.clock, c.priority, got.In(p.Zone()), want)
		}
	}
	if due := targets.Due(SafetyPlan, "P4", begin); !due.IsZero() {
		t.Errorf("a safety plan for P4 is due at %s", due)
	}
	if due := targets.Due("tea", "P1", begin); !due.IsZero() {
		t.Error("a clock that is not there has a target")
	}
}

func TestEscalations(t *testing.T) {
	p := demo(t)
	targets := p.Targets()
	for _, c := range []struct {
		clock       Clock
		priority    string
		from, until string
		want        [3]string
	}{
		{HumanTriageStarted, "P2", "2026-03-02 10:00", "2026-03-02 12:00", [3]string{"2026-03-02 11:30", "2026-03-02 12:00", "2026-03-02 13:00"}},
		// A clock that was brought forward escalates by the time that it was given.
		{HumanTriageStarted, "P2", "2026-03-02 10:00", "2026-03-02 10:20", [3]string{"2026-03-02 10:15", "2026-03-02 10:20", "2026-03-02 10:30"}},
		{"tea", "P1", "2026-03-02 22:00", "2026-03-02 23:00", [3]string{"2026-03-02 22:45", "2026-03-02 23:00", "2026-03-02 23:30"}},
		// Service time: the desk closes at 20:00 and opens at 08:00.
		{MessageRead, "P3", "2026-03-02 16:00", "2026-03-03 12:00", [3]string{"2026-03-03 10:00", "2026-03-03 12:00", "2026-03-03 16:00"}},
		// Every hour counts in the night in which one is left out (29 March) and in which one comes twice (25 October).
		{HumanTriageStarted, "P2", "2026-03-29 02:00", "2026-03-29 05:00", [3]string{"2026-03-29 04:30", "2026-03-29 05:00", "2026-03-29 06:00"}},
		{HumanTriageStarted, "P2", "2026-10-25 02:00", "2026-10-25 05:00", [3]string{"2026-10-25 04:00", "2026-10-25 05:00", "2026-10-25 07:00"}},
	} {
		got := targets.Escalations(c.clock, c.priority, at(t, p.Zone(), c.from), at(t, p.Zone(), c.until))
		for i, tell := range []string{"owner", "supervisor", "service_lead"} {
			if len(got) != 3 || got[i].Tell != tell || !got[i].At.Equal(at(t, p.Zone(), c.want[i])) {
				t.Errorf("%s %s from %s: step %d is %+v, want %s at %s", c.clock, c.priority, c.from, i, got[i].At.In(p.Zone()), tell, c.want[i])
			}
		}
	}
}

// TestServiceTimeIsWhatWasAdded adds working time and counts it again.
func TestServiceTimeIsWhatWasAdded(t *testing.T) {
	c := demo(t).targets.calendar
	rapid.Check(t, func(t *rapid.T) {
		from := begin.Add(time.Duration(rapid.Int64Range(0, int64(400*24*time.Hour)).Draw(t, "from")))
		d := time.Duration(rapid.Int64Range(0, int64(200*time.Hour)).Draw(t, "d"))
		if got := c.ServiceTime(from, c.AddServiceTime(from, d)); got != d {
			t.Fatalf("%v of working time from %v counts as %v", d, from, got)
		}
	})
}
