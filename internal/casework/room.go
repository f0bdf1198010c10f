package casework

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/ident"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// Config is what a Room needs.
type Config struct {
	Store   *store.Store
	Reveal  *reveal.Room
	Triage  *triage.Room
	Mailbox *mailbox.Room
	// Match keeps marks of what the child of a case is called, so that the case is found by it.
	Match *match.Room
	// Clock gives the time of new ids; nil is the machine's clock.
	Clock clock.Clock
	// Pack is the country: who covers which area, how much one person can carry, how soon a case manager is found.
	Pack *jurisdiction.Pack
	// People gives the active people of an agency, of all when it is empty, by name.
	People func(ctx context.Context, tx store.Tx, agency string) ([]Colleague, error)
	// Review gives the time by which an open case must be looked at as a whole again; nil, or the zero time, is a week.
	Review func(p ruleset.Priority, from time.Time) time.Time
	// Onward is told what reaches beyond a case, to what was handed on of it; nil when nothing can be.
	Onward Onward
	// Kept keeps from somebody, who was kept from a report, what else is behind the same receipt; nil keeps nothing.
	Kept func(ctx context.Context, tx store.Tx, by access.Proof, id report.ID, user string) error
	// Reasons are the allowed closure reasons.
	Reasons []string
	// Modes, Persons and Outcomes are the allowed codes of the contact log.
	Modes, Persons, Outcomes []string
}

// An Onward follows what was handed on of a case. It is told inside the transaction of what happens to the case.
type Onward interface {
	// KeptFrom keeps what was handed on from somebody who must not know of the case any more.
	KeptFrom(ctx context.Context, tx store.Tx, by access.Proof, id ID, user string) error
	// Hastened makes it as urgent as the case has become.
	Hastened(ctx context.Context, tx store.Tx, by access.Proof, id ID, p ruleset.Priority) error
	// CaseClosed ends what is still open of it.
	CaseClosed(ctx context.Context, tx store.Tx, by access.Proof, id ID) error
}

// A Room works the cases. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room {
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.Onward == nil {
		c.Onward = nothing{}
	}
	if c.Kept == nil {
		c.Kept = func(context.Context, store.Tx, access.Proof, report.ID, string) error { return nil }
	}
	return &Room{c}
}

// nothing is handed on.
type nothing struct{}

func (nothing) KeptFrom(context.Context, store.Tx, access.Proof, ID, string) error { return nil }
func (nothing) Hastened(context.Context, store.Tx, access.Proof, ID, ruleset.Priority) error {
	return nil
}
func (nothing) CaseClosed(context.Context, store.Tx, access.Proof, ID) error { return nil }

// a step is what a use case does to a case whose version was taken.
type step func(ctx context.Context, tx store.Tx, by access.Proof, c Case) error

// change opens the door, takes the version and does the step. wrong is told only to who may do it.
func (r *Room) change(ctx context.Context, actor access.Actor, action access.Action, id ID, version int64, state State, wrong error, do step) error {
	return r.detailed(ctx, actor, action, id, version, state, wrong, func(ctx context.Context, tx store.Tx, by access.Proof, c Case) (map[string]string, error) {
		return nil, do(ctx, tx, by, c)
	})
}

// a detailedStep is a step with what the audit log keeps of it beside its action.
type detailedStep func(ctx context.Context, tx store.Tx, by access.Proof, c Case) (map[string]string, error)

// detailed is change for a step with details.
func (r *Room) detailed(ctx context.Context, actor access.Actor, action access.Action, id ID, version int64, state State, wrong error, do detailedStep) error {
	q := door.Request{Actor: actor, Action: action, Subject: string(id)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if wrong != nil {
			return nil, wrong
		}
		c, err := touch(ctx, tx, id, version, state)
		if err != nil {
			return nil, err
		}
		return do(ctx, tx, by, c)
	})
}

// event seals the words and adds a line to the timeline.
func (r *Room) event(ctx context.Context, tx store.Tx, by access.Proof, id ID, kind Kind, said map[string]string) error {
	row := ident.New[string](tx.Now)
	raw, err := json.Marshal(said)
	if err != nil {
		return err
	}
	note, err := r.Reveal.Seal(ctx, string(id), reveal.Content, cell("case_event", "note", row), raw)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, eventSQL, row, string(id), string(kind), note, clock.Micro(tx.Now), by.Actor().ID)
	return err
}

// begin opens tasks for the case manager, and the next review among them: no open case is without a clock. A task
// without a due time is left out.
func (r *Room) begin(ctx context.Context, tx store.Tx, by access.Proof, c Case, manager string, list []task.Input) error {
	review := task.Input{Kind: TaskReview, Due: r.reviewDue(c.Priority, tx.Now)}
	for _, in := range append(slices.Clip(list), review) {
		if in.Due.IsZero() {
			continue
		}
		in.ID, in.Subject, in.Owner, in.Agency = "", string(c.ID), manager, c.Agency
		if _, err := task.Start(ctx, tx, by, in); err != nil {
			return err
		}
	}
	return nil
}

func (r *Room) reviewDue(p ruleset.Priority, from time.Time) (due time.Time) {
	if r.Review != nil {
		due = r.Review(p, from)
	}
	if due.IsZero() {
		due = from.AddDate(0, 0, 7)
	}
	return due
}

func cell(table, column, row string) reveal.Cell {
	return reveal.Cell{Table: table, Column: column, Row: row}
}

// first runs the steps one after another and gives the first error.
func first(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
