package triage

import (
	"context"
	"slices"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/store"
)

// Declare keeps a report from somebody from now on, whoever they are: themselves, or a colleague whom a supervisor names. Nobody
// has to say why. Whoever had claimed it has it no more, and it is back on the desk; when those who answer for the desk may no
// longer know, others are given it, as Widen says. What is joined to it is kept from them, too, and what is behind the same receipt. A colleague who does not have to do
// with the report is fault.Invalid with the field "user"; naming one without supervising is fault.Forbidden. A report that became a
// case, or is joined to something, is fault.Conflict "fault.resolved": it is that which is to be kept from them.
func (r *Room) Declare(ctx context.Context, actor access.Actor, id report.ID, user string) error {
	q := door.Request{Actor: actor, Action: access.ReportDeclare, Subject: string(id)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		kept, _, err := report.Load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if err := own(ctx, tx, kept); err != nil {
			return nil, err
		}
		if err := r.nameable(ctx, tx, actor, id, user); err != nil {
			return nil, err
		}
		return map[string]string{"user": user}, first(
			func() error { return grant.Exclude(ctx, tx, by, string(id), user, grant.Declared) },
			func() error { return r.KeptFrom(ctx, tx, by, id, user) },
			func() error { return r.share(ctx, tx, by, id) },
			func() error { return r.Kept(ctx, tx, by, id, user) },
		)
	})
}

// own tells whether the report is worked as itself: one that became a case, is joined to something, or whose split was undone, is not.
func own(ctx context.Context, tx store.Tx, kept report.Report) error {
	_, joined, err := report.JoinOf(ctx, tx, kept.ID)
	if err == nil && (joined || kept.Outcome == report.OpenedCase || kept.Outcome == report.SplitUndone) {
		err = fault.New(fault.Conflict, "fault.resolved")
	}
	return err
}

// KeptFrom does what goes with somebody's not knowing of the report any more: they have it no more, and when those who answer for
// the desk may no longer know, others are given it.
func (r *Room) KeptFrom(ctx context.Context, tx store.Tx, by access.Proof, id report.ID, user string) error {
	kept, _, err := report.Load(ctx, tx, id)
	if err != nil {
		return err
	}
	holder, err := grant.Holder(ctx, tx, string(id), access.Claimant)
	if err != nil {
		return err
	}
	if holder == user {
		if err := r.putBack(ctx, tx, by, kept, holder); err != nil {
			return err
		}
	}
	return r.Widen(ctx, tx, by, string(id), kept.Agency, access.Desk)
}

// share keeps from whoever must not know of the report what is joined to it.
func (r *Room) share(ctx context.Context, tx store.Tx, by access.Proof, id report.ID) error {
	all, err := report.With(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, one := range all[1:] {
		users, err := grant.Bring(ctx, tx, by, string(id), string(one))
		if err != nil {
			return err
		}
		for _, user := range users {
			if err := r.KeptFrom(ctx, tx, by, one, user); err != nil {
				return err
			}
		}
	}
	return nil
}

// nameable tells whether the actor may keep the report from the user.
func (r *Room) nameable(ctx context.Context, tx store.Tx, actor access.Actor, id report.ID, user string) error {
	if user == actor.ID {
		return nil
	}
	if user == "" {
		return fault.New(fault.Invalid, "fault.form").With("user", "fault.answer_required")
	}
	if !actor.Supervises() {
		return fault.New(fault.Forbidden, fault.CodeForbidden)
	}
	all, err := r.knowing(ctx, tx, string(id))
	if err == nil && !slices.ContainsFunc(all, func(p Person) bool { return p.User == user }) {
		err = fault.New(fault.Invalid, "fault.form").With("user", "fault.answer_code")
	}
	return err
}

// Knowing gives the user ids that Declare takes from the actor: their own, and for a supervisor those of everybody on the desks that
// the report lies on who may know of it.
func (r *Room) Knowing(ctx context.Context, actor access.Actor, id report.ID) (list []string, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReportDeclare, Subject: string(id)}); err != nil {
		return nil, err
	}
	list = []string{actor.ID}
	if !actor.Supervises() {
		return list, nil
	}
	var all []Person
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) { all, err = r.knowing(ctx, tx, string(id)); return err })
	for _, p := range all {
		if p.User != actor.ID {
			list = append(list, p.User)
		}
	}
	return list, err
}

// knowing gives those of the desks that the subject lies on who may know of it.
func (r *Room) knowing(ctx context.Context, tx store.Tx, subject string) (list []Person, err error) {
	given, err := grant.History(ctx, tx, subject)
	if err != nil {
		return nil, err
	}
	for _, g := range given {
		if g.Relation != access.Desk || !g.EndedAt.IsZero() {
			continue
		}
		here, err := r.unconflicted(ctx, tx, subject, g.Grantee)
		if err != nil {
			return nil, err
		}
		list = append(list, here...)
	}
	return list, nil
}

// unconflicted gives those who work on an agency's desk and may know of the subject.
func (r *Room) unconflicted(ctx context.Context, tx store.Tx, subject, agency string) (list []Person, err error) {
	people, err := r.People(ctx, tx, agency)
	if err != nil {
		return nil, err
	}
	return unconflicted(ctx, tx, subject, people)
}

func unconflicted(ctx context.Context, tx store.Tx, subject string, people []Person) (list []Person, err error) {
	for _, p := range people {
		excluded, err := grant.Excluded(ctx, tx, subject, p.User)
		if err != nil {
			return nil, err
		}
		if p.Desk && !excluded {
			list = append(list, p)
		}
	}
	return list, nil
}

// Widen gives a subject to others, by the relation by which the agency has it, when those who answer for it there must not know:
// every supervisor, of those that there are, or everybody. The agency's independent contact is given it; when it names none, or
// those there must not know either, every desk of the country: no one may be alone in the dark.
func (r *Room) Widen(ctx context.Context, tx store.Tx, by access.Proof, subject, agency string, relation access.Relation) error {
	answered, err := r.answered(ctx, tx, subject, agency)
	if err != nil || answered {
		return err
	}
	contact, others := r.Pack.Elsewhere(agency)
	if contact != "" {
		if err := grant.Give(ctx, tx, by, subject, contact, relation); err != nil {
			return err
		}
		if answered, err = r.answered(ctx, tx, subject, contact); err != nil || answered {
			return err
		}
	}
	for _, desk := range others {
		if err := grant.Give(ctx, tx, by, subject, desk, relation); err != nil {
			return err
		}
	}
	return nil
}

// answered tells whether somebody of the agency's desk can answer for the subject: a supervisor, where there are any.
func (r *Room) answered(ctx context.Context, tx store.Tx, subject, agency string) (bool, error) {
	all, err := r.People(ctx, tx, agency)
	if err != nil {
		return false, err
	}
	may, err := unconflicted(ctx, tx, subject, all)
	supervises := func(p Person) bool { return p.Supervises }
	return len(may) > 0 && (slices.ContainsFunc(may, supervises) || !slices.ContainsFunc(all, supervises)), err
}
