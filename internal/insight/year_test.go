package insight_test

import (
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/insight"
	"amparo/internal/intake"
	"amparo/internal/tale"
	"amparo/internal/web/staff/stafftest"
)

// TestYear: what came in until yesterday is counted once a day, nothing small is shown, and nothing changes for one report more.
func TestYear(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		r := room(h)
		tell := func() tale.Year {
			t.Helper()
			if err := r.TellYear(t.Context(), access.System(insight.YearJob)); err != nil {
				t.Fatal(err)
			}
			b, err := tale.New(h.Main, clock.Func(h.Now)).Look(t.Context())
			if err != nil || len(b.Years) != 1 {
				t.Fatal(b.Years, err)
			}
			return b.Years[0]
		}
		report := func(n int, claimed bool) {
			for range n {
				id, _ := h.ReportAs(intake.Told{Instrument: "worried", Reader: "adult", Answers: map[string][]string{"danger": {"no"}}})
				if claimed {
					h.Advance(7 * time.Minute)
					if err := h.Triage.Claim(t.Context(), h.Actor("huda"), id); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		if err := r.TellYear(t.Context(), h.Actor("laila")); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("somebody counts by themselves: %v", err)
		}
		report(11, true)
		report(6, false)
		if y := tell(); !y.Received.Few || y.Received.Count != 0 {
			t.Errorf("the current day is told of: %+v", y)
		}
		h.Advance(24 * time.Hour)
		y := tell()
		if y.Through != "2031-03-03" || y.Received.Count != 17 || !y.Hides() || !y.Cases.Few || y.Cases.Count != 0 {
			t.Errorf("%+v", y)
		}
		for _, p := range y.Read { // in time 11, later 0, not yet 6: two are hidden, the last of them for the other's sake
			if want := map[string]int{insight.InTime: 11}[p.Name]; p.Count != want || p.Few == (want > 0) {
				t.Errorf("%+v", p)
			}
		}
		if len(y.Read) != 3 || len(y.Outcome) != 4 || !y.Outcome[3].Few || y.Outcome[0].Count+y.Outcome[1].Count+y.Outcome[2].Count != 0 {
			t.Errorf("%+v", y)
		}
		if at := y.Times[0]; at.Few || at.Half != 10*time.Minute || at.Most != 10*time.Minute || !y.Times[1].Few {
			t.Errorf("%+v", y.Times)
		}
		report(insight.Least-1, false)
		h.Advance(24 * time.Hour)
		if again := tell(); again.Received.Count != 17 || again.Through != y.Through {
			t.Errorf("four reports more changed it: %+v", again)
		}
		report(1, false)
		h.Advance(24 * time.Hour)
		if again := tell(); again.Received.Count != 22 || again.Through != "2031-03-05" {
			t.Errorf("%+v", again)
		}
	})
}
