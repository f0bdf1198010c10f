package programme

import (
	"strings"
	"time"

	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/page"
	"amparo/internal/programme"
	"amparo/internal/web/staff"
)

func cut(name, prefix string) (string, bool) { return strings.CutPrefix(name, prefix) }

// A namesView is the names of a session.
type namesView struct {
	Name, Path string
	Names      []nameView
	Add        bool
	Fields     []staff.Field
}

// A nameView is one name that is kept.
type nameView struct {
	Name, Path string
	Facts      []page.SummaryRow
}

// names shows the names of a session, which the log tells; wrong is why one could not be kept.
func (s *pages) names(v *staff.Visit, wrong error) error {
	p, err := s.Programme.Names(v.Context(), v.Actor, programme.SessionID(v.R.PathValue("session")))
	if err != nil {
		return err
	}
	f := v.Form(wrong, s.Pack.Zone())
	frame := v.Frame(v.T("programme.names"))
	frame.Back, frame.Errors = &page.Back{Href: sessionHref(p.Session)}, f.Errors
	d := namesView{Name: v.Words.Date(p.Session.Begins, s.Pack.Zone()), Path: sessionHref(p.Session) + "/names", Add: p.Session.State != programme.Cancelled && p.Of.State != programme.Ended}
	for _, one := range p.Names {
		d.Names = append(d.Names, s.kept(v, one, d.Path))
	}
	if d.Add {
		s.nameFields(f, p)
		d.Fields = f.Fields
	}
	return v.Render(httpx.StatusOf(wrong), "programme_names", frame, d)
}

func (s *pages) kept(v *staff.Visit, one programme.Kept, path string) nameView {
	day := func(t time.Time) string { return v.Words.Day(t, s.Pack.Zone()) }
	d := nameView{Path: path + "/" + string(one.ID) + "/withdraw"}
	if g := one.Guest; g != nil {
		d.Name = g.Name
		d.Facts = []page.SummaryRow{row(v, "programme.guest_organisation", g.Organisation), row(v, "programme.guest_qualification", g.Qualification),
			row(v, "programme.guest_seen", s.name(v, g.SeenBy), day(g.Seen))}
	} else {
		n := one.Name
		d.Name = n.Name
		agreed := []string{v.T("programme.by_" + string(n.By))}
		if n.Who != "" {
			agreed = append(agreed, n.Who)
		}
		d.Facts = []page.SummaryRow{row(v, "programme.by", agreed...), row(v, "programme.how", v.T("programme.how_"+string(n.How)), day(n.Given))}
	}
	d.Facts = append(d.Facts, row(v, "programme.name_until", day(one.Until)), row(v, "programme.name_by", s.name(v, one.By)))
	return d
}

func (s *pages) nameFields(f *staff.Form, p programme.NamePage) {
	f.Hide("draft", f.Value("draft", ident.New[string](s.Clock.Now())))
	f.Line("name", "programme.participant", "", page.Input{})
	givers := programme.Givers
	if p.Of.OfChildren() {
		givers = []programme.Giver{programme.Guardian}
	}
	one(f, "by", "programme.by", f.T("programme.by_hint"), "", choices(givers, func(c string) string { return f.T("programme.by_" + c) }))
	if !p.Of.OfChildren() {
		f.Several("adult", "programme.adult", nil, []page.Choice{{Value: "yes", Text: f.T("programme.adult_yes")}})
	}
	f.Line("who", "programme.who", "", page.Input{Optional: !p.Of.OfChildren()})
	f.Several("assent", "programme.assent", nil, []page.Choice{{Value: "yes", Text: f.T("programme.assent_yes")}})
	one(f, "how", "programme.how", "", "", choices(programme.Hows, func(c string) string { return f.T("programme.how_" + c) }))
	f.Line("given", "programme.given", s.Clock.Now().In(s.Pack.Zone()).Format(time.DateOnly), page.Input{Type: "date", Width: 12, LTR: true})
	f.Line("until", "programme.name_until", "", page.Input{Hint: f.T("programme.name_until_hint", "Day", f.Words.Day(p.Until, s.Pack.Zone())), Type: "date", Width: 12, LTR: true})
}

// day reads a day; the zero time for what is none.
func (s *pages) day(v *staff.Visit, name string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, v.Field(name), s.Pack.Zone())
	if err != nil {
		return time.Time{}
	}
	return t
}

func (s *pages) addName(v *staff.Visit) error {
	in := programme.NameInput{Draft: v.Field("draft"), Session: programme.SessionID(v.R.PathValue("session")), Name: programme.Name{Name: v.Field("name"), By: programme.Giver(v.Field("by")),
		Adult: v.Field("adult") == "yes", Who: v.Field("who"), Assent: v.Field("assent") == "yes", How: programme.How(v.Field("how")), Given: s.day(v, "given"), Until: s.day(v, "until")}}
	_, err := s.Programme.AddName(v.Context(), v.Actor, in)
	switch {
	case mendable(err):
		return s.names(v, err)
	case err != nil:
		return err
	}
	return v.Done(href(idOf(v))+"/sessions/"+string(in.Session)+"/names", "programme_named")
}

// withdraw takes a name away. One that is gone already, as after a press that was doubled, is no error: the page of names says how it stands.
func (s *pages) withdraw(v *staff.Visit) error {
	_, err := s.Programme.Withdraw(v.Context(), v.Actor, programme.NameID(v.R.PathValue("name")))
	if err != nil && fault.KindOf(err) != fault.Withheld {
		return err
	}
	return v.Done(href(idOf(v))+"/sessions/"+v.R.PathValue("session")+"/names", "programme_name_gone")
}
