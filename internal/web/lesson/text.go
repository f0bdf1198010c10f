package lesson

import (
	"html/template"
	"net/http"
	"path"
	"strconv"
	"strings"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/jurisdiction"
	"amparo/internal/lesson"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

func statusOf(err error) int { return httpx.StatusOf(err) }

// fileName is a path inside the pack as one name: en.everyone.risks.md.
func fileName(p string) string {
	return strings.ReplaceAll(strings.TrimPrefix(path.Clean(p), "education/"), "/", ".")
}

// words is what a text says, as its readers are shown it.
type words struct {
	*education.Module
	Blocks []education.Block
	Easy   []easyLine
}

// An easyLine is a sentence beside its drawing.
type easyLine struct {
	Drawing template.HTML
	Say     string
}

func (s *pages) words(_ *staff.Visit, m *education.Module) words {
	w := words{Module: m, Blocks: m.Body}
	for _, e := range m.Easy {
		drawing := strings.Replace(education.Drawing(e.Picture), "<svg ", `<svg width="48" height="48" `, 1)
		w.Easy = append(w.Easy, easyLine{template.HTML(drawing), e.Say})
	}
	return w
}

// A finding is what is wrong, in the reader's words, with the field that it is about.
type finding struct{ Field, Label, Text string }

// fieldsInOrder are those of a text in the order of the form.
var fieldsInOrder = []string{"title", "summary", jurisdiction.BodyField, "opportunities", "skills", "easy", "check", "sms", "review_by", "follows"}

// findings says what is wrong, in the order of the form.
func (s *pages) findings(v *staff.Visit, list []jurisdiction.Finding) (out []finding) {
	for _, field := range append(append([]string{}, fieldsInOrder...), "") {
		for _, f := range list {
			if f.Field == field || field == "" && !known(f.Field) {
				out = append(out, finding{field, v.T("lesson.field_" + named(field)), s.said(v, f)})
			}
		}
	}
	return out
}

func known(field string) bool {
	for _, f := range fieldsInOrder {
		if f == field {
			return true
		}
	}
	return false
}

func named(field string) string {
	if field == "" {
		return "whole"
	}
	return field
}

// said says what is wrong. How a field has to be is said by the field.
func (s *pages) said(v *staff.Visit, f jurisdiction.Finding) string {
	if f.Code == jurisdiction.FindForm {
		longest, least, most := jurisdiction.ModuleLimits(f.Field)
		switch f.Field {
		case "easy":
			longest, _, _ = jurisdiction.ModuleLimits("easy.say")
		case "check":
			longest, _, _ = jurisdiction.ModuleLimits("check.answers.because")
		}
		return v.T("lesson.shape_"+named(f.Field), "Longest", longest, "Least", least, "Most", most)
	}
	params := f.Params
	for i := 0; i+1 < len(params); i += 2 {
		if params[i] == "Topic" {
			if topic, ok := params[i+1].(string); ok {
				params = append(append([]any{}, params[:i+1]...), append([]any{v.T("reach.topic_" + topic)}, params[i+2:]...)...)
			}
		}
	}
	return v.T("lesson.find_"+f.Code, params...)
}

// measures says how a text measures, with what it may be.
func (s *pages) measures(v *staff.Visit, sheet lesson.Sheet) (list []fact) {
	m := sheet.Measures
	list = append(list, fact{v.T("lesson.measure_words"), v.T("lesson.measure_between", "Count", m.Words, "Least", m.Least, "Most", m.Most)})
	if m.MostGrade > 0 {
		tenth := func(g float64) string { return strconv.FormatFloat(g, 'f', 1, 64) }
		list = append(list, fact{v.T("lesson.measure_grade"), v.T("lesson.measure_most", "Count", tenth(m.Grade), "Most", tenth(m.MostGrade))})
	}
	if m.MostSentence > 0 {
		list = append(list, fact{v.T("lesson.measure_sentence"), v.T("lesson.measure_most", "Count", m.Sentence, "Most", m.MostSentence)})
	}
	if m.MostEasy > 0 {
		list = append(list, fact{v.T("lesson.measure_easy"), v.T("lesson.measure_most", "Count", m.Easy, "Most", m.MostEasy)})
	}
	for i, l := range m.SMS {
		list = append(list, fact{v.T("lesson.measure_sms", "Number", i+1), v.T("lesson.measure_most", "Count", l.Count, "Most", l.Most)})
	}
	return list
}

// A textView is one text: what readers are given, what is being written, and what there was.
type textView struct {
	Name, Path string
	Shown      string // what readers are given
	ShownHref  string // the version of the desk that it is; empty for none
	ReviewBy   string
	Stale      bool
	Open       *link
	OpenState  string
	Write      bool
	Draft      string
	From       page.Choices
	History    page.Table
	Compare    []staff.Field // two versions to choose; empty when there are not two
	Public     string        // where readers find it; empty for nothing
}

// text shows a text; wrong is why a version could not be begun.
func (s *pages) text(v *staff.Visit, wrong error) error {
	at, err := s.Lesson.Of(v.Context(), v.Actor, textOf(v))
	if err != nil {
		return err
	}
	f := v.Frame(v.T("lesson.title"))
	f.Errors = page.ErrorsOf(v.Words, wrong)
	d := textView{Name: s.called(v, at.Text), Path: hrefOf(at.Text), Stale: at.Stale, Shown: v.T("lesson.shown_none")}
	live := at.Live()
	switch {
	case live != nil:
		d.Shown, d.ShownHref = v.T("lesson.shown_desk", "Version", live.Number), href(live.ID)
	case at.Shown != nil:
		d.Shown = v.T("lesson.shown_pack", "Version", at.Shown.Version)
	}
	if at.Shown != nil {
		d.ReviewBy = at.Shown.ReviewBy
	}
	if at.Open != nil {
		d.Open, d.OpenState = &link{v.T("lesson.number", "Version", at.Open.Number), href(at.Open.ID)}, v.T("lesson.state_"+string(at.Open.State))
	}
	if d.Write = at.Open == nil && access.May(v.Actor, access.LessonWrite); d.Write {
		s.beginnings(v, &d, at, f.Errors)
	}
	s.history(v, &d, at)
	status := http.StatusOK
	if wrong != nil {
		status = statusOf(wrong)
	}
	return v.Render(status, "lesson_text", f, d)
}

// beginnings asks from what a version is begun.
func (s *pages) beginnings(v *staff.Visit, d *textView, at lesson.Standing, wrong page.Errors) {
	d.Draft = ident.New[string](s.Clock.Now())
	if v.R.Method == http.MethodPost && ident.Check(v.Field("draft")) == nil {
		d.Draft = v.Field("draft")
	}
	d.From = page.Choices{Name: "from", Label: v.T("lesson.from"), Error: wrong.Of("from")}
	add := func(value, text string) {
		d.From.Items = append(d.From.Items, page.Choice{Value: value, Text: text, Checked: len(d.From.Items) == 0})
	}
	if live := at.Live(); live != nil {
		add(string(live.ID), v.T("lesson.from_shown", "Version", live.Number))
	}
	if at.Pack != nil {
		add(lesson.FromPack, v.T("lesson.from_pack", "Version", at.Pack.Version))
	}
	add(lesson.FromEmpty, v.T("lesson.from_empty"))
	for _, l := range at.History {
		if l.State == lesson.Former || l.State == lesson.Withdrawn {
			add(string(l.ID), v.T("lesson.from_former", "Version", l.Number))
		}
	}
	for i := range d.From.Items {
		if chosen := v.Field("from"); chosen != "" {
			d.From.Items[i].Checked = d.From.Items[i].Value == chosen
		}
	}
}

// history lists what there was, and asks which two to compare.
func (s *pages) history(v *staff.Visit, d *textView, at lesson.Standing) {
	d.History = page.Table{Caption: v.T("lesson.history"), CaptionHidden: true, Columns: []page.Column{{Text: v.T("lesson.version")}, {Text: v.T("lesson.state")}, {Text: v.T("lesson.writers")},
		{Text: v.T("lesson.published_on")}}}
	var versions []page.Choice
	for _, l := range at.History {
		names := make([]string, len(l.Writers))
		for i, id := range l.Writers {
			names[i] = s.name(v, id)
		}
		d.History.Rows = append(d.History.Rows, []page.Cell{{Text: v.T("lesson.number", "Version", l.Number), Href: href(l.ID)}, {Text: v.T("lesson.state_" + string(l.State))},
			{Text: strings.Join(names, ", ")}, {When: l.Published}})
		versions = append(versions, page.Choice{Value: string(l.ID), Text: v.T("lesson.number", "Version", l.Number)})
	}
	if at.Pack != nil {
		versions = append(versions, page.Choice{Value: lesson.FromPack, Text: v.T("lesson.pack_number", "Version", at.Pack.Version)})
	}
	if len(versions) < 2 {
		return
	}
	chosen := func(i int) []page.Choice {
		list := append([]page.Choice{}, versions...)
		list[i].Checked = true
		return list
	}
	d.Compare = []staff.Field{{Select: &page.Choices{Name: "from", Label: v.T("lesson.compare_from"), Items: chosen(1)}},
		{Select: &page.Choices{Name: "to", Label: v.T("lesson.compare_to"), Items: chosen(0)}}}
}

// begin begins a version.
func (s *pages) begin(v *staff.Visit) error {
	id, err := s.Lesson.Begin(v.Context(), v.Actor, lesson.BeginInput{Draft: v.Field("draft"), Text: textOf(v), From: v.Field("from")})
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.Conflict {
		return s.text(v, err)
	}
	if err != nil {
		return err
	}
	return v.Done(href(id)+"/write", "lesson_begun")
}

// A compareView is what differs between two versions.
type compareView struct {
	Name, Path, From, To string
	Tag, Dir             string
	Parts                []partView
}

// A partView is a field in which something differs.
type partView struct {
	Label string
	Lines []lineView
}

// A lineView is a line with the word for what became of it; Skipped is how many lines that are the same are left out before it.
type lineView struct {
	lesson.Line
	Mark    string
	Skipped string
}

func (s *pages) compare(v *staff.Visit) error {
	q, t := v.R.URL.Query(), textOf(v)
	c, err := s.Lesson.Compare(v.Context(), v.Actor, t, q.Get("from"), q.Get("to"))
	if err != nil {
		return err
	}
	at, err := s.Lesson.Of(v.Context(), v.Actor, t)
	if err != nil {
		return err
	}
	w := s.Words.For(t.Language)
	d := compareView{Name: s.called(v, t), Path: hrefOf(t), From: s.version(v, at, c.From), To: s.version(v, at, c.To), Tag: t.Language, Dir: w.Dir(), Parts: s.parts(v, c.Parts)}
	return v.Render(http.StatusOK, "lesson_compare", v.Frame(v.T("lesson.title")), d)
}

// version names one of the two that are compared.
func (s *pages) version(v *staff.Visit, at lesson.Standing, which string) string {
	if which == lesson.FromPack && at.Pack != nil {
		return v.T("lesson.pack_number", "Version", at.Pack.Version)
	}
	for _, l := range at.History {
		if string(l.ID) == which {
			return v.T("lesson.number", "Version", l.Number)
		}
	}
	return which
}

// parts gives the fields that differ, with the lines around what does.
func (s *pages) parts(v *staff.Visit, list []lesson.Difference) (out []partView) {
	for _, d := range list {
		if !d.Changed() {
			continue
		}
		p, skipped := partView{Label: v.T("lesson.field_" + d.Field)}, 0
		for i, l := range d.Lines {
			if l.Change == lesson.Same && !near(d.Lines, i) {
				skipped++
				continue
			}
			one := lineView{Line: l}
			if l.Change != lesson.Same {
				one.Mark = v.T("lesson.mark_" + string(l.Change))
			}
			if skipped > 0 {
				one.Skipped = v.Words.N("lesson.skipped", skipped)
			}
			p.Lines, skipped = append(p.Lines, one), 0
		}
		out = append(out, p)
	}
	return out
}

// near tells whether a line stands beside one that differs.
func near(lines []lesson.Line, i int) bool {
	for j := max(0, i-1); j <= min(len(lines)-1, i+1); j++ {
		if lines[j].Change != lesson.Same {
			return true
		}
	}
	return false
}
