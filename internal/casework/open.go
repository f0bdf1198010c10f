package casework

import (
	"context"
	"fmt"
	"slices"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
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
	Children []string     // what the workers call each child; at least one
	Summary  string       // in the worker's words; may be empty
	Message  string       // what the reporter is told; never empty
	Clocks   []task.Input // the case's first tasks beside its review; subject, owner and agency are filled in here
}

// Prepared is an OpenInput that was checked, with ids and keys for its cases. It is good for one opening.
type Prepared struct {
	in  OpenInput
	ids []ID
}

// Cases are the ids that the cases will have, in the order of the children.
func (p Prepared) Cases() []ID { return p.ids }

// detail names the cases in the audit log.
func (p Prepared) detail() map[string]string {
	named := map[string]string{}
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
	p := Prepared{in: in}
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
		return p.detail(), first(
			func() error { return r.OpenTx(ctx, tx, by, p) },
			func() error { return r.Triage.Resolve(ctx, tx, by, out) },
			func() error {
				_, err := r.Mailbox.Keep(ctx, tx, by, p.in.Report, mailbox.NewID(tx.Now), p.in.Message)
				return err
			},
			func() error { return intake.SetProgress(ctx, tx, by, p.in.Report, intake.Working) },
		)
	})
	if err != nil {
		return nil, err
	}
	return p.ids, nil
}

// OpenTx opens the prepared cases inside the caller's transaction. The report's outcome is the caller's.
func (r *Room) OpenTx(ctx context.Context, tx store.Tx, by access.Proof, p Prepared) error {
	told, _, err := report.Load(ctx, tx, p.in.Report)
	if err != nil {
		return err
	}
	if told.Outcome != "" {
		return fault.New(fault.Conflict, "fault.resolved")
	}
	if err := r.fit(ctx, tx, string(p.in.Report), p.in.Agency, p.in.Manager); err != nil {
		return err
	}
	now, err := triage.Now(ctx, tx, string(p.in.Report))
	if err != nil {
		return err
	}
	if err := task.Complete(ctx, tx, by, string(p.in.Report), triage.TaskAssign); err != nil {
		return err
	}
	for i, id := range p.ids {
		c := Case{ID: id, Priority: now.Priority, Pack: told.Pack, Language: told.Language, Area: told.Area, Agency: p.in.Agency}
		if err := r.openOne(ctx, tx, by, p.in, c, p.in.Children[i], i == 0); err != nil {
			return err
		}
	}
	return nil
}

// fit tells whether the user may be the case manager of the subject for the agency.
func (r *Room) fit(ctx context.Context, tx store.Tx, subject, agency, user string) error {
	nobody := fault.New(fault.Invalid, "fault.form").With("manager", "fault.answer_code")
	excluded, err := grant.Excluded(ctx, tx, subject, user)
	if err != nil {
		return err
	}
	all, err := r.Managers(ctx, tx, agency)
	if err != nil {
		return err
	}
	if excluded || !slices.ContainsFunc(all, func(c Candidate) bool { return c.User == user }) {
		return nobody
	}
	missing, err := r.Qualified(ctx, tx, user)
	if fault.KindOf(err) == fault.Withheld {
		return nobody
	}
	if err != nil || len(missing) == 0 {
		return err
	}
	slices.Sort(missing)
	return fault.New(fault.Forbidden, "fault.qualification_missing", "Missing", missing)
}

// openOne writes one case and all that goes with it. The first case takes over the report's tasks.
func (r *Room) openOne(ctx context.Context, tx store.Tx, by access.Proof, in OpenInput, c Case, child string, leads bool) error {
	from, subject := string(in.Report), string(c.ID)
	label, err := r.Reveal.Seal(ctx, subject, reveal.Identity, cell("case_child", "label", subject), []byte(child))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertSQL, subject, string(c.Priority), c.Pack, c.Language, c.Area, c.Agency, clock.Micro(tx.Now))
	if err != nil {
		return err
	}
	return first(
		func() error { _, err := tx.Exec(ctx, joinSQL, subject, from); return err },
		func() error { _, err := tx.Exec(ctx, childSQL, subject, label); return err },
		func() error { return grant.CopyConflicts(ctx, tx, by, from, subject) },
		func() error { return grant.Give(ctx, tx, by, subject, c.Agency, access.Agency) },
		func() error { return grant.Give(ctx, tx, by, subject, in.Manager, access.Manager) },
		func() error { return adopt(ctx, tx, by, from, subject, in.Manager, leads) },
		func() error { return r.begin(ctx, tx, by, c, in.Manager, in.Clocks) },
		func() error { return mailbox.Follow(ctx, tx, by, in.Report, subject) },
		func() error { return r.event(ctx, tx, by, c.ID, Opened, map[string]string{"note": in.Summary}) },
	)
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
