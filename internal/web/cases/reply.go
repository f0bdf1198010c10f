package cases

import (
	"strconv"
	"strings"
	"time"

	"amparo/internal/casework"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/web/staff"
)

// A threadView is what was said in both directions since a report, and the answer that is being written.
type threadView struct {
	Post, Read string
	Report     report.ID
	Draft      mailbox.ID // the id of the answer
	Seen       int64      // the number of the last message shown
	Waits      bool       // something is to be read
	Told       string     // how it is with telling the reporter that something was written; empty when they did not choose it
	Burnt      time.Time  // when the reporter threw the receipt away, so that nothing can be written; zero while they have it
	Message    page.Textarea
	Form       string               // the id of the form
	Begin      []jurisdiction.Reply // words to begin with
	For        string               // whom these are for
	Found      []string             // what is to be looked at before it is sent
	May        bool
	Events     []staff.Event
}

// a draft is an answer to the reporter that could not be taken.
type draft struct {
	report report.ID
	id     mailbox.ID
	text   string
	begin  string // the code of words to begin with, that are put before the text
	check  bool   // what repeats what was told is to be found
}

// thread shows what was said since a report, the latest first.
func (s *pages) thread(v *staff.Visit, n *names, p casework.Page, m matter) threadView {
	out := threadView{Post: pathOf(p.ID) + "/reply", Read: pathOf(p.ID) + "/read", Report: m.kept.ID, Burnt: m.burnt, Told: v.Contact(m.way, s.Pack.Zone()), Draft: mailbox.NewID(s.Clock.Now()),
		Waits: reading(p, m.thread), Message: page.Textarea{Name: "message", Label: v.T("cases.reply_words"),
			Hint: v.T("cases.reply_hint", "Language", staff.Tongue(s.Pack, m.kept.Language)), Rows: 4, Max: mailbox.Longest}}
	who := v.T("desk.reader_adult")
	if m.kept.Reader == intake.Child {
		who = v.T("desk.reader_child")
	}
	out.Begin, out.For = s.Pack.Replies(jurisdiction.Reader(m.kept.Reader), m.kept.Language, v.Words.Tag()),
		v.T("desk.begin_for", "Reader", who, "Language", staff.Tongue(s.Pack, m.kept.Language))
	for i := len(m.thread) - 1; i >= 0; i-- {
		out.Seen = max(out.Seen, m.thread[i].Number)
		out.Events = append(out.Events, said(v, n, m.thread[i]))
	}
	return out
}

// nth gives each thread of a page a form and a field of its own for the answer.
func (t *threadView) nth(i int) {
	t.Form = "reply-" + strconv.Itoa(i+1)
	if i > 0 {
		t.Message.Name += "-" + strconv.Itoa(i+1)
	}
}

// keep puts back what was written, when it was written here, with what is wrong with it.
func (t *threadView) keep(d draft, wrong page.Errors) {
	if d.report != t.Report {
		return
	}
	t.Message.Value, t.Message.Error = d.text, wrong.Of("message")
	for _, one := range t.Begin {
		if one.Code == d.begin {
			t.Message.Value = strings.TrimSpace(one.Words + "\n\n" + d.text)
		}
	}
	if d.id != "" {
		t.Draft = d.id
	}
}

// fieldOf is the field of the answer to a report.
func fieldOf(threads []threadView, id report.ID) string {
	for _, t := range threads {
		if t.Report == id {
			return t.Message.Name
		}
	}
	return ""
}

// said shows one message.
func said(v *staff.Visit, n *names, m mailbox.Message) staff.Event {
	e := staff.Event{When: m.At, Title: v.T("cases.from_us"), By: n.of(m.Author)}
	if m.Sender == mailbox.Reporter {
		e.Title = v.T("cases.from_reporter")
		if m.Read.IsZero() {
			e.Tag = &page.Tag{Text: v.T("cases.unread"), Tone: "calm"}
		}
	}
	e.Wrote("", m.Text)
	return e
}

// reply writes to whoever reported. The same words sent twice are one message; other words, written after going back, are
// another. What cannot be taken stays in its field on the page of the case.
func (s *pages) reply(v *staff.Visit) error {
	id := caseOf(v)
	d := draft{report: report.ID(v.Field("report")), id: mailbox.ID(v.Field("id")), text: typed(v)}
	if ident.Check(string(d.id)) != nil {
		d.id = mailbox.NewID(s.Clock.Now())
	}
	if d.begin = v.Field("begin"); d.begin != "" {
		return s.show(v, nil, d)
	}
	text := strings.TrimSpace(d.text)
	if v.Field("anyway") == "" && text != "" && len([]rune(text)) <= mailbox.Longest {
		if shown, err := s.restated(v, d); shown || err != nil {
			return err
		}
	}
	err := s.Mailbox.Reply(v.Context(), v.Actor, mailbox.ReplyInput{ID: ident.Of(d.id, text), Report: d.report, Subject: string(id),
		Text: text, Seen: seen(v)})
	if mendable(err) {
		return s.show(v, err, d)
	}
	if err != nil {
		return err
	}
	return v.Done(pathOf(id), "case_replied")
}

// restated shows the page, with what is to be looked at again, when an answer repeats what was told or is hard to read.
func (s *pages) restated(v *staff.Visit, d draft) (shown bool, err error) {
	d.check = true
	o, err := s.open(v)
	if err != nil {
		return false, err
	}
	may, err := s.powers(v, o.page.Case)
	if err != nil || !may.Reply {
		return false, err // the use case refuses, and records it
	}
	for _, m := range o.matters {
		if m.kept.ID == d.report && len(s.restates(v, m, d.text)) > 0 {
			return true, s.showOpened(v, o, nil, d)
		}
	}
	return false, nil
}

// restates is what in an answer repeats what was told in a report, or is hard to read.
func (s *pages) restates(v *staff.Visit, m matter, text string) []string {
	return v.Restates(text, m.kept.Reader, mailbox.ToldBefore(s.Pack.Instrument(m.kept.Instrument), m.told, m.thread))
}

// typed is the answer, in whichever of the page's fields it was written.
func typed(v *staff.Visit) string {
	for name, values := range v.R.PostForm {
		if (name == "message" || strings.HasPrefix(name, "message-")) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// unseen is the number of a page that does not tell how far it was read: nothing of it.
const unseen = -1

// seen is the number of the last message that the page has shown.
func seen(v *staff.Visit) int64 {
	if n := v.Version("seen"); n > 0 {
		return n
	}
	return unseen
}

// markRead says that what the reporter said was read and needs no answer.
func (s *pages) markRead(v *staff.Visit) error {
	id, upTo := caseOf(v), seen(v)
	if err := s.Mailbox.MarkRead(v.Context(), v.Actor, report.ID(v.Field("report")), string(id), upTo); err != nil {
		return err
	}
	d := draft{report: report.ID(v.Field("report")), text: typed(v)}
	switch {
	case upTo == unseen:
		return s.show(v, fault.New(fault.Conflict, fault.CodeStale), d)
	case strings.TrimSpace(d.text) != "":
		return s.show(v, nil, d) // an answer was begun beside it
	}
	return v.Done(pathOf(id), "case_read")
}
