package cases_test

import (
	"strings"
	"testing"
	"time"

	"amparo/internal/casework"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/web/staff/stafftest"
)

func TestNote(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		b := o.SignIn("mona")
		p := b.Get(at+"/note").Wants(ok, "Write a note", "Sami")
		p.Submit(at+"/note").Wants(bad, "Please write or choose an answer here")
		p.Submit(at+"/note", "note", " \n ").Wants(bad)
		long := strings.Repeat("long ", casework.LongestNote/5+1)
		p.Submit(at+"/note", "note", long).Wants(bad, "This is too long", strings.TrimSpace(long[:2000]))
		if n := len(o.page("mona", m.cases[0]).Timeline); n != 1 {
			t.Errorf("%d events after what was refused", n)
		}
		p.Submit(at+"/note", "note", "The first.\nWith a second line.").Leads(at+"?done=case_noted").Follow().Wants(ok, "The first. With a second line.")
		o.overtaken(b, p, at)
	})
}

// overtaken sends the form of a page that was overtaken, and then what the answer offers.
func (o office) overtaken(b *stafftest.Browser, old stafftest.Page, at string) {
	o.T.Helper()
	words := "Written while somebody else was faster."
	p := old.Submit(at+"/note", "note", words).Wants(conflict, "Somebody changed this after you opened it", "What happened last", "The first.", words)
	p = p.Submit(at+"/note", "note", "").Wants(bad)
	p.Submit(at+"/note", "note", words).Leads(at+"?done=case_noted").Follow().Wants(ok, words)
	p.Submit(at+"/note", "note", words).Wants(conflict, words)
	b.Post(at+"/note", "note", words, "version", "many").Wants(conflict, words)
	b.Post(at+"/note", "note", words).Wants(conflict, words)
}

// a contact is the form of a contact as it stands, with what is given in place of its own.
func (o office) contact(b *stafftest.Browser, at string, pairs ...string) stafftest.Page {
	o.T.Helper()
	return b.Get(at+"/contact").Submit(at+"/contact", filled(pairs, "mode", "phone", "person", "child", "outcome", "not_reached", "safe", "unknown")...)
}

// filled gives pairs with those of the others that they do not have.
func filled(pairs []string, others ...string) []string {
	have := map[string]bool{}
	for i := 0; i < len(pairs); i += 2 {
		have[pairs[i]] = true
	}
	for i := 0; i+1 < len(others); i += 2 {
		if !have[others[i]] {
			pairs = append(pairs, others[i], others[i+1])
		}
	}
	return pairs
}

func TestContact(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		b := o.SignIn("mona")
		b.Get(at+"/contact").Submit(at+"/contact", "note", "what was said").Wants(bad, "Please look at this again", "what was said")
		if n := strings.Count(b.Post(at+"/contact", "version", "1").Body, `class="govuk-error-message"`); n != 4 {
			t.Errorf("%d errors are shown where 4 answers are missing", n)
		}
		for _, field := range []string{"mode", "person", "outcome", "safe"} {
			p := o.contact(b, at, field, "by_owl", "note", "kept words").Wants(bad, "We do not know this answer", "kept words")
			if len(p.Hidden(at+"/contact")) != 7 {
				t.Errorf("the other answers are gone: %v", p.Hidden(at+"/contact"))
			}
		}
		o.contact(b, at, "note", strings.Repeat("x ", casework.LongestNote)).Wants(bad, "too long")
		o.contact(b, at, "note", "kept words", "version", "0").Wants(conflict, "What happened last", "kept words")
		if len(o.page("mona", m.cases[0]).Contacts) != 0 {
			t.Error("what was refused was kept")
		}
		o.contact(b, at, "mode", "via_other_person", "person", "trusted_adult", "outcome", "unsafe_stopped", "safe", "no").
			Leads(at+"?done=case_contacted").Follow().
			Wants(ok, "Through another person · An adult whom the child trusts · Stopped because it was not safe", "Not safe")
	})
}

