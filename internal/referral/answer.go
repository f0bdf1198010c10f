package referral

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/instrument"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A TakeInput accepts a referral, or takes it over from a colleague.
type TakeInput struct {
	Referral ID
	Next     time.Time // when the next step will be done, LongestAhead at the most
	Note     string    // to the case's side; may be empty
	Version  int64     `json:"-"`
	Draft    string    // drawn by NewDraft when a form was made, so that one sent twice is one change; empty without a form
}

// Take makes the actor the one there who has the referral: it is accepted by that, or goes on with somebody else. One that has ended
// is fault.Conflict "fault.referral_ended".
func (r *Room) Take(ctx context.Context, actor access.Actor, in TakeInput) error {
	f := instrument.CheckInput()
	f.Text("note", &in.Note, LongestWords, false)
	r.ahead(f, in.Next)
	c := r.there(actor, access.ReferralTake, in.Referral, f)
	c.version, c.draft, c.input, c.line = in.Version, in.Draft, in, saying("", in.Note, in.Next, "")
	return r.do(ctx, c, func(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
		if !now.State.Open() {
			return fault.New(fault.Conflict, "fault.referral_ended")
		}
		former := now.Taker
		c.line.Kind = TakenOver
		if now.State.Waits() {
			now.State, c.line.Kind = Accepted, string(Accepted)
		}
		now.Taker, now.Due = actor.ID, in.Next
		return first(
			func() error { return r.give(ctx, tx, by, now, former) },
			func() error { return r.goOn(ctx, tx, by, now) },
		)
	})
}

// there begins the change of somebody of the agency that was asked.
func (r *Room) there(actor access.Actor, action access.Action, id ID, f instrument.Input) *change {
	return &change{Request: door.Request{Actor: actor, Action: action, Subject: string(id)}, id: id, wrong: f.Err(), titled: true}
}

// give takes the referral from whoever had it there and gives it to whoever has it now.
func (r *Room) give(ctx context.Context, tx store.Tx, by access.Proof, now Referral, former string) error {
	if former != "" && former != now.Taker {
		if err := grant.End(ctx, tx, by, string(now.ID), former, access.Taker); err != nil {
			return err
		}
	}
	return grant.Give(ctx, tx, by, string(now.ID), now.Taker, access.Taker)
}

// goOn writes how an open referral stands, with the clocks of both sides. The case's is a day longer than the one there, so that who
// answers there is asked first.
func (r *Room) goOn(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
	return first(
		func() error { return r.awaits(ctx, tx, by, &now, task.FollowReferral, now.Due.AddDate(0, 0, 1)) },
		func() error { return r.turns(ctx, tx, by, now) },
		func() error { return stand(ctx, tx, now) },
	)
}

// ahead asks for a time that has not been and is not too far ahead.
func (r *Room) ahead(f instrument.Input, next time.Time) {
	now := r.Clock.Now()
	f.Is(next.After(now) && next.Before(now.Add(LongestAhead)), "next", "fault.referral_next")
}

// saying is a line of the thread; empty parts are left out.
func saying(kind, note string, next time.Time, reason string) Event {
	said := map[string]string{}
	if note != "" {
		said["note"] = note
	}
	if !next.IsZero() {
		said["next"] = next.UTC().Format(time.RFC3339)
	}
	if reason != "" {
		said["reason"] = reason
	}
	return Event{Kind: kind, Said: said}
}

// A DeclineInput declines a referral that nobody there has taken.
type DeclineInput struct {
	Referral ID
	Reason   string // a code of the country's list "decline_reason"
	Note     string // may be empty
	Version  int64  `json:"-"`
	Draft    string // as of a TakeInput
}

