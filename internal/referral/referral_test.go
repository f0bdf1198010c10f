package referral_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/referral"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/web/staff/stafftest"
)

// TestFromSendingToTheOutcome follows one referral to its end, with who acts next at every step.
func TestFromSendingToTheOutcome(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx, dana := t.Context(), o.Actor("dana")
		if o.tasks(string(o.file))["first_referral_sent"] != 1 {
			t.Fatal("the case has no clock for its first referral")
		}
		id := o.send(o.input())
		if k := o.tasks(string(o.file)); k["first_referral_sent"] != 0 || k[task.AwaitAnswer] != 1 {
			t.Errorf("the tasks of the case: %v", k)
		}
		if k := o.tasks(string(id)); k[task.AwaitAnswer] != 1 {
			t.Errorf("the tasks there: %v", k)
		}
		d, err := o.Referral.Desk(ctx, dana)
		if err != nil || len(d.ToAnswer) != 1 || d.ToAnswer[0].Due.Sub(o.Now()) > 72*time.Hour {
			t.Fatalf("the desk: %+v, %v", d, err)
		}
		p, err := o.show("dana", id)
		if err != nil || p.Asked.Need != "Please have the accounts kept." || p.Person.Name != "Sami" || p.Agreed != "" {
			t.Fatalf("there: %+v, %v", p, err)
		}
		if ours := o.now(id); ours.State != referral.Received || ours.Agreed != "Sami said yes on Monday." {
			t.Errorf("here: %+v", ours)
		}
		o.take("dana", id)
		if k := o.tasks(string(o.file)); k[task.FollowReferral] != 1 || k[task.AwaitAnswer] != 0 {
			t.Errorf("the tasks of the case: %v", k)
		}
		answer := func(in referral.AnswerInput) {
			t.Helper()
			in.Referral, in.Version = id, o.now(id).Version
			o.must(o.Referral.Answer(ctx, dana, in))
		}
		soon := o.Now().Add(72 * time.Hour)
		answer(referral.AnswerInput{Answer: referral.Answer(referral.AppointmentMade), Next: soon})
		answer(referral.AnswerInput{Answer: referral.Missed, Next: soon})
		if k := o.tasks(string(o.file)); k[task.ReadAnswer] != 1 {
			t.Errorf("nobody is told that the appointment was missed: %v", k)
		}
		answer(referral.AnswerInput{Answer: referral.Answer(referral.InService), Next: soon})
		answer(referral.AnswerInput{Answer: referral.Answer(referral.Completed), Result: referral.ResultPartly, Note: "The rest in spring."})
		if k := o.tasks(string(o.file)); k[task.FollowReferral] != 0 || len(o.tasks(string(id))) != 0 {
			t.Errorf("clocks run on: %v, %v", k, o.tasks(string(id)))
		}
		ours := o.now(id)
		if ours.State != referral.Completed || ours.Reason != string(referral.ResultPartly) || ours.Ended.IsZero() {
			t.Errorf("at the end: %+v", ours.Referral)
		}
		var kinds []string
		for _, e := range ours.Thread {
			kinds = append(kinds, e.Kind)
		}
		if want := []string{"sent", "received", "accepted", "appointment_made", "missed", "in_service", "completed"}; !slices.Equal(kinds, want) {
			t.Errorf("the thread is %v, want %v", kinds, want)
		}
	})
}

