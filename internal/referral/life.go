package referral

import (
	"context"
	"errors"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/grant"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

// end writes that nothing is left to do. Nobody there sees the referral any more but who took it, and not even they what was declined
// or withdrawn.
func (r *Room) end(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
	subject := string(now.ID)
	if err := r.settle(ctx, tx, by, now); err != nil {
		return err
	}
	now.Ended, now.caseTask = tx.Now, ""
	steps := []func() error{
		func() error { return stand(ctx, tx, now) },
		func() error { return task.Cancel(ctx, tx, by, subject) },
		func() error { return grant.End(ctx, tx, by, subject, now.Agency, access.Receiver) },
	}
	if now.State == Declined || now.State == Withdrawn {
		steps = append(steps, func() error { return release(ctx, tx, by, now) })
	}
	return first(steps...)
}

// release takes a referral from whoever had it there.
func release(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
	if now.Taker != "" {
		if err := grant.End(ctx, tx, by, string(now.ID), now.Taker, access.Taker); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, releasedSQL, string(now.ID)); err != nil {
		return err
	}
	return task.Cancel(ctx, tx, by, string(now.ID)) // what was written after the end can be read no more
}

// Release takes from those who had them the referrals that ended longer than KeepAfter ago, and gives back to their agency the open ones of
// who is a specialist there no more. It tells how many. It is a job's.
func (r *Room) Release(ctx context.Context, actor access.Actor) (n int, err error) {
	err = door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.ReferralAnswer}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		over, err := query(ctx, tx, overSQL, clock.Micro(tx.Now.Add(-KeepAfter)))
		if err != nil {
			return nil, err
		}
		for _, one := range over {
			if err := release(ctx, tx, by, one); err != nil {
				return nil, err
			}
		}
		left, err := r.left(ctx, tx)
		n = len(over) + len(left)
		for _, one := range left {
			if err := r.giveBack(ctx, tx, by, one); err != nil {
				return nil, err
			}
		}
		return nil, err
	})
	return n, err
}

