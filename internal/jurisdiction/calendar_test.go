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
	} {
		if got, want := targets.Due(c.clock, c.priority, at(t, p.Zone(), c.from)), at(t, p.Zone(), c.want); !got.Equal(want) {
			t.Errorf("%s %s: got %s, want %s", c.clock, c.priority, got.In(p.Zone()), want)
		}
	}
	if due := targets.Due(SafetyPlan, "P4", begin); !due.IsZero() {
		t.Errorf("a safety plan for P4 is due at %s", due)
	}
	if due := targets.Due("tea", "P1", begin); !due.IsZero() || targets.Escalations("tea", "P1", begin) != nil {
		t.Error("a clock that is not there has a target")
	}
}

func TestEscalations(t *testing.T) {
	steps := demo(t).Targets().Escalations(HumanTriageStarted, "P2", begin)
	want := []struct {
		tell  string
		after time.Duration
	}{{"owner", 90 * time.Minute}, {"supervisor", 2 * time.Hour}, {"service_lead", 3 * time.Hour}}
	if len(steps) != len(want) {
		t.Fatalf("%d steps", len(steps))
	}
	for i, w := range want {
		if steps[i].Tell != w.tell || !steps[i].At.Equal(begin.Add(w.after)) {
			t.Errorf("step %d: got %+v, want %+v", i, steps[i], w)
		}
	}
}
