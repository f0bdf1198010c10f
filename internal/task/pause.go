package task

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// A PauseInput says which clock stands still, why, and until when.
type PauseInput struct {
	Subject string
	Task    ID
	Version int64
	Reason  Reason
	Until   time.Time // later than now, by LongestPause at the most
}

// Check names every wrong field at once: task, reason, until.
func (in PauseInput) Check(now time.Time) error {
	wrong := fault.New(fault.Invalid, "fault.form")
	if in.Task == "" {
		wrong.With("task", "fault.answer_required")
	}
	switch {
	case in.Reason == "":
		wrong.With("reason", "fault.answer_required")
	case !slices.Contains(Reasons, in.Reason):
		wrong.With("reason", "fault.answer_code")
	}
	if !in.Until.After(now) || in.Until.After(now.Add(LongestPause)) {
		wrong.With("until", "fault.pause_until", "Days", int(LongestPause/(24*time.Hour)))
	}
	if wrong.Wrong() {
		return wrong
	}
	return nil
}

// Hold lets the clock of an open task stand still until a time, for a reason; the due time moves by as much, and the clock
// goes on by itself. A clock that stands still already takes the new time and reason from now on. Wrong input is
// fault.Invalid. Reading what somebody wrote is never put off, nor are the kinds that the caller names in running:
// fault.Conflict "fault.pause_kind". A stale version is fault.Conflict fault.CodeStale; a task of another subject is withheld.
func Hold(ctx context.Context, tx store.Tx, by access.Proof, in PauseInput, running ...Kind) error {
	if err := in.Check(tx.Now); err != nil {
		return err
	}
	t, err := one(ctx, tx, in.Subject, in.Task, in.Version)
	if err != nil {
		return err
	}
	if slices.Contains(append(running, ReadReply), t.Kind) {
		return fault.New(fault.Conflict, "fault.pause_kind")
	}
	if err := resume(ctx, tx, &t); err != nil {
		return err
	}
	t.Pause = Pause{Reason: in.Reason, From: tx.Now, Until: in.Until, By: by.Actor().ID}
	return shift(ctx, tx, &t, in.Until.Sub(tx.Now), func() error {
		_, err := tx.Exec(ctx, pauseSQL, ident.New[string](tx.Now), string(t.ID), string(in.Reason), clock.Micro(tx.Now), clock.Micro(in.Until), by.Actor().ID)
		return err
	})
}

// Resume lets the clock of an open task go on at once. One that does not stand still is fault.Conflict fault.CodeStale.
func Resume(ctx context.Context, tx store.Tx, _ access.Proof, subject string, id ID, version int64) error {
	t, err := one(ctx, tx, subject, id, version)
	if err != nil {
		return err
	}
	if !t.Paused(tx.Now) {
		return fault.New(fault.Conflict, fault.CodeStale)
	}
	return resume(ctx, tx, &t)
}

// Pauses gives every time in which the clock of the task stood still or is to stand still, the earliest first.
func Pauses(ctx context.Context, tx store.Tx, id ID) (list []Pause, err error) {
	err = tx.Each(ctx, pausesSQL, []any{string(id)}, func(scan func(...any) error) error {
		var p Pause
		var from, until int64
		if err := scan(&p.Reason, &from, &until, &p.By); err != nil {
			return err
		}
		p.From, p.Until = clock.FromMicro(from), clock.FromMicro(until)
		list = append(list, p)
		return nil
	})
	return list, err
}

// one finds the open task of the subject in the version that was read.
func one(ctx context.Context, tx store.Tx, subject string, id ID, version int64) (Task, error) {
	list, err := OpenFor(ctx, tx, subject)
	if err != nil {
		return Task{}, err
	}
	if i := slices.IndexFunc(list, func(t Task) bool { return t.ID == id }); i >= 0 {
		if list[i].Version != version {
			return Task{}, fault.New(fault.Conflict, fault.CodeStale)
		}
		return list[i], nil
	}
	var there int
	if err := tx.One(ctx, thereSQL, []any{string(id), subject}, &there); err != nil {
		return Task{}, err
	}
	if there > 0 {
		return Task{}, fault.New(fault.Conflict, fault.CodeStale)
	}
	return Task{}, fault.New(fault.Withheld, fault.CodeWithheld)
}

// resume takes back what is left of a pause; without one it does nothing.
func resume(ctx context.Context, tx store.Tx, t *Task) error {
	if !t.Paused(tx.Now) {
		return nil
	}
	rest := t.Pause.Until.Sub(tx.Now)
	t.Pause.Until = tx.Now
	return shift(ctx, tx, t, -rest, func() error {
		_, err := tx.Exec(ctx, endedSQL, string(t.ID), clock.Micro(tx.Now))
		return err
	})
}

// settle ends the pauses of the subject's open tasks that are about to end, of the kind or, when it is empty, of all: what is
// done does not wait.
func settle(ctx context.Context, tx store.Tx, subject string, kind Kind) error {
	list, err := OpenFor(ctx, tx, subject)
	if err != nil {
		return err
	}
	for _, t := range list {
		if kind == "" || t.Kind == kind {
			if err := resume(ctx, tx, &t); err != nil {
				return err
			}
		}
	}
	return nil
}

// shift moves the due time by what the clock stands still, and keeps the pause.
func shift(ctx context.Context, tx store.Tx, t *Task, by time.Duration, record func() error) error {
	t.Due, t.PausedFor = t.Due.Add(by), t.PausedFor+by
	_, err := tx.Exec(ctx, standSQL, string(t.ID), clock.Micro(t.Due), string(t.Pause.Reason), clock.Micro(t.Pause.From), clock.Micro(t.Pause.Until), t.PausedFor.Microseconds())
	if err != nil {
		return err
	}
	if err := place(ctx, tx, t.Subject); err != nil {
		return err
	}
	return record()
}
