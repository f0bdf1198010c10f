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
func from(at time.Time) Span { return Span{at, at.Add(2 * farthest)} }

// plan reads an agency's shifts and absences of a span, and its people.
func (r *Room) plan(ctx context.Context, tx store.Tx, agency string, in Span) (list []Shift, gone Absences, people []Person, err error) {
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

// Stretches gives what is planned for the agency's desk from a time on, in order; the first has perhaps begun. Of what lies
// between and after them no shift says: there the country's calendar does. It decides no permission: the caller has.
func (r *Room) Stretches(ctx context.Context, tx store.Tx, agency string, at time.Time) ([]Stretch, error) {
	whole := from(at)
	whole.From = at.Add(-LongestGap) // a gap may have begun so long ago
	list, gone, people, err := r.plan(ctx, tx, agency, whole)
	return slices.DeleteFunc(stretches(list, gone, people), func(s Stretch) bool { return !s.Until.After(at) }), err
}

// NextStaffed gives the time from which on somebody is at the agency's desk, which is at when somebody is there then. It is the
// zero time when no shift says: then the country's calendar does. It decides no permission: the caller has.
func (r *Room) NextStaffed(ctx context.Context, tx store.Tx, agency string, at time.Time) (time.Time, error) {
	list, err := r.Stretches(ctx, tx, agency, at)
	for _, s := range list {
		if s.Staffed && at.After(s.From) {
			return at, err
		}
		if s.Staffed {
			return s.From, err
		}
	}
	return time.Time{}, err
}

// Watch gives when in a span, at least, somebody is at the agency's desk, and when somebody is on call for it. It decides no
// permission: the caller has.
func (r *Room) Watch(ctx context.Context, tx store.Tx, agency string, in Span) (w Watch, err error) {
	list, gone, people, err := r.plan(ctx, tx, agency, Span{in.From.Add(-LongestGap), in.Until})
	w.AtDesk, w.OnCall = staffed(AtDesk, list, gone, people), staffed(OnCall, list, gone, people)
	w.Planned = slices.ContainsFunc(list, func(s Shift) bool { return s.Kind == AtDesk })
	return w, err
}

// Cover gives who stands in for somebody at a time, and whether that one is away at all: with nobody to stand in it is
// empty. It decides no permission: the caller has.
func (r *Room) Cover(ctx context.Context, tx store.Tx, user string, at time.Time) (cover string, isAway bool, err error) {
	gone, err := absences(ctx, tx, "", Span{at, at.Add(time.Microsecond)})
	cover = gone.StandIn(user, at)
	return cover, cover != user, err
}

// Away gives every absence that holds at a time, of any agency. It decides no permission: the caller has.
func Away(ctx context.Context, tx store.Tx, at time.Time) (Absences, error) {
	return absences(ctx, tx, "", Span{at, at.Add(time.Microsecond)})
}

// A Sheet is what the people of an agency see of its rota in a span.
type Sheet struct {
	Now      Board     // who is on duty now
	Next     time.Time // from when on somebody is at the desk, perhaps now; zero when no shift says
	Shifts   []Shift   // of the span, by when they begin
	Absences Absences  // of the span, by when they begin
	People   []Person  // of the agency, by name
}

// Gone gives the first absence of somebody that lies in a span, at least in part.
func (s Sheet) Gone(user string, in Span) (a Absence, found bool) {
	i := slices.IndexFunc(s.Absences, func(a Absence) bool { return a.User == user && a.From.Before(in.Until) && a.Until.After(in.From) })
	if i < 0 {
		return a, false
	}
	return s.Absences[i], true
}

// StandIn gives whoever works reports at a time in place of somebody who is away then; false when nobody does.
func (s Sheet) StandIn(user string, at time.Time) (Person, bool) {
	who := s.Absences.StandIn(user, at)
	if who == user {
		return Person{}, false
	}
	return worker(s.People, who)
}

// Name is what somebody of the agency is called; empty when nobody active there has the id.
func (s Sheet) Name(user string) string {
	if i := slices.IndexFunc(s.People, func(p Person) bool { return p.User == user }); i >= 0 {
		return s.People[i].Name
	}
	return ""
}

// Show gives the rota of the actor's agency in a span.
func (r *Room) Show(ctx context.Context, actor access.Actor, in Span) (Sheet, error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.RotaRead}); err != nil {
		return Sheet{}, err
	}
	var s Sheet
	err := r.Store.Read(ctx, func(tx store.Tx) (err error) {
		s, err = r.sheet(ctx, tx, actor.Agency, in)
		return err
	})
	return s, err
}

func (r *Room) sheet(ctx context.Context, tx store.Tx, agency string, in Span) (s Sheet, err error) {
	if s.Now, err = r.Duty(ctx, tx, agency, tx.Now); err != nil {
		return s, err
	}
	if s.Next, err = r.NextStaffed(ctx, tx, agency, tx.Now); err != nil {
		return s, err
	}
	if s.Shifts, err = shifts(ctx, tx, agency, in); err != nil {
		return s, err
	}
	if s.Absences, err = absences(ctx, tx, agency, in); err != nil {
		return s, err
	}
	s.People, err = r.People(ctx, tx, agency)
	return s, err
}

// Colleagues gives the active people of the actor's agency, by name, to whoever may do an action of the rota: to choose from.
func (r *Room) Colleagues(ctx context.Context, actor access.Actor, action access.Action) (people []Person, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: action}); err != nil {
		return nil, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		people, err = r.People(ctx, tx, actor.Agency)
		return err
	})
	return people, err
}

// Shift gives one shift of the actor's agency, to whoever may change it, with the people whose it may become.
func (r *Room) Shift(ctx context.Context, actor access.Actor, id ShiftID) (s Shift, people []Person, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.RotaPlan}); err != nil {
		return s, nil, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		if s, err = shiftOf(ctx, tx, id, actor.Agency); err != nil {
			return err
		}
		people, err = r.People(ctx, tx, actor.Agency)
		return err
	})
	return s, people, err
}
