package staff

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"amparo/internal/page"
)

// A Field is one thing that a form asks for; one of its parts is set. The template "staff_fields" shows a list of them.
type Field struct {
	Input                      *page.Input
	Textarea                   *page.Textarea
	Radios, Checkboxes, Select *page.Choices
	Hidden                     *Hidden
}

// Hidden is what a form sends back as it was given.
type Hidden struct{ Name, Value string }

// A Form is one showing of a form: its fields in the order in which they were added, each with what was typed and what is wrong with it.
type Form struct {
	*Visit
	Errors page.Errors
	Fields []Field
	Zone   *time.Location // of days and times
}

// Form begins a form; refused is why it could not be taken, nil when it was not sent.
func (v *Visit) Form(refused error, zone *time.Location) *Form {
	return &Form{Visit: v, Errors: page.ErrorsOf(v.Words, refused), Zone: zone}
}

// Version is the version that a page has sent back; one that cannot be read is that of nothing.
func (v *Visit) Version(field string) int64 {
	n, err := strconv.ParseInt(v.Field(field), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// Add adds a field.
func (f *Form) Add(one Field) { f.Fields = append(f.Fields, one) }

// Value is what was typed into a field; before anything was typed it is what stands there at first.
func (f *Form) Value(name, first string) string {
	if f.R.Method != http.MethodPost {
		return first
	}
	return f.R.PostForm.Get(name)
}

// Hide adds what is sent back as it is.
func (f *Form) Hide(name, value string) { f.Add(Field{Hidden: &Hidden{name, value}}) }

// HideVersion adds a version, to be read by Visit.Version.
func (f *Form) HideVersion(name string, version int64) { f.Hide(name, strconv.FormatInt(version, 10)) }

// Line adds a field of one line.
func (f *Form) Line(name, label, first string, in page.Input) {
	in.Name, in.Label, in.Value, in.Error = name, f.T(label), f.Value(name, first), f.Errors.Of(name)
	f.Add(Field{Input: &in})
}

// Text adds a field of several lines.
func (f *Form) Text(name, label, first string, t page.Textarea) {
	t.Name, t.Label, t.Value, t.Error = name, f.T(label), f.Value(name, first), f.Errors.Of(name)
	f.Add(Field{Textarea: &t})
}

// Choices fills in answers of which one is chosen.
func (f *Form) Choices(name, label string, items []page.Choice) *page.Choices {
	chosen := f.Value(name, "")
	if chosen == "" {
		f.Say(name, f.T("fault.answer_required"))
	}
	for i := range items {
		items[i].Checked = items[i].Value == chosen
	}
	return &page.Choices{Name: name, Label: f.T(label), Error: f.Errors.Of(name), Items: items}
}

// Radios adds a choice of one answer.
func (f *Form) Radios(name, label string, items []page.Choice) *page.Choices {
	c := f.Choices(name, label, items)
	f.Add(Field{Radios: c})
	return c
}

// Several adds a choice of any number of answers; first are those that are chosen before anything was sent.
func (f *Form) Several(name, label string, first []string, items []page.Choice) *page.Choices {
	if f.R.Method == http.MethodPost {
		first = f.R.PostForm[name]
	}
	for i := range items {
		items[i].Checked = slices.Contains(first, items[i].Value)
	}
	c := &page.Choices{Name: name, Label: f.T(label), Error: f.Errors.Of(name), Items: items}
	f.Add(Field{Checkboxes: c})
	return c
}

// Select adds a choice of one answer out of many, with nothing chosen at first.
func (f *Form) Select(name, label string, items []page.Choice) *page.Choices {
	c := f.Choices(name, label, append([]page.Choice{{Text: f.T("staff.choose")}}, items...))
	f.Add(Field{Select: c})
	return c
}

// Say puts other words to what is wrong with a field, if anything is.
func (f *Form) Say(name, text string) {
	for i := range f.Errors {
		if f.Errors[i].Name == name {
			f.Errors[i].Text = text
		}
	}
}

// A day and a time as they are typed.
const (
	exampleDay  = "2031\u201103\u201127" // with hyphens that a line does not break at
	exampleTime = "14:05"
)

// Moment adds a day and a time of day, to be read by Visit.Moment.
func (f *Form) Moment(name, day, clock, firstDay, firstTime string) {
	f.Line(name, day, firstDay, page.Input{Hint: f.T("staff.day_hint", "Day", exampleDay), Width: 12, LTR: true})
	f.Line(name+"_time", clock, firstTime, page.Input{Hint: f.T("staff.time_hint", "Time", exampleTime), Width: 8, LTR: true})
}

// Mistimed says what is wrong with a day and time: which of them cannot be read, else the words of id. The use case only says
// that something is.
func (f *Form) Mistimed(name string, wrong []string, id string) {
	var list page.Errors
	for _, e := range f.Errors {
		switch {
		case e.Name != name:
			list = append(list, e)
		case len(wrong) == 0:
			list = append(list, page.FieldError{Name: name, Text: f.T(id)})
		}
		if e.Name != name {
			continue
		}
		for _, field := range wrong {
			text := f.T("fault.day_format", "Day", exampleDay)
			if field != name {
				text = f.T("fault.time_format", "Time", exampleTime)
			}
			list = append(list, page.FieldError{Name: field, Text: text})
		}
	}
	f.Errors = list
}