// TestEveryOpenReferralHasTwoClocks draws ways through the states and looks after each step.
func TestEveryOpenReferralHasTwoClocks(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx, dana := t.Context(), o.Actor("dana")
		ways := [][]referral.Answer{{}, {"appointment_made", "missed", "appointment_made", "in_service", "completed"}, {"in_service", "stopped_by_child"},
			{"wrote", "service_ended"}, {"missed", "in_service", "wrote"}}
		for _, way := range ways {
			id := o.send(o.input())
			whole := func(step string) {
				t.Helper()
				now := o.now(id)
				there := len(o.tasks(string(id)))
				if now.State.Open() != (there == 1) || !now.State.Open() && there != 0 {
					t.Errorf("%v, %s: %s has %d clocks there", way, step, now.State, there)
				}
				k := o.tasks(string(o.file))
				if now.State.Open() && k[task.AwaitAnswer]+k[task.FollowReferral] == 0 {
					t.Errorf("%v, %s: %s has no clock at the case", way, step, now.State)
				}
			}
			whole("sent")
			o.take("dana", id)
			whole("taken")
			for _, a := range way {
				o.must(o.Referral.Answer(ctx, dana, referral.AnswerInput{Referral: id, Answer: a, Next: o.Now().Add(time.Hour), Result: referral.ResultReceived,
					Note: "As agreed.", Version: o.now(id).Version}))
				whole(string(a))
			}
			if o.now(id).State.Open() {
				o.must(o.Referral.Withdraw(ctx, o.Actor("mona"), referral.WithdrawInput{Case: o.file, Referral: id, Why: referral.NoLongerNeeded, Version: o.now(id).Version}))
				whole("withdrawn")
			}
			if k := o.tasks(string(o.file)); k[task.AwaitAnswer]+k[task.FollowReferral] != 0 {
				t.Errorf("%v: the case still waits: %v", way, k)
			}
		}
	})
}

// TestWhatMayNotBeSent holds what is asked of a referral before it goes.
func TestWhatMayNotBeSent(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx, mona := t.Context(), o.Actor("mona")
		wrong := func(field string, change func(in *referral.SendInput)) {
			t.Helper()
			in := o.input()
			change(&in)
			_, err := o.Referral.Send(ctx, mona, in)
			if fault.KindOf(err) != fault.Invalid || !slices.ContainsFunc(fault.Fields(err), func(f fault.Field) bool { return f.Name == field }) {
				t.Errorf("%s: %v, %v", field, err, fault.Fields(err))
			}
		}
		wrong("title", func(in *referral.SendInput) { in.Title = " " })
		wrong("need", func(in *referral.SendInput) { in.Need = strings.Repeat("so ", referral.LongestWords/3+2) })
		wrong("agency", func(in *referral.SendInput) { in.Agency = "nowhere" })
		wrong("agency", func(in *referral.SendInput) { in.Agency = stafftest.Clinic }) // nobody is there to answer
		wrong("service", func(in *referral.SendInput) { in.Service = "made_up" })
		wrong("basis", func(in *referral.SendInput) { in.Basis = "" })
		wrong("agreed", func(in *referral.SendInput) { in.Agreed = "" })
		wrong("name", func(in *referral.SendInput) { in.Basis, in.Contact = referral.Nobody, "" })
		wrong("contact", func(in *referral.SendInput) { in.Basis, in.Name = referral.Nobody, "" })
		in := o.input()
		in.Basis, in.Name, in.Contact, in.Agreed = referral.Nobody, "", "", ""
		if _, err := o.Referral.Send(ctx, mona, in); err != nil {
			t.Errorf("without anything that tells who it is: %v", err)
		}
		again, err := o.Referral.Send(ctx, mona, in)
		if err != nil || again != o.send(in) {
			t.Errorf("the same form sent again is another referral: %s, %v", again, err)
		}
	})
}

