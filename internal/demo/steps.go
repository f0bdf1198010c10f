package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/ident"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/notice"
	"amparo/internal/referral"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// play does one step of a matter.
func (h House) play(ctx context.Context, people crew, e event) error {
	m, s := e.told, e.step
	switch s.Do {
	case "":
		return h.submit(ctx, m)
	case "claim":
		return h.claim(ctx, people, m, s)
	case "release":
		return h.Triage.Release(ctx, m.by(people, s).Actor(), m.report)
	case "decide":
		return h.decide(ctx, people, m, s)
	case "read":
		return h.Mail.MarkRead(ctx, m.by(people, s).Actor(), m.report, m.subject(), 0)
	case "message":
		return h.Message(ctx, intake.Addition{Receipt: m.receipt, ID: intake.NewMessageID(e.at), Text: s.Words})
	case "reply":
		return h.Mail.Reply(ctx, m.by(people, s).Actor(), mailbox.ReplyInput{ID: mailbox.NewID(e.at), Report: m.report, Subject: m.subject(), Text: s.Words})
	case "finish":
		outcome := report.Outcome(s.Outcome)
		return h.Triage.Finish(ctx, m.by(people, s).Actor(), triage.Resolution{Report: m.report, Outcome: outcome, Message: h.message(m, outcome, s.Words)})
	case "notice":
		return h.notice(ctx, people, e)
	case "noticed":
		return h.noticed(ctx, people, e)
	case "open":
		return h.open(ctx, people, e)
	}
	return h.work(ctx, people, e)
}

// notice writes a notice to the hotline about all addresses that were told.
func (h House) notice(ctx context.Context, people crew, e event) (err error) {
	m, s, by := e.told, e.step, e.told.by(people, e.step).Actor()
	o, err := h.Notices.Offer(ctx, by, m.report, m.Lang)
	if err != nil {
		return err
	}
	in := notice.DraftInput{Report: m.report, Draft: ident.New[string](e.at), Platform: s.Title, Explanation: s.Words, GoodFaith: true}
	for i := range o.Addresses {
		in.Chosen = append(in.Chosen, i)
	}
	m.notice, err = h.Notices.Draft(ctx, by, in)
	return err
}

// noticed notes what became of the notice.
func (h House) noticed(ctx context.Context, people crew, e event) error {
	m, s, by := e.told, e.step, e.told.by(people, e.step).Actor()
	p, err := h.Notices.Show(ctx, by, m.notice)
	if err != nil {
		return err
	}
	return h.Notices.Record(ctx, by, notice.RecordInput{Notice: m.notice, Draft: ident.New[string](e.at), Version: p.Version, To: notice.State(s.State),
		Channel: notice.Channel(s.Mode), Reference: s.Title, Note: s.Words})
}

// by is who does a step: whom it names, or whoever has the matter, or somebody on its desk.
func (m *told) by(people crew, s step) identity.User {
	switch {
	case s.By != "":
		return people.named(s.By, m.desk, access.DutyOfficer)
	case len(m.cases) > 0:
		return people.named(m.manager, m.desk, access.CaseManager)
	}
	return people.named(m.duty, m.desk, access.DutyOfficer)
}

// subject is what answers for the matter: the report, or the first case that it became.
func (m *told) subject() string {
	if len(m.cases) > 0 {
		return string(m.cases[0])
	}
	return string(m.report)
}

func (h House) claim(ctx context.Context, people crew, m *told, s step) error {
	by := m.by(people, s)
	m.duty = by.Name
	return h.Triage.Claim(ctx, by.Actor(), m.report)
}

// decide confirms the priority or changes it. Only a supervisor lowers it.
func (h House) decide(ctx context.Context, people crew, m *told, s step) error {
	now, err := h.standing(ctx, m)
	if err != nil {
		return err
	}
	by, to := m.by(people, s), now.Priority
	if s.To != "" {
		to = ruleset.Priority(s.To)
	}
	if now.Priority.MoreUrgent(to) {
		by = people.named(s.By, m.desk, access.Supervisor)
	}
	if err := h.Triage.Decide(ctx, by.Actor(), triage.Decision{Subject: string(m.report), Sequence: now.Sequence, To: to, Reason: s.Words}); err != nil {
		return err
	}
	return h.check(ctx, by, m)
}

// check answers what the report does not leave triage without.
func (h House) check(ctx context.Context, by identity.User, m *told) error {
	p, err := h.Triage.Read(ctx, by.Actor(), m.report, nil)
	if err != nil {
		return err
	}
	for _, item := range h.Pack.Required(string(p.Priority), "") {
		answer := triage.AnswerNo
		if item.Answer == jurisdiction.Person && len(p.Professionals) > 0 {
			answer = p.Professionals[0]
		}
		if err := h.Triage.Check(ctx, by.Actor(), triage.CheckInput{Report: m.report, Item: item.Code, Answer: answer}); err != nil {
			return err
		}
	}
	return nil
}

