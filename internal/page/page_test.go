package page

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"amparo/internal/fault"
)

func ask(t *testing.T, h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestFirstPageComesInOneRoundTrip(t *testing.T) {
	h := site(t)
	page := ask(t, h, "GET", "/public/ar", "Accept-Encoding", "gzip")
	text := unzip(t, page.Body.Bytes())
	_, rest, _ := strings.Cut(text, `rel="stylesheet" href="`)
	sheet, _, _ := strings.Cut(rest, `"`)
	css := ask(t, h, "GET", sheet, "Accept-Encoding", "gzip")
	if css.Code != http.StatusOK || page.Header().Get("Content-Encoding") != "gzip" || css.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("%d %v %v", css.Code, page.Header(), css.Header())
	}
	if all := page.Body.Len() + css.Body.Len(); all > 14<<10 {
		t.Errorf("a page of every part with its sheet has %d compressed bytes", all)
	}
	if plain := ask(t, h, "GET", "/public/ar"); plain.Header().Get("Content-Encoding") != "" || plain.Body.String() != text {
		t.Error("without gzip the page is another")
	}
}

func unzip(t *testing.T, b []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestNothingIsKeptOrLoadedFromElsewhere(t *testing.T) {
	h := site(t)
	e, _ := engine(t)
	for _, path := range []string{"/public/en", "/exit", "/favicon.ico", "/nowhere", Path + e.files["public.css"], Path + e.files["public.js"]} {
		w := ask(t, h, "GET", path)
		if got := w.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
		if got := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'") {
			t.Errorf("%s: policy %q", path, got)
		}
		if w.Header().Get("Referrer-Policy") != "no-referrer" || w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", path, w.Header())
		}
	}
	text := ask(t, h, "GET", "/public/en").Body.String()
	for _, bad := range []string{` src="http`, ` href="http`, "<script>", " style=", " onclick", "ZgotmplZ"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
}

func TestContactsAndTheWayOutAreOnEveryPublicPage(t *testing.T) {
	e, _ := engine(t)
	for _, name := range []string{"sample", "problem"} {
		f := frame(e, Public, "en")
		var data any = Problem{Heading: "Not here", Text: "Go on.", Href: "/", Link: "Start"}
		if name == "sample" {
			data = sampleData(f, "en")
		}
		w := httptest.NewRecorder()
		if err := e.Render(w, http.StatusNotFound, name, f, data); err != nil {
			t.Fatal(err)
		}
		text := w.Body.String()
		if w.Code != http.StatusNotFound || strings.Count(text, `href="tel:5550100"`) != 2 || strings.Count(text, `href="/exit"`) != 2 {
			t.Errorf("%s: %d %s", name, w.Code, text)
		}
		body := strings.Index(text, "<body")
		if first := strings.Index(text[body:], "<a "); !strings.Contains(text[body+first:body+first+80], `href="/exit"`) {
			t.Errorf("%s: the first link is not the way out", name)
		}
		if strings.Index(text, "Nobody reads this") > strings.Index(text, "<main") {
			t.Errorf("%s: a demonstration does not open by saying so", name)
		}
	}
}

func TestFailingTemplateWritesNothing(t *testing.T) {
	e, _ := engine(t)
	if err := e.Add(fstest.MapFS{"broken.html": {Data: []byte("half a page {{.Data.Missing}}")}}, "*.html"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"broken", "nowhere", "_fields", "_layout_public"} {
		w := httptest.NewRecorder()
		err := e.Render(w, http.StatusOK, name, frame(e, Public, "en"), map[string]any{})
		if err == nil || w.Body.Len() > 0 || len(w.Header()) > 0 {
			t.Errorf("%s: %v, wrote %q, headers %v", name, err, w.Body, w.Header())
		}
	}
}