// TestTimesThatPeopleType writes them in every way, and in those that nobody can read.
func TestTimesThatPeopleType(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		b := o.SignIn("mona")
		for _, c := range []struct {
			day, clock string
			want       time.Time
		}{
			{"2031-03-03", "10:05", time.Date(2031, 3, 3, 8, 5, 0, 0, time.UTC)},
			{"2031\u201103–03", "0:07", time.Date(2031, 3, 2, 22, 7, 0, 0, time.UTC)},
			{"2031/3/2", "9.30", time.Date(2031, 3, 2, 7, 30, 0, 0, time.UTC)},
			{"2031.03.01", "00:00:00", time.Date(2031, 2, 28, 22, 0, 0, 0, time.UTC)},
			{"\u200f٢٠٣١-٠٢-٢٨", "٢٣:٥٩", time.Date(2031, 2, 28, 21, 59, 0, 0, time.UTC)},
			{"۲۰۳۱-۰۲-۲۷", "۷:۰", time.Date(2031, 2, 27, 5, 0, 0, 0, time.UTC)},
			{"2030-07-01", "12:00", time.Date(2030, 7, 1, 9, 0, 0, 0, time.UTC)}, // in summer
			{"", "", o.Now()},
		} {
			o.contact(b, at, "at", c.day, "at_time", c.clock, "note", "at "+c.day).Leads(at + "?done=case_contacted")
			found := false
			for _, one := range o.page("mona", m.cases[0]).Contacts {
				found = found || one.At.Equal(c.want)
			}
			if !found {
				t.Errorf("%s %s is not kept as %s", c.day, c.clock, c.want)
			}
		}
		kept := len(o.page("mona", m.cases[0]).Contacts)
		for _, c := range [][3]string{{"3 March", "10:00", "no day that we can read"}, {"03/04/2031", "10:00", "no day"}, {"0001-01-01", "10:00", "no day"},
			{"2031-02-30", "10:00", "no day"}, {"", "10:00", "no day"}, {"2031-03-01", "", "no time that we can read"}, {"2031-03-01", "25:00", "no time"},
			{"2031-03-01", "10 am", "no time"}, {"2030-03-31", "03:30", "no time"}, // the clocks go forward over it
			{"tomorrow", "noon", "no day"}, {"tomorrow", "noon", "no time"}, {"2031-03-04", "10:00", "lies in the future"}, {"9999-12-31", "23:59", "lies in the future"}} {
			p := o.contact(b, at, "at", c[0], "at_time", c[1], "note", "kept words").Wants(bad, c[2], "kept words")
			if v := p.Hidden(at + "/contact"); v.Get("at") != c[0] || v.Get("at_time") != c[1] {
				t.Errorf("what was typed is gone: %v", v)
			}
		}
		if len(o.page("mona", m.cases[0]).Contacts) != kept {
			t.Error("a time that nobody can read was kept")
		}
	})
}

func TestPlan(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		b := o.SignIn("mona")
		p := b.Get(at+"/plan").Wants(ok, "Must it be done before the case may close?")
		if v := p.Hidden(at + "/plan"); v.Get("due") != "2031-03-04" || v.Get("due_time") != "12:00" || v.Has("blocking") {
			t.Errorf("the form stands as %v", v)
		}
		p.Submit(at+"/plan", "blocking", "yes").Wants(bad, "Please write or choose an answer here")
		long := strings.Repeat("x ", casework.LongestLabel)
		if v := p.Submit(at+"/plan", "words", long).Wants(bad, "too long").Hidden(at + "/plan"); v.Get("words") != long {
			t.Errorf("what was typed is gone: %v", v)
		}
		p.Submit(at+"/plan", "words", "kept words", "due", "", "due_time", "").Wants(bad, "Please write or choose an answer here")
		p.Submit(at+"/plan", "words", "kept words", "due", "soon").Wants(bad, "no day that we can read")
		p.Submit(at+"/plan", "words", "kept words", "due_time", "soon").Wants(bad, "no time that we can read")
		again := p.Submit(at+"/plan", "words", "kept words", "blocking", "yes", "version", "9").Wants(conflict, "What happened last")
		if v := again.Hidden(at + "/plan"); v.Get("words") != "kept words" || v.Get("blocking") != "yes" {
			t.Errorf("what was typed is gone: %v", v)
		}
		again.Submit(at + "/plan").Leads(at + "?done=case_planned")
		b.Get(at+"/plan").Submit(at+"/plan", "words", "Send the letter").Leads(at+"?done=case_planned").Follow().
			Wants(ok, "Send the letter in 25 h 4 March 2031, 12:00 Done")
		blocking := 0
		for _, one := range o.tasks(m.cases[0]) {
			if one.Blocking && one.Due.Equal(time.Date(2031, 3, 4, 10, 0, 0, 0, time.UTC)) && one.Owner == o.ID("mona") {
				blocking++
			}
		}
		if blocking != 1 {
			t.Errorf("%d planned tasks block", blocking)
		}
	})
}

