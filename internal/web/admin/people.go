package admin

import (
	"net/http"
	"slices"

	"amparo/internal/identity"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

const (
	peoplePath = "/people"
	newPath    = peoplePath + "/new"
)

// Whether there is a copy of the keys.
const (
	copied    = "copied"
	notCopied = "none"
	unknown   = "unknown"
)

// A peopleView is the page of everybody who works here.
type peopleView struct {
	Keys   string // whether there is a copy of the keys
	People page.Table
}

// people shows everybody, those who can sign in first.
func (a *pages) people(v *staff.Visit) error {
	users, err := a.Identity.Users(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	slices.SortStableFunc(users, activeFirst)
	t := page.Table{Caption: v.Words.N("admin.people_count", len(users)), Columns: []page.Column{
		{Text: v.T("staff.person")}, {Text: v.T("admin.roles_where")}, {Text: v.T("staff.qualifications")}, {Text: v.T("admin.second_factor")}, {Text: v.T("admin.last_sign_in")}}}
	for _, u := range users {
		t.Rows = append(t.Rows, a.row(v, u))
	}
	return v.Render(http.StatusOK, "admin_people", v.Frame(v.T("admin.people")), peopleView{a.keys(v), t})
}

func activeFirst(a, b identity.User) int {
	switch {
	case a.Active == b.Active:
		return 0
	case a.Active:
		return -1
	}
	return 1
}

// keys tells whether there is a copy of the keys. When that cannot be told, the page says so.
func (a *pages) keys(v *staff.Visit) string {
	yes, err := a.KeysCopied(v.Context())
	switch {
	case err != nil:
		a.log.Error("it cannot be told whether there is a copy of the keys", "cause", err.Error())
		return unknown
	case yes:
		return copied
	}
	return notCopied
}

// row is one person in the table.
func (a *pages) row(v *staff.Visit, u identity.User) []page.Cell {
	name := page.Cell{Text: u.DisplayName, Href: personPath(u.ID), Note: u.Name}
	if !u.Active {
		name.Tag = &page.Tag{Text: v.T("admin.deactivated"), Tone: "quiet"}
	}
	last := page.Cell{When: u.SignedInAt}
	if u.SignedInAt.IsZero() {
		last.Text = v.T("admin.never")
	}
	work := page.Cell{Text: names(v, roles(v, u)), Note: v.AgencyName(string(u.Agency))}
	return []page.Cell{name, work, a.qualified(v, u), factor(v, u), last}
}

func roles(v *staff.Visit, u identity.User) (list []string) {
	for _, role := range u.Roles {
		list = append(list, v.T("role."+string(role)))
	}
	return list
}

// factor says whether somebody can sign in yet.
func factor(v *staff.Visit, u identity.User) page.Cell {
	c := page.Cell{Tag: &page.Tag{Text: v.T("admin.enrolled"), Tone: "good"}}
	if !u.Enrolled {
		c.Tag = &page.Tag{Text: v.T("admin.not_enrolled"), Tone: "soon"}
	}
	if u.OneTime {
		c.Note = v.T("admin.one_time_waits")
	}
	return c
}
