package insight

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"amparo/internal/fault"
	"amparo/internal/report"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// every gives a report for each five minutes of some UTC days, each begun after a quarter of an hour.
func every(from time.Time, days int) (list []report.Wait) {
	for at := from; at.Before(from.AddDate(0, 0, days)); at = at.Add(5 * time.Minute) {
		list = append(list, report.Wait{Received: at, Begun: at.Add(15 * time.Minute)})
	}
	return list
}

// TestAcrossSummerTime holds that hours and days are those of the country's clocks, and waits the time that passed: a day of the
// change has an hour less, or one twice, and nobody has waited an hour more or less for it.
func TestAcrossSummerTime(t *testing.T) {
	for name, c := range map[string]struct {
		zone string
		day  string
		full int         // reports of the whole day: twelve an hour
		hour map[int]int // those of an hour that is not once
	}{
		"an hour less":             {"Asia/Nicosia", "2026-03-29", 23 * 12, map[int]int{3: 0}},
		"an hour twice":            {"Asia/Nicosia", "2026-10-25", 25 * 12, map[int]int{3: 24}},
		"a day without a midnight": {"Africa/Cairo", "2026-04-24", 23 * 12, map[int]int{0: 0}},
		"an evening twice":         {"Africa/Cairo", "2026-10-29", 25 * 12, map[int]int{23: 24}},
		"half an hour less":        {"Australia/Lord_Howe", "2026-10-04", 23*12 + 6, map[int]int{2: 6}},
		"like every day":           {"Asia/Kathmandu", "2026-04-24", 24 * 12, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := Span{c.day, c.day}
			from, to := s.around()
			w := reckon(every(from, int(to.Sub(from)/(24*time.Hour))), s.days(), to, zone(t, c.zone))
			if w.All.Count != c.full || w.Days[0].Count != c.full {
				t.Errorf("the day has %d reports, %d in all; want %d", w.Days[0].Count, w.All.Count, c.full)
			}
			smallest := 0 // an hour that is told of no more, for a single hour with too few would be given away
			for hour, got := range w.Hours {
				want, odd := c.hour[hour]
				if !odd {
					want = 12
				}
				switch {
				case want < Few && !got.Few:
					t.Errorf("%02d:00 has %d reports", hour, got.Count)
				case want >= Few && got.Few:
					smallest++
				case want >= Few && (got.Count != want || got.Half != 15*time.Minute || got.Most != 15*time.Minute):
					t.Errorf("%02d:00: %+v, want %d that waited 15 minutes", hour, got, want)
				}
			}
			hidden := 0
			for _, n := range c.hour {
				if n > 0 && n < Few { // an hour that was not there is told of by nobody's wait
					hidden = 1
				}
			}
			if smallest != hidden {
				t.Errorf("%d hours were hidden beside it, want %d", smallest, hidden)
			}
		})
	}
}

// TestAWaitAcrossTheChange counts the time that passed, not what the clock on the wall has moved.
func TestAWaitAcrossTheChange(t *testing.T) {
	nicosia := zone(t, "Asia/Nicosia")
	at := time.Date(2026, 3, 29, 2, 50, 0, 0, nicosia) // ten minutes before it is four
	list := slices.Repeat([]report.Wait{{Received: at.UTC(), Begun: time.Date(2026, 3, 29, 4, 10, 0, 0, nicosia).UTC()}}, Few)
	w := reckon(list, []string{"2026-03-29"}, at.Add(time.Hour), nicosia)
	if w.All.Half != 20*time.Minute || w.Days[0].Half != 20*time.Minute {
		t.Errorf("they waited %v", w.All.Half)
	}
}

