package staff

import (
	"strconv"
	"strings"

	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
)

// inPerson stands before the id of a supervisor who is to hold a case in person.
const inPerson = "hold-"

// Owners offers who may answer for a case, the best first, with every reason for and against; below them, set apart, the
// supervisors who may hold it in person. These are offered to supervisors, and to others only for want of somebody who fits. One
// value is chosen at first: that of the case manager named.
func (v *Visit) Owners(pack *jurisdiction.Pack, found casework.Choice, area, language, chosen string) (list []page.Choice) {
	where := ""
	if a, ok := pack.Area(area, v.Words.Tag()); ok {
		where = a.Name
	}
	for _, l := range pack.Languages() {
		if l.Code == language {
			language = l.Name
		}
	}
	for _, c := range found.Managers {
		list = append(list, page.Choice{Value: c.ID, Text: c.Name, Hint: strings.Join(append(v.against(c, pack), v.reasons(c, where, language)...), " "),
			Checked: c.ID == chosen})
	}
	if !v.Actor.Supervises() && !found.Nobody() {
		return list
	}
	for i, c := range found.Holders {
		item := page.Choice{Value: inPerson + c.ID, Text: v.T("owner.in_person", "Name", c.Name), Hint: strings.Join(v.reasons(c, where, language), " "),
			Checked: inPerson+c.ID == chosen}
		if i == 0 {
			item.Or = v.T("owner.or")
		}
		list = append(list, item)
	}
	return list
}

// reasons are what speaks for somebody, or less so.
func (v *Visit) reasons(c casework.Candidate, where, language string) []string {
	list := []string{v.Words.N("owner.load", c.Load.Cases, "Points", strconv.FormatFloat(c.Load.Points, 'f', -1, 64))}
	if c.Load.Warn() {
		list = append(list, v.T("owner.heavy"))
	}
	id := map[bool]string{true: "owner.speaks", false: "owner.speaks_not"}[c.Speaks]
	list = append(list, v.T(id, "Language", language))
	switch {
	case !c.Serves:
		list = append(list, v.T("owner.serves_not"))
	case where != "":
		list = append(list, v.T("owner.serves", "Area", where))
	}
	return list
}

// against is why somebody cannot be chosen, or soon could not, by qualifications and load.
func (v *Visit) against(c casework.Candidate, pack *jurisdiction.Pack) (list []string) {
	if len(c.Missing) > 0 {
		list = append(list, v.T("owner.lacks", "Missing", v.qualifications(c.Missing)))
	}
	if len(c.Expired) > 0 {
		list = append(list, v.T("owner.expired", "Missing", v.qualifications(c.Expired)))
	}
	if c.Load.Full(1) {
		list = append(list, v.T("owner.full"))
	}
	for _, e := range c.Ending {
		list = append(list, v.T("owner.ends", "Name", v.QualificationName(e.Code), "Day", v.Words.Day(e.At, pack.Zone())))
	}
	return list
}

func (v *Visit) qualifications(codes []string) []string {
	list := make([]string, len(codes))
	for i, code := range codes {
		list[i] = v.QualificationName(code)
	}
	return list
}

// Owner reads who was chosen, and why a supervisor holds it in person if that was chosen. A choice of that kind without a
// reason is fault.Invalid with the field "hold".
func (v *Visit) Owner() (user, hold string, err error) {
	user, held := strings.CutPrefix(v.Field("manager"), inPerson)
	if !held {
		return user, "", nil
	}
	if hold = v.Field("hold"); hold == "" {
		err = fault.New(fault.Invalid, "fault.form").With("hold", "fault.reason_required")
	}
	return user, hold, err
}

// OwnerReasons are the fields for the reasons of a choice: why it is held in person, where that is offered, and why a full load
// takes more, where somebody's is full and the reader may say so.
func (v *Visit) OwnerReasons(found casework.Choice, wrong page.Errors) (list []page.Textarea) {
	field := func(name string) page.Textarea {
		return page.Textarea{Name: name, Label: v.T("owner." + name), Hint: v.T("owner." + name + "_hint"), Optional: true, Rows: 2,
			Max: casework.LongestNote, Value: v.R.PostForm.Get(name), Error: wrong.Of(name)}
	}
	if len(found.Holders) > 0 && (v.Actor.Supervises() || found.Nobody()) {
		list = append(list, field("hold"))
	}
	for _, c := range found.Managers {
		if c.Load.Full(1) && v.Actor.Supervises() {
			return append(list, field("overrule"))
		}
	}
	return list
}
