package cases

import (
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/page"
	"amparo/internal/referral"
	"amparo/internal/task"
	"amparo/internal/web/staff"
)

// A handedView is a part of the case that another agency was asked to do.
type handedView struct {
	Title, Agency, Service string
	State                  page.Tag
	Late                   *page.Tag
	Due                    time.Time // of the next step there; zero when nothing is left to do
	Reason                 string
	Facts                  []fact
	Thread                 []staff.Event
	Waits                  bool   // for the second of two to agree
	Tell, Agree, Withdraw  string // where the forms are; empty when it is not for the reader, or not as it stands
}

// handed are the referrals of a case, the open ones first, the latest first among each.
func (s *pages) handed(v *staff.Visit, n *names, all []referral.Page, may powers) (list []handedView) {
	for _, open := range []bool{true, false} {
		for i := len(all) - 1; i >= 0; i-- {
			if all[i].State.Live() == open {
				list = append(list, s.handedOn(v, n, all[i], may))
			}
		}
	}
	return list
}

func (s *pages) handedOn(v *staff.Visit, n *names, r referral.Page, may powers) handedView {
	out := handedView{Title: staff.Shown(r.Asked.Title), Agency: v.AgencyName(r.Agency), Service: s.word(v, "service_type", r.Service),
		State: v.ReferralState(r.State), Waits: r.State == referral.ConsentCheck, Late: v.ReferralDue(r.Referral, s.Clock.Now()), Reason: v.ReferralReason(s.Pack, r.State, r.Reason),
		Thread: v.ReferralThread(s.Pack, r, n.of)}
	for _, f := range []fact{{Key: v.T("referral.need"), Text: r.Asked.Need}, {Key: v.T("referral.known"), Text: r.Asked.Known},
		{Key: v.T("referral.safety"), Text: r.Asked.Safety}, {Key: v.T("referral.name"), Text: r.Person.Name}, {Key: v.T("referral.contact"), Text: r.Person.Contact},
		{Key: v.T("referral.basis"), Text: v.ReferralBasis(s.Pack, r.Basis)}, {Key: v.T("referral.agreed"), Text: r.Agreed}} {
		if f.Text != "" {
			f.Text = staff.Shown(f.Text)
			out.Facts = append(out.Facts, f)
		}
	}
	if r.State.Live() {
		out.Due = r.Due
	}
	at := func(form string) string { return pathOf(r.Case) + "/" + form + "?referral=" + string(r.ID) }
	if may.Tell && r.Writable(s.Clock.Now()) {
		out.Tell = at("tell")
	}
	if may.Refer && r.State.Live() {
		out.Withdraw = at("withdraw")
	}
	if may.Refer && r.State == referral.ConsentCheck && r.SentBy != v.Actor.ID {
		out.Agree = at("agree")
	}
	return out
}

// follows tells whether a task goes with a referral, and ends with it.
func follows(k task.Kind) bool {
	return k == task.AgreeReferral || k == task.AwaitAnswer || k == task.FollowReferral
}

// referForm hands a part of a case to an agency.
var referForm = form{name: "refer", action: access.ReferralSend, state: casework.Open, done: "referral_sent", ask: askRefer,
	take: func(s *pages, v *staff.Visit, id casework.ID, _ int64) error {
		_, err := s.Referral.Send(v.Context(), v.Actor, referral.SendInput{Case: id, Draft: v.Field("draft"), Agency: v.Field("agency"), Service: v.Field("service"),
			Asked:  referral.Asked{Title: v.Field("title"), Need: v.Field("need"), Known: v.Field("known"), Safety: v.Field("safety")},
			Person: referral.Person{Name: v.Field("name"), Contact: v.Field("contact")}, Basis: referral.Basis(v.Field("basis")), Agreed: v.Field("agreed")})
		return err
	}}

