package task_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/access"
	"amparo/internal/grant"
	"amparo/internal/store"
	"amparo/internal/task"
)

// TestLateAndStopped counts what is late by kind and step of escalation, what stands still apart from it, and nothing of what the
// reader must not know of or what is another agency's.
func TestLateAndStopped(t *testing.T) {
	each(t, func(b *bench) {
		old := b.open("r1", "contact", time.Hour)
		b.open("r2", "contact", 2*time.Hour)
		b.open("r3", "contact", time.Hour) // whom it is about supervises
		b.open("r4", "contact", time.Hour) // of another agency
		b.open("r5", "contact", 9*time.Hour)
		still := b.open("c1", "plan", time.Hour)
		b.open("c1", "review", time.Hour, owned("mona"))
		b.write(func(ctx context.Context, tx store.Tx) error {
			for _, subject := range []string{"r1", "r2", "r3", "r5"} {
				if err := grant.Give(ctx, tx, b.by, subject, "line", access.Desk); err != nil {
					return err
				}
			}
			if err := grant.Give(ctx, tx, b.by, "r4", "other", access.Desk); err != nil {
				return err
			}
			if err := grant.Exclude(ctx, tx, b.by, "r3", "salma", grant.Named); err != nil {
				return err
			}
			return grant.Give(ctx, tx, b.by, "c1", "line", access.Agency)
		})
		b.write(func(ctx context.Context, tx store.Tx) error {
			return task.Hold(ctx, tx, b.by, task.PauseInput{Subject: "c1", Task: still, Version: 1, Reason: task.UnsafeToContact, Until: start.Add(50 * time.Hour)})
		})
		b.now = start.Add(3 * time.Hour)
		b.write(func(ctx context.Context, tx store.Tx) error { // the first of them has gone up
			_, err := task.Sweep(ctx, tx, func(_ context.Context, _ store.Tx, t task.Task) ([]task.Step, error) {
				if t.ID != old {
					return nil, nil
				}
				return []task.Step{{Percent: 100, Tell: "supervisor", At: t.Due}, {Percent: 150, Tell: "service_lead", At: t.Due}}, nil
			})
			return err
		})
		see := func(who string) (late []task.Late, stopped []task.Stopped, subjects []string) {
			actor := access.Actor{Kind: access.Staff, ID: who, Agency: "line", Roles: []access.Role{access.Supervisor}}
			b.write(func(ctx context.Context, tx store.Tx) (err error) {
				if late, err = task.AllLate(ctx, tx, actor, access.InsightRead); err != nil {
					return err
				}
				if stopped, err = task.AllStopped(ctx, tx, actor, access.InsightRead); err != nil {
					return err
				}
				subjects = nil
				list, err := task.Latest(ctx, tx, actor, access.InsightRead, 3)
				for _, one := range list {
					subjects = append(subjects, one.Subject)
				}
				return err
			})
			return late, stopped, subjects
		}
		late, stopped, subjects := see("salma")
		want := []task.Late{{Kind: "contact", Step: 0, Count: 1}, {Kind: "contact", Step: 150, Count: 1}, {Kind: "review", Step: 0, Count: 1}}
		if diff := cmp.Diff(want, late); diff != "" {
			t.Errorf("late: %s", diff)
		}
		if diff := cmp.Diff([]task.Stopped{{Kind: "plan", Reason: task.UnsafeToContact, Count: 1}}, stopped); diff != "" {
			t.Errorf("stopped: %s", diff)
		}
		if len(subjects) != 3 || subjects[2] != "r2" {
			t.Errorf("the latest are of %v", subjects)
		}
		if late, _, subjects := see("laila"); len(late) != 3 || late[0].Count != 2 || len(subjects) != 3 {
			t.Errorf("a colleague sees %+v, %v", late, subjects)
		}
		b.now = start.Add(51*time.Hour + time.Second)
		if late, stopped, _ := see("salma"); len(stopped) != 0 || len(late) != 4 {
			t.Errorf("when the pause is over: %+v, %+v", late, stopped)
		}
	})
}
