package cases_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/identity"
	"amparo/internal/intake"
	"amparo/internal/task"
	"amparo/internal/web/staff/stafftest"
)

// TestTheWholeLife leads one case through its pages, from the list to its end and back.
func TestTheWholeLife(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		b := o.SignIn("mona")
		p := b.Get("/cases").Wants(ok, "My next actions", "Make a safety plan", "Sami", "P2 High", "Mona Khoury", "English")
		if !strings.Contains(strings.Join(p.Links(), " "), at) {
			t.Fatalf("no way to the case: %v", p.Links())
		}
		b.Get(at).Wants(ok, "Sami", "Next action", "Make a safety plan", "in 24 h 4 March 2031, 11:00", "A calm talk with the child.",
			"I want to talk to somebody.", "Nobody has been contacted yet", "Case opened", "by Huda Salem")
		p = b.Get(at+"/contact").Submit(at+"/contact", "mode", "in_person", "person", "child", "outcome", "reached", "safe", "yes",
			"note", "We drew together.")
		p.Leads(at+"?done=case_contacted").Follow().Wants(ok, "The contact is in the log", "In person · The child · Reached", "We drew together.")
		b.Get(at+"/note").Submit(at+"/note", "note", "The aunt is kind.").Follow().Wants(ok, "The note is kept", "The aunt is kind.")
		b.Get(at+"/plan").Submit(at+"/plan", "words", "Visit the aunt", "blocking", "yes").Follow().
			Wants(ok, "The task is planned", "Visit the aunt", "Before closing")
		o.finishAll(b, m.cases[0])
		p = b.Get(at).Wants(ok, "Review the case", "Task done", "Visit the aunt")
		p.Submit(at+"/reply", "message", "See you on Friday.").Follow().Wants(ok, "Your message is sent", "See you on Friday.")
		p = b.Get(at+"/close").Wants(ok, "Our work on this is done. You can still write to us here.")
		p = p.Submit(at+"/close", "reason", "goals_met_child_safe", "note", "Safe with the aunt.", "child_told", "yes")
		p.Leads(at+"?done=case_closed").Follow().Wants(ok, "The case is closed", "Closed: Goals met and the child is safe", "Safe with the aunt.",
			"The child was told.")
		if box := o.Box(m.receipt); box.Progress != intake.Finished || !replied(box, "Our work on this is done. You can still write to us here.") {
			t.Errorf("the reporter sees %+v", box)
		}
		b.Get("/cases").Wants(ok, "No open case", "Closed cases", "Goals met and the child is safe")
		if !slices.Contains(b.Get(at).Links(), "/stories/begin?case="+strings.TrimPrefix(at, "/cases/")) {
			t.Error("nothing leads from a closed case to its story")
		}
		s := o.SignIn("salma")
		p = s.Get(at+"/reopen").Wants(ok, "Who is the case manager?", "Reach the child safely", "by 5 March 2031, 11:00")
		p = p.Submit(at+"/reopen", "reason", "The child wrote again.").Leads(at + "?done=case_reopened").Follow()
		p.Wants(ok, "The case is open again", "Case reopened", "The child wrote again.", "Case closed", "Goals met and the child is safe")
		if box := o.Box(m.receipt); box.Progress != intake.Working {
			t.Errorf("after reopening the reporter sees %+v", box)
		}
		b.Get(at).Wants(ok, "Next action", "Make a safety plan")
	})
}

// replied tells whether the reporter reads the words, once.
func replied(box intake.Mailbox, words string) bool {
	n := 0
	for _, r := range box.Replies {
		if r.Text == words {
			n++
		}
	}
	return n == 1
}

// finishAll presses every button that says a task is done, but that of the review, which calls for the next one.
func (o office) finishAll(b *stafftest.Browser, id casework.ID) {
	o.T.Helper()
	for _, one := range o.tasks(id) {
		if one.Kind != casework.TaskReview {
			b.Post(path(id)+"/done", "task", string(one.ID), "version", text(one.Version)).Leads(path(id) + "?done=case_task_done")
		}
	}
}

func TestFinishATask(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		b := o.SignIn("mona")
		first := o.tasks(m.cases[0])[0]
		p := b.Get(at).Wants(ok, "Make a safety plan")
		p.Submit(at+"/done", "version", "7").Wants(conflict, "Somebody changed this after you opened it", "Make a safety plan")
		p.Submit(at+"/done", "version", "x").Wants(conflict)
		p.Submit(at+"/done", "task", "0000000000000000000000000x").Wants(missing)
		p.Submit(at+"/done").Leads(at+"?done=case_task_done").Follow().Wants(ok, "The task is done", "Task done")
		p.Submit(at+"/done").Wants(conflict, "Somebody changed this")
		other := o.open("mona", told("x"), "Rami")
		foreign := o.tasks(other.cases[0])[0]
		b.Post(at+"/done", "task", string(foreign.ID), "version", text(foreign.Version)).Wants(missing)
		if len(o.tasks(other.cases[0])) != len(o.tasks(m.cases[0]))+1 || o.tasks(m.cases[0])[0].ID == first.ID {
			t.Errorf("%s stands after it was done", first.Kind)
		}
		o.Add(m.receipt, "Are you there?")
		for _, one := range o.tasks(m.cases[0]) {
			if one.Kind == task.ReadReply {
				b.Post(at+"/done", "task", string(one.ID), "version", text(one.Version)).Wants(conflict)
			}
		}
	})
}

