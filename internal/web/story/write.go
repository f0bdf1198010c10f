package story

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"amparo/internal/casework"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/page"
	"amparo/internal/story"
	"amparo/internal/web/staff"
)

// A formView is a form of several fields.
type formView struct {
	Heading, Text, Action, Back, Button string
	Fields                              []staff.Field
}

func (s *pages) render(v *staff.Visit, f *staff.Form, refused error, d formView) error {
	frame := v.Frame(v.T("story.title"))
	frame.Errors, d.Fields = f.Errors, f.Fields
	status := http.StatusOK
	if refused != nil {
		status = httpx.StatusOf(refused)
	}
	return v.Render(status, "story_form", frame, d)
}

// askNew shows the form of a new composite.
func (s *pages) askNew(v *staff.Visit, refused error) error {
	if err := s.Story.May(v.Context(), v.Actor); err != nil {
		return err
	}
	f := v.Form(refused, s.Pack.Zone())
	f.Hide("draft", f.Value("draft", ident.New[string](s.Clock.Now())))
	s.fields(f, story.Page{})
	return s.render(v, f, refused, formView{Heading: v.T("story.new"), Text: v.T("story.new_text"), Action: home + "/new", Back: home, Button: v.T("story.save")})
}

func (s *pages) takeNew(v *staff.Visit) error {
	in := s.input(v)
	in.Draft = v.Field("draft")
	id, err := s.Story.Write(v.Context(), v.Actor, in)
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.Conflict {
		return s.askNew(v, err)
	}
	if err != nil {
		return err
	}
	return v.Done(href(id), "story_written")
}

// askEdit shows the form of a story that is there.
func (s *pages) askEdit(v *staff.Visit, refused error) error {
	if err := s.Story.May(v.Context(), v.Actor); err != nil {
		return err
	}
	if fault.CodeOf(refused) == story.CodeWeigher {
		return s.show(v, refused)
	}
	p, err := s.Story.Show(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	f := v.Form(refused, s.Pack.Zone())
	f.Hide("version", f.Value("version", strconv.FormatInt(p.Version, 10)))
	s.fields(f, p)
	text := v.T("story.edit_text")
	if fault.CodeOf(refused) == fault.CodeStale { // what was typed is kept; whoever has seen what is there now may send it again
		f.Fields[0] = staff.Field{Hidden: &staff.Hidden{Name: "version", Value: strconv.FormatInt(p.Version, 10)}}
		text = v.T("story.edit_stale")
	}
	return s.render(v, f, refused, formView{Heading: s.called(v, p.Story), Text: text, Action: href(p.ID) + "/write", Back: href(p.ID), Button: v.T("story.save")})
}

func (s *pages) takeEdit(v *staff.Visit) error {
	in := s.input(v)
	in.Story, in.Version = idOf(v), v.Version("version")
	id, err := s.Story.Write(v.Context(), v.Actor, in)
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.Conflict || fault.CodeOf(err) == story.CodeWeigher {
		return s.askEdit(v, err)
	}
	if err != nil {
		return err
	}
	return v.Done(href(id), "story_written")
}

// fields adds what a story says, with what stands there at first.
func (s *pages) fields(f *staff.Form, p story.Page) {
	s.audience(f, p.Audience)
	until := p.Until
	if until.IsZero() {
		until = s.Clock.Now().AddDate(0, 6, 0)
	}
	f.Line("until", "story.until", s.day(until), page.Input{Hint: f.T("story.until_hint"), Type: "date", Width: 12, LTR: true})
	for _, l := range s.Pack.Languages() {
		name := s.Words.For(l.Code).Name()
		var now story.Text
		if i := slices.IndexFunc(p.Texts, func(t story.Text) bool { return t.Language == l.Code }); i >= 0 {
			now = p.Texts[i]
		}
		title, body := "title_"+l.Code, "body_"+l.Code
		f.Add(staff.Field{Input: &page.Input{Name: title, Label: f.T("story.text_title", "Language", name), Value: f.Value(title, now.Title), Error: f.Errors.Of(title), Optional: true}})
		f.Add(staff.Field{Textarea: &page.Textarea{Name: body, Label: f.T("story.text_body", "Language", name), Hint: f.T("story.body_hint"), Value: f.Value(body, now.Body), Error: f.Errors.Of(body),
			Rows: 6, Max: story.LongestBody, Optional: true}})
	}
}

func (s *pages) audience(f *staff.Form, first education.Audience) {
	chosen := f.Value("audience", string(first))
	c := &page.Choices{Name: "audience", Label: f.T("story.audience"), Error: f.Errors.Of("audience"), Items: []page.Choice{{Text: f.T("staff.choose")}}}
	for _, a := range education.Audiences {
		c.Items = append(c.Items, page.Choice{Value: string(a), Text: f.T("reach.for_" + string(a)), Checked: chosen == string(a)})
	}
	f.Add(staff.Field{Select: c})
}

func (s *pages) day(t time.Time) string { return t.In(s.Pack.Zone()).Format(time.DateOnly) }

// moment reads a day; the zero time for what is none.
func (s *pages) moment(v *staff.Visit, name string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, v.Field(name), s.Pack.Zone())
	if err != nil {
		return time.Time{}
	}
	return t
}

