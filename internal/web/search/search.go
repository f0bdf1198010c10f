package search

import (
	"embed"
	"errors"
	"net/http"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/join"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the page needs. Every field is needed.
type Config struct {
	Join *join.Room
	Pack *jurisdiction.Pack
}

// pages are the pages of the search.
type pages struct{ Config }

const home = "/search"

// Add adds the search to a site, with its place in the menu. It fails when something is missing from the Config, or the page is
// there already.
func Add(site *staff.Site, c Config) error {
	if c.Join == nil || c.Pack == nil {
		return errors.New("the search lacks a part of its configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s := &pages{c}
	site.AddPlace(staff.Place{Text: "search.place", Href: home, Action: access.ReportSearch})
	site.Handle("GET "+home, s.ask)
	site.Handle("POST "+home, s.look)
	return nil
}

// A view is the form, with what was found.
type view struct {
	Words page.Input
	Asked bool
	Total string
	More  string // says that there is more than is shown; empty when there is not
	Hits  []staff.Hit
}

// ask shows the form.
func (s *pages) ask(v *staff.Visit) error {
	if err := s.Join.MaySearch(v.Context(), v.Actor); err != nil {
		return err
	}
	return s.show(v, view{}, nil)
}

// look shows what was found, below the form.
func (s *pages) look(v *staff.Visit) error {
	found, err := s.Join.Search(v.Context(), v.Actor, v.Field("words"))
	if fault.KindOf(err) == fault.Invalid {
		return s.show(v, view{}, err)
	}
	if err != nil {
		return err
	}
	data := view{Asked: true, Total: v.Words.N("search.total", len(found.Hits)), Hits: v.Hits(s.Pack, found.Hits)}
	if found.More {
		data.Total, data.More = "", v.Words.N("search.more", join.Most)
	}
	return s.show(v, data, nil)
}

func (s *pages) show(v *staff.Visit, data view, wrong error) error {
	f := v.Frame(v.T("search.title"))
	f.Errors = page.ErrorsOf(v.Words, wrong)
	data.Words = page.Input{Name: "words", Label: v.T("search.words"), Hint: v.T("search.hint"), Value: v.R.PostForm.Get("words"), Width: 40,
		Autocomplete: "off", Error: f.Errors.Of("words")}
	status := http.StatusOK
	if wrong != nil {
		status = httpx.StatusOf(wrong)
	}
	return v.Render(status, "search", f, data)
}
