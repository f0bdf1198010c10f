package referral_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/identity"
	"amparo/internal/referral"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/web/staff/stafftest"
)

// lines is how many lines the thread has.
func (o office) lines(id referral.ID) int { return len(o.now(id).Thread) }

// TestAFormSentTwiceIsOneChange sends every form again as it was, when the referral is no more as the form has seen it, or cannot be seen by who sent it.
func TestAFormSentTwiceIsOneChange(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx, mona, dana := t.Context(), o.Actor("mona"), o.Actor("dana")
		draft := func() string { return referral.NewDraft(o.Clock()) }
		twice := func(what string, id referral.ID, send func() error) {
			t.Helper()
			o.must(send())
			n := o.lines(id)
			if err := send(); err != nil || o.lines(id) != n {
				t.Errorf("%s again: %v, %d lines of %d", what, err, o.lines(id), n)
			}
		}
		id, next := o.send(o.input()), o.Now().Add(time.Hour)
		take := referral.TakeInput{Referral: id, Next: next, Note: "Tomorrow.", Version: o.now(id).Version, Draft: draft()}
		twice("take", id, func() error { return o.Referral.Take(ctx, dana, take) })
		take.Note = "Today."
		o.is(o.Referral.Take(ctx, dana, take), fault.Conflict) // other words are not done
		answer := referral.AnswerInput{Referral: id, Answer: referral.Missed, Next: next, Version: o.now(id).Version, Draft: draft()}
		twice("answer", id, func() error { return o.Referral.Answer(ctx, dana, answer) })
		write := referral.WriteInput{Case: o.file, Referral: id, Note: "Please wait.", Draft: draft()}
		twice("write", id, func() error { return o.Referral.Write(ctx, mona, write) })
		back := referral.WithdrawInput{Case: o.file, Referral: id, Why: referral.NoLongerNeeded, Version: o.now(id).Version, Draft: draft()}
		twice("withdraw", id, func() error { return o.Referral.Withdraw(ctx, mona, back) })
		no := referral.DeclineInput{Referral: o.send(o.input()), Reason: "language", Version: 1, Draft: draft()}
		twice("decline", no.Referral, func() error { return o.Referral.Decline(ctx, dana, no) })
		o.is(o.Referral.Decline(ctx, o.hire("paul", stafftest.Police), no), fault.Withheld) // who has not sent it is told nothing
		in := o.input()
		in.Basis = referral.BestInterests
		two := referral.AgreeInput{Case: o.file, Referral: o.send(in), Why: "It is best.", Version: 1, Draft: draft()}
		twice("agree", two.Referral, func() error { return o.Referral.Agree(ctx, o.Actor("salma"), two) })
		o.is(o.Referral.Withdraw(ctx, mona, referral.WithdrawInput{Case: o.file, Referral: two.Referral, Why: referral.SentInError, Draft: "none"}), fault.Invalid)

		first := o.input()
		other := first
		other.Need = "Please close them."
		if a, b := o.send(first), o.send(other); a == b {
			t.Error("after going back, other words were lost")
		}
	})
}

// TestWhoSaysSoMustNotKnowTheMatter keeps from a specialist who has said so all that is handed on of the case, and all that will be.
func TestWhoSaysSoMustNotKnowTheMatter(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx, dana := t.Context(), o.Actor("dana")
		one, other := o.send(o.input()), o.send(o.input())
		o.take("dana", other)
		o.must(o.Referral.Declare(ctx, dana, one))
		for _, id := range []referral.ID{one, other} {
			_, err := o.show("dana", id)
			o.is(err, fault.Withheld)
			now := o.now(id)
			if last := now.Thread[len(now.Thread)-1]; now.State != referral.Declined || last.Kind != string(referral.Declined) || last.By != "" {
				t.Errorf("nobody else is there: %s, %+v", now.State, last)
			}
		}
		_, err := o.Referral.Send(ctx, o.Actor("mona"), o.input())
		o.is(err, fault.Invalid)
		paul := o.hire("paul", stafftest.Police)
		id := o.send(o.input())
		_, err = o.show("dana", id)
		o.is(err, fault.Withheld)
		if _, err = o.Referral.Show(ctx, paul, id); err != nil {
			t.Errorf("a colleague: %v", err)
		}
		o.must(o.Casework.Declare(ctx, o.Actor("salma"), o.file, paul.ID)) // a supervisor names somebody of another agency
		_, err = o.Referral.Show(ctx, paul, id)
		o.is(err, fault.Withheld)
	})
}

