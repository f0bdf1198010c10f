package admin

import (
	"slices"
	"time"

	"amparo/internal/fault"
	"amparo/internal/identity"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

// A heldView is the form that records a qualification.
type heldView struct {
	Code            page.Choices
	Issued, Expires page.Input
}

// heldForm has what was typed, or else today as the first day.
func (a *pages) heldForm(v *staff.Visit, wrong page.Errors) heldView {
	code := page.Choices{Name: "qualification", Label: v.T("staff.qualification"), Error: wrong.Of("qualification"),
		Items: []page.Choice{{Text: v.T("admin.choose")}}}
	for _, one := range a.Pack.List("qualification", v.Words.Tag()) {
		code.Items = append(code.Items, page.Choice{Value: one.Code, Text: one.Name, Checked: v.Field("qualification") == one.Code})
	}
	issued := v.Field("issued")
	if _, sent := v.R.PostForm["issued"]; !sent {
		issued = a.Clock.Now().In(a.Pack.Zone()).Format(time.DateOnly)
	}
	return heldView{
		Code:   code,
		Issued: page.Input{Name: "issued", Label: v.T("staff.issued"), Error: wrong.Of("issued"), Value: issued, Type: "date", Width: 12, LTR: true},
		Expires: page.Input{Name: "expires", Label: v.T("staff.ends"), Hint: v.T("admin.ends_hint"), Error: wrong.Of("expires"),
			Value: v.Field("expires"), Type: "date", Width: 12, LTR: true},
	}
}

// qualify records a qualification of the country's list, or replaces the one that is recorded.
func (a *pages) qualify(v *staff.Visit, u identity.User) error {
	q, err := a.qualification(v)
	if err == nil {
		err = a.Identity.AddQualification(v.Context(), v.Actor, identity.QualificationInput{User: u.ID, Qualification: q})
	}
	return done(v, u, "qualified", err)
}

// qualification reads the form; every wrong field is named.
func (a *pages) qualification(v *staff.Visit) (q identity.Qualification, err error) {
	wrong := fault.New(fault.Invalid, "fault.qualification_form")
	q.Code = v.Field("qualification")
	if !slices.ContainsFunc(a.Pack.List("qualification", ""), func(n jurisdiction.Named) bool { return n.Code == q.Code }) {
		wrong.With("qualification", "fault.qualification_choose")
	}
	var ok bool
	if q.IssuedAt, ok = a.day(v.Field("issued")); !ok {
		wrong.With("issued", "fault.qualification_from")
	}
	if ends := v.Field("expires"); ends != "" {
		if q.ExpiresAt, ok = a.day(ends); !ok {
			wrong.With("expires", "fault.qualification_until")
		} else if !q.ExpiresAt.After(q.IssuedAt) {
			wrong.With("expires", "fault.qualification_ends")
		}
	}
	if wrong.Wrong() {
		return q, wrong
	}
	return q, nil
}

// The years that a day of a form may be in.
const firstYear, lastYear = 1971, 2200

// day is the beginning of a day, as in 2031-03-25, where the country is.
func (a *pages) day(text string) (time.Time, bool) {
	at, err := time.ParseInLocation(time.DateOnly, text, a.Pack.Zone())
	return at, err == nil && at.Year() >= firstYear && at.Year() <= lastYear
}
