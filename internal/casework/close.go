package casework

import (
	"cmp"
	"context"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A CloseInput ends a case.
type CloseInput struct {
	Case       ID
	Reason     string // one of Config.Reasons
	Note       string
	ChildTold  bool
	NotToldWhy string // needed when the child was not told
	Override   string // why open tasks no longer matter; a supervisor's alone
	Message    string // to the reporter; empty sends nothing
	Version    int64
}

// Close ends a case with a coded reason. While blocking tasks are open it is fault.Conflict "fault.open_tasks" with
// Count, unless a supervisor says why. What is still open is cancelled, and what was handed on taken back. When no other open case came of the report,
// its reporter sees that the matter is finished.
func (r *Room) Close(ctx context.Context, actor access.Actor, in CloseInput) error {
	f := check()
	f.code("reason", in.Reason, r.Reasons)
	said := map[string]string{"reason": in.Reason, "note": f.text("note", in.Note, LongestNote, true), "child_told": "yes"}
	if !in.ChildTold {
		said["child_told"] = "no"
		said["child_told_why"] = f.text("child_told_why", in.NotToldWhy, LongestNote, true)
	}
	said["override"] = f.text("override", in.Override, LongestNote, false)
	in.Message = f.text("message", in.Message, mailbox.Longest, false)
	return r.change(ctx, actor, access.CaseClose, in.Case, in.Version, Open, f.err(), func(ctx context.Context, tx store.Tx, by access.Proof, _ Case) error {
		if err := ready(ctx, tx, actor, in.Case, said["override"]); err != nil {
			return err
		}
		return first(
			func() error { return r.Onward.CaseClosed(ctx, tx, by, in.Case) },
			func() error { return task.Cancel(ctx, tx, by, string(in.Case)) },
			func() error {
				_, err := tx.Exec(ctx, closeSQL, string(in.Case), clock.Micro(tx.Now), in.Reason)
				return err
			},
			func() error { return r.tell(ctx, tx, by, in.Case, intake.Finished, in.Message) },
			func() error { return r.event(ctx, tx, by, in.Case, Ended, said) },
		)
	})
}

// ready tells whether nothing that matters is open.
func ready(ctx context.Context, tx store.Tx, actor access.Actor, id ID, override string) error {
	open, err := task.Blocking(ctx, tx, string(id))
	if err != nil || len(open) == 0 || override != "" && actor.Supervises() {
		return err
	}
	return fault.New(fault.Conflict, "fault.open_tasks", "Count", len(open))
}

// tell shows the reporters how far the matter is, and sends them the message.
func (r *Room) tell(ctx context.Context, tx store.Tx, by access.Proof, id ID, p intake.Progress, message string) error {
	list, err := reports(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, report := range list {
		var others int
		if err := tx.One(ctx, siblingsSQL, []any{string(report), string(id)}, &others); err != nil {
			return err
		}
		if p != intake.Finished || others == 0 {
			if err := intake.SetProgress(ctx, tx, by, report, p); err != nil {
				return err
			}
		}
	}
	if message == "" {
		return nil
	}
	return r.Mailbox.PostAll(ctx, tx, by, list, message)
}

// A ReopenInput takes a closed case up again. Clocks are its first tasks beside its review.
type ReopenInput struct {
	Case     ID
	Reason   string
	Manager  string // a user id; empty is the case manager it had
	Hold     string // why Manager, a supervisor, holds it in person; empty for a case manager
	Overrule string // why Manager takes it with a full load
	Clocks   []task.Input
	Version  int64
}

// Reopen takes a closed case up again, with the case manager it had unless another is named. It gives the errors of Open
// for a manager who does not fit, or fits no longer.
func (r *Room) Reopen(ctx context.Context, actor access.Actor, in ReopenInput) error {
	f := check()
	why := f.text("reason", in.Reason, LongestNote, false)
	if why == "" {
		f.wrong.With("reason", "fault.reason_required")
	}
	to := f.owner(in.Manager, in.Hold, in.Overrule)
	return r.detailed(ctx, actor, access.CaseReopen, in.Case, in.Version, Closed, f.err(), func(ctx context.Context, tx store.Tx, by access.Proof, c Case) (map[string]string, error) {
		former, err := grant.Holder(ctx, tx, string(in.Case), access.Manager)
		if err != nil {
			return nil, err
		}
		to.user = cmp.Or(in.Manager, former)
		overruled, err := r.fit(ctx, tx, actor, c.matter(), to, added(c, former, to.user))
		if err != nil {
			return nil, err
		}
		return to.detail(overruled), first(
			func() error { _, err := tx.Exec(ctx, reopenSQL, string(in.Case)); return err },
			func() error { return handOver(ctx, tx, by, string(in.Case), former, to.user) },
			func() error { return r.settle(ctx, tx, by, c, to, overruled) },
			func() error { return r.begin(ctx, tx, by, c, to.user, in.Clocks) },
			func() error { return r.tell(ctx, tx, by, in.Case, intake.Working, "") },
			func() error {
				return r.event(ctx, tx, by, in.Case, Reopened, to.said(overruled, map[string]string{"note": why}))
			},
		)
	})
}
