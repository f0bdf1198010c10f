package triage

import (
	"context"
	"slices"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
)

// Latest opens the latest assessment of a report for the program's own reckoning: another report is about to be joined to it.
func (r *Room) Latest(ctx context.Context, id report.ID) (Assessment, error) {
	return r.reckon(ctx, access.System("triage.join"), string(id))
}

// JoinTx gives a claimed report the outcome report.Duplicate and tells the reporter, inside the caller's transaction, with the errors
// of Finish. What still waits to be read in it does not hold it up: that goes to whoever has what it is joined to.
func (r *Room) JoinTx(ctx context.Context, tx store.Tx, by access.Proof, id report.ID, into, message string) error {
	in, err := Resolution{Report: id, Outcome: report.Duplicate, Message: message}.tidy()
	if err != nil {
		return err
	}
	return first(
		func() error { return r.Resolve(ctx, tx, by, in) },
		func() error { return report.Join(ctx, tx, by, id, into) },
		func() error { return r.copy(ctx, tx, by, in) },
		func() error { return task.CancelBut(ctx, tx, by, string(id), TaskAsk) },
	)
}

// AdmitTx makes a report at least as urgent as the one that is joined to it, unless that is of content alone, and evaluates it as a repeat when both came in within
// twelve months. latest is its latest assessment, opened; a standing that has changed meanwhile is fault.Conflict. It is a person's
// decision when the other report makes it more urgent, and counts like one.
func (r *Room) AdmitTx(ctx context.Context, tx store.Tx, by access.Proof, into report.ID, latest Assessment, from report.Report) error {
	kept, _, err := report.Load(ctx, tx, into)
	if err != nil {
		return err
	}
	now, err := standing(ctx, tx, string(into))
	if err == nil && now.Sequence != latest.Sequence {
		err = fault.New(fault.Conflict, fault.CodeStale)
	}
	if err != nil {
		return err
	}
	other, err := standing(ctx, tx, string(from.ID))
	if err != nil {
		return err
	}
	next, changed := r.repeating(latest, kept, from)
	if now.Priority.Content() && !other.Priority.Content() { // by the other report a child is known
		next.Facts.ContentOnly, changed = false, true
	}
	set, err := r.Rulebook.Rules(ctx, tx)
	if err != nil {
		return err
	}
	result := set.Evaluate(next.Facts, next.Told, tx.Now)
	next.Priority, next.Source, next.Reason, next.MadeBy = now.Priority, Amended, "", by.Actor().ID
	next.RuleSet, next.NeedsInformation, next.LapsesAt = result.RuleSet, result.NeedsInformation, result.NextLapse
	if next.Priority = result.Priority; now.urges(Standing{Priority: result.Priority}) {
		next.Priority = now.Priority
	}
	if other.urges(Standing{Priority: next.Priority}) {
		next.Priority, next.Source, changed = other.Priority, Raised, true
	}
	if !changed {
		return nil
	}
	return first(
		func() error { return r.add(ctx, tx, by, string(into), next) },
		func() error { return r.turn(ctx, tx, by, string(into), now.Priority, next.Priority) },
		func() error { return r.hasten(ctx, tx, by, string(into), next.Priority) },
	)
}

// repeating gives the assessment with the fact that it is a repeat, when it is one, is not known to be, and the rule set knows of it.
func (r *Room) repeating(a Assessment, kept, from report.Report) (Assessment, bool) {
	first, last := kept.Received, from.Received
	if last.Before(first) {
		first, last = last, first
	}
	_, known := r.pack.Floor(repeated)
	if !known || slices.Contains(a.Facts.Floors, repeated) || first.Before(last.AddDate(-1, 0, 0)) {
		return a, false
	}
	a.Facts.Floors = append(slices.Clone(a.Facts.Floors), repeated)
	slices.Sort(a.Facts.Floors)
	return a, true
}

// ReturnTx puts a report whose join has ended back on the desk, as it was: nobody has it, its clocks start anew, and its triggers lapse
// again.
func (r *Room) ReturnTx(ctx context.Context, tx store.Tx, by access.Proof, id report.ID) error {
	subject := string(id)
	kept, _, err := report.Load(ctx, tx, id)
	if err != nil {
		return err
	}
	now, err := standing(ctx, tx, subject)
	if err != nil {
		return err
	}
	holder, err := grant.Holder(ctx, tx, subject, access.Claimant)
	if err != nil {
		return err
	}
	return first(
		func() error { return grant.End(ctx, tx, by, subject, holder, access.Claimant) },
		func() error { return task.Assign(ctx, tx, by, subject, holder, "") },
		func() error { _, err := tx.Exec(ctx, unsettleSQL, subject); return err },
		func() error { return r.start(ctx, tx, by, subject, kept.Agency, now.Priority, tx.Now) },
		func() error { return r.seek(ctx, tx, by, subject, kept.Agency, now.Priority, tx.Now) },
		func() error { return progress(ctx, tx, by, id, intake.Received) },
	)
}

// Progress is how far the matter of a report on the desk is, as its reporter sees it.
func Progress(r report.Report) intake.Progress {
	switch {
	case r.Outcome == report.OpenedCase:
		return intake.Working
	case r.State == report.Resolved:
		return intake.Finished
	case r.State == report.InTriage:
		return intake.Reading
	}
	return intake.Received
}

// progress shows how far the matter is to whoever reported, and to all whose reports are joined to it.
func progress(ctx context.Context, tx store.Tx, by access.Proof, id report.ID, p intake.Progress) error {
	all, err := report.With(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := intake.SetProgress(ctx, tx, by, one, p); err != nil {
			return err
		}
	}
	return nil
}

// tellJoined tells those whose reports are joined to it what the reporter is told with its outcome.
func (r *Room) tellJoined(ctx context.Context, tx store.Tx, by access.Proof, in Resolution) error {
	all, err := report.With(ctx, tx, in.Report)
	if err != nil || r.Mailbox == nil {
		return err
	}
	return r.Mailbox.PostAll(ctx, tx, by, all[1:], in.Message, in.Report)
}
