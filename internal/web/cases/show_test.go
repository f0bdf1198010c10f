package cases_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/grant"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/referral"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/web/cases"
	"amparo/internal/web/staff"
	"amparo/internal/web/staff/stafftest"
)

// TestMessages goes both ways between the reporter and the case.
func TestMessages(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		b := o.SignIn("mona")
		o.Add(m.receipt, "Can I bring my friend?")
		b.Get("/cases").Wants(ok, "1 new reply", "Read and answer the new reply")
		p := b.Get(at).Wants(ok, "1 new reply", "New", "Can I bring my friend?", "Go to the messages", "They wrote", "We wrote")
		p.Submit(at+"/reply").Wants(bad, "Please write or choose an answer here")
		long := strings.Repeat("long ", mailbox.Longest/5+1)
		p.Submit(at+"/reply", "message", long).Wants(bad, "too long", strings.TrimSpace(long))
		if box := o.Box(m.receipt); len(box.Replies) != 1 {
			t.Errorf("what was refused was sent: %+v", box)
		}
		words := "Yes, bring your friend."
		for range 3 { // pressing again, and again after going back
			p.Submit(at+"/reply", "message", words).Leads(at + "?done=case_replied")
		}
		if box := o.Box(m.receipt); !replied(box, words) || len(box.Replies) != 2 {
			t.Errorf("the reporter sees %+v", box)
		}
		p.Submit(at+"/reply", "message", "Other words.").Leads(at + "?done=case_replied")
		p = b.Get(at).Wants(ok, words, "Other words.")
		if p.Has("new reply") || !replied(o.Box(m.receipt), "Other words.") {
			t.Errorf("answered, and still new: %s", p.Text)
		}
		for _, one := range o.tasks(m.cases[0]) {
			if one.Kind == task.ReadReply {
				t.Error("answered, and still to be read")
			}
		}
		o.Add(m.receipt, "Thank you.")
		markRead(b.Get(at).Wants(ok, "1 new reply"), at).Leads(at+"?done=case_read").Follow().Wants(ok, "The messages are marked as read")
		if p := b.Get("/cases"); p.Has("new reply") {
			t.Errorf("read, and still new: %s", p.Text)
		}
	})
}

// markRead presses the other button of the form for an answer.
func markRead(p stafftest.Page, at string, pairs ...string) stafftest.Page {
	form := p.Hidden(at + "/reply")
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return p.Browser().Send(at+"/read", form)
}

// TestAnAnswerIsLookedAtBeforeItIsSent begins with the country's words, repeats what was told, is told so, and sends it all the same.
func TestAnAnswerIsLookedAtBeforeItIsSent(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		b := o.SignIn("mona")
		words := o.Pack.Replies(jurisdiction.Child, "en", "en")[0]
		p := b.Get(at).Wants(ok, "Begin with words for: "+o.Lang.For("en").T("desk.reader_child")+", English.", words.Name)
		p = p.Submit(at+"/reply", "message", "And one more thing.", "begin", words.Code).Wants(ok, words.Words, "Nothing has been sent")
		if got := p.Hidden(at + "/reply").Get("message"); got != strings.TrimSpace(words.Words)+"\n\nAnd one more thing." {
			t.Errorf("the field has %q", got)
		}
		repeats := "You wrote: I want to talk to somebody. So let us talk."
		p = p.Submit(at+"/reply", "message", repeats).Wants(ok, "Nothing has been sent", "Words as they were told", "I want to talk to somebody", repeats, "Please look at this again")
		if box := o.Box(m.receipt); len(box.Replies) != 1 {
			t.Fatalf("it was sent: %+v", box)
		}
		p.Submit(at+"/reply", "anyway", "yes").Leads(at + "?done=case_replied")
		if box := o.Box(m.receipt); !replied(box, repeats) {
			t.Errorf("it was not sent: %+v", box)
		}
		o.SignIn("salma").Post(at+"/reply", "report", string(m.report), "message", repeats).Wants(refused)
		o.SignIn("karim").Post(at+"/reply", "report", string(m.report), "message", repeats).Wants(missing)
	})
}

