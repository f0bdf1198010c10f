package story

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"slices"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/story"
	"amparo/internal/tale"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the pages need. Every field is needed.
type Config struct {
	Story *story.Room
	Pack  *jurisdiction.Pack
	Clock clock.Clock
	Words *lang.Catalog // of the public side, in whose languages stories are
	// Name gives what a colleague is called, by user id; empty when nobody has the id.
	Name func(ctx context.Context, user string) string
	// Colleagues gives the ids of those who may look at stories.
	Colleagues func(ctx context.Context) ([]string, error)
}

type pages struct{ Config }

const home = "/stories"

// Add adds the pages to a site, with their place in the menu. It fails when something is missing from the Config, or a page is there already.
func Add(site *staff.Site, c Config) error {
	if c.Story == nil || c.Pack == nil || c.Clock == nil || c.Words == nil || c.Name == nil || c.Colleagues == nil {
		return errors.New("the pages of stories lack a part of their configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s := &pages{c}
	site.AddPlace(staff.Place{Text: "story.place", Href: home, Action: access.StoryRead})
	site.Handle("GET "+home, s.list)
	site.Handle("GET "+home+"/new", func(v *staff.Visit) error { return s.askNew(v, nil) })
	site.Handle("POST "+home+"/new", s.takeNew)
	site.Handle("GET "+home+"/begin", func(v *staff.Visit) error { return s.askConsent(v, nil) })
	site.Handle("POST "+home+"/begin", s.takeConsent)
	site.Handle("GET "+home+"/{id}", func(v *staff.Visit) error { return s.show(v, nil) })
	site.Handle("GET "+home+"/{id}/write", func(v *staff.Visit) error { return s.askEdit(v, nil) })
	site.Handle("POST "+home+"/{id}/write", s.takeEdit)
	for name, do := range map[string]act{"submit": s.submit, "review": s.review, "withdraw": s.withdraw, "weigh": s.weigh} {
		site.Handle("POST "+home+"/{id}/"+name, s.accept(do))
	}
	return nil
}

func href(id story.ID) string { return home + "/" + string(id) }

func idOf(v *staff.Visit) story.ID { return story.ID(v.R.PathValue("id")) }

// A listView is all stories that the reader may know of.
type listView struct {
	Waits, Others page.Table
	Published     []published
	Write         bool
}

// A published is a story that stands on the public side, to be taken back with one press.
type published struct {
	Name, Href, Path, Kind, Audience string
	Story                            story.Story
	Withdraw                         bool
}

func (s *pages) list(v *staff.Visit) error {
	all, err := s.Story.List(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	columns := []page.Column{{Text: v.T("story.which")}, {Text: v.T("story.state")}, {Text: v.T("story.audience")}, {Text: v.T("story.until")}}
	data := listView{Waits: page.Table{Caption: v.T("story.waits"), Columns: columns}, Others: page.Table{Caption: v.T("story.others"), Columns: columns},
		Write: access.May(v.Actor, access.StoryWrite)}
	for _, one := range all {
		row := []page.Cell{{Text: s.called(v, one), Href: href(one.ID)}, {Text: v.T("story.state_" + string(one.State))}, {Text: v.T("reach.for_" + string(one.Audience))}, {When: one.Until}}
		switch {
		case one.State == story.Published:
			data.Published = append(data.Published, published{s.called(v, one), href(one.ID), href(one.ID) + "/withdraw", v.T("story.kind_" + string(one.Kind)),
				v.T("reach.for_" + string(one.Audience)), one, access.May(v.Actor, access.StoryWithdraw)})
		case one.State.Waits():
			data.Waits.Rows = append(data.Waits.Rows, row)
		default:
			data.Others.Rows = append(data.Others.Rows, row)
		}
	}
	return v.Render(http.StatusOK, "story_list", v.Frame(v.T("story.title")), data)
}

func (s *pages) called(v *staff.Visit, one story.Story) string {
	return v.T("story.called", "Code", one.Code)
}

func (s *pages) name(v *staff.Visit, user string) string { return v.Called(s.Name, user) }

// A showView is one story with what can be done about it.
type showView struct {
	Name, Path, Kind, State, Audience string
	Page                              story.Page
	Texts                             []textView
	Warnings                          []string
	Writers                           []string
	Checked, Published, Ended         string // by whom
	Write, Submit, Review, Withdraw   bool
	Weigh                             bool   // the reader is the colleague who is to weigh what is best for the child
	Step                              string // what the reviewer is asked
	Questions                         page.Choices
	Good                              page.Choices
	Note                              page.Textarea
	Why                               page.Choices
	Consent                           []fact
	CaseHref                          string
}

type textView struct{ Language, Tag, Dir, Title, Body string }

type fact struct{ Name, Text string }

// show shows a story; wrong is why a form could not be taken.
func (s *pages) show(v *staff.Visit, wrong error) error {
	p, err := s.Story.Show(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	f := v.Frame(v.T("story.title"))
	f.Errors = page.ErrorsOf(v.Words, wrong)
	d := showView{Name: s.called(v, p.Story), Path: href(p.ID), Kind: v.T("story.kind_" + string(p.Kind)), State: v.T("story.state_" + string(p.State)),
		Audience: v.T("reach.for_" + string(p.Audience)), Page: p}
	for _, t := range p.Texts {
		w := s.Words.For(t.Language)
		d.Texts = append(d.Texts, textView{w.Name(), t.Language, w.Dir(), t.Title, t.Body})
	}
	for _, w := range p.Warnings {
		text := v.T(string(w.Code), w.Params...)
		if w.Language != "" {
			text = s.Words.For(w.Language).Name() + ": " + text
		}
		d.Warnings = append(d.Warnings, text)
	}
	for _, id := range p.Writers {
		d.Writers = append(d.Writers, s.name(v, id))
	}
	if p.CheckedBy != "" {
		d.Checked = s.name(v, p.CheckedBy)
	}
	if p.PublishedBy != "" {
		d.Published = s.name(v, p.PublishedBy)
	}
	if p.State.Ended() {
		d.Ended = v.T("story.why_" + string(p.Why))
	}
	s.offer(v, &d, f.Errors)
	s.consent(v, &d)
	return v.Render(httpx.StatusOf(wrong), "story_show", f, d)
}

// offer fills in what the reader may do.
func (s *pages) offer(v *staff.Visit, d *showView, wrong page.Errors) {
	p := d.Page
	d.Write = !p.State.Ended() && access.May(v.Actor, access.StoryWrite)
	d.Submit = d.Write && p.State == story.Draft
	d.Withdraw = !p.State.Ended() && access.May(v.Actor, access.StoryWithdraw)
	own := slices.Contains(p.Writers, v.Actor.ID) || p.State == story.Safeguarding && p.CheckedBy == v.Actor.ID
	d.Review = p.State.Waits() && !own && access.May(v.Actor, access.StoryReview)
	d.Weigh = p.Weighs(v.Actor.ID) && p.Weighed.IsZero() && !p.State.Ended() && access.May(v.Actor, access.StoryReview)
	d.Write, d.Submit = d.Write && !p.Weighs(v.Actor.ID), d.Submit && !p.Weighs(v.Actor.ID)
	d.Step = v.T("story.step_" + string(p.State))
	typed := func(name, value string) bool { return slices.Contains(v.R.PostForm[name], value) }
	d.Good = page.Choices{Name: "good", Label: v.T("story.good"), Error: wrong.Of("good"), Items: []page.Choice{
		{Value: "yes", Text: v.T("story.good_yes"), Checked: typed("good", "yes")}, {Value: "no", Text: v.T("story.good_no"), Checked: typed("good", "no")}}}
	d.Note = page.Textarea{Name: "note", Label: v.T("story.note"), Hint: v.T("story.note_hint"), Rows: 3, Max: story.LongestWords, Value: v.R.PostForm.Get("note"), Error: wrong.Of("note")}
	if p.State == story.Safeguarding {
		d.Questions = page.Choices{Name: "yes", Label: v.T("story.questions"), Hint: v.T("story.questions_hint"), Error: wrong.Of("yes")}
		for _, q := range story.Questions(p.Kind) {
			d.Questions.Items = append(d.Questions.Items, page.Choice{Value: q, Text: v.T("story.q_" + q), Checked: typed("yes", q)})
		}
	}
	d.Why = page.Choices{Name: "why", Label: v.T("story.why"), Error: wrong.Of("why")}
	for i, r := range story.Reasons {
		d.Why.Items = append(d.Why.Items, page.Choice{Value: string(r), Text: v.T("story.why_" + string(r)), Checked: i == 0})
	}
}

// consent says what the person has agreed to.
func (s *pages) consent(v *staff.Visit, d *showView) {
	c := d.Page.Consent
	if d.Page.Kind != tale.Real || c == nil {
		return
	}
	d.CaseHref = "/cases/" + string(d.Page.Case)
	zone := s.Pack.Zone()
	d.Consent = []fact{{v.T("story.by"), v.T("story.by_" + string(c.By))}, {v.T("story.for"), c.For}, {v.T("story.given"), v.Words.Day(c.Given, zone)}, {v.T("story.consent_until"), v.Words.Day(c.Until, zone)}}
	if c.By == story.Guardian {
		when := v.T("story.weighed_not_yet")
		if at := d.Page.Weighed; !at.IsZero() {
			when = v.Words.Date(at, zone)
		}
		d.Consent = append(d.Consent, fact{v.T("story.best_interests"), c.BestInterests}, fact{v.T("story.weighed"), s.name(v, c.Weighed) + " – " + when})
	}
	for _, w := range c.Ways {
		d.Consent = append(d.Consent, fact{v.T("story.ways"), v.T("story.way_" + string(w))})
	}
}

// an act does one thing to a story, and gives what to say.
type act func(v *staff.Visit, id story.ID) (done string, err error)

// accept does it. What stands in its way is said on the page of the story.
func (s *pages) accept(do act) func(v *staff.Visit) error {
	return func(v *staff.Visit) error {
		id := idOf(v)
		done, err := do(v, id)
		switch kind, code := fault.KindOf(err), fault.CodeOf(err); {
		case err == nil && v.Field("back") == "list":
			return v.Done(home, done)
		case err == nil:
			return v.Done(href(id), done)
		case kind == fault.Invalid, kind == fault.Conflict, code == story.CodeOwn, code == story.CodeSame, code == story.CodeWeigher:
			return s.show(v, err)
		}
		return err
	}
}

func (s *pages) submit(v *staff.Visit, id story.ID) (string, error) {
	return "story_submitted", s.Story.Submit(v.Context(), v.Actor, id, v.Version("version"))
}

func (s *pages) review(v *staff.Visit, id story.ID) (string, error) {
	good := v.Field("good")
	return "story_reviewed", s.Story.Review(v.Context(), v.Actor, story.ReviewInput{Story: id, Version: v.Version("version"), Good: good == "yes", Back: good == "no", Note: v.R.PostForm.Get("note"), Yes: v.R.PostForm["yes"]})
}

func (s *pages) weigh(v *staff.Visit, id story.ID) (string, error) {
	return "story_weighed", s.Story.Weigh(v.Context(), v.Actor, id, v.Version("version"))
}

func (s *pages) withdraw(v *staff.Visit, id story.ID) (string, error) {
	return "story_withdrawn", s.Story.Withdraw(v.Context(), v.Actor, id, story.Reason(v.Field("why")))
}
