package staff

import (
	"net/http"
	"time"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/identity"
	"amparo/internal/lang"
	"amparo/internal/page"
)

const accountPath = "/account"

// soon is how long before its end a qualification is said to end soon.
const soon = 60 * 24 * time.Hour

// An accountView is the page of one's own account.
type accountView struct {
	About          []page.SummaryRow
	Qualifications page.Table
	Sessions       []sessionRow
	Others         bool // there are other sessions than this one
	Tongues        tongues
}

// A sessionRow is one open session.
type sessionRow struct {
	identity.SessionInfo
	Here bool // the one that asks
}

// addAccount adds the pages of one's own account.
func (s *Site) addAccount() {
	s.Handle("GET "+accountPath, showAccount)
	s.Handle("GET /account/password", func(v *Visit) error { return showPassword(v, nil) })
	s.Handle("POST /account/password", takePassword)
	s.Handle("POST /account/session", endSession)
	s.Handle("POST /account/others", endOthers)
}

func showAccount(v *Visit) error {
	me, err := v.site.Identity.User(v.Context(), v.Actor, v.Session.User)
	if err != nil {
		return err
	}
	list, err := v.site.Identity.Sessions(v.Context(), v.Actor, v.Session.User)
	if err != nil {
		return err
	}
	data := accountView{About: v.About(me), Qualifications: v.Qualifications(me), Others: len(list) > 1,
		Tongues: v.site.tongues(v.Words, accountPath)}
	for _, one := range list {
		data.Sessions = append(data.Sessions, sessionRow{one, one.ID == v.Session.ID})
	}
	return v.Render(http.StatusOK, "staff_account", v.Frame(v.T("staff.account")), data)
}

// About says who a user is: names, agency, roles and languages.
func (v *Visit) About(u identity.User) []page.SummaryRow {
	var roles, tongues []string
	for _, role := range u.Roles {
		roles = append(roles, v.T("role."+string(role)))
	}
	for _, tag := range u.Languages {
		tongues = append(tongues, v.site.tongue(tag))
	}
	return []page.SummaryRow{
		{Key: v.T("staff.person"), Values: []string{u.DisplayName}},
		{Key: v.T("staff.name"), Values: []string{u.Name}},
		{Key: v.T("staff.agency"), Values: []string{v.AgencyName(string(u.Agency))}},
		{Key: v.T("staff.roles"), Values: roles},
		{Key: v.T("staff.languages"), Values: tongues},
	}
}

// tongue is what a language calls itself; its code when the program does not speak it.
func (s *Site) tongue(tag string) string {
	if p := s.Reporters.For(tag); p.Tag() == tag {
		return p.Name()
	}
	return tag
}

// AgencyName is what the country calls an agency; the code when it does not say.
func (v *Visit) AgencyName(code string) string { return named(v.site.Agency, code, v.Words) }

// QualificationName is what the country calls a qualification; the code when it does not say.
func (v *Visit) QualificationName(code string) string {
	return named(v.site.Qualification, code, v.Words)
}

func named(name func(code, tag string) string, code string, p lang.Printer) string {
	if name == nil {
		return code
	}
	if said := name(code, p.Tag()); said != "" {
		return said
	}
	return code
}

// Qualifications is the table of a user's qualifications, and whether each is in force.
func (v *Visit) Qualifications(u identity.User) page.Table {
	t := page.Table{Caption: v.T("staff.qualifications"), Columns: []page.Column{
		{Text: v.T("staff.qualification")}, {Text: v.T("staff.issued")}, {Text: v.T("staff.ends")}, {Text: v.T("staff.state")}}}
	for _, q := range u.Qualifications {
		end := page.Cell{When: q.ExpiresAt}
		if q.ExpiresAt.IsZero() {
			end.Text = v.T("staff.no_end")
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: v.QualificationName(q.Code)}, {When: q.IssuedAt}, end, {Tag: v.InForce(q)}})
	}
	return t
}

// InForce says whether a qualification counts now.
func (v *Visit) InForce(q identity.Qualification) *page.Tag {
	now := v.site.Clock.Now()
	switch {
	case q.Holds(now) && !q.ExpiresAt.IsZero() && q.ExpiresAt.Sub(now) < soon:
		return &page.Tag{Text: v.T("staff.ends_soon"), Tone: "soon"}
	case q.Holds(now):
		return &page.Tag{Text: v.T("staff.in_force"), Tone: "good"}
	case q.IssuedAt.After(now):
		return &page.Tag{Text: v.T("staff.not_yet"), Tone: "quiet"}
	}
	return &page.Tag{Text: v.T("staff.expired"), Tone: "urgent"}
}

func showPassword(v *Visit, refused error) error {
	f := v.Frame(v.T("staff.change_password"))
	f.Errors, f.Back = page.ErrorsOf(v.Words, refused), &page.Back{Href: accountPath}
	fields := append([]page.Input{{Name: "current", Label: v.T("staff.password_now"), Type: "password",
		Autocomplete: "current-password", Width: 30}}, newPassword(v.Words)...)
	for i := range fields {
		fields[i].Error = f.Errors.Of(fields[i].Name)
	}
	return v.Render(httpx.StatusOf(refused), "staff_change", f, fields)
}

// takePassword changes one's own password, which ends one's other sessions.
func takePassword(v *Visit) error {
	err := twice(v.R)
	if err == nil {
		err = v.site.Identity.ChangePassword(v.Context(), v.Actor, identity.ChangePasswordInput{Session: v.Session.ID,
			Current: v.R.PostForm.Get("current"), Password: v.R.PostForm.Get("password")})
	}
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.TooMany {
		return showPassword(v, err)
	}
	if err != nil {
		return err
	}
	return v.Done(accountPath, "password_changed")
}

// endSession ends one of one's own sessions. The one that asks ends like signing out.
func endSession(v *Visit) error {
	which := identity.SessionID(v.Field("session"))
	if which == v.Session.ID {
		return v.site.signOut(v.W, v.R)
	}
	own, err := v.site.Identity.Sessions(v.Context(), v.Actor, v.Session.User)
	if err != nil {
		return err
	}
	for _, one := range own {
		if one.ID == which {
			err = v.site.Identity.EndSession(v.Context(), v.Actor, which)
		}
	}
	if err != nil && fault.KindOf(err) != fault.Withheld {
		return err
	}
	return v.Done(accountPath, "session_ended")
}

// endOthers ends all of one's sessions but the one that asks.
func endOthers(v *Visit) error {
	own, err := v.site.Identity.Sessions(v.Context(), v.Actor, v.Session.User)
	if err != nil {
		return err
	}
	for _, one := range own {
		if one.ID == v.Session.ID {
			continue
		}
		if err := v.site.Identity.EndSession(v.Context(), v.Actor, one.ID); err != nil && fault.KindOf(err) != fault.Withheld {
			return err
		}
	}
	return v.Done(accountPath, "sessions_ended")
}