// TestAReporterWhoThrewTheCodeAway offers no answer that would reach nobody, but still to say that what they wrote before is read.
func TestAReporterWhoThrewTheCodeAway(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		b := o.SignIn("mona")
		o.Add(m.receipt, "Hello?")
		if p := b.Get(at).Wants(ok, "Hello?"); p.Has("thrown the code away") || p.Hidden(at+"/reply").Get("id") == "" {
			t.Errorf("while they have it: %s", p.Text)
		}
		o.must(o.Intake.Burn(t.Context(), m.receipt))
		p := b.Get(at).Wants(ok, "Hello?", "thrown the code away")
		if strings.Contains(p.Text, "Begin with words for") {
			t.Error("it offers to answer")
		}
		p.Submit(at + "/read").Leads(at + "?done=case_read")
	})
}

// TestMessagesInBadHands sends what no page of ours sends.
func TestMessagesInBadHands(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		other := o.open("mona", told("x"), "Rami")
		b := o.SignIn("mona")
		o.Add(m.receipt, "Hello?")
		b.Post(at+"/reply", "report", string(other.report), "id", "x", "seen", "9", "message", "hello").Wants(missing)
		b.Post(at+"/reply", "report", "none", "message", "hello").Wants(missing)
		b.Post(at+"/read", "report", string(other.report), "seen", "1").Wants(missing)
		for _, seen := range []string{"", "0", "-7", "many"} {
			b.Post(at+"/read", "report", string(m.report), "seen", seen, "message", "kept words").Wants(conflict, "Somebody changed this", "1 new reply", "kept words")
		}
		b.Post(at+"/reply", "report", string(m.report), "id", "../../x", "seen", "0", "message", "Hello, we are here.").Leads(at + "?done=case_replied")
		b.Get(at).Wants(ok, "Hello, we are here.", "1 new reply")
		if !replied(o.Box(m.receipt), "Hello, we are here.") {
			t.Errorf("the reporter sees %+v", o.Box(m.receipt))
		}
		p := markRead(b.Get(at), at, "message", "an answer that was begun").Wants(ok, "an answer that was begun")
		if p.Has("new reply") {
			t.Error("read, and still new")
		}
		o.SignIn("salma").Post(at+"/reply", "report", string(m.report), "message", "hello").Wants(refused)
	})
}

// TestAClosedCaseIsAnswered has the reporter write after the end.
func TestAClosedCaseIsAnswered(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		o.must(o.Casework.Close(t.Context(), o.Actor("mona"), casework.CloseInput{Case: m.cases[0], Reason: "goals_met_child_safe", Note: "x", ChildTold: true,
			Version: o.page("mona", m.cases[0]).Version}))
		o.Add(m.receipt, "He is back.")
		b := o.SignIn("mona")
		b.Get("/cases").Wants(ok, "Read and answer the new reply", "Closed cases", "1 new reply")
		p := b.Get(at).Wants(ok, "Still to do", "Read and answer the new reply", "He is back.")
		p.Submit(at+"/reply", "message", "We are here again.").Leads(at + "?done=case_replied")
		if p := b.Get(at); p.Has("Still to do") || !replied(o.Box(m.receipt), "We are here again.") {
			t.Errorf("the answer is not taken: %s", p.Text)
		}
	})
}

