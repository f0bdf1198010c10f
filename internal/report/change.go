package report

import (
	"context"
	"errors"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
	"amparo/internal/task"
)

// ErrKept says that the report is there already: its envelope was opened before.
var ErrKept = errors.New("the report is there already")

// Keep stores a report that was just opened, and counts it by day (in the zone given) and coarse codes. Keeping it
// again is ErrKept and changes nothing.
func Keep(ctx context.Context, tx store.Tx, by access.Proof, r Report, s Sealed, zone *time.Location) error {
	if err := insert(ctx, tx, by, r, s); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, tallySQL, clock.Day(r.Received, zone), r.Pack, string(r.Reader), string(r.Channel), r.Language)
	return err
}

// insert stores a report and gives it its place in the queue; one that is there already is ErrKept.
func insert(ctx context.Context, tx store.Tx, by access.Proof, r Report, s Sealed) error {
	quarantine := 0
	if r.Quarantined {
		quarantine = 1
	}
	rows, err := tx.Exec(ctx, keepSQL, string(r.ID), r.Pack, r.Language, string(r.Reader), string(r.Channel), r.Area, r.Agency,
		r.Instrument, quarantine, s.Content, s.Identity, clock.Micro(r.Received), clock.Micro(tx.Now), s.CameBy)
	switch {
	case err != nil:
		return err
	case rows == 0:
		return ErrKept
	}
	return task.Enqueue(ctx, tx, by, string(r.ID), r.Received)
}

// Take moves a waiting report into triage; the first time is when it was begun. One that is not waiting is fault.Conflict "fault.claimed".
func Take(ctx context.Context, tx store.Tx, by access.Proof, id ID) error {
	if err := move(ctx, tx, takeSQL, "fault.claimed", string(id), clock.Micro(tx.Now)); err != nil {
		return err
	}
	return task.Pass(ctx, tx, by, string(id), task.Taken)
}

// Release puts a report in triage back among the waiting. One that is not in triage is fault.Conflict "fault.stale".
func Release(ctx context.Context, tx store.Tx, by access.Proof, id ID) error {
	if err := move(ctx, tx, releaseSQL, fault.CodeStale, string(id)); err != nil {
		return err
	}
	return task.Pass(ctx, tx, by, string(id), task.Waiting)
}

// Resolve gives a report in triage its outcome. One that has an outcome is fault.Conflict "fault.resolved".
func Resolve(ctx context.Context, tx store.Tx, by access.Proof, id ID, o Outcome) error {
	if !slices.Contains(Outcomes, o) {
		return fault.New(fault.Invalid, "fault.form").With("outcome", "fault.answer_code")
	}
	if err := move(ctx, tx, resolveSQL, "fault.resolved", string(id), string(o), clock.Micro(tx.Now), by.Actor().ID); err != nil {
		return err
	}
	return task.Pass(ctx, tx, by, string(id), task.Left)
}

func move(ctx context.Context, tx store.Tx, statement string, refusal fault.Code, args ...any) error {
	rows, err := tx.Exec(ctx, statement, args...)
	if err == nil && rows == 0 {
		return fault.New(fault.Conflict, refusal)
	}
	return err
}
