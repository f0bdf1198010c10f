package cases

import (
	"net/http"
	"slices"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/web/staff"
)

// assignForm hands a case to another case manager.
var assignForm = form{name: "assign", action: access.CaseAssign, state: casework.Open, done: "case_assigned", ask: askAssign,
	take: func(s *pages, v *staff.Visit, id casework.ID, version int64) error {
		return s.Casework.Assign(v.Context(), v.Actor, casework.AssignInput{Case: id, To: v.Field("manager"), Note: v.Field("note"), Version: version})
	}}

func askAssign(s *pages, a *asking) error {
	a.view.Intro = []string{a.T("cases.assign_now", "Name", s.names(a.Visit).of(a.page.Manager))}
	fit, err := s.successors(a, access.CaseAssign)
	if err != nil {
		return err
	}
	fit = slices.DeleteFunc(fit, func(c page.Choice) bool { return c.Value == a.page.Manager })
	if len(fit) == 0 {
		a.view.Intro, a.view.Shut = append(a.view.Intro, a.T("cases.assign_nobody")), a.R.Method != http.MethodPost
	} else {
		a.radios("manager", "cases.assign_to", fit)
	}
	a.text("note", "cases.assign_note", "", page.Textarea{Hint: a.T("cases.assign_hint"), Rows: 6, Max: casework.LongestNote})
	return nil
}

// successors are those who may become the case manager. Who cannot is named beside, with what they lack.
func (s *pages) successors(a *asking, action access.Action) (fit []page.Choice, err error) {
	list, err := s.Casework.Candidates(a.Context(), a.Actor, action, string(a.page.ID), a.page.Agency)
	for _, c := range list {
		if len(c.Missing) > 0 {
			a.view.Lacking = append(a.view.Lacking, a.T("cases.lacks", "Name", c.Name, "Missing", qualifications(a.Visit, c.Missing)))
			continue
		}
		fit = append(fit, page.Choice{Value: c.User, Text: c.Name})
	}
	return fit, err
}

// closeForm closes a case.
var closeForm = form{name: "close", action: access.CaseClose, state: casework.Open, done: "case_closed", ask: askClose, take: takeClose}

func askClose(s *pages, a *asking) error {
	open := due(a.page.Tasks)
	blocked, may := slices.ContainsFunc(open, blocks), a.Actor.Supervises()
	switch {
	case blocked && may:
		a.view.Intro = []string{a.T("cases.close_blocked_override")}
	case blocked:
		a.view.Intro, a.view.Shut = []string{a.T("cases.close_blocked")}, a.R.Method != http.MethodPost
		open = slices.DeleteFunc(open, func(step casework.Step) bool { return !blocks(step) })
	case len(open) > 0:
		a.view.Intro = []string{a.T("cases.close_cancels")}
	}
	for _, step := range open {
		a.view.Steps = append(a.view.Steps, s.step(a.Visit, step))
	}
	a.unsaid()
	a.view.Fields = append(a.view.Fields, field{Select: a.choices("reason", "cases.close_reason",
		append([]page.Choice{{Text: a.T("cases.choose")}}, choicesOf(s.Pack.ClosureReasons(a.Words.Tag()))...))})
	a.text("note", "cases.close_note", "", page.Textarea{Hint: a.T("cases.close_note_hint"), Rows: 5, Max: casework.LongestNote})
	a.radios("child_told", "cases.close_told", safeAnswers(a.Visit)[:2]).Inline = true
	a.text("child_told_why", "cases.close_why", "", page.Textarea{Hint: a.T("cases.close_why_hint"), Rows: 2})
	if blocked && may {
		a.text("override", "cases.close_override", "", page.Textarea{Hint: a.T("cases.close_override_hint"), Rows: 3})
	}
	words, tongue, err := s.farewell(a)
	if err != nil {
		return err
	}
	a.text("message", "cases.close_message", words, page.Textarea{Hint: a.T("cases.close_message_hint", "Language", s.tongue(tongue)), Rows: 3, Max: mailbox.Longest})
	return nil
}

// blocks tells whether a case may not close while the task is open.
func blocks(step casework.Step) bool { return step.Blocking }

// unsaid asks whether the child was told where the use case asks why not.
func (a *asking) unsaid() {
	if a.answered("child_told") {
		return
	}
	for i := range a.errors {
		if a.errors[i].Name == "child_told_why" {
			a.errors[i] = page.FieldError{Name: "child_told", Text: a.T("fault.answer_required")}
		}
	}
}

