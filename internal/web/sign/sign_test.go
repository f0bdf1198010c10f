package sign_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"amparo/internal/clock"
	"amparo/internal/httpx"
	"amparo/internal/jurisdiction"
	"amparo/internal/jurisdiction/jurisdictiontest"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/page/browsertest"
	"amparo/internal/signpost"
	"amparo/internal/store"
	"amparo/internal/tale"
	"amparo/internal/web/sign"
)

var start = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

// A house is the signposts of the fictional country.
type house struct {
	t    testing.TB
	now  time.Time
	pack *jurisdiction.Pack
	main *store.Store
	room *signpost.Room
	site http.Handler
}

func open(t testing.TB, address string, demo bool) *house {
	t.Helper()
	h := &house{t: t, now: start, pack: jurisdictiontest.Demo(t, start)}
	at := clock.Func(func() time.Time { return h.now })
	var err error
	h.main, err = store.Open(t.Context(), store.Config{Database: filepath.Join(t.TempDir(), "main.db"), MaxConns: 4, Clock: at})
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
	words, err := all.Only("en", "fr", "es", "ar", "sw")
	must(t, err)
	engine, err := page.New(words, page.Config{})
	must(t, err)
	h.room = signpost.New(signpost.Config{Store: h.main, Clock: at, Zone: h.pack.Zone()})
	site, err := sign.New(sign.Config{Page: engine, Lang: words, Pack: h.pack, Clock: at, Room: h.room, Tale: tale.New(h.main, at), Address: address, Demo: demo,
		Printer: func(r *http.Request) lang.Printer {
			return words.For(r.URL.Query().Get("l"), r.Header.Get("Accept-Language"), "en")
		},
		Frame: func(p lang.Printer) page.Frame {
			return page.Frame{Kind: page.Public, Lang: p, Title: "Help page", Name: "Help page"}
		},
		Note: func(lang.Printer, jurisdiction.Contact) string { return "day and night" }})
	must(t, err)
	adapter := httpx.Adapter{Log: slog.New(slog.DiscardHandler), Public: true, Say: func(_ *http.Request, err error) string { return err.Error() },
		Show: func(w http.ResponseWriter, _ *http.Request, status int, _ error, _ string) { w.WriteHeader(status) }}
	mux := http.NewServeMux()
	for pattern, handler := range site.Routes() {
		mux.Handle(pattern, adapter.Wrap(pattern, handler))
	}
	mux.Handle("GET "+page.Path, engine.Static(page.Public))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "the help page") })
	h.site = page.PublicHeaders(mux)
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) get(path string, head ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, r)
	return w
}

// code is that of the first signpost.
func (h *house) code() string { return h.pack.Signposts("en")[0].Code() }

const helpURL = "https://help.example.org/"

