package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/vault/seal"
)

// A House is what Fill works with: the rooms of the case side, on a clock that Set moves.
type House struct {
	Pack   *jurisdiction.Pack
	Store  *store.Store
	People *identity.Room
	Triage *triage.Room
	Mail   *mailbox.Room
	Cases  *casework.Room
	// Report takes a report in and gives its id when it lies on the desk.
	Report func(ctx context.Context, in intake.Submission) (report.ID, error)
	// Message takes what a reporter adds, and returns when staff can read it.
	Message func(ctx context.Context, in intake.Addition) error
	Set     func(now time.Time)
}

// a told is a matter and what has become of it so far.
type told struct {
	matter
	receipt seal.Receipt
	report  report.ID
	cases   []casework.ID
	desk    string // code of the agency
}

// Fill adds the users and, with matters, what happened until now. It gives what the users sign in with.
func Fill(ctx context.Context, h House, now time.Time, withMatters bool) ([]Login, error) {
	list, err := matters()
	if err != nil {
		return nil, err
	}
	begin := now
	for _, m := range list {
		if at := now.Add(-time.Duration(m.Ago)); at.Before(begin) {
			begin = at
		}
	}
	h.Set(begin.Add(-time.Hour))
	logins, err := h.addPeople(ctx, begin)
	if err != nil || !withMatters {
		return logins, err
	}
	users, err := h.People.Users(ctx, access.Console)
	if err != nil {
		return nil, err
	}
	for _, e := range events(list, now) {
		h.Set(e.at)
		if err := h.play(ctx, crew(users), e); err != nil {
			return nil, fmt.Errorf("the made-up matter %q, %s: %w", e.told.Answers["words"], e.step.Do, err)
		}
	}
	return logins, nil
}

// a crew finds who does what at an agency.
type crew []identity.User

// at gives the first user of the agency with the role; of any agency when this one has none.
func (c crew) at(agency string, role access.Role) identity.User {
	var other identity.User
	for _, u := range c {
		switch {
		case !u.Actor().Has(role):
		case string(u.Agency) == agency:
			return u
		case other.ID == "":
			other = u
		}
	}
	return other
}

// submit takes the report in.
func (h House) submit(ctx context.Context, m *told) (err error) {
	in := h.Pack.Instrument(m.Form)
	if in == nil {
		return errors.New("there is no such list of questions")
	}
	m.receipt = seal.NewReceipt()
	area := ""
	if place := m.Answers["place"]; len(place) == 1 {
		area = place[0]
	}
	m.desk = h.Pack.DeskFor(area)
	m.report, err = h.Report(ctx, intake.Submission{Receipt: m.receipt, Told: intake.Told{Instrument: in.ID, Version: in.Version,
		Pack: h.Pack.Code(), Language: m.Lang, Reader: intake.Reader(in.Reader), Channel: intake.WebForm, Area: area, Answers: m.Answers}})
	return err
}
