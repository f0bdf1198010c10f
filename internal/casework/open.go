package casework

import (
	"context"
	"fmt"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// An OpenInput says what becomes of a report: one case for each child.
type OpenInput struct {
	Report   report.ID
	Agency   string
	Manager  string       // a user id
	Hold     string       // why Manager, a supervisor, holds the cases in person; empty for a case manager
	Overrule string       // why Manager takes them with a full load; heeded from supervisors only
	Children []string     // what the workers call each child; at least one
	Summary  string       // in the worker's words; may be empty
	Message  string       // what the reporter is told; never empty
	Clocks   []task.Input // the case's first tasks beside its review; subject, owner and agency are filled in here
}

// Prepared is an OpenInput that was checked, with ids and keys for its cases. It is good for one opening.
type Prepared struct {
	in  OpenInput
	to  owner
	ids []ID
}

// Cases are the ids that the cases will have, in the order of the children.
func (p Prepared) Cases() []ID { return p.ids }

// detail names the cases and who answers for them in the audit log.
func (p Prepared) detail(overruled bool) map[string]string {
	named := p.to.detail(overruled)
	for i, id := range p.ids {
		named[fmt.Sprintf("case_%d", i+1)] = string(id)
	}
	return named
}

// Prepare checks the input and makes the cases' keys, for somebody who may open them. It comes before the transaction
// that does.
func (r *Room) Prepare(ctx context.Context, _ access.Proof, in OpenInput) (Prepared, error) {
	f := check()
	in.Summary = f.text("summary", in.Summary, LongestNote, false)
	in.Message = f.text("message", in.Message, mailbox.Longest, true)
	to := f.owner(in.Manager, in.Hold, in.Overrule)
	if len(in.Children) == 0 {
		f.wrong.With("children", "fault.empty")
	}
	if len(in.Children) > MostChildren {
		f.wrong.With("children", "fault.range")
	}
	labels := make([]string, len(in.Children))
	for i, label := range in.Children {
		labels[i] = f.text("children", label, LongestLabel, true)
	}
	in.Children = labels
	if in.Agency == "" {
		f.wrong.With("agency", "fault.empty")
	}
	if err := f.err(); err != nil {
		return Prepared{}, err
	}
	p := Prepared{in: in, to: to}
	for range in.Children {
		id := ident.New[ID](r.Clock.Now())
		if err := r.Reveal.MakeKeys(ctx, string(id)); err != nil {
			return Prepared{}, err
		}
		p.ids = append(p.ids, id)
	}
	return p, nil
}

// Open opens a case for each child of a claimed report, gives the report its outcome and tells the reporter, in one
// transaction. A report that has its outcome is fault.Conflict "fault.resolved": no second set of cases comes of it. A
// manager who lacks a qualification is fault.Forbidden "fault.qualification_missing" with Missing; one who is no case
// manager of the agency, or must not know, is fault.Invalid with the field "manager".
func (r *Room) Open(ctx context.Context, actor access.Actor, in OpenInput) ([]ID, error) {
	q := door.Request{Actor: actor, Action: access.CaseOpen, Subject: string(in.Report)}
	by, err := door.See(ctx, r.Store, q)
	if err != nil {
		return nil, err
	}
	p, err := r.Prepare(ctx, by, in)
	if err != nil {
		return nil, err
	}
	err = door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		out := triage.Resolution{Report: p.in.Report, Outcome: report.OpenedCase, Message: p.in.Message}
		overruled, err := r.OpenTx(ctx, tx, by, p)
		if err != nil {
			return nil, err
		}
		return p.detail(overruled), first(
			func() error { return r.Triage.Resolve(ctx, tx, by, out) },
			func() error {
				_, err := r.Mailbox.Keep(ctx, tx, by, p.in.Report, mailbox.NewID(tx.Now), p.in.Message)
				return err
			},
			func() error { return r.tellAll(ctx, tx, by, p.in.Report, p.in.Message) },
		)
	})
	if err != nil {
		return nil, err
	}
	return p.ids, nil
}

