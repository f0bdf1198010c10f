package task

import (
	"context"
	"fmt"
	"math"
	"time"

	"amparo/internal/clock"
	"amparo/internal/jobs"
	"amparo/internal/store"
)

const (
	aheadSQL = `SELECT DISTINCT subject FROM task WHERE state = 'open' AND opened_at > $1`
	// anewSQL starts the clocks of a subject anew that were started while the machine's own was ahead.
	anewSQL = `UPDATE task SET due_at = due_at - (opened_at - $2), opened_at = $2, look_at = 0, version = version + 1
		WHERE subject = $1 AND state = 'open' AND opened_at > $3`
)

// aheadBy is how much the clocks of machines may differ.
const aheadBy = time.Minute

// SetBack starts anew, from now, the clocks of open tasks that were started while the machine's clock was ahead: what is due in a quarter of an hour would
// else be due a quarter of an hour after a time that has not come.
func SetBack(ctx context.Context, tx store.Tx) error {
	now, ahead := clock.Micro(tx.Now), clock.Micro(tx.Now.Add(aheadBy))
	var subjects []string
	err := tx.Each(ctx, aheadSQL, []any{ahead}, func(scan func(...any) error) error {
		var one string
		err := scan(&one)
		subjects = append(subjects, one)
		return err
	})
	if err != nil {
		return err
	}
	for _, subject := range subjects {
		if _, err := tx.Exec(ctx, anewSQL, subject, now, ahead); err != nil {
			return err
		}
		if err := place(ctx, tx, subject); err != nil {
			return err
		}
	}
	return nil
}

// Steps gives the steps of escalation of a task, the earliest first. None are given for a task that nobody else hears of.
type Steps func(ctx context.Context, tx store.Tx, t Task) ([]Step, error)

// Sweep enqueues DueJob for the step of escalation that an open task has passed since it was looked at last, and gives the
// number of tasks for which it did. When several have been passed at once the highest is raised alone: who hears of it has
// everybody of the lower ones among them, and nobody is told twice. A clock that stands still passes none. It handles at most
// a thousand tasks at once; the rest wait for the next sweep.
func Sweep(ctx context.Context, tx store.Tx, steps Steps) (raised int, err error) {
	list, err := query(ctx, tx, lookAtSQL, clock.Micro(tx.Now))
	if err != nil {
		return 0, err
	}
	for _, t := range list {
		passed, err := look(ctx, tx, t, steps)
		if err != nil {
			return 0, fmt.Errorf("looking at the clock of task %s: %w", t.ID, err)
		}
		if passed {
			raised++
		}
	}
	return raised, nil
}

// look raises the highest step that has passed, if that is a new one, and notes when the next one does.
func look(ctx context.Context, tx store.Tx, t Task, steps Steps) (raised bool, err error) {
	if t.Paused(tx.Now) {
		return false, note(ctx, tx, t, t.Raised, t.Pause.Until)
	}
	all, err := steps(ctx, tx, t)
	if err != nil {
		return false, err
	}
	passed, next := Step{Percent: t.Raised}, time.Time{}
	for _, s := range all {
		switch {
		case s.Percent <= t.Raised:
		case !s.At.After(tx.Now):
			passed = s
		case next.IsZero():
			next = s.At
		}
	}
	if passed.Percent > t.Raised {
		due := Due{t.ID, t.Subject, t.Kind, passed.Tell, passed.Percent}
		err = jobs.Enqueue(ctx, tx, jobs.Job{Kind: DueJob, Key: fmt.Sprintf("%s:%s:%d", DueJob, t.ID, passed.Percent), Payload: due, At: tx.Now})
		if err != nil {
			return false, err
		}
	}
	return passed.Percent > t.Raised, note(ctx, tx, t, passed.Percent, next)
}

// note keeps how far the escalation went, and when to look again; the zero time is never.
func note(ctx context.Context, tx store.Tx, t Task, percent int, again time.Time) error {
	at := int64(math.MaxInt64)
	if !again.IsZero() {
		at = clock.Micro(again)
	}
	_, err := tx.Exec(ctx, lookSQL, string(t.ID), percent, at)
	return err
}