// TestTwoSiblings opens two cases of one report, which has one thread.
func TestTwoSiblings(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m := o.open("mona", told("There are two of us."), "Sami", "Rana")
		b := o.SignIn("mona")
		b.Get("/cases").Wants(ok, "Sami", "Rana")
		for i, child := range []string{"Sami", "Rana"} {
			p := b.Get(path(m.cases[i])).Wants(ok, child, "There are two of us.")
			if p.Has([]string{"Rana", "Sami"}[i]) {
				t.Error("one child's page names the other")
			}
		}
		b.Get(path(m.cases[0])+"/note").Submit(path(m.cases[0])+"/note", "note", "Only about Sami.").Follow().Wants(ok, "Only about Sami.")
		if p := b.Get(path(m.cases[1])); p.Has("Only about Sami.") {
			t.Error("a note stands in the other case")
		}
		o.Add(m.receipt, "We are both fine.")
		b.Get("/cases").Wants(ok, "1 new reply")
		b.Get(path(m.cases[0])).Submit(path(m.cases[0])+"/reply", "message", "Good to hear.").Leads(path(m.cases[0]) + "?done=case_replied")
		p := b.Get(path(m.cases[1])).Wants(ok, "We are both fine.", "Good to hear.", "I have read it")
		markRead(p, path(m.cases[1])).Leads(path(m.cases[1]) + "?done=case_read")
		for i, end := range []intake.Progress{intake.Working, intake.Finished} {
			at := path(m.cases[i])
			p := b.Get(at + "/close").Wants(ok)
			p.Submit(at+"/close", "reason", "goals_met_child_safe", "note", "x", "child_told", "yes", "message", "").Leads(at + "?done=case_closed")
			if box := o.Box(m.receipt); box.Progress != end {
				t.Errorf("after %d cases the reporter sees %s", i+1, box.Progress)
			}
		}
	})
}

// TestWhatWasToldIsThere reads every kind of answer, in the words in which it was told.
func TestWhatWasToldIsThere(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		in := intake.Told{Language: "ar", Answers: map[string][]string{"danger": {"no"}, "words": {"أريد أن أتحدث\nمع أحد"}, "must_not_know": {"زوج أمي"}, "group": {"unknown"}}}
		m := o.open("mona", in, "ليلى")
		p := o.SignIn("mona").Get(path(m.cases[0])).Wants(ok, "What was told already", "Told on 3 March 2031, 11:00", "Are you in danger right now?", "No, not right now",
			"أريد أن أتحدث مع أحد", "زوج أمي", "I don't know", "Not answered:", "Is it still going on?")
		for _, n := range p.Find("div") {
			if strings.Contains(stafftest.Content(n), "أريد") && stafftest.Attr(n, "class") == "told" && (stafftest.Attr(n, "lang") != "ar" || stafftest.Attr(n, "dir") != "auto") {
				t.Error("the child's own words do not have their language")
			}
		}
	})
}

// TestHostileWords puts markup and addresses wherever somebody can write.
func TestHostileWords(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		hostile := `<script>alert(1)</script><img src=x onerror=alert(2)> https://bad.example/a.b "'</textarea> www.worse.example` + "\u202e"
		m := o.open("mona", told(hostile), hostile)
		at := path(m.cases[0])
		b := o.SignIn("mona")
		o.Add(m.receipt, hostile)
		b.Get(at+"/note").Submit(at+"/note", "note", hostile).Leads(at + "?done=case_noted")
		o.contact(b, at, "note", hostile).Leads(at + "?done=case_contacted")
		b.Get(at+"/plan").Submit(at+"/plan", "words", hostile).Leads(at + "?done=case_planned")
		again := b.Get(at).Submit(at+"/reply", "message", hostile).Wants(ok, "Nothing has been sent") // it says again what was told
		again.Submit(at+"/reply", "anyway", "yes").Leads(at + "?done=case_replied")
		for _, p := range []stafftest.Page{again, b.Get(at), b.Get("/cases"), b.Get(at + "/close"), b.Get(at+"/note").Submit(at+"/note", "note", hostile, "version", "0")} {
			o.harmless(p)
		}
		if p := b.Get(at); !p.Has(`<script>alert(1)</script>`) || !p.Has("hxxps://bad[.]example/a.b") || !p.Has("www[.]worse[.]example") {
			t.Errorf("the words are not shown as text: %s", p.Text)
		}
	})
}

