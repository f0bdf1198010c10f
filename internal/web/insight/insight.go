package insight

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/canary"
	"amparo/internal/fault"
	"amparo/internal/insight"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the page needs. Every field but Door is needed.
type Config struct {
	Pack    *jurisdiction.Pack
	Insight *insight.Room
	// Name gives what a colleague is called, by user id; empty when nobody has the id.
	Name func(ctx context.Context, user string) string
	// Door says whether reports are known to come through; nil says nothing.
	Door func(ctx context.Context) (canary.State, error)
}

// pages is the page.
type pages struct{ Config }

const home = "/insight"

// Add adds the page to a site, with its place in the menu. It fails when something is missing from the Config, or the page is there
// already.
func Add(site *staff.Site, c Config) error {
	if c.Pack == nil || c.Insight == nil || c.Name == nil {
		return errors.New("the page of how the work stands lacks a part of its configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s := &pages{c}
	site.AddPlace(staff.Place{Text: "insight.place", Href: home, Action: access.InsightRead})
	site.Handle("GET "+home, s.show)
	return nil
}

// A view is the whole page.
type view struct {
	Unclaimed, Late, Load, Hours, Days figure
	Latest, Orphans                    page.Table
	OrphansText, StoppedText           string
	All, WaitText                      string // the waits of all days together, and what a wait is
	From, To                           page.Input
	Chosen                             bool // other days than those that are looked at first
	Door                               door
}

// A door says whether reports are known to come through.
type door struct {
	Shut   string    // what is wrong; empty while they do
	Passed time.Time // when the last test report came through; zero when none has
}

// door is what the page says of it; nothing where no test report was ever sent.
func (s *pages) door(v *staff.Visit, now time.Time) (d door, err error) {
	if s.Door == nil {
		return d, nil
	}
	state, err := s.Door(v.Context())
	if err != nil || state.Sent.IsZero() {
		return d, err
	}
	if d.Passed = state.Passed; !state.Open(now) {
		d.Shut = v.T("insight.door_shut")
	}
	return d, nil
}

// show shows how the work stands. Days that cannot be are said to be so, and the usual ones are shown.
func (s *pages) show(v *staff.Visit) error {
	o, wrong := s.Insight.Read(v.Context(), v.Actor, s.span(v))
	status := http.StatusOK
	if fault.KindOf(wrong) == fault.Invalid {
		var err error
		status = http.StatusBadRequest
		if o, err = s.Insight.Read(v.Context(), v.Actor, s.Insight.Usual()); err != nil {
			return err
		}
	} else if wrong != nil {
		return wrong
	}
	frame := v.Frame(v.T("insight.title"))
	frame.Errors = page.ErrorsOf(v.Words, wrong)
	w := &writer{s, v, o, map[string]string{}}
	data := view{Unclaimed: w.unclaimed(), Late: w.late(), Latest: w.latest(), StoppedText: w.stopped(), Orphans: w.orphans(),
		OrphansText: w.orphansText(), Load: w.load(), Hours: w.hours(), Days: w.days(), All: w.all(),
		WaitText: v.T("insight.wait_text", "Few", few)}
	var err error
	if data.Door, err = s.door(v, o.Now); err != nil {
		return err
	}
	s.form(v, &data, o.Span, frame.Errors)
	return v.Render(status, "insight_overview", frame, data)
}

// asks is a value of the address without the space around it.
func asks(v *staff.Visit, name string) string { return strings.TrimSpace(v.R.URL.Query().Get(name)) }

// span is the days that the address asks for; without any, the usual ones.
func (s *pages) span(v *staff.Visit) insight.Span {
	if !v.R.URL.Query().Has("from") && !v.R.URL.Query().Has("to") {
		return s.Insight.Usual()
	}
	return insight.Span{From: asks(v, "from"), To: asks(v, "to")}
}

// form is the choice of days, with what was asked for.
func (s *pages) form(v *staff.Visit, data *view, shown insight.Span, wrong page.Errors) {
	asked := shown
	if len(wrong) > 0 {
		asked = s.span(v)
	}
	day := func(name, value string) page.Input {
		return page.Input{Name: name, Label: v.T("insight." + name), Value: value, Error: wrong.Of(name), Type: "date", Width: 12, LTR: true}
	}
	data.From, data.To = day("from", asked.From), day("to", asked.To)
	data.Chosen = asked != s.Insight.Usual()
}
