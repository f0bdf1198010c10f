package rota

import (
	"context"
	"slices"
	"strconv"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// A PlanInput is a shift to be planned, in as many weeks as it says: 1 to MostWeeks, on the same day at the same time.
type PlanInput struct {
	User        string
	Kind        Kind
	From, Until time.Time
	Weeks       int
}

// Plan plans a shift of the actor's agency, all of its weeks or none. It gives fault.Invalid with the fields user (nobody of
// the agency, or without a role that works reports), kind, from, until and weeks; from, too, when the person has a shift
// at that time in any of the weeks.
func (r *Room) Plan(ctx context.Context, actor access.Actor, in PlanInput) error {
	return r.act(ctx, actor, access.RotaPlan, func(ctx context.Context, tx store.Tx) (map[string]string, error) {
		wrong := r.checkShift(tx.Now, in.Kind, Span{in.From, in.Until})
		if in.Weeks < 1 || in.Weeks > MostWeeks {
			wrong.With("weeks", "fault.rota_weeks", "Most", MostWeeks)
		}
		if err := r.checkWorker(ctx, tx, actor.Agency, in.User, wrong); err != nil || wrong.Wrong() {
			return nil, first(err, wrong)
		}
		spans := weekly(Span{in.From, in.Until}, in.Weeks, r.Zone)
		for _, s := range spans {
			if err := add(ctx, tx, Shift{Agency: actor.Agency, User: in.User, Kind: in.Kind, From: s.From, Until: s.Until}); err != nil {
				return nil, err
			}
		}
		return map[string]string{"user": in.User, "kind": string(in.Kind), "shifts": strconv.Itoa(len(spans))}, nil
	})
}

// checkShift finds what is wrong with the kind and the time of a shift.
func (r *Room) checkShift(now time.Time, kind Kind, when Span) *fault.Error {
	wrong := fault.New(fault.Invalid, "fault.form")
	longest := LongestAtDesk
	if kind == OnCall {
		longest = LongestOnCall
	}
	if !slices.Contains(Kinds, kind) {
		wrong.With("kind", "fault.answer_required")
	}
	when.check(wrong, now, longest, r.Zone)
	return wrong
}

// checkWorker finds what is wrong with whose a shift is to be.
func (r *Room) checkWorker(ctx context.Context, tx store.Tx, agency, user string, wrong *fault.Error) error {
	who, here, err := r.colleague(ctx, tx, agency, user)
	switch {
	case err != nil:
	case !here:
		wrong.With("user", "fault.rota_colleague")
	case !who.Works:
		wrong.With("user", "fault.rota_role")
	}
	return err
}

// add stores a shift of somebody who has none at that time.
func add(ctx context.Context, tx store.Tx, s Shift) error {
	if err := free(ctx, tx, s); err != nil {
		return err
	}
	s.ID = ident.New[ShiftID](tx.Now)
	return insertShift(ctx, tx, s)
}

// free refuses a shift of somebody who has another at that time.
func free(ctx context.Context, tx store.Tx, s Shift) error {
	taken, err := busy(ctx, tx, s.User, Span{s.From, s.Until}, s.ID)
	if err != nil || !taken {
		return err
	}
	return fault.New(fault.Invalid, "fault.form").With("from", "fault.rota_overlap")
}

// A ChangeInput is a shift as it is to be from now on.
type ChangeInput struct {
	Shift       ShiftID
	Version     int64
	User        string
	Kind        Kind
	From, Until time.Time
}

// Change changes one shift of the actor's agency: whose it is, what it is, when it is. It gives what Plan gives, and
// fault.Conflict when the shift is over, withdrawn, or has changed since the version. A shift that was offered is so no more
// when it becomes somebody else's.
func (r *Room) Change(ctx context.Context, actor access.Actor, in ChangeInput) error {
	return r.turn(ctx, actor, access.RotaPlan, in.Shift, func(ctx context.Context, tx store.Tx, s *Shift) error {
		if s.Version != in.Version {
			return fault.New(fault.Conflict, fault.CodeStale)
		}
		wrong := r.checkShift(tx.Now, in.Kind, Span{in.From, in.Until})
		if err := r.checkWorker(ctx, tx, s.Agency, in.User, wrong); err != nil || wrong.Wrong() {
			return first(err, wrong)
		}
		if s.User != in.User {
			s.State = Planned
		}
		s.User, s.Kind, s.From, s.Until = in.User, in.Kind, in.From, in.Until
		return free(ctx, tx, *s)
	})
}

// Withdraw says that a shift of the actor's agency does not take place.
func (r *Room) Withdraw(ctx context.Context, actor access.Actor, id ShiftID, version int64) error {
	return r.turn(ctx, actor, access.RotaPlan, id, func(_ context.Context, _ store.Tx, s *Shift) error {
		if s.Version != version {
			return fault.New(fault.Conflict, fault.CodeStale)
		}
		s.State = Withdrawn
		return nil
	})
}

// Offer offers the actor's own shift to colleagues. Until somebody takes it, it stays the actor's.
func (r *Room) Offer(ctx context.Context, actor access.Actor, id ShiftID, version int64) error {
	return r.own(ctx, actor, id, version, Planned, Offered)
}

// Keep takes an offer back.
func (r *Room) Keep(ctx context.Context, actor access.Actor, id ShiftID, version int64) error {
	return r.own(ctx, actor, id, version, Offered, Planned)
}

func (r *Room) own(ctx context.Context, actor access.Actor, id ShiftID, version int64, from, to State) error {
	return r.turn(ctx, actor, access.RotaOwn, id, func(_ context.Context, _ store.Tx, s *Shift) error {
		switch {
		case s.User != actor.ID:
			return fault.New(fault.Forbidden, fault.CodeForbidden)
		case s.Version != version || s.State != from:
			return fault.New(fault.Conflict, fault.CodeStale)
		}
		s.State = to
		return nil
	})
}

// Take makes a colleague's offered shift the actor's. One that is not offered (any more) is fault.Conflict: of several who want
// it, the first has it. Whoever holds no role that works reports is fault.Forbidden; who has a shift at that time, or
// is away then, fault.Conflict.
func (r *Room) Take(ctx context.Context, actor access.Actor, id ShiftID) error {
	return r.turn(ctx, actor, access.RotaOwn, id, func(ctx context.Context, tx store.Tx, s *Shift) error {
		if who, here, err := r.colleague(ctx, tx, actor.Agency, actor.ID); err != nil || !here || !who.Works {
			return first(err, fault.New(fault.Forbidden, "fault.rota_role"))
		}
		if s.State != Offered || s.User == actor.ID {
			return fault.New(fault.Conflict, "fault.rota_taken")
		}
		when := Span{s.From, s.Until}
		if taken, err := busy(ctx, tx, actor.ID, when, id); err != nil || taken {
			return first(err, fault.New(fault.Conflict, "fault.rota_overlap"))
		}
		gone, err := absences(ctx, tx, actor.Agency, when)
		if err != nil || slices.ContainsFunc(gone, func(a Absence) bool { return a.User == actor.ID }) {
			return first(err, fault.New(fault.Conflict, "fault.rota_away"))
		}
		s.User, s.State = actor.ID, Planned
		return nil
	})
}

// first gives the error, or else the fault.
func first(err error, or *fault.Error) error {
	if err != nil {
		return err
	}
	return or
}

// turn changes a shift of the actor's agency that is not over. One that is withdrawn or over is fault.Conflict.
func (r *Room) turn(ctx context.Context, actor access.Actor, action access.Action, id ShiftID,
	change func(ctx context.Context, tx store.Tx, s *Shift) error) error {
	return r.act(ctx, actor, action, func(ctx context.Context, tx store.Tx) (map[string]string, error) {
		s, err := shiftOf(ctx, tx, id, actor.Agency)
		if err != nil {
			return nil, err
		}
		before := s.User
		if s.State == Withdrawn || !tx.Now.Before(s.Until) {
			return nil, fault.New(fault.Conflict, "fault.rota_over")
		}
		if err := change(ctx, tx, &s); err != nil {
			return nil, err
		}
		return map[string]string{"shift": string(id), "state": string(s.State), "was": before, "user": s.User}, changeShift(ctx, tx, s)
	})
}
