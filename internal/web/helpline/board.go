package helpline

import (
	"slices"
	"strconv"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/helpline"
	"amparo/internal/httpx"
	"amparo/internal/intake"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/web/staff"
)

// A boardView is the first page of the helpline.
type boardView struct {
	Drafts                 []draftLine
	Channel, Language, Way *page.Choices
	Closing                helpline.ClosingID
	CloseChannel           *page.Choices
	Kinds                  []page.Choice
	Silent                 string // how many silent calls there were today; empty when there was none
	Closings               []closingLine
	Counts                 bool // what follows is for who counts
	Lying                  string
	Oldest                 time.Time // zero when nothing lies
	Table                  page.Table
}

// A draftLine is one of the person's drafts.
type draftLine struct {
	Channel    string
	Begun      time.Time
	Saved      time.Time
	Open       bool
	Handed     bool
	Unfinished bool
	Href, Post string
	Handle     string
}

// A closingLine is a closing that can be taken back.
type closingLine struct {
	What string
	At   time.Time
	Post string
}

// board shows the first page; refused is why something could not be done.
func (s *pages) board(v *staff.Visit, refused error) error {
	b, err := s.Helpline.Board(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	f := v.Frame(v.T("helpline.title"))
	f.Errors = page.ErrorsOf(v.Words, refused)
	first := func(name, usual string) string {
		if given := v.Field(name); given != "" {
			return given
		}
		return usual
	}
	phone := intake.Channel(first("call_channel", string(s.Helpline.Offered()[0])))
	view := boardView{Channel: s.channels(v, phone, f.Errors), Language: s.languages(v, first("call_language", s.Pack.Default()), f.Errors),
		Way: s.ways(v, "helpline.way", first("call_way", helpline.Ways[0]), f.Errors), Closing: helpline.NewClosingID(s.Clock.Now()),
		Counts: access.May(v.Actor, access.HelplineCount)}
	view.CloseChannel = s.channels(v, phone, nil)
	view.CloseChannel.Name, view.CloseChannel.Label = "close_channel", v.T("helpline.close_channel")
	for _, k := range helpline.Kinds {
		view.Kinds = append(view.Kinds, page.Choice{Value: string(k), Text: v.T("helpline.kind_" + string(k))})
	}
	if b.Silent > 0 {
		view.Silent = v.Words.N("helpline.silent_today", b.Silent)
	}
	for _, d := range b.Drafts {
		view.Drafts = append(view.Drafts, s.draftLine(v, d))
	}
	for _, c := range b.Closings {
		view.Closings = append(view.Closings, closingLine{What: v.T("helpline.closed_as", "Kind", v.T("helpline.kind_"+string(c.Kind)), "Channel", s.channel(v, c.Channel)),
			At: c.At, Post: home + "/back/" + string(c.ID)})
	}
	if view.Counts {
		view.Lying, view.Table = v.Words.N("helpline.lying", b.Lying), s.tallies(v, b)
		if b.Lying > 0 {
			view.Oldest = b.Oldest
		}
	}
	return v.Render(httpx.StatusOf(refused), "helpline_board", f, view)
}

func (s *pages) draftLine(v *staff.Visit, d helpline.Draft) draftLine {
	l := draftLine{Channel: s.channel(v, d.Channel), Begun: d.Begun, Saved: d.Saved, Open: d.State == helpline.Open, Handed: d.State == helpline.Handed,
		Unfinished: d.State == helpline.Unfinished, Href: path(d.ID, "")}
	switch d.State {
	case helpline.Handed:
		l.Href = path(d.ID, "/handed")
	case helpline.Unfinished:
		l.Post, l.Handle = path(d.ID, "/given"), report.Handle(report.ID(d.Report))
	}
	return l
}

// tallies are the calls of today and of the week until today, by kind.
func (s *pages) tallies(v *staff.Visit, b helpline.Board) page.Table {
	t := page.Table{Caption: v.T("helpline.counts"), Columns: []page.Column{{Text: v.T("helpline.kind")},
		{Text: v.T("helpline.today"), Numeric: true}, {Text: v.T("helpline.week"), Numeric: true}}}
	for _, k := range append([]helpline.Kind{helpline.Told}, helpline.Kinds...) {
		today, week := 0, 0
		for _, one := range b.Tallies {
			if one.Kind != k {
				continue
			}
			week += one.Calls
			if one.Day == b.Today {
				today += one.Calls
			}
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: v.T("helpline.kind_" + string(k))},
			{Text: strconv.Itoa(today), Numeric: true}, {Text: strconv.Itoa(week), Numeric: true}})
	}
	return t
}

// mendable tells whether the person can put it right on the same page.
func mendable(err error) bool {
	return slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict}, fault.KindOf(err))
}

// begin begins to write for somebody.
func (s *pages) begin(v *staff.Visit) error {
	id, err := s.Helpline.Begin(v.Context(), v.Actor, helpline.BeginInput{Channel: intake.Channel(v.Field("call_channel")), Way: v.Field("call_way"),
		Language: v.Field("call_language")})
	if fault.KindOf(err) == fault.Invalid {
		return s.board(v, err)
	}
	if err != nil {
		return err
	}
	return v.Go(path(id, ""))
}

// close closes a call in one step.
func (s *pages) close(v *staff.Visit) error {
	err := s.Helpline.Close(v.Context(), v.Actor, helpline.CloseInput{ID: helpline.ClosingID(v.Field("id")), Channel: intake.Channel(v.Field("close_channel")),
		Kind: helpline.Kind(v.Field("kind")), Draft: helpline.DraftID(v.Field("draft"))})
	if mendable(err) {
		return s.board(v, err)
	}
	if err != nil {
		return err
	}
	return v.Done(home, "helpline_closed")
}

// takeBack takes a closing back.
func (s *pages) takeBack(v *staff.Visit) error {
	err := s.Helpline.TakeBack(v.Context(), v.Actor, helpline.ClosingID(v.R.PathValue("closing")))
	if mendable(err) {
		return s.board(v, err)
	}
	if err != nil {
		return err
	}
	return v.Done(home, "helpline_back")
}