// left gives the open referrals of those who are no specialists there any more.
func (r *Room) left(ctx context.Context, tx store.Tx) (list []Referral, err error) {
	type taker struct{ agency, user string }
	var takers []taker
	err = tx.Each(ctx, takersSQL, nil, func(scan func(...any) error) error {
		var t taker
		err := scan(&t.agency, &t.user)
		takers = append(takers, t)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, t := range takers {
		there, err := r.People(ctx, tx, t.agency)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(there, func(c casework.Colleague) bool { return c.ID == t.user && c.Has(access.Specialist) }) {
			continue
		}
		open, err := query(ctx, tx, takenSQL, t.agency, t.user)
		if err != nil {
			return nil, err
		}
		list = append(list, open...)
	}
	return list, nil
}

// giveBack takes an open referral from who had it there: somebody else there is to take it, or to decline it, by when it would have to be answered
// if it came now. What was planned is planned no more.
func (r *Room) giveBack(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
	former := now.Taker
	now.Taker, now.State, now.Due = "", Received, r.due(now, tx.Now)
	return first(
		func() error { _, err := touch(ctx, tx, now.ID, anyVersion); return err },
		func() error { return grant.End(ctx, tx, by, string(now.ID), former, access.Taker) },
		func() error { return r.turns(ctx, tx, by, now) },
		func() error {
			return task.Hasten(ctx, tx, by, string(now.Case), now.caseTask, now.Due.AddDate(0, 0, 1))
		},
		func() error { return stand(ctx, tx, now) },
		func() error { return r.event(ctx, tx, now.ID, Event{Kind: Returned}) },
		func() error { return r.told(ctx, tx, string(now.ID)) },
	)
}

// KeptFrom keeps the referrals of a case from somebody who must not know of it any more, inside the caller's transaction.
func (r *Room) KeptFrom(ctx context.Context, tx store.Tx, by access.Proof, file casework.ID, user string) error {
	list, err := query(ctx, tx, ofCaseSQL, string(file))
	if err != nil {
		return err
	}
	for _, one := range list {
		if err := r.keepFrom(ctx, tx, by, one, user); err != nil {
			return err
		}
	}
	return nil
}

// Declare keeps a referral from the actor from now on, and the whole matter that it is a part of. Nobody has to say why. When nobody else there
// may know of it, it is declined.
func (r *Room) Declare(ctx context.Context, actor access.Actor, id ID) error {
	q := door.Request{Actor: actor, Action: access.ReferralDeclare, Subject: string(id)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		now, err := load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		return nil, r.Keep(ctx, tx, by, now.Case, actor.ID)
	})
}

// keepFrom keeps one referral from somebody. When they work at the agency that was asked, a colleague there is to take it, or it is declined for want
// of one; when they do not, nothing changes there.
func (r *Room) keepFrom(ctx context.Context, tx store.Tx, by access.Proof, now Referral, user string) error {
	if err := grant.Exclude(ctx, tx, by, string(now.ID), user, grant.Declared); err != nil {
		return err
	}
	there, err := r.People(ctx, tx, now.Agency)
	if err != nil {
		return err
	}
	if !now.State.Open() || !slices.ContainsFunc(there, func(c casework.Colleague) bool { return c.ID == user }) {
		return nil
	}
	able, err := r.able(ctx, tx, now.Agency, string(now.ID))
	if err != nil {
		return err
	}
	if len(able) == 0 {
		return r.nobodyLeft(ctx, tx, by, now)
	}
	if now.Taker != user {
		return nil
	}
	return r.giveBack(ctx, tx, by, now)
}

// conflicted is the code of a decline for want of anybody who may know.
const conflicted = "conflict_of_interest"

func (r *Room) nobodyLeft(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
	now.State, now.Reason = Declined, conflicted
	return first(
		func() error { return r.end(ctx, tx, by, now) },
		func() error { return r.event(ctx, tx, now.ID, saying(string(Declined), "", time.Time{}, conflicted)) },
		func() error { return r.answered(ctx, tx, by, now) },
	)
}

// CaseClosed takes the open referrals of a case back that is closed all the same, inside the caller's transaction.
func (r *Room) CaseClosed(ctx context.Context, tx store.Tx, by access.Proof, file casework.ID) error {
	list, err := query(ctx, tx, ofCaseSQL, string(file))
	if err != nil {
		return err
	}
	for _, one := range list {
		if !one.State.Live() {
			continue
		}
		taken := saying(string(Withdrawn), "", time.Time{}, string(CaseClosed))
		taken.By = by.Actor().ID
		one.State, one.Reason = Withdrawn, string(CaseClosed)
		if err := errors.Join(r.end(ctx, tx, by, one), r.event(ctx, tx, one.ID, taken)); err != nil {
			return err
		}
	}
	return nil
}

// Hastened makes the referrals of a case as urgent as the case has become, inside the caller's transaction. What waits for an answer
// is to be answered by when that priority asks for it from now on; what somebody has planned stays as it is planned.
func (r *Room) Hastened(ctx context.Context, tx store.Tx, by access.Proof, file casework.ID, p ruleset.Priority) error {
	list, err := query(ctx, tx, ofCaseSQL, string(file))
	if err != nil {
		return err
	}
	for _, one := range list {
		if !one.State.Live() || !p.MoreUrgent(one.Priority) {
			continue
		}
		if err := r.urge(ctx, tx, by, one, p); err != nil {
			return err
		}
	}
	return nil
}

func (r *Room) urge(ctx context.Context, tx store.Tx, by access.Proof, now Referral, p ruleset.Priority) error {
	now.Priority = p
	if due := r.due(now, tx.Now); !now.State.Answered() && due.Before(now.Due) {
		now.Due = due
	}
	urged := Event{Kind: Urged, Said: map[string]string{"priority": string(p)}}
	return first(
		func() error { _, err := tx.Exec(ctx, urgeSQL, string(now.ID), string(p)); return err },
		func() error { _, err := touch(ctx, tx, now.ID, anyVersion); return err },
		func() error { return stand(ctx, tx, now) },
		func() error { return r.event(ctx, tx, now.ID, urged) },
		func() error {
			if now.State.Answered() {
				return nil
			}
			return task.Hasten(ctx, tx, by, string(now.Case), now.caseTask, now.Due)
		},
		func() error {
			if !now.State.Open() {
				return nil
			}
			return errors.Join(r.turns(ctx, tx, by, now), r.told(ctx, tx, string(now.ID)))
		},
	)
}

// read notes that somebody there has read a referral that nobody had read, or who took it what was written after its end. It changes nothing that a
// form was made of.
func (r *Room) read(ctx context.Context, actor access.Actor, id ID) error {
	q := door.Request{Actor: actor, Action: access.ReferralRead, Subject: string(id)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		now, err := load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if now.State != Sent {
			return nil, task.Complete(ctx, tx, by, string(id), task.ReadAnswer)
		}
		now.State = Received
		return map[string]string{"state": string(Received)}, first(
			func() error { return stand(ctx, tx, now) },
			func() error { return r.event(ctx, tx, id, Event{Kind: string(Received), By: actor.ID}) },
		)
	})
}