// TestClosedMeanwhile has a case closed while somebody writes on each of its forms.
func TestClosedMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		b, s := o.SignIn("mona"), o.SignIn("salma")
		note, contact, plan, end, assign := b.Get(at+"/note"), b.Get(at+"/contact"), b.Get(at+"/plan"), b.Get(at+"/close"), s.Get(at+"/assign")
		first := o.tasks(m.cases[0])[0]
		o.must(o.Casework.Close(t.Context(), o.Actor("mona"), casework.CloseInput{Case: m.cases[0], Reason: "moved_out_of_area", Note: "x", ChildTold: true,
			Version: o.page("mona", m.cases[0]).Version}))
		words := "Written while the case was closed."
		for _, p := range []stafftest.Page{note.Submit(at+"/note", "note", words), plan.Submit(at+"/plan", "words", words),
			contact.Submit(at+"/contact", "mode", "phone", "person", "child", "outcome", "reached", "safe", "yes", "note", words),
			end.Submit(at+"/close", "reason", "moved_out_of_area", "note", words, "child_told", "yes"),
			assign.Submit(at+"/assign", "manager", o.ID("karim"), "told", words, "risks", words)} {
			p.Wants(conflict, "This case is closed. Reopen it before you change anything.")
			if !strings.Contains(p.Body, words) {
				t.Errorf("the words are gone: %s", p.Text)
			}
		}
		b.Post(at+"/done", "task", string(first.ID), "version", text(first.Version)).Wants(conflict, "This case is closed")
		for _, form := range []string{"/note", "/contact", "/plan", "/close"} {
			b.Get(at+form).Wants(conflict, "This case is closed. Reopen it before you change anything.")
		}
		p := b.Get(at).Wants(ok, "Closed: Moved out of the area")
		if p.Has("Record a contact") || p.Has("Next action") || p.Has("Reopen") {
			t.Errorf("a closed case offers work: %s", p.Text)
		}
		s.Get(at).Wants(ok, "Reopen the case")
	})
}

func TestClose(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		b := o.SignIn("mona")
		p := b.Get(at+"/close").Wants(ok, "These tasks are still open. They end as no longer needed", "Make a safety plan", "Goals met and the child is safe",
			"Their language: English")
		if p.Has("Why the open tasks") {
			t.Error("an override is offered where nothing blocks")
		}
		words := "Safe with the aunt, and says so."
		if n := strings.Count(p.Submit(at+"/close", "note", words).Wants(bad, "We need an answer here", words).Body, `class="govuk-error-message"`); n != 2 {
			t.Errorf("%d errors are shown where 2 answers are missing", n)
		}
		p.Submit(at+"/close", "reason", "bored", "note", words, "child_told", "yes").Wants(bad, "We do not know this answer", words)
		p.Submit(at+"/close", "reason", "child_died", "note", words, "child_told", "perhaps", "child_told_why", "kept too").Wants(bad, "We need an answer here", words, "kept too")
		p.Submit(at+"/close", "reason", "lost_contact_after_attempts", "note", words, "child_told", "no").Wants(bad, "Please write or choose an answer here", words)
		p.Submit(at+"/close", "reason", "lost_contact_after_attempts", "child_told", "yes").Wants(bad, "Please write or choose an answer here")
		p.Submit(at+"/close", "reason", "lost_contact_after_attempts", "note", words, "child_told", "yes", "message", strings.Repeat("x ", mailbox.Longest)).
			Wants(bad, "too long", words)
		p.Submit(at+"/close", "reason", "lost_contact_after_attempts", "note", words, "child_told", "yes", "version", "0").Wants(conflict, "What happened last", words)
		before := len(o.Box(m.receipt).Replies)
		p.Submit(at+"/close", "reason", "lost_contact_after_attempts", "note", words, "child_told", "no", "child_told_why", "Nobody answers.", "message", "").
			Leads(at+"?done=case_closed").Follow().Wants(ok, "Lost contact after at least three safe attempts", "The child was not told, because:", "Nobody answers.")
		if box := o.Box(m.receipt); len(box.Replies) != before || box.Progress != intake.Finished {
			t.Errorf("an empty message was sent: %+v", box)
		}
		if open := o.tasks(m.cases[0]); len(open) != 0 {
			t.Errorf("still open: %v", open)
		}
	})
}

// TestCloseWhileSomethingBlocks wants a case manager to be stopped, and a supervisor to say why not.
func TestCloseWhileSomethingBlocks(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		b, s := o.SignIn("mona"), o.SignIn("salma")
		early := b.Get(at + "/close")
		b.Get(at+"/plan").Submit(at+"/plan", "words", "Visit the aunt", "blocking", "yes").Leads(at + "?done=case_planned")
		end := func(p stafftest.Page, pairs ...string) stafftest.Page {
			return p.Submit(at+"/close", filled(pairs, "reason", "goals_met_child_safe", "note", "All is well.", "child_told", "yes")...)
		}
		p := b.Get(at+"/close").Wants(ok, "These must be done before the case may close", "Visit the aunt", "Back to the case")
		if p.Form(at+"/close") != nil || p.Has("Make a safety plan") {
			t.Errorf("the form is offered, or tasks that do not block: %s", p.Text)
		}
		p = end(early, "override", "It is not needed.", "version", text(o.page("mona", m.cases[0]).Version)).Wants(conflict, "There is still 1 open task", "Visit the aunt", "All is well.")
		if p.Has("Why the open tasks") {
			t.Error("a case manager is offered the override")
		}
		p = s.Get(at+"/close").Wants(ok, "Why the open tasks are no longer needed", "Visit the aunt", "Make a safety plan")
		end(p).Wants(conflict, "There is still 1 open task", "All is well.")
		end(p, "override", "The aunt moved in.").Leads(at+"?done=case_closed").Follow().Wants(ok, "Closed with tasks still open, because:", "The aunt moved in.")
	})
}
