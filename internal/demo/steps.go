package demo

import (
	"context"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// play does one step of a matter.
func (h House) play(ctx context.Context, people crew, e event) error {
	m, s := e.told, e.step
	duty := people.at(m.desk, access.DutyOfficer).Actor()
	switch s.Do {
	case "":
		return h.submit(ctx, m)
	case "claim":
		return h.Triage.Claim(ctx, duty, m.report)
	case "decide":
		return h.decide(ctx, people, m, s)
	case "read":
		return h.Mail.MarkRead(ctx, duty, m.report, string(m.report), 0)
	case "message":
		return h.Message(ctx, intake.Addition{Receipt: m.receipt, ID: intake.NewMessageID(e.at), Text: s.Words})
	case "reply":
		return h.reply(ctx, people, e)
	case "finish":
		return h.finish(ctx, duty, m, s)
	case "open":
		return h.open(ctx, people, e)
	case "contact", "task", "done", "note", "close", "reopen":
		return h.work(ctx, people, e)
	}
	return errors.New("there is no such step")
}

// decide confirms the priority or changes it. Only a supervisor lowers it.
func (h House) decide(ctx context.Context, people crew, m *told, s step) error {
	now, err := h.standing(ctx, m)
	if err != nil {
		return err
	}
	by, to := people.at(m.desk, access.DutyOfficer), now.Priority
	if s.To != "" {
		to = ruleset.Priority(s.To)
	}
	if now.Priority.MoreUrgent(to) {
		by = people.at(m.desk, access.Supervisor)
	}
	return h.Triage.Decide(ctx, by.Actor(), triage.Decision{Subject: string(m.report), Sequence: now.Sequence, To: to, Reason: s.Words})
}

func (h House) standing(ctx context.Context, m *told) (now triage.Standing, err error) {
	err = h.Store.Read(ctx, func(tx store.Tx) (err error) { now, err = triage.Now(ctx, tx, string(m.report)); return err })
	return now, err
}

// reply writes to the reporter, from the report or from the case that it became.
func (h House) reply(ctx context.Context, people crew, e event) error {
	m := e.told
	in := mailbox.ReplyInput{ID: mailbox.NewID(e.at), Report: m.report, Subject: string(m.report), Text: e.step.Words}
	by := people.at(m.desk, access.DutyOfficer)
	if len(m.cases) > 0 {
		in.Subject, by = string(m.cases[0]), people.at(m.desk, access.CaseManager)
	}
	return h.Mail.Reply(ctx, by.Actor(), in)
}

// message is the step's words, or what the country says to the reporter at this outcome.
func (h House) message(m *told, outcome report.Outcome, words string) string {
	if words != "" {
		return words
	}
	reader := jurisdiction.Reader(h.Pack.Instrument(m.Form).Reader)
	return h.Pack.OutcomeMessage(string(outcome), reader, m.Lang).Fill(jurisdiction.Values{
		Emergency: h.Pack.Emergency(m.Lang).Number(), Helpline: h.Pack.Helpline(m.Lang).Number()})
}

func (h House) finish(ctx context.Context, duty access.Actor, m *told, s step) error {
	outcome := report.Outcome(s.Outcome)
	return h.Triage.Finish(ctx, duty, triage.Resolution{Report: m.report, Outcome: outcome, Message: h.message(m, outcome, s.Words)})
}

// open opens a case for each child.
func (h House) open(ctx context.Context, people crew, e event) (err error) {
	m, s := e.told, e.step
	now, err := h.standing(ctx, m)
	if err != nil {
		return err
	}
	var clocks []task.Input
	for _, clock := range []jurisdiction.Clock{jurisdiction.ChildContacted, jurisdiction.SafetyPlan, jurisdiction.AssessmentComplete} {
		if due := h.Pack.Targets().Due(clock, string(now.Priority), e.at); !due.IsZero() {
			clocks = append(clocks, task.Input{Kind: task.Kind(clock), Due: due})
		}
	}
	m.cases, err = h.Cases.Open(ctx, people.at(m.desk, access.DutyOfficer).Actor(), casework.OpenInput{Report: m.report, Agency: m.desk,
		Manager: string(people.at(m.desk, access.CaseManager).ID), Children: s.Children, Summary: s.Words,
		Message: h.message(m, report.OpenedCase, ""), Clocks: clocks})
	return err
}

// work does a step of the first child's case.
func (h House) work(ctx context.Context, people crew, e event) error {
	m, s := e.told, e.step
	if len(m.cases) == 0 {
		return errors.New("there is no case yet")
	}
	by := people.at(m.desk, access.CaseManager).Actor()
	page, err := h.Cases.Show(ctx, by, m.cases[0], nil)
	if err != nil {
		return err
	}
	switch s.Do {
	case "contact":
		return h.Cases.AddContact(ctx, by, casework.ContactInput{Case: page.ID, Mode: s.Mode, Person: s.Person, Safe: casework.Safe(s.Safe),
			Outcome: s.Outcome, Note: s.Words, At: e.at, Version: page.Version})
	case "task":
		return h.Cases.AddTask(ctx, by, casework.TaskInput{Case: page.ID, Words: s.Words, Due: e.at.Add(time.Duration(s.Due)), Version: page.Version})
	case "done":
		return h.done(ctx, by, page)
	case "note":
		return h.Cases.AddNote(ctx, by, page.ID, s.Words, page.Version)
	case "close":
		return h.Cases.Close(ctx, by, casework.CloseInput{Case: page.ID, Reason: s.Reason, Note: s.Words, ChildTold: true, Message: s.Message, Version: page.Version})
	}
	return h.Cases.Reopen(ctx, people.at(m.desk, access.Supervisor).Actor(), casework.ReopenInput{Case: page.ID, Reason: s.Words, Version: page.Version})
}

// done finishes the oldest open task.
func (h House) done(ctx context.Context, by access.Actor, page casework.Page) error {
	for _, t := range page.Tasks {
		if t.State == task.Open {
			return h.Cases.FinishTask(ctx, by, page.ID, t.ID, t.Version)
		}
	}
	return errors.New("no task is open")
}
