package retention

import (
	"context"
	"slices"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/contact"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/match"
	"amparo/internal/notice"
	"amparo/internal/referral"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/story"
	"amparo/internal/submission"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// closedCase is the class of cases; reports have that of their outcome.
const closedCase = "closed_case"

// matter looks at a report or a case; anything else is fault.Withheld.
func (r *Room) matter(ctx context.Context, tx store.Tx, subject string) (Matter, error) {
	m := Matter{Subject: subject, Kind: OfReport}
	var state, outcome string
	var ended int64
	found, err := one(ctx, tx, reportSQL, []any{subject}, &state, &outcome, &ended)
	if err == nil && !found {
		m.Kind, outcome = OfCase, closedCase
		found, err = one(ctx, tx, caseSQL, []any{subject}, &state, &ended)
	}
	switch {
	case err != nil:
		return m, err
	case !found:
		return m, fault.New(fault.Withheld, fault.CodeWithheld)
	case state == string(report.Resolved) || state == string(casework.Closed):
		m.Ended, m.Class = clock.FromMicro(ended), outcome
		if keep, ok := r.Pack.Retention(outcome); ok {
			m.Due = keep.After(m.Ended)
		}
	}
	return m, nil
}

// whole gives all that is erased with a matter, itself first, or a conflict that says what stands in the way.
func (r *Room) whole(ctx context.Context, tx store.Tx, by access.Proof, m Matter) (all []string, err error) {
	if m.Ended.IsZero() {
		return nil, fault.New(fault.Conflict, CodeOpen)
	}
	all = []string{m.Subject}
	reports := []report.ID{report.ID(m.Subject)}
	if m.Kind == OfReport {
		if err := alone(ctx, tx, report.ID(m.Subject)); err != nil {
			return nil, err
		}
	} else {
		handed, err := referral.OfCase(ctx, tx, by, m.Subject)
		if err != nil {
			return nil, err
		}
		for _, id := range handed {
			all = append(all, string(id))
		}
		if reports, err = of(ctx, tx, casework.ID(m.Subject)); err != nil {
			return nil, err
		}
	}
	for _, id := range reports {
		joined, err := report.With(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		for _, one := range joined {
			if !slices.Contains(all, string(one)) {
				all = append(all, string(one))
			}
		}
	}
	return all, free(ctx, tx, all)
}

// alone tells whether a report is a part of nothing that is kept.
func alone(ctx context.Context, tx store.Tx, id report.ID) error {
	cases, err := casework.Of(ctx, tx, id)
	if err != nil {
		return err
	}
	_, joined, err := report.JoinOf(ctx, tx, id)
	if err == nil && (joined || len(cases) > 0) {
		err = fault.New(fault.Conflict, CodeTied)
	}
	return err
}

// of gives the reports of a case that are in no other case that is kept: what was told of two children is kept for the other one.
func of(ctx context.Context, tx store.Tx, file casework.ID) (list []report.ID, err error) {
	all, err := casework.Reports(ctx, tx, file)
	if err != nil {
		return nil, err
	}
	for _, id := range all {
		cases, err := casework.Of(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		kept := false
		for _, other := range cases {
			gone, err := isErased(ctx, tx, string(other))
			if err != nil {
				return nil, err
			}
			kept = kept || other != file && !gone
		}
		if !kept {
			list = append(list, id)
		}
	}
	return list, nil
}

// free tells whether nothing of it is held, or waits, or has something behind its receipt that is kept.
func free(ctx context.Context, tx store.Tx, all []string) error {
	for _, one := range all {
		h, err := held(ctx, tx, one)
		if err == nil && h != nil {
			err = fault.New(fault.Conflict, CodeHeld)
		}
		if err != nil {
			return err
		}
		waits, err := intake.MessageWaits(ctx, tx, report.ID(one))
		if err != nil {
			return err
		}
		unread, err := task.Blocking(ctx, tx, one)
		if err == nil && (waits || len(unread) > 0) {
			err = fault.New(fault.Conflict, CodeWaits)
		}
		if err != nil {
			return err
		}
		parts, err := intake.Parts(ctx, tx, report.ID(one))
		for _, part := range parts {
			if !slices.Contains(all, string(part)) {
				err = fault.New(fault.Conflict, CodeParts)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// erasers are what each room does away with. A room that keeps something of a matter stands here.
var erasers = []func(ctx context.Context, tx store.Tx, by access.Proof, subject string) error{
	task.Erase, mailbox.Erase, contact.Erase, match.Forget, triage.Erase, report.Erase, intake.Erase, submission.Erase, referral.Erase, casework.Erase, notice.Erase, story.Erase, grant.Erase,
}

// wipe takes away all that was told, written or derived of one subject, and puts it on the erasure list.
func wipe(ctx context.Context, tx store.Tx, by access.Proof, e Erased) error {
	for _, erase := range erasers {
		if err := erase(ctx, tx, by, e.Subject); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, wordsGoneSQL, e.Subject, []byte{}); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, erasedSQL, e.Subject, clock.Micro(e.At))
	return err
}
