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
		to, hold, err := v.Owner()
		if err != nil {
			return err
		}
		return s.Casework.Assign(v.Context(), v.Actor, casework.AssignInput{Case: id, To: to, Hold: hold, Overrule: v.Field("overrule"),
			Told: v.Field("told"), Next: v.Field("next"), Risks: v.Field("risks"), Version: version})
	}}

func askAssign(s *pages, a *asking) error {
	a.view.Intro = []string{a.T("cases.assign_now", "Name", s.names(a.Visit).of(a.page.Manager))}
	if a.page.Orphan {
		a.view.Intro = []string{a.T("cases.orphan_now")}
	}
	found, err := s.Casework.Candidates(a.Context(), a.Actor, access.CaseAssign, string(a.page.ID), a.page.Agency)
	if err != nil {
		return err
	}
	if a.page.Held.IsZero() { // whoever holds it may become its case manager
		is := func(c casework.Candidate) bool { return c.ID == a.page.Manager }
		found.Managers = slices.DeleteFunc(found.Managers, is)
	}
	s.successors(a, found, "cases.assign_to", "")
	for _, name := range []string{"told", "next", "risks"} {
		a.Text(name, "cases.assign_"+name, "", page.Textarea{Hint: a.T("cases.assign_" + name + "_hint"), Rows: 3, Max: casework.LongestNote, Optional: name == "next"})
	}
	return nil
}

// successors asks who is to answer for the case, and for the reasons of that choice. first is who is chosen at first.
func (s *pages) successors(a *asking, found casework.Choice, label, first string) {
	if found.Nobody() {
		a.view.Intro = append(a.view.Intro, a.T("cases.assign_nobody"))
	}
	items := a.Owners(s.Pack, found, a.page.Area, a.page.Language, a.Value("manager", first))
	if len(items) == 0 {
		a.view.Shut = a.R.Method != http.MethodPost
		return
	}
	who := a.Radios("manager", label, items)
	for i := range who.Items {
		who.Items[i].Checked = who.Items[i].Value == a.Value("manager", first)
	}
	for _, t := range a.OwnerReasons(found, a.Errors) {
		a.Add(staff.Field{Textarea: &t})
	}
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
	a.Select("reason", "cases.close_reason", choicesOf(s.Pack.ClosureReasons(a.Words.Tag())))
	a.Text("note", "cases.close_note", "", page.Textarea{Hint: a.T("cases.close_note_hint"), Rows: 5, Max: casework.LongestNote})
	a.Radios("child_told", "cases.close_told", safeAnswers(a.Visit)[:2]).Inline = true
	a.Text("child_told_why", "cases.close_why", "", page.Textarea{Hint: a.T("cases.close_why_hint"), Rows: 2})
	if blocked && may {
		a.Text("override", "cases.close_override", "", page.Textarea{Hint: a.T("cases.close_override_hint"), Rows: 3})
	}
	words, tongue, err := s.farewell(a)
	if err != nil {
		return err
	}
	a.Text("message", "cases.close_message", words, page.Textarea{Hint: a.T("cases.close_message_hint", "Language", staff.Tongue(s.Pack, tongue)), Rows: 3, Max: mailbox.Longest})
	return nil
}

// blocks tells whether a case may not close while the task is open.
func blocks(step casework.Step) bool { return step.Blocking }

// unsaid asks whether the child was told where the use case asks why not.
func (a *asking) unsaid() {
	if a.answered("child_told") {
		return
	}
	for i := range a.Errors {
		if a.Errors[i].Name == "child_told_why" {
			a.Errors[i] = page.FieldError{Name: "child_told", Text: a.T("fault.answer_required")}
		}
	}
}

// answered tells whether yes or no was chosen.
func (a *asking) answered(name string) bool {
	return slices.Contains([]string{"yes", "no"}, a.Value(name, ""))
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
	found, err := s.Casework.Candidates(a.Context(), a.Actor, access.CaseReopen, string(a.page.ID), a.page.Agency)
	if err != nil {
		return err
	}
	a.Text("reason", "cases.reopen_reason", "", page.Textarea{Hint: a.T("cases.reopen_hint"), Rows: 4, Max: casework.LongestNote})
	c := &page.Choices{Name: "clock", Label: a.T("cases.reopen_clocks"), Hint: a.T("cases.reopen_clocks_hint"), Error: a.Errors.Of("clock")}
	for _, in := range s.clocks(a.page.Priority) {
		c.Items = append(c.Items, page.Choice{Value: string(in.Kind), Text: a.T("task." + string(in.Kind)),
			Hint:    a.T("cases.until", "When", a.Words.Date(in.Due, s.Pack.Zone())),
			Checked: a.R.Method != http.MethodPost || slices.Contains(a.R.PostForm["clock"], string(in.Kind))})
	}
	a.Add(staff.Field{Checkboxes: c})
	s.successors(a, found, "cases.reopen_manager", a.page.Manager)
	return nil
}

func takeReopen(s *pages, v *staff.Visit, id casework.ID, version int64) error {
	to, hold, err := v.Owner()
	if err != nil {
		return err
	}
	in := casework.ReopenInput{Case: id, Reason: v.Field("reason"), Manager: to, Hold: hold, Overrule: v.Field("overrule"), Version: version}
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
