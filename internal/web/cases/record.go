package cases

import (
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/task"
	"amparo/internal/web/staff"
)

// noteForm writes a note into the timeline.
var noteForm = form{name: "note", action: access.CaseRecord, state: casework.Open, done: "case_noted",
	ask: func(_ *pages, a *asking) error {
		a.Text("note", "cases.note_words", "", page.Textarea{Hint: a.T("cases.note_hint"), Rows: 8, Max: casework.LongestNote})
		return nil
	},
	take: func(s *pages, v *staff.Visit, id casework.ID, version int64) error {
		return s.Casework.AddNote(v.Context(), v.Actor, id, v.Field("note"), version)
	}}

// contactForm writes into the contact log.
var contactForm = form{name: "contact", action: access.CaseRecord, state: casework.Open, done: "case_contacted", ask: askContact, take: takeContact}

func askContact(s *pages, a *asking) error {
	_, wrong := s.moment(a.Visit, "at")
	a.Mistimed("at", wrong, "fault.not_future")
	a.Radios("mode", "cases.contact_mode", s.listed(a.Visit, "contact_mode")).Inline = true
	a.Radios("person", "cases.contact_person", s.listed(a.Visit, "contact_person")).Inline = true
	a.Radios("outcome", "cases.contact_outcome", s.listed(a.Visit, "contact_outcome")).Inline = true
	c := a.Radios("safe", "cases.contact_safe", safeAnswers(a.Visit))
	c.Inline, c.Hint = true, a.T("cases.contact_safe_hint")
	a.Text("note", "cases.contact_note", "", page.Textarea{Optional: true, Rows: 4, Max: casework.LongestNote})
	now := s.Clock.Now()
	a.Moment("at", "cases.contact_day", "cases.contact_time", s.asDay(now), s.asTime(now))
	return nil
}

// listed are the codes of a list of the country's, to choose from.
func (s *pages) listed(v *staff.Visit, list string) []page.Choice {
	return choicesOf(s.Pack.List(list, v.Words.Tag()))
}

func choicesOf(list []jurisdiction.Named) []page.Choice {
	items := make([]page.Choice, len(list))
	for i, n := range list {
		items[i] = page.Choice{Value: n.Code, Text: n.Name}
	}
	return items
}

func safeAnswers(v *staff.Visit) (items []page.Choice) {
	for _, answer := range []casework.Safe{casework.SafeYes, casework.SafeNo, casework.SafeUnknown} {
		items = append(items, page.Choice{Value: string(answer), Text: v.T("cases.answer_" + string(answer))})
	}
	return items
}

// never is a time that no use case takes for one that has been.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func takeContact(s *pages, v *staff.Visit, id casework.ID, version int64) error {
	at, wrong := s.moment(v, "at")
	if len(wrong) > 0 {
		at = never // so that the use case names it beside whatever else is wrong
	}
	return s.Casework.AddContact(v.Context(), v.Actor, casework.ContactInput{Case: id, At: at, Version: version,
		Reached: casework.Reached{Mode: v.Field("mode"), Person: v.Field("person"), Safe: casework.Safe(v.Field("safe")),
			Outcome: v.Field("outcome"), Note: v.Field("note")}})
}

// planForm plans what is to be done.
var planForm = form{name: "plan", action: access.CaseRecord, state: casework.Open, done: "case_planned", ask: askPlan,
	take: func(s *pages, v *staff.Visit, id casework.ID, version int64) error {
		due, _ := s.moment(v, "due") // unreadable is none, which the use case names
		return s.Casework.AddTask(v.Context(), v.Actor, casework.TaskInput{Case: id, Words: v.Field("words"), Due: due,
			Blocking: v.Field("blocking") == "yes", Version: version})
	}}

func askPlan(s *pages, a *asking) error {
	_, wrong := s.moment(a.Visit, "due")
	a.Mistimed("due", wrong, "fault.empty")
	a.Line("words", "cases.plan_words", "", page.Input{Hint: a.T("cases.plan_hint")})
	tomorrow := s.Clock.Now().In(s.Pack.Zone()).AddDate(0, 0, 1)
	a.Moment("due", "cases.plan_day", "cases.plan_time", s.asDay(tomorrow), "12:00")
	a.Add(staff.Field{Checkboxes: &page.Choices{Name: "blocking", Label: a.T("cases.plan_blocking"),
		Items: []page.Choice{{Value: "yes", Text: a.T("cases.plan_blocks"), Checked: a.Value("blocking", "") == "yes"}}}})
	return nil
}

// finish ends a task as done. Its version is the task's own: two people may finish two tasks at once.
func (s *pages) finish(v *staff.Visit) error {
	id := caseOf(v)
	err := s.Casework.FinishTask(v.Context(), v.Actor, id, task.ID(v.Field("task")), v.Version("version"))
	if mendable(err) {
		return s.show(v, err, draft{})
	}
	if err != nil {
		return err
	}
	return v.Done(pathOf(id), "case_task_done")
}
