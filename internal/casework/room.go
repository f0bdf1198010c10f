package casework

import (
	"context"
	"encoding/json"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/ident"
	"amparo/internal/mailbox"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

// Config is what a Room needs.
type Config struct {
	Store   *store.Store
	Reveal  *reveal.Room
	Mailbox *mailbox.Room
	// Clock gives the time of new ids; nil is the machine's clock.
	Clock clock.Clock
	// Managers gives the active case managers of an agency, by name. Their Missing stays empty.
	Managers func(ctx context.Context, tx store.Tx, agency string) ([]Candidate, error)
	// Qualified gives the codes of what a user lacks to be a case manager; fault.Withheld when there is no such user.
	Qualified func(ctx context.Context, tx store.Tx, user string) (missing []string, err error)
	// Reasons are the allowed closure reasons.
	Reasons []string
	// Modes, Persons and Outcomes are the allowed codes of the contact log.
	Modes, Persons, Outcomes []string
}

// A Room works the cases. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room {
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	return &Room{c}
}

// a step is what a use case does to a case whose version was taken.
type step func(ctx context.Context, tx store.Tx, by access.Proof, c Case) error

// change opens the door, takes the version and does the step. wrong is told only to who may do it.
func (r *Room) change(ctx context.Context, actor access.Actor, action access.Action, id ID, version int64, state State, wrong error, do step) error {
	q := door.Request{Actor: actor, Action: action, Subject: string(id)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if wrong != nil {
			return nil, wrong
		}
		c, err := touch(ctx, tx, id, version, state)
		if err != nil {
			return nil, err
		}
		return nil, do(ctx, tx, by, c)
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
