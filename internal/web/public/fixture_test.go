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
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"amparo/internal/access"
	"amparo/internal/campaign"
	"amparo/internal/clock"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/jurisdiction/jurisdictiontest"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/ruleset"
	"amparo/internal/secret"
	"amparo/internal/signpost"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/tale"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
	"amparo/internal/web/public"
	"amparo/packs"
)

const (
	envelopesTestSQL = `SELECT id FROM envelope ORDER BY received_at, id`
	reportsTestSQL   = `SELECT report FROM receipt ORDER BY received_at, report`
	retireTestSQL    = `UPDATE intake_key SET retired_at = $1`
)

// start is a Monday at noon, when the desk is staffed.
var start = time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)

// A place is the public side over one store, with the case side's keys in the test's hand.
type place struct {
	adopted  *ruleset.Set // counts in place of the pack's rule set when it is there
	t        testing.TB
	now      time.Time
	burst    int    // of intake.Config
	dir      string // where keys are kept
	main     *store.Store
	keyStore *store.Store
	vault    *open.Vault
	room     *intake.Room
	pack     *jurisdiction.Pack
	words    []byte // receipt_words.yaml of the pack; nil without
	form     *seal.Form
	site     http.Handler
	log      safeBuffer
	served   func(ctx context.Context) error // writes what was served
}

// each runs f on each engine, every time in a new place.
func each(t *testing.T, f func(l *place)) {
	t.Helper()
	var l *place
	storetest.Each(t, clock.Func(func() time.Time { return l.now }), func(t *testing.T, main, keys *store.Store) {
		l = &place{t: t, now: start}
		l.build(main, keys, t.TempDir())
		f(l)
	})
}

// one is a place on SQLite in the folder, for what has to do with one engine only or with none.
func one(t testing.TB, dir string) *place { return oneWith(t, dir, nil) }

// oneWith is one with a list of words that receipts are spelt with in English.
func oneWith(t testing.TB, dir string, words []byte) *place {
	t.Helper()
	l := &place{t: t, now: start, words: words}
	var stores []*store.Store
	for _, set := range []store.Set{store.Main, store.Keys} {
		s, err := store.Open(t.Context(), store.Config{Database: filepath.Join(dir, string(set)+".db"), MaxConns: 4,
			Clock: clock.Func(func() time.Time { return l.now })})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		if _, err := s.Migrate(t.Context(), set); err != nil {
			t.Fatal(err)
		}
		stores = append(stores, s)
	}
	l.build(stores[0], stores[1], dir)
	return l
}

func (l *place) build(main, keys *store.Store, dir string) {
	l.t.Helper()
	vault, err := open.Open(l.t.Context(), open.Config{Dir: filepath.Join(dir, "keys"), Main: main, Keys: keys})
	if err != nil {
		l.t.Fatal(err)
	}
	l.main, l.keyStore, l.vault, l.dir = main, keys, vault, dir
	at := clock.Func(func() time.Time { return l.now })
	l.pack = jurisdictiontest.Demo(l.t, start)
	if l.words != nil {
		l.pack = spelt(l.t, l.words)
	}
	catalog, err := lang.Load()
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		for _, gap := range catalog.Missing() {
			l.t.Errorf("not in the catalogue: %s", gap)
		}
	})
	if catalog, err = catalog.Only(spoken...); err != nil {
		l.t.Fatal(err)
	}
	engine, err := page.New(catalog, page.Config{Zone: l.pack.Zone(), Clock: at})
	if err != nil {
		l.t.Fatal(err)
	}
	if l.form, err = seal.NewForm(secret.Random(seal.KeySize)); err != nil {
		l.t.Fatal(err)
	}
	l.room = intake.New(intake.Config{Store: l.main, Pepper: secret.Random(seal.KeySize), Burst: l.burst})
	book := campaign.NewBook(campaign.BookConfig{Store: l.main, Clock: at, Zone: l.pack.Zone()})
	signs := signpost.New(signpost.Config{Store: l.main, Clock: at, Zone: l.pack.Zone()})
	l.served = signs.Flush
	l.site, err = public.New(public.Config{Tale: tale.New(l.main, at), Signs: signs, Campaign: func(ctx context.Context, text string) string { return string(book.Running(ctx, text)) }, Page: engine, Lang: catalog, Pack: l.pack, Intake: l.room, Form: l.form, Clock: at, Demo: true, Rules: l.rules,
		Log: slog.New(slog.NewJSONHandler(&l.log, nil))})
	if err != nil {
		l.t.Fatal(err)
	}
}

// spelt is the country with a list of words that receipts are spelt with.
func spelt(t testing.TB, words []byte) *jurisdiction.Pack {
	t.Helper()
	files, err := fs.Sub(packs.FS, "demo")
	if err != nil {
		t.Fatal(err)
	}
	pack, problems := jurisdiction.Load(more{files, fstest.MapFS{"receipt_words.yaml": {Data: words}}}, start)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return pack
}

// more are the files of a pack with others beside them.
type more struct {
	fs.FS
	others fstest.MapFS
}

func (m more) Open(name string) (fs.File, error) {
	if m.others[name] != nil {
		return m.others.Open(name)
	}
	return m.FS.Open(name)
}

// rules is the rule set in use.
func (l *place) rules(context.Context) *ruleset.Set {
	if l.adopted != nil {
		return l.adopted
	}
	return l.pack.RuleSet()
}

// A safeBuffer is a log that many may write to.
type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *safeBuffer) reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.Reset()
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

// neutral are the titles, which tell no topic, by the language that they are in. It has every language of the public side.
var neutral = map[string]string{"en": "Help page", "fr": "Page d’aide", "es": "Página de ayuda", "ar": "صفحة المساعدة", "sw": "Ukurasa wa msaada"}

