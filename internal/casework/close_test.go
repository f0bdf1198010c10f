package casework_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/task"
)

func fieldsOf(err error) (list []string) {
	for _, f := range fault.Fields(err) {
		list = append(list, f.Name)
	}
	return list
}

func TestClose(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m, id := o.one()
		o.must(o.plan("mona", id))
		o.must(o.close("mona", id, func(in *casework.CloseInput) {
			in.ChildTold, in.NotToldWhy, in.Message = false, "it would not be safe", "take care"
		}))
		p := o.show("mona", id)
		last := p.Timeline[len(p.Timeline)-1]
		if p.State != casework.Closed || p.ClosureReason != "goals_met" || p.Closed.IsZero() || last.Kind != casework.Ended || last.By != "mona" ||
			last.Said["note"] != "all is well" || last.Said["child_told"] != "no" || last.Said["child_told_why"] != "it would not be safe" {
			t.Errorf("closed %+v with %+v", p.Case, last)
		}
		if len(o.tasks(string(id))) != 0 || slices.ContainsFunc(p.Tasks, func(s casework.Step) bool { return s.State != task.Cancelled }) {
			t.Errorf("tasks of a closed case: %+v", p.Tasks)
		}
		if box := o.box(m); box.Progress != intake.Finished || len(box.Replies) != 2 || box.Replies[1].Text != "take care" {
			t.Errorf("the reporter sees %+v", box)
		}
	})
}

func TestCloseRefusals(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m, id := o.one("Karim")
		o.wrongField(o.close("mona", id, func(in *casework.CloseInput) { in.Reason = "tired" }), "reason")
		o.wrongField(o.close("mona", id, func(in *casework.CloseInput) { in.Note = "" }), "note")
		o.wrongField(o.close("mona", id, func(in *casework.CloseInput) { in.ChildTold = false }), "child_told_why")
		o.wrongField(o.close("mona", id, func(in *casework.CloseInput) { in.Message = strings.Repeat("far ", mailbox.Longest) }), "message")
		for who, want := range map[string]string{"huda": "withheld", "adam": "withheld", "karim": "withheld", "sami": "withheld", "nour": "withheld"} {
			o.wants(who, o.close(who, id), want)
		}
		if p := o.show("mona", id); p.State != casework.Open || p.Version != 1 || o.box(m).Progress != intake.Working || o.number(refusedTestSQL) != 5 {
			t.Errorf("after refusals %+v, %s, %d recorded", p.Case, o.box(m).Progress, o.number(refusedTestSQL))
		}
		o.must(o.close("salma", id)) // the agency's supervisor may
	})
}

// TestWhatBlocks closes over a blocking task: only a supervisor may, and says why.
func TestWhatBlocks(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one()
		o.must(o.plan("mona", id, func(in *casework.TaskInput) { in.Blocking = true }))
		override := func(in *casework.CloseInput) { in.Override = "the school has closed" }
		o.wants("while it is open", o.close("mona", id), "fault.open_tasks")
		o.wants("with a reason of the case manager's", o.close("mona", id, override), "fault.open_tasks")
		o.wants("a supervisor without a reason", o.close("salma", id), "fault.open_tasks")
		if p := o.show("mona", id); p.State != casework.Open || len(o.tasks(string(id))) != 2 {
			t.Errorf("it was half closed: %+v", p)
		}
		o.must(o.close("salma", id, override))
		p := o.show("mona", id)
		if last := p.Timeline[len(p.Timeline)-1]; last.Said["override"] != "the school has closed" || len(o.tasks(string(id))) != 0 {
			t.Errorf("closed with %+v", last)
		}
	})
}

func TestAClosedCaseTakesNothing(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one()
		review := o.tasks(string(id))[casework.TaskReview]
		o.must(o.close("mona", id))
		for what, err := range map[string]error{
			"a note": o.note("mona", id, "x", o.version(id)), "a contact": o.contact("mona", id), "a plan": o.plan("mona", id),
			"a task done": o.finish("mona", id, review), "a handover": o.assign("salma", id, "karim"), "closing": o.close("mona", id),
		} {
			o.wants(what, err, "fault.case_closed")
		}
	})
}

// TestSiblingsEndTogether closes two cases of one report: the reporter sees an end when there is none left.
func TestSiblingsEndTogether(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.told(false)
		ids := o.opened(m, "A", "B")
		o.must(o.close("mona", ids[0], func(in *casework.CloseInput) { in.Message = "one is done" }))
		if box := o.box(m); box.Progress != intake.Working || len(box.Replies) != 2 {
			t.Errorf("one is still open, and the reporter sees %+v", box)
		}
		o.must(o.close("mona", ids[1]))
		if box := o.box(m); box.Progress != intake.Finished || len(box.Replies) != 2 {
			t.Errorf("both are closed, and the reporter sees %+v", box)
		}
		o.must(o.reopen("salma", ids[0]))
		if box := o.box(m); box.Progress != intake.Working {
			t.Errorf("one is open again, and the reporter sees %+v", box)
		}
		o.must(o.reopen("salma", ids[1]))
		o.must(o.close("mona", ids[0]))
		if box := o.box(m); box.Progress != intake.Working {
			t.Errorf("the other is open, and the reporter sees %+v", box)
		}
	})
}

