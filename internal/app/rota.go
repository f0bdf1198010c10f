package app

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/rota"
	"amparo/internal/store"
)

// newRota makes the room of shifts. What it plans the public side is told without a name.
func (r *rooms) newRota(s *store.Store) *rota.Room {
	return rota.New(rota.Config{Store: s, People: r.planned, Zone: r.pack.Zone(), Staffed: tellStaffed})
}

// planned gives the active people of an agency, with who of them works reports.
func (r *rooms) planned(ctx context.Context, tx store.Tx, agency string) ([]rota.Person, error) {
	users, err := r.people.Colleagues(ctx, tx, identity.AgencyID(agency))
	list := make([]rota.Person, len(users))
	for i, u := range users {
		list[i] = rota.Person{User: string(u.ID), Name: u.DisplayName, Works: u.Actor().Has(access.DutyOfficer) || u.Actor().Supervises()}
	}
	return list, err
}

func tellStaffed(ctx context.Context, tx store.Tx, by access.Proof, agency string, list []rota.Stretch) error {
	said := make([]intake.Stretch, len(list))
	for i, s := range list {
		said[i] = intake.Stretch{From: s.From, Until: s.Until, Staffed: s.Staffed}
	}
	return intake.SetStaffed(ctx, tx, by, agency, said)
}

// How far the doctor looks ahead in a rota, and how closely.
const (
	lookAhead = 7 * 24 * time.Hour
	lookStep  = time.Minute
)

// unstaffed gives the first time within the next days at which a desk that has a rota has nobody, though it should: in service
// hours somebody is to be at the desk, and at the desk on call somebody there or on call at any hour. It is the zero time when there
// is none, or no rota.
func (r *rooms) unstaffed(ctx context.Context, tx store.Tx, plan *rota.Room, desk string) (time.Time, error) {
	watch, err := plan.Watch(ctx, tx, desk, rota.Span{From: tx.Now, Until: tx.Now.Add(lookAhead)})
	if err != nil || !watch.Planned {
		return time.Time{}, err
	}
	for at := tx.Now; at.Before(tx.Now.Add(lookAhead)); at = at.Add(lookStep) {
		_, open := r.pack.NextStaffed(at)
		if open && !rota.Within(watch.AtDesk, at) || desk == r.pack.OnCall() && !rota.Within(watch.AtDesk, at) && !rota.Within(watch.OnCall, at) {
			return at, nil
		}
	}
	return time.Time{}, nil
}

// publish tells again from when on each desk is staffed.
func (r *rooms) publish(ctx context.Context, tx store.Tx, actor access.Actor) error {
	by, err := access.Own(actor, access.RotaPlan)
	if err != nil {
		return err
	}
	for _, one := range r.pack.Agencies(r.pack.Default()) {
		if one.Desk {
			if err := r.rota.Publish(ctx, tx, by, one.Code); err != nil {
				return err
			}
		}
	}
	return nil
}