// Decline says no, with a coded reason. Nobody there sees the referral any more; the case's side is told at once. One that was answered
// is fault.Conflict "fault.referral_answered".
func (r *Room) Decline(ctx context.Context, actor access.Actor, in DeclineInput) error {
	f := instrument.CheckInput()
	f.Text("note", &in.Note, LongestWords, false)
	f.Is(listed(r.Pack, "decline_reason", in.Reason), "reason", "fault.answer_required")
	c := r.there(actor, access.ReferralDecline, in.Referral, f)
	c.version, c.draft, c.input, c.line = in.Version, in.Draft, in, saying(string(Declined), in.Note, time.Time{}, in.Reason)
	return r.do(ctx, c, func(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
		if !now.State.Waits() {
			return fault.New(fault.Conflict, "fault.referral_answered")
		}
		now.State, now.Reason = Declined, in.Reason
		return first(
			func() error { return r.end(ctx, tx, by, now) },
			func() error { return r.answered(ctx, tx, by, now) },
		)
	})
}

// An Answer says what has happened with a referral since it was accepted: a State, Missed or Wrote.
type Answer string

// Answers are all answers, in the order in which they come about.
var Answers = []Answer{Answer(AppointmentMade), Missed, Answer(InService), Answer(Completed), Answer(StoppedByChild), Answer(ServiceEnded), Wrote}

// Ends tells whether nothing is left to do there after the answer.
func (a Answer) Ends() bool {
	return slices.Contains([]Answer{Answer(Completed), Answer(StoppedByChild), Answer(ServiceEnded)}, a)
}

// Plans tells whether the answer says when the next step is.
func (a Answer) Plans() bool { return !a.Ends() && a != Wrote }

// An AnswerInput says what has happened.
type AnswerInput struct {
	Referral ID
	Answer   Answer
	Next     time.Time // the appointment, or when the next step will be done; of an answer that Plans
	Result   Result    // of Completed
	Note     string    // needed for StoppedByChild, ServiceEnded and Wrote
	Version  int64     `json:"-"` // not heeded for Wrote
	Draft    string    // as of a TakeInput
}

// Answer tells the case's side what has happened. Only whoever has taken the referral can; one that has ended, or to which the answer
// does not fit, is fault.Conflict "fault.referral_ended". What has ended is asked no more, but may still be written about.
func (r *Room) Answer(ctx context.Context, actor access.Actor, in AnswerInput) error {
	f := instrument.CheckInput()
	f.Is(slices.Contains(Answers, in.Answer), "answer", "fault.answer_required")
	f.Text("note", &in.Note, LongestWords, slices.Contains([]Answer{Answer(StoppedByChild), Answer(ServiceEnded), Wrote}, in.Answer))
	f.Is(in.Answer != Answer(Completed) || slices.Contains(Results, in.Result), "result", "fault.answer_required")
	if in.Answer.Plans() {
		r.ahead(f, in.Next)
	} else {
		in.Next = time.Time{}
	}
	reason := ""
	if in.Answer == Answer(Completed) {
		reason = string(in.Result)
	}
	c := r.there(actor, access.ReferralAnswer, in.Referral, f)
	c.version, c.draft, c.input, c.line = in.Version, in.Draft, in, saying(string(in.Answer), in.Note, in.Next, reason)
	if in.Answer == Wrote {
		c.version = anyVersion
	}
	return r.do(ctx, c, func(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
		if !now.State.Answered() && in.Answer != Wrote {
			return fault.New(fault.Conflict, "fault.referral_ended")
		}
		return r.apply(ctx, tx, by, now, in)
	})
}

// apply does what an answer means for the clocks and for who may see the referral.
func (r *Room) apply(ctx context.Context, tx store.Tx, by access.Proof, now Referral, in AnswerInput) error {
	switch {
	case in.Answer.Ends():
		now.State, now.Reason = State(in.Answer), string(in.Result)
		return first(
			func() error { return r.end(ctx, tx, by, now) },
			func() error { return r.answered(ctx, tx, by, now) },
		)
	case in.Answer == Wrote:
		return r.answered(ctx, tx, by, now)
	case in.Answer == Missed:
		now.State, now.Due = Accepted, in.Next
		return first(
			func() error { return r.goOn(ctx, tx, by, now) },
			func() error { return r.answered(ctx, tx, by, now) },
		)
	}
	now.State, now.Due = State(in.Answer), in.Next
	return r.goOn(ctx, tx, by, now)
}