// TestClocksInWords looks at a case while its time runs out.
func TestClocksInWords(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		_, at := o.one("mona")
		if p := o.SignIn("mona").Get(at); p.Has("Due soon") || p.Has("Overdue") {
			t.Errorf("too early: %s", p.Text)
		}
		o.Advance(23*time.Hour + 30*time.Minute + time.Second)
		o.SignIn("mona").Get(at).Wants(ok, "Due soon in 29 min 4 March 2031, 11:00")
		o.Advance(3 * time.Hour)
		b := o.SignIn("mona")
		b.Get(at).Wants(ok, "Overdue 2 h ago 4 March 2031, 11:00")
		b.Get("/cases").Wants(ok, "Overdue 2 h ago 4 March 2031, 11:00")
	})
}

func TestAssign(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		s := o.SignIn("salma")
		p := s.Get(at+"/assign").Wants(ok, "The case manager is Mona Khoury", "Karim Naser 0 open cases, 0 points. Speaks English.",
			"Lina Farah Cannot be chosen yet. Lacks: Child safeguarding", "Vetting and criminal-record check", "Salma Idris holds it in person")
		words, risks := "The child knows that Karim calls on Friday.", "The phone is read by others."
		p.Submit(at+"/assign", "manager", o.ID("karim")).Wants(bad, "Please write or choose an answer here")
		p.Submit(at+"/assign", "told", words, "risks", risks).Wants(bad, "We need an answer here", words)
		for _, nobody := range []string{"nobody", o.ID("huda"), o.ID("nour"), "hold-" + o.ID("karim")} {
			p.Submit(at+"/assign", "manager", nobody, "told", words, "risks", risks, "hold", "x").Wants(bad, "We do not know this answer", words)
		}
		p.Submit(at+"/assign", "manager", o.ID("lina"), "told", words, "risks", risks).
			Wants(refused, "does not have what the work needs: Child safeguarding", "Data protection", words)
		p.Submit(at+"/assign", "manager", o.ID("karim"), "told", words, "risks", risks, "version", "0").Wants(conflict, "What happened last", "Case opened", words)
		p.Submit(at+"/assign", "manager", o.ID("karim"), "told", words, "risks", risks, "next", "A call on Friday.").Leads(at+"?done=case_assigned").Follow().
			Wants(ok, "Handed over from Mona Khoury to Karim Naser", "What the child was told: "+words, "The next contact: A call on Friday.", "Open risks: "+risks,
				"Case manager: Karim Naser")
		o.SignIn("mona").Get(at).Wants(missing)
		o.SignIn("karim").Get("/cases").Wants(ok, "Sami", "Make a safety plan")
		for _, one := range o.tasks(m.cases[0]) {
			if one.Owner != o.ID("karim") {
				t.Errorf("%s is still %s's", one.Kind, one.Owner)
			}
		}
	})
}

// TestHoldInPerson has a supervisor take a case and hand it on.
func TestHoldInPerson(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		_, at := o.one("mona")
		s := o.SignIn("salma")
		p := s.Get(at + "/assign")
		held := []string{"manager", "hold-" + o.ID("salma"), "told", "Nothing yet.", "risks", "None known."}
		p.Submit(at+"/assign", held...).Wants(bad, "Say why, in a few words", "Nothing yet.")
		p.Submit(at+"/assign", append(held, "hold", "It cannot wait.")...).Leads(at+"?done=case_assigned").Follow().
			Wants(ok, "Case manager: Salma Idris Held by supervisor", "Held in person by a supervisor since", "because: It cannot wait.", "Give the case its case manager")
		s.Get("/cases").Wants(ok, "Held by supervisor Salma Idris")
		s.Get(at+"/assign").Submit(at+"/assign", "manager", o.ID("karim"), "told", "x", "risks", "x").Leads(at + "?done=case_assigned")
		if p := o.SignIn("karim").Get(at).Wants(ok, "Case manager: Karim Naser"); p.Has("Held by supervisor") {
			t.Errorf("it is still held: %s", p.Text)
		}
	})
}

