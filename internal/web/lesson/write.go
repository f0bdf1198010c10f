package lesson

import (
	"net/http"
	"strconv"
	"strings"

	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/jurisdiction"
	"amparo/internal/lesson"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

// A formView is a version as it is written.
type formView struct {
	Name, Path, Version string
	Before              []staff.Field // title, summary, text, and lists of sentences
	Easy                []easyRow
	Questions           []questionRow
	After               []staff.Field // texts for telephones, the day
	Follows             *page.Choices // of a translation
	Of                  int           // the version of the text that it follows
	EasyWrong           string
	CheckWrong          string
	AddEasy, AddCheck   bool
	Findings            []finding
	Checked             bool // what was typed was checked, and was not kept
	Measures            []fact
	First               *firstView
	Parts               []partView // what differs between what is there now and what was typed
	IsStale             bool
	Tag, Dir            string
}

// An easyRow is one line of easy read: its drawing and its sentence.
type easyRow struct {
	Picture page.Choices
	Say     page.Input
}

// A questionRow is one question with its answers.
type questionRow struct {
	Legend  string
	Ask     page.Input
	Answers []answerRow
}

type answerRow struct {
	Say, Because page.Input
	Fits         page.Choices
}

// How many rows a form shows at least, and at most.
var (
	_, leastEasy, mostEasy   = jurisdiction.ModuleLimits("easy")
	_, leastCheck, mostCheck = jurisdiction.ModuleLimits("check")
	_, _, mostAnswers        = jurisdiction.ModuleLimits("check.answers")
)

// ask shows the form of a version.
func (s *pages) ask(v *staff.Visit) error {
	if err := s.Lesson.May(v.Context(), v.Actor); err != nil {
		return err
	}
	sheet, err := s.Lesson.Show(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	if !sheet.State.Open() {
		return s.show(v, fault.New(fault.Conflict, lesson.CodeState))
	}
	return s.form(v, sheet, sheet.Module, nil, formView{})
}

// take keeps, checks, or adds a line to, what was typed.
func (s *pages) take(v *staff.Visit) error {
	in, do := s.input(v), v.Field("do")
	if do != "" {
		return s.try(v, in, do)
	}
	err := s.Lesson.Write(v.Context(), v.Actor, in)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return v.Done(href(in.Lesson), "lesson_written")
	case kind != fault.Invalid && kind != fault.Conflict:
		return err
	}
	sheet, wrong := s.Lesson.Show(v.Context(), v.Actor, in.Lesson)
	if wrong != nil {
		return wrong
	}
	if !sheet.State.Open() {
		return s.show(v, err)
	}
	d := formView{}
	if fault.CodeOf(err) != fault.CodeStale {
		sheet.Version = v.Version("version") // keeping it later is held to what was read first
	} else { // what was typed is kept; whoever has seen what is there now may send it again
		typed := lesson.Tidy(in.Words)
		typed.Follows = sheet.Module.Follows // which is no words
		d.IsStale, d.Parts = true, s.parts(v, lesson.Differ(*sheet.Module, typed))
	}
	return s.form(v, sheet, in.Words, err, d)
}

// try checks what was typed, or adds a line; it keeps nothing.
func (s *pages) try(v *staff.Visit, in lesson.WriteInput, do string) error {
	sheet, err := s.Lesson.Try(v.Context(), v.Actor, in)
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	switch do {
	case "easy":
		in.Words.Easy = append(in.Words.Easy, education.EasyLine{})
	case "question":
		in.Words.Check = append(in.Words.Check, education.Question{})
	}
	sheet.Version = v.Version("version") // keeping it later is held to what was read first
	d := formView{Checked: do == "check"}
	if do == "check" {
		d.Findings = s.findings(v, sheet.Findings)
	}
	return s.form(v, sheet, in.Words, err, d)
}

// input is what was typed, with every row of it.
func (s *pages) input(v *staff.Visit) lesson.WriteInput {
	form := v.R.PostForm
	lines := func(name string) []string {
		return strings.Split(strings.ReplaceAll(form.Get(name), "\r\n", "\n"), "\n")
	}
	m := &education.Module{Title: form.Get("title"), Summary: form.Get("summary"), Text: form.Get(jurisdiction.BodyField), ReviewBy: v.Field("review_by"),
		Opportunities: lines("opportunities"), Skills: lines("skills"), SMS: lines("sms")}
	for i := range mostEasy {
		if n := "_" + strconv.Itoa(i); form.Has("easy_say" + n) {
			m.Easy = append(m.Easy, education.EasyLine{Picture: form.Get("easy_picture" + n), Say: form.Get("easy_say" + n)})
		}
	}
	for i := range mostCheck {
		n := "_" + strconv.Itoa(i)
		if !form.Has("check_ask" + n) {
			continue
		}
		q := education.Question{Ask: form.Get("check_ask" + n)}
		for j := range mostAnswers {
			at := n + "_" + strconv.Itoa(j)
			q.Answers = append(q.Answers, education.Answer{Say: form.Get("check_say" + at), Fits: form.Get("check_fits"+at) == "yes", Because: form.Get("check_because" + at)})
		}
		m.Check = append(m.Check, q)
	}
	of, err := strconv.Atoi(v.Field("of"))
	if err != nil {
		of = 0 // it follows nothing
	}
	return lesson.WriteInput{Lesson: idOf(v), Version: v.Version("version"), Words: m, Latest: v.Field("follows") == "yes", Of: of}
}

// form shows the form with the words given; refused is why it could not be taken.
func (s *pages) form(v *staff.Visit, sheet lesson.Sheet, m *education.Module, refused error, d formView) error {
	f := v.Form(refused, s.Pack.Zone())
	w := s.Words.For(sheet.Language)
	d.Name, d.Path, d.Version, d.Tag, d.Dir = s.called(v, sheet.Text), href(sheet.ID), strconv.FormatInt(sheet.Version, 10), sheet.Language, w.Dir()
	d.Measures, d.First = s.measures(v, sheet), s.first(v, sheet)
	wrong := func(field string) string { return f.Errors.Of(field) }
	if d.Checked {
		wrong = func(field string) string {
			var list []string
			for _, one := range d.Findings {
				if one.Field == field {
					list = append(list, one.Text)
				}
			}
			if text := f.Errors.Of(field); text != "" {
				list = append([]string{text}, list...)
			}
			return strings.Join(list, " ")
		}
	} else if refused == nil && v.R.Method == http.MethodGet {
		d.Findings = s.findings(v, sheet.Findings)
	}
	line := func(name, value string, in page.Input) staff.Field {
		in.Name, in.Label, in.Value, in.Error = name, v.T("lesson.field_"+name), value, wrong(name)
		return staff.Field{Input: &in}
	}
	area := func(name, value string, rows int) staff.Field {
		longest, least, most := jurisdiction.ModuleLimits(name)
		return staff.Field{Textarea: &page.Textarea{Name: name, Label: v.T("lesson.field_" + name), Hint: v.T("lesson.hint_"+name, "Longest", longest, "Least", least, "Most", most), Rows: rows, Value: value, Error: wrong(name)}}
	}
	short := func(name string) string {
		longest, _, _ := jurisdiction.ModuleLimits(name)
		return v.T("lesson.hint_letters", "Longest", longest)
	}
	d.Before = []staff.Field{line("title", m.Title, page.Input{Hint: short("title")}), line("summary", m.Summary, page.Input{Hint: short("summary")}),
		area(jurisdiction.BodyField, m.Text, 24), area("opportunities", strings.Join(m.Opportunities, "\n"), 4), area("skills", strings.Join(m.Skills, "\n"), 4)}
	d.After = []staff.Field{area("sms", strings.Join(m.SMS, "\n"), 3), line("review_by", m.ReviewBy, page.Input{Hint: v.T("lesson.hint_review_by"), Type: "date", Width: 12, LTR: true})}
	d.EasyWrong, d.CheckWrong = wrong("easy"), wrong("check")
	s.rows(v, m, &d)
	s.follows(v, sheet, &d, wrong("follows"))
	frame := v.Frame(v.T("lesson.title"))
	frame.Errors = f.Errors
	status := http.StatusOK
	if refused != nil {
		status = statusOf(refused)
	}
	return v.Render(status, "lesson_form", frame, d)
}

// follows asks a translator whether this says what the text in the first language says now.
func (s *pages) follows(v *staff.Visit, sheet lesson.Sheet, d *formView, wrong string) {
	if sheet.First == nil {
		return
	}
	d.Of = sheet.First.Version
	checked := sheet.Module.Follows == sheet.First.Version
	if v.R.Method == http.MethodPost {
		checked = v.Field("follows") == "yes"
	}
	text := v.T("lesson.follows_yes", "Language", s.Words.For(sheet.First.Language).Name(), "Version", sheet.First.Version)
	d.Follows = &page.Choices{Name: "follows", Label: v.T("lesson.field_follows"), Error: wrong, Items: []page.Choice{{Value: "yes", Text: text, Checked: checked}}}
	if sheet.Module.Follows != 0 && sheet.Module.Follows != sheet.First.Version {
		d.Follows.Hint = v.T("lesson.follows_old", "Version", sheet.Module.Follows)
	}
}

// rows fills in easy read and questions: as many rows as there are, and as many as there have to be.
func (s *pages) rows(v *staff.Visit, m *education.Module, d *formView) {
	easy := m.Easy
	for len(easy) < leastEasy {
		easy = append(easy, education.EasyLine{})
	}
	for i, e := range easy[:min(len(easy), mostEasy)] {
		n := "_" + strconv.Itoa(i)
		pictures := page.Choices{Name: "easy_picture" + n, Label: v.T("lesson.easy_picture", "Number", i+1), Items: []page.Choice{{Text: v.T("staff.choose")}}}
		for _, name := range education.Drawings() {
			pictures.Items = append(pictures.Items, page.Choice{Value: name, Text: v.T("lesson.picture_" + name), Checked: name == e.Picture})
		}
		d.Easy = append(d.Easy, easyRow{pictures, page.Input{Name: "easy_say" + n, Label: v.T("lesson.easy_say", "Number", i+1), Value: e.Say}})
	}
	d.AddEasy = len(d.Easy) < mostEasy
	questions := m.Check
	for len(questions) < leastCheck {
		questions = append(questions, education.Question{})
	}
	for i, q := range questions[:min(len(questions), mostCheck)] {
		d.Questions = append(d.Questions, s.question(v, i, q))
	}
	d.AddCheck = len(d.Questions) < mostCheck
}

func (s *pages) question(v *staff.Visit, i int, q education.Question) questionRow {
	n := "_" + strconv.Itoa(i)
	row := questionRow{Legend: v.T("lesson.question", "Number", i+1), Ask: page.Input{Name: "check_ask" + n, Label: v.T("lesson.question_ask"), Value: q.Ask}}
	for j := range mostAnswers {
		var a education.Answer
		if j < len(q.Answers) {
			a = q.Answers[j]
		}
		at := n + "_" + strconv.Itoa(j)
		row.Answers = append(row.Answers, answerRow{
			Say:     page.Input{Name: "check_say" + at, Label: v.T("lesson.answer_say", "Number", j+1), Value: a.Say},
			Because: page.Input{Name: "check_because" + at, Label: v.T("lesson.answer_because", "Number", j+1), Value: a.Because},
			Fits: page.Choices{Name: "check_fits" + at, Label: v.T("lesson.answer_fits", "Number", j+1),
				Items: []page.Choice{{Value: "yes", Text: v.T("lesson.answer_fits_yes"), Checked: a.Fits}}}})
	}
	return row
}
