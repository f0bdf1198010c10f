package admin

import (
	"slices"
	"strconv"
	"strings"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/fault"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

// filterFields are the fields of the form, and what of the address goes along from page to page.
var filterFields = []string{"actor", "action", "outcome", "subject", "day"}

// actions are all that an entry can be about: what people may ask for, and what the program does by itself.
var actions = append(slices.Clone(access.Actions),
	"sealed.open", "report.receive", "report.message", "report.burn", "report.settle", "report.take_over", "contact.tell", "report.open", "message.open", "triage.lapse", "triage.rescore", "erasure.destroy")

var outcomes = []audit.Outcome{audit.Done, audit.Refused}

// A filterView is the form that chooses entries.
type filterView struct {
	On              bool // something is chosen
	Actor, Subject  page.Input
	Day             page.Input
	Action, Outcome page.Choices
}

// asks is a value of the address without the space around it.
func asks(v *staff.Visit, name string) string { return strings.TrimSpace(v.R.URL.Query().Get(name)) }

// nothing finds no entry: none has this outcome.
var nothing = audit.Filter{Outcome: "none"}

// filter reads the address. When something in it cannot be, the filter finds nothing.
func (a *pages) filter(v *staff.Visit) (audit.Filter, error) {
	f := audit.Filter{Actor: asks(v, "actor"), Action: access.Action(asks(v, "action")), Outcome: audit.Outcome(asks(v, "outcome")),
		Subject: asks(v, "subject"), After: audit.EntryID(asks(v, "after")), Limit: perPage}
	wrong := fault.New(fault.Invalid, "fault.log_filter")
	if f.Action != "" && !slices.Contains(actions, f.Action) {
		wrong.With("action", "fault.log_action")
	}
	if f.Outcome != "" && !slices.Contains(outcomes, f.Outcome) {
		wrong.With("outcome", "fault.log_outcome")
	}
	if day := asks(v, "day"); day != "" {
		var ok bool
		if f.From, ok = a.day(day); !ok {
			wrong.With("day", "fault.log_day")
		}
		f.To = f.From.AddDate(0, 0, 1)
	}
	if number := asks(v, "before"); number != "" {
		var err error
		if f.Before, err = strconv.ParseInt(number, 10, 64); err != nil || f.Before < 1 {
			return nothing, fault.New(fault.Invalid, "fault.log_number")
		}
	}
	if wrong.Wrong() {
		return nothing, wrong
	}
	return f, nil
}

// filterForm has what the address asks for.
func (a *pages) filterForm(v *staff.Visit, wrong page.Errors) filterView {
	view := filterView{
		On:    slices.ContainsFunc(filterFields, func(name string) bool { return asks(v, name) != "" }),
		Actor: page.Input{Name: "actor", Label: v.T("admin.who"), Hint: v.T("admin.who_hint"), Value: asks(v, "actor"), Width: 28, LTR: true},
		Subject: page.Input{Name: "subject", Label: v.T("admin.subject"), Hint: v.T("admin.subject_hint"), Value: asks(v, "subject"),
			Width: 28, LTR: true},
		Day: page.Input{Name: "day", Label: v.T("admin.day"), Error: wrong.Of("day"), Value: asks(v, "day"), Type: "date", Width: 12, LTR: true},
		Action: page.Choices{Name: "action", Label: v.T("admin.what"), Error: wrong.Of("action"),
			Items: []page.Choice{{Text: v.T("admin.all")}}},
		Outcome: page.Choices{Name: "outcome", Label: v.T("admin.outcome"), Error: wrong.Of("outcome"),
			Items: []page.Choice{{Text: v.T("admin.all")}}},
	}
	for _, one := range actions {
		view.Action.Items = append(view.Action.Items, page.Choice{Value: string(one), Text: said(v, "admin.do_", string(one)),
			Checked: asks(v, "action") == string(one)})
	}
	for _, one := range outcomes {
		view.Outcome.Items = append(view.Outcome.Items, page.Choice{Value: string(one), Text: v.T("admin.outcome_" + string(one)),
			Checked: asks(v, "outcome") == string(one)})
	}
	return view
}