// spoken are these languages, in the order in which people choose.
var spoken = []string{"en", "fr", "es", "ar", "sw"}

// hold checks what is true of every page.
func (a answer) hold() {
	t := a.l.t
	t.Helper()
	if len(a.head["Set-Cookie"]) > 0 || a.head.Get("Cache-Control") != "no-store" || a.head.Get("Content-Security-Policy") == "" {
		t.Errorf("a page sets a cookie, may be kept or has no policy: %v", a.head)
	}
	if titles := a.find("title", ""); len(titles) != 1 || content(titles[0]) != neutral[a.tag()] {
		t.Errorf("status %d, and the title is not neutral: %s", a.status, a.text)
	}
	if strings.Contains(a.text, "«") {
		t.Errorf("a message is not in the catalogue: %s", a.text)
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
	if root := a.find("html", "")[0]; attr(root, "dir") != map[bool]string{true: "rtl", false: "ltr"}[a.tag() == "ar"] {
		t.Errorf("language %s and direction %s", attr(root, "lang"), attr(root, "dir"))
	}
}

// tag is the language that the page is in.
func (a answer) tag() string { return attr(a.find("html", "")[0], "lang") }

func (l *place) get(path string, head ...string) answer {
	l.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	return l.do(r)
}

// posting is a request that sends a form to the address.
func posting(address string, form url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// send sends a form as a browser that asks for English does.
func (l *place) send(form url.Values) answer {
	l.t.Helper()
	return l.do(posting("/", form))
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
	return a.l.do(posting(attr(a.find("form", "")[0], "action"), a.form(pairs...)))
}

// step is what the page's form asks for; empty when it has none.
func (a answer) step() string {
	for _, n := range a.find("input", "name") {
		if attr(n, "name") == "step" {
			return attr(n, "value")
		}
	}
	return ""
}

// asks tells whether the page has a field of that name.
func (a answer) asks(name string) bool {
	for _, n := range a.find("", "name") {
		if attr(n, "name") == name && attr(n, "type") != "hidden" {
			return true
		}
	}
	return false
}

// says tells whether each of the words can be read on the page.
func (a answer) says(words ...string) bool {
	text := strings.Join(strings.Fields(content(a.find("body", "")[0])), " ")
	text = strings.NewReplacer("\u200e", "", "\u2060", "", "\u2068", "", "\u2069", "").Replace(text) // marks that order digits
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// want ends the test unless the page has the status and says the words.
func (a answer) want(status int, words ...string) answer {
	a.l.t.Helper()
	for _, w := range words {
		if !a.says(w) {
			a.l.t.Fatalf("status %d, and it does not say %q: %s", a.status, w, a.text)
		}
	}
	if a.status != status {
		a.l.t.Fatalf("status %d, not %d: %s", a.status, status, a.text)
	}
	return a
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

// start goes the way from the first page to the first question.
func (l *place) start(tag, way string) answer {
	l.t.Helper()
	return l.get("/?l="+tag).post("way", way).post()
}

// tell answers every page from what is given until all answers are shown.
func (a answer) tell(answers url.Values) answer {
	a.l.t.Helper()
	for range 40 {
		if a.step() == "check" {
			return a
		}
		a = a.fill(answers)
		if a.status != http.StatusOK {
			a.l.t.Fatalf("status %d: %s", a.status, a.text)
		}
	}
	a.l.t.Fatal("the questions do not end")
	return a
}

// fill sends the page with those of the answers that it asks for.
func (a answer) fill(answers url.Values) answer {
	a.l.t.Helper()
	var pairs []string
	for name, values := range answers {
		for _, v := range values {
			if a.asks(name) {
				pairs = append(pairs, name, v)
			}
		}
	}
	return a.post(pairs...)
}

// told opens every report and every message that waits. What a message says is in Answers under "message".
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
	if e.Kind == intake.KindMessage {
		var said intake.Said
		err = json.Unmarshal(text, &said)
		return intake.Told{Answers: map[string][]string{"message": {said.Text}}, At: said.At}, err
	}
	return one, json.Unmarshal(text, &one)
}

// last is the report that came last.
func (l *place) last() (id intake.ReportID) {
	l.t.Helper()
	l.write(func(ctx context.Context, tx store.Tx) error {
		id = l.newest(ctx, tx)
		return nil
	})
	return id
}

func (l *place) newest(ctx context.Context, tx store.Tx) (id intake.ReportID) {
	l.t.Helper()
	if err := tx.Each(ctx, reportsTestSQL, nil, func(scan func(...any) error) error { return scan(&id) }); err != nil {
		l.t.Fatal(err)
	}
	return id
}

// replyTo writes to the reporter as staff would, and says that somebody reads.
func (l *place) replyTo(id intake.ReportID, words string) {
	l.t.Helper()
	by, err := access.Own(access.System("test"), access.ReportRead)
	if err != nil {
		l.t.Fatal(err)
	}
	l.write(func(ctx context.Context, tx store.Tx) error {
		if err := intake.SetProgress(ctx, tx, by, id, intake.Reading); err != nil {
			return err
		}
		return intake.Post(ctx, tx, by, id, words)
	})
}

func (l *place) write(f func(ctx context.Context, tx store.Tx) error) {
	l.t.Helper()
	if err := l.main.Write(l.t.Context(), func(tx store.Tx) error { return f(l.t.Context(), tx) }); err != nil {
		l.t.Fatal(err)
	}
}

// A node is one element of a page.
type node = html.Node

// raw is what a program gets that asks for something which is no page.
func (l *place) raw(path string) *httptest.ResponseRecorder {
	l.t.Helper()
	w := httptest.NewRecorder()
	l.site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}