func askRefer(s *pages, a *asking) error {
	offers, err := s.Referral.Offers(a.Context(), a.Actor, a.page.ID, a.Words.Tag())
	if err != nil {
		return err
	}
	a.view.Intro = []string{a.T("referral.intro")}
	if len(offers) == 0 {
		a.view.Intro, a.view.Shut = []string{a.T("referral.no_offer")}, true
		return nil
	}
	var agencies []page.Choice
	for _, o := range offers {
		where := "referral.serves"
		if !o.Serves {
			where = "referral.elsewhere"
		}
		agencies = append(agencies, page.Choice{Value: o.Agency.Code, Text: o.Agency.Name, Hint: o.Agency.RoleName + " · " + a.T(where)})
	}
	a.Radios("agency", "referral.agency", agencies)
	a.Select("service", "referral.service", s.listed(a.Visit, "service_type"))
	a.Line("title", "referral.title", "", page.Input{Hint: a.T("referral.title_hint")})
	for _, name := range []string{"need", "known", "safety"} {
		a.Text(name, "referral."+name, "", page.Textarea{Hint: a.T("referral." + name + "_hint"), Rows: 4, Max: referral.LongestWords, Optional: name != "need"})
	}
	bases := []page.Choice{}
	for _, b := range []referral.Basis{referral.ByChild, referral.ByCaregiver, referral.Nobody} {
		bases = append(bases, page.Choice{Value: string(b), Text: a.ReferralBasis(s.Pack, b), Hint: a.T("referral.basis_" + string(b) + "_hint")})
	}
	for i, c := range s.listed(a.Visit, "share_reason") {
		if c.Value == string(referral.BestInterests) {
			c.Hint = a.T("referral.best_interests_hint")
		}
		if i == 0 {
			c.Or = a.T("referral.without")
		}
		bases = append(bases, c)
	}
	a.Radios("basis", "referral.basis", bases)
	a.Text("agreed", "referral.agreed", "", page.Textarea{Hint: a.T("referral.agreed_hint"), Rows: 3, Max: referral.LongestWords})
	a.Line("name", "referral.name", "", page.Input{Hint: a.T("referral.name_hint"), Optional: true})
	a.Text("contact", "referral.contact", "", page.Textarea{Hint: a.T("referral.contact_hint"), Rows: 2, Max: referral.LongestWords, Optional: true})
	a.Hide("draft", a.Value("draft", referral.NewDraft(s.Clock)))
	return nil
}

// tellForm writes to the agency about a referral.
var tellForm = form{name: "tell", action: access.ReferralSend, handed: true, done: "referral_told",
	ask: func(s *pages, a *asking) error {
		if err := s.about(a); err != nil {
			return err
		}
		a.Text("note", "referral.tell_words", "", page.Textarea{Hint: a.T("referral.tell_hint"), Rows: 5, Max: referral.LongestWords})
		return nil
	},
	take: func(s *pages, v *staff.Visit, id casework.ID, _ int64) error {
		return s.Referral.Write(v.Context(), v.Actor, referral.WriteInput{Case: id, Referral: referral.ID(v.Field("referral")), Note: v.Field("note"), Draft: v.Field("draft")})
	}}

// agreeForm is the decision of the second of two.
var agreeForm = form{name: "agree", action: access.ReferralSend, state: casework.Open, handed: true, done: "referral_agreed",
	ask: func(s *pages, a *asking) error {
		if err := s.about(a); err != nil {
			return err
		}
		a.view.Intro = append(a.view.Intro, a.T("referral.agree_text"))
		a.Text("why", "referral.agree_why", "", page.Textarea{Hint: a.T("referral.agree_hint"), Rows: 4, Max: referral.LongestWords})
		return nil
	},
	take: func(s *pages, v *staff.Visit, id casework.ID, _ int64) error {
		return s.Referral.Agree(v.Context(), v.Actor, referral.AgreeInput{Case: id, Referral: referral.ID(v.Field("referral")), Why: v.Field("why"), Version: v.Version("seen"),
			Draft: v.Field("draft")})
	}}

// withdrawForm takes a referral back.
var withdrawForm = form{name: "withdraw", action: access.ReferralSend, state: casework.Open, handed: true, done: "referral_withdrawn",
	ask: func(s *pages, a *asking) error {
		if err := s.about(a); err != nil {
			return err
		}
		a.view.Intro = append(a.view.Intro, a.T("referral.withdraw_text"))
		var why []page.Choice
		for _, w := range referral.Withdrawals {
			why = append(why, page.Choice{Value: string(w), Text: a.T("referral.withdraw_" + string(w))})
		}
		a.Radios("why", "referral.withdraw_why", why)
		return nil
	},
	take: func(s *pages, v *staff.Visit, id casework.ID, _ int64) error {
		return s.Referral.Withdraw(v.Context(), v.Actor, referral.WithdrawInput{Case: id, Referral: referral.ID(v.Field("referral")), Why: referral.Withdrawal(v.Field("why")),
			Version: v.Version("seen"), Draft: v.Field("draft")})
	}}

// about says which referral a form is about, as it is now.
func (s *pages) about(a *asking) error {
	id := a.Value("referral", a.R.URL.Query().Get("referral"))
	r, err := s.Referral.Head(a.Context(), a.Actor, a.page.ID, referral.ID(id))
	if err != nil {
		return err
	}
	a.view.Intro = []string{a.T("referral.about", "Agency", a.AgencyName(r.Agency), "Service", s.word(a.Visit, "service_type", r.Service))}
	a.Hide("referral", id)
	a.Hide("draft", a.Value("draft", referral.NewDraft(s.Clock)))
	seen := r.Version
	if !overtaken(a.refused) && a.refused != nil {
		seen = a.Visit.Version("seen") // what happened since then is not yet seen
	}
	a.HideVersion("seen", seen)
	return nil
}
