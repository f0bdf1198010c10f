package helpline

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"amparo/internal/fault"
	"amparo/internal/helpline"
	"amparo/internal/httpx"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/promise"
	"amparo/internal/web/staff"
)

// A writeView is the one form for all that somebody may say.
type writeView struct {
	Draft                  helpline.DraftID
	Version                int64
	Asked                  string // id of the list whose questions the page has
	Text                   page.Textarea
	Parts                  []part
	Urgent                 bool // somebody is in danger: the numbers are shown
	Contacts               []page.Contact
	Channel, Language, Way *page.Choices
	Kinds                  []page.Choice
	Closing                helpline.ClosingID
	CloseChannel           intake.Channel
	Over                   bool // the draft is written no more: what stands here can begin another
}

// A part is the questions of one page of the list.
type part struct {
	ID, Title string
	Bare      bool // its one question is the title
	Intro     string
	Fields    []staff.Field
	Aside     bool // the answers so far do not lead to it
	Open      bool // something stands in it all the same
	Key       string
}

// write shows the form with what stands in it.
func (s *pages) write(v *staff.Visit) error {
	p, err := s.Helpline.Read(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return s.elsewhere(v, err)
	}
	return s.show(v, p, nil)
}

// show shows the form; refused is why what was sent could not be taken.
func (s *pages) show(v *staff.Visit, p helpline.Page, refused error) error {
	in := s.Pack.Instrument(p.Way)
	f := v.Frame(v.T("helpline.writing"))
	f.Back, f.Errors = &page.Back{Href: home}, page.ErrorsOf(v.Words, refused)
	view := writeView{Draft: p.ID, Version: p.Version, Asked: p.Way, Parts: s.parts(v, in, p.Answers), Urgent: urgent(in, p.Answers), Contacts: s.contacts(v),
		Text:    page.Textarea{Name: "call_text", Label: v.T("helpline.text"), Hint: v.T("helpline.text_hint"), Value: p.Text, Rows: 8},
		Channel: s.channels(v, p.Channel, f.Errors), Language: s.languages(v, p.Language, f.Errors), Way: s.ways(v, "helpline.way_turn", p.Way, f.Errors),
		Closing: helpline.NewClosingID(s.Clock.Now()), CloseChannel: p.Channel, Over: p.ID == ""}
	for _, k := range helpline.Kinds {
		view.Kinds = append(view.Kinds, page.Choice{Value: string(k), Text: v.T("helpline.kind_" + string(k))})
	}
	return v.Render(httpx.StatusOf(refused), "helpline_write", f, view)
}

// contacts are who can help now, for whoever listens to read out: in an emergency first, then for children.
func (s *pages) contacts(v *staff.Visit) (list []page.Contact) {
	tag := v.Words.Tag()
	for _, c := range []jurisdiction.Contact{s.Pack.Emergency(tag), s.Pack.Helpline(tag)} {
		list = append(list, page.Contact{Name: c.Name, Phone: c.Number(), Note: c.Hours})
	}
	return list
}

// urgent tells whether somebody is in danger by the answers.
func urgent(in *instrument.Instrument, a instrument.Answers) bool {
	return slices.ContainsFunc(in.Facts(a).Triggers, func(f string) bool { return slices.Contains(promise.HelpNow, f) })
}

// safety tells whether an answer to a question of the page says that somebody is in danger.
func safety(in *instrument.Instrument, p instrument.Page) bool {
	return slices.ContainsFunc(p.Questions, func(q instrument.Question) bool {
		return slices.ContainsFunc(q.Codes, func(c instrument.Code) bool { return urgent(in, instrument.Answers{q.ID: {c.Name}}) })
	})
}

