package triage

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/instrument"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A Page is everything of a report, opened.
type Page struct {
	Line
	Relations         []access.Relation  // what ties the actor to it
	Content, Identity instrument.Answers // what was told; Identity tells who somebody is or how to reach them
	History           []Assessment       // the latest first
	Tasks             []task.Task        // open ones, the most urgent first
	Checks            []Check            // what was answered to the first-hour checklist, the latest last
	Professionals     []string           // user ids: who may be named to stay responsible
	Speakers          []string           // user ids: who of the desks that it lies on speaks its language, and may know of it
	CameBy            string             // code of the campaign that it came by; empty for none
	Hands             []Hand             // how it went from one colleague to another, the latest first
}

// Read opens everything of a report for one page; that it was opened is one audit entry. more, when given, opens what else the
// page shows (the mailbox) under the same entry.
func (r *Room) Read(ctx context.Context, actor access.Actor, id report.ID, more func(v *reveal.View) error) (Page, error) {
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReportRead, Subject: string(id)})
	if err != nil {
		return Page{}, err
	}
	var p Page
	var sealed report.Sealed
	var rows []row
	var given []sealedCheck
	var hands []sealedHand
	var now time.Time
	var set *ruleset.Set
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		now = tx.Now
		return first(
			func() (err error) { set, err = r.Rulebook.Rules(ctx, tx); return err },
			func() (err error) { p.Line, err = r.one(ctx, tx, id); return err },
			func() (err error) { _, sealed, err = report.Load(ctx, tx, id); return err },
			func() (err error) { p.Relations, err = grant.Relations(ctx, tx, actor, string(id)); return err },
			func() (err error) { p.Tasks, err = task.OpenFor(ctx, tx, string(id)); return err },
			func() (err error) { rows, err = history(ctx, tx, string(id)); return err },
			func() (err error) { given, err = checks(ctx, tx, string(id)); return err },
			func() (err error) { p.Speakers, err = r.speakers(ctx, tx, p.Report); return err },
			func() (err error) { hands, err = handsOf(ctx, tx, string(id)); return err },
			func() (err error) { p.Professionals, err = r.professionals(ctx, tx, id); return err },
		)
	})
	if err == nil && len(rows) == 0 {
		err = fault.New(fault.Withheld, fault.CodeWithheld)
	}
	if err != nil {
		return Page{}, err
	}
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		return first(
			func() (err error) {
				p.Content, err = openAnswers(ctx, v, id, reveal.Content, "content", sealed.Content)
				return err
			},
			func() (err error) {
				p.Identity, err = openAnswers(ctx, v, id, reveal.Identity, "identity", sealed.Identity)
				return err
			},
			func() (err error) { p.CameBy, err = openCameBy(ctx, v, id, sealed.CameBy); return err },
			func() (err error) { p.History, err = r.unroll(ctx, v, string(id), rows); return err },
			func() (err error) { p.Checks, err = openChecks(ctx, v, string(id), given); return err },
			func() (err error) { p.Hands, err = openHands(ctx, v, string(id), hands); return err },
			func() error {
				if more == nil {
					return nil
				}
				return more(v)
			},
		)
	})
	if err != nil {
		return Page{}, err
	}
	p.Reasons = set.Evaluate(p.History[0].Facts, p.History[0].Told, now)
	return p, nil
}

// openChecks opens answers.
func openChecks(ctx context.Context, v *reveal.View, subject string, given []sealedCheck) (list []Check, err error) {
	for _, c := range given {
		answer, err := v.Open(ctx, subject, reveal.Content, checkCell(c.id), c.answer)
		if err != nil {
			return nil, err
		}
		c.Answer = string(answer)
		list = append(list, c.Check)
	}
	return list, nil
}

// unroll opens assessments.
func (r *Room) unroll(ctx context.Context, v *reveal.View, subject string, rows []row) (list []Assessment, err error) {
	for _, row := range rows {
		a, err := row.open(ctx, v, r.pack, subject)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}