func (s *pages) input(v *staff.Visit) story.WriteInput {
	in := story.WriteInput{Audience: education.Audience(v.Field("audience")), Until: s.moment(v, "until")}
	for _, l := range s.Pack.Languages() {
		in.Texts = append(in.Texts, story.Text{Language: l.Code, Title: v.R.PostForm.Get("title_" + l.Code), Body: v.R.PostForm.Get("body_" + l.Code)})
	}
	return in
}

// askConsent shows the form by which a real story is begun.
func (s *pages) askConsent(v *staff.Visit, refused error) error {
	if err := s.Story.May(v.Context(), v.Actor); err != nil {
		return err
	}
	f := v.Form(refused, s.Pack.Zone())
	f.Hide("draft", f.Value("draft", ident.New[string](s.Clock.Now())))
	f.Line("case", "story.case", v.R.URL.Query().Get("case"), page.Input{Hint: v.T("story.case_hint"), Width: 28, LTR: true})
	s.audience(f, "")
	var givers, said, ways []page.Choice
	for _, g := range story.Givers {
		givers = append(givers, page.Choice{Value: string(g), Text: v.T("story.by_" + string(g))})
	}
	f.Radios("by", "story.by", givers)
	f.Several("adult", "story.adult", nil, []page.Choice{{Value: "yes", Text: v.T("story.adult_yes")}})
	f.Several("assent", "story.assent", nil, []page.Choice{{Value: "yes", Text: v.T("story.assent_yes")}})
	f.Text("best_interests", "story.best_interests", "", page.Textarea{Hint: v.T("story.best_interests_hint"), Rows: 3, Max: story.LongestWords, Optional: true})
	if err := s.weighed(v, f); err != nil {
		return err
	}
	for _, code := range story.Said {
		said = append(said, page.Choice{Value: code, Text: v.T("story.said_" + code)})
	}
	f.Several("said", "story.said", nil, said)
	f.Text("for", "story.for", "", page.Textarea{Rows: 2, Max: story.LongestWords})
	f.Line("given", "story.given", s.day(s.Clock.Now()), page.Input{Type: "date", Width: 12, LTR: true})
	f.Line("until", "story.consent_until", "", page.Input{Hint: v.T("story.consent_until_hint"), Type: "date", Width: 12, LTR: true})
	for _, w := range story.Ways {
		ways = append(ways, page.Choice{Value: string(w), Text: v.T("story.way_" + string(w))})
	}
	f.Several("ways", "story.ways", nil, ways)
	return s.render(v, f, refused, formView{Heading: v.T("story.begin"), Text: v.T("story.begin_text"), Action: home + "/begin", Back: home, Button: v.T("story.begin_go")})
}

// weighed adds the choice of the colleague who has weighed what is best for the child.
func (s *pages) weighed(v *staff.Visit, f *staff.Form) error {
	ids, err := s.Colleagues(v.Context())
	if err != nil {
		return err
	}
	chosen := f.Value("weighed", "")
	c := &page.Choices{Name: "weighed", Label: v.T("story.weighed"), Error: f.Errors.Of("weighed"), Optional: true, Items: []page.Choice{{Text: v.T("staff.choose")}}}
	for _, id := range ids {
		if id != v.Actor.ID {
			c.Items = append(c.Items, page.Choice{Value: id, Text: s.name(v, id), Checked: chosen == id})
		}
	}
	f.Add(staff.Field{Select: c})
	return nil
}

func (s *pages) takeConsent(v *staff.Visit) error {
	in := story.BeginInput{Draft: v.Field("draft"), Case: casework.ID(v.Field("case")), Audience: education.Audience(v.Field("audience")), Consent: story.Consent{By: story.Giver(v.Field("by")),
		Adult: v.Field("adult") == "yes", Assent: v.Field("assent") == "yes", BestInterests: v.R.PostForm.Get("best_interests"), Weighed: v.Field("weighed"), Said: v.R.PostForm["said"],
		For: v.R.PostForm.Get("for"), Given: s.moment(v, "given"), Until: s.moment(v, "until")}}
	for _, w := range v.R.PostForm["ways"] {
		in.Consent.Ways = append(in.Consent.Ways, story.Way(w))
	}
	if err := s.Story.May(v.Context(), v.Actor); err != nil {
		return err
	}
	id, err := s.Story.Begin(v.Context(), v.Actor, in)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return v.Done(href(id)+"/write", "story_begun")
	case kind == fault.Withheld: // there is no such case, or it is none of theirs: which is the same
		return s.askConsent(v, fault.New(fault.Invalid, "fault.form").With("case", "fault.story_case"))
	case kind == fault.Invalid || kind == fault.Conflict:
		return s.askConsent(v, err)
	}
	return err
}
