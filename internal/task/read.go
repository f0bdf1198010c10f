package task

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/store"
)

// OpenFor gives the open tasks of the subject, the most urgent first.
func OpenFor(ctx context.Context, tx store.Tx, subject string) ([]Task, error) {
	return query(ctx, tx, openForSQL, subject)
}

// History gives all tasks of the subject, the oldest first.
func History(ctx context.Context, tx store.Tx, subject string) ([]Task, error) {
	return query(ctx, tx, historySQL, subject)
}

// Blocking gives the open tasks of the subject that keep it from being finished.
func Blocking(ctx context.Context, tx store.Tx, subject string) ([]Task, error) {
	return query(ctx, tx, blockingSQL, subject)
}

// Next gives the most urgent open task of the subject; false when there is none.
func Next(ctx context.Context, tx store.Tx, subject string) (Task, bool, error) {
	list, err := OpenFor(ctx, tx, subject)
	if err != nil || len(list) == 0 {
		return Task{}, false, err
	}
	return list[0], true, nil
}

// Mine gives the open tasks that the actor owns, on subjects that the actor may do the action on, the most urgent
// first, at most limit of them.
func Mine(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action, limit int) ([]Task, error) {
	return query(ctx, tx, mineSQL, grant.ScopeFor(actor, action).Args(limit)...)
}

// FirstDue gives, for each of the subjects the actor may do the action on, the most urgent open task.
func FirstDue(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action) (map[string]Task, error) {
	list, err := query(ctx, tx, visibleSQL, grant.ScopeFor(actor, action).Args()...)
	first := make(map[string]Task, len(list))
	for _, t := range list {
		if _, ok := first[t.Subject]; !ok {
			first[t.Subject] = t
		}
	}
	return first, err
}

// NextOf gives the most urgent open task of each of the subjects; those without one are left out. Who may see them was decided by
// whoever gives the subjects.
func NextOf(ctx context.Context, tx store.Tx, subjects []string) (map[string]Task, error) {
	next := make(map[string]Task, len(subjects))
	err := tx.Many(ctx, nextOfSQL, subjects, func(scan func(...any) error) error {
		t, err := scanTask(scan)
		if _, ok := next[t.Subject]; !ok {
			next[t.Subject] = t
		}
		return err
	})
	return next, err
}

func query(ctx context.Context, tx store.Tx, statement string, args ...any) ([]Task, error) {
	var list []Task
	err := tx.Each(ctx, statement, args, func(scan func(...any) error) error {
		t, err := scanTask(scan)
		list = append(list, t)
		return err
	})
	return list, err
}

func scanTask(scan func(...any) error) (t Task, err error) {
	var blocking, opened, due, closed, from, until, stood int64
	err = scan(&t.ID, &t.Subject, &t.Kind, &t.Owner, &t.Agency, &blocking, &t.Label, &opened, &due, &t.State, &closed, &t.ClosedBy, &t.Version,
		&t.Pause.Reason, &from, &until, &stood, &t.Raised)
	t.Blocking = blocking == 1
	t.Opened, t.Due, t.Closed = clock.FromMicro(opened), clock.FromMicro(due), clock.FromMicro(closed)
	t.Pause.From, t.Pause.Until, t.PausedFor = clock.FromMicro(from), clock.FromMicro(until), time.Duration(stood)*time.Microsecond
	return t, err
}

// Oldest tells how long the most overdue open task has been due; zero when none is. For `doctor`.
func Oldest(ctx context.Context, tx store.Tx) (time.Duration, error) {
	var due int64
	if err := tx.One(ctx, oldestSQL, nil, &due); err != nil || due == 0 {
		return 0, err
	}
	return max(0, tx.Now.Sub(clock.FromMicro(due))), nil
}