func TestEveryForm(t *testing.T) {
	h := open(t, helpURL, false)
	for _, tag := range []string{"en", "fr", "es", "ar", "sw"} {
		for _, one := range h.pack.Signposts(tag) {
			for end, kind := range map[string]string{"": "text/html; charset=utf-8", ".html": "text/html; charset=utf-8", ".json": "application/json",
				".jsonld": "application/ld+json", ".txt": "text/plain; charset=utf-8", ".svg": "image/svg+xml", ".card.svg": "image/svg+xml"} {
				w := h.get("/sign/" + one.Code() + end + "?l=" + tag)
				if w.Code != http.StatusOK || w.Header().Get("Content-Type") != kind || !strings.Contains(w.Body.String(), "555-0116") ||
					!strings.Contains(w.Body.String(), "https://help.example.org/?l="+tag) || len(w.Header()["Set-Cookie"]) > 0 {
					t.Errorf("%s%s in %s: %d %v %s", one.Code(), end, tag, w.Code, w.Header(), w.Body)
				}
				if strings.Contains(w.Body.String(), "<title>") && !strings.Contains(w.Body.String(), "<title>"+map[string]string{"en": "Help page", "fr": "Page d’aide",
					"es": "Página de ayuda", "ar": "صفحة المساعدة", "sw": "Ukurasa wa msaada"}[tag]+"</title>") {
					t.Errorf("a title tells what it is about: %s", w.Body)
				}
			}
		}
	}
	for _, path := range []string{"/sign/zzzzzz", "/sign/zzzzzz.json", "/sign/" + h.code() + ".exe", "/sign/" + h.code() + ".", "/sign/try?c=zzzzzz", "/sign/%00.json"} {
		if w := h.get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// TestWhoMayUseIt: data from anywhere, a page in any frame; everything else of the public side in none.
func TestWhoMayUseIt(t *testing.T) {
	h := open(t, helpURL, false)
	framed := h.get("/sign/" + h.code() + "?l=en").Header()
	if framed.Get("X-Frame-Options") != "" || !strings.Contains(framed.Get("Content-Security-Policy"), "frame-ancestors *") || framed.Get("Cache-Control") != "no-store" ||
		framed.Get("Cdn-Cache-Control") == "" || framed.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("in a frame: %v", framed)
	}
	data := h.get("/sign/" + h.code() + ".json?l=en")
	if data.Header().Get("Access-Control-Allow-Origin") != "*" || !strings.HasPrefix(data.Header().Get("Cache-Control"), "public") {
		t.Errorf("data: %v", data.Header())
	}
	if again := h.get("/sign/"+h.code()+".json?l=en", "If-None-Match", data.Header().Get("Etag")); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("asked for again: %d", again.Code)
	}
	if build := h.get("/sign?l=en&c=" + h.code()); build.Header().Get("X-Frame-Options") != "DENY" || build.Code != http.StatusOK ||
		!strings.Contains(build.Body.String(), "&lt;amparo-sign") {
		t.Errorf("the page where one is chosen: %d %v", build.Code, build.Header())
	}
	if n := len(signpost.Component); n > 5<<10 {
		t.Errorf("the component has %d bytes", n)
	}
}

// TestTheAddressIsSet, and never what somebody says it is: a cache would give theirs to everybody.
func TestTheAddressIsSet(t *testing.T) {
	if w := open(t, helpURL, false).get("/sign/index.json", "Host", "evil.example", "X-Forwarded-Host", "evil.example"); strings.Contains(w.Body.String(), "evil") {
		t.Errorf("%s", w.Body)
	}
	h := open(t, "", false)
	for _, path := range []string{"/sign", "/sign/index.json", "/sign/feed.atom", "/sign/" + h.code(), "/sign/try?c=" + h.code()} {
		if w := h.get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s without an address: %d", path, w.Code)
		}
	}
	if w := open(t, "", true).get("/sign/index.json"); !strings.Contains(w.Body.String(), "http://example.com/sign/") {
		t.Errorf("a demonstration: %d %s", w.Code, w.Body)
	}
}

// TestAfterItsDay no number is shown that nobody has tried, and the way to the page stays.
func TestAfterItsDay(t *testing.T) {
	h := open(t, helpURL, false)
	h.now = start.AddDate(2, 0, 0)
	w := h.get("/sign/" + h.code() + ".json?l=en")
	if strings.Contains(w.Body.String(), "555-0116") || !strings.Contains(w.Body.String(), helpURL) {
		t.Errorf("%s", w.Body)
	}
}

func TestServedIsCounted(t *testing.T) {
	h := open(t, helpURL, false)
	for range 3 {
		h.get("/sign/" + h.code() + ".json?l=en")
	}
	h.get("/sign/zzzzzz.json?l=en")
	must(t, h.room.Flush(t.Context()))
	var list []signpost.Day
	must(t, h.main.Read(t.Context(), func(tx store.Tx) (err error) {
		list, err = signpost.Days(t.Context(), tx, "2000-01-01")
		return err
	}))
	if len(list) != 1 || list[0] != (signpost.Day{Day: "2026-11-01", Code: h.code(), Language: "en", Served: 3}) {
		t.Errorf("%+v", list)
	}
}

// listening serves a handler on loopback under a host of its own.
func listening(t *testing.T, h http.Handler) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return l.Addr().String()
}

