package hub

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/shelf"
	"amparo/internal/tale"
)

//go:embed template/*.html
var templates embed.FS

// Path is where the hub begins.
const Path = "/read"

// Shared is what pages of the hub say to caches that many people share, by RFC 9213: they are the same for everybody for five minutes. A browser
// does not heed it, and keeps nothing.
const Shared = "public, max-age=300"

// SharedShelf is what they say while something that was published at the desk may stand on them: see shelf.Shared.
var SharedShelf = fmt.Sprintf("public, max-age=%d", int(shelf.Shared.Seconds()))

// MaxBody is the most bytes of a search.
const MaxBody = 4 << 10

// Config is what the hub needs. Every field is needed.
type Config struct {
	Page    *page.Engine                                 // New adds its templates
	Library func(ctx context.Context) *education.Library // what there is to read now; the same one while nothing has changed
	Pack    *education.Library                           // what there is to read until the program is started anew
	Printer func(r *http.Request) lang.Printer           // the reader's language
	Frame   func(p lang.Printer) page.Frame              // of a public page
	Clock   clock.Clock
	Help    func(p lang.Printer) []Help                            // who can help, of each kind
	Tell    func(p lang.Printer, a education.Audience) page.Button // the way to tell somebody; without a value it is the first page
	Tale    *tale.Room                                             // what became of reports
	Zone    *time.Location                                         // of days
}

// A Hub answers requests for what there is to read.
type Hub struct {
	Config
	mu    sync.RWMutex
	shelf map[string]shelved // guarded by mu; by name, language and code
	of    *education.Library // guarded by mu: of which the shelf has pages
}

// A reader is one request: everything that it is shown is of one library.
type reader struct {
	*Hub
	Library *education.Library
}

// reads answers a request by what there is to read now.
func (h *Hub) reads(answer func(h *reader, w http.ResponseWriter, r *http.Request) error) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return answer(&reader{h, h.Config.Library(r.Context())}, w, r)
	}
}

// A shelved page is shown to everybody for a minute: then contacts may have changed.
type shelved struct {
	made *page.Made
	at   time.Time
}

const onTheShelf = time.Minute

// New gives the hub. It fails when the templates are there already.
func New(c Config) (*Hub, error) {
	if c.Page == nil || c.Library == nil || c.Pack == nil || c.Printer == nil || c.Frame == nil || c.Clock == nil || c.Help == nil || c.Tell == nil || c.Tale == nil || c.Zone == nil {
		return nil, errors.New("the hub lacks a part of its configuration")
	}
	if err := c.Page.Add(templates, "template/*.html"); err != nil {
		return nil, err
	}
	return &Hub{Config: c, shelf: map[string]shelved{}}, nil
}

// Routes gives what the hub answers, by pattern.
func (h *Hub) Routes() map[string]httpx.Handler {
	return map[string]httpx.Handler{
		"GET " + Path:             h.reads((*reader).front),
		"POST " + Path:            httpx.RefuseFiles(httpx.Limit(MaxBody, h.reads((*reader).search))),
		"GET " + Path + "/{code}": h.reads((*reader).read),
		"GET " + Path + "/help":   h.reads((*reader).help),
		"GET " + Path + "/more":   h.reads((*reader).stories),
		"GET " + Path + "/year":   h.reads((*reader).year),
	}
}

// For is where there is something to read; empty when there is nothing in the language. Where the pack has something, nothing is asked.
func (h *Hub) For(ctx context.Context, p lang.Printer) string {
	if len(h.Pack.Audiences(p.Tag())) == 0 && len(h.Library(ctx).Audiences(p.Tag())) == 0 {
		return ""
	}
	return address("", p.Tag())
}

// address is that of a page by its code; the first page has none.
func address(code, tag string) string {
	if code != "" {
		code = "/" + code
	}
	return Path + code + "?l=" + tag
}

// codeOf is the code of the page that lists what there is for an audience.
func codeOf(a education.Audience) string { return education.Key{Audience: a}.Code() }

// A link is one place to go on.
type link struct {
	Text, Href, Summary string
	Current             bool
}

// A listView is what there is for one audience.
type listView struct {
	Audience  string
	Audiences []link
	Topics    []link
	Tell      page.Button
	Search    searchBox
	Help      string // where it is said who can help
	More      string // where it is told what became of reports
}

type searchBox struct {
	Action, Query string
	Hidden        []page.Hidden
}

// front shows what there is for everyone, or for the first audience that the language has anything for.
func (h *reader) front(w http.ResponseWriter, r *http.Request) error {
	p := h.Printer(r)
	have := h.Library.Audiences(p.Tag())
	if len(have) == 0 {
		return fault.New(fault.Withheld, httpx.CodeNotFound)
	}
	a := have[0]
	if slices.Contains(have, education.Everyone) {
		a = education.Everyone
	}
	return h.list(w, r, p, a, "")
}

