package referral

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/store"
	"amparo/internal/task"
)

// An AgreeInput is the decision of the second of two.
type AgreeInput struct {
	Case     casework.ID
	Referral ID
	Why      string
	Version  int64
}

// Agree hands on what two people have to decide, and what one of them has written. The second is somebody else, and one of the two
// supervises; otherwise it is fault.Forbidden "fault.best_interests". One that does not wait for it is fault.Conflict
// "fault.referral_answered".
func (r *Room) Agree(ctx context.Context, actor access.Actor, in AgreeInput) error {
	f := check()
	f.text("why", &in.Why, LongestWords, true)
	if _, err := r.Head(ctx, actor, in.Case, in.Referral); err != nil {
		return err
	}
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReferralSend, Subject: string(in.Case)})
	if err != nil {
		return err
	}
	title, err := r.titleOf(ctx, by, in.Referral)
	if err != nil {
		return err
	}
	return r.here(ctx, actor, in.Case, in.Referral, in.Version, f.err(), func(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
		if now.State != ConsentCheck {
			return fault.New(fault.Conflict, "fault.referral_answered")
		}
		if err := r.second(ctx, tx, actor, now); err != nil {
			return err
		}
		now.State, now.SentAt = Sent, tx.Now
		now.Due = r.due(now, tx.Now)
		return first(
			func() error { return r.reachable(ctx, tx, now) },
			func() error { return r.awaits(ctx, tx, by, &now, title, task.AwaitAnswer, now.Due) },
			func() error { return stand(ctx, tx, now) },
			func() error { _, err := tx.Exec(ctx, handSQL, string(now.ID), clock.Micro(now.SentAt)); return err },
			func() error { return r.event(ctx, tx, by, now.ID, Agreed, saying(in.Why, time.Time{}, "")) },
			func() error { return r.event(ctx, tx, by, now.ID, string(Sent), map[string]string{}) },
			func() error { return r.hand(ctx, tx, by, now) },
		)
	})
}

// second asks of the two who decide that they are two, and that one of them supervises.
func (r *Room) second(ctx context.Context, tx store.Tx, actor access.Actor, now Referral) error {
	all, err := r.People(ctx, tx, "")
	if err != nil {
		return err
	}
	supervised := actor.Supervises() || slices.ContainsFunc(all, func(c casework.Colleague) bool { return c.ID == now.SentBy && c.Supervises() })
	if actor.ID == now.SentBy || !supervised {
		return fault.New(fault.Forbidden, "fault.best_interests")
	}
	return nil
}
