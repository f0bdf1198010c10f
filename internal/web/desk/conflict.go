package desk

import (
	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/web/staff"
)

// conflict asks from whom the report is to be kept.
func (d *desk) conflict(v *staff.Visit) error { return d.askConflict(v, nil) }

func (d *desk) askConflict(v *staff.Visit, wrong error) error {
	users, err := d.Triage.Knowing(v.Context(), v.Actor, id(v))
	if err != nil {
		return plainly(v, access.ReportDeclare, err)
	}
	return v.AskConflict(staff.Conflict{Subject: v.T("desk.report_title", "Handle", handle(id(v))), Back: href(id(v), ""), Users: users,
		Name: func(user string) string { return d.who(v, user) }}, wrong)
}

// declare keeps the report from somebody.
func (d *desk) declare(v *staff.Visit) error {
	err := d.Triage.Declare(v.Context(), v.Actor, id(v), v.Field("user"))
	if fault.KindOf(err) == fault.Invalid {
		return d.askConflict(v, err)
	}
	if err != nil {
		return plainly(v, access.ReportDeclare, err)
	}
	return v.Declared(href(id(v), ""), Path)
}
