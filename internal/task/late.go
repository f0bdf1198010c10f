package task

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/store"
)

// Late counts the open tasks of a kind that should have been done by now, by the last step of escalation that was raised.
type Late struct {
	Kind  Kind
	Step  int // per cent of the task's time; 0 when nobody else has heard of it yet
	Count int
}

// Stopped counts the open tasks of a kind whose clock stands still, by the reason.
type Stopped struct {
	Kind   Kind
	Reason Reason
	Count  int
}

const (
	tied       = `EXISTS (SELECT 1 FROM access_grant g WHERE g.subject = t.subject AND ` + grant.TiedSQL + `)`
	overdue    = `state = 'open' AND due_at < $7 AND paused_until <= $7 AND ` + tied
	lateSQL    = `SELECT kind, step, count(*) FROM task t WHERE ` + overdue + ` GROUP BY kind, step ORDER BY kind, step`
	latestSQL  = `SELECT ` + columns + ` FROM task t WHERE ` + overdue + ` ORDER BY due_at, id LIMIT $8`
	stoppedSQL = `SELECT kind, pause_reason, count(*) FROM task t WHERE state = 'open' AND paused_until > $7 AND ` + tied + `
		GROUP BY kind, pause_reason ORDER BY kind, pause_reason`
)

// AllLate counts the tasks that are late now, on subjects that the actor may do the action on. A clock that stands still is not
// late.
func AllLate(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action) (list []Late, err error) {
	args := grant.ScopeFor(actor, action).Args(clock.Micro(tx.Now))
	err = tx.Each(ctx, lateSQL, args, func(scan func(...any) error) error {
		var l Late
		err := scan(&l.Kind, &l.Step, &l.Count)
		list = append(list, l)
		return err
	})
	return list, err
}

// Latest gives the tasks that are late now, on subjects that the actor may do the action on: those that are late by most first,
// at most limit of them.
func Latest(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action, limit int) ([]Task, error) {
	return query(ctx, tx, latestSQL, grant.ScopeFor(actor, action).Args(clock.Micro(tx.Now), limit)...)
}

// AllStopped counts the tasks whose clock stands still now, on subjects that the actor may do the action on.
func AllStopped(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action) (list []Stopped, err error) {
	args := grant.ScopeFor(actor, action).Args(clock.Micro(tx.Now))
	err = tx.Each(ctx, stoppedSQL, args, func(scan func(...any) error) error {
		var s Stopped
		err := scan(&s.Kind, &s.Reason, &s.Count)
		list = append(list, s)
		return err
	})
	return list, err
}