// TestABestInterestsDecisionTakesTwo has one of two write and the other agree, in either order, and nobody there sees it before.
func TestABestInterestsDecisionTakesTwo(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx := t.Context()
		in := func() referral.SendInput {
			in := o.input()
			in.Basis, in.Agreed = referral.BestInterests, "She is not safe at home."
			return in
		}
		agree := func(who string, id referral.ID, why string) error {
			return o.Referral.Agree(ctx, o.Actor(who), referral.AgreeInput{Case: o.file, Referral: id, Why: why, Version: o.now(id).Version})
		}
		for _, two := range [][2]string{{"mona", "salma"}, {"salma", "mona"}, {"salma", "laila"}} {
			id, err := o.Referral.Send(ctx, o.Actor(two[0]), in())
			o.must(err)
			if k := o.tasks(string(o.file)); o.now(id).State != referral.ConsentCheck || k[task.AgreeReferral] != 1 || len(o.tasks(string(id))) != 0 {
				t.Errorf("%s has written it: %s, %v", two[0], o.now(id).State, k)
			}
			_, err = o.show("dana", id)
			o.is(err, fault.Withheld)
			o.is(agree(two[0], id, "Alone."), fault.Forbidden)
			o.is(agree("karim", id, "Not his case."), fault.Withheld)
			o.is(agree(two[1], id, " "), fault.Invalid)
			o.must(agree(two[1], id, "It is the only way."))
			o.is(agree(two[1], id, "Again."), fault.Conflict)
			p, err := o.show("dana", id)
			if err != nil || p.State != referral.Received || slices.ContainsFunc(p.Thread, func(e referral.Event) bool { return e.Kind == referral.Agreed || e.Said["note"] != "" }) {
				t.Errorf("there, after both have: %+v, %v", p, err)
			}
			if ours := o.now(id); !slices.ContainsFunc(ours.Thread, func(e referral.Event) bool {
				return e.Kind == referral.Agreed && e.Said["note"] == "It is the only way."
			}) {
				t.Errorf("why is not kept: %+v", ours.Thread)
			}
			if k := o.tasks(string(o.file)); k[task.AgreeReferral] != 0 || k["first_referral_sent"] != 0 {
				t.Errorf("after both have: %v", k)
			}
		}
		id, err := o.Referral.Send(ctx, o.Actor("mona"), in())
		o.must(err)
		o.Write(func(ctx context.Context, tx store.Tx) error {
			by, err := access.Own(access.System("test"), access.CaseRecord)
			o.must(err)
			return grant.Give(ctx, tx, by, string(o.file), o.ID("karim"), access.CoWorker)
		})
		o.is(agree("karim", id, "Nobody supervises."), fault.Forbidden)
		o.must(o.Referral.Withdraw(ctx, o.Actor("mona"), referral.WithdrawInput{Case: o.file, Referral: id, Why: referral.NoLongerNeeded, Version: o.now(id).Version}))
		if k := o.tasks(string(o.file)); k[task.AgreeReferral] != 0 {
			t.Errorf("taken back, and still to be agreed: %v", k)
		}
		id, err = o.Referral.Send(ctx, o.Actor("mona"), in())
		o.must(err)
		p, err := o.Casework.Show(ctx, o.Actor("salma"), o.file, nil)
		o.must(err)
		o.must(o.Casework.Close(ctx, o.Actor("salma"), casework.CloseInput{Case: o.file, Reason: "goals_met_child_safe", Note: "All is well.", ChildTold: true, Override: "Over.", Version: p.Version}))
		if now := o.now(id); now.State != referral.Withdrawn {
			t.Errorf("the case is closed, and it is %s", now.State)
		}
	})
}

// TestNobodyElseSeesIt holds who sees a referral, and until when.
func TestNobodyElseSeesIt(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx, dana := t.Context(), o.Actor("dana")
		id := o.send(o.input())
		clinic, colleague := o.hire("clara", stafftest.Clinic), o.hire("paul", stafftest.Police)
		for _, who := range []string{"huda", "karim", "salma", "adam", "aida", "nour", "mona"} {
			_, err := o.show(who, id)
			o.is(err, fault.Withheld)
		}
		_, err := o.Referral.Show(ctx, clinic, id)
		o.is(err, fault.Withheld)
		_, err = o.Casework.Show(ctx, dana, o.file, nil)
		o.is(err, fault.Withheld)
		_, err = o.Referral.Send(ctx, dana, o.input())
		o.is(err, fault.Withheld)
		_, err = o.Referral.Head(ctx, o.Actor("karim"), o.file, id)
		o.is(err, fault.Withheld)
		o.take("dana", id)
		if _, err = o.Referral.Show(ctx, colleague, id); err != nil {
			t.Errorf("a colleague there: %v", err)
		}
		o.is(o.Referral.Answer(ctx, colleague, referral.AnswerInput{Referral: id, Answer: referral.Wrote, Note: "x", Version: o.now(id).Version}), fault.Forbidden)
		o.must(o.Referral.Answer(ctx, dana, referral.AnswerInput{Referral: id, Answer: referral.Answer(referral.Completed), Result: referral.ResultReceived, Version: o.now(id).Version}))
		if _, err = o.show("dana", id); err != nil {
			t.Errorf("who took it, after its end: %v", err)
		}
		_, err = o.Referral.Show(ctx, colleague, id)
		o.is(err, fault.Withheld)
		o.Advance(referral.KeepAfter + time.Hour)
		if n, err := o.Referral.Release(ctx, access.System("referral.release")); err != nil || n != 1 {
			t.Errorf("%d released, %v", n, err)
		}
		if n, err := o.Referral.Release(ctx, access.System("referral.release")); err != nil || n != 0 {
			t.Errorf("%d released again, %v", n, err)
		}
		_, err = o.show("dana", id)
		o.is(err, fault.Withheld)
	})
}