// TestAnAnswerIsRead keeps a case open over an answer that nobody has read, and goes on after the end of both.
func TestAnAnswerIsRead(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx, mona, dana := t.Context(), o.Actor("mona"), o.Actor("dana")
		id := o.send(o.input())
		o.take("dana", id)
		o.must(o.Referral.Answer(ctx, dana, referral.AnswerInput{Referral: id, Answer: "completed", Result: referral.ResultReceived, Version: o.now(id).Version}))
		o.is(o.close("mona", ""), fault.Conflict)
		o.finish(task.ReadAnswer)
		o.must(o.Referral.Write(ctx, mona, referral.WriteInput{Case: o.file, Referral: id, Note: "Thank you. One thing more."}))
		if d, err := o.Referral.Desk(ctx, dana); err != nil || len(d.Mine) != 1 || !d.Mine[0].ToRead {
			t.Errorf("dana has nothing to read: %+v, %v", d, err)
		}
		if _, err := o.show("dana", id); err != nil || len(o.tasks(string(id))) != 0 {
			t.Errorf("she has read it: %v, %v", err, o.tasks(string(id)))
		}
		o.must(o.close("salma", "Over."))
		o.must(o.Referral.Answer(ctx, dana, referral.AnswerInput{Referral: id, Answer: referral.Wrote, Note: "Here it is."}))
		o.finish(task.ReadAnswer)
		o.must(o.Referral.Write(ctx, mona, referral.WriteInput{Case: o.file, Referral: id, Note: "Thank you again."}))
		o.Advance(referral.KeepAfter)
		o.is(o.Referral.Write(ctx, mona, referral.WriteInput{Case: o.file, Referral: id, Note: "Too late."}), fault.Conflict)
	})
}

// TestAMoreUrgentCase makes what was handed on of it more urgent.
func TestAMoreUrgentCase(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx := t.Context()
		waits, taken := o.send(o.input()), o.send(o.input())
		o.take("dana", taken)
		was, planned := o.now(waits), o.now(taken)
		by, err := access.Own(access.System("test"), access.CaseRecord)
		o.must(err)
		urge := func() {
			t.Helper()
			o.must(o.Main.Write(ctx, func(tx store.Tx) error { return o.Referral.Hastened(ctx, tx, by, o.file, "P1") }))
		}
		urge()
		now := o.now(waits)
		if now.Priority != "P1" || !now.Due.Before(was.Due) || now.Version == was.Version || now.Thread[len(now.Thread)-1].Said["priority"] != "P1" {
			t.Errorf("what waits: %+v, was due %s", now, was.Due)
		}
		due := func(subject string) (at time.Time) {
			o.Read(func(ctx context.Context, tx store.Tx) error {
				list, err := task.OpenFor(ctx, tx, subject)
				for _, one := range list {
					if one.Kind == task.AwaitAnswer {
						at = one.Due
					}
				}
				return err
			})
			return at
		}
		if there, here := due(string(waits)), due(string(o.file)); !there.Equal(now.Due) || !here.Equal(now.Due) {
			t.Errorf("the clocks are at %s there and %s here, want %s", there, here, now.Due)
		}
		if got := o.now(taken); got.Priority != "P1" || !got.Due.Equal(planned.Due) || got.Taker != planned.Taker {
			t.Errorf("what is planned: %+v", got)
		}
		n := o.lines(waits)
		if urge(); o.lines(waits) != n {
			t.Error("it is said again")
		}
	})
}

// TestTheFirstOfTwoIsGone does not send what was decided by who may not know of the case, or does not work here any more.
func TestTheFirstOfTwoIsGone(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx := t.Context()
		in := o.input()
		in.Basis, in.Agreed = referral.BestInterests, "She is not safe at home."
		id := o.send(in)
		agree := func() error {
			return o.Referral.Agree(ctx, o.Actor("salma"), referral.AgreeInput{Case: o.file, Referral: id, Why: "It is best.", Version: o.now(id).Version})
		}
		o.Write(func(ctx context.Context, tx store.Tx) error {
			by, err := access.Own(access.System("test"), access.CaseRecord)
			o.must(err)
			return grant.Give(ctx, tx, by, string(o.file), o.ID("karim"), access.CoWorker)
		})
		in.Draft = referral.NewDraft(o.Clock())
		second, err := o.Referral.Send(ctx, o.Actor("karim"), in)
		o.must(err)
		o.must(o.Casework.Declare(ctx, o.Actor("karim"), o.file, o.ID("karim")))
		err = o.Referral.Agree(ctx, o.Actor("salma"), referral.AgreeInput{Case: o.file, Referral: second, Why: "It is best.", Version: o.now(second).Version})
		if o.is(err, fault.Conflict); fault.CodeOf(err) != "fault.first_gone" {
			t.Errorf("it says %v", err)
		}
		o.must(agree())
	})
}

