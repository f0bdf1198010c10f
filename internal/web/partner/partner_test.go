package partner_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/identity"
	"amparo/internal/referral"
	"amparo/internal/web/partner"
	"amparo/internal/web/staff/stafftest"
)

// TestAPartOfACaseGoesAndComesBack hands a part of a case on by the pages, has it answered by the pages, and reads what came of it.
func TestAPartOfACaseGoesAndComesBack(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		at := "/cases/" + string(o.file)
		mona, dana := o.SignIn("mona"), o.SignIn("dana")
		dana.Get("/").Leads("/referrals")
		dana.Get("/referrals").Wants(ok, "Nothing lies with your agency")
		form := mona.Get(at).Wants(ok, "Hand a part on").Browser().Get(at+"/refer").Wants(ok, "Police Online Child Protection Unit", "works in this area", "A decision of two people")
		again := form.Submit(at+"/refer", "agency", "cyber_unit", "service", "specialist_cyber_unit", "title", "Keep the accounts", "need", "Please keep them.",
			"basis", "none", "name", "Sami").Wants(bad, "This may not be shared while nobody was asked", "Please keep them.")
		again.Submit(at+"/refer", "basis", "child", "agreed", "Sami said yes.").Leads(at + "?done=referral_sent")
		again.Submit(at+"/refer", "basis", "child", "agreed", "Sami said yes.").Leads(at + "?done=referral_sent") // pressed twice
		p := mona.Get(at).Wants(ok, "Handed on", "Keep the accounts", "Sent, not read yet", "Have an answer to what was handed on: Keep the accounts", "Sami said yes.")
		if n := strings.Count(p.Text, "Sent, not read yet"); n != 1 {
			t.Errorf("pressed twice, sent %d times", n)
		}
		list := dana.Get("/referrals").Wants(ok, "To answer", "Specialist police unit", "P2", "Demoland Child Protection Service", "1 to answer")
		if list.Has("Sami") || list.Has("accounts") {
			t.Errorf("the list opens what is sealed: %s", list.Text)
		}
		one := link(list.Links(), "/referrals/")
		p = dana.Get(one).Wants(ok, "Keep the accounts", "Please keep them.", "Sami", "The child has agreed", "Read, not answered yet")
		if p.Has("Sami said yes.") || p.Has("I want to talk.") {
			t.Errorf("the agency sees more than was shared: %s", p.Text)
		}
		dana.Get(one + "/answer").Leads(one) // not taken yet
		form = dana.Get(one+"/take").Wants(ok, "By which day")
		if wrong := form.Submit(one+"/take", "next", "yesterday").Wants(bad, "no day that we can read"); wrong.Hidden(one+"/take").Get("next") != "yesterday" {
			t.Error("what was typed is lost")
		}
		form.Submit(one+"/take", "note", "I begin tomorrow.").Wants(bad, "a day and a time that is still to come", "I begin tomorrow.") // no day is made up
		for range 2 {                                                                                                                   // pressed twice
			form.Submit(one+"/take", "next", "2031-03-05", "next_time", "10:00", "note", "I begin tomorrow.").Leads(one + "?done=referral_taken")
		}
		mona.Get(at).Wants(ok, "Accepted", "I begin tomorrow.", "Dana Qasim")
		mona.Get(at).Browser().Get(link(mona.Get(at).Links(), "/tell?")).Wants(ok, "Police Online Child Protection Unit").
			Submit(at+"/tell", "note", "Sami would rather come on Friday.").Leads(at + "?done=referral_told")
		dana.Get(one).Wants(ok, "Sami would rather come on Friday.", "Mona Khoury")
		form = dana.Get(one+"/answer").Wants(ok, "What has happened?")
		form.Submit(one+"/answer", "answer", "completed").Wants(bad, "We need an answer here")
		form.Submit(one+"/answer", "answer", "stopped_by_child", "note", "").Wants(bad, "Please write")
		form.Submit(one+"/answer", "answer", "completed", "result", "service_received", "note", "All kept.").Leads(one + "?done=referral_answered")
		dana.Get("/referrals").Wants(ok, "Ended in the last 30 days", "Completed")
		p = mona.Get(at).Wants(ok, "Read what was answered: Keep the accounts", "The child received the service", "All kept.")
		if link(p.Links(), "#handed") == "" || link(p.Links(), "/tell?") == "" {
			t.Errorf("what was answered is not to be found, or not to be answered: %v", p.Links())
		}
		mona.Get(link(p.Links(), "/tell?")).Wants(ok).Submit(at+"/tell", "note", "Thank you.").Leads(at + "?done=referral_told")
		dana.Get("/referrals").Wants(ok, "My next steps", "New message")
		dana.Get(one).Wants(ok, "Thank you.")
		dana.Get("/referrals").Wants(ok, "Ended in the last 30 days")
	})
}

