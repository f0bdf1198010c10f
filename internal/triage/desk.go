package triage

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
)

// Claim takes a waiting report for the actor, so that two people never work one report. The clock to begin stops, and
// the reporter can see that the report is being read. One that somebody else has is fault.Conflict "fault.claimed". A
// report that has its outcome, but whose reporter writes again when nobody has it, is taken to be answered; one that
// became a case, or is joined to something, is fault.Conflict "fault.resolved".
func (r *Room) Claim(ctx context.Context, actor access.Actor, id report.ID) error {
	return r.do(ctx, actor, access.ReportClaim, id, func(ctx context.Context, tx store.Tx, by access.Proof) error {
		kept, _, err := report.Load(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case kept.State == report.Resolved:
			return first(
				func() error { return own(ctx, tx, kept) },
				func() error { return takeUp(ctx, tx, by, id) },
			)
		}
		return first(
			func() error { return report.Take(ctx, tx, by, id) },
			func() error { return grant.Give(ctx, tx, by, string(id), actor.ID, access.Claimant) },
			func() error { return task.Complete(ctx, tx, by, string(id), TaskStart) },
			func() error { return task.Assign(ctx, tx, by, string(id), "", actor.ID) },
			func() error { return progress(ctx, tx, by, id, intake.Reading) },
		)
	})
}

// takeUp makes the actor the one who answers on a report that has its outcome.
func takeUp(ctx context.Context, tx store.Tx, by access.Proof, id report.ID) error {
	return first(
		func() error { return grant.Give(ctx, tx, by, string(id), by.Actor().ID, access.Claimant) },
		func() error { return task.Assign(ctx, tx, by, string(id), "", by.Actor().ID) },
	)
}

// Release puts a claimed report back on the desk. Its clock to begin starts again from now, by its priority. Of a report
// that has its outcome only the answering is put back.
func (r *Room) Release(ctx context.Context, actor access.Actor, id report.ID) error {
	return r.do(ctx, actor, access.ReportRelease, id, func(ctx context.Context, tx store.Tx, by access.Proof) error {
		holder, err := grant.Holder(ctx, tx, string(id), access.Claimant)
		if err != nil {
			return err
		}
		kept, _, err := report.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		if holder == "" {
			return fault.New(fault.Conflict, fault.CodeStale)
		}
		return r.putBack(ctx, tx, by, kept, holder)
	})
}

// putBack takes the report from its holder, back to the desk.
func (r *Room) putBack(ctx context.Context, tx store.Tx, by access.Proof, kept report.Report, holder string) error {
	subject := string(kept.ID)
	now, err := standing(ctx, tx, subject)
	if err != nil {
		return err
	}
	back := first(
		func() error { return grant.End(ctx, tx, by, subject, holder, access.Claimant) },
		func() error { return task.Assign(ctx, tx, by, subject, holder, "") },
	)
	if back != nil || kept.State == report.Resolved {
		return back
	}
	return first(
		func() error { return report.Release(ctx, tx, by, kept.ID) },
		func() error { return r.start(ctx, tx, by, subject, kept.Agency, now.Priority, tx.Now) },
		func() error { return progress(ctx, tx, by, kept.ID, intake.Received) },
	)
}

// A Resolution is the end of a report other than opening a case (casework does that, through Resolve).
type Resolution struct {
	Report  report.ID
	Outcome report.Outcome
	Message string // what the reporter is told; never empty
}

// LongestMessage is the number of characters of a message to the reporter.
const LongestMessage = 4000

// tidy gives the resolution as it is kept: files hidden in the message are cut out.
func (in Resolution) tidy() (Resolution, error) {
	in.Message, _ = instrument.CleanText(in.Message, 0)
	wrong := fault.New(fault.Invalid, "fault.form")
	switch n := len([]rune(in.Message)); {
	case n == 0:
		wrong.With("message", "fault.empty")
	case n > LongestMessage:
		wrong.With("message", "fault.long", "Max", LongestMessage)
	}
	if in.Outcome == report.OpenedCase {
		wrong.With("outcome", "fault.answer_code")
	}
	if wrong.Wrong() {
		return in, wrong
	}
	return in, nil
}

// Finish gives a claimed report its outcome and tells the reporter. Opening a case is not one of the outcomes here. While
// an answer waits to be read it is fault.Conflict mailbox.CodeWaits.
func (r *Room) Finish(ctx context.Context, actor access.Actor, in Resolution) error {
	return r.do(ctx, actor, access.ReportResolve, in.Report, func(ctx context.Context, tx store.Tx, by access.Proof) error {
		in, err := in.tidy()
		if err != nil {
			return err
		}
		return first(
			func() error { return allRead(ctx, tx, in.Report) },
			func() error { return r.Resolve(ctx, tx, by, in) },
			func() error { return r.copy(ctx, tx, by, in) },
			func() error { return task.CancelBut(ctx, tx, by, string(in.Report), TaskAsk) },
			func() error { return r.tellJoined(ctx, tx, by, in) },
			func() error { return progress(ctx, tx, by, in.Report, intake.Finished) },
		)
	})
}

// allRead tells whether nothing that was said still waits: a report does not end over it.
func allRead(ctx context.Context, tx store.Tx, id report.ID) error {
	open, err := task.Blocking(ctx, tx, string(id))
	if err == nil && len(open) > 0 {
		return fault.New(fault.Conflict, mailbox.CodeWaits)
	}
	return err
}

// copy keeps what the reporter is told for whoever reads the thread later.
func (r *Room) copy(ctx context.Context, tx store.Tx, by access.Proof, in Resolution) error {
	if r.Mailbox == nil {
		return nil
	}
	_, err := r.Mailbox.Keep(ctx, tx, by, in.Report, mailbox.NewID(tx.Now), in.Message)
	return err
}

// Resolve gives a report its outcome and tells the reporter, inside the caller's transaction. A person must have
// confirmed the priority, raised or lowered it before; else it is fault.Conflict "triage.unconfirmed". While what its priority
// asks for before it leaves triage was not answered, it is fault.Conflict CodeUnchecked. Of content alone no case comes (CodeContent), and it is
// not said to be passed on before it was (CodeUnforwarded). From then on no trigger of it lapses.
func (r *Room) Resolve(ctx context.Context, tx store.Tx, by access.Proof, in Resolution) error {
	now, err := standing(ctx, tx, string(in.Report))
	if err != nil {
		return err
	}
	if !now.Confirmed {
		return fault.New(fault.Conflict, "triage.unconfirmed")
	}
	if err := r.settled(ctx, tx, in, now.Priority); err != nil {
		return err
	}
	missing, err := r.missing(ctx, tx, in.Report, in.Outcome)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return fault.New(fault.Conflict, CodeUnchecked)
	}
	if err := report.Resolve(ctx, tx, by, in.Report, in.Outcome); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, settleSQL, string(in.Report)); err != nil {
		return err
	}
	return intake.Post(ctx, tx, by, in.Report, in.Message)
}

func (r *Room) do(ctx context.Context, actor access.Actor, action access.Action, id report.ID, change func(ctx context.Context, tx store.Tx, by access.Proof) error) error {
	q := door.Request{Actor: actor, Action: action, Subject: string(id)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		return nil, change(ctx, tx, by)
	})
}

// first runs the steps one after another and gives the first error.
func first(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
