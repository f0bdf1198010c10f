package programme

import (
	"html/template"
	"net/http"
	"slices"
	"strings"

	"amparo/internal/access"
	"amparo/internal/chart"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/programme"
	"amparo/internal/web/staff"
)

// A showView is one programme.
type showView struct {
	Name, Path                     string
	State                          page.Tag
	Facts, Safeguarding            []page.SummaryRow
	Edit, Approve, Own, Plan, Card bool
	Short                          bool // the safeguarding plan is not whole
	Unled                          bool // the lead is not there
	End                            *endView
	Version                        int64
	Few, Held                      string
	Sessions, Parts                page.Table
	Outcomes                       []outcomeView
	Sheets                         []page.Nav
}

// An endView is the form that ends something.
type endView struct {
	Reason page.Textarea
	Open   bool
}

// An outcomeView is how the answers to one question are spread.
type outcomeView struct {
	Table   page.Table
	Picture template.HTML
}

func ending(v *staff.Visit, wrong page.Errors, label, hint string) *endView {
	return &endView{page.Textarea{Name: "reason", Label: v.T(label), Hint: v.T(hint), Rows: 2, Max: programme.LongestWhy, Value: v.R.PostForm.Get("reason"), Error: wrong.Of("reason")},
		v.R.PostForm.Has("reason")}
}

// show shows a programme; wrong is why a form could not be taken.
func (s *pages) show(v *staff.Visit, wrong error) error {
	p, err := s.Programme.Show(v.Context(), v.Actor, idOf(v), v.Words.Tag())
	if err != nil {
		return err
	}
	may := func(a access.Action) bool { return access.May(v.Actor, a) }
	f := v.Frame(v.T("programme.title"))
	f.Back, f.Errors = &page.Back{Href: home}, page.ErrorsOf(v.Words, wrong)
	d := showView{Name: p.Title, Path: href(p.ID), State: state(v, p.State), Facts: s.facts(v, p.Programme), Safeguarding: s.safeguarding(v, p.Plan), Version: p.Version,
		Edit: p.State != programme.Ended && may(access.ProgrammeWrite), Own: p.State == programme.Draft && slices.Contains(p.Writers, v.Actor.ID), Short: p.State == programme.Draft && !p.Whole(),
		Unled: p.State != programme.Ended && !p.Led, Card: p.Whole(), Few: v.T("programme.few", "Least", programme.Least)}
	d.Approve = p.State == programme.Draft && !d.Own && !d.Short && may(access.ProgrammeApprove)
	d.Plan = (p.State == programme.Approved || p.State == programme.Running) && may(access.ProgrammeWrite)
	if p.State != programme.Ended && may(access.ProgrammeEnd) {
		d.End = ending(v, f.Errors, "programme.end_reason", "programme.end_hint")
	}
	d.Held = v.T("programme.held_all", "Sessions", p.Held, "Count", said(p.Visits))
	d.Sessions = s.sessionTable(v, "programme.sessions", p.Sessions, nil, p.Now)
	d.Parts = page.Table{Caption: v.T("programme.parts"), Columns: []page.Column{{Text: v.T("programme.part")}, {Text: v.T("programme.visits"), Numeric: true}}}
	for _, part := range p.Parts {
		d.Parts.Rows = append(d.Parts.Rows, []page.Cell{{Text: s.part(v, part.Code)}, {Text: said(part.Count), Numeric: true}})
	}
	for _, o := range p.Outcomes {
		d.Outcomes = append(d.Outcomes, outcome(v, o))
	}
	if len(s.Programme.Questions(p.Audience)) > 0 {
		for _, tag := range p.Languages {
			d.Sheets = append(d.Sheets, page.Nav{Text: v.T("programme.sheet_in", "Language", s.Words.For(tag).Name()), Href: href(p.ID) + "/sheet?language=" + tag})
		}
	}
	return v.Render(httpx.StatusOf(wrong), "programme_show", f, d)
}

// part names those who are counted under a code.
func (s *pages) part(v *staff.Visit, code string) string {
	if slices.Contains(programme.Sexes, code) || code == programme.All || code == programme.Grown {
		return v.T("programme.came_" + code)
	}
	return v.T("programme.came_years", "Years", strings.ReplaceAll(code, "_", "–"))
}

// outcome shows how the answers are spread, as a table and a picture.
func outcome(v *staff.Visit, o programme.Outcome) outcomeView {
	d := outcomeView{Table: page.Table{Caption: o.Question.Ask, CaptionHidden: true, Columns: []page.Column{{Text: v.T("programme.answer")}, {Text: v.T("programme.before"), Numeric: true}, {Text: v.T("programme.after"), Numeric: true}}}}
	picture := chart.Bars{Head: chart.Head{ID: "asked-" + strings.ReplaceAll(o.Question.Code, "_", "-"), Title: o.Question.Ask, Text: v.T("programme.picture"), RTL: v.Words.Dir() == "rtl"}}
	for i, answer := range o.Question.Answers {
		d.Table.Rows = append(d.Table.Rows, []page.Cell{{Text: answer}, {Text: said(o.Before[i]), Numeric: true}, {Text: said(o.After[i]), Numeric: true}})
		picture.Rows = append(picture.Rows, chart.Bar{Label: answer + " · " + v.T("programme.before"), Value: float64(o.Before[i].N), Said: said(o.Before[i]), Tone: "quiet"},
			chart.Bar{Label: answer + " · " + v.T("programme.after"), Value: float64(o.After[i].N), Said: said(o.After[i]), Tone: "calm"})
	}
	d.Picture = picture.SVG()
	return d
}

