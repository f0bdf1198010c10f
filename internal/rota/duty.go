package rota

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/store"
)

// from is all time from an instant on in which anything can be planned.
func from(at time.Time) Span { return Span{at, at.Add(farthest + LongestAbsence)} }

// plan reads an agency's shifts and absences of a span, and its people.
func (r *Room) plan(ctx context.Context, tx store.Tx, agency string, in Span) (list []Shift, gone away, people []Person, err error) {
	if list, err = shifts(ctx, tx, agency, in); err != nil || len(list) == 0 {
		return nil, nil, nil, err
	}
	whole := Span{list[0].From, in.Until} // shifts come by when they begin
	if gone, err = absences(ctx, tx, agency, whole); err != nil {
		return nil, nil, nil, err
	}
	people, err = r.People(ctx, tx, agency)
	return list, gone, people, err
}

// Duty gives who is at the agency's desk at a time, and who is on call for it. Somebody who is away is left out; whoever covers
// for them and works reports stands in their place. It decides no permission: the caller has.
func (r *Room) Duty(ctx context.Context, tx store.Tx, agency string, at time.Time) (Board, error) {
	list, gone, people, err := r.plan(ctx, tx, agency, from(at))
	return board(at, list, gone, people), err
}

// Staffed gives the times at which somebody is at the agency's desk, of the shifts that are under way or still to come: in
// order, apart from each other, the first perhaps begun. It is nil when no shift at the desk is planned.
func (r *Room) Staffed(ctx context.Context, tx store.Tx, agency string, at time.Time) ([]Span, error) {
	list, gone, people, err := r.plan(ctx, tx, agency, from(at))
	if err != nil || !slices.ContainsFunc(list, func(s Shift) bool { return s.Kind == AtDesk }) {
		return nil, err
	}
	return append([]Span{}, staffed(list, gone, people)...), nil
}

// NextStaffed gives the time from which on somebody is at the agency's desk, which is at when somebody is there then. It is the
// zero time when no shift says: then the country's calendar does.
func (r *Room) NextStaffed(ctx context.Context, tx store.Tx, agency string, at time.Time) (time.Time, error) {
	spans, err := r.Staffed(ctx, tx, agency, at)
	for _, s := range spans {
		if at.Before(s.Until) {
			if at.After(s.From) {
				return at, err
			}
			return s.From, err
		}
	}
	return time.Time{}, err
}

// Cover gives who stands in for somebody at a time, and whether that one is away at all: with nobody to stand in it is
// empty. It decides no permission: the caller has.
func (r *Room) Cover(ctx context.Context, tx store.Tx, user string, at time.Time) (cover string, isAway bool, err error) {
	gone, err := absences(ctx, tx, "", Span{at, at.Add(time.Microsecond)})
	cover = gone.standIn(user, at)
	return cover, cover != user, err
}

// Away gives every absence that holds at a time, of any agency. It decides no permission: the caller has.
func Away(ctx context.Context, tx store.Tx, at time.Time) ([]Absence, error) {
	return absences(ctx, tx, "", Span{at, at.Add(time.Microsecond)})
}

// A Sheet is what the people of an agency see of its rota.
type Sheet struct {
	Now      Board
	Shifts   []Shift   // of the span, by when they begin
	Absences []Absence // under way or still to come, by when they begin
	People   []Person  // of the agency, by name
}

// StandIn gives the name of whoever is there at a time in place of somebody; empty when that one is there or nobody is.
func (s Sheet) StandIn(user string, at time.Time) string {
	who := away(s.Absences).standIn(user, at)
	if who == user {
		return ""
	}
	return s.Name(who)
}

// Absent tells whether somebody is away at a time.
func (s Sheet) Absent(user string, at time.Time) bool { return away(s.Absences).standIn(user, at) != user }

// Name is what somebody of the agency is called; empty when nobody active there has the id.
func (s Sheet) Name(user string) string {
	if i := slices.IndexFunc(s.People, func(p Person) bool { return p.User == user }); i >= 0 {
		return s.People[i].Name
	}
	return ""
}

// Show gives the rota of the actor's agency for some time from now on.
func (r *Room) Show(ctx context.Context, actor access.Actor, ahead time.Duration) (sheet Sheet, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.RotaRead}); err != nil {
		return sheet, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		if sheet.Now, err = r.Duty(ctx, tx, actor.Agency, tx.Now); err != nil {
			return err
		}
		if sheet.Shifts, err = shifts(ctx, tx, actor.Agency, Span{tx.Now, tx.Now.Add(ahead)}); err != nil {
			return err
		}
		gone, err := absences(ctx, tx, actor.Agency, from(tx.Now))
		if err != nil {
			return err
		}
		sheet.Absences = gone
		sheet.People, err = r.People(ctx, tx, actor.Agency)
		return err
	})
	return sheet, err
}
