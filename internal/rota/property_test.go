package rota

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// the first instant of what is drawn, and how many hours are looked at: they have the night in which clocks go forward in them.
var (
	origin = time.Date(2026, 3, 28, 0, 0, 0, 0, time.UTC)
	users  = []string{"a", "b", "c", "d"}
	hours  = 72
)

func span(t *rapid.T, name string) Span {
	from := rapid.IntRange(0, hours-1).Draw(t, name)
	return Span{origin.Add(time.Duration(from) * time.Hour), origin.Add(time.Duration(from+rapid.IntRange(1, 30).Draw(t, name+"s")) * time.Hour)}
}

// drawn gives shifts, absences that are one at a time for everybody, and people of whom some work reports.
func drawn(t *rapid.T) (list []Shift, gone Absences, people []Person) {
	user := rapid.SampledFrom(users)
	for range rapid.IntRange(0, 6).Draw(t, "shifts") {
		in := span(t, "shift")
		list = append(list, Shift{User: user.Draw(t, "of"), Kind: rapid.SampledFrom(Kinds).Draw(t, "kind"), From: in.From, Until: in.Until})
	}
	for range rapid.IntRange(0, 6).Draw(t, "absences") {
		in := span(t, "absence")
		a := Absence{User: user.Draw(t, "away"), Cover: rapid.SampledFrom(append([]string{""}, users...)).Draw(t, "cover"), From: in.From, Until: in.Until}
		if a.Cover != a.User {
			gone = append(gone, a)
		}
	}
	for _, u := range users {
		people = append(people, Person{User: u, Works: rapid.IntRange(0, 3).Draw(t, "works") > 0})
	}
	return list, gone, people
}

// TestDutyProperties holds that nobody who is away or works no reports is on duty, that nobody is called twice, and that the
// staffed times are exactly those at which the board has somebody at the desk.
func TestDutyProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, gone, people := drawn(t)
		spans := staffed(AtDesk, list, gone, people)
		for i := 1; i < len(spans); i++ {
			if !spans[i].From.After(spans[i-1].Until) {
				t.Fatalf("the spans %v touch", spans)
			}
		}
		for h := range hours + 30 {
			now := origin.Add(time.Duration(h) * time.Hour)
			b := board(now, list, gone, people)
			within := Within(spans, now)
			if within != (len(b.AtDesk) > 0) {
				t.Fatalf("at %v there are %v at the desk, and the spans are %v", now, b.AtDesk, spans)
			}
			seen := map[string]bool{}
			for _, p := range b.InOrder() {
				if seen[p.User] || !p.Works || slices.ContainsFunc(gone, func(a Absence) bool { return a.User == p.User && a.holds(now) }) {
					t.Fatalf("at %v %s is on duty: %v", now, p.User, b)
				}
				seen[p.User] = true
			}
		}
	})
}

// TestStretchesProperties holds that what is planned is told in order, that it is staffed exactly when the board has somebody at
// the desk, and that every shift at the desk lies in it.
func TestStretchesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, gone, people := drawn(t)
		told := stretches(list, gone, people)
		for i, s := range told {
			if !s.From.Before(s.Until) || i > 0 && (s.From.Before(told[i-1].Until) || s.From.Equal(told[i-1].Until) && s.Staffed == told[i-1].Staffed) {
				t.Fatalf("the stretches are %v", told)
			}
		}
		for h := range hours + 30 {
			now := origin.Add(time.Duration(h) * time.Hour)
			i := slices.IndexFunc(told, func(s Stretch) bool { return !now.Before(s.From) && now.Before(s.Until) })
			if there := len(board(now, list, gone, people).AtDesk) > 0; there != (i >= 0 && told[i].Staffed) {
				t.Fatalf("at %v somebody is there: %v; the stretches are %v", now, there, told)
			}
			planned := slices.ContainsFunc(list, func(s Shift) bool { return s.Kind == AtDesk && !now.Before(s.From) && now.Before(s.Until) })
			if planned && i < 0 {
				t.Fatalf("a shift at %v is in none of %v", now, told)
			}
		}
	})
}

// TestStandInIsThere holds that whoever stands in is not away, and that everybody who is there stands in for themselves.
func TestStandInIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, gone, _ := drawn(t)
		now := origin.Add(time.Duration(rapid.IntRange(0, hours+30).Draw(t, "hour")) * time.Hour)
		out := func(user string) bool {
			return slices.ContainsFunc(gone, func(a Absence) bool { return a.User == user && a.holds(now) })
		}
		for _, u := range users {
			who := gone.StandIn(u, now)
			if out(who) || !out(u) && who != u {
				t.Fatalf("for %s it is %q: %+v", u, who, gone)
			}
		}
	})
}
