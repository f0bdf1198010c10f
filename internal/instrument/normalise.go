package instrument

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"amparo/internal/fault"
)

// What may be wrong with an answer.
const (
	CodeForm     fault.Code = "fault.form"
	CodeRequired fault.Code = "fault.answer_required"
	CodeUnknown  fault.Code = "fault.answer_code"
	CodeLong     fault.Code = "fault.answer_long"
)

// Normalise reads one page's posted form. It gives the page's answers: codes in the order of the question and once
// each, words cleaned with CleanText. Other form fields are ignored. What was left empty has no entry.
//
// When something is wrong the error is Invalid and names the questions, and the answers are still all there, however
// long, so that the page can show them again; only codes that the question does not have are left out. An answer that
// goes with no other ("I don't know") gives way to any that says more.
func (in *Instrument) Normalise(page Page, form url.Values) (Answers, error) {
	answers := Answers{}
	wrong := fault.New(fault.Invalid, CodeForm)
	for _, q := range page.Questions {
		var values []string
		if q.Kind.Coded() {
			values = codes(q, form[q.ID], wrong)
		} else {
			values = words(q, form[q.ID], wrong)
		}
		if len(values) > 0 {
			answers[q.ID] = values
		}
	}
	if wrong.Wrong() {
		return answers, wrong
	}
	return answers, nil
}

// codes gives the question's codes among those that were posted.
func codes(q Question, posted []string, wrong *fault.Error) []string {
	var chosen []Code
	strange := false
	posted = slices.DeleteFunc(slices.Clone(posted), func(v string) bool { return v == "" })
	for _, v := range posted {
		_, ok := q.Code(v)
		strange = strange || !ok
	}
	for _, c := range q.Codes {
		if slices.Contains(posted, c.Name) {
			chosen = append(chosen, c)
		}
	}
	if q.Kind.Several() {
		chosen = most(chosen)
	}
	switch {
	case strange, len(chosen) > 1 && !q.Kind.Several():
		wrong.With(q.ID, CodeUnknown)
	case q.Required && len(chosen) == 0:
		wrong.With(q.ID, CodeRequired)
	}
	var names []string
	for _, c := range chosen {
		names = append(names, c.Name)
	}
	return names
}

// most leaves out the codes that go with no other, when others are there; of several such codes the first stays.
func most(chosen []Code) []Code {
	said := slices.DeleteFunc(slices.Clone(chosen), func(c Code) bool { return c.Alone })
	if len(said) > 0 || len(chosen) == 0 {
		return said
	}
	return chosen[:1]
}

// words gives the cleaned text that was posted: one value, or one for each line.
func words(q Question, posted []string, wrong *fault.Error) []string {
	values := cleanValues(q.Kind, strings.Join(posted, "\n"))
	length := max(0, len(values)-1)
	for _, v := range values {
		length += utf8.RuneCountInString(v)
	}
	switch {
	case length > q.MaxLength:
		wrong.With(q.ID, CodeLong, "Max", q.MaxLength)
	case q.Required && len(values) == 0:
		wrong.With(q.ID, CodeRequired)
	}
	return values
}

func cleanValues(kind Kind, text string) []string {
	text = scrub(text)
	if kind.lines() {
		text = strings.Join(fullLines(text), "\n")
	}
	text, _ = withoutFiles(text)
	switch {
	case text == "":
		return nil
	case kind.lines():
		return strings.Split(text, "\n")
	case kind == Line:
		return []string{strings.Join(strings.Fields(text), " ")}
	}
	return []string{text}
}

// fullLines gives the lines that are not blank, without the blanks around them.
func fullLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// Cleaned gives the ids of the questions whose words carry the mark Cut, in the order in which they are asked.
func (in *Instrument) Cleaned(a Answers) []string {
	var ids []string
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			if !q.Kind.Coded() && cleaned(a[q.ID]) {
				ids = append(ids, q.ID)
			}
		}
	}
	return ids
}

func cleaned(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, Cut) })
}
