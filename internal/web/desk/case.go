package desk

import (
	"strconv"
	"strings"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/instrument"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A caseView asks what is needed to open a case for each child.
type caseView struct {
	head
	Action   string
	Form     bool
	Children []child
	CanAdd   bool
	Manager  page.Choices
	Reasons  []page.Textarea
	Nobody   bool // nobody who is offered can be chosen as things are
	Summary  page.Textarea
	Message  page.Textarea
	Clocks   []clock
	Several  bool
}

// A child is one field, with the button that takes it away; Remove is empty while there is only one.
type child struct {
	Label  page.Input
	Remove string
}

// A draft is the form as it was typed.
type draft struct {
	children                  []string
	manager, summary, message string
}

// draft reads the form. It takes as many children as there can be, however many are said to be there.
func (d *desk) draft(v *staff.Visit) draft {
	in := draft{manager: v.Field("manager"), summary: v.R.PostForm.Get("summary"), message: v.R.PostForm.Get("message")}
	n := min(max(number(v.Field("count")), 1), casework.MostChildren)
	for i := range n {
		in.children = append(in.children, v.Field(childName(i)))
	}
	return in
}

// childName is the name of the field of one child, as the template parts count ids.
func childName(i int) string {
	if i == 0 {
		return "children"
	}
	return "children-" + strconv.Itoa(i+1)
}

// newCase shows the form with one child.
func (d *desk) newCase(v *staff.Visit) error {
	l, err := d.Triage.Glance(v.Context(), v.Actor, access.CaseOpen, id(v))
	if err != nil {
		return plainly(v, access.CaseOpen, err)
	}
	words, err := d.words(v, l, string(report.OpenedCase))
	if err != nil {
		return err
	}
	return d.showCase(v, l, draft{children: []string{""}, message: words}, nil)
}

// openCase opens the cases, or shows the form with a child more or less.
func (d *desk) openCase(v *staff.Visit) error {
	in := d.draft(v)
	if what, n, _ := strings.Cut(v.Field("do"), "-"); what != "" {
		l, err := d.Triage.Glance(v.Context(), v.Actor, access.CaseOpen, id(v))
		if err != nil {
			return plainly(v, access.CaseOpen, err)
		}
		return d.showCase(v, l, in.changed(what, number(n)), nil)
	}
	wrong := d.openCases(v, in)
	if wrong == nil {
		return v.Done(Path, "desk_cases_opened")
	}
	l, err := d.seen(v, wrong)
	if err != nil {
		return err
	}
	return d.showCase(v, l, in, d.qualified(v, plainly(v, access.CaseOpen, wrong)))
}

// openCases hands the form on. The clocks are those of the priority as it stands; an unconfirmed one is refused.
func (d *desk) openCases(v *staff.Visit, in draft) error {
	l, err := d.Triage.Glance(v.Context(), v.Actor, access.CaseOpen, id(v))
	if err != nil {
		return err
	}
	to, hold, err := v.Owner()
	if err != nil {
		return err
	}
	_, err = d.Casework.Open(v.Context(), v.Actor, casework.OpenInput{Report: l.ID, Agency: v.Actor.Agency, Manager: to, Hold: hold,
		Overrule: v.Field("overrule"), Children: in.children, Summary: in.summary, Message: in.message,
		Clocks: casework.FirstClocks(d.Pack.Targets(), l.Priority, d.site.Clock.Now())})
	return err
}

// changed gives the draft with a child more, or without one, counted from 1.
func (in draft) changed(what string, n int) draft {
	switch {
	case what == "add" && len(in.children) < casework.MostChildren:
		in.children = append(in.children, "")
	case what == "remove" && n >= 1 && n <= len(in.children) && len(in.children) > 1:
		in.children = append(in.children[:n-1:n-1], in.children[n:]...)
	}
	return in
}

// qualified says which qualifications somebody lacks in the country's words, at the field where they were chosen.
func (d *desk) qualified(v *staff.Visit, wrong error) error {
	codes, ok := fault.Params(wrong)["Missing"].([]string)
	if !ok {
		return wrong
	}
	return fault.Wrap(wrong, fault.Forbidden, "fault.form").With("manager", "fault.qualification_missing", "Missing", d.qualifications(v, codes))
}

func (d *desk) qualifications(v *staff.Visit, codes []string) []string {
	list := make([]string, len(codes))
	for i, code := range codes {
		list[i] = v.QualificationName(code)
	}
	return list
}

func (d *desk) showCase(v *staff.Visit, l triage.Line, in draft, wrong error) error {
	data := caseView{head: d.head(v, l, report.OpenedCase), Action: href(l.ID, "/outcome/opened_case"), CanAdd: len(in.children) < casework.MostChildren,
		Several: len(in.children) > 1}
	data.Form = data.Open() || wrong != nil
	f := v.Frame(v.T("desk.open_case"))
	f.Back, f.Errors = &page.Back{Href: data.Report + "/outcome"}, childErrors(v, in.children, page.ErrorsOf(v.Words, wrong))
	if err := d.candidates(v, l, in, &data); err != nil {
		return err
	}
	var err error
	if data.Behind, err = d.behind(v, l.ID); err != nil {
		return err
	}
	data.Manager.Error = f.Errors.Of("manager")
	for i := range data.Reasons {
		data.Reasons[i].Error = f.Errors.Of(data.Reasons[i].Name)
	}
	for i, label := range in.children {
		data.Children = append(data.Children, childField(v, i, label, len(in.children), f.Errors))
	}
	data.Summary = page.Textarea{Name: "summary", Label: v.T("desk.summary"), Hint: v.T("desk.summary_hint"), Optional: true, Rows: 6,
		Max: casework.LongestNote, Value: in.summary, Error: f.Errors.Of("summary")}
	data.Message = d.messageField(v, l, in.message, f.Errors)
	for _, t := range casework.FirstClocks(d.Pack.Targets(), l.Priority, d.site.Clock.Now()) {
		data.Clocks = append(data.Clocks, clock{Words: v.T("task." + string(t.Kind)), Due: t.Due})
	}
	return v.Render(httpx.StatusOf(wrong), "desk_case", f, data)
}

// candidates offers the case managers of the person's agency, with what each lacks. Somebody who may no longer open a case is
// offered none.
func (d *desk) candidates(v *staff.Visit, l triage.Line, in draft, data *caseView) error {
	data.Manager = page.Choices{Name: "manager", Label: v.T("desk.manager"), Hint: v.T("desk.manager_hint")}
	if !data.Form {
		return nil
	}
	found, err := d.Casework.Candidates(v.Context(), v.Actor, access.CaseOpen, string(l.ID), v.Actor.Agency)
	if err != nil && fault.KindOf(err) != fault.Forbidden {
		return err
	}
	data.Manager.Items = v.Owners(d.Pack, found, l.Area, l.Language, in.manager)
	data.Reasons = v.OwnerReasons(found, nil)
	data.Nobody = err == nil && found.Nobody()
	return nil
}

func childField(v *staff.Visit, i int, label string, of int, wrong page.Errors) child {
	name := childName(i)
	c := child{Label: page.Input{Name: name, Label: v.T("desk.child", "Number", i+1), Value: label, Width: 40, Error: wrong.Of(name)}}
	if i == 0 {
		c.Label.Hint = v.T("desk.child_hint")
	}
	if of > 1 {
		c.Remove = v.T("desk.remove_child", "Number", i+1)
	}
	return c
}

// childErrors says which of the children is wrong, where the use case says that one of them is.
func childErrors(v *staff.Visit, labels []string, wrong page.Errors) (list page.Errors) {
	done := false
	for _, e := range wrong {
		switch {
		case e.Name != "children":
			list = append(list, e)
		case !done:
			done = true
			list = append(list, labelErrors(v, labels, e)...)
		}
	}
	return list
}

// labelErrors finds the labels that are empty or too long; when there are none all the same, the first one is named.
func labelErrors(v *staff.Visit, labels []string, whole page.FieldError) (list page.Errors) {
	for i, label := range labels {
		label, _ = instrument.CleanText(label, 0)
		switch n := len([]rune(label)); {
		case n == 0:
			list = append(list, ofChild(v, i, v.T("fault.empty")))
		case n > casework.LongestLabel:
			list = append(list, ofChild(v, i, v.T("fault.long", "Max", casework.LongestLabel)))
		}
	}
	if len(list) == 0 {
		list = page.Errors{whole}
	}
	return list
}

// ofChild says of which child something is wrong.
func ofChild(v *staff.Visit, i int, words string) page.FieldError {
	return page.FieldError{Name: childName(i), Text: v.T("desk.child_wrong", "Number", i+1, "Words", words)}
}
