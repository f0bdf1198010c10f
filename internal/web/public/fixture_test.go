package public_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
	"amparo/internal/web/public"
	"amparo/packs"
)

const (
	envelopesTestSQL = `SELECT id FROM envelope ORDER BY received_at, id`
	noKeyTestSQL     = `UPDATE intake_key SET retired_at = $1`
	keysTestSQL      = `UPDATE intake_key SET retired_at = 0`
)

// start is a Monday at noon, when the desk is staffed.
var start = time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)

// A place is the public side over one store, with the case side's keys in the test's hand.
type place struct {
	t       *testing.T
	now     time.Time
	main    *store.Store
	vault   *open.Vault
	room    *intake.Room
	pack    *jurisdiction.Pack
	site    http.Handler
	log     bytes.Buffer
	biggest int
}

func each(t *testing.T, f func(l *place)) {
	t.Helper()
	l := &place{now: start}
	storetest.Each(t, clock.Func(func() time.Time { return l.now }), func(t *testing.T, main, keys *store.Store) {
		l.t, l.now, l.main = t, start, main
		vault, err := open.Open(t.Context(), open.Config{Dir: t.TempDir() + "/keys", Main: main, Keys: keys})
		if err != nil {
			t.Fatal(err)
		}
		l.vault = vault
		l.build()
		f(l)
	})
}

func (l *place) build() {
	l.t.Helper()
	at := clock.Func(func() time.Time { return l.now })
	files, err := fs.Sub(packs.FS, "demo")
	if err != nil {
		l.t.Fatal(err)
	}
	pack, problems := jurisdiction.Load(files, start)
	if len(problems) > 0 {
		l.t.Fatal(problems)
	}
	l.pack = pack
	catalog, err := lang.Load()
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		for _, gap := range catalog.Missing() {
			l.t.Errorf("not in the catalogue: %s", gap)
		}
	})
	engine, err := page.New(catalog, page.Config{Zone: pack.Zone(), Clock: at})
	if err != nil {
		l.t.Fatal(err)
	}
	form, err := seal.NewForm(secret.Random(seal.KeySize))
	if err != nil {
		l.t.Fatal(err)
	}
	l.room = intake.New(intake.Config{Store: l.main, Pepper: secret.Random(seal.KeySize)})
	l.site, err = public.New(public.Config{Page: engine, Lang: catalog, Pack: pack, Intake: l.room, Form: form, Clock: at, Demo: true,
		Log: slog.New(slog.NewJSONHandler(&l.log, nil))})
	if err != nil {
		l.t.Fatal(err)
	}
}

// An answer is one page as it came back.
type answer struct {
	l      *place
	status int
	head   http.Header
	text   string
	doc    *html.Node
}

func (l *place) do(r *http.Request) answer {
	l.t.Helper()
	w := httptest.NewRecorder()
	l.site.ServeHTTP(w, r)
	a := answer{l: l, status: w.Code, head: w.Header(), text: w.Body.String()}
	doc, err := html.Parse(strings.NewReader(a.text))
	if err != nil {
		l.t.Fatal(err)
	}
	a.doc = doc
	a.hold()
	return a
}

// hold checks what is true of every page.
func (a answer) hold() {
	t := a.l.t
	t.Helper()
	if a.head.Get("Set-Cookie") != "" || a.head.Get("Cache-Control") != "no-store" || a.head.Get("Content-Security-Policy") == "" {
		t.Errorf("a page sets a cookie, may be kept or has no policy: %v", a.head)
	}
	if title := content(a.find("title", "")[0]); title != "Help page" && title != "صفحة المساعدة" {
		t.Errorf("the title is %q", title)
	}
	if strings.Count(a.text, "tel:5550100") < 2 || strings.Count(a.text, "tel:5550116") < 2 || !strings.Contains(a.text, `class="demo"`) {
		t.Errorf("a page lacks the contacts at top and foot, or the words of the demonstration: %s", a.text)
	}
	for _, name := range []string{"href", "src", "action"} {
		for _, n := range a.find("", name) {
			if v := attr(n, name); strings.Contains(v, "//") {
				t.Errorf("a page leads to or loads %s", v)
			}
		}
	}
	if want := map[string]string{"ar": "rtl", "en": "ltr"}; true {
		root := a.find("html", "")[0]
		if want[attr(root, "lang")] != attr(root, "dir") {
			t.Errorf("language %s and direction %s", attr(root, "lang"), attr(root, "dir"))
		}
	}
}

