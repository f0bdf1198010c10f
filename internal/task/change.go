package task

import (
	"context"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// An Input is what a new task is made of. Due must not be zero.
type Input struct {
	ID       ID // given only when a label was sealed to it beforehand; made here otherwise
	Subject  string
	Kind     Kind
	Owner    string
	Agency   string
	Blocking bool
	Label    []byte
	Due      time.Time
}

// Start opens a task and gives its id. Without a label it is the subject's one task of that kind: when one is open
// already, that one is given back, and its due time is brought forward if the new one is earlier.
func Start(ctx context.Context, tx store.Tx, by access.Proof, in Input) (ID, error) {
	if in.Subject == "" || in.Kind == "" || in.Due.IsZero() {
		return "", errors.New("a task needs a subject, a kind and a due time")
	}
	if len(in.Label) == 0 {
		id, err := openOf(ctx, tx, in.Subject, in.Kind)
		if err != nil {
			return "", err
		}
		if id != "" {
			return id, Hasten(ctx, tx, by, in.Subject, id, in.Due)
		}
	}
	if in.ID == "" {
		in.ID = ident.New[ID](tx.Now)
	}
	if err := insert(ctx, tx, in); err != nil {
		return in.ID, err
	}
	return in.ID, place(ctx, tx, in.Subject)
}

// Complete ends the subject's open tasks of the kind as done. It is no error when there is none: the work was done
// all the same.
func Complete(ctx context.Context, tx store.Tx, by access.Proof, subject string, kind Kind) error {
	return end(ctx, tx, by, completeSQL, subject, kind)
}

// Finish ends one task as done. A version other than the one given is a conflict (fault.CodeStale); a task of
// another subject is withheld.
func Finish(ctx context.Context, tx store.Tx, by access.Proof, subject string, id ID, version int64) error {
	t, err := one(ctx, tx, subject, id, version)
	if err != nil {
		return err
	}
	if err := resume(ctx, tx, &t); err != nil {
		return err
	}
	if _, err = tx.Exec(ctx, finishSQL, string(id), clock.Micro(tx.Now), by.Actor().ID); err != nil {
		return err
	}
	return place(ctx, tx, subject)
}

// Cancel ends every open task of the subject as no longer needed.
func Cancel(ctx context.Context, tx store.Tx, by access.Proof, subject string) error {
	return end(ctx, tx, by, cancelSQL, subject, "")
}

// CancelBut is Cancel for all but one kind of task: what goes on when the rest is done with.
func CancelBut(ctx context.Context, tx store.Tx, by access.Proof, subject string, but Kind) error {
	open, err := OpenFor(ctx, tx, subject)
	if err != nil {
		return err
	}
	for _, t := range open {
		if t.Kind != but {
			if err := settle(ctx, tx, subject, t.Kind); err != nil {
				return err
			}
		}
	}
	if _, err := tx.Exec(ctx, cancelSQL, subject, string(but), clock.Micro(tx.Now), by.Actor().ID); err != nil {
		return err
	}
	return place(ctx, tx, subject)
}

func end(ctx context.Context, tx store.Tx, by access.Proof, statement, subject string, kind Kind) error {
	if err := settle(ctx, tx, subject, kind); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, statement, subject, string(kind), clock.Micro(tx.Now), by.Actor().ID); err != nil {
		return err
	}
	return place(ctx, tx, subject)
}

// Move hands every open task of one subject to another, with its clock as it stands: a case adopts a report's.
func Move(ctx context.Context, tx store.Tx, _ access.Proof, from, to string) error {
	if _, err := tx.Exec(ctx, moveSQL, from, to); err != nil {
		return err
	}
	return errors.Join(place(ctx, tx, from), place(ctx, tx, to))
}

// Assign makes the user the owner of every open task of the subject that the former owner has (the empty former
// owner is nobody).
func Assign(ctx context.Context, tx store.Tx, _ access.Proof, subject, former, owner string) error {
	_, err := tx.Exec(ctx, assignSQL, subject, former, owner)
	return err
}

// Nudge tells whoever has the subject that something waits for an answer: it opens the subject's ReadReply task,
// with the owner and agency of the subject's most urgent open task, or brings it forward. A clock that stood still because
// the child was waited for goes on. It takes no proof: an inbound reply comes from someone who needs no permission.
func Nudge(ctx context.Context, tx store.Tx, subject string, due time.Time) error {
	open, err := OpenFor(ctx, tx, subject)
	if err != nil {
		return err
	}
	for _, t := range open {
		if t.Pause.Reason == WaitingForChild {
			if err := resume(ctx, tx, &t); err != nil {
				return err
			}
		}
	}
	return Beside(ctx, tx, access.Proof{}, Input{Subject: subject, Kind: ReadReply, Due: due, Blocking: true})
}

// Beside is Start with the owner and agency of the subject's most urgent open task, if it has one.
func Beside(ctx context.Context, tx store.Tx, by access.Proof, in Input) error {
	next, found, err := Next(ctx, tx, in.Subject)
	if err != nil {
		return err
	}
	if found {
		in.Owner, in.Agency = next.Owner, next.Agency
	}
	_, err = Start(ctx, tx, by, in)
	return err
}
