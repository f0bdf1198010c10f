package hub_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/httpx"
	"amparo/internal/jurisdiction"
	"amparo/internal/jurisdiction/jurisdictiontest"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/shelf"
	"amparo/internal/store"
	"amparo/internal/tale"
	"amparo/internal/web/hub"
)

// A house is the hub of the fictional country, with as much around it as it needs.
type house struct {
	library *education.Library // nil for the pack's
	t       testing.TB
	pack    *jurisdiction.Pack
	catalog *lang.Catalog
	mux     *http.ServeMux
	now     time.Time
	helper  string // who can help
	seen    string // what was said of the last request in the log
	main    *store.Store
}

var languages = []string{"en", "fr", "es", "ar", "sw"}

func open(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, mux: http.NewServeMux(), now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), helper: "A line"}
	h.pack = jurisdictiontest.Demo(t, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	var err error
	h.main, err = store.Open(t.Context(), store.Config{Database: filepath.Join(t.TempDir(), "main.db"), MaxConns: 4, Clock: clock.Func(func() time.Time { return h.now })})
	must(t, err)
	t.Cleanup(func() { h.main.Close() })
	_, err = h.main.Migrate(t.Context(), store.Main)
	must(t, err)
	all, err := lang.Load()
	must(t, err)
	t.Cleanup(func() {
		for _, gap := range all.Missing() {
			t.Errorf("not in the catalogue: %s", gap)
		}
	})
	h.catalog, err = all.Only(languages...)
	must(t, err)
	engine, err := page.New(h.catalog, page.Config{})
	must(t, err)
	printer := func(r *http.Request) lang.Printer {
		return h.catalog.For(r.URL.Query().Get("l"), r.Header.Get("Accept-Language"), "en")
	}
	site, err := hub.New(hub.Config{Page: engine, Library: h.look, Pack: h.pack.Education(), Printer: printer, Tale: tale.New(h.main, clock.Func(func() time.Time { return h.now })), Zone: time.UTC,
		Clock: clock.Func(func() time.Time { return h.now }),
		Frame: func(p lang.Printer) page.Frame { return page.Frame{Kind: page.Public, Lang: p, Title: "Help page"} },
		Help: func(lang.Printer) []hub.Help {
			return []hub.Help{{Kind: "A kind", List: []hub.Line{{Name: h.helper, Phone: "555-0199"}}}}
		},
		Tell: func(_ lang.Printer, a education.Audience) page.Button {
			return page.Button{Text: "Tell", Name: "way", Value: string(a)}
		}})
	must(t, err)
	adapter := httpx.Adapter{Log: slog.New(slog.NewTextHandler(writer(func(p []byte) { h.seen = string(p) }), nil)), Public: true,
		Say:  func(_ *http.Request, err error) string { return err.Error() },
		Show: func(w http.ResponseWriter, _ *http.Request, status int, _ error, _ string) { w.WriteHeader(status) }}
	for pattern, handler := range site.Routes() {
		h.mux.Handle(pattern, adapter.Wrap(pattern, handler))
	}
	return h
}

// look gives what there is to read: what the test has put there, else the pack's.
func (h *house) look(context.Context) *education.Library {
	if h.library != nil {
		return h.library
	}
	return h.pack.Education()
}

type writer func(p []byte)

func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// An answer is a page as it came.
type answer struct {
	*httptest.ResponseRecorder
	doc *html.Node
}

func (h *house) do(r *http.Request) answer {
	h.t.Helper()
	w := httptest.NewRecorder()
	page.PublicHeaders(h.mux).ServeHTTP(w, r)
	doc, err := html.Parse(strings.NewReader(w.Body.String()))
	must(h.t, err)
	return answer{w, doc}
}

func (h *house) get(path string) answer {
	h.t.Helper()
	return h.do(httptest.NewRequest(http.MethodGet, path, nil))
}

func (h *house) find(words, tag string) answer {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/read?l="+tag, strings.NewReader(url.Values{"q": {words}, "for": {"10_12"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.do(r)
}

// all gives the elements of that name.
func (a answer) all(name string) (list []*html.Node) {
	for n := range a.doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			list = append(list, n)
		}
	}
	return list
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// each visits every module that there is.
func (h *house) each(f func(m *education.Module, path string)) {
	n := 0
	for _, tag := range languages {
		for _, a := range education.Audiences {
			for _, m := range h.pack.Education().For(tag, a) {
				n++
				f(m, "/read/"+m.Code()+"?l="+tag)
			}
		}
	}
	if n < 5*5 {
		h.t.Fatalf("only %d modules were visited", n)
	}
}

