package referral

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/instrument"
	"amparo/internal/store"
	"amparo/internal/task"
)

// An AgreeInput is the decision of the second of two.
type AgreeInput struct {
	Case     casework.ID
	Referral ID
	Why      string
	Version  int64  `json:"-"`
	Draft    string // as of a TakeInput
}

// Agree hands on what two people have to decide, and what one of them has written. The second is somebody else, and one of the two
// supervises; otherwise it is fault.Forbidden "fault.best_interests". When the first works here no more, or must not know of the case any
// more, it is fault.Conflict "fault.first_gone"; one that does not wait for it is fault.Conflict "fault.referral_answered".
func (r *Room) Agree(ctx context.Context, actor access.Actor, in AgreeInput) error {
	f := instrument.CheckInput()
	f.Text("why", &in.Why, LongestWords, true)
	c := r.here(actor, in.Case, in.Referral, f)
	c.version, c.draft, c.input, c.line, c.titled = in.Version, in.Draft, in, saying(string(Sent), "", time.Time{}, ""), true
	return r.do(ctx, c, func(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
		if now.State != ConsentCheck {
			return fault.New(fault.Conflict, "fault.referral_answered")
		}
		if err := r.second(ctx, tx, actor, now); err != nil {
			return err
		}
		agreed := saying(Agreed, in.Why, time.Time{}, "")
		agreed.By = actor.ID
		now.State, now.SentAt = Sent, tx.Now
		now.Due = r.due(now, tx.Now)
		return first(
			func() error { return r.reachable(ctx, tx, now) },
			func() error { return r.awaits(ctx, tx, by, &now, task.AwaitAnswer, now.Due) },
			func() error { return stand(ctx, tx, now) },
			func() error { _, err := tx.Exec(ctx, handSQL, string(now.ID), clock.Micro(now.SentAt)); return err },
			func() error { return r.event(ctx, tx, now.ID, agreed) },
			func() error { return r.hand(ctx, tx, by, now) },
		)
	})
}

// second asks of the two who decide that they are two, that one of them supervises, and that the first still stands by it: works here and
// may know of the case.
func (r *Room) second(ctx context.Context, tx store.Tx, actor access.Actor, now Referral) error {
	all, err := r.People(ctx, tx, "")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(c casework.Colleague) bool { return c.ID == now.SentBy })
	gone := i < 0
	if !gone {
		if gone, err = grant.Excluded(ctx, tx, string(now.Case), now.SentBy); err != nil {
			return err
		}
	}
	switch {
	case gone:
		return fault.New(fault.Conflict, "fault.first_gone")
	case actor.ID == now.SentBy, !actor.Supervises() && !all[i].Supervises():
		return fault.New(fault.Forbidden, "fault.best_interests")
	}
	return nil
}
