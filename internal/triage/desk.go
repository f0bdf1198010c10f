package triage

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
)

// Claim takes a waiting report for the actor, so that two people never work one report. The clock to begin stops, and
// the reporter can see that the report is being read. One that somebody else has is fault.Conflict "fault.claimed".
func (r *Room) Claim(ctx context.Context, actor access.Actor, id report.ID) error {
	return r.do(ctx, actor, access.ReportClaim, id, func(ctx context.Context, tx store.Tx, by access.Proof) error {
		return first(
			func() error { return report.Take(ctx, tx, by, id) },
			func() error { return grant.Give(ctx, tx, by, string(id), actor.ID, access.Claimant) },
			func() error { return task.Complete(ctx, tx, by, string(id), TaskStart) },
			func() error { return task.Assign(ctx, tx, by, string(id), "", actor.ID) },
			func() error { return intake.SetProgress(ctx, tx, by, id, intake.Reading) },
		)
	})
}

// Release puts a claimed report back on the desk. Its clock to begin starts again from now, by its priority.
func (r *Room) Release(ctx context.Context, actor access.Actor, id report.ID) error {
	return r.do(ctx, actor, access.ReportRelease, id, func(ctx context.Context, tx store.Tx, by access.Proof) error {
		holder, err := grant.Holder(ctx, tx, string(id), access.Claimant)
		if err != nil {
			return err
		}
		now, err := standing(ctx, tx, string(id))
		if err != nil {
			return err
		}
		kept, _, err := report.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		again := task.Input{Subject: string(id), Kind: TaskStart, Agency: kept.Agency, Blocking: true,
			Due: r.Pack.Targets().Due("human_triage_started", string(now.Priority), tx.Now)}
		return first(
			func() error { return report.Release(ctx, tx, by, id) },
			func() error { return grant.End(ctx, tx, by, string(id), holder, access.Claimant) },
			func() error { return task.Assign(ctx, tx, by, string(id), holder, "") },
			func() error { _, err := task.Start(ctx, tx, by, again); return err },
			func() error { return intake.SetProgress(ctx, tx, by, id, intake.Received) },
		)
	})
}

// A Resolution is the end of a report other than opening a case (casework does that, through Resolve).
type Resolution struct {
	Report  report.ID
	Outcome report.Outcome
	Message string // what the reporter is told; never empty
}

// LongestMessage is the number of characters of a message to the reporter.
const LongestMessage = 4000

func (in Resolution) check() error {
	wrong := fault.New(fault.Invalid, "fault.form")
	switch n := len([]rune(in.Message)); {
	case n == 0:
		wrong.With("message", "fault.empty")
	case n > LongestMessage:
		wrong.With("message", "fault.long", "Max", LongestMessage)
	}
	if wrong.Wrong() {
		return wrong
	}
	return nil
}

// Finish gives a claimed report its outcome and tells the reporter.
func (r *Room) Finish(ctx context.Context, actor access.Actor, in Resolution) error {
	return r.do(ctx, actor, access.ReportResolve, in.Report, func(ctx context.Context, tx store.Tx, by access.Proof) error {
		if err := in.check(); err != nil {
			return err
		}
		if in.Outcome == report.OpenedCase {
			return fault.New(fault.Invalid, "fault.form").With("outcome", "fault.answer_code")
		}
		return first(
			func() error { return Resolve(ctx, tx, by, in) },
			func() error { return task.Cancel(ctx, tx, by, string(in.Report)) },
			func() error { return intake.SetProgress(ctx, tx, by, in.Report, intake.Finished) },
		)
	})
}

// Resolve gives a report its outcome and tells the reporter, inside the caller's transaction. A person must have
// confirmed the priority, raised or lowered it before; else it is fault.Conflict "triage.unconfirmed".
func Resolve(ctx context.Context, tx store.Tx, by access.Proof, in Resolution) error {
	now, err := standing(ctx, tx, string(in.Report))
	if err != nil {
		return err
	}
	if !now.Confirmed {
		return fault.New(fault.Conflict, "triage.unconfirmed")
	}
	if err := report.Resolve(ctx, tx, by, in.Report, in.Outcome); err != nil {
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
