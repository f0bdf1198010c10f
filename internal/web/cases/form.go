package cases

import (
	"slices"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/page"
	"amparo/internal/reveal"
	"amparo/internal/web/staff"
)

// A form is a page that changes a case.
type form struct {
	name   string         // of its address, and of its words in the catalogue
	action access.Action  // what it is for
	state  casework.State // of the cases that it is for; empty for all
	handed bool           // it is about something that was handed on
	done   string         // the words for what was done
	// ask fills in what the form asks for.
	ask func(s *pages, a *asking) error
	// take does what was asked for.
	take func(s *pages, v *staff.Visit, id casework.ID, version int64) error
}

// forms are all forms, in the order in which they are offered.
var forms = []form{noteForm, contactForm, planForm, holdForm, referForm, agreeForm, tellForm, withdrawForm, assignForm, closeForm, reopenForm}

// A formView is a form on its page.
type formView struct {
	Path, Post, Heading string
	Child, Number       string
	Changed             []staff.Event // what happened last, when the case has changed meanwhile
	Intro               []string
	Steps               []stepView // what is still to be done
	Fields              []staff.Field
	Version             int64
	Button, Kind        string
	Shut                bool // there is nothing to send
}

// asking is one showing of a form.
type asking struct {
	*staff.Form
	page    casework.Page
	refused error // why it could not be taken; nil when it was not sent
	view    formView
}

// offer shows the form to whoever may do what it is for.
func (s *pages) offer(f form) func(v *staff.Visit) error {
	return func(v *staff.Visit) error { return s.ask(v, f, nil) }
}

// accept takes the form. What can be put right is shown on the form itself, with everything that was typed.
func (s *pages) accept(f form) func(v *staff.Visit) error {
	return func(v *staff.Visit) error {
		id := caseOf(v)
		err := f.take(s, v, id, v.Version("version"))
		if mendable(err) {
			return s.ask(v, f, err)
		}
		if err != nil {
			return err
		}
		return v.Done(pathOf(id), f.done)
	}
}

// Refusals that another choice, or another person, mends: what was typed stays.
const (
	codeUnqualified   fault.Code = "fault.qualification_missing"
	codeBestInterests fault.Code = "fault.best_interests"
)

// mendable tells whether the person can do something about it on the same page.
func mendable(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.Conflict || fault.CodeOf(err) == codeUnqualified || fault.CodeOf(err) == codeBestInterests
}

// ask shows a form; refused is why it could not be taken.
func (s *pages) ask(v *staff.Visit, f form, refused error) error {
	id := caseOf(v)
	p, changed, err := s.read(v, f, refused)
	if err != nil {
		return err
	}
	if refused == nil && f.state != "" && p.State != f.state {
		return s.elsewhere(v, f, id)
	}
	a := &asking{Form: v.Form(s.unqualified(v, refused), s.Pack.Zone()), page: p, refused: refused, view: formView{Path: pathOf(id), Post: pathOf(id) + "/" + f.name,
		Heading: v.T("cases." + f.name), Child: staff.Shown(p.Child), Number: number(id), Version: p.Version, Button: v.T("cases." + f.name + "_button")}}
	if fault.KindOf(refused) == fault.Invalid {
		a.view.Version = v.Version("version") // what happened since then is not yet seen
	}
	a.view.Changed = changed[:min(latest, len(changed))]
	if err := f.ask(s, a); err != nil {
		return err
	}
	fr := v.Frame(a.view.Heading)
	fr.Back, fr.Errors, a.view.Fields = &page.Back{Href: pathOf(id)}, a.Errors, a.Fields
	return v.Render(httpx.StatusOf(refused), "cases_form", fr, a.view)
}

// read opens what the page of a form shows: to whoever was overtaken also what has happened, the latest first.
func (s *pages) read(v *staff.Visit, f form, refused error) (p casework.Page, changed []staff.Event, err error) {
	switch id := caseOf(v); {
	case !overtaken(refused):
		p, err = s.Casework.Head(v.Context(), v.Actor, f.action, id)
	case f.handed:
		p, err = s.Casework.Show(v.Context(), v.Actor, id, func(view *reveal.View, _ casework.Page) error {
			all, err := s.Referral.OfCase(v.Context(), view, id)
			for _, one := range all {
				if string(one.ID) == v.Field("referral") {
					changed = v.ReferralThread(s.Pack, one, s.names(v).of)
				}
			}
			return err
		})
	default:
		if p, err = s.Casework.Show(v.Context(), v.Actor, id, nil); err == nil {
			changed = s.timeline(v, s.names(v), p)
		}
	}
	return p, changed, err
}

// overtaken tells whether somebody changed first what the form is about.
func overtaken(err error) bool {
	return err != nil && slices.Contains([]fault.Code{fault.CodeStale, "fault.referral_ended", "fault.referral_answered"}, fault.CodeOf(err))
}

// elsewhere answers whoever asks for a form that a case in its state does not have.
func (s *pages) elsewhere(v *staff.Visit, f form, id casework.ID) error {
	if f.state == casework.Open {
		return fault.New(fault.Conflict, "fault.case_closed")
	}
	return v.Go(pathOf(id))
}

// latest is how many of the last changes are shown to whoever was overtaken.
const latest = 3

// unqualified says in the country's words which qualifications somebody lacks, where that one was chosen.
func (s *pages) unqualified(v *staff.Visit, refused error) error {
	if codes, ok := fault.Params(refused)["Missing"].([]string); ok && fault.CodeOf(refused) == codeUnqualified {
		refused = fault.Wrap(refused, fault.Forbidden, "fault.form").With("manager", codeUnqualified, "Missing", qualifications(v, codes))
	}
	return refused
}

// qualifications are codes in the country's words.
func qualifications(v *staff.Visit, codes []string) []string {
	list := make([]string, len(codes))
	for i, code := range codes {
		list[i] = v.QualificationName(code)
	}
	return list
}
