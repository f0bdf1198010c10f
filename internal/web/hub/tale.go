package hub

import (
	"net/http"
	"strconv"
	"time"

	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/tale"
)

// SharedTold is what pages in which a story stands say to caches that many people share: a story that is taken back must be gone within a minute.
var SharedTold = "public, max-age=" + strconv.Itoa(int(tale.Shared/time.Second)) + ", must-revalidate"

// fresh shows a page of what became of reports. It lies on no shelf of the hub: tale.Room knows how old it may be.
func (h *reader) fresh(w http.ResponseWriter, r *http.Request, name string, f page.Frame, v any) error {
	if r.URL.Query().Get("l") == "" {
		w.Header().Add("Vary", "Accept-Language")
	}
	w.Header().Set("CDN-Cache-Control", SharedTold)
	w.Header().Set("X-Robots-Tag", "noindex, noarchive") // a copy elsewhere could not be taken back
	return h.Page.Render(w, http.StatusOK, name, f, v)
}

// board gives what there is to read now; when it cannot be had nothing is shown, for what was there before may have been taken back.
func (h *reader) board(r *http.Request) (tale.Board, error) {
	b, err := h.Tale.Look(r.Context())
	if err != nil {
		return b, fault.Wrap(err, fault.Unavailable, "fault.unavailable")
	}
	return b, nil
}

// A storiesView is what there is of what became of reports.
type storiesView struct {
	Groups       []storyGroup
	Tell         page.Button
	Year, Home   string
	HasYear, Any bool
}

// A storyGroup is the stories for one audience.
type storyGroup struct {
	Audience string
	Stories  []link
}

// stories lists the stories, by audience.
func (h *reader) stories(w http.ResponseWriter, r *http.Request) error {
	p := h.Printer(r)
	b, err := h.board(r)
	if err != nil {
		return err
	}
	v := storiesView{Tell: h.Tell(p, ""), Year: address("year", p.Tag()), Home: address("", p.Tag()), HasYear: len(b.Years) > 0}
	var last education.Audience
	for _, s := range b.Of(p.Tag()) {
		if s.Audience != last {
			v.Groups = append(v.Groups, storyGroup{Audience: h.audience(p, s.Audience)})
			last = s.Audience
		}
		g := &v.Groups[len(v.Groups)-1]
		g.Stories = append(g.Stories, link{Text: s.Title, Href: address(s.Code, p.Tag()), Summary: p.T("hub.kind_" + string(s.Kind))})
	}
	f := h.Frame(p)
	f.Languages = h.Page.Languages(p, func(tag string) string { return address("more", tag) })
	return h.fresh(w, r, "hub_stories", f, v)
}

// A storyView is one story.
type storyView struct {
	Title, Audience, Mark string
	Blocks                []block
	Tell                  page.Button
	Back                  string
}

// story shows one story. Where it is not there in the reader's language it is said in which it is; where it is not there any more, nothing tells that it was.
func (h *reader) story(w http.ResponseWriter, r *http.Request, p lang.Printer, code string) error {
	b, err := h.board(r)
	if err != nil {
		return err
	}
	s, ok := b.Find(code, p.Tag())
	if !ok {
		return h.otherTongues(w, r, p, b, code)
	}
	links := map[education.Topic]string{}
	for _, m := range h.Library.For(p.Tag(), s.Audience) {
		links[m.Topic] = address(m.Code(), p.Tag())
	}
	body, _ := education.ParseBody([]byte(s.Body)) // it was read before it was published
	v := storyView{Title: s.Title, Audience: h.audience(p, s.Audience), Mark: p.T("hub.mark_" + string(s.Kind)), Blocks: blocks(body, links),
		Tell: h.Tell(p, s.Audience), Back: address("more", p.Tag())}
	f := h.Frame(p)
	for _, l := range h.Page.Languages(p, func(tag string) string { return address(code, tag) }) {
		if _, ok := b.Find(code, l.Tag); ok {
			f.Languages = append(f.Languages, l)
		}
	}
	return h.fresh(w, r, "hub_story", f, v)
}

func (h *reader) otherTongues(w http.ResponseWriter, r *http.Request, p lang.Printer, b tale.Board, code string) error {
	v := elsewhereView{Home: address("more", p.Tag())}
	for _, l := range h.Page.Languages(p, func(tag string) string { return address(code, tag) }) {
		if _, ok := b.Find(code, l.Tag); ok {
			v.Languages = append(v.Languages, l)
		}
	}
	if len(v.Languages) == 0 {
		return fault.New(fault.Withheld, httpx.CodeNotFound)
	}
	return h.Page.Render(w, http.StatusNotFound, "hub_elsewhere", h.Frame(p), v)
}

// A yearView is what the system counted of one year and the one before.
type yearView struct {
	Years []oneYear
	Tell  page.Button
	Back  string
}

type oneYear struct {
	Title string
	Lists []yearList
	Times []string
	Hides bool
}

// A yearList is some counts that belong together.
type yearList struct {
	Title string
	Rows  []yearRow
}

// A yearRow is one count, or the words for one that is not shown.
type yearRow struct{ Of, Count string }

// year shows what happened with the reports of a year.
func (h *reader) year(w http.ResponseWriter, r *http.Request) error {
	p := h.Printer(r)
	b, err := h.board(r)
	if err != nil {
		return err
	}
	v := yearView{Tell: h.Tell(p, ""), Back: address("more", p.Tag())}
	for _, y := range b.Years {
		v.Years = append(v.Years, h.oneYear(p, y))
	}
	f := h.Frame(p)
	f.Languages = h.Page.Languages(p, func(tag string) string { return address("year", tag) })
	return h.fresh(w, r, "hub_year", f, v)
}

func (h *reader) oneYear(p lang.Printer, y tale.Year) oneYear {
	through, err := time.ParseInLocation(time.DateOnly, y.Through, h.Zone)
	until := y.Through
	if err == nil {
		until = p.Day(through, h.Zone)
	}
	one := oneYear{Title: p.T("hub.year_through", "Year", strconv.Itoa(y.Year), "Day", until), Hides: y.Hides()}
	for _, t := range []struct {
		name  string
		parts []tale.Part
	}{{"all", []tale.Part{y.Received, y.Cases}}, {"read", y.Read}, {"outcome", y.Outcome}} {
		list := yearList{Title: p.T("hub.year_" + t.name)}
		for _, part := range t.parts {
			count := strconv.Itoa(part.Count)
			if part.Few {
				count = p.T("hub.year_few")
			}
			list.Rows = append(list.Rows, yearRow{p.T("hub.part_" + part.Name), count})
		}
		one.Lists = append(one.Lists, list)
	}
	for _, t := range y.Times {
		if t.Few {
			one.Times = append(one.Times, p.T("hub.time_"+t.Name+"_few"))
			continue
		}
		one.Times = append(one.Times, p.T("hub.time_"+t.Name, "Half", long(p, t.Half), "Most", long(p, t.Most)))
	}
	return one
}

// long says a time in its largest fitting unit; it was rounded before.
func long(p lang.Printer, d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return p.N("hub.minutes", int(d/time.Minute))
	case d < 48*time.Hour:
		return p.N("hub.hours", int(d/time.Hour))
	}
	return p.N("hub.days", int(d/(24*time.Hour)))
}