// seen reads how the first element of a kind looks.
const seen = `(() => {
  const sees = (root, what) => { const e = root.querySelector(what); if (!e) return "no " + what; const b = e.getBoundingClientRect(), s = getComputedStyle(e);
    return [b.width > 40 && b.height > 10, s.visibility, s.opacity, s.textTransform, s.backgroundColor].join(" ") };
  const inside = document.querySelector("amparo-sign").shadowRoot;
  return JSON.stringify({ piece: sees(document, "aside a"), component: sees(inside, ".go"), words: inside.textContent,
    kept: [document.cookie, localStorage.length, sessionStorage.length].join(), wide: document.documentElement.scrollWidth > innerWidth });
})()`

// TestInsideAPageOfAnother puts every form into a page of another place, whose rules would hide and distort it, and which allows little. It is seen, asks for itself
// alone, and keeps nothing; when it cannot be had, what stands in its place is seen.
func TestInsideAPageOfAnother(t *testing.T) {
	var asked []string
	h := open(t, "", true)
	help := listening(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path+" "+r.Header.Get("Referer")+r.Header.Get("Cookie"))
		h.site.ServeHTTP(w, r)
	}))
	help = "http://localhost:" + strings.Split(help, ":")[1]
	piece := h.get(help + "/sign/" + h.code() + ".html?l=ar").Body.String()
	foreign := listening(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/component.js" { // from their own place
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write(signpost.Component)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src "+help+"; frame-src "+help+"; style-src 'unsafe-inline'; img-src data:; require-trusted-types-for 'script'")
		end := ".json?l=ar"
		if r.URL.Path == "/gone" {
			end = ".gone"
		}
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><style>*{text-transform:uppercase!important;background:red!important;color:red!important}a,aside,span,div{display:none!important;opacity:0!important;visibility:hidden!important;width:1px!important}</style>
<script src="/component.js" defer></script></head><body>%s<iframe src="%s/sign/%s?l=ar" title="x" referrerpolicy="no-referrer"></iframe><amparo-sign src="%s/sign/%s%s"><b id="instead">Help page</b></amparo-sign></body></html>`,
			piece, help, h.code(), help, h.code(), end)
	}))
	b := browsertest.Start(t)
	browsertest.Resize(t, b, 400, 800)
	browsertest.Do(t, b, chromedp.Navigate("http://"+foreign+"/"), chromedp.Sleep(1500*time.Millisecond))
	var got struct {
		Piece, Component, Words, Kept string
		Wide                          bool
	}
	must(t, json.Unmarshal([]byte(browsertest.Read(t, b, chromedp.Evaluate[string](seen))), &got))
	if !strings.HasPrefix(got.Piece, "true visible 1 none rgb(11, 84, 96)") || !strings.HasPrefix(got.Component, "true visible 1 none rgb(11, 84, 96)") {
		t.Errorf("what is seen: %+v", got)
	}
	if !strings.Contains(got.Words, "555-0116") || got.Kept != ",0,0" || got.Wide {
		t.Errorf("%+v", got)
	}
	for _, one := range asked {
		if path, rest, _ := strings.Cut(one, " "); path != "/sign/"+h.code() && path != "/sign/"+h.code()+".json" || rest != "" {
			t.Errorf("it asked for %q", one)
		}
	}
	if len(asked) != 2 {
		t.Errorf("asked for %v", asked)
	}
	browsertest.Screenshot(t, b, "signpost-inside-another")
	for _, line := range browsertest.Heard(b) {
		if !strings.Contains(line, "style") { // their own page is refused nothing else
			t.Errorf("the console says %s", line)
		}
	}
	browsertest.Do(t, b, chromedp.Navigate("http://"+foreign+"/gone"), chromedp.Sleep(1500*time.Millisecond))
	if shown := browsertest.Read(t, b, chromedp.Evaluate[bool](`document.querySelector("#instead").getBoundingClientRect().height > 5`)); !shown {
		t.Error("nothing is seen where the words cannot be had")
	}
	later := h.now
	h.now = start.AddDate(2, 0, 0)
	browsertest.Do(t, b, chromedp.Navigate("http://"+foreign+"/"), chromedp.Sleep(1500*time.Millisecond))
	must(t, json.Unmarshal([]byte(browsertest.Read(t, b, chromedp.Evaluate[string](seen))), &got))
	if strings.Contains(got.Words, "555-0116") || !strings.HasPrefix(got.Component, "true visible") {
		t.Errorf("after its day: %+v", got)
	}
	h.now = later
}

// keeps is a page that tells the one around it, and its own title, what it may keep.
const keeps = `<!DOCTYPE html><title>x</title><script>
const may = []; for (const keep of [() => localStorage.setItem("a", "b"), () => sessionStorage.setItem("a", "b"), () => { document.cookie = "a=b"; if (!document.cookie) throw 0 }]) {
  try { keep(); may.push("yes") } catch { may.push("no") } }
if (parent === window) onmessage = e => document.title = "own " + may + " other " + e.data; else parent.postMessage(may.join(), "*");
</script>`

// TestWhereOthersMayKeepNothing: in a browser that lets the page of another keep something, and what stands in it nothing, each form is seen as everywhere.
func TestWhereOthersMayKeepNothing(t *testing.T) {
	h := open(t, "", true)
	help := listening(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keeps" {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, keeps)
			return
		}
		h.site.ServeHTTP(w, r)
	}))
	help = "http://localhost:" + strings.Split(help, ":")[1]
	piece := h.get(help + "/sign/" + h.code() + ".html?l=en").Body.String()
	foreign := "http://" + listening(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		switch r.URL.Path {
		case "/keeps":
			fmt.Fprintf(w, `%s<iframe src="%s/keeps"></iframe>`, keeps, help)
		case "/component.js":
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write(signpost.Component)
		default:
			fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><script src="/component.js" defer></script>%s<iframe src="%s/sign/%s?l=en" title="x"></iframe><amparo-sign src="%s/sign/%s.json?l=en"></amparo-sign></html>`,
				piece, help, h.code(), help, h.code())
		}
	}))
	b := browsertest.StartKeeping(t, "127.0.0.1")
	browsertest.Do(t, b, chromedp.Navigate(foreign+"/keeps"), chromedp.Sleep(time.Second))
	if got := browsertest.Read(t, b, chromedp.Title()); got != "own yes,yes,yes other no,no,no" {
		t.Fatalf("this browser does not keep its owner's word: %s", got)
	}
	browsertest.Do(t, b, chromedp.Navigate(foreign+"/"), chromedp.Sleep(1500*time.Millisecond))
	var got struct{ Piece, Component, Words, Kept string }
	must(t, json.Unmarshal([]byte(browsertest.Read(t, b, chromedp.Evaluate[string](seen))), &got))
	if !strings.HasPrefix(got.Piece, "true visible") || !strings.HasPrefix(got.Component, "true visible") || !strings.Contains(got.Words, "555-0116") {
		t.Errorf("%+v", got)
	}
	if inside := browsertest.InFrame(t, b, help, "document.body.innerText"); !strings.Contains(inside, "555-0116") {
		t.Errorf("the frame shows %q", inside)
	}
	browsertest.Quiet(t, b)
}

// TestThePagesInTheBrowser are accessible, and small ones do not scroll sideways.
func TestThePagesInTheBrowser(t *testing.T) {
	h := open(t, "", true)
	at := "http://" + listening(t, h.site)
	b := browsertest.Start(t)
	for _, tag := range []string{"en", "ar"} {
		for _, path := range []string{"/sign?l=" + tag, "/sign?l=" + tag + "&c=" + h.code(), "/sign/" + h.code() + "?l=" + tag} {
			browsertest.Do(t, b, chromedp.Navigate(at+path))
			browsertest.Resize(t, b, 320, 800)
			browsertest.NoSideways(t, b)
			browsertest.Resize(t, b, 1000, 800)
			browsertest.Axe(t, b)
		}
	}
}
