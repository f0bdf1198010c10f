package public

import (
	"net/http"
	"strings"

	"amparo/internal/instrument"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/page"
)

// An askView is one page of questions.
type askView struct {
	Hidden  []page.Hidden
	Title   string // empty when the only question is the heading itself
	Intro   string
	Picture string // above the page; empty for none
	Fields  []field
	CanSkip bool
	errors  page.Errors
}

// A field is one question; one of its parts is set.
type field struct {
	Radios, Checkboxes, Select *page.Choices
	Input                      *page.Input
	Textarea                   *page.Textarea
}

// questions makes the page of its questions, with what was given.
func questions(p lang.Printer, at instrument.Page, given instrument.Answers, wrong error) askView {
	v := askView{Title: at.Title.Words(p.Tag()), Intro: at.Intro.Words(p.Tag()), Picture: string(at.Picture), CanSkip: true, errors: page.ErrorsOf(p, wrong)}
	intro := ""
	alone := len(at.Questions) == 1 && at.Questions[0].Label.Words(p.Tag()) == v.Title
	if alone { // the question is the heading, and what introduces it stands below that
		v.Title, intro, v.Intro = "", v.Intro, ""
	}
	for _, q := range at.Questions {
		v.Fields = append(v.Fields, fieldOf(p, q, given[q.ID], v.errors.Of(q.ID), alone, intro))
		v.CanSkip = v.CanSkip && !q.Required
	}
	return v
}

func fieldOf(p lang.Printer, q instrument.Question, given []string, wrong string, heading bool, intro string) field {
	label, hint := q.Label.Words(p.Tag()), strings.TrimSpace(intro+" "+q.Hint.Words(p.Tag()))
	if !q.Kind.Coded() {
		return wordsField(q, page.Textarea{Name: q.ID, Label: label, Hint: hint, Error: wrong, Heading: heading,
			Value: strings.Join(given, "\n"), Rows: 3, Max: q.MaxLength})
	}
	c := &page.Choices{Name: q.ID, Label: label, Hint: hint, Error: wrong, Heading: heading, Items: choices(p, q, given)}
	switch {
	case q.Kind.Several():
		return field{Checkboxes: c}
	case q.Kind == instrument.Area:
		c.Items = append([]page.Choice{{Text: p.T("public.choose")}}, c.Items...)
		return field{Select: c}
	}
	return field{Radios: c}
}

func wordsField(q instrument.Question, t page.Textarea) field {
	switch q.Kind {
	case instrument.Line:
		return field{Input: &page.Input{Name: t.Name, Label: t.Label, Hint: t.Hint, Error: t.Error, Heading: t.Heading, Value: t.Value}}
	case instrument.LongText:
		t.Rows = 8
	}
	return field{Textarea: &t}
}

func choices(p lang.Printer, q instrument.Question, given []string) []page.Choice {
	items := make([]page.Choice, len(q.Codes))
	for i, c := range q.Codes {
		items[i] = page.Choice{Value: c.Name, Text: c.Label.Words(p.Tag()), Hint: c.Hint.Words(p.Tag()), Picture: string(c.Picture)}
		for _, v := range given {
			items[i].Checked = items[i].Checked || v == c.Name
		}
	}
	return items
}

// A dangerView shows the emergency number large.
type dangerView struct {
	Hidden        []page.Hidden
	First, Second help
}

// A help is somebody to call, or to write to where speaking is not safe; Text is empty when they take no texts.
type help struct {
	page.Contact
	Text string
}

// showDanger shows at once who can help now. Then the person can go on.
func (s *site) showDanger(t *ticket) error {
	hidden, err := s.hidden(t, "danger")
	if err != nil {
		return err
	}
	f, tag := s.frame(t.p), t.p.Tag()
	v := dangerView{hidden, help{f.Contacts[0], textTo(s.Pack.Emergency(tag))}, help{f.Contacts[1], textTo(s.Pack.Helpline(tag))}}
	return s.Page.Render(t.w, http.StatusOK, "public_danger", f, v)
}

// textTo is where a text can be sent; empty when that is the number which is shown anyway.
func textTo(c jurisdiction.Contact) string {
	if c.Text == c.Number() {
		return ""
	}
	return c.Text
}
