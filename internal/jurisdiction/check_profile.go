package jurisdiction

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"

	"golang.org/x/text/language"
)

// to is a path: names as they are, places in lists as numbers.
func to(steps ...any) []string {
	path := make([]string, len(steps))
	for i, s := range steps {
		path[i] = fmt.Sprint(s)
	}
	return path
}

// checkProfile checks what the schema of profile.yaml cannot say, and builds the calendar and the desks.
func (l *loader) checkProfile() {
	if !l.sound[profileYAML] {
		return
	}
	l.checkLanguages()
	l.checkAges()
	l.checkCalendar()
	l.checkExit()
	l.checkAreas()
	l.checkAgencies()
	l.checkCaseload()
	l.checkRetention()
	l.checkDuties()
}

// profile reports a problem of profile.yaml.
func (l *loader) profile(path []string, format string, args ...any) {
	l.at(l.docs[profileYAML], path, format, args...)
}

func (l *loader) checkLanguages() {
	p := l.pack.profile.Languages
	seen := map[string]bool{}
	for i, o := range p.Offered {
		if tag, err := language.Parse(o.Code); err != nil || tag.String() != o.Code {
			l.profile(to("languages", "offered", i, "code"), "languages: %q is no language tag; expected one such as \"en\" or \"pt-BR\"", o.Code)
		}
		if seen[o.Code] {
			l.profile(to("languages", "offered", i, "code"), "languages: %q stands twice; expected it once", o.Code)
		}
		seen[o.Code] = true
	}
	staff := map[string]bool{}
	for i, code := range p.Staff {
		if !seen[code] || staff[code] {
			l.profile(to("languages", "staff", i), "languages.staff: %q is not offered or stands twice; expected one of languages.offered, once", code)
		}
		staff[code] = true
	}
	if !seen[p.Default] {
		l.profile(to("languages", "default"), "languages.default: %q is not offered; expected one of languages.offered", p.Default)
	}
}

func (l *loader) checkAges() {
	next := 0
	for i, b := range l.pack.profile.Ages.Bands {
		if b.From != next || b.To < b.From {
			l.profile(to("ages", "bands", i), "ages.bands: %q goes from %d to %d; expected it to start at %d and not to end before it starts", b.Code, b.From, b.To, next)
		}
		next = b.To + 1
	}
	if under := l.pack.profile.Ages.ChildUnder; next != under {
		l.profile(to("ages", "child_under"), "ages.child_under: the bands end at %d; expected them to end at %d, the last year of childhood", next-1, under-1)
	}
}

func (l *loader) checkCalendar() {
	p := l.pack.profile
	zone, err := time.LoadLocation(p.TimeZone)
	if err != nil || p.TimeZone == "Local" {
		l.profile(to("time_zone"), "time_zone: %q is not known; expected the name of a time zone, such as Africa/Nairobi", p.TimeZone)
		return
	}
	var dates []string
	for i, h := range p.Holidays {
		if !holidayExists(h.Date) {
			l.profile(to("holidays", i, "date"), "holidays: there is no day %q; expected a day such as \"12-25\" or \"2027-03-20\"", h.Date)
		}
		if slices.Contains(dates, h.Date) {
			l.profile(to("holidays", i, "date"), "holidays: %q stands twice; expected it once", h.Date)
		}
		dates = append(dates, h.Date)
	}
	if !l.checkHours(l.docs[profileYAML], to("service_hours"), p.ServiceHours) {
		l.profile(to("service_hours"), "service_hours: nobody is ever at the desk; expected hours on one day at least")
		return
	}
	if calendar, err := newCalendar(zone, p.ServiceHours, dates); err == nil {
		l.pack.calendar = calendar
		l.pack.targets.calendar = calendar
	}
	l.checkSafeTimes(zone)
}

// checkSafeTimes makes calendars of what the answers about safe times mean. Holidays are days like others.
func (l *loader) checkSafeTimes(zone *time.Location) {
	l.pack.safe = map[string]*Calendar{}
	for _, code := range slices.Sorted(maps.Keys(l.pack.profile.SafeTimes)) {
		hours := l.pack.profile.SafeTimes[code]
		if !l.checkHours(l.docs[profileYAML], to("safe_times", code), hours) {
			l.profile(to("safe_times", code), "safe_times: %q is never; expected hours on one day at least", code)
			continue
		}
		if calendar, err := newCalendar(zone, hours, nil); err == nil {
			l.pack.safe[code] = calendar
		}
	}
}