// TestDeclinedAndWithdrawnAreSeenNoMore holds that access ends at once, and that the case hears of it.
func TestDeclinedAndWithdrawnAreSeenNoMore(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx, dana := t.Context(), o.Actor("dana")
		declined, withdrawn := o.send(o.input()), o.send(o.input())
		o.is(o.Referral.Decline(ctx, dana, referral.DeclineInput{Referral: declined, Reason: "made_up", Version: 1}), fault.Invalid)
		o.must(o.Referral.Decline(ctx, dana, referral.DeclineInput{Referral: declined, Reason: "no_capacity", Note: "In June again.", Version: 1}))
		o.take("dana", withdrawn)
		o.is(o.Referral.Withdraw(ctx, o.Actor("mona"), referral.WithdrawInput{Case: o.file, Referral: withdrawn, Why: "made_up", Version: o.now(withdrawn).Version}), fault.Invalid)
		o.is(o.Referral.Withdraw(ctx, o.Actor("mona"), referral.WithdrawInput{Case: o.file, Referral: withdrawn, Why: referral.NoLongerAgreed, Version: 1}), fault.Conflict)
		o.must(o.Referral.Withdraw(ctx, o.Actor("mona"), referral.WithdrawInput{Case: o.file, Referral: withdrawn, Why: referral.NoLongerAgreed, Version: o.now(withdrawn).Version}))
		for _, id := range []referral.ID{declined, withdrawn} {
			_, err := o.show("dana", id)
			o.is(err, fault.Withheld)
		}
		if d, err := o.Referral.Desk(ctx, dana); err != nil || len(d.ToAnswer)+len(d.Mine)+len(d.Others)+len(d.Ended) != 0 {
			t.Errorf("the desk: %+v, %v", d, err)
		}
		if k := o.tasks(string(o.file)); k[task.ReadAnswer] != 1 || k[task.AwaitAnswer]+k[task.FollowReferral] != 0 {
			t.Errorf("the tasks of the case: %v", k)
		}
		if p := o.now(declined); p.Reason != "no_capacity" || p.Thread[len(p.Thread)-1].Said["note"] != "In June again." {
			t.Errorf("declined: %+v", p)
		}
		o.is(o.Referral.Write(ctx, o.Actor("mona"), referral.WriteInput{Case: o.file, Referral: declined, Note: "x"}), fault.Conflict)
	})
}

