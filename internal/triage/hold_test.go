package triage_test

import (
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/task"
	"amparo/internal/triage"
)

func (d *desk) hold(who access.Actor, id report.ID, kind task.Kind) error {
	t := d.tasks(id)[kind]
	return d.room.Hold(d.t.Context(), who, task.PauseInput{Subject: string(id), Task: t.ID, Version: t.Version, Reason: task.WaitingForAuthority,
		Until: d.now.Add(24 * time.Hour)})
}

// TestAClockStandsStillForAReason holds the clock of a claimed report; raising the priority makes it go on.
func TestAClockStandsStillForAReason(t *testing.T) {
	each(t, func(d *desk) {
		ctx, id := d.t.Context(), d.told(map[string][]string{"danger": {"no"}})
		d.wants("holding what nobody has", d.hold(d.huda(), id, triage.TaskAssign), fault.CodeForbidden)
		d.must(d.room.Claim(ctx, d.huda(), id))
		due := d.tasks(id)[triage.TaskAssign].Due
		d.wants("holding a colleague's", d.hold(d.omar(), id, triage.TaskAssign), fault.CodeForbidden)
		d.wants("holding as a stranger", d.hold(staff("mona", "other", access.DutyOfficer), id, triage.TaskAssign), fault.CodeWithheld)
		d.must(d.hold(d.huda(), id, triage.TaskAssign))
		held := d.tasks(id)[triage.TaskAssign]
		if !held.Due.Equal(due.Add(24*time.Hour)) || !held.Paused(*d.now) {
			d.t.Errorf("held: %+v, due before at %v", held, due)
		}
		d.must(d.room.GoOn(ctx, d.huda(), id, held.ID, held.Version))
		on := d.tasks(id)[triage.TaskAssign]
		d.wants("going on twice", d.room.GoOn(ctx, d.huda(), id, on.ID, on.Version), fault.CodeStale)
		if !on.Due.Equal(due) {
			d.t.Errorf("it goes on at once, and is due at %v instead of %v", on.Due, due)
		}
		d.must(d.hold(d.huda(), id, triage.TaskAssign))
		d.must(d.decide(d.huda(), id, ruleset.P1, ""))
		if got := d.tasks(id)[triage.TaskAssign]; got.Paused(*d.now) || !got.Due.Equal(d.now.Add(time.Hour)) {
			d.t.Errorf("raised to P1: %+v", got)
		}
	})
}

// TestReadingIsNeverPutOff asks to hold the clocks that nothing may stop.
func TestReadingIsNeverPutOff(t *testing.T) {
	each(t, func(d *desk) {
		id := d.told(map[string][]string{"danger": {"no"}})
		d.must(d.room.Claim(d.t.Context(), d.huda(), id))
		d.answered(id, time.Hour)
		d.wants("not reading an answer", d.hold(d.huda(), id, task.ReadReply), "fault.pause_kind")
		d.must(d.room.Release(d.t.Context(), d.huda(), id))
		d.must(d.room.Claim(d.t.Context(), d.omar(), id))
		d.wants("a clock that is not there", d.hold(d.omar(), id, triage.TaskStart), "fault.form")
	})
}
