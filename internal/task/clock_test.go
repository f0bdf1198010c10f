package task_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"amparo/internal/fault"
	"amparo/internal/store"
	"amparo/internal/task"
)

const raisedTestSQL = `SELECT payload FROM job WHERE kind = 'task.due' ORDER BY id`

// steps tells the owner at 75 per cent, the supervisor at 100, the lead at 150, of the time that the clock runs.
func steps(_ context.Context, _ store.Tx, t task.Task) (list []task.Step, err error) {
	span := t.Due.Sub(t.Opened) - t.PausedFor
	for _, s := range []task.Step{{Percent: 75, Tell: "owner"}, {Percent: 100, Tell: "supervisor"}, {Percent: 150, Tell: "lead"}} {
		s.At = t.Opened.Add(t.PausedFor + span*time.Duration(s.Percent)/100)
		list = append(list, s)
	}
	return list, nil
}

// sweep looks at the clocks at a time after the start, and gives the number of tasks of which somebody hears.
func (b *bench) sweep(after time.Duration) (n int) {
	b.t.Helper()
	b.now = start.Add(after)
	b.write(func(ctx context.Context, tx store.Tx) (err error) { n, err = task.Sweep(ctx, tx, steps); return err })
	return n
}

// told gives what was raised, by its words.
func (b *bench) told() (list []string) {
	b.t.Helper()
	b.write(func(ctx context.Context, tx store.Tx) error {
		list = nil
		return tx.Each(ctx, raisedTestSQL, nil, func(scan func(...any) error) error {
			var payload string
			err := scan(&payload)
			list = append(list, payload)
			return err
		})
	})
	slices.Sort(list)
	return list
}

// only gives the one open task of the subject.
func (b *bench) only(subject string) (t task.Task) {
	b.t.Helper()
	b.write(func(ctx context.Context, tx store.Tx) error {
		list, err := task.OpenFor(ctx, tx, subject)
		if err == nil && len(list) != 1 {
			err = fmt.Errorf("%d open tasks", len(list))
		}
		if err == nil {
			t = list[0]
		}
		return err
	})
	return t
}

func (b *bench) hold(t task.Task, why task.Reason, until time.Duration) error {
	in := task.PauseInput{Subject: t.Subject, Task: t.ID, Version: t.Version, Reason: why, Until: start.Add(until)}
	return b.try(func(ctx context.Context, tx store.Tx) error { return task.Hold(ctx, tx, b.by, in, "begin") })
}

func (b *bench) resume(t task.Task) error {
	return b.try(func(ctx context.Context, tx store.Tx) error {
		return task.Resume(ctx, tx, b.by, t.Subject, t.ID, t.Version)
	})
}

// TestEachStepIsRaisedOnce lets the time of a task pass: each step is raised when it comes, once, and of those that were missed
// while nobody looked the highest alone.
func TestEachStepIsRaisedOnce(t *testing.T) {
	each(t, func(b *bench) {
		id := b.open("c", "assess", 4*time.Hour)
		b.open("d", "assess", 40*time.Hour)
		for _, c := range []struct {
			after time.Duration
			want  int
		}{{0, 0}, {3*time.Hour - 1, 0}, {3 * time.Hour, 1}, {3*time.Hour + 1, 0}, {10 * time.Hour, 1}, {11 * time.Hour, 0}, {29 * time.Hour, 0}} {
			if n := b.sweep(c.after); n != c.want {
				t.Errorf("after %v %d tasks are raised, want %d", c.after, n, c.want)
			}
		}
		var want []string
		for _, s := range []string{`"lead","percent":150`, `"owner","percent":75`} {
			want = append(want, `{"task":"`+string(id)+`","subject":"c","kind":"assess","tell":`+s+`}`)
		}
		if got := b.told(); !slices.Equal(got, want) {
			t.Errorf("raised %q, want %q", got, want)
		}
	})
}

// TestBroughtForwardIsLookedAtAgain makes a task more urgent after it was looked at.
func TestBroughtForwardIsLookedAtAgain(t *testing.T) {
	each(t, func(b *bench) {
		b.open("c", "assess", 40*time.Hour)
		b.sweep(0)
		b.open("c", "assess", time.Hour)
		if n := b.sweep(50 * time.Minute); n != 1 {
			t.Errorf("%d tasks are raised", n)
		}
	})
}

