package task_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/task"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// a bench is one database and a clock that the test moves.
type bench struct {
	t    *testing.T
	main *store.Store
	by   access.Proof
	now  time.Time
}

func each(t *testing.T, f func(b *bench)) {
	t.Helper()
	var now time.Time
	storetest.Each(t, clock.Func(func() time.Time { return now }), func(t *testing.T, main, _ *store.Store) {
		by, err := access.Own(access.System("test"), access.CaseRecord)
		if err != nil {
			t.Fatal(err)
		}
		b := &bench{t: t, main: main, by: by, now: start}
		now = start
		f(b)
	})
}

// write runs f and wants it to go well.
func (b *bench) write(f func(ctx context.Context, tx store.Tx) error) {
	b.t.Helper()
	if err := b.try(f); err != nil {
		b.t.Fatal(err)
	}
}

// try runs f at the bench's own time.
func (b *bench) try(f func(ctx context.Context, tx store.Tx) error) error {
	ctx := b.t.Context()
	return b.main.Write(ctx, func(tx store.Tx) error {
		tx.Now = b.now
		return f(ctx, tx)
	})
}

func (b *bench) open(subject string, kind task.Kind, due time.Duration, more ...func(*task.Input)) (id task.ID) {
	b.t.Helper()
	in := task.Input{Subject: subject, Kind: kind, Agency: "line", Due: start.Add(due)}
	for _, m := range more {
		m(&in)
	}
	b.write(func(ctx context.Context, tx store.Tx) (err error) {
		id, err = task.Start(ctx, tx, b.by, in)
		return err
	})
	return id
}

func owned(by string) func(*task.Input)   { return func(in *task.Input) { in.Owner = by } }
func labelled(s string) func(*task.Input) { return func(in *task.Input) { in.Label = []byte(s) } }
func blocking(in *task.Input)             { in.Blocking = true }
func kinds(list []task.Task) (k []task.Kind) {
	for _, t := range list {
		k = append(k, t.Kind)
	}
	return k
}

func (b *bench) openKinds(subject string) (k []task.Kind) {
	b.t.Helper()
	b.write(func(ctx context.Context, tx store.Tx) error {
		list, err := task.OpenFor(ctx, tx, subject)
		k = kinds(list)
		return err
	})
	return k
}

