package triage

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/contact"
	"amparo/internal/door"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
)

// Hold lets a clock of a claimed report stand still, for a reason and until a time; it goes on by itself then, when the
// reporter writes, and when the priority is raised. The clock to begin reading never stands still. The errors are those of
// task.Hold.
func (r *Room) Hold(ctx context.Context, actor access.Actor, in task.PauseInput) error {
	q := door.Request{Actor: actor, Action: access.ReportPause, Subject: in.Subject}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		return map[string]string{"reason": string(in.Reason)}, task.Hold(ctx, tx, by, in, TaskStart)
	})
}

// GoOn lets a clock of a claimed report go on at once. One that runs is fault.Conflict.
func (r *Room) GoOn(ctx context.Context, actor access.Actor, id report.ID, which task.ID, version int64) error {
	return r.do(ctx, actor, access.ReportPause, id, func(ctx context.Context, tx store.Tx, by access.Proof) error {
		return task.Resume(ctx, tx, by, string(id), which, version)
	})
}

// Reached notes that another safe way to the reporter was found, or that none is, after a text to them has failed: it ends the task to look for one.
// Saying it again changes nothing.
func (r *Room) Reached(ctx context.Context, actor access.Actor, id report.ID) error {
	return r.do(ctx, actor, access.ReportReply, id, func(ctx context.Context, tx store.Tx, by access.Proof) error {
		return task.Complete(ctx, tx, by, string(id), contact.TaskFailed)
	})
}
