package desk

import (
	"slices"
	"strconv"
	"time"

	"amparo/internal/access"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A check is one line of the first-hour checklist.
type check struct {
	Code, Words string
	Required    bool
	Answer      string // what was answered last, in words; empty while nothing was
	By          string
	At          time.Time
	Form        *checkForm // nil for whoever may not answer
}

// A checkForm answers a line.
type checkForm struct {
	Sequence int64
	Open     bool
	Choices  page.Choices // none of a line that is only done
}

// firstHour gives the checklist for what is true of the report, with what was answered; what was answered and is no longer asked
// for stands last.
func (d *desk) firstHour(v *staff.Visit, p triage.Page, wrong page.Errors) (list []check) {
	var triggers, floors []string
	for _, r := range p.Reasons.Triggers {
		triggers = append(triggers, r.Name)
	}
	for _, r := range p.Reasons.Floors {
		floors = append(floors, r.Name)
	}
	items := d.Pack.Checklist(triggers, floors, string(p.Priority), v.Words.Tag())
	for _, item := range d.Pack.Items(v.Words.Tag()) {
		asked := slices.ContainsFunc(items, func(i jurisdiction.Item) bool { return i.Code == item.Code })
		if !asked && slices.ContainsFunc(p.Checks, func(c triage.Check) bool { return c.Item == item.Code }) {
			items = append(items, item)
		}
	}
	may := p.State != report.Resolved && access.May(v.Actor, access.ReportCheck, p.Relations...)
	for _, item := range items {
		list = append(list, d.check(v, p, item, may, wrong))
	}
	return list
}

func (d *desk) check(v *staff.Visit, p triage.Page, item jurisdiction.Item, may bool, wrong page.Errors) check {
	c, given := check{Code: item.Code, Words: item.Words, Required: item.Required}, ""
	for _, one := range p.Checks {
		if one.Item == item.Code {
			given = one.Answer
			c.Answer, c.By, c.At = d.answer(v, item, given), d.who(v, one.MadeBy), one.Made
		}
	}
	if may && (item.Answer != jurisdiction.Done || given == "") {
		c.Form = &checkForm{Sequence: p.Sequence, Open: wrong.Of(item.Code) != "" || item.Required && given == "",
			Choices: page.Choices{Name: item.Code, Label: v.T("desk.check_answer"), Error: wrong.Of(item.Code)}}
		for _, answer := range d.answers(item, p.Professionals) {
			c.Form.Choices.Items = append(c.Form.Choices.Items, page.Choice{Value: answer, Text: d.answer(v, item, answer), Checked: answer == given})
		}
	}
	return c
}

// answers are those that can be given to a line; none for one that is only done.
func (d *desk) answers(item jurisdiction.Item, people []string) []string {
	switch item.Answer {
	case jurisdiction.YesNo:
		list := []string{triage.AnswerYes, triage.AnswerNo}
		for _, n := range d.Pack.List("could_not_ask", "") {
			list = append(list, n.Code)
		}
		return list
	case jurisdiction.Person:
		return people
	}
	return nil
}

// answer says an answer in words.
func (d *desk) answer(v *staff.Visit, item jurisdiction.Item, given string) string {
	switch {
	case item.Answer == jurisdiction.Person:
		return d.who(v, given)
	case given == triage.AnswerDone || given == triage.AnswerYes || given == triage.AnswerNo:
		return v.T("desk.check_" + given)
	}
	return v.T("desk.check_not", "Why", d.Pack.Word("could_not_ask", given, v.Words.Tag()))
}

// answerCheck keeps an answer to a line of the checklist.
func (d *desk) answerCheck(v *staff.Visit) error {
	sequence, _ := strconv.ParseInt(v.Field("sequence"), 10, 64) // a wrong one is stale
	item := v.Field("item")
	err := d.Triage.Check(v.Context(), v.Actor, triage.CheckInput{Report: id(v), Sequence: sequence, Item: item, Answer: v.Field(item)})
	if err != nil {
		return d.refused(v, again{wrong: plainly(v, access.ReportCheck, err)})
	}
	return v.Done(href(id(v), ""), "desk_checked")
}
