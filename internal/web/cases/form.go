package cases

import (
	"net/http"
	"strconv"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

// A form is a page that changes a case.
type form struct {
	name   string         // of its address, and of its words in the catalogue
	action access.Action  // what it is for
	state  casework.State // of the cases that it is for
	done   string         // the words for what was done
	// ask fills in what the form asks for.
	ask func(s *pages, a *asking) error
	// take does what was asked for.
	take func(s *pages, v *staff.Visit, id casework.ID, version int64) error
}

// forms are all forms, in the order in which they are offered.
var forms = []form{noteForm, contactForm, planForm, holdForm, assignForm, closeForm, reopenForm}

// A field is one thing that a form asks for; one of its parts is set.
type field struct {
	Input                      *page.Input
	Textarea                   *page.Textarea
	Radios, Checkboxes, Select *page.Choices
}

// A formView is a form on its page.
type formView struct {
	Path, Post, Heading string
	Child, Number       string
	Changed             []eventView // what happened last, when the case has changed meanwhile
	Intro               []string
	Steps               []stepView // what is still to be done
	Fields              []field
	Version             int64
	Button, Kind        string
	Shut                bool // there is nothing to send
}

// asking is one showing of a form.
type asking struct {
	*staff.Visit
	page   casework.Page
	errors page.Errors
	view   formView
}

// offer shows the form to whoever may do what it is for.
func (s *pages) offer(f form) func(v *staff.Visit) error {
	return func(v *staff.Visit) error { return s.ask(v, f, nil) }
}

// accept takes the form. What can be put right is shown on the form itself, with everything that was typed.
func (s *pages) accept(f form) func(v *staff.Visit) error {
	return func(v *staff.Visit) error {
		id := caseOf(v)
		err := f.take(s, v, id, version(v, "version"))
		if mendable(err) {
			return s.ask(v, f, err)
		}
		if err != nil {
			return err
		}
		return v.Done(pathOf(id), f.done)
	}
}

// version is the version that a page has sent back; one that cannot be read is that of nothing.
func version(v *staff.Visit, field string) int64 {
	n, err := strconv.ParseInt(v.Field(field), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

const codeUnqualified fault.Code = "fault.qualification_missing"

// mendable tells whether the person can do something about it on the same page.
func mendable(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.Conflict || fault.CodeOf(err) == codeUnqualified
}

// ask shows a form; refused is why it could not be taken.
func (s *pages) ask(v *staff.Visit, f form, refused error) error {
	id := caseOf(v)
	p, err := s.read(v, f, refused)
	if err != nil {
		return err
	}
	if refused == nil && p.State != f.state {
		return s.elsewhere(v, f, id)
	}
	a := &asking{Visit: v, page: p, errors: s.errors(v, refused), view: formView{Path: pathOf(id), Post: pathOf(id) + "/" + f.name,
		Heading: v.T("cases." + f.name), Child: shown(p.Child), Number: number(id), Version: p.Version, Button: v.T("cases." + f.name + "_button")}}
	if fault.KindOf(refused) == fault.Invalid {
		a.view.Version = version(v, "version") // what happened since then is not yet seen
	}
	if overtaken(refused) {
		all := s.timeline(v, s.names(v), p)
		a.view.Changed = all[:min(latest, len(all))]
	}
	if err := f.ask(s, a); err != nil {
		return err
	}
	fr := v.Frame(a.view.Heading)
	fr.Back, fr.Errors = &page.Back{Href: pathOf(id)}, a.errors
	return v.Render(httpx.StatusOf(refused), "cases_form", fr, a.view)
}

// read opens what the page of a form shows: to whoever was overtaken also what has happened since.
func (s *pages) read(v *staff.Visit, f form, refused error) (casework.Page, error) {
	if overtaken(refused) {
		return s.Casework.Show(v.Context(), v.Actor, caseOf(v), nil)
	}
	return s.Casework.Head(v.Context(), v.Actor, f.action, caseOf(v))
}

// overtaken tells whether somebody changed the case first.
func overtaken(err error) bool { return err != nil && fault.CodeOf(err) == fault.CodeStale }

// elsewhere answers whoever asks for a form that a case in its state does not have.
func (s *pages) elsewhere(v *staff.Visit, f form, id casework.ID) error {
	if f.state == casework.Open {
		return fault.New(fault.Conflict, "fault.case_closed")
	}
	return v.Go(pathOf(id))
}

// latest is how many of the last changes are shown to whoever was overtaken.
const latest = 3

// errors says what was wrong. Qualifications are said in the country's words, where somebody was chosen.
func (s *pages) errors(v *staff.Visit, refused error) page.Errors {
	if codes, ok := fault.Params(refused)["Missing"].([]string); ok && fault.CodeOf(refused) == codeUnqualified {
		refused = fault.Wrap(refused, fault.Forbidden, "fault.form").With("manager", codeUnqualified, "Missing", qualifications(v, codes))
	}
	return page.ErrorsOf(v.Words, refused)
}

// qualifications are codes in the country's words.
func qualifications(v *staff.Visit, codes []string) []string {
	list := make([]string, len(codes))
	for i, code := range codes {
		list[i] = v.QualificationName(code)
	}
	return list
}

// value is what was typed into a field; before anything was typed it is what stands there at first.
func (a *asking) value(name, first string) string {
	if a.R.Method != http.MethodPost {
		return first
	}
	return a.R.PostForm.Get(name)
}

// text adds a field of several lines.
func (a *asking) text(name, label, first string, t page.Textarea) {
	t.Name, t.Label, t.Value, t.Error = name, a.T(label), a.value(name, first), a.errors.Of(name)
	a.view.Fields = append(a.view.Fields, field{Textarea: &t})
}

// choices fills in answers of which one is chosen.
func (a *asking) choices(name, label string, items []page.Choice) *page.Choices {
	chosen := a.value(name, "")
	if chosen == "" {
		a.say(name, a.T("fault.answer_required"))
	}
	for i := range items {
		items[i].Checked = items[i].Value == chosen
	}
	return &page.Choices{Name: name, Label: a.T(label), Error: a.errors.Of(name), Items: items}
}

// say puts other words to what is wrong with a field, if anything is.
func (a *asking) say(name, text string) {
	for i := range a.errors {
		if a.errors[i].Name == name {
			a.errors[i].Text = text
		}
	}
}

// radios adds a choice of one answer.
func (a *asking) radios(name, label string, items []page.Choice) *page.Choices {
	c := a.choices(name, label, items)
	a.view.Fields = append(a.view.Fields, field{Radios: c})
	return c
}

// moment adds a day and a time of day. They are typed, in the one order that nobody reads in two ways: a browser's own field
// for days shows them as its maker does.
func (a *asking) moment(name, day, clock, firstDay, firstTime string) {
	a.view.Fields = append(a.view.Fields,
		field{Input: &page.Input{Name: name, Label: a.T(day), Hint: a.T("cases.day_hint", "Day", exampleDay), Width: 12, LTR: true,
			Value: a.value(name, firstDay), Error: a.errors.Of(name)}},
		field{Input: &page.Input{Name: name + "_time", Label: a.T(clock), Hint: a.T("cases.time_hint", "Time", exampleTime), Width: 8, LTR: true,
			Value: a.value(name+"_time", firstTime), Error: a.errors.Of(name + "_time")}})
}

// A day and a time as they are typed.
const (
	exampleDay  = "2031\u201103\u201127" // with hyphens that a line does not break at
	exampleTime = "14:05"
)

// mistimed says what is wrong with a day and time: which of them cannot be read, else the words of id. The use case only says
// that something is.
func (a *asking) mistimed(name string, wrong []string, id string) {
	var list page.Errors
	for _, e := range a.errors {
		switch {
		case e.Name != name:
			list = append(list, e)
		case len(wrong) == 0:
			list = append(list, page.FieldError{Name: name, Text: a.T(id)})
		}
		if e.Name != name {
			continue
		}
		for _, field := range wrong {
			text := a.T("fault.day_format", "Day", exampleDay)
			if field != name {
				text = a.T("fault.time_format", "Time", exampleTime)
			}
			list = append(list, page.FieldError{Name: field, Text: text})
		}
	}
	a.errors = list
}