// TestManyRendersAtOnce has both languages asked for first at the same moment; the race detector looks on.
func TestManyRendersAtOnce(t *testing.T) {
	e, _ := engine(t)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			tag := []string{"en", "ar"}[i%2]
			f := frame(e, Public, tag)
			w := httptest.NewRecorder()
			if err := e.Render(w, http.StatusOK, "sample", f, sampleData(f, tag)); err != nil {
				t.Error(err)
			}
			if text := w.Body.String(); !strings.Contains(text, `lang="`+tag+`" dir=`) || !strings.Contains(text, f.Lang.T("page.skip")) {
				t.Errorf("a page in %s is in another language", tag)
			}
		})
	}
	all.Wait()
}

func TestFaultyTemplatesAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{{define "input"}}{{end}}`: "another of the name input",
		`{{nosuch}}`:                "nosuch",
		`{{if}}`:                    "x.html",
	} {
		e, _ := engine(t)
		err := e.Add(fstest.MapFS{"x.html": {Data: []byte(text)}}, "*.html")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	e, _ := engine(t)
	if err := e.Add(fstest.MapFS{}, "*.html"); err == nil {
		t.Error("no template at all is taken")
	}
	if err := e.Render(httptest.NewRecorder(), 200, "problem", frame(e, Desk, "en"), Problem{}); err != nil {
		t.Fatal(err)
	}
	if err := e.Add(fstest.MapFS{"late.html": {}}, "*.html"); err == nil {
		t.Error("a template is added after the first page")
	}
}

func TestTypedTextStaysText(t *testing.T) {
	e, _ := engine(t)
	f := frame(e, Public, "en")
	data := sampleData(f, "en")
	evil := `</p><script>alert(1)</script>" onfocus="x`
	data["Told"], data["Input"] = evil, Input{Name: "text", Label: "x", Value: evil}
	data["Textarea"] = Textarea{Name: "area", Label: "x", Value: "\nkept</textarea>"}
	w := httptest.NewRecorder()
	if err := e.Render(w, 200, "sample", f, data); err != nil {
		t.Fatal(err)
	}
	if text := w.Body.String(); strings.Contains(text, "<script>") || strings.Contains(text, `" onfocus=`) || strings.Count(text, "</textarea>") != 1 {
		t.Errorf("markup came through: %s", text)
	}
}

func TestExit(t *testing.T) {
	for target, want := range map[string]string{
		"https://weather.example/": "https://weather.example/", "": DefaultExit, "/inside": DefaultExit,
		"javascript:alert(1)": DefaultExit, "//x.example": DefaultExit, "https://": DefaultExit,
	} {
		w := ask(t, Exit(target), "GET", "/exit")
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != want || w.Body.Len() > 0 {
			t.Errorf("%q: %d to %q, %q", target, w.Code, w.Header().Get("Location"), w.Body)
		}
		if got := w.Header().Get("Clear-Site-Data"); got != `"cache", "cookies", "storage"` {
			t.Errorf("%q: clears %s", target, got)
		}
	}
}

func TestStaticFiles(t *testing.T) {
	e, _ := engine(t)
	h := DeskHeaders(e.Static(Desk))
	css := ask(t, h, "GET", Path+e.files["desk.css"])
	if css.Code != 200 || !strings.HasPrefix(css.Header().Get("Content-Type"), "text/css") ||
		!strings.Contains(css.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%d %v", css.Code, css.Header())
	}
	small := ask(t, h, "GET", Path+e.files["desk.css"], "Accept-Encoding", "br, gzip")
	if unzip(t, small.Body.Bytes()) != css.Body.String() {
		t.Error("compressed it is another sheet")
	}
	for _, path := range []string{Path, Path + "README", Path + "manifest.json", Path + e.files["public.css"], Path + "../page.go"} {
		if w := ask(t, h, "GET", path); w.Code == 200 {
			t.Errorf("%s is served", path)
		}
	}
	icon := ask(t, Favicon(), "GET", "/favicon.ico").Body.Bytes()
	if len(icon) != 22+int(icon[14]) || icon[18] != 22 {
		t.Errorf("the icon's header does not fit its %d bytes", len(icon))
	}
}