// holidayExists takes 29 February as a day of each year.
func holidayExists(s string) bool {
	if len(s) == len("01-02") {
		s = "2024-" + s
	}
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func (l *loader) checkExit() {
	target := l.pack.profile.ExitTarget
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		l.profile(to("exit_target"), "exit_target: %q will not do; expected an https address without a user, question mark or #", clip(target))
	}
}

func (l *loader) checkAreas() {
	people, inner := map[string]int{}, map[string]int{}
	floor := l.pack.profile.Areas.Floor
	for i, a := range l.pack.profile.Areas.List {
		at := to("areas", "list", i)
		_, twice := people[a.Code]
		_, parent := people[a.Parent]
		switch {
		case twice:
			l.profile(at, "areas: %q stands twice; expected it once", a.Code)
		case a.Parent != "" && !parent:
			l.profile(at, "areas: the parent %q of %q is not in front of it; expected a code that stands earlier in the list", a.Parent, a.Code)
		case a.Population < floor:
			l.profile(at, "areas: %q has %d people, below the population floor; expected no code for a place under %d", a.Code, a.Population, floor)
		}
		people[a.Code] = a.Population
		inner[a.Parent] += a.Population
		if a.Parent != "" && parent && inner[a.Parent] > people[a.Parent] {
			l.profile(at, "areas: the places inside %q have %d people together; expected at most its own %d", a.Parent, inner[a.Parent], people[a.Parent])
		}
	}
}

func (l *loader) areaListed(code string) bool {
	return slices.ContainsFunc(l.pack.profile.Areas.List, func(a area) bool { return a.Code == code })
}

func (l *loader) agencyListed(code string) bool {
	return slices.ContainsFunc(l.pack.profile.Agencies, func(a agency) bool { return a.Code == code })
}

func (l *loader) checkAgencies() {
	p := l.pack.profile
	seen := map[string]bool{}
	for i, a := range p.Agencies {
		if seen[a.Code] {
			l.profile(to("agencies", i, "code"), "agencies: %q stands twice; expected it once", a.Code)
		}
		seen[a.Code] = true
		for j, place := range a.Covers {
			l.checkCover(a, place, to("agencies", i, "covers", j))
		}
		if a.Independent != "" && (a.Independent == a.Code || !l.isDesk(a.Independent)) {
			l.profile(to("agencies", i, "independent"), "agencies: the independent contact %q of %q is no other desk; expected the code of another agency with desk: true", a.Independent, a.Code)
		}
	}
	if l.pack.desks[everywhere] == "" {
		l.profile(to("agencies"), "agencies: no desk covers the whole country; expected one with desk: true and covers: [everywhere]")
	}
	if !l.isDesk(p.OnCall) {
		l.profile(to("on_call"), "on_call: %q is no desk; expected the code of an agency with desk: true", p.OnCall)
	}
}

func (l *loader) isDesk(code string) bool {
	return slices.ContainsFunc(l.pack.profile.Agencies, func(a agency) bool { return a.Code == code && a.Desk })
}

func (l *loader) checkCover(a agency, place string, at []string) {
	if place != everywhere && !l.areaListed(place) {
		l.profile(at, "agencies: %q covers %q, which is not in areas; expected the code of an area, or everywhere", a.Code, place)
	}
	if !a.Desk {
		return
	}
	if other, taken := l.pack.desks[place]; taken {
		l.profile(at, "agencies: %q and %q are both the desk for %s; expected one", other, a.Code, place)
	}
	l.pack.desks[place] = a.Code
}

func (l *loader) checkDuties() {
	seen := map[string]bool{}
	for i, d := range l.pack.profile.Duties {
		if seen[d.Code] {
			l.profile(to("duties_to_report", i, "code"), "duties_to_report: %q stands twice; expected it once", d.Code)
		}
		seen[d.Code] = true
		if !l.agencyListed(d.Tell) {
			l.profile(to("duties_to_report", i, "tell"), "duties_to_report: %q is no agency; expected the code of one of agencies", d.Tell)
		}
		if _, ok := parseWithin(d.Within); !ok {
			l.profile(to("duties_to_report", i, "within"), "duties_to_report: within %q is too long; expected a time such as \"24h\", at most 400 days", d.Within)
		}
	}
}
