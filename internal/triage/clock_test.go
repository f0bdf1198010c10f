package triage_test

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/packs"
)

// write runs f in a transaction of its own, as the program itself.
func (d *desk) write(f func(ctx context.Context, tx store.Tx, by access.Proof) error) {
	d.t.Helper()
	by, err := access.Own(access.System("test"), access.ReportRead)
	if err == nil {
		err = d.main.Write(d.t.Context(), func(tx store.Tx) error { return f(d.t.Context(), tx, by) })
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// tasks are the open tasks of a report by their kind.
func (d *desk) tasks(id report.ID) map[task.Kind]task.Task {
	d.t.Helper()
	list := map[task.Kind]task.Task{}
	d.read(func(ctx context.Context, tx store.Tx) error {
		open, err := task.OpenFor(ctx, tx, string(id))
		for _, one := range open {
			list[one.Kind] = one
		}
		return err
	})
	return list
}

// answered has an answer come in, as the mailbox does.
func (d *desk) answered(id report.ID, due time.Duration) {
	d.t.Helper()
	d.write(func(ctx context.Context, tx store.Tx, by access.Proof) error {
		if err := task.Nudge(ctx, tx, string(id), d.now.Add(due)); err != nil {
			return err
		}
		holder, err := grant.Holder(ctx, tx, string(id), access.Claimant)
		if err != nil {
			return err
		}
		return task.Assign(ctx, tx, by, string(id), "", holder)
	})
}

// must ends the test on an error.
func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// wants compares the code of an error.
func (d *desk) wants(what string, err error, want fault.Code) {
	d.t.Helper()
	if fault.CodeOf(err) != want || err == nil {
		d.t.Errorf("%s gave %v, want %s", what, err, want)
	}
}

func (d *desk) finished(id report.ID) error {
	return d.room.Finish(d.t.Context(), d.huda(), triage.Resolution{Report: id, Outcome: report.InsufficientInfo, Message: "thank you"})
}

// TestAReportIsNeverWithoutAClock follows one from the desk to its outcome, put back and claimed again in between.
func TestAReportIsNeverWithoutAClock(t *testing.T) {
	each(t, func(d *desk) {
		ctx, id := d.t.Context(), d.told(map[string][]string{"danger": {"yes"}})
		wants := func(when string, start, assign time.Time, owner string) {
			d.t.Helper()
			got := d.tasks(id)
			if !got[triage.TaskStart].Due.Equal(start) || !got[triage.TaskAssign].Due.Equal(assign) || got[triage.TaskAssign].Owner != owner {
				d.t.Errorf("%s: %+v", when, got)
			}
		}
		never, hour := time.Time{}, start.Add(time.Hour)
		wants("on the desk", start.Add(15*time.Minute), hour, "")
		*d.now = start.Add(10 * time.Minute)
		d.must(d.room.Claim(ctx, d.huda(), id))
		wants("claimed", never, hour, "huda")
		*d.now = start.Add(20 * time.Minute)
		d.must(d.room.Release(ctx, d.huda(), id))
		wants("put back", start.Add(35*time.Minute), hour, "")
		d.must(d.room.Claim(ctx, d.omar(), id))
		d.must(d.decide(d.omar(), id, ruleset.P1, ""))
		wants("claimed by another", never, hour, "omar")
		d.checked(d.omar(), id)
		d.must(d.room.Finish(ctx, d.omar(), triage.Resolution{Report: id, Outcome: report.NotInScope, Message: "thank you"}))
		if left := d.tasks(id); len(left) != 0 {
			d.t.Errorf("it has its outcome, and the tasks %v", left)
		}
	})
}

// TestRaisingBringsTheClocksForward raises what waits, and lowers it again: a clock is never put off.
func TestRaisingBringsTheClocksForward(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"no"}})
		d.answered(id, 8*time.Hour)
		*d.now = start.Add(time.Hour)
		d.must(d.decide(d.salma(), id, ruleset.P1, ""))
		d.must(d.decide(d.salma(), id, ruleset.P3, "a mistake"))
		got := d.tasks(id)
		for kind, want := range map[task.Kind]time.Duration{triage.TaskStart: 15 * time.Minute, task.ReadReply: 15 * time.Minute, triage.TaskAssign: time.Hour} {
			if !got[kind].Due.Equal(d.now.Add(want)) {
				d.t.Errorf("%s is due %v, want %v after the decision", kind, got[kind].Due, want)
			}
		}
		if len(got) != 3 {
			d.t.Errorf("the tasks are %v", got)
		}
		d.must(d.room.Claim(d.t.Context(), d.huda(), id))
		d.must(d.decide(d.huda(), id, ruleset.P2, ""))
		if _, again := d.tasks(id)[triage.TaskStart]; again {
			d.t.Error("raising what is being read asks to begin reading it")
		}
	})
}

