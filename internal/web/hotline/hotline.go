package hotline

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/jurisdiction"
	"amparo/internal/notice"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the pages need besides the site. Every field is needed.
type Config struct {
	Pack   *jurisdiction.Pack
	Notice *notice.Room
	Clock  clock.Clock
	// Name is what colleagues call a user; empty when there is none of that id.
	Name func(ctx context.Context, user string) string
}

type pages struct{ Config }

// Path is where the list is.
const Path = "/notices"

// Add adds the pages to the site, with their place in its menu.
func Add(site *staff.Site, c Config) error {
	if c.Pack == nil || c.Notice == nil || c.Clock == nil || c.Name == nil {
		return errors.New("the pages of notices lack a part of their configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s := &pages{c}
	site.AddPlace(staff.Place{Text: "notice.place", Href: Path, Action: access.NoticeList})
	site.Handle("GET "+Path, s.list)
	site.Handle("GET /desk/{report}/notice", genuine("report", func(v *staff.Visit) error { return s.ask(v, nil) }))
	site.Handle("POST /desk/{report}/notice", genuine("report", s.draft))
	site.Handle("GET "+Path+"/{notice}", genuine("notice", func(v *staff.Visit) error { return s.show(v, nil) }))
	site.Handle("POST "+Path+"/{notice}", genuine("notice", s.record))
	site.Handle("POST "+Path+"/{notice}/packet", genuine("notice", s.packet))
	site.Handle("POST "+Path+"/{notice}/text", genuine("notice", s.text))
	site.Handle("POST "+Path+"/{notice}/json", genuine("notice", s.json))
	return nil
}

// genuine answers an address that cannot be one of ours as one that is not there.
func genuine(name string, h func(*staff.Visit) error) func(*staff.Visit) error {
	return func(v *staff.Visit) error {
		if ident.Check(v.R.PathValue(name)) != nil {
			return fault.New(fault.Withheld, fault.CodeWithheld)
		}
		return h(v)
	}
}

func idOf(v *staff.Visit) notice.ID { return notice.ID(v.R.PathValue("notice")) }

func pathOf(id notice.ID) string { return Path + "/" + string(id) }

func reportPath(id report.ID) string { return "/desk/" + string(id) }

// number is what people call a notice by; it tells nothing about anybody.
func number(id notice.ID) string { return staff.Number(string(id)) }

// A listView is what is under way.
type listView struct{ Tables []page.Table }

// list shows the notices of the reports that the person may see.
func (s *pages) list(v *staff.Visit) error {
	d, err := s.Notice.Desk(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	var data listView
	for _, part := range []struct {
		words string
		list  []notice.Notice
	}{{"notice.unsent", d.Unsent}, {"notice.waiting", d.Waiting}, {"notice.decided", d.Decided}, {"notice.ended", d.Closed}} {
		if len(part.list) > 0 {
			data.Tables = append(data.Tables, s.table(v, part.words, part.list))
		}
	}
	return v.Render(http.StatusOK, "hotline_list", v.Frame(v.T("notice.place")), data)
}

func (s *pages) table(v *staff.Visit, words string, list []notice.Notice) page.Table {
	t := page.Table{Caption: v.T(words)}
	for _, id := range []string{"notice.number", "notice.level", "notice.state", "notice.ask_by", "notice.report"} {
		t.Columns = append(t.Columns, page.Column{Text: v.T(id)})
	}
	for _, n := range list {
		level, state := v.Priority(s.Pack, n.Level), stateTag(v, n.State)
		if n.State == notice.Closed {
			level.Tone = "quiet"
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: number(n.ID), Href: pathOf(n.ID), Note: s.hotline(v, n.Target)}, {Tag: &level}, {Tag: &state},
			s.due(v, n), {Text: report.Handle(n.Report), Href: reportPath(n.Report)}})
	}
	return t
}

// due says when the hotline is to be asked.
func (s *pages) due(v *staff.Visit, n notice.Notice) page.Cell {
	if n.Due.IsZero() {
		return page.Cell{Text: v.T("notice.no_date")}
	}
	c := page.Cell{When: n.Due}
	if s.Clock.Now().After(n.Due) {
		c.Tag = &page.Tag{Text: v.T("desk.late"), Tone: "urgent"}
	}
	return c
}

// hotline is what the country calls the contact of a code.
func (s *pages) hotline(v *staff.Visit, code string) string {
	if c, ok := s.Pack.Contact(code, v.Words.Tag()); ok {
		return c.Name
	}
	return code
}

// tones of the states.
var tones = map[notice.State]string{notice.Drafted: "soon", notice.Sent: "calm", notice.Receipted: "calm", notice.ActionTaken: "good", notice.Refused: "soon",
	notice.NoResponse: "soon", notice.Escalated: "soon", notice.Reappeared: "urgent", notice.Closed: "quiet"}

func stateTag(v *staff.Visit, n notice.State) page.Tag {
	return page.Tag{Text: v.T("notice.state_" + string(n)), Tone: tones[n]}
}

func (s *pages) who(v *staff.Visit, user string) string {
	if user == v.Actor.ID {
		return v.T("desk.me")
	}
	return s.Name(v.Context(), user)
}

// A showView is one notice.
type showView struct {
	Path, Number      string
	Level, State      page.Tag
	Report, Handle    string
	Due               time.Time // zero when nobody is to be asked
	Late              bool
	Addresses         []string
	Rows              []page.SummaryRow
	Hotline           hotlineView
	Packet            bool
	Record            []staff.Field
	Thread            []staff.Event
	Unsent, MayRecord bool
}

// A hotlineView says how the hotline takes notices. Its addresses are words, not links.
type hotlineView struct{ Name, Form, Email, Phone, Accepts, Hours string }

func (s *pages) hotlineView(v *staff.Visit) hotlineView {
	h, _ := s.Pack.NoticeHotline(v.Words.Tag())
	return hotlineView{h.Name, h.Form, h.Email, h.Phone, h.Accepts, h.Hours}
}

// show shows one notice, with its addresses so that nobody follows them.
func (s *pages) show(v *staff.Visit, refused error) error {
	p, err := s.Notice.Show(v.Context(), v.Actor, idOf(v))
	if err != nil {
		return err
	}
	view := showView{Path: pathOf(p.ID), Number: number(p.ID), Level: v.Priority(s.Pack, p.Level), State: stateTag(v, p.State), Report: reportPath(p.Report),
		Handle: report.Handle(p.Report), Due: p.Due, Late: !p.Due.IsZero() && s.Clock.Now().After(p.Due), Rows: s.rows(v, p, false),
		Hotline: s.hotlineView(v), Unsent: p.State.Unsent(), Thread: s.thread(v, p)}
	for _, one := range p.Addresses {
		view.Addresses = append(view.Addresses, staff.Address(one))
	}
	may, err := s.Notice.May(v.Context(), v.Actor, p.Report)
	if err != nil {
		return err
	}
	view.MayRecord = may && len(p.State.Next()) > 0
	view.Packet = may
	frame := v.Frame(v.T("notice.one", "Number", view.Number))
	frame.Back = &page.Back{Href: Path}
	if view.MayRecord {
		f := v.Form(refused, s.Pack.Zone())
		s.recordForm(f, p)
		view.Record, frame.Errors = f.Fields, f.Errors
	}
	return v.Render(httpx.StatusOf(refused), "hotline_show", frame, view)
}

// rows are what the notice says beside its addresses.
func (s *pages) rows(v *staff.Visit, p notice.Page, exact bool) (list []page.SummaryRow) {
	sender := v.T("notice.anonymous")
	if p.Body.Agency != "" {
		sender = v.AgencyName(p.Body.Agency)
	}
	explanation := p.Explanation
	if !exact {
		explanation = staff.Shown(explanation)
	}
	for _, row := range [][2]string{{"notice.platform", p.Platform}, {"notice.seen", p.Seen}, {"notice.explanation", explanation}, {"notice.sender", sender},
		{"notice.reporter", v.T("notice.reporter_anonymous")}, {"notice.faith", v.T("notice.faith_words")}} {
		if row[1] != "" {
			list = append(list, page.SummaryRow{Key: v.T(row[0]), Values: []string{row[1]}})
		}
	}
	return list
}

// thread says what became of it, the oldest first.
func (s *pages) thread(v *staff.Visit, p notice.Page) (list []staff.Event) {
	for _, e := range p.Thread {
		one := staff.Event{When: e.At, Title: v.T("notice.state_" + string(e.State)), By: s.who(v, e.By)}
		if e.Channel != "" {
			one.Title = v.T("notice.by_channel", "State", one.Title, "Channel", v.T("notice.channel_"+string(e.Channel)))
		}
		one.Wrote(v.T("notice.reference"), e.Reference)
		one.Wrote("", e.Note)
		list = append(list, one)
	}
	return list
}
