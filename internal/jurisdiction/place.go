package jurisdiction

import (
	"slices"
	"time"
)

// An Area is a place with a code, in one language.
type Area struct {
	Code   string // for example "XD-N-01"
	Name   string
	Parent string // the code of the area around it; empty at the top
	Inner  bool   // whether areas with codes lie inside it
}

// An Agency is an organization that takes part in the response, in one language.
type Agency struct {
	Code     string
	Name     string
	Role     string   // a code of the list "agency_role"
	RoleName string   // the same in words
	Desk     bool     // it takes reports in
	Covers   []string // codes of areas, or "everywhere"
}

// A Duty is one duty to report: what must be told, to whom, how soon.
type Duty struct {
	Code   string
	Name   string // a few words, for staff
	Tell   string // the code of the agency
	Within time.Duration
	Text   string // what the reader is told about it before the first question
}

// Areas gives the areas right inside parent, in the pack's order; with an empty parent the top ones.
func (p *Pack) Areas(lang, parent string) []Area {
	var list []Area
	for _, a := range p.profile.Areas.List {
		if a.Parent == parent {
			list = append(list, p.area(a, lang))
		}
	}
	return list
}

func (p *Pack) area(a area, lang string) Area {
	inner := slices.ContainsFunc(p.profile.Areas.List, func(b area) bool { return b.Parent == a.Code })
	return Area{Code: a.Code, Name: p.say(a.Names, lang), Parent: a.Parent, Inner: inner}
}

// Area finds an area by its code; an area that is not in the pack is not found.
func (p *Pack) Area(code, lang string) (Area, bool) {
	for _, a := range p.profile.Areas.List {
		if a.Code == code {
			return p.area(a, lang), true
		}
	}
	return Area{}, false
}

// AreaKnown tells whether the pack has the code. No code is below the population floor.
func (p *Pack) AreaKnown(code string) bool {
	_, ok := p.Area(code, p.Default())
	return ok
}

// DeskFor gives the code of the desk that takes a report from the area: of the desks that cover it, the one with the
// narrowest cover. An area that is empty or not known goes to the desk of the whole country. It is never empty.
func (p *Pack) DeskFor(area string) string {
	for code := area; code != ""; {
		if desk, ok := p.desks[code]; ok {
			return desk
		}
		a, _ := p.Area(code, p.Default())
		code = a.Parent
	}
	return p.desks[everywhere]
}

// Agencies gives all agencies in the pack's order.
func (p *Pack) Agencies(lang string) []Agency {
	list := make([]Agency, len(p.profile.Agencies))
	for i, a := range p.profile.Agencies {
		list[i] = Agency{a.Code, p.say(a.Names, lang), a.Role, p.Word("agency_role", a.Role, lang), a.Desk, slices.Clone(a.Covers)}
	}
	return list
}

// Agency finds an agency by its code.
func (p *Pack) Agency(code, lang string) (Agency, bool) {
	for _, a := range p.Agencies(lang) {
		if a.Code == code {
			return a, true
		}
	}
	return Agency{}, false
}

// Elsewhere gives the desks to turn to, one after another, when those of an agency must not know: its independent contact alone
// first, when it has one, then every other desk of the country.
func (p *Pack) Elsewhere(agency string) (contact string, others []string) {
	for _, a := range p.profile.Agencies {
		switch {
		case a.Code == agency:
			contact = a.Independent
		case a.Desk:
			others = append(others, a.Code)
		}
	}
	return contact, others
}

// OnCall is the code of the agency that is paged for P1 when nobody is at a desk. It is a desk.
func (p *Pack) OnCall() string { return p.profile.OnCall }

// answerWithin is what a pack has that says nothing else.
const answerWithin = 5 * time.Minute

// AnswerWithin is how long somebody who is paged for P1 has to take the report; then the next one is paged.
func (p *Pack) AnswerWithin() time.Duration {
	if d, ok := parseWithin(p.profile.AnswerWithin); ok {
		return d
	}
	return answerWithin
}

// RequiredQualifications gives the codes that somebody must hold, in force, to be given the role; nil when none.
func (p *Pack) RequiredQualifications(role string) []string {
	return slices.Clone(p.profile.Qualifications[role])
}

// Duties gives the duties to report, in the pack's order, with the text for the reader.
func (p *Pack) Duties(reader Reader, lang string) []Duty {
	list := make([]Duty, len(p.profile.Duties))
	for i, d := range p.profile.Duties {
		within, _ := parseWithin(d.Within)
		list[i] = Duty{d.Code, p.Word("duty_to_report", d.Code, lang), d.Tell, within, p.say(d.Texts.of(reader), lang)}
	}
	return list
}

// Ages says who is a child, and the age bands.
func (p *Pack) Ages() Ages {
	return Ages{p.profile.Ages.ChildUnder, slices.Clone(p.profile.Ages.Bands)}
}