// inOrder are the pages of a list as whoever listens has them: first what tells of danger, then the others.
func inOrder(in *instrument.Instrument) []instrument.Page {
	list := slices.Clone(in.Pages)
	slices.SortStableFunc(list, func(a, b instrument.Page) int {
		switch x, y := safety(in, a), safety(in, b); {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	return list
}

// parts are the questions in their parts, all but the one that the free words answer.
func (s *pages) parts(v *staff.Visit, in *instrument.Instrument, a instrument.Answers) (list []part) {
	tag, shown := v.Words.Tag(), in.Shown(a)
	for _, p := range inOrder(in) {
		one := part{ID: "part-" + p.ID, Title: p.Title.Words(tag), Intro: p.Intro.Words(tag),
			Aside: !slices.ContainsFunc(shown, func(q instrument.Page) bool { return q.ID == p.ID })}
		for _, q := range p.Questions {
			if q.ID == helpline.WordsOf(in) {
				continue
			}
			one.Open = one.Open || len(a[q.ID]) > 0
			one.Fields = append(one.Fields, fieldOf(v, q, a[q.ID]))
			one.Bare = len(p.Questions) == 1 && q.Label.Words(tag) == one.Title
		}
		if len(one.Fields) == 0 {
			continue
		}
		if n := len(list) + 1; n < 10 {
			one.Key = strconv.Itoa(n)
		}
		list = append(list, one)
	}
	return list
}

// sent reads what the page holds. The answers are those of the list that it asks by, and are then turned to the one that is chosen.
func (s *pages) sent(v *staff.Visit) helpline.SaveInput {
	in, tag := s.Pack.Instrument(v.Field("asked")), v.Words.Tag()
	way := v.Field("call_way")
	text, _ := instrument.CleanText(v.R.PostForm.Get("call_text"), 0)
	notes := helpline.Notes{Way: way, Language: v.Field("call_language"), Text: text, Answers: instrument.Answers{}}
	if in != nil && slices.Contains(helpline.Ways, in.ID) {
		notes.Answers = answers(in, v.R.PostForm)
		if to := s.Pack.Instrument(way); to != nil && way != in.ID && slices.Contains(helpline.Ways, way) {
			notes = helpline.Turn(in, to, notes, tag)
		}
	}
	return helpline.SaveInput{Draft: idOf(v), Version: v.Version("version"), Channel: intake.Channel(v.Field("call_channel")), Notes: notes, Tag: tag}
}

// answers reads every page at once. Nothing has to be answered, and nothing is too long to be kept.
func answers(in *instrument.Instrument, form url.Values) instrument.Answers {
	all := instrument.Answers{}
	for _, p := range in.Pages {
		given, _ := in.Normalise(p, form) // what is wrong with it is no reason to lose it
		all = all.With(p, given)
	}
	return all
}

// save keeps what was written, and goes on to look at it together, or back to writing.
func (s *pages) save(v *staff.Visit) error {
	in := s.sent(v)
	together, err := s.Helpline.Save(v.Context(), v.Actor, in)
	switch {
	case fault.KindOf(err) == fault.Invalid:
		return s.show(v, helpline.Page{Draft: helpline.Draft{ID: in.Draft, Channel: in.Channel, Version: in.Version}, Notes: s.known(in).Notes}, err)
	case over(err) && !in.Notes.Empty():
		return s.show(v, helpline.Page{Draft: helpline.Draft{Channel: in.Channel}, Notes: in.Notes}, err)
	case err != nil:
		return s.elsewhere(v, err)
	case together:
		return v.Done(path(in.Draft, ""), "helpline_together")
	case v.Field("go") == "check":
		return v.Go(path(in.Draft, "/check"))
	}
	return v.Done(path(in.Draft, ""), "helpline_saved")
}

// anew begins another draft with what was written into one that was handed in or closed meanwhile, so that none of it is lost.
func (s *pages) anew(v *staff.Visit) error {
	in := s.sent(v)
	id, err := s.Helpline.Begin(v.Context(), v.Actor, helpline.BeginInput{Channel: in.Channel, Way: in.Way, Language: in.Language})
	if err == nil {
		in.Draft, in.Version = id, 1
		_, err = s.Helpline.Save(v.Context(), v.Actor, in)
	}
	if fault.KindOf(err) == fault.Invalid {
		return s.show(v, helpline.Page{Draft: helpline.Draft{Channel: in.Channel}, Notes: s.known(in).Notes}, err)
	}
	if err != nil {
		return err
	}
	return v.Done(path(id, ""), "helpline_anew")
}

// known gives what was sent with a list of questions that there is.
func (s *pages) known(in helpline.SaveInput) helpline.SaveInput {
	if s.Pack.Instrument(in.Way) == nil || !slices.Contains(helpline.Ways, in.Way) {
		in.Way = helpline.Ways[0]
	}
	return in
}

// autosave keeps what is being written, and answers with the version that it has by then. What can be saved here no more is Gone.
func (s *pages) autosave(v *staff.Visit) error {
	version, err := s.Helpline.Autosave(v.Context(), v.Actor, s.sent(v))
	if over(err) {
		return fault.Wrap(err, fault.Gone, "fault.call_over")
	}
	if err != nil {
		return err
	}
	v.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.W.WriteHeader(http.StatusOK)
	_, err = io.WriteString(v.W, strconv.FormatInt(version, 10))
	return err
}