// TestAReportDoesNotEndOverAnAnswer gives an outcome while something that was said was not read.
func TestAReportDoesNotEndOverAnAnswer(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"no"}})
		d.must(d.room.Claim(d.t.Context(), d.huda(), id))
		d.must(d.decide(d.huda(), id, d.standing(id).Priority, ""))
		d.answered(id, time.Hour)
		d.wants("an outcome over it", d.finished(id), mailbox.CodeWaits)
		if len(d.listed(d.huda())) != 1 || len(d.tasks(id)) != 2 {
			d.t.Errorf("left %v with %v", d.listed(d.huda()), d.tasks(id))
		}
		d.write(func(ctx context.Context, tx store.Tx, by access.Proof) error {
			return task.Complete(ctx, tx, by, string(id), task.ReadReply)
		})
		d.must(d.finished(id))
	})
}

// TestAnAnswerAfterTheOutcomeIsInTheQueue answers a report that has its outcome: the desk sees it, and when who had it is
// away, somebody else can take it.
func TestAnAnswerAfterTheOutcomeIsInTheQueue(t *testing.T) {
	each(t, func(d *desk) {
		ctx, id := d.t.Context(), d.told(map[string][]string{"danger": {"no"}, "must_not_know": {"Omar"}})
		d.must(d.room.Claim(ctx, d.huda(), id))
		d.must(d.decide(d.huda(), id, d.standing(id).Priority, ""))
		d.must(d.finished(id))
		if q := d.queue(d.huda(), 0, 9); q.Total != 0 {
			d.t.Errorf("nothing waits, and the queue has %v", ids(q))
		}
		d.answered(id, time.Hour)
		for who, want := range map[string]int{"huda": 1, "hala": 1, "omar": 0} {
			if q := d.queue(staff(who, d.agency, access.DutyOfficer), 0, 9); q.Total != want || want == 1 && (q.Lines[0].Next != task.ReadReply || q.Lines[0].Holder != "huda") {
				d.t.Errorf("%s sees %+v", who, q)
			}
		}
		hala := staff("hala", d.agency, access.DutyOfficer)
		d.wants("taking what huda has", d.room.Claim(ctx, hala, id), "fault.claimed")
		d.must(d.room.Release(ctx, d.salma(), id))
		d.wants("putting it back twice", d.room.Release(ctx, d.salma(), id), fault.CodeStale)
		d.must(d.room.Claim(ctx, hala, id))
		if got := d.tasks(id); len(got) != 1 || got[task.ReadReply].Owner != "hala" {
			d.t.Errorf("after hala took it: %v", got)
		}
		d.wants("another outcome", d.room.Finish(ctx, hala, triage.Resolution{Report: id, Outcome: report.NotInScope, Message: "x"}), mailbox.CodeWaits)
		d.write(func(ctx context.Context, tx store.Tx, by access.Proof) error {
			return task.Complete(ctx, tx, by, string(id), task.ReadReply)
		})
		d.wants("another outcome", d.room.Finish(ctx, hala, triage.Resolution{Report: id, Outcome: report.NotInScope, Message: "x"}), "fault.resolved")
		if q := d.queue(hala, 0, 9); q.Total != 0 {
			d.t.Errorf("it was read, and the queue has %v", ids(q))
		}
	})
}

func TestWhatBecameACaseIsNotClaimedAgain(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(nil)
		d.must(d.room.Claim(d.t.Context(), d.huda(), id))
		d.write(func(ctx context.Context, tx store.Tx, by access.Proof) error {
			return report.Resolve(ctx, tx, by, id, report.OpenedCase)
		})
		d.wants("claiming", d.room.Claim(d.t.Context(), d.omar(), id), "fault.resolved")
	})
}

// TestADeskWithoutPeopleIsNotTheOnlyOne reports to a desk where nobody works.
func TestADeskWithoutPeopleIsNotTheOnlyOne(t *testing.T) {
	each(t, func(d *desk) {
		d.room.People = func(_ context.Context, _ store.Tx, agency string) ([]triage.Person, error) {
			if agency == "" || agency == d.agency {
				return d.people, nil
			}
			return nil, nil
		}
		id := d.from("XD-N-01", map[string][]string{"danger": {"no"}})
		if !slices.Contains(d.listed(d.huda()), id) {
			d.t.Error("the coast has a desk and nobody at it, and no other desk sees the report")
		}
	})
}

// TestWithoutATargetThereIsNoTask takes a country that names no time for a case manager: the report is opened all the same.
func TestWithoutATargetThereIsNoTask(t *testing.T) {
	each(t, func(d *desk) {
		c := d.room.Config
		c.Pack = changed(t, "targets.yaml", "P3: { within: 24h, runs: always }\n    P4: { within: 72h, runs: always }\n  hand_off:",
			"P3: { within: none, runs: always }\n    P4: { within: 72h, runs: always }\n  hand_off:")
		d.room = triage.New(c)
		id := d.told(map[string][]string{"danger": {"no"}})
		if got := d.tasks(id); len(got) != 1 || got[triage.TaskStart].Due.IsZero() {
			d.t.Errorf("the tasks are %v", got)
		}
	})
}

// changed is the country that the program ships, with something else in one file.
func changed(t *testing.T, file, old, new string) *jurisdiction.Pack {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(packs.FS, "demo", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(packs.FS, path)
		files[strings.TrimPrefix(path, "demo/")] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	files[file].Data = []byte(strings.ReplaceAll(string(files[file].Data), old, new))
	pack, problems := jurisdiction.Load(files, start)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return pack
}
