package casework

import (
	"context"
	"slices"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/store"
	"amparo/internal/task"
)

// Declare keeps a case from somebody from now on, with its reports and with every other case of these, whoever they are:
// themselves, or a colleague whom a supervisor names; and with what else is behind the receipts of its reports. Nobody has to say why. What they answered for has the clock of finding a case
// manager; when those who supervise at the agency may no longer know, others are given it, as triage.Room.Widen says. Somebody
// who has nothing to do with the case is fault.Invalid with the field "user"; naming another without supervising is fault.Forbidden.
func (r *Room) Declare(ctx context.Context, actor access.Actor, id ID, user string) error {
	q := door.Request{Actor: actor, Action: access.CaseDeclare, Subject: string(id)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if err := r.nameable(ctx, tx, actor, id, user); err != nil {
			return nil, err
		}
		return map[string]string{"user": user}, r.Keep(ctx, tx, by, id, user)
	})
}

// Keep does what Declare does, inside the caller's transaction, for whoever has decided that it may be done.
func (r *Room) Keep(ctx context.Context, tx store.Tx, by access.Proof, id ID, user string) error {
	related, err := related(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, one := range related {
		if err := r.keepReports(ctx, tx, by, one, user); err != nil {
			return err
		}
		if err := r.keepFrom(ctx, tx, by, one, user); err != nil {
			return err
		}
	}
	for _, one := range related {
		if err := r.keepBehind(ctx, tx, by, one, user); err != nil {
			return err
		}
	}
	return nil
}

// nameable tells whether the actor may keep the case from the user.
func (r *Room) nameable(ctx context.Context, tx store.Tx, actor access.Actor, id ID, user string) error {
	if user == actor.ID {
		return nil
	}
	if user == "" {
		return fault.New(fault.Invalid, "fault.form").With("user", "fault.answer_required")
	}
	if !actor.Supervises() {
		return fault.New(fault.Forbidden, fault.CodeForbidden)
	}
	all, err := r.knowing(ctx, tx, id)
	if err == nil && !slices.ContainsFunc(all, func(c Colleague) bool { return c.ID == user }) {
		err = fault.New(fault.Invalid, "fault.form").With("user", "fault.answer_code")
	}
	return err
}

// keepReports keeps the reports of a case from somebody.
func (r *Room) keepReports(ctx context.Context, tx store.Tx, by access.Proof, id ID, user string) error {
	told, err := reports(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, one := range told {
		if err := grant.Exclude(ctx, tx, by, string(one), user, grant.Declared); err != nil {
			return err
		}
	}
	return nil
}

// keepBehind keeps from somebody what else is behind the receipts of a case's reports.
func (r *Room) keepBehind(ctx context.Context, tx store.Tx, by access.Proof, id ID, user string) error {
	told, err := reports(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, one := range told {
		if err := r.Kept(ctx, tx, by, one, user); err != nil {
			return err
		}
	}
	return nil
}

// keepFrom keeps one case from somebody.
func (r *Room) keepFrom(ctx context.Context, tx store.Tx, by access.Proof, id ID, user string) error {
	if err := grant.Exclude(ctx, tx, by, string(id), user, grant.Declared); err != nil {
		return err
	}
	return r.KeptFrom(ctx, tx, by, id, user)
}

// KeptFrom does what goes with somebody's not knowing of the case any more: nothing of it is theirs, what they answered for has the
// clock of finding a case manager, and when those who supervise may no longer know, others are given it.
func (r *Room) KeptFrom(ctx context.Context, tx store.Tx, by access.Proof, id ID, user string) error {
	c, err := load(ctx, tx, id)
	if err != nil {
		return err
	}
	manager, err := grant.Holder(ctx, tx, string(id), access.Manager)
	if err != nil {
		return err
	}
	return first(
		func() error { return task.Assign(ctx, tx, by, string(id), user, "") },
		func() error {
			if manager != user || c.State != Open {
				return nil
			}
			return r.seekNow(ctx, tx, by, c)
		},
		func() error { return r.Triage.Widen(ctx, tx, by, string(id), c.Agency, access.Agency) },
		func() error { return r.Onward.KeptFrom(ctx, tx, by, id, user) },
		func() error { return r.event(ctx, tx, by, id, Declared, map[string]string{"user": user}) },
	)
}

// Knowing gives those that a supervisor may name to Declare: who of the case's agency may know of it and works on cases, and the specialists of every
// agency, to whom a part of it could be handed. Others are given themselves alone.
func (r *Room) Knowing(ctx context.Context, actor access.Actor, id ID) (list []Colleague, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.CaseDeclare, Subject: string(id)}); err != nil {
		return nil, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) { list, err = r.knowing(ctx, tx, id); return err })
	return slices.DeleteFunc(list, func(c Colleague) bool { return c.ID != actor.ID && !actor.Supervises() }), err
}

func (r *Room) knowing(ctx context.Context, tx store.Tx, id ID) (list []Colleague, err error) {
	c, err := load(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	all, err := r.People(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		here := one.Agency == c.Agency && (one.Has(access.CaseManager) || one.Supervises())
		if !here && !one.Has(access.Specialist) {
			continue
		}
		excluded, err := grant.Excluded(ctx, tx, string(id), one.ID)
		if err != nil {
			return nil, err
		}
		if !excluded {
			list = append(list, one)
		}
	}
	return list, nil
}