func (l *place) get(path string, head ...string) answer {
	l.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	return l.do(r)
}

func (l *place) send(form url.Values) answer {
	l.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return l.do(r)
}

// form gives the hidden fields of the page's form, and those given in pairs.
func (a answer) form(pairs ...string) url.Values {
	a.l.t.Helper()
	form := url.Values{}
	for _, n := range a.find("input", "type") {
		if attr(n, "type") == "hidden" {
			form.Add(attr(n, "name"), attr(n, "value"))
		}
	}
	if form.Get("step") == "" {
		a.l.t.Fatalf("status %d and no form: %s", a.status, a.text)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}

// post sends the page's form with the fields given.
func (a answer) post(pairs ...string) answer {
	a.l.t.Helper()
	return a.l.send(a.form(pairs...))
}

// step is what the page's form asks for.
func (a answer) step() string {
	a.l.t.Helper()
	return a.form().Get("step")
}

// find gives the elements of that name that have the attribute; empty is any.
func (a answer) find(name, has string) (list []*html.Node) {
	for n := range a.doc.Descendants() {
		if n.Type != html.ElementNode || (name != "" && n.Data != name) {
			continue
		}
		for _, at := range n.Attr {
			if at.Key == has {
				list = append(list, n)
			}
		}
		if has == "" {
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

func content(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// receipt reads the code from the page that shows it.
func (a answer) receipt() string {
	a.l.t.Helper()
	for _, n := range a.find("bdi", "class") {
		if attr(n, "class") == "receipt" {
			return content(n)
		}
	}
	a.l.t.Fatalf("status %d and no receipt: %s", a.status, a.text)
	return ""
}

// finish answers nothing more until all answers are shown.
func (a answer) finish() answer {
	a.l.t.Helper()
	for range 40 {
		if a.step() == "check" {
			return a
		}
		a = a.post()
	}
	a.l.t.Fatal("the questions do not end")
	return a
}

// told opens every report that waits.
func (l *place) told() (list []intake.Told) {
	l.t.Helper()
	err := l.main.Write(l.t.Context(), func(tx store.Tx) error {
		list = nil
		var ids []intake.EnvelopeID
		err := tx.Each(l.t.Context(), envelopesTestSQL, nil, func(scan func(...any) error) error {
			var id intake.EnvelopeID
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
		for _, id := range ids {
			one, err := l.open(tx, id)
			if err != nil {
				return err
			}
			list = append(list, one)
		}
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return list
}

func (l *place) open(tx store.Tx, id intake.EnvelopeID) (one intake.Told, err error) {
	e, err := intake.Waiting(l.t.Context(), tx, id)
	if err != nil {
		return one, err
	}
	text, err := l.vault.OpenEnvelope(l.t.Context(), e.KeyID, e.Binding(), e.Sealed)
	if err != nil {
		return one, err
	}
	return one, json.Unmarshal(text, &one)
}

// reply writes to the only reporter as staff would, and says that somebody reads.
func (l *place) reply(words string) {
	l.t.Helper()
	by, err := access.Own(access.System("test"), access.ReportRead)
	if err != nil {
		l.t.Fatal(err)
	}
	l.write(func(ctx context.Context, tx store.Tx) error {
		var id string
		if err := tx.One(ctx, envelopesTestSQL, nil, &id); err != nil {
			return err
		}
		if err := intake.SetProgress(ctx, tx, by, intake.ReportID(id), intake.Reading); err != nil {
			return err
		}
		return intake.Post(ctx, tx, by, intake.ReportID(id), words)
	})
}

func (l *place) write(f func(ctx context.Context, tx store.Tx) error) {
	l.t.Helper()
	if err := l.main.Write(l.t.Context(), func(tx store.Tx) error { return f(l.t.Context(), tx) }); err != nil {
		l.t.Fatal(err)
	}
}
