package intake_test

import (
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/intake"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// TestTheRotaSaysAndElseTheCalendar asks, at many times, from when on somebody is there: by a rota of three stretches, and by a
// calendar that has people at work every day from 12 to 13 o'clock.
func TestTheRotaSaysAndElseTheCalendar(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }
	noon := func(when time.Time) (time.Time, bool) {
		from := time.Date(when.Year(), when.Month(), when.Day(), 12, 0, 0, 0, time.UTC)
		switch {
		case when.Before(from):
			return from, false
		case when.Before(from.Add(time.Hour)):
			return when, true
		}
		return from.AddDate(0, 0, 1), false
	}
	list := []intake.Stretch{{From: at(10, 8), Until: at(10, 16), Staffed: true}, {From: at(10, 16), Until: at(11, 8)},
		{From: at(11, 8), Until: at(11, 10), Staffed: true}, {From: at(20, 6), Until: at(20, 14)}}
	by, err := access.Own(access.System("test"), access.RotaPlan)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, clock.Func(func() time.Time { return at(1, 0) }), func(t *testing.T, main, _ *store.Store) {
		room := intake.New(intake.Config{Store: main})
		set := func(list []intake.Stretch) {
			t.Helper()
			for range 2 { // a second time says nothing new
				err := main.Write(t.Context(), func(tx store.Tx) error { return intake.SetStaffed(t.Context(), tx, by, "here", list) })
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		wants := func(desk string, when, want time.Time) {
			t.Helper()
			from, now, err := room.NextStaffed(t.Context(), desk, when, noon)
			if err != nil || !from.Equal(want) || now != want.Equal(when) {
				t.Errorf("%s at %v: %v %v %v, want %v", desk, when, from, now, err, want)
			}
		}
		set(list)
		for _, c := range [][2]time.Time{
			{at(9, 10), at(9, 12)},   // before the rota the calendar says
			{at(9, 14), at(10, 8)},   // the calendar's next time lies in the rota, which is earlier
			{at(10, 9), at(10, 9)},   // somebody is there
			{at(10, 16), at(11, 8)},  // the night
			{at(11, 10), at(11, 12)}, // the rota says no more
			{at(20, 6), at(21, 12)},  // who was planned is away, and then the calendar says
			{at(20, 12), at(21, 12)}, // at noon, too
			{at(25, 12), at(25, 12)},
		} {
			wants("here", c[0], c[1])
		}
		wants("there", at(10, 9), at(10, 12))
		set(list[:1])
		wants("here", at(10, 16), at(11, 12))
		set(nil)
		wants("here", at(10, 9), at(10, 12))
	})
}