// TestEveryModuleIsAPage, in its language, with sound headings, a way to tell somebody, and its easy read beside it; small enough for a slow line.
func TestEveryModuleIsAPage(t *testing.T) {
	h := open(t)
	h.each(func(m *education.Module, path string) {
		for _, path := range []string{path, path + "&v=easy"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			if w := h.do(r); w.Body.Len() > 30<<10 || w.Header().Get("Content-Encoding") != "gzip" {
				t.Errorf("%s has %d bytes", path, w.Body.Len())
			}
			a := h.get(path)
			if root := a.all("html")[0]; a.Code != http.StatusOK || attr(root, "lang") != m.Language || (attr(root, "dir") == "rtl") != (m.Language == "ar") {
				t.Errorf("%s: %d in %s", path, a.Code, attr(root, "lang"))
			}
			if h1 := a.all("h1"); len(h1) != 1 || text(h1[0]) != m.Title {
				t.Errorf("%s: the heading is %v", path, h1)
			}
			if h3 := a.all("h3"); len(h3) > 0 && len(a.all("h2")) == 0 {
				t.Errorf("%s: a heading is skipped", path)
			}
			ids := map[string]bool{}
			for n := range a.doc.Descendants() {
				if id := attr(n, "id"); id != "" && ids[id] {
					t.Errorf("%s: the id %s stands twice", path, id)
				} else {
					ids[id] = true
				}
			}
			forms := a.all("form")
			if len(forms) != 2 || attr(forms[0], "action") != "/?l="+m.Language || attr(a.all("button")[0], "value") != string(m.Audience) {
				t.Errorf("%s: there is no way to tell somebody", path)
			}
		}
		easy := h.get(path + "&v=easy")
		for _, line := range m.Easy {
			if !strings.Contains(easy.Body.String(), html.EscapeString(line.Say)) {
				t.Errorf("%s: easy read lacks %q", path, line.Say)
			}
		}
		if n := len(easy.all("svg")); n != len(m.Easy) {
			t.Errorf("%s: %d drawings beside %d sentences", path, n, len(m.Easy))
		}
	})
}

// TestNoAddressOrTitleTells what is read: neither a word of a topic, nor of an audience that gives it away, nor what is searched for.
func TestNoAddressOrTitleTells(t *testing.T) {
	h := open(t)
	h.each(func(m *education.Module, path string) {
		a := h.get(path)
		if title := text(a.all("title")[0]); title != "Help page" {
			t.Errorf("the title is %q", title)
		}
		for _, n := range a.all("a") {
			href := attr(n, "href")
			if href == "" || href == "/exit" || href == "/" || href == "/?l="+m.Language || strings.HasPrefix(href, "#") {
				continue
			}
			code, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(href, "/read"), "/"), "?")
			if !strings.HasPrefix(href, "/read") || code != "" && len(code) != 6 {
				t.Errorf("%s leads to %s", path, href)
			}
		}
	})
	found := h.find("secret", "en")
	if found.Code != http.StatusOK || strings.Contains(found.Header().Get("Location"), "secret") || found.Header().Get("Cdn-Cache-Control") != "" {
		t.Errorf("%d %v", found.Code, found.Header())
	}
	if strings.Contains(h.seen, "secret") {
		t.Errorf("the log says what was searched for: %s", h.seen)
	}
}

// TestWhatMayKeepAPage: caches that many share, for what is the same for all; no browser.
func TestWhatMayKeepAPage(t *testing.T) {
	h := open(t)
	code := education.Key{Audience: education.Everyone, Topic: education.Risks}.Code()
	for _, path := range []string{"/read", "/read?l=en", "/read/" + code + "?l=fr", "/read/help?l=ar"} {
		head := h.get(path).Header()
		if head.Get("Cache-Control") != "no-store" || head.Get("Cdn-Cache-Control") != hub.Shared || len(head["Set-Cookie"]) > 0 {
			t.Errorf("%s: %v", path, head)
		}
		if varies := strings.Contains(strings.Join(head.Values("Vary"), ","), "Accept-Language"); varies != !strings.Contains(path, "l=") {
			t.Errorf("%s varies by %v", path, head.Values("Vary"))
		}
	}
}