// TestWhoHasItLeaves gives back to the agency what somebody had who works there no more.
func TestWhoHasItLeaves(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx, release := t.Context(), access.System("referral.release")
		paul := o.hire("paul", stafftest.Police)
		id := o.send(o.input())
		o.must(o.Referral.Take(ctx, paul, referral.TakeInput{Referral: id, Next: o.Now().Add(60 * 24 * time.Hour), Version: o.now(id).Version}))
		if n, err := o.Referral.Release(ctx, release); err != nil || n != 0 {
			t.Errorf("%d given back, %v", n, err)
		}
		o.must(o.Identity.Deactivate(ctx, access.Console, identity.UserID(paul.ID)))
		before := o.now(id)
		if n, err := o.Referral.Release(ctx, release); err != nil || n != 1 {
			t.Errorf("%d given back, %v", n, err)
		}
		now := o.now(id)
		if now.State != referral.Received || now.Taker != "" || now.Version == before.Version || !now.Due.Before(before.Due) || now.Thread[len(now.Thread)-1].Kind != referral.Returned {
			t.Errorf("given back: %+v", now)
		}
		d, err := o.Referral.Desk(ctx, o.Actor("dana"))
		if err != nil || len(d.ToAnswer) != 1 || o.waiting(o.Actor("dana")) != 1 {
			t.Errorf("the desk: %+v, %v; the menu counts %d", d, err, o.waiting(o.Actor("dana")))
		}
		if k := o.tasks(string(id)); k[task.AwaitAnswer] != 1 || k[referral.TaskAct] != 0 {
			t.Errorf("the clocks there: %v", k)
		}
		o.must(o.Referral.Decline(ctx, o.Actor("dana"), referral.DeclineInput{Referral: id, Reason: "no_capacity", Version: now.Version}))
	})
}

// TestAnotherCasesReferral is withheld, and that it was asked for is recorded.
func TestAnotherCasesReferral(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx := t.Context()
		id := o.send(o.input())
		other := office{o.House, o.House.Case()}
		_, err := o.Referral.Head(ctx, o.Actor("mona"), other.file, id)
		o.is(err, fault.Withheld)
		o.is(o.Referral.Write(ctx, o.Actor("mona"), referral.WriteInput{Case: other.file, Referral: id, Note: "x"}), fault.Withheld)
		o.is(o.Referral.Agree(ctx, o.Actor("salma"), referral.AgreeInput{Case: other.file, Referral: id, Why: "x", Version: 1}), fault.Withheld)
		if got := o.refused("mona"); len(got) != 2 || slices.ContainsFunc(got, func(s string) bool { return s != "referral.send" }) {
			t.Errorf("the log has %v", got)
		}
	})
}

// TestOtherAgenciesGoOn keeps a matter from somebody at one agency: what another agency was asked stays as it is, also when nobody is there just now.
func TestOtherAgenciesGoOn(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx := t.Context()
		clara := o.hire("clara", stafftest.Clinic)
		in := o.input()
		in.Agency = stafftest.Clinic
		elsewhere, here := o.send(in), o.send(o.input())
		o.must(o.Identity.Deactivate(ctx, access.Console, identity.UserID(clara.ID)))
		o.must(o.Referral.Declare(ctx, o.Actor("dana"), here))
		if a, b := o.now(elsewhere), o.now(here); a.State != referral.Sent || b.State != referral.Declined {
			t.Errorf("elsewhere it is %s, here %s", a.State, b.State)
		}
	})
}

// TestNothingIsLeftToRead takes the task to read away with the referral.
func TestNothingIsLeftToRead(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx := t.Context()
		id := o.send(o.input())
		o.take("dana", id)
		o.must(o.Referral.Answer(ctx, o.Actor("dana"), referral.AnswerInput{Referral: id, Answer: "completed", Result: referral.ResultReceived, Version: o.now(id).Version}))
		o.must(o.Referral.Write(ctx, o.Actor("mona"), referral.WriteInput{Case: o.file, Referral: id, Note: "Thank you."}))
		o.Advance(referral.KeepAfter + time.Hour)
		if n, err := o.Referral.Release(ctx, access.System("referral.release")); err != nil || n != 1 || len(o.tasks(string(id))) != 0 {
			t.Errorf("%d released, %v; left are %v", n, err, o.tasks(string(id)))
		}
	})
}