func link(links []string, with string) string {
	for _, l := range links {
		if strings.Contains(l, with) {
			return l
		}
	}
	return ""
}

// TestOvertaken holds that who was second is told, with what happened and what they typed.
func TestOvertaken(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		at := "/referrals/" + string(o.send("Keep the accounts"))
		dana := o.SignIn("dana")
		take, decline := dana.Get(at+"/take"), dana.Get(at+"/decline")
		take.Submit(at+"/take", "next", "2031-03-05", "next_time", "10:00").Leads(at + "?done=referral_taken")
		decline.Submit(at+"/decline", "reason", "no_capacity", "note", "In June again.").Wants(http.StatusConflict, "In June again.")
		file := "/cases/" + string(o.file)
		mona := o.SignIn("mona")
		form := mona.Get(link(mona.Get(file).Links(), "/withdraw?")).Wants(ok, "At once nobody there sees it any more")
		answer := dana.Get(at + "/answer")
		answer.Submit(at+"/answer", "answer", "wrote", "note", "Which day?").Leads(at + "?done=referral_answered")
		form.Submit(file+"/withdraw", "why", "no_longer_agreed").Wants(http.StatusConflict, "Which day?", "Dana Qasim").
			Submit(file+"/withdraw", "why", "no_longer_agreed").Leads(file + "?done=referral_withdrawn")
		dana.Get(at).Wants(missing)
		answer.Submit(at+"/answer", "answer", "wrote", "note", "Hello?").Wants(missing)
		mona.Get(file).Wants(ok, "Taken back", "The child, or who agreed, does not want it any more")
		if p := mona.Get(file); link(p.Links(), "/withdraw?") != "" {
			t.Error("what has ended can be taken back again")
		}
		paul := o.Hire(identity.AddUserInput{Name: "paul", DisplayName: "Paul Haddad", Agency: stafftest.Police, Roles: []access.Role{access.Specialist}})
		id := o.send("Talk to the platform")
		at = "/referrals/" + string(id)
		dana.Get(at+"/take").Submit(at+"/take", "next", "2031-03-05", "next_time", "10:00").Leads(at + "?done=referral_taken")
		answer = dana.Get(at + "/answer")
		u, err := o.Identity.User(t.Context(), access.Console, paul)
		o.must(err)
		o.must(o.Referral.Take(t.Context(), u.Actor(), referral.TakeInput{Referral: id, Next: o.Now().Add(time.Hour), Version: 2}))
		answer.Submit(at+"/answer", "answer", "wrote", "note", "I have asked them.").Wants(http.StatusForbidden, "I have asked them.", "Taken over by a colleague", "Paul Haddad")
	})
}

