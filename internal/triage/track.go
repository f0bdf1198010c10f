package triage

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/instrument"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

// The faults of reports of content alone, as the kind fault.Conflict.
const (
	CodeContent     fault.Code = "triage.content"     // no case comes of it: no child is identified
	CodeUnforwarded fault.Code = "triage.unforwarded" // the hotline was not sent it
	CodeTrigger     fault.Code = "triage.trigger"     // something was told that speaks of a child in danger: it is the child's
)

// A TrackInput says whose a report is: a child's, or that of content in which no child is identified. Sequence is the standing that
// the person has seen.
type TrackInput struct {
	Report   report.ID
	Sequence int64
	Child    bool
	Reason   string // needed when it is to be the content's
}

// Track makes a report the child's, whose priority the rule set then gives by the child's facts, or the content's, which has a level.
// Whatever comes of it is unconfirmed. That no child is identified after all is a supervisor's to say, with a reason, and never while a
// trigger was told, lapsed or not (fault.Conflict CodeTrigger). A report that is so already, or a standing that has changed meanwhile, is
// fault.Conflict.
func (r *Room) Track(ctx context.Context, actor access.Actor, in TrackInput) error {
	in.Reason, _ = instrument.CleanText(in.Reason, 0)
	q := door.Request{Actor: actor, Action: access.ReportContent, Subject: string(in.Report)}
	if !in.Child {
		q.Action = access.ReportLower
	}
	if _, err := door.See(ctx, r.Store, q); err != nil { // before anything is opened
		return err
	}
	latest, err := r.reckon(ctx, access.System("triage.track"), q.Subject)
	if err != nil {
		return err
	}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if err := in.check(); err != nil {
			return nil, err
		}
		if err := unresolved(ctx, tx, q.Subject); err != nil {
			return nil, err
		}
		now, err := standing(ctx, tx, q.Subject)
		if err == nil && (now.Sequence != in.Sequence || latest.Sequence != in.Sequence || now.Priority.Content() != in.Child) {
			err = fault.New(fault.Conflict, fault.CodeStale)
		}
		if err != nil {
			return nil, err
		}
		next := latest
		if next.Facts.ContentOnly = !in.Child; !in.Child && !next.Facts.ByContent() {
			return nil, fault.New(fault.Conflict, CodeTrigger)
		}
		set, err := r.Rulebook.Rules(ctx, tx)
		if err != nil {
			return nil, err
		}
		result := set.Evaluate(next.Facts, next.Told, tx.Now)
		next.Priority, next.Source, next.Reason, next.MadeBy = result.Priority, Amended, in.Reason, actor.ID
		next.RuleSet, next.NeedsInformation, next.LapsesAt = result.RuleSet, result.NeedsInformation, result.NextLapse
		return map[string]string{"priority": string(next.Priority), "was": string(now.Priority)}, first(
			func() error { return r.add(ctx, tx, by, q.Subject, next) },
			func() error { return r.turn(ctx, tx, by, q.Subject, now.Priority, next.Priority) },
			func() error { return r.hasten(ctx, tx, by, q.Subject, next.Priority) },
		)
	})
}

func (in TrackInput) check() error {
	wrong := fault.New(fault.Invalid, "fault.form")
	if !in.Child && in.Reason == "" {
		wrong.With("reason", "fault.reason_required")
	}
	if len([]rune(in.Reason)) > LongestReason {
		wrong.With("reason", "fault.long", "Max", LongestReason)
	}
	if wrong.Wrong() {
		return wrong
	}
	return nil
}

// turn starts the clock of a report that has become the child's, or the content's; otherwise it does nothing. That the hotline is to have
// what was found stays true when a child is known.
func (r *Room) turn(ctx context.Context, tx store.Tx, by access.Proof, subject string, was, is ruleset.Priority) error {
	if was.Content() == is.Content() {
		return nil
	}
	kept, _, err := report.Load(ctx, tx, report.ID(subject))
	if err != nil {
		return err
	}
	if is.Content() {
		if err := task.Complete(ctx, tx, by, subject, TaskAssign); err != nil {
			return err
		}
	}
	if err := r.seek(ctx, tx, by, subject, kept.Agency, is, tx.Now); err != nil {
		return err
	}
	holder, err := grant.Holder(ctx, tx, subject, access.Claimant)
	if err != nil || holder == "" {
		return err
	}
	return task.Assign(ctx, tx, by, subject, "", holder)
}

// noticed tells whether the country names a hotline that takes notices.
func (r *Room) noticed() bool {
	_, ok := r.Pack.NoticeHotline("")
	return ok
}

// settled tells whether a report of content alone can be given the outcome.
func (r *Room) settled(ctx context.Context, tx store.Tx, in Resolution, p ruleset.Priority) error {
	switch {
	case !p.Content():
		return nil
	case in.Outcome == report.OpenedCase:
		return fault.New(fault.Conflict, CodeContent)
	case in.Outcome != report.ContentOnly || !r.noticed():
		return nil
	}
	open, err := task.OpenFor(ctx, tx, string(in.Report))
	for _, t := range open {
		if t.Kind == TaskForward {
			return fault.New(fault.Conflict, CodeUnforwarded)
		}
	}
	return err
}
