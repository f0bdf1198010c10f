package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/store"
)

// A Colleague is somebody who works here, with what matters to who answers for a case. Qualifications are codes of those that
// the country asks of a case manager.
type Colleague struct {
	access.Actor
	Name      string
	Languages []string // BCP 47
	Missing   []string // qualifications that they do not have, or not yet
	Expired   []string // those that they no longer have
	Ending    []Ending // those that end within EndsSoon
}

// An Ending is a qualification that soon holds no more.
type Ending struct {
	Code string
	At   time.Time
}

// EndsSoon is how long before its end a qualification is said to end.
const EndsSoon = 30 * 24 * time.Hour

// lacks are the qualifications without which nobody becomes a case manager.
func (c Colleague) lacks() []string {
	return slices.Sorted(slices.Values(slices.Concat(c.Missing, c.Expired)))
}

// keeps tells whether they can go on answering for a case that they have: as its case manager, or as the supervisor who holds it.
func (c Colleague) keeps(o owned) bool {
	if o.excluded {
		return false
	}
	return o.Held.IsZero() && c.Has(access.CaseManager) || !o.Held.IsZero() && c.Supervises()
}

// A Candidate is somebody who might become the case manager, with every reason for it and against it.
type Candidate struct {
	Colleague
	Serves bool // the agency works in the child's area
	Speaks bool // they speak the language of whoever reported
	Load   Load
}

// Fits tells whether they can be chosen as things are: they lack nothing and can carry another case.
func (c Candidate) Fits() bool { return len(c.lacks()) == 0 && !c.Load.Full(1) }

// suits gives less for whom to ask earlier.
func (c Candidate) suits() (rank int) {
	for _, against := range []bool{!c.Fits(), !c.Serves, !c.Speaks, c.Load.Warn(), len(c.Ending) > 0} {
		rank *= 2
		if against {
			rank++
		}
	}
	return rank
}

// A Choice is who may answer for a case: case managers, the best first, and supervisors, who may hold it in person.
type Choice struct{ Managers, Holders []Candidate }

// Nobody tells whether no case manager can be chosen as things are.
func (c Choice) Nobody() bool { return !slices.ContainsFunc(c.Managers, Candidate.Fits) }

// Candidates gives who at an agency may answer for the subject. The action is access.CaseOpen on a report, or access.CaseAssign
// or access.CaseReopen on a case. Who must not know is left out without a word.
func (r *Room) Candidates(ctx context.Context, actor access.Actor, action access.Action, subject, agency string) (found Choice, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: subject}); err != nil {
		return Choice{}, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		m := matter{subject: subject, agency: agency, reader: actor.ID}
		if action == access.CaseOpen {
			told, _, err := report.Load(ctx, tx, report.ID(subject))
			if err != nil {
				return err
			}
			m.language, m.area = told.Language, told.Area
		} else {
			c, err := load(ctx, tx, ID(subject))
			if err != nil {
				return err
			}
			m = c.matter()
			m.agency, m.reader = agency, actor.ID
		}
		found, err = r.choice(ctx, tx, m)
		return err
	})
	return found, err
}

// a matter is what a case manager is looked for. What its reader must not know of is in no load that they are shown; without one
// all counts.
type matter struct{ subject, agency, area, language, reader string }

// choice looks at everybody of the agency who may know of the matter.
func (r *Room) choice(ctx context.Context, tx store.Tx, m matter) (found Choice, err error) {
	all, err := r.People(ctx, tx, m.agency)
	if err != nil {
		return found, err
	}
	for _, one := range all {
		c, err := r.candidate(ctx, tx, m, one)
		if fault.KindOf(err) == fault.Withheld {
			continue
		}
		if err != nil {
			return found, err
		}
		if one.Has(access.CaseManager) {
			found.Managers = append(found.Managers, c)
		}
		if one.Supervises() {
			found.Holders = append(found.Holders, c)
		}
	}
	for _, list := range [][]Candidate{found.Managers, found.Holders} {
		slices.SortStableFunc(list, func(a, b Candidate) int {
			return cmp.Or(cmp.Compare(a.suits(), b.suits()), cmp.Compare(a.Load.Points, b.Load.Points), cmp.Compare(a.Load.Cases, b.Load.Cases))
		})
	}
	return found, nil
}

// candidate looks at one of the agency; fault.Withheld when the matter is not for them to know.
func (r *Room) candidate(ctx context.Context, tx store.Tx, m matter, one Colleague) (c Candidate, err error) {
	excluded, err := grant.Excluded(ctx, tx, m.subject, one.ID)
	if err == nil && excluded {
		err = fault.New(fault.Withheld, fault.CodeWithheld)
	}
	if err != nil {
		return c, err
	}
	c = Candidate{Colleague: one, Serves: r.Pack.Covers(m.agency, m.area), Speaks: speaks(one.Languages, m.language)}
	c.Load, err = r.load(ctx, tx, one.ID, m.reader)
	return c, err
}

// speaks tells whether one of the languages is that of the matter, whatever the country it is spoken in.
func speaks(languages []string, language string) bool {
	base := func(tag string) string { b, _, _ := strings.Cut(tag, "-"); return b }
	return slices.ContainsFunc(languages, func(l string) bool { return base(l) == base(language) })
}

// fit tells whether somebody may answer for so many cases of the matter, and whether a full load is overruled for that.
func (r *Room) fit(ctx context.Context, tx store.Tx, actor access.Actor, m matter, o owner, cases int) (overruled bool, err error) {
	all, err := r.People(ctx, tx, m.agency)
	if err != nil {
		return false, err
	}
	nobody := fault.New(fault.Invalid, "fault.form").With("manager", "fault.answer_code")
	i := slices.IndexFunc(all, func(c Colleague) bool { return c.ID == o.user && c.may(o) })
	if i < 0 {
		return false, nobody
	}
	c, err := r.candidate(ctx, tx, m, all[i])
	switch {
	case fault.KindOf(err) == fault.Withheld:
		return false, nobody
	case err != nil:
		return false, err
	case o.hold != "":
		return false, r.holds(ctx, tx, actor, m)
	case len(c.lacks()) > 0:
		return false, fault.New(fault.Forbidden, "fault.qualification_missing", "Missing", c.lacks())
	}
	return c.carries(actor, o, cases)
}

// may tells whether their role lets them answer for a case: as a case manager or, when it is to be held, as a supervisor.
func (c Colleague) may(o owner) bool {
	if o.hold != "" {
		return c.Supervises()
	}
	return c.Has(access.CaseManager)
}

// holds tells whether the actor may have a supervisor hold the matter: whoever supervises may; others only for want of a case
// manager who fits.
func (r *Room) holds(ctx context.Context, tx store.Tx, actor access.Actor, m matter) error {
	if actor.Supervises() {
		return nil
	}
	found, err := r.choice(ctx, tx, m)
	if err == nil && !found.Nobody() {
		err = fault.New(fault.Conflict, "fault.hold_needless").With("hold", "fault.hold_needless")
	}
	return err
}

// carries tells whether somebody's load leaves room for so many cases, or a supervisor says why they take them all the same.
func (c Candidate) carries(actor access.Actor, o owner, cases int) (overruled bool, err error) {
	switch {
	case !c.Load.Full(cases):
		return false, nil
	case !actor.Supervises():
		return false, full("fault.load_full_ask", c.Load)
	case o.overrule == "":
		return false, full("fault.load_full", c.Load)
	}
	return true, nil
}

func full(code fault.Code, l Load) error {
	return fault.New(fault.Conflict, code, "Count", l.Cases).With("manager", code, "Count", l.Cases)
}