// TestAPauseMovesTheClock holds a clock, lets it go on early, and by itself.
func TestAPauseMovesTheClock(t *testing.T) {
	each(t, func(b *bench) {
		b.open("c", "assess", 4*time.Hour)
		b.now = start.Add(time.Hour)
		if err := b.hold(b.only("c"), task.WaitingForChild, 25*time.Hour); err != nil {
			t.Fatal(err)
		}
		if got := b.only("c"); !got.Due.Equal(start.Add(28*time.Hour)) || !got.Paused(b.now) || got.Urgency(start.Add(20*time.Hour)) != 25 {
			t.Errorf("paused: %+v, urgent to %d %%", got, got.Urgency(start.Add(20*time.Hour)))
		}
		if n := b.sweep(24 * time.Hour); n != 0 {
			t.Error("a clock that stands still was raised")
		}
		b.now = start.Add(3 * time.Hour)
		if err := b.resume(b.only("c")); err != nil {
			t.Fatal(err)
		}
		if got := b.only("c"); !got.Due.Equal(start.Add(6*time.Hour)) || got.Paused(b.now) || got.PausedFor != 2*time.Hour {
			t.Errorf("going on: %+v", got)
		}
		if err := b.resume(b.only("c")); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a clock that runs goes on: %v", err)
		}
		if n := b.sweep(5 * time.Hour); n != 1 {
			t.Errorf("%d tasks are raised at three quarters of the time that the clock ran", n)
		}
		if err := b.hold(b.only("c"), task.UnsafeToContact, 6*time.Hour); err != nil {
			t.Fatal(err)
		}
		if n, m := b.sweep(7*time.Hour-1), b.sweep(7*time.Hour); n != 0 || m != 1 {
			t.Errorf("%d, then %d tasks are raised after the pause", n, m)
		}
		id := b.only("c").ID
		b.write(func(ctx context.Context, tx store.Tx) error {
			list, err := task.Pauses(ctx, tx, id)
			want := []task.Pause{{task.WaitingForChild, start.Add(time.Hour), start.Add(3 * time.Hour), "test"},
				{task.UnsafeToContact, start.Add(5 * time.Hour), start.Add(6 * time.Hour), "test"}}
			if !slices.Equal(list, want) {
				t.Errorf("the pauses are %+v", list)
			}
			return err
		})
	})
}