// TestTheFiguresAreTheLeast holds that so many waited as long or longer as a figure says, now and whenever those who still wait
// are begun; and that the figures are some report's own.
func TestTheFiguresAreTheLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		list := make([]report.Wait, rapid.IntRange(Few, 60).Draw(t, "n"))
		later := make([]report.Wait, len(list))
		for i := range list {
			list[i].Received = now.Add(-time.Duration(rapid.IntRange(0, 500).Draw(t, "before")) * time.Minute)
			later[i] = list[i]
			if rapid.Bool().Draw(t, "begun") {
				list[i].Begun = list[i].Received.Add(time.Duration(rapid.IntRange(0, int(now.Sub(list[i].Received)/time.Minute)).Draw(t, "after")) * time.Minute)
				later[i].Begun = list[i].Begun
			} else {
				later[i].Begun = now.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "later")) * time.Minute)
			}
		}
		w := reckon(list, []string{"2026-03-01", "2026-03-02"}, now, time.UTC).All
		for _, in := range [][]report.Wait{list, later} {
			half, most, own := 0, 0, false
			for _, one := range in {
				if one.Until(now) >= w.Half {
					half++
				}
				if one.Until(now) >= w.Most {
					most++
				}
			}
			for _, one := range list {
				own = own || one.Until(now) == w.Half
			}
			if 2*half < len(in) || 10*most < len(in) || w.Half > w.Most || !own {
				t.Fatalf("%d and %d of %d waited as long as %+v", half, most, len(in), w)
			}
		}
	})
}

// TestFewAreNotToldOf holds that no figure is about fewer than ten, and that a single one left out cannot be told from the rest.
func TestFewAreNotToldOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(0, 25), 1, 30).Draw(t, "counts")
		parts, sum := make([]*Wait, len(counts)), 0
		for i, n := range counts {
			parts[i] = &Wait{Count: n, Half: time.Minute, Most: time.Hour}
			sum += n
		}
		conceal(parts)
		hidden, rest := 0, sum // a part of none gives nobody away
		for i, p := range parts {
			switch {
			case p.Few && *p != (Wait{Few: true}):
				t.Fatalf("%+v tells of %d", *p, counts[i])
			case p.Few && counts[i] > 0:
				hidden++
			case p.Few:
			case counts[i] < Few || p.Count != counts[i]:
				t.Fatalf("%d became %+v", counts[i], *p)
			default:
				rest -= p.Count
			}
		}
		if hidden == 1 && rest != sum {
			t.Fatalf("of %v a single one is left out, which is %d", counts, rest)
		}
	})
}

// TestOnlyTheDaysAskedFor leaves out what came in on other days.
func TestOnlyTheDaysAskedFor(t *testing.T) {
	s := Span{"2026-02-27", "2026-03-01"}
	from, to := s.around()
	w := reckon(every(from, int(to.Sub(from)/(24*time.Hour))), s.days(), to, zone(t, "Pacific/Kiritimati"))
	if w.All.Count != 3*24*12 || len(w.Days) != 3 || w.Days[0].Key != "2026-02-27" || w.Days[2].Count != 24*12 {
		t.Errorf("%d reports on %+v", w.All.Count, w.Days)
	}
	if w := reckon(nil, s.days(), to, time.UTC); !w.All.Few || !w.Hours[0].Few || !w.Days[2].Few {
		t.Errorf("nothing gives %+v", w)
	}
}

func TestSpans(t *testing.T) {
	now, nicosia := time.Date(2026, 3, 2, 23, 0, 0, 0, time.UTC), zone(t, "Asia/Nicosia") // the third of March there
	usual := Usual(now, nicosia)
	if usual != (Span{"2026-02-04", "2026-03-03"}) || len(usual.days()) != UsualDays || usual.Check(now, nicosia) != nil {
		t.Errorf("the usual days are %v", usual)
	}
	for s, want := range map[Span][2]string{
		{"2026-03-03", "2026-03-03"}: {},
		{"2025-12-02", "2026-03-03"}: {},
		{"2025-12-01", "2026-03-03"}: {"from", "fault.insight_long"},
		{"0001-01-01", "2026-03-03"}: {"from", "fault.insight_long"},
		{"2026-03-03", "2026-03-02"}: {"to", "fault.insight_order"},
		{"2026-03-03", "2026-03-04"}: {"to", "fault.insight_future"},
		{"2026-02-30", "2026-03-03"}: {"from", "fault.insight_day"},
		{"2026-03-03", ""}:           {"to", "fault.insight_day"},
		{"2026-3-1", "2026-03-03"}:   {"from", "fault.insight_day"},
	} {
		fields := fault.Fields(s.Check(now, nicosia))
		if want[0] == "" && len(fields) == 0 {
			continue
		}
		if len(fields) != 1 || fields[0].Name != want[0] || string(fields[0].Code) != want[1] {
			t.Errorf("%v gave %+v, want %v", s, fields, want)
		}
	}
}
