package rota

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// An AbsenceInput says that somebody is away. User is empty for the actor; Cover is empty when nobody stands in.
type AbsenceInput struct {
	User, Cover string
	From, Until time.Time
}

// Leave records an absence: one's own, or, for whoever plans the rota, that of a colleague of the agency who cannot do it. It
// gives fault.Invalid with the fields user, cover (not a colleague, or away themselves in that time), from (the person is
// away already at that time) and until.
func (r *Room) Leave(ctx context.Context, actor access.Actor, in AbsenceInput) error {
	if in.User == "" {
		in.User = actor.ID
	}
	return r.act(ctx, actor, about(actor, in.User), func(ctx context.Context, tx store.Tx) (map[string]string, error) {
		when := Span{in.From, in.Until}
		wrong := fault.New(fault.Invalid, "fault.form")
		when.check(wrong, tx.Now, LongestAbsence, r.Zone)
		people, err := r.People(ctx, tx, actor.Agency)
		if err != nil {
			return nil, err
		}
		gone, err := absences(ctx, tx, actor.Agency, when)
		if err != nil {
			return nil, err
		}
		here := func(user string) bool {
			return slices.ContainsFunc(people, func(p Person) bool { return p.User == user })
		}
		out := func(user string) bool {
			return slices.ContainsFunc(gone, func(a Absence) bool { return a.User == user })
		}
		if !here(in.User) {
			wrong.With("user", "fault.rota_colleague")
		} else if out(in.User) {
			wrong.With("from", "fault.rota_away")
		}
		if in.Cover != "" && (in.Cover == in.User || !here(in.Cover)) {
			wrong.With("cover", "fault.rota_colleague")
		} else if out(in.Cover) {
			wrong.With("cover", "fault.rota_cover_away")
		}
		if wrong.Wrong() {
			return nil, wrong
		}
		a := Absence{ID: ident.New[AbsenceID](tx.Now), Agency: actor.Agency, User: in.User, Cover: in.Cover, From: in.From, Until: in.Until}
		return map[string]string{"absence": string(a.ID), "user": a.User, "cover": a.Cover}, insertAbsence(ctx, tx, a)
	})
}

// about is the action for what is about somebody: one's own, or a colleague's.
func about(actor access.Actor, user string) access.Action {
	if user == actor.ID {
		return access.RotaOwn
	}
	return access.RotaPlan
}

// Return ends an absence now; one that has not begun is called off. Whoever it is of may, and whoever plans the rota of their
// agency. One that is over, or that has changed since the version, is fault.Conflict.
func (r *Room) Return(ctx context.Context, actor access.Actor, id AbsenceID, version int64) error {
	return r.act(ctx, actor, access.RotaOwn, func(ctx context.Context, tx store.Tx) (map[string]string, error) {
		a, err := absenceOf(ctx, tx, id, actor.Agency)
		switch {
		case err != nil:
			return nil, err
		case !access.May(actor, about(actor, a.User)):
			return nil, fault.New(fault.Forbidden, fault.CodeForbidden)
		case a.Version != version:
			return nil, fault.New(fault.Conflict, fault.CodeStale)
		case !tx.Now.Before(a.Until):
			return nil, fault.New(fault.Conflict, "fault.rota_over")
		}
		at := tx.Now
		if at.Before(a.From) {
			at = a.From
		}
		return map[string]string{"absence": string(id), "user": a.User}, endAbsence(ctx, tx, id, at)
	})
}