func (h House) standing(ctx context.Context, m *told) (now triage.Standing, err error) {
	err = h.Store.Read(ctx, func(tx store.Tx) (err error) { now, err = triage.Now(ctx, tx, string(m.report)); return err })
	return now, err
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

// open opens a case for each child.
func (h House) open(ctx context.Context, people crew, e event) (err error) {
	m, s := e.told, e.step
	now, err := h.standing(ctx, m)
	if err != nil {
		return err
	}
	by, manager := m.by(people, s), people.named(s.To, m.desk, access.CaseManager)
	m.manager = manager.Name
	m.cases, err = h.Cases.Open(ctx, by.Actor(), casework.OpenInput{Report: m.report, Agency: m.desk, Manager: string(manager.ID),
		Children: s.Children, Summary: s.Words, Message: h.message(m, report.OpenedCase, ""), Clocks: casework.FirstClocks(h.Pack.Targets(), now.Priority, e.at)})
	return err
}

// work does a step of one child's case.
func (h House) work(ctx context.Context, people crew, e event) error {
	m, s := e.told, e.step
	if s.Child >= len(m.cases) {
		return errors.New("there is no such case yet")
	}
	by := m.by(people, s).Actor()
	page, err := h.Cases.Show(ctx, by, m.cases[s.Child], nil)
	if err != nil {
		return err
	}
	id, version := page.ID, page.Version
	switch s.Do {
	case "contact":
		return h.Cases.AddContact(ctx, by, casework.ContactInput{Case: id, At: e.at, Version: version,
			Reached: casework.Reached{Mode: s.Mode, Person: s.Person, Safe: casework.Safe(s.Safe), Outcome: s.Outcome, Note: s.Words}})
	case "task":
		return h.Cases.AddTask(ctx, by, casework.TaskInput{Case: id, Words: s.Words, Due: e.at.Add(time.Duration(s.Due)), Version: version})
	case "done":
		return h.done(ctx, by, page, s.Kind)
	case "note":
		return h.Cases.AddNote(ctx, by, id, s.Words, version)
	case "refer":
		return h.refer(ctx, by, e, page)
	case "take", "decline":
		return h.answer(ctx, people, e)
	case "close":
		return h.Cases.Close(ctx, by, casework.CloseInput{Case: id, Reason: s.Reason, Note: s.Words, ChildTold: true, Message: s.Message, Version: version})
	}
	return h.supervise(ctx, people, e, page)
}

// refer hands a part of a case on, with the child's agreement.
func (h House) refer(ctx context.Context, by access.Actor, e event, page casework.Page) error {
	s := e.step
	id, err := h.Handed.Send(ctx, by, referral.SendInput{Case: page.ID, Draft: ident.New[string](e.at), Agency: s.Agency, Service: s.Service,
		Asked: referral.Asked{Title: s.Title, Need: s.Words, Safety: s.Risks}, Person: referral.Person{Name: page.Child, Contact: s.Next},
		Basis: referral.ByChild, Agreed: s.Message})
	e.told.handed = append(e.told.handed, id)
	return err
}

// answer has a specialist take or decline what was handed on.
func (h House) answer(ctx context.Context, people crew, e event) error {
	s := e.step
	if s.Handed >= len(e.told.handed) {
		return errors.New("nothing was handed on yet")
	}
	by := people.at(s.Agency, access.Specialist).Actor()
	page, err := h.Handed.Show(ctx, by, e.told.handed[s.Handed])
	switch {
	case err != nil:
		return err
	case s.Do == "decline":
		return h.Handed.Decline(ctx, by, referral.DeclineInput{Referral: page.ID, Reason: s.Reason, Note: s.Words, Version: page.Version})
	}
	return h.Handed.Take(ctx, by, referral.TakeInput{Referral: page.ID, Next: e.at.Add(time.Duration(s.Due)), Note: s.Words, Version: page.Version})
}

// supervise does what only a supervisor may do with a case.
func (h House) supervise(ctx context.Context, people crew, e event, page casework.Page) error {
	m, s := e.told, e.step
	by := people.at(m.desk, access.Supervisor).Actor()
	switch s.Do {
	case "assign":
		to := people.named(s.To, m.desk, access.CaseManager)
		m.manager = to.Name
		return h.Cases.Assign(ctx, by, casework.AssignInput{Case: page.ID, To: string(to.ID), Told: s.Words, Next: s.Next, Risks: s.Risks,
			Version: page.Version})
	case "reopen":
		return h.Cases.Reopen(ctx, by, casework.ReopenInput{Case: page.ID, Reason: s.Words, Clocks: casework.FirstClocks(h.Pack.Targets(), page.Priority, e.at), Version: page.Version})
	}
	return fmt.Errorf("there is no step %q", s.Do)
}

// done finishes the oldest open task, of the kind when one is given.
func (h House) done(ctx context.Context, by access.Actor, page casework.Page, kind string) error {
	for _, t := range page.Tasks {
		if t.State == task.Open && (kind == "" || string(t.Kind) == kind) {
			return h.Cases.FinishTask(ctx, by, page.ID, t.ID, t.Version)
		}
	}
	return errors.New("no such task is open")
}
