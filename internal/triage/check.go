package triage

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/jurisdiction"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

// A Check is what was answered to an item of the first-hour checklist.
type Check struct {
	Item   string
	Answer string // done, yes, no, a code of the list "could_not_ask", or the id of a user
	Made   time.Time
	MadeBy string
}

// The answers that are no reason and no person.
const (
	AnswerDone = "done"
	AnswerYes  = "yes"
	AnswerNo   = "no"
)

// A CheckInput answers an item of the first-hour checklist. Sequence is the standing that the person has seen.
type CheckInput struct {
	Report   report.ID
	Sequence int64
	Item     string
	Answer   string
}

// CodeUnchecked is the fault of a report that would leave triage without what its priority asks for.
const CodeUnchecked = "triage.unchecked"

// Check keeps the answer to an item of the first-hour checklist of a claimed report; the latest one counts, and none is lost.
// A yes that raises a trigger makes that a fact, as Amend does, with its errors. A person who may not know of the report, or lacks a
// qualification and is no supervisor, is fault.Invalid, as is an answer or an item that the country does not know.
func (r *Room) Check(ctx context.Context, actor access.Actor, in CheckInput) error {
	q := door.Request{Actor: actor, Action: access.ReportCheck, Subject: string(in.Report)}
	item, wrong := r.item(in)
	if wrong == nil && item.Raises != "" && in.Answer == AnswerYes {
		return r.amend(ctx, q, AmendInput{Report: in.Report, Sequence: in.Sequence}, func(a Assessment) Assessment {
			a.Facts.Triggers = append(slices.Clone(a.Facts.Triggers), item.Raises)
			return a
		}, func(ctx context.Context, tx store.Tx, by access.Proof) error {
			return r.keepCheck(ctx, tx, by, in, item)
		})
	}
	return r.do(ctx, actor, access.ReportCheck, in.Report, func(ctx context.Context, tx store.Tx, by access.Proof) error {
		if wrong != nil {
			return wrong
		}
		return first(
			func() error { return unresolved(ctx, tx, string(in.Report)) },
			func() error { return r.keepCheck(ctx, tx, by, in, item) },
		)
	})
}

// item finds the item, and whether the answer can be one to it; whether a person is one comes later.
func (r *Room) item(in CheckInput) (jurisdiction.Item, error) {
	all := r.Pack.Items("")
	i := slices.IndexFunc(all, func(one jurisdiction.Item) bool { return one.Code == in.Item })
	if i < 0 {
		return jurisdiction.Item{}, fault.New(fault.Invalid, "fault.form").With("item", "fault.answer_code")
	}
	fits := false
	switch all[i].Answer {
	case jurisdiction.Done:
		fits = in.Answer == AnswerDone
	case jurisdiction.YesNo:
		fits = in.Answer == AnswerYes || in.Answer == AnswerNo || slices.ContainsFunc(r.Pack.List(couldNotAsk, ""),
			func(n jurisdiction.Named) bool { return n.Code == in.Answer })
	case jurisdiction.Person:
		fits = in.Answer != ""
	}
	if !fits {
		return all[i], fault.New(fault.Invalid, "fault.form").With(in.Item, "fault.answer_code")
	}
	return all[i], nil
}

// couldNotAsk is the list of reasons for which a question may stay without an answer.
const couldNotAsk = "could_not_ask"

func (r *Room) keepCheck(ctx context.Context, tx store.Tx, by access.Proof, in CheckInput, item jurisdiction.Item) error {
	person := ""
	if item.Answer == jurisdiction.Person {
		all, err := r.professionals(ctx, tx, in.Report)
		if err != nil {
			return err
		}
		if !slices.Contains(all, in.Answer) {
			return fault.New(fault.Invalid, "fault.form").With(in.Item, "fault.answer_code")
		}
		person = in.Answer
	}
	id, subject := ident.New[string](tx.Now), string(in.Report)
	sealed, err := r.Reveal.Seal(ctx, subject, reveal.Content, checkCell(id), []byte(in.Answer))
	if err != nil {
		return err
	}
	return insertCheck(ctx, tx, id, subject, person, sealed, Check{Item: in.Item, MadeBy: by.Actor().ID})
}

func checkCell(row string) reveal.Cell {
	return reveal.Cell{Table: "triage_check", Column: "answer", Row: row}
}

// professionals gives who may be named as the one who stays responsible: of those on the desks that the report lies on who may
// know of it, supervisors and whoever has what it takes.
func (r *Room) professionals(ctx context.Context, tx store.Tx, id report.ID) (list []string, err error) {
	people, err := r.knowing(ctx, tx, string(id))
	for _, p := range people {
		if p.Supervises || p.Qualified {
			list = append(list, p.User)
		}
	}
	return list, err
}

// missing gives the codes of the items without which the report does not leave triage with the outcome. A case has its case
// manager: nobody else need be named. Who was named and must not know by now, or works here no more, counts no longer.
func (r *Room) missing(ctx context.Context, tx store.Tx, id report.ID, outcome report.Outcome) (list []string, err error) {
	now, err := standing(ctx, tx, string(id))
	if err != nil {
		return nil, err
	}
	given, err := checks(ctx, tx, string(id))
	if err != nil {
		return nil, err
	}
	for _, item := range r.Pack.Required(string(now.Priority), "") {
		answered, err := r.holds(ctx, tx, id, item, given, outcome)
		if err != nil {
			return nil, err
		}
		if !answered {
			list = append(list, item.Code)
		}
	}
	return list, nil
}

// holds tells whether the item has an answer that counts for the outcome.
func (r *Room) holds(ctx context.Context, tx store.Tx, id report.ID, item jurisdiction.Item, given []sealedCheck, outcome report.Outcome) (bool, error) {
	latest := sealedCheck{}
	for _, c := range given {
		if c.Item == item.Code {
			latest = c
		}
	}
	switch {
	case item.Answer != jurisdiction.Person:
		return latest.id != "", nil
	case outcome == report.OpenedCase:
		return true, nil
	case latest.id == "":
		return false, nil
	}
	fit, err := r.professionals(ctx, tx, id)
	return slices.Contains(fit, latest.person), err
}
