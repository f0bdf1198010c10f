package programme

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/programme"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the pages need. Every field is needed.
type Config struct {
	Programme *programme.Room
	Pack      *jurisdiction.Pack
	Clock     clock.Clock
	Words     *lang.Catalog // of the public side, in whose languages programmes are held
	// Address gives where the public side is reached, as in "https://help.example.org"; empty where nobody has said so.
	Address func() string
	// Name gives what a colleague is called, by user id; empty when nobody has the id.
	Name func(ctx context.Context, user string) string
}

type pages struct{ Config }

const home = "/programmes"

// Add adds the pages to a site, with their place in the menu. It fails when something is missing from the Config, or a page is there already.
func Add(site *staff.Site, c Config) error {
	if c.Programme == nil || c.Pack == nil || c.Clock == nil || c.Words == nil || c.Address == nil || c.Name == nil {
		return errors.New("the pages of programmes lack a part of their configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s, one := &pages{c}, home+"/{id}"
	session := one + "/sessions/{session}"
	site.AddPlace(staff.Place{Text: "programme.place", Href: home, Action: access.ProgrammeRead, Count: c.Programme.Waiting, CountWords: "programme.place_count"})
	for pattern, h := range map[string]func(v *staff.Visit) error{
		"GET " + home:                                s.board,
		"GET " + home + "/reach.csv":                 s.csv,
		"GET " + home + "/new":                       func(v *staff.Visit) error { return s.form(v, nil, programme.Programme{}) },
		"POST " + home + "/new":                      s.begin,
		"GET " + one:                                 func(v *staff.Visit) error { return s.show(v, nil) },
		"GET " + one + "/edit":                       s.edit,
		"POST " + one + "/edit":                      s.write,
		"POST " + one + "/approve":                   s.accept("programme_approved", s.approve),
		"POST " + one + "/end":                       s.accept("programme_ended", s.end),
		"GET " + one + "/card":                       s.card,
		"GET " + one + "/sheet":                      s.sheet,
		"GET " + one + "/sessions/new":               s.askSession,
		"POST " + one + "/sessions/new":              s.planSession,
		"GET " + session:                             func(v *staff.Visit) error { return s.session(v, nil) },
		"GET " + session + "/edit":                   s.askChange,
		"POST " + session + "/edit":                  s.changeSession,
		"POST " + session + "/cancel":                s.cancel,
		"GET " + session + "/write-up":               func(v *staff.Visit) error { return s.askWriteUp(v, nil) },
		"POST " + session + "/write-up":              s.writeUp,
		"GET " + session + "/answers":                func(v *staff.Visit) error { return s.askAnswers(v, nil) },
		"POST " + session + "/answers":               s.count,
		"GET " + session + "/names":                  func(v *staff.Visit) error { return s.names(v, nil) },
		"POST " + session + "/names":                 s.addName,
		"POST " + session + "/names/{name}/withdraw": s.withdraw,
	} {
		site.Handle(pattern, h)
	}
	return nil
}

func idOf(v *staff.Visit) programme.ID { return programme.ID(v.R.PathValue("id")) }

func href(id programme.ID) string { return home + "/" + string(id) }

func sessionHref(s programme.Session) string { return href(s.Programme) + "/sessions/" + string(s.ID) }

// A boardView is all programmes with what is to be done.
type boardView struct {
	Programmes, Ended, Coming, Unwritten, Reach page.Table
	New                                         bool
	Few                                         string
}

func (s *pages) board(v *staff.Visit) error {
	b, err := s.Programme.Board(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	data := boardView{New: access.May(v.Actor, access.ProgrammeWrite), Few: v.T("programme.few", "Least", programme.Least)}
	columns := []page.Column{{Text: v.T("programme.name")}, {Text: v.T("programme.state")}, {Text: v.T("programme.audience")}}
	data.Programmes = page.Table{Caption: v.T("programme.current"), Columns: columns}
	data.Ended = page.Table{Caption: v.T("programme.over"), Columns: columns}
	titles := map[programme.ID]string{}
	for _, p := range b.Programmes {
		titles[p.ID] = p.Title
		tag := state(v, p.State)
		row := []page.Cell{{Text: p.Title, Href: href(p.ID)}, {Tag: &tag}, {Text: v.T("reach.for_" + string(p.Audience))}}
		if p.State == programme.Ended {
			data.Ended.Rows = append(data.Ended.Rows, row)
		} else {
			data.Programmes.Rows = append(data.Programmes.Rows, row)
		}
	}
	data.Coming = s.sessionTable(v, "programme.coming", b.Coming, titles, b.Now)
	data.Unwritten = s.sessionTable(v, "programme.unwritten", b.Unwritten, titles, b.Now)
	data.Reach = page.Table{Caption: v.T("programme.reach"), Columns: []page.Column{{Text: v.T("programme.audience")}, {Text: v.T("programme.held"), Numeric: true}, {Text: v.T("programme.visits"), Numeric: true}}}
	number := func(text string) page.Cell { return page.Cell{Text: text, Numeric: true} }
	for _, a := range b.Totals.Audiences {
		data.Reach.Rows = append(data.Reach.Rows, []page.Cell{{Text: v.T("reach.for_" + string(a.Audience))}, number(strconv.Itoa(a.Held)), number(said(a.Visits))})
	}
	if len(data.Reach.Rows) > 0 {
		data.Reach.Rows = append(data.Reach.Rows, []page.Cell{{Text: v.T("programme.all")}, number(strconv.Itoa(b.Totals.Held)), number(said(b.Totals.Visits))})
	}
	return v.Render(http.StatusOK, "programme_list", v.Frame(v.T("programme.title")), data)
}

// said says a count that may be left out.
func said(n programme.Count) string {
	if n.Few {
		return "–"
	}
	return strconv.Itoa(n.N)
}

// sessionTable is a list of sessions.
func (s *pages) sessionTable(v *staff.Visit, caption string, list []programme.Session, titles map[programme.ID]string, now time.Time) page.Table {
	t := page.Table{Caption: v.T(caption), Columns: []page.Column{{Text: v.T("programme.when")}, {Text: v.T("programme.session_state")}, {Text: v.T("programme.where")}}}
	for _, one := range list {
		tag := standing(v, one, now)
		t.Rows = append(t.Rows, []page.Cell{{Text: v.Words.Date(one.Begins, s.Pack.Zone()), Href: sessionHref(one), Note: titles[one.Programme]}, {Tag: &tag}, {Text: s.where(v, one.Place)}})
	}
	return t
}

// state is how far a programme is, with a tone.
func state(v *staff.Visit, st programme.State) page.Tag {
	tone := map[programme.State]string{programme.Draft: "soon", programme.Approved: "calm", programme.Running: "good", programme.Ended: "quiet"}[st]
	return page.Tag{Text: v.T("programme.state_" + string(st)), Tone: tone}
}

// standing is what has become of a session, with a tone.
func standing(v *staff.Visit, one programme.Session, now time.Time) page.Tag {
	switch {
	case one.Late(now):
		return page.Tag{Text: v.T("programme.late"), Tone: "urgent"}
	case one.State == programme.Planned && !now.Before(one.Begins):
		return page.Tag{Text: v.T("programme.to_write_up"), Tone: "soon"}
	}
	tone := map[programme.Standing]string{programme.Planned: "calm", programme.Held: "good", programme.Cancelled: "quiet"}[one.State]
	return page.Tag{Text: v.T("programme.session_" + string(one.State)), Tone: tone}
}

// where says where a session is held.
func (s *pages) where(v *staff.Visit, p programme.Place) string {
	if p.Kind == programme.Virtual {
		return v.T("programme.platform_" + string(p.Platform))
	}
	if area, known := s.Pack.Area(p.Area, v.Words.Tag()); known {
		return v.T("programme.place_in", "Place", p.Name, "Area", area.Name)
	}
	return p.Name
}

func (s *pages) name(v *staff.Visit, user string) string { return v.Called(s.Name, user) }

// csv gives how far programmes reach, for indicators. What is left out on the page is left out here.
func (s *pages) csv(v *staff.Visit) error {
	b, err := s.Programme.Board(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	number := func(n programme.Count) string {
		if n.Few {
			return ""
		}
		return strconv.Itoa(n.N)
	}
	var text strings.Builder
	text.WriteString("audience,sessions_held,visits\r\n")
	for _, a := range b.Totals.Audiences {
		text.WriteString(string(a.Audience) + "," + strconv.Itoa(a.Held) + "," + number(a.Visits) + "\r\n")
	}
	text.WriteString("all," + strconv.Itoa(b.Totals.Held) + "," + number(b.Totals.Visits) + "\r\n")
	v.W.Header().Set("Content-Type", "text/csv; charset=utf-8")
	v.W.Header().Set("Content-Disposition", `attachment; filename="programmes.csv"`)
	v.W.WriteHeader(http.StatusOK)
	_, err = v.W.Write([]byte(text.String()))
	return err
}

// A formView is a form of several fields.
type formView struct {
	Heading, Text, Action, Button string
	Now                           []page.SummaryRow // what it says now, where somebody else has changed it since it was read
	Fields                        []staff.Field
}

// stale tells whether somebody else has changed it since it was read.
func stale(wrong error) bool { return fault.CodeOf(wrong) == fault.CodeStale }

// render shows a form; refused is why it could not be taken.
func (s *pages) render(v *staff.Visit, f *staff.Form, refused error, back string, d formView) error {
	frame := v.Frame(d.Heading)
	frame.Back, frame.Errors, d.Fields = &page.Back{Href: back}, f.Errors, f.Fields
	return v.Render(httpx.StatusOf(refused), "programme_form", frame, d)
}

// one adds a choice of one answer with what stands there at first.
func one(f *staff.Form, name, label, hint, first string, items []page.Choice) {
	chosen := f.Value(name, first)
	for i := range items {
		items[i].Checked = items[i].Value == chosen
	}
	f.Add(staff.Field{Radios: &page.Choices{Name: name, Label: f.T(label), Hint: hint, Error: f.Errors.Of(name), Items: items}})
}

// pick adds a choice of one answer out of many.
func pick(f *staff.Form, name, label, hint, first string, optional bool, items []page.Choice) {
	chosen := f.Value(name, first)
	items = append([]page.Choice{{Text: f.T("staff.choose")}}, items...)
	for i := range items {
		items[i].Checked = items[i].Value == chosen
	}
	f.Add(staff.Field{Select: &page.Choices{Name: name, Label: f.T(label), Hint: hint, Error: f.Errors.Of(name), Items: items, Optional: optional}})
}

// choices are codes with their words.
func choices[T ~string](list []T, text func(code string) string) (items []page.Choice) {
	for _, code := range list {
		items = append(items, page.Choice{Value: string(code), Text: text(string(code))})
	}
	return items
}

func texts[T ~string](list []T) (out []string) {
	for _, one := range list {
		out = append(out, string(one))
	}
	return out
}

// mendable tells whether the person can put it right on the same page.
func mendable(err error) bool {
	return fault.KindOf(err) == fault.Invalid || fault.KindOf(err) == fault.Conflict
}

// form shows the form of a draft, or of a new one: with what was typed, else with what is written down.
func (s *pages) form(v *staff.Visit, wrong error, p programme.Programme) error {
	if err := s.Programme.May(v.Context(), v.Actor, access.ProgrammeWrite); err != nil {
		return err
	}
	agency := p.Agency
	if p.ID == "" {
		agency = v.Actor.Agency
	}
	people, err := s.Programme.Colleagues(v.Context(), v.Actor, agency)
	if err != nil {
		return err
	}
	f := v.Form(wrong, s.Pack.Zone())
	data, back := formView{Heading: v.T("programme.new"), Action: home + "/new", Button: v.T("programme.keep"), Text: v.T("programme.new_text")}, home
	if p.ID != "" {
		data.Heading, data.Action, back, data.Text = v.T("programme.edit"), href(p.ID)+"/edit", href(p.ID), v.T("programme.edit_text")
		f.HideVersion("version", p.Version)
		if stale(wrong) {
			data.Now = slices.Concat([]page.SummaryRow{row(v, "programme.name", p.Title)}, s.facts(v, p), s.safeguarding(v, p.Plan))
		}
	} else {
		f.Hide("draft", f.Value("draft", ident.New[string](s.Clock.Now())))
	}
	s.planFields(f, p.Plan)
	s.safeguardingFields(f, p.Plan, people)
	return s.render(v, f, wrong, back, data)
}

func (s *pages) planFields(f *staff.Form, p programme.Plan) {
	tag := f.Words.Tag()
	f.Line("title", "programme.name", p.Title, page.Input{Hint: f.T("programme.name_hint")})
	pick(f, "audience", "programme.audience", "", string(p.Audience), false, choices(education.Audiences, func(c string) string { return f.T("reach.for_" + c) }))
	one(f, "form", "programme.form", "", string(p.Form), choices(programme.Forms, func(c string) string { return f.T("programme.form_" + c) }))
	f.Several("topics", "programme.topics", texts(p.Topics), choices(education.Topics, func(c string) string { return f.T("reach.topic_" + c) }))
	var languages, qualifications []page.Choice
	for _, l := range s.Pack.Languages() {
		languages = append(languages, page.Choice{Value: l.Code, Text: s.Words.For(l.Code).Name()})
	}
	for _, q := range s.Pack.List("qualification", tag) {
		qualifications = append(qualifications, page.Choice{Value: q.Code, Text: q.Name})
	}
	f.Several("languages", "programme.languages", p.Languages, languages)
	f.Text("aim", "programme.aim", p.Aim, page.Textarea{Rows: 3, Max: programme.LongestAim, Hint: f.T("programme.aim_hint")})
	f.Several("qualifications", "programme.qualifications", p.Qualifications, qualifications).Hint = f.T("programme.qualifications_hint")
	bands := choices(programme.Bandings, func(c string) string { return f.T("programme.bands_" + bandWord(c)) })
	one(f, "bands", "programme.bands", f.T("programme.bands_hint"), string(p.Bands), bands)
}

// bandWord is how the catalogue calls a banding.
func bandWord(code string) string {
	if code == "" {
		return "none"
	}
	return code
}

func (s *pages) safeguardingFields(f *staff.Form, p programme.Plan, people []programme.Person) {
	var leads, contacts []page.Choice
	for _, one := range people {
		if one.MayLead() {
			leads = append(leads, page.Choice{Value: one.ID, Text: one.Name})
		}
	}
	for _, c := range s.Pack.Contacts(f.Words.Tag(), s.Clock.Now()) {
		contacts = append(contacts, page.Choice{Value: c.Code, Text: c.Name, Hint: c.Number()})
	}
	pick(f, "lead", "programme.lead", f.T("programme.lead_hint"), p.Lead, true, leads)
	f.Text("at_once", "programme.at_once", p.AtOnce, page.Textarea{Rows: 3, Max: programme.LongestPlan, Hint: f.T("programme.at_once_hint"), Optional: true})
	f.Text("quiet", "programme.quiet", p.Quiet, page.Textarea{Rows: 2, Max: programme.LongestPlan, Optional: true})
	f.Several("contacts", "programme.contacts", p.Contacts, contacts)
	var chosen []string
	if p.NoSecrets {
		chosen = []string{"yes"}
	}
	f.Several("no_secrets", "programme.no_secrets", chosen, []page.Choice{{Value: "yes", Text: f.T("programme.no_secrets_yes")}})
}

// plan is what was typed.
func plan(v *staff.Visit) programme.Plan {
	p := programme.Plan{Title: v.Field("title"), Audience: education.Audience(v.Field("audience")), Form: programme.Form(v.Field("form")), Languages: v.R.PostForm["languages"],
		Aim: v.R.PostForm.Get("aim"), Qualifications: v.R.PostForm["qualifications"], Bands: programme.Banding(v.Field("bands")), Safeguarding: programme.Safeguarding{Lead: v.Field("lead"),
			AtOnce: v.R.PostForm.Get("at_once"), Quiet: v.R.PostForm.Get("quiet"), Contacts: v.R.PostForm["contacts"], NoSecrets: v.Field("no_secrets") == "yes"}}
	for _, t := range v.R.PostForm["topics"] {
		p.Topics = append(p.Topics, education.Topic(t))
	}
	return p
}

func (s *pages) begin(v *staff.Visit) error {
	id, err := s.Programme.Begin(v.Context(), v.Actor, v.Field("draft"), plan(v))
	switch {
	case mendable(err):
		return s.form(v, err, programme.Programme{})
	case err != nil:
		return err
	}
	return v.Done(href(id), "programme_kept")
}

func (s *pages) edit(v *staff.Visit) error {
	if err := s.Programme.May(v.Context(), v.Actor, access.ProgrammeWrite); err != nil {
		return err
	}
	p, err := s.Programme.One(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	if p.State == programme.Ended {
		return s.show(v, fault.New(fault.Conflict, programme.CodeOver))
	}
	return s.form(v, nil, p)
}

// write changes a programme. When it was changed meanwhile the form is shown again with what was typed beside what it says now, and takes it the next time; when
// it has ended, its page is shown.
func (s *pages) write(v *staff.Visit) error {
	id := idOf(v)
	err := s.Programme.Write(v.Context(), v.Actor, id, v.Version("version"), plan(v))
	switch {
	case err == nil:
		return v.Done(href(id), "programme_kept")
	case !mendable(err):
		return err
	case fault.CodeOf(err) == programme.CodeOver:
		return s.show(v, err)
	}
	p, failed := s.Programme.One(v.Context(), v.Actor, id)
	if failed != nil {
		return failed
	}
	return s.form(v, err, p)
}

func (s *pages) approve(v *staff.Visit) error {
	return s.Programme.Approve(v.Context(), v.Actor, idOf(v), v.Version("version"))
}

func (s *pages) end(v *staff.Visit) error {
	return s.Programme.End(v.Context(), v.Actor, idOf(v), v.Version("version"), v.R.PostForm.Get("reason"))
}

// accept does something to a programme. What stands in its way is said on its page, with what was typed.
func (s *pages) accept(done string, do func(v *staff.Visit) error) func(v *staff.Visit) error {
	return func(v *staff.Visit) error {
		err := do(v)
		switch {
		case err == nil:
			return v.Done(href(idOf(v)), done)
		case mendable(err), fault.CodeOf(err) == programme.CodeYourself:
			return s.show(v, err)
		}
		return err
	}
}
