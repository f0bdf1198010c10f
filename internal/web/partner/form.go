package partner

import (
	"errors"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/page"
	"amparo/internal/referral"
	"amparo/internal/web/staff"
)

// A form is a page that answers a referral.
type form struct {
	name string                         // of its address, and of its words in the catalogue
	fits func(r referral.Referral) bool // whether it is for a referral as it is
	done string                         // the words for what was done
	gone bool                           // the referral is not seen any more afterwards
	ask  func(s *pages, f *staff.Form)
	take func(s *pages, v *staff.Visit) error
}

var forms = []form{takeForm, declineForm, answerForm}

// A formView is a form on its page.
type formView struct {
	Post, Heading, Number string
	Title, Intro, Button  string
	Changed               []staff.Event // what happened last, when somebody else was first
	Fields                []staff.Field
}

// latest is how many of the last changes are shown to whoever was overtaken.
const latest = 3

// ask shows a form; refused is why it could not be taken.
func (s *pages) ask(v *staff.Visit, one form, refused error) error {
	p, err := s.Referral.Show(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	if refused == nil && !one.fits(p.Referral) {
		return v.Go(pathOf(p.ID))
	}
	f := v.Form(refused, s.Pack.Zone())
	view := formView{Post: pathOf(p.ID) + "/" + one.name, Heading: v.T("referral." + one.name), Number: number(p.ID), Title: staff.Shown(p.Asked.Title),
		Intro: v.T("referral." + one.name + "_intro"), Button: v.T("referral." + one.name + "_button")}
	if kind := fault.KindOf(refused); refused != nil && (kind == fault.Conflict || kind == fault.Forbidden) {
		all := v.ReferralThread(s.Pack, p, func(user string) string { return s.name(v, user) })
		view.Changed = all[:min(latest, len(all))]
	}
	one.ask(s, f)
	seen := p.Version
	if fault.KindOf(refused) == fault.Invalid {
		seen = v.Version("version") // what happened since then is not yet seen
	}
	f.HideVersion("version", seen)
	f.Hide("draft", f.Value("draft", referral.NewDraft(s.Clock)))
	frame := v.Frame(view.Heading)
	frame.Back, frame.Errors, view.Fields = &page.Back{Href: pathOf(p.ID)}, f.Errors, f.Fields
	return v.Render(httpx.StatusOf(refused), "partner_form", frame, view)
}

// accept takes a form. What can be put right is shown on the form itself, with everything that was typed.
func (s *pages) accept(v *staff.Visit, one form) error {
	err := one.take(s, v)
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.Conflict || kind == fault.Forbidden {
		again := s.ask(v, one, err)
		if fault.KindOf(again) == fault.Withheld { // it ended meanwhile, and is not theirs to see any more
			again = errors.Join(err, again)
		}
		return again
	}
	if err != nil {
		return err
	}
	if one.gone {
		return v.Done(home, one.done)
	}
	return v.Done(pathOf(idOf(v)), one.done)
}

// takeForm accepts a referral, or takes it over.
var takeForm = form{name: "take", done: "referral_taken", fits: func(r referral.Referral) bool { return r.State.Open() },
	ask: func(s *pages, f *staff.Form) {
		s.next(f, "referral.take_day")
		f.Text("note", "referral.note", "", page.Textarea{Hint: f.T("referral.note_hint"), Rows: 3, Max: referral.LongestWords, Optional: true})
	},
	take: func(s *pages, v *staff.Visit) error {
		next, _ := v.Moment("next", s.Pack.Zone()) // unreadable is none, which the use case names
		return s.Referral.Take(v.Context(), v.Actor, referral.TakeInput{Referral: idOf(v), Next: next, Note: v.Field("note"), Version: v.Version("version"),
			Draft: v.Field("draft")})
	}}

// next asks when the next step is.
func (s *pages) next(f *staff.Form, label string) {
	_, wrong := f.Visit.Moment("next", s.Pack.Zone())
	f.Mistimed("next", wrong, "fault.referral_next")
	f.Moment("next", label, "referral.at_time", "", "")
}

// declineForm declines a referral.
var declineForm = form{name: "decline", done: "referral_declined", gone: true, fits: func(r referral.Referral) bool { return r.State.Waits() },
	ask: func(s *pages, f *staff.Form) {
		var why []page.Choice
		for _, n := range s.Pack.List("decline_reason", f.Words.Tag()) {
			why = append(why, page.Choice{Value: n.Code, Text: n.Name})
		}
		f.Radios("reason", "referral.decline_why", why)
		f.Text("note", "referral.note", "", page.Textarea{Hint: f.T("referral.decline_hint"), Rows: 3, Max: referral.LongestWords, Optional: true})
	},
	take: func(s *pages, v *staff.Visit) error {
		return s.Referral.Decline(v.Context(), v.Actor, referral.DeclineInput{Referral: idOf(v), Reason: v.Field("reason"), Note: v.Field("note"), Version: v.Version("version"),
			Draft: v.Field("draft")})
	}}

// answerForm says what has happened since a referral was accepted.
var answerForm = form{name: "answer", done: "referral_answered", fits: func(r referral.Referral) bool { return r.Taker != "" },
	ask: func(s *pages, f *staff.Form) {
		var answers, results []page.Choice
		for _, a := range referral.Answers {
			answers = append(answers, page.Choice{Value: string(a), Text: f.T("referral.answer_" + string(a))})
		}
		for _, r := range referral.Results {
			results = append(results, page.Choice{Value: string(r), Text: f.T("referral.result_" + string(r))})
		}
		f.Radios("answer", "referral.answer_what", answers)
		f.Text("note", "referral.note", "", page.Textarea{Hint: f.T("referral.answer_hint"), Rows: 4, Max: referral.LongestWords})
		s.next(f, "referral.answer_day")
		f.Radios("result", "referral.answer_result", results).Optional = true
	},
	take: func(s *pages, v *staff.Visit) error {
		next, _ := v.Moment("next", s.Pack.Zone())
		return s.Referral.Answer(v.Context(), v.Actor, referral.AnswerInput{Referral: idOf(v), Answer: referral.Answer(v.Field("answer")), Next: next,
			Result: referral.Result(v.Field("result")), Note: v.Field("note"), Version: v.Version("version"),
			Draft: v.Field("draft")})
	}}

// conflict asks whether the referral is to be kept from whoever asks.
func (s *pages) conflict(v *staff.Visit) error {
	p, err := s.Referral.Show(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	return v.AskConflict(staff.Conflict{After: "referral.conflict_after", Subject: v.T("referral.one", "Number", number(p.ID)), Back: pathOf(p.ID), Name: func(user string) string { return s.name(v, user) }}, nil)
}

// declare keeps the referral from whoever asks for it.
func (s *pages) declare(v *staff.Visit) error {
	if err := s.Referral.Declare(v.Context(), v.Actor, idOf(v)); err != nil {
		return err
	}
	return v.Declared(pathOf(idOf(v)), home)
}
