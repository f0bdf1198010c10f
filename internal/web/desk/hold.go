package desk

import (
	"strconv"
	"time"

	"amparo/internal/access"
	"amparo/internal/page"
	"amparo/internal/task"
	"amparo/internal/web/staff"
)

// The fields of the form to hold a clock. The page has another reason on it.
const holdReason, holdUntil = "hold_reason", "hold_until"

// A holdForm lets a clock stand still, for a reason and for some days.
type holdForm struct {
	Open          bool // it was sent and could not be taken
	Reason, Until page.Choices
}

// place gives what is wrong the names of the form's own fields, and marks these.
func (f *holdForm) place(v *staff.Visit, wrong page.Errors) {
	f.Open = true
	for i := range wrong {
		for name, field := range map[string]*page.Choices{"reason": &f.Reason, "until": &f.Until} {
			if wrong[i].Name == name {
				wrong[i].Name, field.Error = field.Name, wrong[i].Text
			}
		}
	}
	for _, field := range []*page.Choices{&f.Reason, &f.Until} {
		for i := range field.Items {
			field.Items[i].Checked = field.Items[i].Value == v.Field(field.Name)
		}
	}
}

func (d *desk) holdForm(v *staff.Visit) *holdForm {
	why := page.Choices{Name: holdReason, Label: v.T("task.pause_why")}
	for _, n := range d.Pack.List("pause_reason", v.Words.Tag()) {
		why.Items = append(why.Items, page.Choice{Value: n.Code, Text: n.Name})
	}
	return &holdForm{Reason: why, Until: page.Choices{Name: holdUntil, Label: v.T("task.pause_until"), Items: v.HoldDays(), Inline: true}}
}

// hold lets a clock of the report stand still.
func (d *desk) hold(v *staff.Visit) error {
	days, _ := strconv.Atoi(v.Field(holdUntil))                // unreadable is none, which the use case names
	version, _ := strconv.ParseInt(v.Field("version"), 10, 64) // a wrong one is stale
	err := d.Triage.Hold(v.Context(), v.Actor, task.PauseInput{Subject: string(id(v)), Task: task.ID(v.Field("task")), Version: version,
		Reason: task.Reason(v.Field(holdReason)), Until: d.site.Clock.Now().Add(time.Duration(days) * 24 * time.Hour)})
	if err != nil {
		return d.refused(v, again{wrong: plainly(v, access.ReportPause, err), hold: true})
	}
	return v.Done(href(id(v), ""), "desk_held")
}

// reached ends the task to find another safe way to the reporter.
func (d *desk) reached(v *staff.Visit) error {
	if err := d.Triage.Reached(v.Context(), v.Actor, id(v)); err != nil {
		return d.refused(v, again{wrong: plainly(v, access.ReportReply, err)})
	}
	return v.Done(href(id(v), ""), "desk_reached")
}

// goOn lets a clock of the report go on.
func (d *desk) goOn(v *staff.Visit) error {
	version, _ := strconv.ParseInt(v.Field("version"), 10, 64)
	if err := d.Triage.GoOn(v.Context(), v.Actor, id(v), task.ID(v.Field("task")), version); err != nil {
		return d.refused(v, again{wrong: plainly(v, access.ReportPause, err)})
	}
	return v.Done(href(id(v), ""), "desk_went_on")
}
