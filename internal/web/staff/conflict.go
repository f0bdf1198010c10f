package staff

import (
	"cmp"

	"amparo/internal/httpx"
	"amparo/internal/page"
)

// A Conflict asks from whom a matter is to be kept.
type Conflict struct {
	Subject string // what the matter is called
	Back    string // the page of the matter; the form is sent to Back/conflict
	After   string // the words for what happens then; empty for those of a matter that lies here
	Users   []string
	Name    func(user string) string
}

// a conflictView is a Conflict on its page.
type conflictView struct {
	Subject, After, Action, Me string
	Who                        page.Choices // without items for whoever can only name themselves
}

// AskConflict shows the page; wrong is why the form could not be taken. The form sends "user", which AskedConflict reads.
func (v *Visit) AskConflict(c Conflict, wrong error) error {
	f := v.Frame(v.T("staff.conflict"))
	f.Back, f.Errors = &page.Back{Href: c.Back}, page.ErrorsOf(v.Words, wrong)
	data := conflictView{Subject: c.Subject, After: v.T(cmp.Or(c.After, "staff.conflict_after")), Action: c.Back + "/conflict", Me: v.Actor.ID,
		Who: page.Choices{Name: "user", Label: v.T("staff.conflict_who"), Error: f.Errors.Of("user")}}
	for _, user := range c.Users {
		text := v.T("staff.conflict_me")
		if user != v.Actor.ID {
			text = c.Name(user)
		}
		data.Who.Items = append(data.Who.Items, page.Choice{Value: user, Text: text})
	}
	if len(c.Users) < 2 {
		data.Who.Items = nil
	}
	return v.Render(httpx.StatusOf(wrong), "staff_conflict", f, data)
}

// Declared leads on from a conflict that was declared: to the page of the matter, or to the list when the reader may no longer
// see the matter.
func (v *Visit) Declared(matter, list string) error {
	if v.Field("user") == v.Actor.ID {
		return v.Done(list, "conflict_own")
	}
	return v.Done(matter, "conflict_other")
}
