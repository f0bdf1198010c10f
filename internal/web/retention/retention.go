package retention

import (
	"context"
	"embed"
	"errors"
	"net/http"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/retention"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the pages need. Every field is needed.
type Config struct {
	Retention *retention.Room
	Pack      *jurisdiction.Pack
	// Name gives what a colleague is called, by user id; empty when nobody has the id.
	Name func(ctx context.Context, user string) string
}

// pages are the pages.
type pages struct{ Config }

const home = "/retention"

// Add adds the pages to a site, with their place in the menu. It fails when something is missing from the Config, or a page is there already.
func Add(site *staff.Site, c Config) error {
	if c.Retention == nil || c.Pack == nil || c.Name == nil {
		return errors.New("the pages of keeping and erasing lack a part of their configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s := &pages{c}
	site.AddPlace(staff.Place{Text: "retention.place", Href: home, Action: access.RetentionList})
	site.Handle("GET "+home, s.list)
	site.Handle("GET "+home+"/{id}", func(v *staff.Visit) error { return s.show(v, nil) })
	for name, do := range map[string]act{"ask": s.ask, "take-back": s.takeBack, "confirm": s.confirm, "hold": s.hold, "lift": s.lift} {
		site.Handle("POST "+home+"/{id}/"+name, s.accept(do))
	}
	return nil
}

// A listView is the overview.
type listView struct {
	Due, Asked, Held page.Table
	More             bool // there may be more that is due than is shown
}

// list shows what is due, what waits for a second person, and what is held.
func (s *pages) list(v *staff.Visit) error {
	o, err := s.Retention.Look(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	data := listView{Due: s.table(v, "due", "class", "since"), Asked: s.table(v, "asked", "why", "asked_at"), Held: s.table(v, "held", "held_by", "held_at"), More: len(o.Due) == retention.Most}
	for _, m := range o.Due {
		data.Due.Rows = append(data.Due.Rows, []page.Cell{s.link(v, m.Subject, m.Kind), {Text: s.class(v, m)}, {When: m.Due}})
	}
	for _, e := range o.Asked {
		data.Asked.Rows = append(data.Asked.Rows, []page.Cell{s.link(v, e.Subject, e.Kind), {Text: v.T("retention.asked_by", "Name", s.name(v, e.By), "Reason", v.T("retention.reason_"+string(e.Reason)))}, {When: e.Asked}})
	}
	for _, h := range o.Held {
		data.Held.Rows = append(data.Held.Rows, []page.Cell{s.link(v, h.Subject, h.Kind), {Text: s.name(v, h.By)}, {When: h.Set}})
	}
	return v.Render(http.StatusOK, "retention_list", v.Frame(v.T("retention.title")), data)
}

func (s *pages) table(v *staff.Visit, name string, columns ...string) page.Table {
	t := page.Table{Caption: v.T("retention." + name), Columns: []page.Column{{Text: v.T("retention.matter")}}}
	for _, c := range columns {
		t.Columns = append(t.Columns, page.Column{Text: v.T("retention." + c)})
	}
	return t
}

func (s *pages) link(v *staff.Visit, subject string, kind retention.Kind) page.Cell {
	return page.Cell{Text: called(v, subject, kind), Href: href(subject)}
}

func href(subject string) string { return home + "/" + subject }

// called is what a matter is called.
func called(v *staff.Visit, subject string, kind retention.Kind) string {
	if kind == retention.OfCase {
		return v.T("cases.title", "Number", staff.Number(subject))
	}
	return v.T("desk.report_title", "Handle", report.Handle(report.ID(subject)))
}

// class says why a matter is kept for as long as it is.
func (s *pages) class(v *staff.Visit, m retention.Matter) string {
	if m.Kind == retention.OfCase {
		return v.T("retention.closed_case")
	}
	return s.Pack.Word("outcome", m.Class, v.Words.Tag())
}

func (s *pages) name(v *staff.Visit, user string) string { return v.Called(s.Name, user) }

// A matterView is one matter with what can be done about it.
type matterView struct {
	Name, Path, Back string
	Ended            bool
	Standing         retention.Standing
	With, Class      string
	Stands           string // what stands in the way of an erasure
	Asked            string // who has asked, and why
	Own              bool   // the reader has asked
	HeldBy           string
	Reason           page.Choices
	Words            page.Textarea
	Sure             page.Choices
}

// show shows a matter; wrong is why a form could not be taken.
func (s *pages) show(v *staff.Visit, wrong error) error {
	subject := v.R.PathValue("id")
	now, err := s.Retention.See(v.Context(), v.Actor, subject)
	if err != nil {
		return err
	}
	f := v.Frame(v.T("retention.title"))
	f.Back, f.Errors = &page.Back{Href: home}, page.ErrorsOf(v.Words, wrong)
	data := matterView{Name: called(v, subject, now.Kind), Path: href(subject), Back: "/desk/" + subject, Ended: !now.Ended.IsZero(), Standing: now}
	if now.Kind == retention.OfCase {
		data.Back = "/cases/" + subject
	}
	if data.Ended {
		data.Class, data.With = s.class(v, now.Matter), v.T("retention.with_none")
	}
	if now.With > 0 {
		data.With = v.Words.N("retention.with", now.With)
	}
	if now.Wrong != nil {
		data.Stands = v.T(string(fault.CodeOf(now.Wrong)))
	}
	if e := now.Erasure; e != nil {
		data.Own = e.By == v.Actor.ID
		data.Asked = v.T("retention.asked_by", "Name", s.name(v, e.By), "Reason", v.T("retention.reason_"+string(e.Reason)))
	}
	if h := now.Hold; h != nil {
		data.HeldBy = v.T("retention.held_words", "Name", s.name(v, h.By))
	}
	var reasons []page.Choice
	for _, r := range retention.Reasons {
		reasons = append(reasons, page.Choice{Value: string(r), Text: v.T("retention.reason_" + string(r))})
	}
	data.Reason = page.Choices{Name: "reason", Label: v.T("retention.reason"), Error: f.Errors.Of("reason"), Items: reasons}
	data.Words = page.Textarea{Name: "words", Label: v.T("retention.hold_words"), Hint: v.T("retention.hold_hint"), Rows: 3, Max: retention.LongestHold,
		Value: v.R.PostForm.Get("words"), Error: f.Errors.Of("words")}
	data.Sure = page.Choices{Name: "sure", Label: v.T("retention.sure"), Error: f.Errors.Of("sure"), Items: []page.Choice{{Value: "yes", Text: v.T("retention.sure_yes")}}}
	status := http.StatusOK
	if wrong != nil {
		status = httpx.StatusOf(wrong)
	}
	return v.Render(status, "retention_matter", f, data)
}

// an act does one thing to a matter, and gives what to say and where to go; empty is the page of the matter.
type act func(v *staff.Visit, subject string) (done, to string, err error)

// accept does it. What stands in its way is said on the page of the matter.
func (s *pages) accept(do act) func(v *staff.Visit) error {
	return func(v *staff.Visit) error {
		subject := v.R.PathValue("id")
		done, to, err := do(v, subject)
		switch kind := fault.KindOf(err); {
		case err == nil && to == "":
			return v.Done(href(subject), done)
		case err == nil:
			return v.Done(to, done)
		case kind == fault.Invalid, kind == fault.Conflict, fault.CodeOf(err) == retention.CodeYourself:
			return s.show(v, err)
		}
		return err
	}
}

func (s *pages) ask(v *staff.Visit, subject string) (string, string, error) {
	return "erase_asked", "", s.Retention.Ask(v.Context(), v.Actor, subject, retention.Reason(v.Field("reason")))
}

func (s *pages) takeBack(v *staff.Visit, subject string) (string, string, error) {
	return "erase_taken_back", "", s.Retention.TakeBack(v.Context(), v.Actor, subject, retention.ErasureID(v.Field("erasure")))
}

func (s *pages) confirm(v *staff.Visit, subject string) (string, string, error) {
	return "erased", home, s.Retention.Confirm(v.Context(), v.Actor, subject, retention.ErasureID(v.Field("erasure")), v.Field("sure") == "yes")
}

func (s *pages) hold(v *staff.Visit, subject string) (string, string, error) {
	return "hold_set", "", s.Retention.HoldOn(v.Context(), v.Actor, subject, v.R.PostForm.Get("words"))
}

func (s *pages) lift(v *staff.Visit, subject string) (string, string, error) {
	return "hold_lifted", "", s.Retention.Lift(v.Context(), v.Actor, subject, v.Field("hold"))
}