func TestUnbuiltFilesSayWhatToDo(t *testing.T) {
	for _, files := range []fstest.MapFS{{}, {"static/manifest.json": {Data: []byte(`{"public.css":"a"}`)}}} {
		if _, err := manifest(files); err == nil || !strings.Contains(err.Error(), "run make build") {
			t.Errorf("it says %v", err)
		}
	}
	if _, err := manifest(fstest.MapFS{"static/manifest.json": {Data: []byte(`{`)}}); err == nil {
		t.Error("a broken manifest is taken")
	}
}

func TestFormsOfOtherPlaces(t *testing.T) {
	deny := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	next := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	for name, c := range map[string]struct {
		header       []string
		public, desk int
	}{
		"own form":            {[]string{"Sec-Fetch-Site", "same-origin"}, 200, 200},
		"form from elsewhere": {[]string{"Sec-Fetch-Site", "cross-site"}, 403, 403},
		"old browser":         {[]string{"Origin", "null"}, 200, 403},
		"program":             {nil, 200, 200},
	} {
		if got := ask(t, PublicSameOrigin(deny, next), "POST", "/", c.header...).Code; got != c.public {
			t.Errorf("%s: public %d", name, got)
		}
		if got := ask(t, DeskSameOrigin(deny, next), "POST", "/", c.header...).Code; got != c.desk {
			t.Errorf("%s: desk %d", name, got)
		}
	}
}

func TestWhoTakesGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"gzip": true, "br, gzip;q=0.5": true, "*": true, "GZIP": true, "gzip; q=1.0": true,
		"": false, "br": false, "gzip;q=0": false, "gzip;q=0.000": false, "xgzip": false, "gzip;q=x": false,
	} {
		if takesGzip(header) != want {
			t.Errorf("%q: %v", header, !want)
		}
	}
}

func TestDefang(t *testing.T) {
	for in, want := range map[string]string{
		"https://a.example.org/b.html?c=d.e": "hxxps://a[.]example[.]org/b.html?c=d.e",
		"HTTP://x.org":                       "HXXP://x[.]org",
		"not an address":                     "not an address",
		"name@place.example":                 "name@place.example",
		"https://%zz":                        "https://%zz",
	} {
		if got := Defang(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestDefangInAText(t *testing.T) {
	for in, want := range map[string]string{
		"He wrote from https://a.example.org/b.html?c=d.e, then\nwww.Example.org/x.y.": "He wrote from hxxps://a[.]example[.]org/b.html?c=d.e, then\nwww[.]Example[.]org/x.y.",
		"(HTTP://x.org:80a/) and ftp://y.org.":                                         "(HXXP://x[.]org:80a/) and ftp://y[.]org[.]",
		"كتب من https://x.org/ب اليوم":                                                 "كتب من hxxps://x[.]org/ب اليوم",
		"https://%zz.org": "hxxps://%zz[.]org",
		"No address. At 10.30, name@place.example, awww.": "No address. At 10.30, name@place.example, awww.",
		"": "",
	} {
		if got := DefangAll(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if twice := DefangAll(DefangAll(in)); twice != DefangAll(in) {
			t.Errorf("%q is changed again: %q", in, twice)
		}
	}
}

func TestErrorsInWords(t *testing.T) {
	e, _ := engine(t)
	p := e.Printer("en")
	got := ErrorsOf(p, fault.New(fault.Invalid, fault.CodeStale).With("age", fault.CodeWithheld))
	if len(got) != 1 || got.Of("age") == "" || got.Of("name") != "" {
		t.Errorf("%v", got)
	}
	if got := ErrorsOf(p, errors.New("secret cause")); len(got) != 1 || got[0].Name != "" || strings.Contains(got[0].Text, "secret") {
		t.Errorf("%v", got)
	}
	if ErrorsOf(p, nil) != nil {
		t.Error("no error is an error")
	}
}