// harmless fails the test when what somebody wrote became markup, or an address that can be pressed or copied.
func (o office) harmless(p stafftest.Page) {
	o.T.Helper()
	for _, n := range append(p.Find("script"), p.Find("img")...) {
		if src := stafftest.Attr(n, "src"); !strings.HasPrefix(src, "/s/") {
			o.T.Errorf("an element <%s src=%q> came of somebody's words", n.Data, src)
		}
	}
	for n := range p.Doc.Descendants() {
		inField := n.Parent != nil && n.Parent.Data == "textarea"
		if n.Type == html.TextNode && !inField && (strings.Contains(n.Data, "https://bad") || strings.Contains(n.Data, "www.worse") || strings.Contains(n.Data, "\u202e")) {
			o.T.Errorf("shown as it was written: %q", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || strings.Contains(a.Val, "bad.example") {
				o.T.Errorf("an attribute %s=%q came of somebody's words", a.Key, a.Val)
			}
		}
	}
}

func TestOneViewIsOneEntry(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		o.Add(m.receipt, "Hello?")
		b, s := o.SignIn("mona"), o.SignIn("salma")
		id, both := string(m.cases[0]), []string{string(m.cases[0]), string(m.report)}
		slices.Sort(both)
		for address, want := range map[string]string{"/cases": "case.list " + id, at: "case.read " + strings.Join(both, " "), at + "/note": "case.record " + id,
			at + "/contact": "case.record " + id, at + "/plan": "case.record " + id} {
			before := o.count(viewsTestSQL, o.ID("mona"))
			b.Get(address).Wants(ok)
			if got := o.lastView("mona"); o.count(viewsTestSQL, o.ID("mona")) != before+1 || got != want {
				t.Errorf("%s left %d entries; the last says %q, want %q", address, o.count(viewsTestSQL, o.ID("mona"))-before, got, want)
			}
			o.Advance(time.Second)
		}
		before := o.count(viewsTestSQL, o.ID("mona"))
		b.Post(at+"/note", "note", "x", "version", "0").Wants(conflict)
		if n := o.count(viewsTestSQL, o.ID("mona")) - before; n != 1 {
			t.Errorf("a page that shows what has changed left %d entries", n)
		}
		s.Get(at + "/assign").Wants(ok)
		if got := o.lastView("salma"); got != "case.assign "+id {
			t.Errorf("the last entry says %q", got)
		}
	})
}

// TestTheList looks at more than one case as a supervisor does.
func TestTheList(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		late := o.open("karim", told("x"), "Older").cases[0]
		o.Advance(time.Hour)
		o.open("mona", told("x"), "Newer")
		first := o.open("mona", intake.Told{Answers: map[string][]string{"danger": {"yes"}}}, "First")
		s := o.SignIn("salma")
		p := s.Get("/cases").Wants(ok, "Karim Naser", "Mona Khoury")
		if p.Has("My next actions") || !inOrder(p.Text, "Older", "Newer") {
			t.Errorf("the list: %s", p.Text)
		}
		if p := o.SignIn("mona").Get("/cases"); p.Has("Older") {
			t.Errorf("another's case is listed: %s", p.Text)
		}
		o.closeAs("karim", late)
		for i := range 12 {
			o.closeAs("mona", o.open("mona", told("x"), "Closed-"+string(rune('a'+i))+".").cases[0])
			o.Advance(time.Minute)
		}
		p = s.Get("/cases").Wants(ok, "Closed-l.", "Show 3 more closed cases")
		if p.Has("Closed-a.") || p.Has("Older") || !inOrder(p.Text, "Open cases", "First", "Closed cases", "Closed-l.", "Closed-k.") {
			t.Errorf("the list: %s", p.Text)
		}
		s.Get("/cases?closed=all").Wants(ok, "Closed-a.", "Older")
		o.Add(first.receipt, "Hello?")
		links := o.SignIn("mona").Get("/account")
		if badge := links.Text; !strings.Contains(badge, "Cases 1 1 new reply") {
			t.Errorf("the menu does not count: %s", badge)
		}
		if p := s.Get("/account"); p.Has("new reply") {
			t.Errorf("the menu counts another's: %s", p.Text)
		}
	})
}

