package casework_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/grant"
	"amparo/internal/mailbox"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

func (o *office) contact(who string, id casework.ID, change ...func(in *casework.ContactInput)) error {
	in := casework.ContactInput{Case: id, Version: o.version(id),
		Reached: casework.Reached{Mode: "phone", Person: "child", Safe: casework.SafeYes, Outcome: "reached", Note: "calm"}}
	for _, c := range change {
		c(&in)
	}
	err := o.room.AddContact(o.t.Context(), o.staff(who), in)
	o.pass(time.Second)
	return err
}

func (o *office) plan(who string, id casework.ID, change ...func(in *casework.TaskInput)) error {
	in := casework.TaskInput{Case: id, Words: "call the school", Due: o.now.Add(time.Hour), Version: o.version(id)}
	for _, c := range change {
		c(&in)
	}
	err := o.room.AddTask(o.t.Context(), o.staff(who), in)
	o.pass(time.Second)
	return err
}

func (o *office) note(who string, id casework.ID, words string, version int64) error {
	err := o.room.AddNote(o.t.Context(), o.staff(who), id, words, version)
	o.pass(time.Second)
	return err
}

func (o *office) finish(who string, id casework.ID, which task.Task) error {
	err := o.room.FinishTask(o.t.Context(), o.staff(who), id, which.ID, which.Version)
	o.pass(time.Second)
	return err
}

// TestWhatIsDoneIsOnThePage works on a case and reads it.
func TestWhatIsDoneIsOnThePage(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one()
		before := start.Add(-time.Hour)
		o.must(o.contact("mona", id, func(in *casework.ContactInput) {
			in.At, in.Safe, in.Outcome = before, casework.SafeUnknown, "no_answer"
		}))
		now := *o.now
		o.must(o.contact("mona", id))
		o.must(o.note("mona", id, "see data:image/png;base64,AAAA here", 3))
		o.must(o.plan("mona", id, func(in *casework.TaskInput) { in.Blocking = true }))
		action := o.tasks(string(id))[casework.TaskAction]
		o.must(o.finish("mona", id, action))
		p := o.show("mona", id)
		if want := []casework.Kind{casework.Opened, casework.Contacted, casework.Contacted, casework.Noted, casework.Planned, casework.Finished}; !slices.Equal(titles(p), want) {
			t.Errorf("the timeline is %v", titles(p))
		}
		if len(p.Contacts) != 2 || !p.Contacts[0].At.Equal(before) || p.Contacts[0].Safe != casework.SafeUnknown || p.Contacts[0].By != "mona" ||
			!p.Contacts[1].At.Equal(now) || p.Contacts[1].Note != "calm" || p.Timeline[2].Said["contact"] != p.Contacts[1].ID {
			t.Errorf("contacts %+v", p.Contacts)
		}
		if words := p.Timeline[3].Said["note"]; strings.Contains(words, "AAAA") || !strings.Contains(words, "here") {
			t.Errorf("the note is %q", words)
		}
		i := slices.IndexFunc(p.Tasks, func(s casework.Step) bool { return s.ID == action.ID })
		if i < 0 || p.Tasks[i].Words != "call the school" || p.Tasks[i].State != task.Done || !p.Tasks[i].Blocking || p.Tasks[i].Owner != "mona" {
			t.Errorf("tasks %+v", p.Tasks)
		}
		if p.Version != 5 { // finishing takes the task's own version
			t.Errorf("version %d", p.Version)
		}
	})
}

// TestWorkRefusals wants every wrong input named, and nobody but the case manager at work.
func TestWorkRefusals(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one("Karim")
		for field, change := range map[string]func(in *casework.ContactInput){
			"mode":    func(in *casework.ContactInput) { in.Mode = "pigeon" },
			"person":  func(in *casework.ContactInput) { in.Person = "" },
			"safe":    func(in *casework.ContactInput) { in.Safe = "perhaps" },
			"outcome": func(in *casework.ContactInput) { in.Outcome = "fine" },
			"note":    func(in *casework.ContactInput) { in.Note = strings.Repeat("far ", casework.LongestNote) },
			"at":      func(in *casework.ContactInput) { in.At = o.now.Add(time.Minute) },
		} {
			o.wrongField(o.contact("mona", id, change), field)
		}
		o.wrongField(o.note("mona", id, " \n ", 1), "note")
		o.wrongField(o.plan("mona", id, func(in *casework.TaskInput) { in.Words = "" }), "words")
		o.wrongField(o.plan("mona", id, func(in *casework.TaskInput) { in.Due = time.Time{} }), "due")
		review := o.tasks(string(id))[casework.TaskReview]
		rows, refused := o.number(countTestSQL), o.number(refusedTestSQL)
		for who, want := range map[string]string{"salma": "forbidden", "huda": "withheld", "adam": "withheld", "karim": "withheld", "sami": "withheld", "nour": "withheld"} {
			o.wants(who+" adds a contact", o.contact(who, id, func(in *casework.ContactInput) { in.Mode = "" }), want)
			o.wants(who+" adds a note", o.note(who, id, "", 1), want)
			o.wants(who+" plans", o.plan(who, id), want)
			o.wants(who+" finishes", o.finish(who, id, review), want)
			refused += 4
		}
		o.wants("no such case", o.note("mona", "none", "x", 1), "withheld")
		if n := o.number(refusedTestSQL); n != refused+1 || o.number(countTestSQL) != rows {
			t.Errorf("%d refusals are recorded, want %d; %d rows", n, refused+1, o.number(countTestSQL))
		}
	})
}