func row(v *staff.Visit, key string, values ...string) page.SummaryRow {
	return page.SummaryRow{Key: v.T(key), Values: values}
}

// facts are what is written down of a programme, and what has become of it.
func (s *pages) facts(v *staff.Visit, p programme.Programme) []page.SummaryRow {
	tag := v.Words.Tag()
	said := func(list []string, text func(string) string) (out []string) {
		for _, code := range list {
			out = append(out, text(code))
		}
		return out
	}
	list := []page.SummaryRow{row(v, "programme.audience", v.T("reach.for_"+string(p.Audience))), row(v, "programme.form", v.T("programme.form_"+string(p.Form))),
		row(v, "programme.topics", said(texts(p.Topics), func(c string) string { return v.T("reach.topic_" + c) })...),
		row(v, "programme.languages", said(p.Languages, func(c string) string { return s.Words.For(c).Name() })...), row(v, "programme.aim", p.Aim),
		row(v, "programme.qualifications", said(p.Qualifications, func(c string) string { return s.Pack.Word("qualification", c, tag) })...),
		row(v, "programme.written", said(p.Writers, func(user string) string { return s.name(v, user) })...)}
	if p.ApprovedBy != "" {
		list = append(list, row(v, "programme.approved", s.name(v, p.ApprovedBy), v.Words.Date(p.Approved, s.Pack.Zone())))
	}
	if p.EndedBy != "" {
		list = append(list, row(v, "programme.ended", s.name(v, p.EndedBy), v.Words.Date(p.Ended, s.Pack.Zone()), p.Reason))
	}
	return list
}

// safeguarding is the plan for what is told in a session.
func (s *pages) safeguarding(v *staff.Visit, p programme.Plan) (list []page.SummaryRow) {
	if p.Lead != "" {
		list = append(list, row(v, "programme.lead", s.name(v, p.Lead)))
	}
	if p.AtOnce != "" {
		list = append(list, row(v, "programme.at_once", p.AtOnce))
	}
	if p.Quiet != "" {
		list = append(list, row(v, "programme.quiet", p.Quiet))
	}
	var called []string
	for _, c := range s.contacts(v, p) {
		called = append(called, v.T("programme.called", "Name", c.Name, "Number", c.Number()))
	}
	if len(called) > 0 {
		list = append(list, row(v, "programme.contacts", called...))
	}
	if p.NoSecrets {
		list = append(list, row(v, "programme.no_secrets", v.T("programme.no_secrets_yes")))
	}
	if at := strings.TrimSuffix(s.Address(), "/"); at != "" {
		list = append(list, row(v, "programme.public", at))
	}
	return list
}

// contacts are those of a plan that may be shown today.
func (s *pages) contacts(v *staff.Visit, p programme.Plan) (list []jurisdiction.Contact) {
	for _, c := range s.Pack.Contacts(v.Words.Tag(), s.Clock.Now()) {
		if slices.Contains(p.Contacts, c.Code) {
			list = append(list, c)
		}
	}
	return list
}

// A cardView is the safeguarding plan as it is taken along.
type cardView struct {
	Name, Path string
	Rows       []page.SummaryRow
}

// card shows the safeguarding plan on one page that is printed.
func (s *pages) card(v *staff.Visit) error {
	p, err := s.Programme.One(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	if !p.Whole() {
		return fault.New(fault.Conflict, programme.CodePlan)
	}
	f := v.Frame(v.T("programme.card"))
	f.Back = &page.Back{Href: href(p.ID)}
	return v.Render(http.StatusOK, "programme_card", f, cardView{p.Title, href(p.ID), s.safeguarding(v, p.Plan)})
}

// A sheetView is the questions as they are answered on paper.
type sheetView struct {
	Tag, Dir, Title, Text, Before, After string
	Questions                            []education.Asked
}

// sheet shows the questions on a page that is printed, in a language of the programme. There is no place on it for a name.
func (s *pages) sheet(v *staff.Visit) error {
	p, err := s.Programme.One(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	tag := v.R.URL.Query().Get("language")
	if !slices.Contains(p.Languages, tag) {
		return fault.New(fault.Withheld, fault.CodeWithheld)
	}
	w, title, text := s.Words.For(tag), "hub.sheet_title", "hub.sheet_text"
	if !p.OfChildren() {
		title, text = "hub.sheet_title_adult", "hub.sheet_text_adult"
	}
	f := v.Frame(v.T("programme.sheet"))
	f.Back = &page.Back{Href: href(p.ID)}
	return v.Render(http.StatusOK, "programme_sheet", f, sheetView{tag, w.Dir(), w.T(title), w.T(text), w.T("hub.sheet_before"), w.T("hub.sheet_after"),
		s.Pack.ProgrammeQuestions(p.Audience, tag)})
}
