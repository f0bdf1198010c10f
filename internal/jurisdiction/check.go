package jurisdiction

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// takeTargets reads the clocks into the pack and checks that a more urgent priority never waits longer, and that
// P1 and P2 never wait for somebody's working hours.
func (l *loader) takeTargets(f *targetFile) {
	d := l.docs[targetsYAML]
	l.pack.targets = Targets{clocks: map[Clock]map[string]Target{}, steps: f.Escalation}
	for clock, words := range f.Clocks {
		l.pack.targets.clocks[clock] = map[string]Target{}
		var before time.Duration
		for _, p := range []string{"P1", "P2", "P3", "P4"} {
			at := to("clocks", clock, p)
			target, ok := words[p].target()
			switch {
			case !ok && clock == HumanTriageStarted && words[p].Within == none:
				l.at(d, at, "%s: within none; expected a time, for it is what people are promised", label(at))
			case !ok && words[p].Within != none:
				l.at(d, at, "%s: within %q is too long; expected at most 400 days", label(at), words[p].Within)
			case ok && target.Service && p < "P3":
				l.at(d, at, "%s: runs in service time; expected P1 and P2 to run always", label(at))
			case ok && !target.Service && target.Within < before:
				l.at(d, at, "%s: within %s is shorter than for a more urgent priority; expected %s or more", label(at), words[p].Within, before)
			}
			if ok {
				l.pack.targets.clocks[clock][p] = target
				before = max(before, target.Within)
			}
		}
	}
	l.checkSteps(d, f.Escalation)
}

func (l *loader) checkSteps(d *document, steps []Step) {
	told := map[string]bool{}
	for i, s := range steps {
		told[s.Tell] = true
		if i > 0 && s.Percent <= steps[i-1].Percent {
			l.at(d, to("escalation", i), "escalation: %d does not come after %d; expected rising per cents", s.Percent, steps[i-1].Percent)
		}
	}
	for _, who := range []string{TellOwner, TellSupervisor, TellServiceLead} {
		if !told[who] {
			l.at(d, to("escalation"), "escalation: nobody tells the %s; expected a step for owner, supervisor and service_lead", who)
		}
	}
}

// checkReferences checks what one file says about another.
func (l *loader) checkReferences() {
	if l.sound[profileYAML] && l.sound[contactsYAML] {
		l.checkContacts()
	}
	if l.sound[profileYAML] && l.sound[wordsYAML] {
		l.checkCodes()
	}
	if l.sound[profileYAML] && l.sound[messagesYAML] {
		l.checkMessages()
	}
	if l.sound[beforeYAML] {
		l.checkBefore()
	}
	if l.sound[checklistYAML] {
		l.checkItems()
	}
	l.takeContentClock()
}

// takeContentClock takes the clock of content from the rule set, which owns it.
func (l *loader) takeContentClock() {
	if l.pack.rules == nil || l.pack.targets.clocks == nil {
		return
	}
	clock := map[string]Target{}
	for _, rule := range l.pack.rules.Content.Levels {
		clock[string(rule.Level)] = Target{Within: rule.ForwardWithin}
	}
	l.pack.targets.clocks[Forwarded] = clock
	if want := l.pack.profile.Languages.forStaff(); l.sound[profileYAML] && !sameSet(l.pack.rules.Languages, want) {
		l.at(l.docs[ruleSetYAML], to("languages"), "languages: has %s; expected those of staff in profile.yaml: %s",
			strings.Join(l.pack.rules.Languages, ", "), strings.Join(want, ", "))
	}
}

