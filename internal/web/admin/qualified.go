package admin

import (
	"slices"

	"amparo/internal/identity"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

// A standing is what can be said of some of a person's qualifications, with their names.
type standing struct {
	tag   page.Tag
	names []string
}

// tones are those of standings, the most urgent first.
var tones = []string{"urgent", "soon", "quiet", "good"}

// qualified says how a person's qualifications stand: what is worst with which ones it is, and then the rest that is not well.
func (a *pages) qualified(v *staff.Visit, u identity.User) page.Cell {
	list := a.standings(v, u)
	if len(list) == 0 {
		return page.Cell{Text: v.T("admin.none")}
	}
	worst := list[0]
	if worst.tag.Tone == "good" {
		return page.Cell{Tag: &worst.tag}
	}
	c := page.Cell{Tag: &worst.tag, Text: names(v, worst.names)}
	for _, s := range list[1:] {
		if s.tag.Tone == "good" {
			break
		}
		if c.Note != "" {
			c.Note += " "
		}
		c.Note += v.T("admin.also", "State", s.tag.Text, "Names", s.names)
	}
	return c
}

// standings are a person's qualifications by how they stand, the worst first. What a role asks for and is not recorded is missing.
func (a *pages) standings(v *staff.Visit, u identity.User) (list []standing) {
	add := func(tag page.Tag, name string) {
		at := slices.IndexFunc(list, func(s standing) bool { return s.tag == tag })
		if at < 0 {
			at, list = len(list), append(list, standing{tag: tag})
		}
		list[at].names = append(list[at].names, name)
	}
	for _, code := range a.lacking(u) {
		add(page.Tag{Text: v.T("admin.missing"), Tone: "urgent"}, v.QualificationName(code))
	}
	for _, q := range u.Qualifications {
		add(*v.InForce(q), v.QualificationName(q.Code))
	}
	slices.SortStableFunc(list, func(a, b standing) int { return slices.Index(tones, a.tag.Tone) - slices.Index(tones, b.tag.Tone) })
	return list
}

// lacking are the codes of what the country asks for in the person's roles and nobody has recorded.
func (a *pages) lacking(u identity.User) (list []string) {
	for _, role := range u.Roles {
		for _, code := range a.Pack.RequiredQualifications(string(role)) {
			held := slices.ContainsFunc(u.Qualifications, func(q identity.Qualification) bool { return q.Code == code })
			if !held && !slices.Contains(list, code) {
				list = append(list, code)
			}
		}
	}
	return list
}
