package insight

import (
	"slices"
	"time"

	"amparo/internal/clock"
	"amparo/internal/report"
	"amparo/internal/suppress"
)

// Few is the number of reports of which a figure is given at least.
const Few = 10

// A Wait is how long reports waited until somebody began to work them. Without a figure only Few is set.
type Wait struct {
	Count int
	Half  time.Duration // the median: half of them waited so long or longer
	Most  time.Duration // the 90th percentile: one in ten waited so long or longer
	Few   bool          // they are too few to be told of, or would give away others that are
}

// A Day is the wait of the reports that came in on one day.
type Day struct {
	Key string // 2006-01-02
	Wait
}

// Waits are the waits of all reports that came in on some days, and of those of each hour of the day and each day.
type Waits struct {
	All   Wait
	Hours [24]Wait
	Days  []Day
}

// reckon gives the waits of the reports that came in on one of the days, by the clocks of the zone.
func reckon(list []report.Wait, days []string, now time.Time, zone *time.Location) (w Waits) {
	var all []time.Duration
	var hours [24][]time.Duration
	byDay := make(map[string][]time.Duration, len(days))
	for _, key := range days {
		byDay[key] = []time.Duration{}
	}
	for _, one := range list {
		key := clock.Day(one.Received, zone)
		if byDay[key] == nil {
			continue
		}
		long, hour := one.Until(now), one.Received.In(zone).Hour()
		all, hours[hour], byDay[key] = append(all, long), append(hours[hour], long), append(byDay[key], long)
	}
	w.All = of(all)
	for hour := range hours {
		w.Hours[hour] = of(hours[hour])
	}
	for _, key := range days {
		w.Days = append(w.Days, Day{key, of(byDay[key])})
	}
	w.hide()
	return w
}

// of gives the figures of some waits, by the nearest rank.
func of(list []time.Duration) Wait {
	slices.Sort(list)
	n := len(list)
	if n == 0 {
		return Wait{}
	}
	rank := func(percent int) time.Duration { return list[(n*percent+99)/100-1] }
	return Wait{Count: n, Half: rank(50), Most: rank(90)}
}

// hide takes out what is about too few.
func (w *Waits) hide() {
	var hours, days []*Wait
	for i := range w.Hours {
		hours = append(hours, &w.Hours[i])
	}
	for i := range w.Days {
		days = append(days, &w.Days[i].Wait)
	}
	conceal(hours)
	conceal(days)
	conceal([]*Wait{&w.All})
}

// conceal takes out every part that is too few, and as many others as it takes that none can be told from the whole and the rest. A part of none has no
// figure either, and takes no other with it.
func conceal(parts []*Wait) {
	counts := make([]int, len(parts))
	for i, p := range parts {
		counts[i] = p.Count
	}
	left := suppress.Of(counts, Few)
	for i, p := range parts {
		if left.Cells[i] || p.Count == 0 {
			*p = Wait{Few: true}
		}
	}
}