// closeAs closes a case as its manager.
func (o office) closeAs(who string, id casework.ID) {
	o.T.Helper()
	o.must(o.Casework.Close(o.T.Context(), o.Actor(who), casework.CloseInput{Case: id, Reason: "moved_out_of_area", Note: "x", ChildTold: true, Version: o.page(who, id).Version}))
}

func inOrder(text string, words ...string) bool {
	for _, w := range words {
		_, rest, found := strings.Cut(text, w)
		if !found {
			return false
		}
		text = rest
	}
	return true
}

// TestNothingIsPlanned shows a case whose every task is done.
func TestNothingIsPlanned(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		by, err := access.Own(access.System("test"), access.CaseRecord)
		o.must(err)
		o.Write(func(ctx context.Context, tx store.Tx) error { return task.Cancel(ctx, tx, by, string(m.cases[0])) })
		b := o.SignIn("mona")
		b.Get("/cases").Wants(ok, "Nothing is planned")
		p := b.Get(at).Wants(ok, "Next action", "Nothing is planned")
		if !slices.Contains(p.Links(), at+"/plan") {
			t.Errorf("no way to plan: %v", p.Links())
		}
	})
}

// TestEveryRouteWithEveryRole holds the pages to the table of permissions.
func TestEveryRouteWithEveryRole(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		m, at := o.one("mona")
		first := o.tasks(m.cases[0])[0]
		handed, err := o.Referral.Send(t.Context(), o.Actor("mona"), referral.SendInput{Case: m.cases[0], Draft: referral.NewDraft(o.Clock()), Agency: stafftest.Police,
			Service: "specialist_cyber_unit", Asked: referral.Asked{Title: "Keep the accounts", Need: "Please."}, Basis: referral.Nobody})
		o.must(err)
		covered := map[string]bool{}
		for _, c := range []struct {
			route  string
			action access.Action
			allow  int // what whoever may do it gets for a form that is not filled in
			form   []string
		}{
			{"GET /cases", access.CaseList, ok, nil},
			{"GET /cases/{case}", access.CaseRead, ok, nil},
			{"GET /cases/{case}/note", access.CaseRecord, ok, nil},
			{"POST /cases/{case}/note", access.CaseRecord, bad, nil},
			{"GET /cases/{case}/contact", access.CaseRecord, ok, nil},
			{"POST /cases/{case}/contact", access.CaseRecord, bad, nil},
			{"GET /cases/{case}/plan", access.CaseRecord, ok, nil},
			{"POST /cases/{case}/plan", access.CaseRecord, bad, nil},
			{"GET /cases/{case}/hold", access.CasePause, ok, nil},
			{"POST /cases/{case}/hold", access.CasePause, bad, nil},
			{"POST /cases/{case}/go-on", access.CasePause, conflict, []string{"task", string(first.ID)}},
			{"POST /cases/{case}/done", access.CaseRecord, conflict, []string{"task", string(first.ID)}},
			{"POST /cases/{case}/reply", access.CaseReply, bad, []string{"report", string(m.report)}},
			{"POST /cases/{case}/read", access.CaseReply, conflict, []string{"report", string(m.report)}},
			{"GET /cases/{case}/conflict", access.CaseDeclare, ok, nil},
			{"POST /cases/{case}/conflict", access.CaseDeclare, bad, nil},
			{"GET /cases/{case}/refer", access.ReferralSend, ok, nil},
			{"POST /cases/{case}/refer", access.ReferralSend, bad, nil},
			{"GET /cases/{case}/agree?referral=" + string(handed), access.ReferralSend, ok, nil},
			{"POST /cases/{case}/agree", access.ReferralSend, bad, []string{"referral", string(handed)}},
			{"GET /cases/{case}/tell?referral=" + string(handed), access.ReferralSend, ok, nil},
			{"POST /cases/{case}/tell", access.ReferralSend, bad, []string{"referral", string(handed)}},
			{"GET /cases/{case}/withdraw?referral=" + string(handed), access.ReferralSend, ok, nil},
			{"POST /cases/{case}/withdraw", access.ReferralSend, bad, []string{"referral", string(handed)}},
			{"GET /cases/{case}/assign", access.CaseAssign, ok, nil},
			{"POST /cases/{case}/assign", access.CaseAssign, bad, nil},
			{"GET /cases/{case}/close", access.CaseClose, ok, nil},
			{"POST /cases/{case}/close", access.CaseClose, bad, nil},
			{"GET /cases/{case}/reopen", access.CaseReopen, http.StatusSeeOther, nil},
			{"POST /cases/{case}/reopen", access.CaseReopen, bad, nil},
		} {
			route, _, _ := strings.Cut(c.route, "?")
			covered[route] = true
			method, route, _ := strings.Cut(c.route, " ")
			for _, who := range []string{"huda", "omar", "nour", "mona", "karim", "lina", "salma", "laila", "dana", "adam", "aida"} {
				want := o.allowed(who, c.action, m.cases[0], c.allow)
				before := o.count(refusalsTestSQL, string(c.action), o.ID(who))
				p := o.ask(who, method, strings.Replace(route, "/cases/{case}", at, 1), c.form)
				refusals := o.count(refusalsTestSQL, string(c.action), o.ID(who)) - before
				if p.Status != want || refusals != 0 != (want == refused || want == missing) || refusals > 1 {
					t.Errorf("%s as %s gave %d and %d refusals, want %d: %s", c.route, who, p.Status, refusals, want, p.Text)
				}
				if (want == refused || want == missing) && (p.Has("Sami") || p.Has("Mona Khoury") && who != "mona") {
					t.Errorf("%s tells %s of the case: %s", c.route, who, p.Text)
				}
			}
			if p := o.ask("mona", method, strings.Replace(route, "{case}", "0000000000000000000000000x", 1), c.form); c.action != access.CaseList && p.Status != missing {
				t.Errorf("%s of no case gave %d", c.route, p.Status)
			}
		}
		for _, route := range o.Site.Routes() {
			if strings.Contains(route, "/cases") && !covered[route] {
				t.Errorf("%s is not driven", route)
			}
		}
	})
}

