package jurisdiction

import (
	"regexp"
	"strconv"
	"time"
)

// A Period is for how long something is kept: whole years, or days.
type Period struct{ Years, Days int }

// After is when the period is over that began at a time.
func (p Period) After(began time.Time) time.Time { return began.AddDate(p.Years, 0, p.Days) }

// Before is when a period began at the latest that is over at a time.
func (p Period) Before(over time.Time) time.Time { return over.AddDate(-p.Years, 0, -p.Days) }

// defaultRetention is what holds in a country that says nothing else: DR-6.17, and for what it does not name the next longer time.
var defaultRetention = map[string]Period{
	"not_in_scope": {Days: 90}, "insufficient_info": {Days: 90}, "duplicate": {Days: 90}, "split_undone": {Days: 90},
	"content_only": {Years: 2}, "referred_out": {Years: 2}, "opened_case": {Years: 10}, "closed_case": {Years: 10},
}

// Retention is for how long a matter of a class is kept after its end: that of a report is its outcome, of a case "closed_case". An outcome that is not
// known is false.
func (p *Pack) Retention(class string) (Period, bool) {
	if keep, ok := readPeriod(p.profile.Retention[class]); ok {
		return keep, true
	}
	keep, ok := defaultRetention[class]
	return keep, ok
}

var periodOf = regexp.MustCompile(`^([1-9][0-9]{0,3})([dy])$`)

// readPeriod reads "90d" or "10y".
func readPeriod(s string) (Period, bool) {
	m := periodOf.FindStringSubmatch(s)
	if m == nil {
		return Period{}, false
	}
	n, err := strconv.Atoi(m[1])
	if m[2] == "y" {
		return Period{Years: n}, err == nil
	}
	return Period{Days: n}, err == nil
}

// caseFloor is the least for which a closed case is kept: whoever it is about may ask for what was done, and courts may.
const caseFloor = 1

// checkRetention wants a case to be kept for a year at the least, and nothing for longer than anybody lives.
func (l *loader) checkRetention() {
	for class, text := range l.pack.profile.Retention {
		keep, ok := readPeriod(text)
		switch {
		case !ok: // the schema says so
		case keep.Years > 100 || keep.Days > 36500:
			l.profile(to("retention", class), "retention: %s is kept for %s; expected 100y at the most", class, text)
		case class == "closed_case" && keep.Years < caseFloor && keep.Days < 365*caseFloor:
			l.profile(to("retention", class), "retention: a closed case is kept for %s; expected 1y at the least", text)
		}
	}
}
