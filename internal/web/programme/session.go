package programme

import (
	"slices"
	"strconv"
	"time"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/programme"
	"amparo/internal/web/staff"
)

// A sessionView is one session.
type sessionView struct {
	Name, Programme, Path         string
	State                         page.Tag
	Facts, Safeguarding           []page.SummaryRow
	Warnings                      []string
	Told                          *toldView // how to take down what somebody tells; nil for who may take no report
	Card                          string
	Edit, WriteUp, Answers, Names bool
	Cancel                        *endView
	Version                       int64
	Came                          page.Table
	Silent                        bool // how many came is not for the reader
}

// A toldView is what the one press sends to the pages of the helpline.
type toldView struct{ Channel, Way, Language string }

// told gives what a report on behalf of somebody begins with. Nothing of it names the session.
func (s *pages) told(v *staff.Visit, p programme.SessionPage) *toldView {
	if !access.May(v.Actor, access.HelplineTake) {
		return nil
	}
	want := []string{"walk_in", "phone"}
	if p.Place.Kind == programme.Virtual {
		want = []string{"chat", "phone", "walk_in"}
		if p.Place.Platform == programme.PhoneCall {
			want = []string{"phone", "chat", "walk_in"}
		}
	}
	t := &toldView{Way: "about_me", Language: p.Language}
	for _, code := range want {
		if slices.ContainsFunc(s.Pack.List("report_channel", ""), func(n jurisdiction.Named) bool { return n.Code == code }) {
			t.Channel = code
			break
		}
	}
	switch p.Of.Audience {
	case education.Age6To9, education.Age10To12:
		t.Way = "under_13"
	case education.Parent:
		t.Way = "worried"
	case education.Professional:
		t.Way = "professional"
	}
	return t
}

