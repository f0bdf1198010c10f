package jurisdiction

import (
	"maps"
	"slices"
)

// A Caseload says how many open cases one case manager can carry, weighed by their priority.
type Caseload struct {
	Points     map[string]float64 `yaml:"points"`      // of one open case, by its priority ("P1" to "P4")
	WarnPoints float64            `yaml:"warn_points"` // from so many points on a person is said to have much to carry
	WarnCases  int                `yaml:"warn_cases"`  // or from so many open cases on
	MostCases  int                `yaml:"most_cases"`  // who has so many takes no more, unless a supervisor says why
}

// defaultCaseload is what holds in a country that says nothing else.
var defaultCaseload = Caseload{map[string]float64{"P1": 3, "P2": 2, "P3": 1, "P4": 0.5}, 15, 20, 25}

// Caseload says how many open cases one case manager can carry.
func (p *Pack) Caseload() Caseload {
	load := defaultCaseload
	if given := p.profile.Caseload; given != nil {
		load = *given
	}
	load.Points = maps.Clone(load.Points)
	return load
}

// Covers tells whether the agency works in the area: it covers it, an area around it, or the whole country. An area that is
// empty or not known is covered by those alone who cover the whole country.
func (p *Pack) Covers(agency, area string) bool {
	a, _ := p.Agency(agency, p.Default())
	for code := area; code != ""; {
		if slices.Contains(a.Covers, code) {
			return true
		}
		place, _ := p.Area(code, p.Default())
		code = place.Parent
	}
	return slices.Contains(a.Covers, everywhere)
}

// checkCaseload wants a warning before the limit, and no case of more weight than a more urgent one.
func (l *loader) checkCaseload() {
	load := l.pack.profile.Caseload
	if load == nil {
		return
	}
	if load.WarnCases > load.MostCases {
		l.profile(to("caseload", "warn_cases"), "caseload: the warning at %d cases comes after the limit of %d; expected it at the limit or before", load.WarnCases, load.MostCases)
	}
	for _, pair := range [][2]string{{"P1", "P2"}, {"P2", "P3"}, {"P3", "P4"}} {
		if load.Points[pair[0]] < load.Points[pair[1]] {
			l.profile(to("caseload", "points", pair[1]), "caseload: %s weighs more than %s; expected a more urgent case to weigh as much or more", pair[1], pair[0])
		}
	}
}