// allowed is the status that the table of permissions calls for. Whoever has no part in the case is told that it is not there.
func (o office) allowed(who string, action access.Action, id casework.ID, allow int) (status int) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error {
		ties, err := grant.Relations(ctx, tx, o.Actor(who), string(id))
		switch {
		case access.May(o.Actor(who), action, ties...):
			status = allow
		case who == "mona" || who == "salma" || who == "laila" || action == access.CaseList:
			status = refused
		default:
			status = missing
		}
		return err
	})
	return status
}

// ask asks for a page or sends a form as somebody.
func (o office) ask(who, method, address string, form []string) stafftest.Page {
	o.T.Helper()
	b := o.SignIn(who)
	if method == http.MethodGet {
		return b.Get(address)
	}
	return b.Post(address, form...)
}

func TestThePagesNeedTheirParts(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		if err := cases.Add(o.Site, o.config()); err == nil {
			t.Error("added twice")
		}
		c := o.config()
		for _, without := range []func(c *cases.Config){func(c *cases.Config) { c.Store = nil }, func(c *cases.Config) { c.Pack = nil },
			func(c *cases.Config) { c.Casework = nil }, func(c *cases.Config) { c.Mailbox = nil }, func(c *cases.Config) { c.Triage = nil },
			func(c *cases.Config) { c.Clock = nil }, func(c *cases.Config) { c.Name = nil }} {
			less := c
			without(&less)
			if err := cases.Add(o.NewSite(staff.Config{}), less); err == nil {
				t.Error("added without a part")
			}
		}
		if err := cases.Add(o.NewSite(staff.Config{}), c); err != nil {
			t.Error(err)
		}
	})
}