// TestAMessageReachesEachCase writes to two cases with different case managers: what one reads still waits for the other.
func TestAMessageReachesEachCase(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m := o.told(true)
		ids := o.opened(m, "A", "B")
		o.must(o.assign("salma", ids[1], "karim"))
		o.says(m, "one")
		for i, owner := range []string{"mona", "karim"} {
			if got := o.tasks(string(ids[i]))[task.ReadReply]; got.Owner != owner || !got.Due.Equal(o.now.Add(15*time.Minute)) {
				t.Errorf("%s has %+v", owner, got)
			}
		}
		o.says(m, "two")
		o.must(o.mail.MarkRead(t.Context(), o.staff("mona"), m.id, string(ids[0]), 0))
		in := mailbox.ReplyInput{ID: mailbox.NewID(*o.now), Report: m.id, Subject: string(ids[1]), Text: "thank you", Seen: 2} // the first, after our own
		o.must(o.mail.Reply(t.Context(), o.staff("karim"), in))
		if _, waits := o.tasks(string(ids[1]))[task.ReadReply]; !waits {
			t.Error("karim has not seen the second message, and nothing tells him")
		}
		if _, waits := o.tasks(string(ids[0]))[task.ReadReply]; waits {
			t.Error("mona has read both, and is still told to")
		}
		o.wants("closing over it", o.close("karim", ids[1]), "fault.open_tasks")
	})
}

// TestAnAnswerAfterTheEnd writes to a closed case: its case manager is told, by a clock.
func TestAnAnswerAfterTheEnd(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m, id := o.one()
		o.must(o.close("mona", id))
		o.says(m, "it began again")
		if got := o.tasks(string(id)); len(got) != 1 || got[task.ReadReply].Owner != "mona" {
			t.Errorf("the tasks are %v", got)
		}
		o.must(o.reopen("salma", id, func(in *casework.ReopenInput) { in.Manager = "karim" }))
		if got := o.tasks(string(id)); len(got) != 2 || got[task.ReadReply].Owner != "karim" || got[casework.TaskReview].Owner != "karim" {
			t.Errorf("after reopening for karim: %v", got)
		}
	})
}

func TestReopen(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one("Lina")
		o.must(o.close("mona", id))
		for who, want := range map[string]string{"mona": "forbidden", "huda": "withheld", "sami": "withheld", "lina": "withheld"} {
			o.wants(who, o.reopen(who, id), want)
		}
		o.wrongField(o.reopen("salma", id, func(in *casework.ReopenInput) { in.Reason = " " }), "reason")
		o.wrongField(o.reopen("salma", id, func(in *casework.ReopenInput) { in.Manager = "lina" }), "manager")
		o.wants("what has changed", o.reopen("salma", id, func(in *casework.ReopenInput) { in.Version = 1 }), "fault.stale")
		o.must(o.reopen("salma", id, func(in *casework.ReopenInput) {
			in.Clocks = []task.Input{{Kind: "child_contacted", Due: o.now.Add(time.Hour)}}
		}))
		p := o.show("mona", id)
		if last := p.Timeline[len(p.Timeline)-1]; p.State != casework.Open || !p.Closed.IsZero() || p.ClosureReason != "" || p.Manager != "mona" ||
			last.Kind != casework.Reopened || last.Said["note"] != "they asked for us" || len(o.tasks(string(id))) != 2 {
			t.Errorf("reopened %+v with %+v", p.Case, last)
		}
	})
}

// TestReopenWithoutItsCaseManager takes up a case whose case manager has left: somebody else is named.
func TestReopenWithoutItsCaseManager(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one()
		o.must(o.close("mona", id))
		o.gone["mona"] = true
		o.wrongField(o.reopen("salma", id), "manager")
		if p := o.show("salma", id); p.State != casework.Closed {
			t.Error("it is open, and nobody is there")
		}
		o.must(o.reopen("salma", id, func(in *casework.ReopenInput) { in.Manager = "karim" }))
		if p := o.show("karim", id); p.Manager != "karim" || o.tasks(string(id))[casework.TaskReview].Owner != "karim" {
			t.Errorf("it belongs to %q", p.Manager)
		}
		o.wants("the former case manager reads", readAs(o, "mona", id), "withheld")
	})
}