// TestWhoseManagerLeft marks the case of somebody whose account was closed at once, and keeps the roles of who still has one.
func TestWhoseManagerLeft(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		_, at := o.one("mona")
		mona := o.User("mona")
		err := o.Identity.SetRoles(t.Context(), access.Console, identity.SetRolesInput{User: mona.ID, Roles: []access.Role{access.DutyOfficer}, Version: mona.Version})
		if fault.CodeOf(err) != "fault.owns_cases" {
			t.Errorf("other roles while she has a case: %v", err)
		}
		o.must(o.Identity.SetRoles(t.Context(), access.Console, identity.SetRolesInput{User: mona.ID, Roles: []access.Role{access.CaseManager, access.DutyOfficer},
			Version: mona.Version}))
		o.must(o.Identity.Deactivate(t.Context(), access.Console, mona.ID))
		s := o.SignIn("salma")
		s.Get("/cases").Wants(ok, "Needs a case manager")
		s.Get(at).Wants(ok, "Needs a case manager")
		p := s.Get(at+"/assign").Wants(ok, "Nobody who is here answers for this case now")
		p.Submit(at+"/assign", "manager", o.ID("karim"), "told", "x", "risks", "x").Leads(at + "?done=case_assigned")
		if p := s.Get("/cases").Wants(ok, "Karim Naser"); p.Has("Needs a case manager") {
			t.Errorf("it is still marked: %s", p.Text)
		}
	})
}

// TestAFullLoad fills Karim's list; a supervisor hands him one more, with a reason.
func TestAFullLoad(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		for _, n := range []int{12, 12, 1} {
			o.open("karim", told("x"), slices.Repeat([]string{"A"}, n)...)
		}
		_, at := o.one("mona")
		s := o.SignIn("salma")
		p := s.Get(at+"/assign").Wants(ok, "Karim Naser Has as many cases as one person can carry. 25 open cases, 50 points. Much to carry already.")
		full := []string{"manager", o.ID("karim"), "told", "x", "risks", "x"}
		p.Submit(at+"/assign", full...).Wants(conflict, "has 25 open cases already")
		p.Submit(at+"/assign", append(full, "overrule", "He knows the child.")...).Leads(at+"?done=case_assigned").Follow().
			Wants(ok, "In spite of a full load, because: He knows the child.")
	})
}

// TestWhoMustNotKnowIsNotOffered has a child name two people of the house.
func TestWhoMustNotKnowIsNotOffered(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		in := told("x")
		in.Answers["must_not_know"] = []string{"Karim Naser", "Omar Haddad"}
		m := o.open("mona", in, "Sami")
		at := path(m.cases[0])
		s := o.SignIn("salma")
		if p := s.Get(at+"/assign").Wants(ok, "Nobody else here may take this case now", "Lina Farah"); p.Has("Karim Naser") {
			t.Errorf("he is offered: %s", p.Text)
		}
		s.Post(at+"/assign", "manager", o.ID("karim"), "told", "x", "risks", "x", "version", "1").Wants(bad, "Nobody else here")
		for _, who := range []string{"karim", "omar"} {
			b := o.SignIn(who)
			b.Get(at).Wants(missing)
			b.Get(at + "/assign").Wants(missing)
			b.Post(at+"/note", "note", "x", "version", "1").Wants(missing)
		}
	})
}

func TestReopen(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		id := m.cases[0]
		s := o.SignIn("salma")
		s.Get(at + "/reopen").Leads(at)
		s.Post(at+"/reopen", "reason", "x", "version", "1").Wants(conflict, "Somebody changed this")
		o.must(o.Casework.Close(t.Context(), o.Actor("mona"), casework.CloseInput{Case: id, Reason: "moved_out_of_area", Note: "x", ChildTold: true, Version: o.page("mona", id).Version}))
		p := s.Get(at+"/reopen").Wants(ok, "Reopen the case")
		p.Submit(at+"/reopen").Wants(bad, "Say why, in a few words")
		p.Submit(at+"/reopen", "reason", "A new word.", "clock", "forwarded").Wants(bad, "We do not know this answer", "A new word.")
		p.Submit(at+"/reopen", "reason", "A new word.", "manager", o.ID("huda")).Wants(bad, "We do not know this answer", "A new word.")
		p.Submit(at+"/reopen", "reason", "A new word.", "version", "x").Wants(conflict, "What happened last", "A new word.")
		p.Submit(at+"/reopen", "reason", "A new word.", "clock", "child_contacted", "manager", o.ID("karim")).Leads(at + "?done=case_reopened")
		var kinds []string
		for _, one := range o.tasks(id) {
			kinds = append(kinds, string(one.Kind))
		}
		if strings.Join(kinds, " ") != "child_contacted review" || o.page("karim", id).Manager != o.ID("karim") {
			t.Errorf("reopened with %v for %s", kinds, o.page("karim", id).Manager)
		}
		s.Post(at+"/reopen", "reason", "x", "version", text(o.page("karim", id).Version)).Wants(conflict)
	})
}
