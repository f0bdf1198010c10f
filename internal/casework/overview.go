package casework

import (
	"context"
	"slices"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/grant"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A Glance is a case as the list of one's cases shows it.
type Glance struct {
	Case
	Child   string // what the workers call the child
	Manager string // a user id
	Orphan  bool   // it is open, and its case manager is not there any more or must not know of it
	Next    Step   // its most urgent open task
	Due     bool   // whether there is one
}

// An Overview is what one page shows of all the cases that somebody may read.
type Overview struct {
	Open   []Glance // the most urgent first
	Closed []Glance // those where something waits first, then the latest closed first
	More   int      // closed cases that were left out
	Mine   []Step   // the actor's own next actions, the most urgent first; the subject of each is its case
}

// MostActions is how many of one's own next actions an overview has.
const MostActions = 5

// Overview gives all open cases that the actor may read and at most so many closed ones, all of them when most is negative.
// That it was opened is one audit entry, which names them.
func (r *Room) Overview(ctx context.Context, actor access.Actor, most int) (Overview, error) {
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.CaseList})
	if err != nil {
		return Overview{}, err
	}
	var s survey
	if err := r.Store.Read(ctx, func(tx store.Tx) (err error) { s, err = r.look(ctx, tx, actor, most); return err }); err != nil {
		return Overview{}, err
	}
	if err := r.Reveal.Show(ctx, by, func(v *reveal.View) error { return s.open(ctx, v) }); err != nil {
		return Overview{}, err
	}
	return s.Overview, nil
}

// a survey is an overview with what is sealed still sealed.
type survey struct {
	Overview
	labels  map[string][]byte   // by case
	reports map[string][]string // of cases whose next action has words
}

// look reads what an overview has.
func (r *Room) look(ctx context.Context, tx store.Tx, actor access.Actor, most int) (survey, error) {
	s := survey{labels: map[string][]byte{}, reports: map[string][]string{}}
	var list []Listed
	var managers map[string]string
	var mine []task.Task
	var lost []owned
	err := first(
		func() (err error) { list, err = List(ctx, tx, actor); return err },
		func() (err error) {
			managers, err = grant.Holders(ctx, tx, actor, access.CaseRead, access.Manager)
			return err
		},
		func() (err error) { mine, err = task.Mine(ctx, tx, actor, access.CaseRead, MostActions); return err },
		func() error { return labels(ctx, tx, actor, s.labels) },
		func() (err error) { lost, err = r.orphans(ctx, tx, ""); return err },
	)
	if err != nil {
		return s, err
	}
	for _, l := range list {
		g := Glance{Case: l.Case, Manager: managers[string(l.ID)], Next: Step{Task: l.Next}, Due: l.Due,
			Orphan: slices.ContainsFunc(lost, func(o owned) bool { return o.ID == l.ID })}
		if l.State == Open {
			s.Open = append(s.Open, g)
		} else {
			s.Closed = append(s.Closed, g)
		}
	}
	s.cut(most)
	for _, t := range mine {
		s.Mine = append(s.Mine, Step{Task: t})
	}
	return s, s.origins(ctx, tx)
}

// cut sorts the closed cases and leaves out those beyond most.
func (s *survey) cut(most int) {
	slices.SortStableFunc(s.Closed, func(a, b Glance) int {
		if a.Due != b.Due {
			if a.Due {
				return -1
			}
			return 1
		}
		return b.Closed.Compare(a.Closed)
	})
	if most >= 0 && len(s.Closed) > most {
		s.More, s.Closed = len(s.Closed)-most, s.Closed[:most]
	}
}

// origins finds the reports of those cases whose next action has words: they may be sealed under a report's key.
func (s *survey) origins(ctx context.Context, tx store.Tx) error {
	for _, step := range s.steps() {
		subject := step.Subject
		if len(step.Label) == 0 || s.reports[subject] != nil {
			continue
		}
		list, err := reports(ctx, tx, ID(subject))
		if err != nil {
			return err
		}
		s.reports[subject] = texts(list)
	}
	return nil
}

// steps are all next actions of the overview.
func (s *survey) steps() (list []*Step) {
	for i := range s.Open {
		list = append(list, &s.Open[i].Next)
	}
	for i := range s.Closed {
		list = append(list, &s.Closed[i].Next)
	}
	for i := range s.Mine {
		list = append(list, &s.Mine[i])
	}
	return list
}

// open unseals what is shown, and nothing else.
func (s *survey) open(ctx context.Context, v *reveal.View) error {
	for _, group := range [][]Glance{s.Open, s.Closed} {
		for i := range group {
			subject := string(group[i].ID)
			child, err := v.Open(ctx, subject, reveal.Identity, cell("case_child", "label", subject), s.labels[subject])
			if err != nil {
				return err
			}
			group[i].Child = string(child)
		}
	}
	for _, step := range s.steps() {
		if len(step.Label) == 0 {
			continue
		}
		words, err := openLabel(ctx, v, step.Task, append([]string{step.Subject}, s.reports[step.Subject]...))
		if err != nil {
			return err
		}
		step.Words = words
	}
	return nil
}

// Head opens what stands above a form about a case: what the child is called, who has it, and its tasks, but neither its
// timeline nor its contacts. The action is what the form is for: whoever may not do it is refused here as they would be
// there. One audit entry says that it was opened.
func (r *Room) Head(ctx context.Context, actor access.Actor, action access.Action, id ID) (Page, error) {
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: string(id)})
	if err != nil {
		return Page{}, err
	}
	var s stored
	if err := r.Store.Read(ctx, func(tx store.Tx) (err error) { s, err = r.gather(ctx, tx, id); return err }); err != nil {
		return Page{}, err
	}
	s.events, s.contacts = nil, nil
	if err := r.Reveal.Show(ctx, by, func(v *reveal.View) error { return s.open(ctx, v) }); err != nil {
		return Page{}, err
	}
	return s.Page, nil
}