// answered tells whether yes or no was chosen.
func (a *asking) answered(name string) bool {
	return slices.Contains([]string{"yes", "no"}, a.value(name, ""))
}

// farewell is the quiet words that a reporter is offered when the matter is finished, in the reporter's language.
func (s *pages) farewell(a *asking) (words, tongue string, err error) {
	reader := jurisdiction.Adult
	err = s.Store.Read(a.Context(), func(tx store.Tx) error {
		reader = jurisdiction.Adult
		for _, id := range a.page.Reports {
			kept, _, err := report.Load(a.Context(), tx, id)
			if err != nil {
				return err
			}
			if kept.Reader == intake.Child {
				reader = jurisdiction.Child
			}
		}
		return nil
	})
	return s.Pack.Progress(jurisdiction.Finished, reader, a.page.Language), s.Pack.Language(a.page.Language), err
}

func takeClose(s *pages, v *staff.Visit, id casework.ID, version int64) error {
	why := v.Field("child_told_why")
	if told := v.Field("child_told"); told != "yes" && told != "no" {
		why = "" // so that the use case asks for it
	}
	return s.Casework.Close(v.Context(), v.Actor, casework.CloseInput{Case: id, Reason: v.Field("reason"), Note: v.Field("note"),
		ChildTold: v.Field("child_told") == "yes", NotToldWhy: why, Override: v.Field("override"), Message: v.Field("message"), Version: version})
}

// reopenForm takes a closed case up again.
var reopenForm = form{name: "reopen", action: access.CaseReopen, state: casework.Closed, done: "case_reopened", ask: askReopen, take: takeReopen}

// clocks are the first tasks of a case that is taken up again now.
func (s *pages) clocks(p ruleset.Priority) []task.Input {
	return casework.FirstClocks(s.Pack.Targets(), p, s.Clock.Now())
}

func askReopen(s *pages, a *asking) error {
	fit, err := s.successors(a, access.CaseReopen)
	if err != nil {
		return err
	}
	a.text("reason", "cases.reopen_reason", "", page.Textarea{Hint: a.T("cases.reopen_hint"), Rows: 4, Max: casework.LongestNote})
	c := &page.Choices{Name: "clock", Label: a.T("cases.reopen_clocks"), Hint: a.T("cases.reopen_clocks_hint"), Error: a.errors.Of("clock")}
	for _, in := range s.clocks(a.page.Priority) {
		c.Items = append(c.Items, page.Choice{Value: string(in.Kind), Text: a.T("task." + string(in.Kind)),
			Hint:    a.T("cases.until", "When", a.Words.Date(in.Due, s.Pack.Zone())),
			Checked: a.R.Method != http.MethodPost || slices.Contains(a.R.PostForm["clock"], string(in.Kind))})
	}
	a.view.Fields = append(a.view.Fields, field{Checkboxes: c})
	if len(fit) == 0 {
		a.view.Intro, a.view.Shut = []string{a.T("cases.assign_nobody")}, a.R.Method != http.MethodPost
		return nil
	}
	who := a.radios("manager", "cases.reopen_manager", fit)
	for i := range who.Items {
		who.Items[i].Checked = who.Items[i].Value == a.value("manager", a.page.Manager)
	}
	return nil
}

func takeReopen(s *pages, v *staff.Visit, id casework.ID, version int64) error {
	in := casework.ReopenInput{Case: id, Reason: v.Field("reason"), Manager: v.Field("manager"), Version: version}
	known, err := s.clocksOf(v, id)
	if err != nil {
		return err
	}
	for _, code := range v.R.PostForm["clock"] {
		i := slices.IndexFunc(known, func(t task.Input) bool { return string(t.Kind) == code })
		if i < 0 {
			return fault.New(fault.Invalid, "fault.form").With("clock", "fault.answer_code")
		}
		in.Clocks = append(in.Clocks, known[i])
	}
	return s.Casework.Reopen(v.Context(), v.Actor, in)
}

// clocksOf are the clocks of a case, which opens nothing of it; none when there is no such case.
func (s *pages) clocksOf(v *staff.Visit, id casework.ID) (list []task.Input, err error) {
	err = s.Store.Read(v.Context(), func(tx store.Tx) error {
		p, err := casework.Urgency(v.Context(), tx, id)
		if list = nil; err == nil {
			list = s.clocks(p)
		}
		return err
	})
	if fault.KindOf(err) == fault.Withheld {
		err = nil // the use case says so, and records it
	}
	return list, err
}
