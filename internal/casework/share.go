package casework

import (
	"cmp"
	"context"
	"slices"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/store"
)

// A Share is what one person answers for, as far as who looks may know of it.
type Share struct {
	Colleague
	Load
	Held int // cases among them that a supervisor holds in person
}

// Shares are all open cases that somebody may see, each with whoever answers for it or among those that nobody does.
type Shares struct {
	People  []Share // the heaviest load first; every case manager of the agency is there, also without a case
	Orphans []Case  // without a case manager who is there and may know of them; the most urgent first
}

// Cases is the number of all of them.
func (s Shares) Cases() int {
	n := len(s.Orphans)
	for _, one := range s.People {
		n += one.Load.Cases
	}
	return n
}

// sharesSQL is ownedSQL for somebody who looks: it leaves out what they must not know of.
const sharesSQL = `SELECT c.id, c.priority, c.agency, c.held_at, c.opened_at, coalesce(m.grantee, ''),
		(SELECT count(*) FROM conflict_of_interest x WHERE x.subject = c.id AND x.user_id = m.grantee)
	FROM case_file c LEFT JOIN access_grant m ON m.subject = c.id AND m.relation = 'manager' AND m.ended_at = 0
	WHERE c.state = 'open' AND EXISTS (SELECT 1 FROM access_grant g WHERE g.subject = c.id AND ` + grant.TiedSQL + `) ORDER BY c.priority, c.opened_at, c.id`

// Shares tells who answers for which part of the open cases that the actor may do the action on. People of other agencies are
// there when such a case is theirs.
func (r *Room) Shares(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action) (s Shares, err error) {
	active, err := r.People(ctx, tx, "")
	if err != nil {
		return s, err
	}
	share := map[string]*Share{}
	for _, c := range active {
		share[c.ID] = &Share{Colleague: c, Load: Load{Limits: r.Pack.Caseload()}}
	}
	err = tx.Each(ctx, sharesSQL, grant.ScopeFor(actor, action).Args(), func(scan func(...any) error) error {
		o, err := scanOwned(scan)
		if one := share[o.owner]; one != nil && one.keeps(o) {
			one.add(o.Case)
		} else {
			s.Orphans = append(s.Orphans, o.Case)
		}
		return err
	})
	for _, c := range active {
		if one := share[c.ID]; one.Cases > 0 || one.Has(access.CaseManager) && one.Agency == actor.Agency {
			s.People = append(s.People, *one)
		}
	}
	slices.SortStableFunc(s.People, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(b.Cases, a.Cases))
	})
	return s, err
}

// add counts one more case.
func (s *Share) add(c Case) {
	s.Cases, s.Points = s.Cases+1, s.Points+s.Limits.Points[string(c.Priority)]
	if !c.Held.IsZero() {
		s.Held++
	}
}

// scanOwned reads a row of sharesSQL.
func scanOwned(scan func(...any) error) (o owned, err error) {
	var held, opened int64
	var conflicts int
	err = scan(&o.ID, &o.Priority, &o.Agency, &held, &opened, &o.owner, &conflicts)
	o.State, o.Held, o.Opened, o.excluded = Open, clock.FromMicro(held), clock.FromMicro(opened), conflicts > 0
	return o, err
}
