package casework

import (
	"context"
	"encoding/json"
	"errors"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/task"
)

// List gives the cases that the actor may read, open ones first and the most urgent first, with the next task of each.
func List(ctx context.Context, tx store.Tx, actor access.Actor) (list []Listed, err error) {
	next, err := task.FirstDue(ctx, tx, actor, access.CaseRead)
	if err != nil {
		return nil, err
	}
	err = tx.Each(ctx, listSQL, grant.ScopeFor(actor, access.CaseRead).Args(), func(scan func(...any) error) error {
		c, err := scanCase(scan)
		one, due := next[string(c.ID)]
		list = append(list, Listed{Case: c, Next: one, Due: due, Owner: one.Owner})
		return err
	})
	return list, err
}

// a stored case is everything of one as it is in the database.
type stored struct {
	Page
	label    []byte
	events   []sealedEvent
	contacts []sealedContact
	tasks    []task.Task
}

// Show opens everything of a case for one page; that it was opened is one audit entry. more, when given, opens what
// else the page shows (the mailbox, the report) under the same entry.
func (r *Room) Show(ctx context.Context, actor access.Actor, id ID, more func(v *reveal.View, p Page) error) (Page, error) {
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.CaseRead, Subject: string(id)})
	if err != nil {
		return Page{}, err
	}
	var s stored
	if err := r.Store.Read(ctx, func(tx store.Tx) (err error) { s, err = r.gather(ctx, tx, id); return err }); err != nil {
		return Page{}, err
	}
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		if err := s.open(ctx, v); err != nil || more == nil {
			return err
		}
		return more(v, s.Page)
	})
	if err != nil {
		return Page{}, err
	}
	return s.Page, nil
}

func (r *Room) gather(ctx context.Context, tx store.Tx, id ID) (s stored, err error) {
	subject := string(id)
	err = first(
		func() (err error) { s.Case, err = load(ctx, tx, id); return err },
		func() (err error) { s.Manager, err = grant.Holder(ctx, tx, subject, access.Manager); return err },
		func() error {
			lost, err := r.orphans(ctx, tx, id)
			s.Orphan = len(lost) > 0
			return err
		},
		func() (err error) { s.Reports, err = reports(ctx, tx, id); return err },
		func() error { return tx.One(ctx, labelSQL, []any{subject}, &s.label) },
		func() (err error) { s.events, err = events(ctx, tx, id); return err },
		func() (err error) { s.contacts, err = contacts(ctx, tx, id); return err },
		func() (err error) { s.tasks, err = task.History(ctx, tx, subject); return err },
	)
	return s, err
}

// open unseals everything.
func (s *stored) open(ctx context.Context, v *reveal.View) error {
	subject := string(s.ID)
	child, err := v.Open(ctx, subject, reveal.Identity, cell("case_child", "label", subject), s.label)
	if err != nil {
		return err
	}
	s.Child = string(child)
	for _, e := range s.events {
		raw, err := v.Open(ctx, subject, reveal.Content, cell("case_event", "note", e.ID), e.note)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &e.Said); err != nil {
			return err
		}
		s.Timeline = append(s.Timeline, e.Event)
	}
	for _, c := range s.contacts {
		raw, err := v.Open(ctx, subject, reveal.Content, cell("case_contact", "sealed", c.ID), c.sealed)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(raw, &c.Reached); err != nil {
			return err
		}
		s.Contacts = append(s.Contacts, c.Contact)
	}
	return s.openTasks(ctx, v)
}

// openTasks unseals labels. A task that came from a report has its label under the report's key.
func (s *stored) openTasks(ctx context.Context, v *reveal.View) error {
	for _, t := range s.tasks {
		one := Step{Task: t}
		if len(t.Label) > 0 {
			words, err := openLabel(ctx, v, t, append([]string{string(s.ID)}, texts(s.Reports)...))
			if err != nil {
				return err
			}
			one.Words = words
		}
		s.Tasks = append(s.Tasks, one)
	}
	return nil
}

func openLabel(ctx context.Context, v *reveal.View, t task.Task, subjects []string) (string, error) {
	var tried error
	for _, subject := range subjects {
		words, err := v.Open(ctx, subject, reveal.Content, cell("task", "label", string(t.ID)), t.Label)
		if err == nil {
			return string(words), nil
		}
		tried = errors.Join(tried, err)
	}
	return "", tried
}

func texts(list []report.ID) []string {
	out := make([]string, len(list))
	for i, id := range list {
		out[i] = string(id)
	}
	return out
}

// StateOf gives where a case stands; fault.Withheld when there is none. Who may know of it was decided by the caller.
func StateOf(ctx context.Context, tx store.Tx, id ID) (State, error) {
	c, err := load(ctx, tx, id)
	return c.State, err
}