// list shows what there is for an audience. Code is that of the page; the first page has none.
func (h *reader) list(w http.ResponseWriter, r *http.Request, p lang.Printer, a education.Audience, code string) error {
	return h.show(w, r, p, "list "+string(a)+" "+code, func() (string, page.Frame, any) {
		v := listView{Audience: h.audience(p, a), Audiences: h.audiences(p, a), Tell: h.Tell(p, a), Search: h.box(p, a, ""), Help: address("help", p.Tag()), More: address("more", p.Tag())}
		for _, m := range h.Library.For(p.Tag(), a) {
			v.Topics = append(v.Topics, link{Text: m.Title, Href: address(m.Code(), p.Tag()), Summary: m.Summary})
		}
		return "hub_list", h.frame(p, func(tag string) string {
			if len(h.Library.For(tag, a)) == 0 {
				return address("", tag)
			}
			return address(code, tag)
		}), v
	})
}

func (h *reader) audience(p lang.Printer, a education.Audience) string {
	return p.T("hub.for_" + string(a))
}

func (h *reader) audiences(p lang.Printer, current education.Audience) (list []link) {
	for _, a := range h.Library.Audiences(p.Tag()) {
		list = append(list, link{Text: h.audience(p, a), Href: address(codeOf(a), p.Tag()), Current: a == current})
	}
	return list
}

func (h *reader) box(p lang.Printer, a education.Audience, query string) searchBox {
	return searchBox{address("", p.Tag()), query, []page.Hidden{{Name: "for", Value: string(a)}}}
}

// frame is that of a public page, with the languages in which there is something to read.
func (h *reader) frame(p lang.Printer, to func(tag string) string) page.Frame {
	f := h.Frame(p)
	for _, l := range h.Page.Languages(p, to) {
		if len(h.Library.Audiences(l.Tag)) > 0 {
			f.Languages = append(f.Languages, l)
		}
	}
	return f
}

// kept gives what the shelf has for a key. Pages of another library are none.
func (h *reader) kept(key string) shelved {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.of != h.Library {
		return shelved{}
	}
	return h.shelf[key]
}

// keep puts a page on the shelf, which is emptied of those of another library.
func (h *reader) keep(key string, one shelved) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.of != h.Library {
		h.shelf, h.of = map[string]shelved{}, h.Library
	}
	h.shelf[key] = one
}

// shared is what caches that many people share are told: a text that can be taken back at any time they may keep for less than a minute.
func (h *reader) shared() string {
	if h.Library == h.Pack {
		return Shared
	}
	return SharedShelf
}

// show shows a page that is the same for everybody. Its key is one of as many as there are texts and lists, whatever is asked for; content makes it
// where it does not lie on the shelf.
func (h *reader) show(w http.ResponseWriter, r *http.Request, p lang.Printer, key string, content func() (name string, f page.Frame, v any)) error {
	key = p.Tag() + " " + key
	one := h.kept(key)
	if now := h.Clock.Now(); one.made == nil || now.Sub(one.at) >= onTheShelf || now.Before(one.at) {
		name, f, v := content()
		made, err := h.Page.Make(name, f, v)
		if err != nil {
			return err
		}
		one = shelved{made, now}
		h.keep(key, one)
	}
	if r.URL.Query().Get("l") == "" {
		w.Header().Add("Vary", "Accept-Language")
	}
	w.Header().Set("CDN-Cache-Control", h.shared())
	one.made.Show(w, http.StatusOK)
	return nil
}

// read shows the page of a code: what there is for an audience, or one module. Where there is no such text in the reader's language the first page
// says what there is.
func (h *reader) read(w http.ResponseWriter, r *http.Request) error {
	p, code := h.Printer(r), r.PathValue("code")
	for _, a := range h.Library.Audiences(p.Tag()) {
		if codeOf(a) == code {
			return h.list(w, r, p, a, code)
		}
	}
	k, ok := h.Library.Of(code)
	if !ok {
		return h.story(w, r, p, code)
	}
	m := h.Library.Module(p.Tag(), k)
	if m == nil {
		return h.elsewhere(w, r, p, k)
	}
	return h.module(w, r, p, m)
}

// A foundView is what was found.
type foundView struct {
	Query, Count string
	Found        []link
	Search       searchBox
	Tell         page.Button
	Back         string
}

// search looks for words. It is a form that posts, so that they stand in no address.
func (h *reader) search(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.ParseForm(r, MaxBody); err != nil {
		return err
	}
	p, query, a := h.Printer(r), strings.TrimSpace(r.PostForm.Get("q")), education.Audience(r.PostForm.Get("for"))
	httpx.Conceal(r.Context(), query)
	v := foundView{Query: query, Search: h.box(p, a, query), Tell: h.Tell(p, a), Back: address("", p.Tag())}
	for _, m := range h.Library.Find(p.Tag(), query, a) {
		v.Found = append(v.Found, link{Text: m.Title, Href: address(m.Code(), p.Tag()), Summary: h.audience(p, m.Audience) + ". " + m.Summary})
	}
	v.Count = p.N("hub.found", len(v.Found))
	return h.Page.Render(w, http.StatusOK, "hub_found", h.Frame(p), v)
}