// TestAPageIsOfTheLibraryOfNow: when what there is to read changes, no page of what was before is shown, and shared caches keep for less than a minute what
// can be taken back.
func TestAPageIsOfTheLibraryOfNow(t *testing.T) {
	h := open(t)
	first := *h.pack.Education().Module("en", education.Key{Audience: education.Everyone, Topic: education.Risks})
	path := "/read/" + first.Code() + "?l=en"
	shows := func(want string) {
		t.Helper()
		for _, p := range []string{"/read?l=en", path} {
			if body := h.get(p).Body.String(); strings.Contains(body, first.Title) != (want == first.Title) || strings.Contains(body, "Our own risks") != (want == "Our own risks") {
				t.Errorf("%s does not show %q", p, want)
			}
		}
	}
	shows(first.Title)
	own := first
	own.Title, own.Version = "Our own risks", first.Version+1
	h.library = h.pack.Education().With([]*education.Module{&own})
	shows("Our own risks")
	if got := h.get(path).Header().Get("Cdn-Cache-Control"); got != hub.SharedShelf || got == hub.Shared {
		t.Errorf("shared caches are told %q", got)
	}
	if shelf.Hold+shelf.Shared >= time.Minute {
		t.Error("what was taken back can stand somewhere for a minute")
	}
	h.library = nil
	shows(first.Title)
	if got := h.get(path).Header().Get("Cdn-Cache-Control"); got != hub.Shared {
		t.Errorf("shared caches are told %q", got)
	}
}

// TestWhoCanHelpIsNewWithinAMinute, also where a page lies on the shelf.
func TestWhoCanHelpIsNewWithinAMinute(t *testing.T) {
	h := open(t)
	has := func(name string) bool { return strings.Contains(h.get("/read/help?l=en").Body.String(), name) }
	if !has("A line") {
		t.Fatal("nobody can help")
	}
	h.helper = "Another"
	if h.now = h.now.Add(time.Second); !has("A line") {
		t.Error("a page is made anew for everybody")
	}
	if h.now = h.now.Add(time.Minute); !has("Another") || has("A line") {
		t.Error("who cannot help any more is shown after a minute")
	}
}

func TestTopicsAreOneClickAway(t *testing.T) {
	h := open(t)
	for _, tag := range languages {
		front := h.get("/read?l=" + tag)
		var hrefs []string
		for _, n := range front.all("a") {
			hrefs = append(hrefs, attr(n, "href"))
		}
		for _, m := range h.pack.Education().For(tag, education.Everyone) {
			if !slices.Contains(hrefs, "/read/"+m.Code()+"?l="+tag) {
				t.Errorf("%s: the first page does not lead to %s", tag, m.Topic)
			}
		}
		for _, a := range h.pack.Education().Audiences(tag) {
			path := "/read/" + education.Key{Audience: a}.Code() + "?l=" + tag
			if list := h.get(path); a != education.Everyone && !slices.Contains(hrefs, path) || list.Code != http.StatusOK || len(list.all("h2")) < 1 {
				t.Errorf("%s: there is no list for %s", tag, a)
			}
		}
	}
}

func TestSearch(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		words, tag string
		least      int
	}{{"secret", "en", 2}, {"SECR", "en", 2}, {"secret code", "en", 1}, {"", "en", 0}, {"a", "en", 0}, {"zzz", "en", 0}, {"<script>", "en", 0}, {"code", "fr", 1}} {
		a := h.find(c.words, c.tag)
		var hits int
		for _, n := range a.all("ul") {
			if strings.Contains(attr(n, "class"), "reads") {
				hits += len(slices.Collect(n.ChildNodes()))
			}
		}
		if a.Code != http.StatusOK || hits > 0 != (c.least > 0) || hits < c.least || strings.Contains(a.Body.String(), "<script>") {
			t.Errorf("%q in %s: %d, %d found", c.words, c.tag, a.Code, hits)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	h := open(t)
	young := education.Key{Audience: education.Age6To9, Topic: education.Risks}
	if h.pack.Education().Module("fr", young) == nil {
		a := h.get("/read/" + young.Code() + "?l=fr")
		if a.Code != http.StatusNotFound || !strings.Contains(a.Body.String(), "/read/"+young.Code()+"?l=en") {
			t.Errorf("a text in another language: %d %s", a.Code, a.Body)
		}
	}
	for _, path := range []string{"/read/zzzzzz", "/read/%00", "/read/" + strings.Repeat("x", 5000), "/read/risks"} {
		if a := h.get(path); a.Code != http.StatusNotFound {
			t.Errorf("%.40s: %d", path, a.Code)
		}
	}
}