func TestPauseRefusals(t *testing.T) {
	each(t, func(b *bench) {
		b.open("c", "assess", 4*time.Hour)
		b.open("r", task.ReadReply, 4*time.Hour)
		b.open("s", "begin", 4*time.Hour)
		good := b.only("c")
		stale, stranger := good, good
		stale.Version, stranger.Subject = 7, "r"
		for name, c := range map[string]struct {
			task  task.Task
			why   task.Reason
			until time.Duration
			want  fault.Kind
		}{
			"no reason":      {good, "tired", time.Hour, fault.Invalid},
			"no time":        {good, task.WaitingForChild, 0, fault.Invalid},
			"for ever":       {good, task.WaitingForChild, task.LongestPause + 1, fault.Invalid},
			"stale":          {stale, task.WaitingForChild, time.Hour, fault.Conflict},
			"another's":      {stranger, task.WaitingForChild, time.Hour, fault.Withheld},
			"words unread":   {b.only("r"), task.WaitingForChild, time.Hour, fault.Conflict},
			"not begun with": {b.only("s"), task.WaitingForChild, time.Hour, fault.Conflict},
		} {
			if err := b.hold(c.task, c.why, c.until); fault.KindOf(err) != c.want {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		if got := b.only("c"); got.Paused(start) || got.Version != good.Version {
			t.Errorf("refused, and changed: %+v", got)
		}
	})
}

// TestAnAnswerEndsTheWaiting has the child answer, and another clock be brought forward: what was waited for is there.
func TestAnAnswerEndsTheWaiting(t *testing.T) {
	each(t, func(b *bench) {
		for subject, why := range map[string]task.Reason{"c": task.WaitingForChild, "a": task.WaitingForAuthority, "u": task.WaitingForAuthority} {
			b.open(subject, "assess", 4*time.Hour)
			if err := b.hold(b.only(subject), why, 48*time.Hour); err != nil {
				t.Fatal(err)
			}
		}
		b.now = start.Add(time.Hour)
		b.write(func(ctx context.Context, tx store.Tx) error {
			_, err := task.Start(ctx, tx, b.by, task.Input{Subject: "u", Kind: "assess", Due: start.Add(2 * time.Hour)})
			return errors.Join(err, task.Nudge(ctx, tx, "c", start.Add(9*time.Hour)), task.Nudge(ctx, tx, "a", start.Add(9*time.Hour)))
		})
		for subject, want := range map[string]time.Duration{"c": 5 * time.Hour, "a": 52 * time.Hour, "u": 2 * time.Hour} {
			b.write(func(ctx context.Context, tx store.Tx) error {
				list, err := task.OpenFor(ctx, tx, subject)
				i := slices.IndexFunc(list, func(t task.Task) bool { return t.Kind == "assess" })
				if got := list[i]; !got.Due.Equal(start.Add(want)) || got.Paused(b.now) != (subject == "a") {
					t.Errorf("%s: %+v", subject, got)
				}
				return err
			})
		}
	})
}

// TestWhatIsDoneDoesNotWait ends tasks whose clocks stand still, in every way: what was left of the pause is not counted.
func TestWhatIsDoneDoesNotWait(t *testing.T) {
	each(t, func(b *bench) {
		for subject, end := range map[string]func(ctx context.Context, tx store.Tx, one task.Task) error{
			"complete": func(ctx context.Context, tx store.Tx, one task.Task) error {
				return task.Complete(ctx, tx, b.by, one.Subject, one.Kind)
			},
			"finish": func(ctx context.Context, tx store.Tx, one task.Task) error {
				return task.Finish(ctx, tx, b.by, one.Subject, one.ID, one.Version)
			},
			"cancel": func(ctx context.Context, tx store.Tx, one task.Task) error {
				return task.Cancel(ctx, tx, b.by, one.Subject)
			},
		} {
			b.now = start
			b.open(subject, "assess", 4*time.Hour)
			if err := b.hold(b.only(subject), task.UnsafeToContact, 48*time.Hour); err != nil {
				t.Fatal(err)
			}
			b.now = start.Add(time.Hour)
			held := b.only(subject)
			b.write(func(ctx context.Context, tx store.Tx) error { return end(ctx, tx, held) })
			b.write(func(ctx context.Context, tx store.Tx) error {
				ended, err := task.History(ctx, tx, subject)
				pauses, err2 := task.Pauses(ctx, tx, held.ID)
				if len(ended) != 1 || ended[0].State == task.Open || ended[0].PausedFor != time.Hour || len(pauses) != 1 || !pauses[0].Until.Equal(b.now) {
					t.Errorf("%s: %+v, of which the pauses are %+v", subject, ended, pauses)
				}
				return errors.Join(err, err2)
			})
		}
	})
}

// TestALateClockThatStandsStill is held when its time is over already: it is late again when it goes on, and not before.
func TestALateClockThatStandsStill(t *testing.T) {
	each(t, func(b *bench) {
		b.open("c", "assess", 4*time.Hour)
		b.now = start.Add(9 * time.Hour)
		if err := b.hold(b.only("c"), task.WaitingForAuthority, 33*time.Hour); err != nil {
			t.Fatal(err)
		}
		for after, late := range map[time.Duration]bool{10 * time.Hour: false, 33*time.Hour - 1: false, 33 * time.Hour: true} {
			if got := b.only("c"); got.Overdue(start.Add(after)) != late {
				t.Errorf("after %v it is late: %t", after, !late)
			}
		}
	})
}

// TestClocksAddUp pauses, goes on and waits in any order: what ran and what stood still is all the time there was, and no
// step is raised twice or early.
func TestClocksAddUp(t *testing.T) {
	each(t, func(b *bench) {
		n := 0
		rapid.Check(b.t, func(t *rapid.T) {
			n++
			subject, at := fmt.Sprint("c", n), time.Duration(0)
			b.now = start
			span := time.Duration(rapid.IntRange(1, 100).Draw(t, "hours")) * time.Hour
			b.open(subject, "assess", span)
			var stood, paused time.Duration // what has passed of pauses; when the one under way ends
			for range rapid.IntRange(1, 8).Draw(t, "steps") {
				now := b.only(subject)
				switch rapid.IntRange(0, 1).Draw(t, "what") {
				case 0:
					until := at + time.Duration(rapid.IntRange(1, 50).Draw(t, "pause"))*time.Hour
					if err := b.hold(now, task.WaitingForAuthority, until); err != nil {
						t.Fatal(err)
					}
					paused = until
				case 1:
					if err := b.resume(now); (err == nil) != (paused > at) {
						t.Fatalf("going on at %v of a pause until %v: %v", at, paused, err)
					}
					paused = min(paused, at)
				}
				next := at + time.Duration(rapid.IntRange(0, 60).Draw(t, "wait"))*time.Hour
				stood += max(0, min(paused, next)-at)
				at = next
				b.sweep(at)
				left := max(0, paused-at)
				got := b.only(subject)
				if got.PausedFor != stood+left || !got.Due.Equal(start.Add(span+stood+left)) {
					t.Fatalf("after %v, of which the clock stood for %v with %v to come: %+v", at, stood, left, got)
				}
				ran, want := at-stood, 0
				for _, percent := range []int{75, 100, 150} {
					if ran >= span*time.Duration(percent)/100 && left == 0 {
						want = percent
					}
				}
				if got.Raised > want && left == 0 || left == 0 && got.Raised != want {
					t.Fatalf("the clock ran for %v of %v, and the step raised is %d, want %d", ran, span, got.Raised, want)
				}
			}
		})
	})
}