// wrongField wants one wrong field.
func (o *office) wrongField(err error, fields ...string) {
	o.t.Helper()
	o.wants(fields[0], err, "invalid")
	if got := fieldsOf(err); !slices.Equal(got, fields) {
		o.t.Errorf("wrong are %v, want %s", got, fields)
	}
}

func TestCoWorkersWorkAndOwnNothing(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one()
		by, err := access.Own(access.System("test"), access.CaseAssign)
		o.must(err)
		o.do(func(ctx context.Context, tx store.Tx) error {
			return grant.Give(ctx, tx, by, string(id), "karim", access.CoWorker)
		})
		o.must(o.note("karim", id, "x", 1))
		o.must(o.plan("karim", id))
		if own := o.tasks(string(id))[casework.TaskAction]; own.Owner != "mona" {
			t.Errorf("the task belongs to %q", own.Owner)
		}
		o.wants("a co-worker closes", o.close("karim", id), "forbidden")
		o.wants("a co-worker hands over", o.assign("karim", id, "karim"), "forbidden")
	})
}

func TestStaleIsAConflict(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one()
		o.must(o.note("mona", id, "one", 1))
		o.wants("a note on what has changed", o.note("mona", id, "two", 1), "fault.stale")
		o.wants("a note on what is to come", o.note("mona", id, "two", 3), "fault.stale")
		o.wants("a contact", o.contact("mona", id, func(in *casework.ContactInput) { in.Version = 1 }), "fault.stale")
		o.wants("a plan", o.plan("mona", id, func(in *casework.TaskInput) { in.Version = 1 }), "fault.stale")
		o.wants("closing", o.close("mona", id, func(in *casework.CloseInput) { in.Version = 1 }), "fault.stale")
		o.wants("reopening what is open", o.reopen("salma", id), "fault.stale")
		if p := o.show("mona", id); p.Version != 2 || len(p.Timeline) != 2 {
			t.Errorf("version %d with %d events", p.Version, len(p.Timeline))
		}
	})
}

func TestFinishTask(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m, id := o.one()
		_, other := o.one()
		review := o.tasks(string(id))[casework.TaskReview]
		o.wants("through another case", o.finish("mona", other, review), "withheld")
		o.must(o.finish("mona", id, review))
		o.wants("again", o.finish("mona", id, review), "fault.stale")
		o.says(m, "are you there?")
		o.wants("a reply that nobody read", o.finish("mona", id, o.tasks(string(id))[task.ReadReply]), string(mailbox.CodeWaits))
		o.must(o.mail.MarkRead(t.Context(), o.staff("mona"), m.id, string(id), 0))
		if _, waits := o.tasks(string(id))[task.ReadReply]; waits {
			t.Error("it was read, and still waits")
		}
	})
}

// TestAnOpenCaseAlwaysHasAClock ends every task that there is, and looks for the next.
func TestAnOpenCaseAlwaysHasAClock(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one()
		for range 3 {
			o.pass(24 * time.Hour)
			for _, one := range o.tasks(string(id)) {
				o.must(o.finish("mona", id, one))
			}
			next := o.tasks(string(id))[casework.TaskReview]
			if !next.Due.Equal(o.now.Add(-time.Second).AddDate(0, 0, 7)) || next.Owner != "mona" {
				t.Errorf("next is %+v", next)
			}
		}
		o.must(o.close("mona", id))
		o.room.Review = func(p ruleset.Priority, from time.Time) time.Time { return from.Add(time.Hour) }
		o.must(o.reopen("salma", id))
		if next := o.tasks(string(id))[casework.TaskReview]; !next.Due.Equal(o.now.Add(-time.Second + time.Hour)) {
			t.Errorf("after reopening: %+v", next)
		}
	})
}

func TestAssign(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		m, id := o.one("Lina")
		o.says(m, "hello")
		for to, want := range map[string]string{"lina": "invalid", "nour": "invalid", "salma": "invalid", "nobody": "invalid", "": "invalid"} {
			o.wants("to "+to, o.assign("salma", id, to), want)
		}
		for who, want := range map[string]string{"mona": "forbidden", "huda": "withheld", "lina": "withheld", "sami": "withheld"} {
			o.wants("by "+who, o.assign(who, id, "karim"), want)
		}
		o.wrongField(o.room.Assign(t.Context(), o.staff("salma"), casework.AssignInput{Case: id, To: "karim", Version: 1}), "told", "risks")
		o.must(o.assign("salma", id, "karim"))
		for kind, one := range o.tasks(string(id)) {
			if one.Owner != "karim" {
				t.Errorf("%s belongs to %q", kind, one.Owner)
			}
		}
		p := o.show("karim", id)
		if last := p.Timeline[len(p.Timeline)-1]; p.Manager != "karim" || last.Kind != casework.Assigned || last.Said["from"] != "mona" ||
			last.Said["to"] != "karim" || last.Said["told"] != "the child knows" || last.Said["risks"] != "nothing yet" || last.By != "salma" {
			t.Errorf("after the handover %+v", p)
		}
		o.wants("the former case manager reads", readAs(o, "mona", id), "withheld")
		o.must(o.assign("salma", id, "mona"))
		o.must(o.assign("salma", id, "mona")) // to whoever has it: nothing changes hands
		if p := o.show("mona", id); p.Manager != "mona" {
			t.Errorf("handed back, it belongs to %q", p.Manager)
		}
	})
}

func TestAnUnqualifiedCaseManagerIsRefused(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, id := o.one()
		o.wants("to lina", o.assign("salma", id, "lina"), "fault.qualification_missing")
		if p := o.show("mona", id); p.Manager != "mona" || p.Version != 1 || o.number(refusedTestSQL) != 1 {
			t.Errorf("after the refusal %+v, %d recorded", p.Case, o.number(refusedTestSQL))
		}
	})
}