// OpenTx opens the prepared cases inside the caller's transaction, and tells whether a full load was overruled. The report's
// outcome is the caller's.
func (r *Room) OpenTx(ctx context.Context, tx store.Tx, by access.Proof, p Prepared) (overruled bool, err error) {
	told, _, err := report.Load(ctx, tx, p.in.Report)
	if err != nil {
		return false, err
	}
	if told.Outcome != "" {
		return false, fault.New(fault.Conflict, "fault.resolved")
	}
	m := matter{subject: string(p.in.Report), agency: p.in.Agency, area: told.Area, language: told.Language}
	if overruled, err = r.fit(ctx, tx, by.Actor(), m, p.to, len(p.ids)); err != nil {
		return false, err
	}
	now, err := triage.Now(ctx, tx, string(p.in.Report))
	if err != nil {
		return false, err
	}
	if err := task.Complete(ctx, tx, by, string(p.in.Report), triage.TaskAssign); err != nil {
		return false, err
	}
	for i, id := range p.ids {
		c := Case{ID: id, Priority: now.Priority, Pack: told.Pack, Language: told.Language, Area: told.Area, Agency: p.in.Agency}
		if err := r.openOne(ctx, tx, by, p, c, i); err != nil {
			return false, err
		}
		if err := r.settle(ctx, tx, by, c, p.to, overruled); err != nil {
			return false, err
		}
		if err := r.event(ctx, tx, by, id, Opened, p.to.said(overruled, map[string]string{"note": p.in.Summary})); err != nil {
			return false, err
		}
	}
	return overruled, nil
}

// openOne writes the nth case and all that goes with it. The first case takes over the report's tasks.
func (r *Room) openOne(ctx context.Context, tx store.Tx, by access.Proof, p Prepared, c Case, n int) error {
	in, from, subject := p.in, string(p.in.Report), string(c.ID)
	label, err := r.Reveal.Seal(ctx, subject, reveal.Identity, cell("case_child", "label", subject), []byte(in.Children[n]))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertSQL, subject, string(c.Priority), c.Pack, c.Language, c.Area, c.Agency, clock.Micro(tx.Now))
	if err != nil {
		return err
	}
	return first(
		func() error { return r.takeOver(ctx, tx, by, in.Report, subject) },
		func() error { _, err := tx.Exec(ctx, childSQL, subject, label); return err },
		func() error { return r.Match.Keep(ctx, tx, by, subject, match.Person(in.Children[n])) },
		func() error { return grant.CopyConflicts(ctx, tx, by, from, subject) },
		func() error { return grant.Give(ctx, tx, by, subject, c.Agency, access.Agency) },
		func() error { return r.Triage.Widen(ctx, tx, by, subject, c.Agency, access.Agency) },
		func() error { return grant.Give(ctx, tx, by, subject, in.Manager, access.Manager) },
		func() error { return adopt(ctx, tx, by, from, subject, in.Manager, n == 0) },
		func() error { return r.begin(ctx, tx, by, c, in.Manager, in.Clocks) },
		func() error { return r.lead(ctx, tx, by, p, n) },
	)
}

// takeOver makes the report, and all that are joined to it, a part of the case.
func (r *Room) takeOver(ctx context.Context, tx store.Tx, by access.Proof, from report.ID, subject string) error {
	all, err := report.With(ctx, tx, from)
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := admit(ctx, tx, by, ID(subject), one); err != nil {
			return err
		}
	}
	return nil
}

// lead hands the mailboxes of the report, and of all that are joined to it, to the cases, once the last of these is there.
func (r *Room) lead(ctx context.Context, tx store.Tx, by access.Proof, p Prepared, n int) error {
	if n < len(p.ids)-1 {
		return nil
	}
	all, err := report.With(ctx, tx, p.in.Report)
	if err != nil {
		return err
	}
	subjects := make([]string, len(p.ids))
	for i, id := range p.ids {
		subjects[i] = string(id)
	}
	for _, id := range subjects {
		if err := mailbox.Follow(ctx, tx, by, p.in.Report, id); err != nil {
			return err
		}
	}
	for _, one := range all[1:] {
		if err := r.Mailbox.Hand(ctx, tx, by, one, subjects...); err != nil {
			return err
		}
	}
	return nil
}

// tellAll shows whoever reported that somebody works on it, and tells those whose reports are joined to it what the reporter is told.
func (r *Room) tellAll(ctx context.Context, tx store.Tx, by access.Proof, id report.ID, message string) error {
	all, err := report.With(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := intake.SetProgress(ctx, tx, by, one, intake.Working); err != nil {
			return err
		}
	}
	return r.Mailbox.PostAll(ctx, tx, by, all[1:], message, id)
}

// adopt moves the report's open tasks to the case and makes the manager their owner.
func adopt(ctx context.Context, tx store.Tx, by access.Proof, from, subject, manager string, leads bool) error {
	if !leads {
		return nil
	}
	holder, err := grant.Holder(ctx, tx, from, access.Claimant)
	if err != nil {
		return err
	}
	return first(
		func() error { return task.Move(ctx, tx, by, from, subject) },
		func() error { return task.Assign(ctx, tx, by, subject, holder, manager) },
		func() error { return task.Assign(ctx, tx, by, subject, "", manager) },
	)
}
