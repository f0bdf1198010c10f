package admin

import (
	"slices"
	"strings"

	"amparo/internal/access"
	"amparo/internal/httpx"
	"amparo/internal/identity"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

// A newView is the form for somebody who begins to work here.
type newView struct {
	Name, Display page.Input
	Known         page.Textarea
	Agency, Roles page.Choices
	Languages     page.Input
	Email         page.Input
}

// showNew shows the form, with what was typed and what was wrong.
func (a *pages) showNew(v *staff.Visit, refused error) error {
	agencies, err := a.Identity.Agencies(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	f := v.Frame(v.T("admin.add"))
	f.Errors, f.Back = page.ErrorsOf(v.Words, refused), &page.Back{Href: peoplePath}
	of := f.Errors.Of
	data := newView{
		Name: page.Input{Name: "name", Label: v.T("staff.name"), Hint: v.T("admin.name_hint"), Error: of("name"),
			Value: v.Field("name"), Width: 30, LTR: true},
		Display: page.Input{Name: "display_name", Label: v.T("staff.person"), Hint: v.T("admin.display_hint"), Error: of("display_name"),
			Value: v.Field("display_name"), Width: 40},
		Known: page.Textarea{Name: "known_names", Label: v.T("admin.known"), Hint: v.T("admin.known_hint"), Error: of("known_names"),
			Value: v.R.PostForm.Get("known_names"), Rows: 3, Optional: true},
		Agency: a.agencies(v, agencies, of("agency")),
		Roles:  roleChoices(v, of("roles"), v.R.PostForm["roles"]),
		Languages: page.Input{Name: "languages", Label: v.T("staff.languages"), Hint: v.T("admin.languages_hint", "Languages", a.tongues()),
			Error: of("languages"), Value: v.Field("languages"), Width: 20, LTR: true, Optional: true},
		Email: page.Input{Name: "email", Label: v.T("admin.email"), Hint: v.T("admin.email_hint"), Error: of("email"), Value: v.Field("email"),
			Type: "email", Width: 40, LTR: true, Optional: true},
	}
	return v.Render(httpx.StatusOf(refused), "admin_new", f, data)
}

// takeNew adds the person and shows the one-time password. Sent again, it finds the name taken.
func (a *pages) takeNew(v *staff.Visit) error {
	in := identity.AddUserInput{Name: v.Field("name"), DisplayName: v.Field("display_name"), KnownNames: lines(v.Field("known_names")),
		Email: v.Field("email"), Agency: identity.AgencyID(v.Field("agency")), Roles: chosenRoles(v), Languages: codes(v.Field("languages"))}
	added, err := a.Identity.AddUser(v.Context(), v.Actor, in)
	if again(err) && access.May(v.Actor, access.UserWrite) {
		return a.showNew(v, err)
	}
	if err != nil {
		return err
	}
	return showPassword(v, identity.User{ID: added.ID, Name: strings.ToLower(in.Name), DisplayName: in.DisplayName}, added.Password)
}

// agencies are the agencies to choose from; none is chosen beforehand.
func (a *pages) agencies(v *staff.Visit, list []identity.Agency, wrong string) page.Choices {
	c := page.Choices{Name: "agency", Label: v.T("staff.agency"), Error: wrong, Items: []page.Choice{{Text: v.T("admin.choose")}}}
	for _, one := range list {
		c.Items = append(c.Items, page.Choice{Value: string(one.ID), Text: v.AgencyName(string(one.ID)), Checked: v.Field("agency") == string(one.ID)})
	}
	return c
}

// roleChoices are all roles, each with what it is for.
func roleChoices(v *staff.Visit, wrong string, chosen []string) page.Choices {
	c := page.Choices{Name: "roles", Label: v.T("staff.roles"), Error: wrong}
	for _, role := range access.Roles {
		c.Items = append(c.Items, page.Choice{Value: string(role), Text: v.T("role." + string(role)), Hint: v.T("admin.role_" + string(role)),
			Checked: slices.Contains(chosen, string(role))})
	}
	return c
}

func chosenRoles(v *staff.Visit) (list []access.Role) {
	for _, role := range v.R.PostForm["roles"] {
		list = append(list, access.Role(role))
	}
	return list
}

// tongues are the languages of the country with their codes.
func (a *pages) tongues() (list []string) {
	for _, l := range a.Pack.Languages() {
		list = append(list, l.Name+": "+l.Code)
	}
	return list
}

// lines are the lines of a text that say something.
func lines(text string) (list []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// codes are what stands between blanks and commas, in any script.
func codes(text string) []string {
	return strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" ,;،؛\t\r\n", c) })
}
