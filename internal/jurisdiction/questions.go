package jurisdiction

import (
	"maps"
	"slices"

	"amparo/internal/instrument"
)

// Instrument finds a list of questions by its id, with the country's areas in it; nil when the pack has none of that id.
func (p *Pack) Instrument(id string) *instrument.Instrument { return p.instruments[id] }

// Instruments are the ids of all lists of questions, sorted.
func (p *Pack) Instruments() []string { return slices.Sorted(maps.Keys(p.instruments)) }

// AreaTold is the coded area that answers name; empty when they name none that the country has.
func (p *Pack) AreaTold(in *instrument.Instrument, a instrument.Answers) string {
	for _, at := range in.Pages {
		for _, q := range at.Questions {
			if q.Kind == instrument.Area && len(a[q.ID]) == 1 && p.AreaKnown(a[q.ID][0]) {
				return a[q.ID][0]
			}
		}
	}
	return ""
}

// readInstruments loads the lists of questions. Their facts must be those of the rule set, which is read before.
func (l *loader) readInstruments() {
	for _, file := range l.extra {
		d, data := l.document(file)
		if d == nil {
			continue
		}
		in, problems := instrument.Load(file, data)
		if in != nil && l.pack.rules != nil {
			problems = in.CheckFacts(l.factNames())
		}
		for _, p := range problems {
			l.report(p.File, p.Line, "%s", p.Message)
		}
		if in == nil || len(problems) > 0 {
			continue
		}
		if l.pack.instruments[in.ID] != nil {
			l.report(file, 1, "the id %s is that of another list of questions; expected an id of its own", clip(in.ID))
			continue
		}
		l.reviewers[file] = in.ReviewedBy
		l.pack.instruments[in.ID] = in.WithAreas(l.places())
	}
}

// factNames are the names and codes that answers may lead to.
func (l *loader) factNames() instrument.FactNames {
	names := instrument.FactNames{Factors: map[string][]string{}}
	for _, f := range l.pack.rules.Factors {
		for _, c := range f.Codes {
			names.Factors[f.Name] = append(names.Factors[f.Name], c.Name)
		}
	}
	for _, t := range l.pack.rules.Triggers {
		names.Triggers = append(names.Triggers, t.Name)
	}
	for _, f := range l.pack.rules.Floors {
		names.Floors = append(names.Floors, f.Name)
	}
	for _, rule := range l.pack.rules.Content.Levels {
		for _, c := range rule.When {
			names.Content = append(names.Content, c.Name)
		}
	}
	return names
}

// places are the areas that a question may offer, in the pack's order.
func (l *loader) places() []instrument.Place {
	var list []instrument.Place
	for _, a := range l.pack.profile.Areas.List {
		list = append(list, instrument.Place{Code: a.Code, Names: a.Names})
	}
	return list
}
