package helpline

import (
	"net/http"

	"amparo/internal/fault"
	"amparo/internal/helpline"
	"amparo/internal/httpx"
	"amparo/internal/instrument"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/promise"
	"amparo/internal/report"
	"amparo/internal/web/staff"
)

// A checkView shows what is handed in, together.
type checkView struct {
	Draft    helpline.DraftID
	Version  int64
	Href     string // back to writing
	Empty    bool   // nothing was taken down
	Text     string
	Rows     []page.SummaryRow
	Unasked  []string // questions that the work of the desk hangs on and that have no answer
	Urgent   bool     // somebody is in danger: the number is shown
	Contacts []page.Contact
	Left     []string // what goes into the words, because it would not be asked by the other answers
}

// check shows what was taken down together, before it is handed in.
func (s *pages) check(v *staff.Visit, refused error) error {
	p, err := s.Helpline.Read(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return s.elsewhere(v, err)
	}
	in, tag := s.Pack.Instrument(p.Way), v.Words.Tag()
	f := v.Frame(v.T("helpline.check"))
	f.Back, f.Errors = &page.Back{Href: path(p.ID, "")}, page.ErrorsOf(v.Words, refused)
	view := checkView{Draft: p.ID, Version: p.Version, Href: path(p.ID, ""), Text: p.Text, Unasked: unasked(in, p.Answers, tag),
		Left: helpline.Left(in, p.Answers, tag), Empty: p.Empty(), Urgent: urgent(in, p.Answers), Contacts: s.contacts(v)}
	for _, row := range in.Summary(p.Answers, tag) {
		if len(row.Values) > 0 {
			view.Rows = append(view.Rows, page.SummaryRow{Key: row.Label, Values: row.Values})
		}
	}
	return v.Render(httpx.StatusOf(refused), "helpline_check", f, view)
}

// unasked names the questions about danger, and who must not know, that have no answer.
func unasked(in *instrument.Instrument, a instrument.Answers, tag string) (list []string) {
	for _, p := range in.Shown(a) {
		for _, q := range p.Questions {
			if len(a[q.ID]) == 0 && (q.Means == instrument.MustNotKnow || safety(in, instrument.Page{Questions: []instrument.Question{q}})) {
				list = append(list, q.Label.Words(tag))
			}
		}
	}
	return list
}

// hand hands in what was looked at. What was saved since is shown first.
func (s *pages) hand(v *staff.Visit) error {
	id := idOf(v)
	err := s.Helpline.HandIn(v.Context(), v.Actor, helpline.HandInput{Draft: id, Version: v.Version("version"), Tag: v.Words.Tag()})
	switch {
	case fault.CodeOf(err) == fault.CodeStale || fault.KindOf(err) == fault.Invalid:
		return s.check(v, err)
	case err != nil:
		return s.elsewhere(v, err)
	}
	return v.Go(path(id, "/handed"))
}

// A handedView is what the caller is told, and the code that they are given.
type handedView struct {
	Handle   string
	Say      []saying // in the caller's language, then in the reader's where that is another
	Urgent   bool
	Contacts []page.Contact
	Digits   []string // in groups, to be read out
	Letters  string
	Words    string // the code in words; empty where the caller's language has no list
	Post     string
}

// A saying is a promise in one language.
type saying struct {
	Tag, Dir, Name string
	promise.Words
}

// handed shows what to say to the caller, and the code.
func (s *pages) handed(v *staff.Visit) error {
	h, err := s.Helpline.Handout(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	view := handedView{Handle: report.Handle(report.ID(h.Report)), Urgent: h.Promise.Urgent(), Letters: h.Receipt.LettersGrouped(), Digits: groups(h.Receipt.Digits()),
		Contacts: s.contacts(v), Post: path(h.ID, "/given")}
	tags := []string{h.Language}
	if h.Language != v.Words.Tag() {
		tags = append(tags, v.Words.Tag())
	}
	for _, tag := range tags {
		view.Say = append(view.Say, s.saying(h.Promise, s.site.Reporters.For(tag)))
	}
	if list := s.Pack.ReceiptWords(h.Language); list != nil {
		view.Words = list.In(h.Receipt)
	}
	return v.Render(http.StatusOK, "helpline_handed", v.Frame(v.T("helpline.handed")), view)
}

func (s *pages) saying(p promise.Promise, in lang.Printer) saying {
	return saying{in.Tag(), in.Dir(), in.Name(), s.Promise.Say(p, in)}
}

// groups are the digits four by four.
func groups(digits string) (list []string) {
	for len(digits) > 4 {
		list, digits = append(list, digits[:4]), digits[4:]
	}
	return append(list, digits)
}

// given says that the caller has the code, or that its author has read what became of a draft.
func (s *pages) given(v *staff.Visit) error {
	if err := s.Helpline.Given(v.Context(), v.Actor, idOf(v)); err != nil {
		return err
	}
	return v.Done(home, "helpline_given")
}