// languagesOf gives the languages that the words of a file are in at a path: of what only staff read, those of staff, else every
// one that is offered.
func (l *loader) languagesOf(file string, path []string) []string {
	all := l.pack.profile.Languages
	named := file == repliesYAML && len(path) > 0 && path[len(path)-1] == "name" // what staff call a reply
	if named || slices.Contains([]string{targetsYAML, checklistYAML, wordsYAML, ruleSetYAML}, file) {
		return all.forStaff()
	}
	return all.offered()
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func (l *loader) checkContacts() {
	d := l.docs[contactsYAML]
	kinds := map[string]ContactKind{}
	for i, c := range l.pack.contacts.Contacts {
		at := to("contacts", i)
		if _, twice := kinds[c.Code]; twice {
			l.at(d, at, "contacts: %q stands twice; expected it once", c.Code)
		}
		kinds[c.Code] = c.Kind
		l.checkContact(d, c, at)
		l.checkDates(d, c, at)
		l.checkContactHours(d, c, at)
	}
	if code := l.pack.profile.NoticeHotline; code != "" && kinds[code] != HotlineKind {
		l.profile(to("notice_hotline"), "notice_hotline: %q is no contact of kind %s; expected the code of one in contacts.yaml", code, HotlineKind)
	}
	for _, need := range []struct {
		field, code string
		kind        ContactKind
	}{{"emergency", l.pack.profile.Emergency, EmergencyKind}, {"helpline", l.pack.profile.Helpline, HelplineKind}} {
		if kinds[need.code] != need.kind {
			l.profile(to(need.field), "%s: %q is no contact of kind %s; expected the code of one in contacts.yaml", need.field, need.code, need.kind)
		}
	}
}

func (l *loader) checkContact(d *document, c contactWords, at []string) {
	shown := c.Code == l.pack.profile.Emergency || c.Code == l.pack.profile.Helpline
	switch {
	case c.Phone == "" && c.Text == "" && c.Web == "":
		l.at(d, at, "contacts: %q has no number and no address; expected phone, text or web", c.Code)
	case shown && (c.Phone == "" || !c.Always):
		l.at(d, append(at, "always"), "contacts: %q is shown on every page; expected a phone that answers day and night (always: true)", c.Code)
	case c.Kind == AgencyKind && !l.agencyListed(c.Agency):
		l.at(d, append(at, "agency"), "contacts: the agency %q of %q is not in profile.yaml; expected the code of one of agencies", c.Agency, c.Code)
	case c.Kind != AgencyKind && c.Agency != "":
		l.at(d, append(at, "agency"), "contacts: %q is no agency; expected no agency, or kind: agency", c.Code)
	}
	l.checkNotices(d, c, at)
	if u, err := url.Parse(c.Web); c.Web != "" && (err != nil || u.Hostname() == "" || u.User != nil) {
		l.at(d, append(at, "web"), "contacts: %q is no address; expected an https address", clip(c.Web))
	}
}

// checkNotices asks that a hotline that takes notices says how, and that the profile names one that does.
func (l *loader) checkNotices(d *document, c contactWords, at []string) {
	at = append(slices.Clone(at), "notices")
	named := c.Code == l.pack.profile.NoticeHotline
	if c.Notices == nil {
		if named {
			l.profile(to("notice_hotline"), "notice_hotline: %q does not say how it takes notices; expected notices in contacts.yaml", c.Code)
		}
		return
	}
	u, err := url.Parse(c.Notices.Form)
	_, timed := parseWithin(c.Notices.OutcomeWithin)
	switch {
	case c.Kind != HotlineKind:
		l.at(d, at, "contacts: %q is of kind %s and takes no notices; expected kind: hotline, or no notices", c.Code, c.Kind)
	case c.Notices.Form == "" && c.Notices.Email == "":
		l.at(d, at, "contacts: %q takes notices in no way; expected form, email or both", c.Code)
	case c.Notices.Form != "" && (err != nil || u.Hostname() == "" || u.User != nil):
		l.at(d, append(at, "form"), "contacts: %q is no address; expected an https address", clip(c.Notices.Form))
	case !timed:
		l.at(d, append(at, "outcome_within"), "contacts: %q will not do; expected a time such as \"7d\", at most 400 days", c.Notices.OutcomeWithin)
	}
}

// checkDates asks for one of the two ways to give dates, and that a check does not hold longer than it may.
func (l *loader) checkDates(d *document, c contactWords, at []string) {
	absolute := c.VerifiedAt != "" && c.ExpiresAt != ""
	anyRelative, anyAbsolute := c.VerifiedDaysAgo != nil || c.ExpiresInDays != nil, c.VerifiedAt != "" || c.ExpiresAt != ""
	if c.relative() == absolute || anyRelative && anyAbsolute {
		l.at(d, at, "contacts: %q does not say clearly when it was verified; expected verified_at with expires_at, or verified_days_ago with expires_in_days", c.Code)
		return
	}
	verified, expires := c.dates(l.pack.start)
	field := "expires_at"
	if c.relative() {
		field = "expires_in_days"
	}
	limit := 180
	if c.Kind == EmergencyKind {
		limit = 365
	}
	switch {
	case verified.IsZero() || expires.IsZero():
		l.at(d, at, "contacts: %q has a date that does not exist; expected dates such as 2026-03-31", c.Code)
	case verified.After(l.pack.start):
		l.at(d, at, "contacts: %q was verified in the future; expected a day that has been", c.Code)
	case !expires.After(verified) || expires.Sub(verified) > time.Duration(limit)*24*time.Hour+time.Hour:
		l.at(d, append(at, field), "contacts: %q expires %d days after it was verified; expected 1 to %d days for this kind", c.Code, int(expires.Sub(verified).Hours()/24), limit)
	}
}

func (l *loader) checkContactHours(d *document, c contactWords, at []string) {
	if c.Always == (c.Hours != nil) {
		l.at(d, append(at, "always"), "contacts: %q must have either hours or always: true; expected one of them", c.Code)
		return
	}
	if c.Always {
		return
	}
	if !l.checkHours(d, append(slices.Clone(at), "hours"), *c.Hours) {
		l.at(d, at, "contacts: %q never answers; expected hours on one day at least", c.Code)
		return
	}
	if l.pack.calendar != nil {
		calendar, err := newCalendar(l.pack.calendar.zone, *c.Hours, nil)
		if err == nil {
			l.pack.open[c.Code] = calendar
		}
	}
}

// checkCodes asks for words for every code that the profile uses.
func (l *loader) checkCodes() {
	p := l.pack.profile
	need := func(list, code string, at []string) {
		if _, ok := l.pack.words.Lists[list].words[code]; !ok {
			l.profile(at, "%s: %q has no words; expected it in the list %q of words.yaml", label(at), code, list)
		}
	}
	for i, code := range p.Outcomes {
		need("outcome", code, to("outcomes", i))
	}
	for i, code := range p.ClosureReasons {
		need("closure_reason", code, to("closure_reasons", i))
	}
	for i, a := range p.Agencies {
		need("agency_role", a.Role, to("agencies", i, "role"))
	}
	for i, b := range p.Ages.Bands {
		need("age_band", b.Code, to("ages", "bands", i, "code"))
	}
	for i, d := range p.Duties {
		need("duty_to_report", d.Code, to("duties_to_report", i, "code"))
	}
	for _, role := range slices.Sorted(maps.Keys(p.Qualifications)) {
		for i, code := range p.Qualifications[role] {
			need("qualification", code, to("qualifications", role, i))
		}
	}
}

// checkMessages asks for what an acknowledgement must say, and for a message for each outcome.
func (l *loader) checkMessages() {
	d := l.docs[messagesYAML]
	for reader, situations := range l.pack.said.Acknowledgements {
		for s, words := range situations {
			for lang, w := range words {
				at := to("acknowledgements", reader, s, lang)
				l.mustHold(d, append(at, "by_when"), w.ByWhen, "{{.Due}}")
				l.mustHold(d, append(at, "any_time"), w.AnyTime, "{{.Helpline}}")
				if s == Danger {
					l.mustHold(d, append(at, "next"), w.Next, "{{.Emergency}}")
				}
			}
		}
	}
	for i, code := range l.pack.profile.Outcomes {
		if _, ok := l.pack.said.Outcomes[code]; !ok {
			l.profile(to("outcomes", i), "outcomes: %q has no message; expected it under outcomes of acknowledgements.yaml", code)
		}
	}
}

func (l *loader) checkBefore() {
	d := l.docs[beforeYAML]
	for reader, words := range l.pack.before.Readers {
		for lang, w := range words {
			at := to("readers", reader, lang, "how_soon")
			l.mustHold(d, at, w.HowSoon, "{{.NextStaffed}}")
			l.mustHold(d, at, w.HowSoon, "{{.Helpline}}")
		}
	}
}

func (l *loader) mustHold(d *document, at []string, text, place string) {
	if !strings.Contains(text, place) {
		l.at(d, at, "%s: does not hold %s; expected it, so that people learn it", label(at), place)
	}
}

// suicideRisk is the item without which no P1 or P2 leaves triage.
const suicideRisk = "suicide_risk_asked"

func (l *loader) checkItems() {
	d := l.docs[checklistYAML]
	seen := map[string]bool{}
	for i, item := range l.pack.checklist.Items {
		if seen[item.Code] {
			l.at(d, to("items", i), "items: %q stands twice; expected it once", item.Code)
		}
		seen[item.Code] = true
		for _, p := range item.RequiredFor {
			if !item.Show.Always && !slices.Contains(item.Show.Priorities, p) {
				l.at(d, to("items", i, "required_for"), "items: %q is required for %s but not shown; expected %s under show.priorities", item.Code, p, p)
			}
		}
		if item.Code == suicideRisk && !(slices.Contains(item.RequiredFor, "P1") && slices.Contains(item.RequiredFor, "P2")) {
			l.at(d, to("items", i), "items: %q must not be left out; expected required_for: [P1, P2]", item.Code)
		}
		if item.Code == suicideRisk && item.Answer != YesNo {
			l.at(d, to("items", i), "items: %q is a question; expected answer: yes_no", item.Code)
		}
		if item.Raises != "" && item.Answer != YesNo {
			l.at(d, to("items", i, "raises"), "items: %q raises a trigger but is not answered with yes; expected answer: yes_no", item.Code)
		}
		l.checkFacts(d, i, item)
	}
	if !seen[suicideRisk] {
		l.at(d, to("items"), "items: %q is missing; expected it, with required_for: [P1, P2]", suicideRisk)
	}
}

func (l *loader) checkFacts(d *document, i int, item checkItem) {
	if l.pack.rules == nil {
		return
	}
	for j, name := range item.Show.Triggers {
		if _, ok := l.pack.rules.Trigger(name); !ok {
			l.at(d, to("items", i, "show", "triggers", j), "items: %q is no trigger; expected one of ruleset.yaml", name)
		}
	}
	if _, ok := l.pack.rules.Trigger(item.Raises); !ok && item.Raises != "" {
		l.at(d, to("items", i, "raises"), "items: %q is no trigger; expected one of ruleset.yaml", item.Raises)
	}
	for j, name := range item.Show.Floors {
		if _, ok := l.pack.rules.Floor(name); !ok {
			l.at(d, to("items", i, "show", "floors", j), "items: %q is no floor; expected one of ruleset.yaml", name)
		}
	}
}

// nobody is written where no person has reviewed words.
const nobody = "none"

// liveProblems says what keeps a pack that loads from being served to real people.
func (l *loader) liveProblems() []Problem {
	c := checker{}
	p := l.pack
	if !p.profile.Live {
		c.at(l.docs[profileYAML], to("live"), "live: this pack is for demonstration; expected live: true")
	}
	reviews := []review{{profileYAML, "reviewed_by", p.profile.ReviewedBy}, {targetsYAML, "reviewed_by", l.targetsReviewed},
		{contactsYAML, "reviewed_by", p.contacts.ReviewedBy}, {messagesYAML, "reviewed_by", p.said.ReviewedBy},
		{beforeYAML, "reviewed_by", p.before.ReviewedBy}, {checklistYAML, "reviewed_by", p.checklist.ReviewedBy},
		{wordsYAML, "reviewed_by", p.words.ReviewedBy}, {repliesYAML, "reviewed_by", p.replies.ReviewedBy}, {signpostYAML, "reviewed_by", p.signposts.ReviewedBy},
		{programmeYAML, "reviewed_by", p.programmes.ReviewedBy}}
	for _, r := range reviews {
		if l.docs[r.file] == nil {
			continue // it may be left out
		}
		l.reviewed(&c, r, l.languagesOf(r.file, nil))
	}
	l.reviewed(&c, review{profileYAML, "rule_set_reviewed_by", p.profile.RuleSetReviewedBy}, p.profile.Languages.forStaff())
	l.liveInstruments(&c)
	l.liveEducation(&c)
	l.liveContacts(&c)
	return c.sorted()
}

// A review says who reviewed the words of a file, by language, and in which field of which file that stands.
type review struct {
	file, field string
	by          Words
}

func (l *loader) reviewed(c *checker, r review, languages []string) {
	for _, lang := range languages {
		if by := strings.TrimSpace(r.by[lang]); by == "" || by == nobody {
			c.at(l.docs[r.file], to(r.field), "%s: nobody has reviewed the words in %q; expected the name of the person who did", r.field, lang)
		}
	}
}

// liveInstruments asks who reviewed the lists of questions. What a list says of a language counts; where it says nothing, what the
// profile says of all lists.
func (l *loader) liveInstruments(c *checker) {
	p := l.pack.profile
	l.reviewed(c, review{profileYAML, "instruments_reviewed_by", p.InstrumentsReviewed}, p.Languages.offered())
	for _, file := range l.extra {
		for _, lang := range p.Languages.offered() {
			if l.reviewers[file][lang] == nobody {
				l.reviewed(c, review{file, "reviewed_by", nil}, []string{lang})
			}
		}
	}
}

func (l *loader) liveContacts(c *checker) {
	d := l.docs[contactsYAML]
	for i, contact := range l.pack.contacts.Contacts {
		at := to("contacts", i)
		if contact.relative() {
			c.at(d, at, "contacts: the dates of %q count from the start; expected verified_at and expires_at", contact.Code)
		}
		if _, expires := contact.dates(l.pack.start); !l.pack.start.Before(expires) {
			c.at(d, at, "contacts: %q is overdue since %s; expected two people to try it again", contact.Code, expires.Format(time.DateOnly))
		}
		if len(contact.VerifiedBy) < 2 {
			c.at(d, append(at, "verified_by"), "contacts: %q was verified by %s; expected two different people", contact.Code, fmt.Sprint(contact.VerifiedBy))
		}
	}
}