// TestWhoMustNotKnowDoesNot holds that a conflict of interest with the case is one with what is handed on of it, before and after.
func TestWhoMustNotKnowDoesNot(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx, dana := t.Context(), o.Actor("dana")
		paul := o.hire("paul", stafftest.Police)
		by, err := access.Own(access.System("test"), access.CaseDeclare)
		o.must(err)
		id := o.send(o.input())
		o.take("dana", id)
		o.must(o.Main.Write(ctx, func(tx store.Tx) error { return o.Casework.KeptFrom(ctx, tx, by, o.file, dana.ID) }))
		_, err = o.show("dana", id)
		o.is(err, fault.Withheld)
		if d, err := o.Referral.Desk(ctx, paul); err != nil || len(d.ToAnswer) != 1 {
			t.Errorf("a colleague is not asked to take it: %+v, %v", d, err)
		}
		if n := o.waiting(dana); n != 0 {
			t.Errorf("the menu of who must not know counts %d", n)
		}
		o.must(o.Referral.Declare(ctx, paul, id)) // and then nobody is left
		if p := o.now(id); p.State != referral.Declined || p.Reason != "conflict_of_interest" {
			t.Errorf("it lies with nobody: %+v", p.Referral)
		}
		if k := o.tasks(string(o.file)); k[task.ReadAnswer] != 1 {
			t.Errorf("the case does not hear of it: %v", k)
		}
	})
}

// waiting is what the menu counts.
func (o office) waiting(actor access.Actor) (n int) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) (err error) {
		n, err = referral.Waiting(ctx, tx, actor)
		return err
	})
	return n
}

// TestACaseDoesNotCloseOverIt holds that what is handed on keeps a case open, and ends with it when a supervisor says so.
func TestACaseDoesNotCloseOverIt(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx := t.Context()
		id := o.send(o.input())
		o.take("dana", id)
		p, err := o.Casework.Show(ctx, o.Actor("mona"), o.file, nil)
		o.must(err)
		for _, step := range p.Tasks {
			if step.Kind == task.FollowReferral {
				if step.Words != "Keep the accounts" {
					t.Errorf("the task is called %q", step.Words)
				}
				o.is(o.Casework.FinishTask(ctx, o.Actor("mona"), o.file, step.ID, step.Version), fault.Conflict)
			}
		}
		in := casework.CloseInput{Case: o.file, Reason: "goals_met_child_safe", Note: "All is well.", ChildTold: true, Version: p.Version}
		o.is(o.Casework.Close(ctx, o.Actor("mona"), in), fault.Conflict)
		in.Override = "It goes on without us."
		o.must(o.Casework.Close(ctx, o.Actor("salma"), in))
		if now := o.now(id); now.State != referral.Withdrawn || now.Reason != string(referral.CaseClosed) {
			t.Errorf("after the case was closed: %+v", now.Referral)
		}
		_, err = o.show("dana", id)
		o.is(err, fault.Withheld)
		_, err = o.Referral.Send(ctx, o.Actor("mona"), o.input())
		o.is(err, fault.Conflict)
	})
}

// TestTwoAtOnce holds that of two who answer at once one is told that the other was first.
func TestTwoAtOnce(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		ctx := t.Context()
		paul := o.hire("paul", stafftest.Police)
		id := o.send(o.input())
		seen := o.now(id).Version
		o.must(o.Referral.Take(ctx, o.Actor("dana"), referral.TakeInput{Referral: id, Next: o.Now().Add(time.Hour), Version: seen}))
		o.is(o.Referral.Take(ctx, paul, referral.TakeInput{Referral: id, Next: o.Now().Add(time.Hour), Version: seen}), fault.Conflict)
		o.is(o.Referral.Decline(ctx, paul, referral.DeclineInput{Referral: id, Reason: "language", Version: o.now(id).Version}), fault.Conflict)
		o.must(o.Referral.Take(ctx, paul, referral.TakeInput{Referral: id, Next: o.Now().Add(time.Hour), Version: o.now(id).Version}))
		if p := o.now(id); p.Taker != paul.ID || p.Thread[len(p.Thread)-1].Kind != referral.TakenOver {
			t.Errorf("taken over: %+v", p)
		}
		o.is(o.Referral.Answer(ctx, o.Actor("dana"), referral.AnswerInput{Referral: id, Answer: referral.Wrote, Note: "x", Version: o.now(id).Version}), fault.Forbidden)
		o.is(o.Referral.Take(ctx, paul, referral.TakeInput{Referral: id, Next: o.Now().Add(referral.LongestAhead + time.Hour), Version: o.now(id).Version}), fault.Invalid)
	})
}