// TestTwoAgree has the case manager write what takes two, and a supervisor agree to it by the page.
func TestTwoAgree(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		at := "/cases/" + string(o.file)
		mona, salma := o.SignIn("mona"), o.SignIn("salma")
		mona.Get(at+"/refer").Submit(at+"/refer", "agency", "cyber_unit", "service", "specialist_cyber_unit", "title", "Keep the accounts", "need", "Please keep them.",
			"basis", "best_interests_decision", "agreed", "Not safe at home.").Leads(at + "?done=referral_sent")
		p := mona.Get(at).Wants(ok, "Waits for a second person to agree", "Second agreement by:")
		if link(p.Links(), "/agree?") != "" {
			t.Error("the first of two is asked to be the second")
		}
		o.SignIn("dana").Get("/referrals").Wants(ok, "Nothing lies with your agency")
		form := salma.Get(link(salma.Get(at).Wants(ok, "Agree to it").Links(), "/agree?")).Wants(ok, "That is the decision of two people")
		form.Submit(at+"/agree").Wants(bad, "Please write")
		mona.Get(at+"/agree?"+strings.SplitN(link(salma.Get(at).Links(), "/agree?"), "?", 2)[1]).Submit(at+"/agree", "why", "I still think so.").
			Wants(http.StatusForbidden, "Ask another person to agree", "I still think so.")
		form.Submit(at+"/agree", "why", "It is the only way.").Leads(at + "?done=referral_agreed")
		mona.Get(at).Wants(ok, "Agreed, by the second of two", "It is the only way.", "Salma Idris")
		one := o.SignIn("dana").Get("/referrals").Wants(ok, "To answer")
		if p := o.SignIn("dana").Get(link(one.Links(), "/referrals/")).Wants(ok, "Best interests decision by two people"); p.Has("only way") || p.Has("safe at home") {
			t.Errorf("the agency sees why: %s", p.Text)
		}
	})
}

// TestWhoComesIn goes to every page as every role.
func TestWhoComesIn(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		id := o.send("Keep the accounts")
		for _, who := range []string{"huda", "mona", "karim", "salma", "laila", "adam", "aida", "nour", "dana"} {
			b, his := o.SignIn(who), who == "dana"
			want := map[bool]int{true: ok, false: missing}[his]
			for _, path := range []string{"", "/take", "/decline", "/conflict"} {
				b.Get("/referrals/" + string(id) + path).Wants(want)
			}
			if !his {
				b.Get("/referrals").Wants(http.StatusForbidden)
				for _, path := range []string{"/take", "/decline", "/answer", "/conflict"} {
					b.Post("/referrals/"+string(id)+path, "reason", "no_capacity", "version", "1").Wants(missing)
				}
			}
			sends := map[string]int{"mona": ok, "salma": ok, "laila": ok}[who]
			if sends == 0 {
				sends = missing
			}
			b.Get("/cases/" + string(o.file) + "/refer").Wants(sends)
			if nav := strings.Join(b.Get("/account").Links(), " "); strings.Contains(nav, "/referrals") != his {
				t.Errorf("the menu of %s: %s", who, nav)
			}
		}
		if p := o.SignIn("mona").Get("/cases/" + string(o.file)); !p.Has("Sent") {
			t.Errorf("somebody changed it: %s", p.Text)
		}
		o.SignIn("dana").Get("/referrals/"+string(id)+"/conflict").Wants(ok, "nothing else of the matter will be handed to you").Submit("/referrals/" + string(id) + "/conflict").Follow().Wants(ok)
		o.SignIn("dana").Get("/referrals/" + string(id)).Wants(missing)
		o.SignIn("mona").Get("/cases/"+string(o.file)).Wants(ok, "Declined", "Conflict of interest")
	})
}

// TestAddNeedsEverything holds that pages without a part do not come about.
func TestAddNeedsEverything(t *testing.T) {
	if err := partner.Add(nil, partner.Config{}); err == nil {
		t.Error("pages of nothing")
	}
}

// TestLate says what is late, on both sides.
func TestLate(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		id := o.send("Keep the accounts")
		o.must(o.Referral.Take(t.Context(), o.Actor("dana"), referral.TakeInput{Referral: id, Next: o.Now().Add(time.Hour), Version: 1}))
		o.Advance(2 * time.Hour)
		o.SignIn("dana").Get("/referrals").Wants(ok, "My next steps", "Overdue")
		o.SignIn("dana").Get("/referrals/"+string(id)).Wants(ok, "Overdue")
		o.SignIn("mona").Get("/cases/"+string(o.file)).Wants(ok, "Next step there:", "Overdue")
	})
}