func TestMostUrgentFirst(t *testing.T) {
	each(t, func(b *bench) {
		b.open("c", "assess", 72*time.Hour)
		b.open("c", "contact_child", 24*time.Hour)
		b.open("other", "assess", time.Hour)
		if diff := cmp.Diff([]task.Kind{"contact_child", "assess"}, b.openKinds("c")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOneOpenTaskOfAKind(t *testing.T) {
	each(t, func(b *bench) {
		first := b.open("c", "assess", 72*time.Hour)
		again := b.open("c", "assess", 24*time.Hour) // more urgent now: brought forward
		later := b.open("c", "assess", 96*time.Hour) // never put off
		if first != again || first != later {
			t.Errorf("three tasks %s %s %s", first, again, later)
		}
		b.write(func(ctx context.Context, tx store.Tx) error {
			next, ok, err := task.Next(ctx, tx, "c")
			if !ok || !next.Due.Equal(start.Add(24*time.Hour)) {
				b.t.Errorf("due %v", next.Due)
			}
			return err
		})
		if a, c := b.open("c", "action", time.Hour, labelled("x")), b.open("c", "action", time.Hour, labelled("y")); a == c {
			t.Error("two actions with labels of their own became one")
		}
	})
}

func TestOnlyOneOfManyAtOnce(t *testing.T) {
	each(t, func(b *bench) {
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				err := b.try(func(ctx context.Context, tx store.Tx) error {
					_, err := task.Start(ctx, tx, b.by, task.Input{Subject: "c", Kind: "assess", Due: start.Add(time.Hour)})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if n := len(b.openKinds("c")); n != 1 {
			t.Errorf("%d open tasks of one kind", n)
		}
	})
}

func TestFinishRefusals(t *testing.T) {
	each(t, func(b *bench) {
		id := b.open("c", "assess", time.Hour)
		finish := func(subject string, version int64) error {
			return b.try(func(ctx context.Context, tx store.Tx) error { return task.Finish(ctx, tx, b.by, subject, id, version) })
		}
		if err := finish("stranger", 1); fault.KindOf(err) != fault.Withheld {
			t.Errorf("through another subject: %v", err)
		}
		if err := finish("c", 7); fault.KindOf(err) != fault.Conflict {
			t.Errorf("with a stale version: %v", err)
		}
		if err := finish("c", 1); err != nil {
			t.Error(err)
		}
		if err := finish("c", 1); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a second time: %v", err)
		}
		b.write(func(ctx context.Context, tx store.Tx) error {
			list, err := task.History(ctx, tx, "c")
			if len(list) != 1 || list[0].State != task.Done || list[0].ClosedBy != "test" || !list[0].Closed.Equal(start) {
				t.Errorf("history %+v", list)
			}
			return err
		})
	})
}

func TestStartRefusals(t *testing.T) {
	each(t, func(b *bench) {
		for _, in := range []task.Input{{Kind: "k", Due: start}, {Subject: "c", Due: start}, {Subject: "c", Kind: "k"}} {
			if b.try(func(ctx context.Context, tx store.Tx) error { _, err := task.Start(ctx, tx, b.by, in); return err }) == nil {
				t.Errorf("took %+v", in)
			}
		}
	})
}

func TestMoveAssignCancel(t *testing.T) {
	each(t, func(b *bench) {
		b.open("r", "contact_child", 24*time.Hour)
		b.open("r", "hand_off", time.Hour, blocking)
		b.open("c", "own", 2*time.Hour, owned("huda"))
		b.write(func(ctx context.Context, tx store.Tx) error {
			return errors.Join(task.Move(ctx, tx, b.by, "r", "c"), task.Assign(ctx, tx, b.by, "c", "", "omar"))
		})
		b.write(func(ctx context.Context, tx store.Tx) error {
			list, err := task.OpenFor(ctx, tx, "c")
			if diff := cmp.Diff([]task.Kind{"hand_off", "own", "contact_child"}, kinds(list)); diff != "" {
				t.Error(diff)
			}
			if list[0].Owner != "omar" || list[1].Owner != "huda" || !list[0].Opened.Equal(start) {
				t.Errorf("owners or clocks changed: %+v", list)
			}
			block, err2 := task.Blocking(ctx, tx, "c")
			if len(block) != 1 || block[0].Kind != "hand_off" {
				t.Errorf("blocking %v", kinds(block))
			}
			return errors.Join(err, err2, task.Cancel(ctx, tx, b.by, "c"))
		})
		if left := b.openKinds("c"); len(left) != 0 {
			t.Errorf("still open: %v", left)
		}
	})
}

func TestNudge(t *testing.T) {
	each(t, func(b *bench) {
		b.open("c", "assess", 72*time.Hour, owned("huda"))
		b.write(func(ctx context.Context, tx store.Tx) error { return task.Nudge(ctx, tx, "c", start.Add(4*time.Hour)) })
		b.write(func(ctx context.Context, tx store.Tx) error { return task.Nudge(ctx, tx, "c", start.Add(2*time.Hour)) })
		b.write(func(ctx context.Context, tx store.Tx) error {
			list, err := task.OpenFor(ctx, tx, "c")
			if len(list) != 2 || list[0].Kind != task.ReadReply || list[0].Owner != "huda" || !list[0].Due.Equal(start.Add(2*time.Hour)) {
				t.Errorf("after two replies: %+v", list)
			}
			return err
		})
	})
}

func TestListsShowOnlyWhatIsYours(t *testing.T) {
	each(t, func(b *bench) {
		b.open("mine", "assess", time.Hour, owned("omar"))
		b.open("lost", "assess", time.Hour, owned("omar")) // the case went to somebody else, the task not yet
		b.open("hidden", "assess", time.Hour, owned("omar"))
		omar := access.Actor{Kind: access.Staff, ID: "omar", Agency: "line", Roles: []access.Role{access.CaseManager}}
		b.write(func(ctx context.Context, tx store.Tx) error {
			return errors.Join(
				grant.Give(ctx, tx, b.by, "mine", "omar", access.Manager),
				grant.Give(ctx, tx, b.by, "hidden", "omar", access.Manager),
				grant.Exclude(ctx, tx, b.by, "hidden", "omar", grant.Declared),
			)
		})
		b.write(func(ctx context.Context, tx store.Tx) error {
			mine, err := task.Mine(ctx, tx, omar, access.CaseRead, 50)
			first, err2 := task.FirstDue(ctx, tx, omar, access.CaseRead)
			if len(mine) != 1 || mine[0].Subject != "mine" || len(first) != 1 || first["mine"].Kind != "assess" {
				t.Errorf("mine %+v, first %+v", mine, first)
			}
			return errors.Join(err, err2)
		})
	})
}

func TestUrgency(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		span := time.Duration(rapid.Int64Range(-10, int64(1000*time.Hour)).Draw(t, "span"))
		passed := time.Duration(rapid.Int64Range(-int64(time.Hour), int64(2000*time.Hour)).Draw(t, "passed"))
		one := task.Task{Opened: start, Due: start.Add(span), State: task.Open}
		u, more := one.Urgency(start.Add(passed)), one.Urgency(start.Add(passed+time.Minute))
		if u < 0 || more < u {
			t.Fatalf("urgency %d, a minute later %d", u, more)
		}
		if span > 0 && one.Overdue(start.Add(passed)) && u < 100 {
			t.Fatalf("overdue at %d %%", u)
		}
	})
	forgotten := task.Task{Opened: start, Due: start.AddDate(0, 1, 0), State: task.Open}
	for _, years := range []int{1, 4, 40} {
		if u := forgotten.Urgency(start.AddDate(years, 0, 0)); u < 100*11*years {
			t.Errorf("forgotten for %d years, and urgent to %d %%", years, u)
		}
	}
}
