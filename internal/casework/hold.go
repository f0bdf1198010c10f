package casework

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A HoldInput says which clock of a case stands still, why, and until when.
type HoldInput struct {
	Case    ID
	Task    task.ID
	Reason  task.Reason
	Until   time.Time
	Version int64
}

// Hold lets the clock of an open task stand still. It goes on by itself when the time has come or, when the child was waited
// for, when an answer comes in. The errors are those of task.Hold; a task that has ended is fault.CodeStale.
func (r *Room) Hold(ctx context.Context, actor access.Actor, in HoldInput) error {
	hold := task.PauseInput{Subject: string(in.Case), Task: in.Task, Reason: in.Reason, Until: in.Until}
	wrong := hold.Check(r.Clock.Now())
	return r.change(ctx, actor, access.CasePause, in.Case, in.Version, Open, wrong, func(ctx context.Context, tx store.Tx, by access.Proof, _ Case) error {
		t, err := openTask(ctx, tx, in.Case, in.Task)
		if err != nil {
			return err
		}
		hold.Version = t.Version
		return first(
			func() error { return task.Hold(ctx, tx, by, hold) },
			func() error {
				return r.event(ctx, tx, by, in.Case, Held,
					map[string]string{"task": string(in.Task), "reason": string(in.Reason), "until": in.Until.UTC().Format(time.RFC3339)})
			},
		)
	})
}

// GoOn lets a clock that stands still go on at once. version is the case's.
func (r *Room) GoOn(ctx context.Context, actor access.Actor, id ID, which task.ID, version int64) error {
	return r.change(ctx, actor, access.CasePause, id, version, Open, nil, func(ctx context.Context, tx store.Tx, by access.Proof, _ Case) error {
		t, err := openTask(ctx, tx, id, which)
		if err != nil {
			return err
		}
		return first(
			func() error { return task.Resume(ctx, tx, by, string(id), which, t.Version) },
			func() error { return r.event(ctx, tx, by, id, WentOn, map[string]string{"task": string(which)}) },
		)
	})
}

// openTask finds an open task of the case; one that is not open there is fault.CodeStale.
func openTask(ctx context.Context, tx store.Tx, id ID, which task.ID) (task.Task, error) {
	open, err := task.OpenFor(ctx, tx, string(id))
	if err != nil {
		return task.Task{}, err
	}
	if i := slices.IndexFunc(open, func(t task.Task) bool { return t.ID == which }); i >= 0 {
		return open[i], nil
	}
	return task.Task{}, fault.New(fault.Conflict, fault.CodeStale)
}
