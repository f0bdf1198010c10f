package casework_test

import (
	"testing"
	"time"

	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/task"
)

// TestAClockOfACaseStandsStill holds one, sees it in the timeline, and has an answer of the child make it go on.
func TestAClockOfACaseStandsStill(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m, id := o.one()
		review := o.tasks(string(id))[casework.TaskReview]
		hold := func(who string, which task.ID, why task.Reason, until time.Duration) error {
			return o.room.Hold(t.Context(), o.staff(who), casework.HoldInput{Case: id, Task: which, Reason: why, Until: o.now.Add(until), Version: o.version(id)})
		}
		o.wants("no task", hold("mona", "", task.WaitingForChild, time.Hour), "fault.form")
		o.wants("a task of nobody's", hold("mona", "x", task.WaitingForChild, time.Hour), string(fault.CodeStale))
		o.wants("no reason", hold("mona", review.ID, "", time.Hour), "fault.form")
		o.wants("no time", hold("mona", review.ID, task.WaitingForChild, 0), "fault.form")
		o.must(hold("mona", review.ID, task.WaitingForChild, 48*time.Hour))
		if got := o.tasks(string(id))[casework.TaskReview]; !got.Due.Equal(review.Due.Add(48 * time.Hour)) {
			t.Errorf("held: %+v", got)
		}
		stale := casework.HoldInput{Case: id, Task: review.ID, Reason: task.WaitingForChild, Until: o.now.Add(time.Hour), Version: 1}
		o.wants("a stale version", o.room.Hold(t.Context(), o.staff("mona"), stale), string(fault.CodeStale))
		o.pass(time.Hour)
		o.says(m, "I am here")
		if got := o.tasks(string(id))[casework.TaskReview]; !got.Due.Equal(review.Due.Add(time.Hour)) || got.Paused(*o.now) {
			t.Errorf("after the answer: %+v", got)
		}
		o.must(hold("mona", review.ID, task.UnsafeToContact, time.Hour))
		o.pass(time.Minute)
		o.must(o.room.GoOn(t.Context(), o.staff("mona"), id, review.ID, o.version(id)))
		o.wants("going on twice", o.room.GoOn(t.Context(), o.staff("mona"), id, review.ID, o.version(id)), string(fault.CodeStale))
		var last casework.Event
		held := 0
		for _, e := range o.show("mona", id).Timeline {
			if last = e; e.Kind == casework.Held && e.Said["reason"] != "" && e.Said["until"] != "" {
				held++
			}
		}
		if held != 2 || last.Kind != casework.WentOn || last.Said["task"] != string(review.ID) {
			t.Errorf("%d times held, and the last event is %+v", held, last)
		}
	})
}