// find gives the session of an address; one of another programme is not there.
func (s *pages) find(v *staff.Visit) (p programme.SessionPage, err error) {
	p, err = s.Programme.Session(v.Context(), v.Actor, programme.SessionID(v.R.PathValue("session")))
	if err == nil && p.Of.ID != idOf(v) {
		err = fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return p, err
}

// session shows a session; wrong is why a form could not be taken.
func (s *pages) session(v *staff.Visit, wrong error) error {
	p, err := s.find(v)
	if err != nil {
		return err
	}
	may := func(a access.Action) bool { return access.May(v.Actor, a) }
	f := v.Frame(v.T("programme.session"))
	f.Back, f.Errors = &page.Back{Href: href(p.Of.ID)}, page.ErrorsOf(v.Words, wrong)
	begun := !p.Now.Before(p.Begins)
	d := sessionView{Name: v.Words.Date(p.Begins, s.Pack.Zone()), Programme: p.Of.Title, Path: sessionHref(p.Session), State: standing(v, p.Session, p.Now), Facts: s.sessionFacts(v, p),
		Safeguarding: s.safeguarding(v, p.Of.Plan), Told: s.told(v, p), Card: href(p.Of.ID) + "/card", Version: p.Version,
		Edit: p.State == programme.Planned && may(access.ProgrammeWrite), WriteUp: p.Counts && begun && p.State != programme.Cancelled && may(access.ProgrammeHold),
		Answers: p.Tells && p.State == programme.Held && may(access.ProgrammeHold) && len(s.Programme.Questions(p.Of.Audience)) > 0, Names: p.Mine && may(access.ProgrammeNames),
		Silent: p.State == programme.Held && !p.Tells}
	for _, w := range p.Warnings {
		var params []any
		if w.Who != "" {
			params = []any{"Who", s.name(v, w.Who)}
		}
		d.Warnings = append(d.Warnings, v.T(string(w.Code), params...))
	}
	if d.Edit {
		d.Cancel = ending(v, f.Errors, "programme.cancel_reason", "programme.cancel_hint")
	}
	if p.Tells && p.State == programme.Held {
		d.Came = page.Table{Caption: v.T("programme.came"), Columns: []page.Column{{Text: v.T("programme.part")}, {Text: v.T("programme.visits"), Numeric: true}}}
		for _, code := range p.Of.Codes(s.Pack) {
			d.Came.Rows = append(d.Came.Rows, []page.Cell{{Text: s.part(v, code)}, {Text: strconv.Itoa(p.Attended[code]), Numeric: true}})
		}
	}
	return v.Render(httpx.StatusOf(wrong), "programme_session", f, d)
}

func (s *pages) sessionFacts(v *staff.Visit, p programme.SessionPage) []page.SummaryRow {
	var crew []string
	for _, user := range p.Facilitators {
		crew = append(crew, s.name(v, user))
	}
	list := []page.SummaryRow{row(v, "programme.long", v.T("programme.minutes", "Count", p.Minutes)), row(v, "programme.where", s.where(v, p.Place)),
		row(v, "programme.language", s.Words.For(p.Language).Name()), row(v, "programme.facilitators", crew...)}
	if p.Place.Moderated {
		list = append(list, row(v, "programme.moderated", v.T("programme.moderated_yes")))
	}
	var second []string
	if p.Second != "" {
		second = append(second, s.name(v, p.Second))
	}
	if p.Guest {
		second = append(second, v.T("programme.guest_there"))
	}
	if len(second) > 0 {
		list = append(list, row(v, "programme.second", second...))
	}
	if p.State == programme.Held {
		debriefed := "programme.debriefed_no"
		if p.Debriefed {
			debriefed = "programme.debriefed_yes"
		}
		list = append(list, row(v, "programme.debriefed", v.T(debriefed)), row(v, "programme.written_up", s.name(v, p.WrittenUpBy), v.Words.Date(p.WrittenUp, s.Pack.Zone())))
	}
	if p.Reason != "" {
		list = append(list, row(v, "programme.reason", p.Reason))
	}
	return list
}

// askSession shows the form of a new session.
func (s *pages) askSession(v *staff.Visit) error {
	if err := s.Programme.May(v.Context(), v.Actor, access.ProgrammeWrite); err != nil {
		return err
	}
	p, err := s.Programme.One(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	return s.sessionForm(v, nil, programme.SessionPage{Of: p})
}

// sessionForm shows the form of a session: with what was typed, else with what is planned.
func (s *pages) sessionForm(v *staff.Visit, wrong error, at programme.SessionPage) error {
	p, one := at.Of, at.Session
	people, err := s.Programme.Colleagues(v.Context(), v.Actor, "")
	if err != nil {
		return err
	}
	_, mistyped := v.Moment("begins", s.Pack.Zone())
	f := v.Form(s.reword(v, wrong), s.Pack.Zone())
	data, back := formView{Heading: v.T("programme.session_new"), Text: v.T("programme.session_text"), Action: href(p.ID) + "/sessions/new", Button: v.T("programme.session_keep")}, href(p.ID)
	if one.ID != "" {
		data.Heading, back = v.T("programme.session_edit"), sessionHref(one)
		data.Action = back + "/edit"
		f.HideVersion("version", one.Version)
		if stale(wrong) {
			data.Now = append([]page.SummaryRow{row(v, "programme.when", v.Words.Date(one.Begins, s.Pack.Zone()))}, s.sessionFacts(v, at)...)
		}
	} else {
		f.Hide("draft", f.Value("draft", ident.New[string](s.Clock.Now())))
		one.Minutes, one.Place.Kind = 60, programme.InPerson
	}
	if len(f.Errors) > 0 && f.Errors.Of("begins") != "" {
		f.Mistimed("begins", mistyped, string(programme.CodeWhen))
	}
	s.whenWhere(f, p, one)
	s.crew(f, p, one, people)
	return s.render(v, f, wrong, back, data)
}

func (s *pages) whenWhere(f *staff.Form, p programme.Programme, one programme.Session) {
	day, at := "", ""
	if !one.Begins.IsZero() {
		day, at = one.Begins.In(s.Pack.Zone()).Format(time.DateOnly), one.Begins.In(s.Pack.Zone()).Format("15:04")
	}
	f.Moment("begins", "programme.day", "programme.time", day, at)
	f.Line("minutes", "programme.long", strconv.Itoa(one.Minutes), page.Input{Hint: f.T("programme.minutes_hint"), Mode: "numeric", Width: 4, LTR: true})
	language := one.Language
	if language == "" && len(p.Languages) == 1 {
		language = p.Languages[0]
	}
	pick(f, "language", "programme.language", "", language, false, choices(p.Languages, func(c string) string { return s.Words.For(c).Name() }))
	radios(f, "place_kind", "programme.place_kind", string(one.Place.Kind), choices(programme.PlaceKinds, func(c string) string { return f.T("programme.place_" + c) }))
	f.Line("place", "programme.place_name", one.Place.Name, page.Input{Hint: f.T("programme.place_hint"), Optional: true})
	var areas []page.Choice
	s.areas(f, "", "", &areas)
	if len(areas) > 0 {
		pick(f, "area", "programme.area", "", one.Place.Area, true, areas)
	}
	pick(f, "platform", "programme.platform", f.T("programme.platform_hint"), string(one.Place.Platform), true, choices(programme.Platforms, func(c string) string { return f.T("programme.platform_" + c) }))
	var moderated []string
	if one.Place.Moderated {
		moderated = []string{"yes"}
	}
	f.Several("moderated", "programme.moderated", moderated, []page.Choice{{Value: "yes", Text: f.T("programme.moderated_yes")}})
}

// areas are those of the country, one inside another.
func (s *pages) areas(f *staff.Form, parent, before string, list *[]page.Choice) {
	for _, a := range s.Pack.Areas(f.Words.Tag(), parent) {
		*list = append(*list, page.Choice{Value: a.Code, Text: before + a.Name})
		if a.Inner {
			s.areas(f, a.Code, before+a.Name+" – ", list)
		}
	}
}

func radios(f *staff.Form, name, label, first string, items []page.Choice) {
	one(f, name, label, "", first, items)
}

func (s *pages) crew(f *staff.Form, p programme.Programme, one programme.Session, people []programme.Person) {
	var hold, all []page.Choice
	for _, person := range people {
		all = append(all, page.Choice{Value: person.ID, Text: person.Name})
		if !person.MayHold() {
			continue
		}
		text := person.Name
		if missing, expired := person.Short(p.Qualifications, s.Clock.Now()); len(missing)+len(expired) > 0 {
			text = f.T("programme.lacks", "Who", person.Name)
		}
		hold = append(hold, page.Choice{Value: person.ID, Text: text})
	}
	at := func(i int) string {
		if i < len(one.Facilitators) {
			return one.Facilitators[i]
		}
		return ""
	}
	pick(f, "facilitator", "programme.facilitator", f.T("programme.facilitator_hint"), at(0), false, slices.Clone(hold))
	pick(f, "facilitator_2", "programme.facilitator_2", "", at(1), true, slices.Clone(hold))
	hint := ""
	if p.Form == programme.Group && p.OfChildren() {
		hint = f.T("programme.second_hint")
	}
	pick(f, "second", "programme.second", hint, one.Second, true, all)
	f.Line("guest_name", "programme.guest_name", "", page.Input{Hint: f.T("programme.guest_hint"), Optional: true})
	f.Line("guest_organisation", "programme.guest_organisation", "", page.Input{Optional: true})
	f.Line("guest_qualification", "programme.guest_qualification", "", page.Input{Optional: true})
	f.Several("guest_seen", "programme.guest_seen", nil, []page.Choice{{Value: "yes", Text: f.T("programme.guest_seen_yes")}})
}

// sent is the session that was typed.
func (s *pages) sent(v *staff.Visit) programme.SessionInput {
	begins, _ := v.Moment("begins", s.Pack.Zone())
	minutes, err := strconv.Atoi(v.Field("minutes"))
	if err != nil {
		minutes = -1
	}
	return programme.SessionInput{Draft: v.Field("draft"), Programme: idOf(v), Session: programme.SessionID(v.R.PathValue("session")), Version: v.Version("version"), Begins: begins,
		Minutes: minutes, Language: v.Field("language"), Facilitators: []string{v.Field("facilitator"), v.Field("facilitator_2")}, Second: v.Field("second"),
		Place: programme.Place{Kind: programme.PlaceKind(v.Field("place_kind")), Name: v.Field("place"), Area: v.Field("area"), Platform: programme.Platform(v.Field("platform")),
			Moderated: v.Field("moderated") == "yes"},
		Guest: programme.Guest{Name: v.Field("guest_name"), Organisation: v.Field("guest_organisation"), Qualification: v.Field("guest_qualification"), Checked: v.Field("guest_seen") == "yes"}}
}

// reword says qualifications in the reader's words.
func (s *pages) reword(v *staff.Visit, err error) error {
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	said := fault.New(fault.Invalid, fault.CodeOf(err))
	for _, f := range fault.Fields(err) {
		var params []any
		for name, value := range f.Params {
			if codes, ok := value.([]string); ok {
				var words []string
				for _, code := range codes {
					words = append(words, s.Pack.Word("qualification", code, v.Words.Tag()))
				}
				value = words
			}
			params = append(params, name, value)
		}
		said.With(f.Name, f.Code, params...)
	}
	return said
}

func (s *pages) planSession(v *staff.Visit) error {
	id, err := s.Programme.Plan(v.Context(), v.Actor, s.sent(v))
	switch {
	case err == nil:
		return v.Done(href(idOf(v))+"/sessions/"+string(id), "programme_planned")
	case !mendable(err):
		return err
	}
	p, failed := s.Programme.One(v.Context(), v.Actor, idOf(v))
	if failed != nil {
		return failed
	}
	return s.sessionForm(v, err, programme.SessionPage{Of: p})
}

func (s *pages) askChange(v *staff.Visit) error {
	if err := s.Programme.May(v.Context(), v.Actor, access.ProgrammeWrite); err != nil {
		return err
	}
	p, err := s.find(v)
	if err != nil {
		return err
	}
	if p.State != programme.Planned {
		return s.session(v, fault.New(fault.Conflict, programme.CodeState))
	}
	return s.sessionForm(v, nil, p)
}

// changeSession changes a session. When it was changed meanwhile the form is shown again with what was typed beside what it says now, and takes it the next time; when
// it is not planned any more, its page is shown.
func (s *pages) changeSession(v *staff.Visit) error {
	err := s.Programme.Change(v.Context(), v.Actor, s.sent(v))
	switch {
	case err != nil && !mendable(err):
		return err
	case fault.CodeOf(err) == programme.CodeState:
		return s.session(v, err)
	}
	p, failed := s.find(v)
	if failed != nil {
		return failed
	}
	if err == nil {
		return v.Done(sessionHref(p.Session), "programme_planned")
	}
	return s.sessionForm(v, err, p)
}

func (s *pages) cancel(v *staff.Visit) error {
	err := s.Programme.Cancel(v.Context(), v.Actor, programme.SessionID(v.R.PathValue("session")), v.Version("version"), v.R.PostForm.Get("reason"))
	switch {
	case mendable(err):
		return s.session(v, err)
	case err != nil:
		return err
	}
	return v.Done(href(idOf(v)), "programme_cancelled")
}

// minded gives a session to whoever may write it up; a refusal is recorded.
func (s *pages) minded(v *staff.Visit) (programme.SessionPage, error) {
	id := programme.SessionID(v.R.PathValue("session"))
	if err := s.Programme.MayCount(v.Context(), v.Actor, id); err != nil {
		return programme.SessionPage{}, err
	}
	return s.find(v)
}

func (s *pages) askWriteUp(v *staff.Visit, wrong error) error {
	p, err := s.minded(v)
	if err != nil {
		return err
	}
	f := v.Form(wrong, s.Pack.Zone())
	f.HideVersion("version", p.Version)
	for _, code := range p.Of.Codes(s.Pack) {
		first := ""
		if p.State == programme.Held {
			first = strconv.Itoa(p.Attended[code])
		}
		f.Add(staff.Field{Input: &page.Input{Name: "came_" + code, Label: s.part(v, code), Value: f.Value("came_"+code, first), Error: f.Errors.Of("came_" + code), Mode: "numeric", Width: 4, LTR: true}})
	}
	var debriefed []string
	if p.Debriefed {
		debriefed = []string{"yes"}
	}
	f.Several("debriefed", "programme.debriefed", debriefed, []page.Choice{{Value: "yes", Text: v.T("programme.debriefed_yes")}}).Hint = v.T("programme.debriefed_hint")
	data := formView{Heading: v.T("programme.write_up"), Text: v.T("programme.write_up_text"), Action: sessionHref(p.Session) + "/write-up", Button: v.T("programme.write_up_keep")}
	if stale(wrong) && p.Tells {
		for _, code := range p.Of.Codes(s.Pack) {
			data.Now = append(data.Now, page.SummaryRow{Key: s.part(v, code), Values: []string{strconv.Itoa(p.Attended[code])}})
		}
	}
	return s.render(v, f, wrong, sessionHref(p.Session), data)
}

func (s *pages) writeUp(v *staff.Visit) error {
	in := programme.WriteUpInput{Session: programme.SessionID(v.R.PathValue("session")), Version: v.Version("version"), Attended: map[string]string{}, Debriefed: v.Field("debriefed") == "yes"}
	for name := range v.R.PostForm {
		if code, is := cut(name, "came_"); is {
			in.Attended[code] = v.Field(name)
		}
	}
	err := s.Programme.WriteUp(v.Context(), v.Actor, in)
	switch {
	case mendable(err):
		return s.askWriteUp(v, err)
	case err != nil:
		return err
	}
	return v.Done(href(idOf(v))+"/sessions/"+string(in.Session), "programme_written_up")
}

func (s *pages) askAnswers(v *staff.Visit, wrong error) error {
	p, err := s.minded(v)
	if err != nil {
		return err
	}
	f := v.Form(wrong, s.Pack.Zone())
	f.HideVersion("version", p.Version)
	data := formView{Heading: v.T("programme.answers"), Text: v.T("programme.answers_text"), Action: sessionHref(p.Session) + "/answers", Button: v.T("programme.answers_keep")}
	for _, q := range s.Pack.ProgrammeQuestions(p.Of.Audience, v.Words.Tag()) {
		for _, m := range programme.Moments {
			for i, answer := range q.Answers {
				name, first := programme.AnswerField(q.Code, m, i), ""
				if given := p.Answers[programme.Key(q.Code, m)]; i < len(given) {
					first = strconv.Itoa(given[i])
				}
				label := v.T("programme.answer_of", "Ask", q.Ask, "Answer", answer, "Moment", v.T("programme."+string(m)))
				if stale(wrong) {
					data.Now = append(data.Now, page.SummaryRow{Key: label, Values: []string{first}})
				}
				f.Add(staff.Field{Input: &page.Input{Name: name, Label: label, Value: f.Value(name, first), Error: f.Errors.Of(name), Mode: "numeric", Width: 4, LTR: true}})
			}
		}
	}
	return s.render(v, f, wrong, sessionHref(p.Session), data)
}

func (s *pages) count(v *staff.Visit) error {
	in := programme.AnswersInput{Session: programme.SessionID(v.R.PathValue("session")), Version: v.Version("version"), Given: map[string][]string{}}
	for _, a := range education.Audiences {
		for _, q := range s.Programme.Questions(a) {
			for _, m := range programme.Moments {
				typed := make([]string, len(q.Answers))
				for i := range typed {
					typed[i] = v.Field(programme.AnswerField(q.Code, m, i))
				}
				in.Given[programme.Key(q.Code, m)] = typed
			}
		}
	}
	err := s.Programme.Count(v.Context(), v.Actor, in)
	switch {
	case mendable(err):
		return s.askAnswers(v, err)
	case err != nil:
		return err
	}
	return v.Done(href(idOf(v))+"/sessions/"+string(in.Session), "programme_counted")
}
