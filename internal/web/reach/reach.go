// Package reach is the page on which those who answer for education see how far it reaches: a grid of what there is in each language, and how often
// signposts were served. It is read, and changes nothing; it needs no script.
package reach

import (
	"embed"
	"errors"
	"net/http"
	"strconv"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/reach"
	"amparo/internal/web/lesson"
	"amparo/internal/web/staff"
)

//go:embed template/*.html
var templates embed.FS

// Config is what the page needs. Every field is needed.
type Config struct {
	Pack  *jurisdiction.Pack
	Reach *reach.Room
	Words *lang.Catalog // of the public side, in whose languages texts are
}

type pages struct{ Config }

const home = "/reach"

// Add adds the page to a site, with its place in the menu. It fails when something is missing from the Config, or the page is there already.
func Add(site *staff.Site, c Config) error {
	if c.Pack == nil || c.Reach == nil || c.Words == nil {
		return errors.New("the page of how far education reaches lacks a part of its configuration")
	}
	if err := site.Page.Add(templates, "template/*.html"); err != nil {
		return err
	}
	s := &pages{c}
	site.AddPlace(staff.Place{Text: "reach.place", Href: home, Action: access.EducationRead})
	site.Handle("GET "+home, s.show)
	return nil
}

// A view is the whole page.
type view struct {
	Covered string
	Overdue []link
	Grids   []page.Table // one for each audience
	Served  page.Table
	Total   string
}

// A link leads to a text; Href is empty for whoever may not see it there.
type link struct{ Text, Href string }

func (s *pages) show(v *staff.Visit) error {
	o, err := s.Reach.Read(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	there, required := o.Covered()
	data := view{Covered: v.T("reach.covered", "There", strconv.Itoa(there), "Required", strconv.Itoa(required))}
	for _, k := range o.Overdue {
		one := link{Text: s.title(v, k)}
		if access.May(v.Actor, access.LessonRead) {
			one.Href = lesson.Path(o.Languages[0], k)
		}
		data.Overdue = append(data.Overdue, one)
	}
	for _, a := range education.Audiences {
		data.Grids = append(data.Grids, s.grid(v, o, a))
	}
	data.Served, data.Total = s.served(v, o)
	return v.Render(http.StatusOK, "reach_overview", v.Frame(v.T("reach.title")), data)
}

func audience(v *staff.Visit, a education.Audience) string { return v.T("reach.for_" + string(a)) }

// title names a text: for whom, and about what.
func (s *pages) title(v *staff.Visit, k education.Key) string {
	return audience(v, k.Audience) + ": " + v.T("reach.topic_"+string(k.Topic))
}

// grid is what there is for an audience: a row for each topic in each format, a column for each language. For whoever may write, each cell leads to the text.
func (s *pages) grid(v *staff.Visit, o reach.Overview, a education.Audience) page.Table {
	t := page.Table{Caption: audience(v, a), CaptionHidden: true, Columns: []page.Column{{Text: v.T("reach.topic")}, {Text: v.T("reach.format")}}}
	for _, tag := range o.Languages {
		t.Columns = append(t.Columns, page.Column{Text: s.Words.For(tag).Name()})
	}
	write := access.May(v.Actor, access.LessonWrite)
	rows := map[education.Topic]map[education.Format][]page.Cell{}
	for _, c := range o.Cells {
		if c.Audience != a {
			continue
		}
		if rows[c.Topic] == nil {
			rows[c.Topic] = map[education.Format][]page.Cell{}
		}
		one := page.Cell{Tag: state(v, c)}
		if write {
			one.Href, one.Text = lesson.Path(c.Language, c.Key), v.T("reach.begin")
			if c.Version > 0 {
				one.Text = v.T("lesson.number", "Version", c.Version)
			}
		}
		rows[c.Topic][c.Format] = append(rows[c.Topic][c.Format], one)
	}
	for _, topic := range education.Topics {
		for _, f := range education.Formats {
			t.Rows = append(t.Rows, append([]page.Cell{{Text: v.T("reach.topic_" + string(topic))}, {Text: v.T("reach.format_" + string(f))}}, rows[topic][f]...))
		}
	}
	return t
}

// state is what is to be done about a text in a format, the most pressing first: a word, and a shape before it.
func state(v *staff.Visit, c education.Cell) *page.Tag {
	switch {
	case !c.There && c.Required:
		return &page.Tag{Text: "✕ " + v.T("reach.missing"), Tone: "urgent"}
	case !c.There:
		return &page.Tag{Text: "– " + v.T("reach.none"), Tone: "quiet"}
	case c.Stale:
		return &page.Tag{Text: "△ " + v.T("reach.stale"), Tone: "soon"}
	case !c.Reviewed:
		return &page.Tag{Text: "○ " + v.T("reach.unreviewed"), Tone: "calm"}
	}
	return &page.Tag{Text: "● " + v.T("reach.there"), Tone: "good"}
}

// served is how often each signpost was served, in all languages, on the last seven days and on all that are looked at.
func (s *pages) served(v *staff.Visit, o reach.Overview) (t page.Table, total string) {
	t = page.Table{Caption: v.T("reach.served", "Days", strconv.Itoa(reach.Back)), Columns: []page.Column{{Text: v.T("reach.signpost")},
		{Text: v.T("reach.today"), Numeric: true}, {Text: v.T("reach.days", "Days", strconv.Itoa(reach.Back)), Numeric: true}}}
	type sum struct{ today, all int64 }
	sums := map[string]sum{}
	var all int64
	for _, d := range o.Served {
		one := sums[d.Code]
		if one.all += d.Served; d.Day == o.Today {
			one.today += d.Served
		}
		all += d.Served
		sums[d.Code] = one
	}
	for _, one := range s.Pack.Signposts(v.Words.Tag()) {
		n := sums[one.Code()]
		t.Rows = append(t.Rows, []page.Cell{{Text: audience(v, one.Audience) + ": " + one.Headline},
			{Text: strconv.FormatInt(n.today, 10), Numeric: true}, {Text: strconv.FormatInt(n.all, 10), Numeric: true}})
	}
	return t, v.T("reach.total", "Count", strconv.FormatInt(all, 10), "Days", strconv.Itoa(reach.Back))
}
