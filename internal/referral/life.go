package referral

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/grant"
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
	_, err := tx.Exec(ctx, releasedSQL, string(now.ID))
	return err
}

// Release takes from those who had them the referrals that ended longer than KeepAfter ago, and tells how many. It is a job's.
func (r *Room) Release(ctx context.Context, actor access.Actor) (n int, err error) {
	err = door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.ReferralAnswer}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		list, err := query(ctx, tx, overSQL, clock.Micro(tx.Now.Add(-KeepAfter)))
		n = len(list)
		for _, one := range list {
			if err := release(ctx, tx, by, one); err != nil {
				return nil, err
			}
		}
		return nil, err
	})
	return n, err
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

// Declare keeps a referral from the actor from now on. Nobody has to say why. When nobody else there may know of it, it is declined.
func (r *Room) Declare(ctx context.Context, actor access.Actor, id ID) error {
	q := door.Request{Actor: actor, Action: access.ReferralDeclare, Subject: string(id)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		now, err := load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		return nil, r.keepFrom(ctx, tx, by, now, actor.ID)
	})
}

// keepFrom keeps one referral from somebody: a colleague there is to take it, or it is declined for want of one.
func (r *Room) keepFrom(ctx context.Context, tx store.Tx, by access.Proof, now Referral, user string) error {
	if err := grant.Exclude(ctx, tx, by, string(now.ID), user, grant.Declared); err != nil {
		return err
	}
	if !now.State.Open() {
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
	now.Taker = ""
	return first(
		func() error { return grant.End(ctx, tx, by, string(now.ID), user, access.Taker) },
		func() error { return r.turns(ctx, tx, by, now) },
		func() error { return stand(ctx, tx, now) },
		func() error { return r.told(ctx, tx, string(now.ID)) },
	)
}

// conflicted is the code of a decline for want of anybody who may know.
const conflicted = "conflict_of_interest"

func (r *Room) nobodyLeft(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
	now.State, now.Reason = Declined, conflicted
	manager, err := grant.Holder(ctx, tx, string(now.Case), access.Manager)
	if err != nil {
		return err
	}
	return first(
		func() error { return r.end(ctx, tx, by, now) },
		func() error {
			return r.event(ctx, tx, by, now.ID, string(Declined), saying("", time.Time{}, conflicted))
		},
		func() error {
			_, err := task.Start(ctx, tx, by, task.Input{Subject: string(now.Case), Kind: TaskAnswered, Agency: now.From,
				Owner: manager, Due: r.readBy(now, tx.Now)})
			return err
		},
		func() error { return r.told(ctx, tx, string(now.Case)) },
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
		if err := r.withdraw(ctx, tx, by, one, CaseClosed); err != nil {
			return err
		}
	}
	return nil
}

// receive notes that somebody there has read a referral that nobody had read.
func (r *Room) receive(ctx context.Context, actor access.Actor, id ID) error {
	q := door.Request{Actor: actor, Action: access.ReferralRead, Subject: string(id)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		now, err := load(ctx, tx, id)
		if err != nil || now.State != Sent {
			return nil, err
		}
		if now, err = touch(ctx, tx, id, now.Version); err != nil {
			return nil, err
		}
		now.State = Received
		return map[string]string{"state": string(Received)}, first(
			func() error { return stand(ctx, tx, now) },
			func() error { return r.event(ctx, tx, by, id, string(Received), map[string]string{}) },
		)
	})
}
