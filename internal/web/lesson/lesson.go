package lesson

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/lesson"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the pages need. Every field is needed.
type Config struct {
	Lesson *lesson.Room
	Pack   *jurisdiction.Pack
	Clock  clock.Clock
	Words  *lang.Catalog // of the public side, in whose languages texts are
	// Name gives what a colleague is called, by user id; empty when nobody has the id.
	Name func(ctx context.Context, user string) string
}

type pages struct{ Config }

const home = "/texts"

// Add adds the pages to a site, with their place in the menu. It fails when something is missing from the Config, or a page is there already.
func Add(site *staff.Site, c Config) error {
	if c.Lesson == nil || c.Pack == nil || c.Clock == nil || c.Words == nil || c.Name == nil {
		return errors.New("the pages of what is taught lack a part of their configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s := &pages{c}
	site.AddPlace(staff.Place{Text: "lesson.place", Href: home, Action: access.LessonRead})
	const one = home + "/of/{language}/{audience}/{topic}"
	site.Handle("GET "+home, s.list)
	site.Handle("GET "+home+"/find", s.find)
	site.Handle("GET "+one, func(v *staff.Visit) error { return s.text(v, nil) })
	site.Handle("POST "+one, s.begin)
	site.Handle("GET "+one+"/compare", s.compare)
	site.Handle("GET "+home+"/{id}", func(v *staff.Visit) error { return s.show(v, nil) })
	site.Handle("GET "+home+"/{id}/file", s.file)
	site.Handle("GET "+home+"/{id}/write", s.ask)
	site.Handle("POST "+home+"/{id}/write", s.take)
	for name, do := range map[string]act{"submit": s.submit, "review": s.review, "withdraw": s.withdraw, "drop": s.drop} {
		site.Handle("POST "+home+"/{id}/"+name, s.accept(do))
	}
	return nil
}

func href(id lesson.ID) string { return home + "/" + string(id) }

// Path is the address of the page of a text.
func Path(language string, k education.Key) string {
	return home + "/of/" + language + "/" + string(k.Audience) + "/" + string(k.Topic)
}

func hrefOf(t lesson.Text) string { return Path(t.Language, t.Key) }

func idOf(v *staff.Visit) lesson.ID { return lesson.ID(v.R.PathValue("id")) }

func textOf(v *staff.Visit) lesson.Text {
	return lesson.Text{Language: v.R.PathValue("language"), Key: education.Key{Audience: education.Audience(v.R.PathValue("audience")), Topic: education.Topic(v.R.PathValue("topic"))}}
}

// called names a text: for whom, about what, in which language.
func (s *pages) called(v *staff.Visit, t lesson.Text) string {
	return v.T("lesson.called", "Audience", v.T("reach.for_"+string(t.Audience)), "Topic", v.T("reach.topic_"+string(t.Topic)), "Language", s.Words.For(t.Language).Name())
}

func (s *pages) name(v *staff.Visit, user string) string { return v.Called(s.Name, user) }

// A listView is what there is to do.
type listView struct {
	Waits, Drafts page.Table
	Published     []published
	Overdue       []link
	Find          []staff.Field
	Full          bool // there is more than the list has
}

type link struct{ Text, Href string }

// A published is a version that readers are given, to be taken back with one press.
type published struct {
	Name, Href, Path string
	Lesson           lesson.Lesson
	Withdraw         bool
}

func (s *pages) list(v *staff.Visit) error {
	o, err := s.Lesson.List(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	columns := []page.Column{{Text: v.T("lesson.text")}, {Text: v.T("lesson.state")}, {Text: v.T("lesson.version")}, {Text: v.T("lesson.begun_by")}}
	d := listView{Waits: page.Table{Caption: v.T("lesson.waits"), CaptionHidden: true, Columns: columns}, Drafts: page.Table{Caption: v.T("lesson.drafts"), CaptionHidden: true, Columns: columns}, Full: len(o.List) == lesson.Most}
	for _, l := range o.List {
		row := []page.Cell{{Text: s.called(v, l.Text), Href: href(l.ID)}, {Text: v.T("lesson.state_" + string(l.State))}, {Text: strconv.Itoa(l.Number)}, {Text: s.name(v, l.MadeBy)}}
		switch {
		case l.State.Waits():
			d.Waits.Rows = append(d.Waits.Rows, row)
		case l.State == lesson.Draft:
			d.Drafts.Rows = append(d.Drafts.Rows, row)
		default:
			d.Published = append(d.Published, published{s.called(v, l.Text), href(l.ID), href(l.ID) + "/withdraw", l, access.May(v.Actor, access.LessonWithdraw)})
		}
	}
	for _, t := range o.Overdue {
		d.Overdue = append(d.Overdue, link{s.called(v, t), hrefOf(t)})
	}
	d.Find = s.finder(v)
	return v.Render(http.StatusOK, "lesson_list", v.Frame(v.T("lesson.title")), d)
}

// finder asks which text.
func (s *pages) finder(v *staff.Visit) (list []staff.Field) {
	pick := func(name, label string, items []page.Choice) {
		list = append(list, staff.Field{Select: &page.Choices{Name: name, Label: v.T(label), Items: items}})
	}
	var languages, audiences, topics []page.Choice
	for _, l := range s.Pack.Languages() {
		languages = append(languages, page.Choice{Value: l.Code, Text: s.Words.For(l.Code).Name(), Checked: l.Code == s.Pack.Default()})
	}
	for _, a := range education.Audiences {
		audiences = append(audiences, page.Choice{Value: string(a), Text: v.T("reach.for_" + string(a))})
	}
	for _, t := range education.Topics {
		topics = append(topics, page.Choice{Value: string(t), Text: v.T("reach.topic_" + string(t))})
	}
	pick("language", "lesson.language", languages)
	pick("audience", "lesson.audience", audiences)
	pick("topic", "reach.topic", topics)
	return list
}

// find leads to the page of the text that was chosen.
func (s *pages) find(v *staff.Visit) error {
	q := v.R.URL.Query()
	t := lesson.Text{Language: q.Get("language"), Key: education.Key{Audience: education.Audience(q.Get("audience")), Topic: education.Topic(q.Get("topic"))}}
	if _, err := s.Lesson.Of(v.Context(), v.Actor, t); err != nil {
		return err
	}
	return v.Go(hrefOf(t))
}

// A showView is one version with what can be done about it.
type showView struct {
	Name, Path, State, TextPath                     string
	Tag, Dir                                        string // of its language
	Sheet                                           lesson.Sheet
	Words                                           words
	Writers                                         []string
	Checked, Published, Ended                       string // by whom
	Findings                                        []finding
	Measures                                        []fact
	Write, Submit, Review, Withdraw, Drop, Download bool
	Differs                                         string // where it is compared with what readers are given; empty for nothing
	Step                                            string // what the reviewer is asked
	Good                                            page.Choices
	Note                                            page.Textarea
	First                                           *firstView
}

type fact struct{ Name, Text string }

// A firstView is the text that a translation follows.
type firstView struct {
	Tag, Dir, Heading string
	Words             words
}

// show shows a version; wrong is why a form could not be taken.
func (s *pages) show(v *staff.Visit, wrong error) error {
	sheet, err := s.Lesson.Show(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	at, err := s.Lesson.Of(v.Context(), v.Actor, sheet.Text)
	if err != nil {
		return err
	}
	f := v.Frame(v.T("lesson.title"))
	f.Errors = page.ErrorsOf(v.Words, wrong)
	w := s.Words.For(sheet.Language)
	d := showView{Name: s.called(v, sheet.Text), Path: href(sheet.ID), TextPath: hrefOf(sheet.Text), State: v.T("lesson.state_" + string(sheet.State)), Tag: sheet.Language, Dir: w.Dir(), Sheet: sheet,
		Words: s.words(v, sheet.Module), Measures: s.measures(v, sheet), First: s.first(v, sheet)}
	if sheet.State.Open() {
		d.Findings = s.findings(v, sheet.Findings)
	}
	for _, id := range sheet.Writers {
		d.Writers = append(d.Writers, s.name(v, id))
	}
	for id, to := range map[string]*string{sheet.CheckedBy: &d.Checked, sheet.PublishedBy: &d.Published, sheet.EndedBy: &d.Ended} {
		if id != "" {
			*to = s.name(v, id)
		}
	}
	switch live := at.Live(); {
	case live != nil && live.ID != sheet.ID:
		d.Differs = hrefOf(sheet.Text) + "/compare?from=" + string(live.ID) + "&to=" + string(sheet.ID)
	case live == nil && at.Pack != nil:
		d.Differs = hrefOf(sheet.Text) + "/compare?from=" + lesson.FromPack + "&to=" + string(sheet.ID)
	}
	s.offer(v, &d, f.Errors)
	status := http.StatusOK
	if wrong != nil {
		status = statusOf(wrong)
	}
	return v.Render(status, "lesson_show", f, d)
}

// first is the text that a translation follows; nil for none.
func (s *pages) first(v *staff.Visit, sheet lesson.Sheet) *firstView {
	m := sheet.First
	if m == nil {
		return nil
	}
	w := s.Words.For(m.Language)
	return &firstView{m.Language, w.Dir(), v.T("lesson.first", "Language", w.Name(), "Version", m.Version), s.words(v, m)}
}

// offer fills in what the reader may do.
func (s *pages) offer(v *staff.Visit, d *showView, wrong page.Errors) {
	l := d.Sheet.Lesson
	d.Write = l.State.Open() && access.May(v.Actor, access.LessonWrite)
	d.Submit = d.Write && l.State == lesson.Draft
	d.Drop = d.Submit
	d.Withdraw = l.State == lesson.Published && access.May(v.Actor, access.LessonWithdraw)
	d.Download = !l.Published.IsZero()
	own := slices.Contains(l.Writers, v.Actor.ID) || l.State == lesson.Safeguarding && l.CheckedBy == v.Actor.ID
	d.Review = l.State.Waits() && !own && access.May(v.Actor, access.LessonReview)
	if !d.Review {
		return
	}
	d.Step = v.T("lesson.step_" + string(l.State))
	typed := func(value string) bool { return slices.Contains(v.R.PostForm["good"], value) }
	d.Good = page.Choices{Name: "good", Label: v.T("lesson.good"), Error: wrong.Of("good"), Items: []page.Choice{
		{Value: "yes", Text: v.T("lesson.good_yes"), Checked: typed("yes")}, {Value: "no", Text: v.T("lesson.good_no"), Checked: typed("no")}}}
	d.Note = page.Textarea{Name: "note", Label: v.T("lesson.note"), Hint: v.T("lesson.note_hint"), Rows: 3, Max: lesson.LongestNote, Value: v.R.PostForm.Get("note"), Error: wrong.Of("note")}
}

// an act does one thing to a version, and gives where it leads and what to say.
type act func(v *staff.Visit, id lesson.ID) (to, done string, err error)

// accept does it. What stands in its way is said on the page of the version.
func (s *pages) accept(do act) func(v *staff.Visit) error {
	return func(v *staff.Visit) error {
		to, done, err := do(v, idOf(v))
		switch kind, code := fault.KindOf(err), fault.CodeOf(err); {
		case err == nil && v.Field("back") == "list":
			return v.Done(home, done)
		case err == nil:
			return v.Done(to, done)
		case kind == fault.Invalid, kind == fault.Conflict, code == lesson.CodeOwn, code == lesson.CodeSame:
			return s.show(v, err)
		}
		return err
	}
}

func (s *pages) submit(v *staff.Visit, id lesson.ID) (to, done string, err error) {
	return href(id), "lesson_submitted", s.Lesson.Submit(v.Context(), v.Actor, id, v.Version("version"))
}

func (s *pages) review(v *staff.Visit, id lesson.ID) (to, done string, err error) {
	good := v.Field("good")
	return href(id), "lesson_reviewed", s.Lesson.Review(v.Context(), v.Actor, lesson.ReviewInput{Lesson: id, Version: v.Version("version"), Good: good == "yes", Back: good == "no", Note: v.R.PostForm.Get("note")})
}

func (s *pages) withdraw(v *staff.Visit, id lesson.ID) (to, done string, err error) {
	return href(id), "lesson_withdrawn", s.Lesson.Withdraw(v.Context(), v.Actor, id)
}

func (s *pages) drop(v *staff.Visit, id lesson.ID) (to, done string, err error) {
	return home, "lesson_dropped", s.Lesson.Drop(v.Context(), v.Actor, id, v.Version("version"))
}

// file hands out a published version as the file that it would be in the pack.
func (s *pages) file(v *staff.Visit) error {
	f, err := s.Lesson.Export(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/markdown; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+fileName(f.Path)+`"`)
	h.Set("Content-Length", strconv.Itoa(len(f.Data)))
	_, _ = v.W.Write(f.Data) // whoever has gone away needs it no more
	return nil
}
