package desk

import (
	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/intake"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/web/staff"
)

// handle is what colleagues call a report.
func handle(r report.ID) string { return report.Handle(r) }

// priority says a priority by its code and what the country calls it.
func (d *desk) priority(v *staff.Visit, p ruleset.Priority) string {
	return v.T("desk.priority_words", "Code", string(p), "Name", d.Pack.Word("priority", string(p), v.Words.Tag()))
}

func (d *desk) tag(v *staff.Visit, p ruleset.Priority) page.Tag {
	return page.Tag{Text: d.priority(v, p), Tone: staff.Tones[p]}
}

// who says who somebody is to the person who looks.
func (d *desk) who(v *staff.Visit, user string) string {
	switch user {
	case "":
		return v.T("desk.nobody")
	case v.Actor.ID:
		return v.T("desk.me")
	}
	if name := d.Name(v.Context(), user); name != "" {
		return name
	}
	return v.T("desk.colleague")
}

// area is the name of a place; empty when none was given.
func (d *desk) area(v *staff.Visit, code string) string {
	if a, ok := d.Pack.Area(code, v.Words.Tag()); ok {
		return a.Name
	}
	return code
}

func reader(v *staff.Visit, r intake.Reader) string {
	if r == intake.Child {
		return v.T("desk.reader_child")
	}
	return v.T("desk.reader_adult")
}

// way is what whoever reported chose on the first page, as it stood there; the id of its list of questions where the pack of today has
// no such way.
func (d *desk) way(v *staff.Visit, id string) string {
	if in := d.Pack.Instrument(id); in != nil {
		return v.T("desk.way_words", "Name", in.Name.Words(v.Words.Tag()))
	}
	return id
}

// plainly says a refusal so that the person knows what to do: whoever could do the action with the report claimed has only to
// claim it.
func plainly(v *staff.Visit, action access.Action, err error) error {
	if fault.CodeOf(err) != fault.CodeForbidden {
		return err
	}
	if action == access.ReportLower && access.May(v.Actor, access.ReportRaise, access.Claimant) {
		return fault.Wrap(err, fault.Forbidden, "fault.lower_supervisor")
	}
	if access.May(v.Actor, action, access.Claimant) {
		return fault.Wrap(err, fault.Forbidden, "fault.not_claimed")
	}
	return err
}
