package admin

import (
	"strconv"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/identity"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

// A personView is the page of one person, with what can be done about them.
type personView struct {
	Person         identity.User
	Path           string
	About          []page.SummaryRow
	Qualifications page.Table
	Missing        string // what the roles ask for and nobody has recorded
	Self           bool   // the person is who asks
	Change         bool   // who asks may change people
	Sessions       int    // how many are open
	Roles          page.Choices
	Held           heldView
}

func personPath(id identity.UserID) string { return peoplePath + "/" + string(id) }

// asked is the id in the address; empty, which is nobody's, when it cannot be one.
func asked(v *staff.Visit) identity.UserID {
	id := v.R.PathValue("id")
	if ident.Check(id) != nil {
		return ""
	}
	return identity.UserID(id)
}

// showPerson shows somebody as they are now, with what was typed and what was wrong.
func (a *pages) showPerson(v *staff.Visit, id identity.UserID, refused error) error {
	u, err := a.Identity.User(v.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	f := v.Frame(u.DisplayName)
	f.Errors, f.Back = page.ErrorsOf(v.Words, refused), &page.Back{Href: peoplePath}
	data := personView{Person: u, Path: personPath(id), Qualifications: v.Qualifications(u), Self: v.Actor.ID == string(id),
		Change: access.May(v.Actor, access.UserWrite)}
	if data.About, err = a.about(v, u); err != nil {
		return err
	}
	var lacking []string
	for _, code := range a.lacking(u) {
		lacking = append(lacking, v.QualificationName(code))
	}
	data.Missing = names(v, lacking)
	if data.Change {
		open, err := a.Identity.Sessions(v.Context(), v.Actor, id)
		if err != nil {
			return err
		}
		data.Sessions = len(open)
		data.Roles, data.Held = a.rolesForm(v, u, f.Errors), a.heldForm(v, f.Errors)
	}
	return v.Render(httpx.StatusOf(refused), "admin_person", f, data)
}

// about says who somebody is, and how they sign in.
func (a *pages) about(v *staff.Visit, u identity.User) ([]page.SummaryRow, error) {
	rows := v.About(u)
	add := func(key string, values ...string) {
		rows = append(rows, page.SummaryRow{Key: v.T(key), Values: values})
	}
	if len(u.KnownNames) > 0 {
		add("admin.known", u.KnownNames...)
	}
	if u.Active {
		email, err := a.Identity.Address(v.Context(), v.Actor, u.ID)
		if err != nil {
			return nil, err
		}
		if email != "" {
			add("admin.email", email)
		}
	}
	cell := factor(v, u)
	add("admin.second_factor", cell.Tag.Text)
	if cell.Note != "" {
		add("admin.password", cell.Note)
	}
	last := v.T("admin.never")
	if !u.SignedInAt.IsZero() {
		last = v.Words.Relative(u.SignedInAt, a.Clock.Now()) + " · " + v.Words.Date(u.SignedInAt, a.Pack.Zone())
	}
	add("admin.last_sign_in", last)
	return rows, nil
}

// rolesForm has the person's roles ticked, or those that were sent and refused.
func (a *pages) rolesForm(v *staff.Visit, u identity.User, wrong page.Errors) page.Choices {
	chosen, sent := v.R.PostForm["roles"]
	if !sent && wrong.Of("roles") == "" {
		for _, role := range u.Roles {
			chosen = append(chosen, string(role))
		}
	}
	return roleChoices(v, wrong.Of("roles"), chosen)
}

// fresh refuses a form that was filled in before somebody else changed the person.
func fresh(v *staff.Visit, u identity.User) error {
	if v.Field("version") != strconv.FormatInt(u.Version, 10) {
		return fault.New(fault.Conflict, fault.CodeStale)
	}
	return nil
}
