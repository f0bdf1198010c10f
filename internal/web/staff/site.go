package staff

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/identity"
	"amparo/internal/lang"
	"amparo/internal/page"
)

//go:embed template/*.html
var templates embed.FS

// MaxBody is the most bytes of a posted form.
const MaxBody = 256 << 10

// Config is what a Site needs. Every field down to Default is needed.
type Config struct {
	Page     *page.Engine  // New adds its templates
	Lang     *lang.Catalog // in the languages of staff
	Identity *identity.Room
	Log      *slog.Logger
	Clock    clock.Clock
	Name     string // what the service calls itself
	Default  string // the language for whoever has chosen none
	// Reporters holds what is said to whoever reported, in every language that they may choose; Lang when nil.
	Reporters *lang.Catalog
	Demo      bool // every page says that it is a demonstration
	Secure    bool // people reach the site over TLS: the cookie is sent over nothing else
	// Agency and Qualification say what the country calls a code, in a language; empty, or nil, leaves the code.
	Agency, Qualification func(code, tag string) string
	// Seen hears of every request, by its route; nil hears nothing.
	Seen func(route string, status int, took time.Duration)
}

// A Place is one entry of the menu, for those who may do its action.
type Place struct {
	Text   string // id of its words in the catalogue
	Href   string
	Action access.Action
	// Count says how much waits there, with the id of the words for it; nil when nothing is counted.
	Count      func(ctx context.Context, actor access.Actor) (int, error)
	CountWords string
	// Most is how far it is counted: a higher count is said with the words MostWords, which take Most as Count. 0 is without end.
	Most      int
	MostWords string
}

// A Site is all pages for staff. Add everything before Handler.
type Site struct {
	Config
	mux     *http.ServeMux
	adapter httpx.Adapter
	places  []Place
	routes  []string
}

// New makes a site that knows how to sign in and out. It fails when something is missing from the Config or the
// templates are there already.
func New(c Config) (*Site, error) {
	if c.Page == nil || c.Lang == nil || c.Identity == nil || c.Log == nil || c.Clock == nil || c.Name == "" {
		return nil, errors.New("the staff side lacks a part of its configuration")
	}
	if err := c.Page.Add(templates, "template/*.html"); err != nil {
		return nil, err
	}
	if c.Reporters == nil {
		c.Reporters = c.Lang
	}
	s := &Site{Config: c, mux: http.NewServeMux()}
	s.adapter = httpx.Adapter{Log: c.Log, Seen: c.Seen, Show: s.problem, Say: func(r *http.Request, err error) string { return s.printer(r, nil).Fault(err) }}
	s.Handle("GET /{$}", first)
	s.addSignIn()
	s.addAccount()
	s.open("/", httpx.NotFound)
	return s, nil
}

// AddPlace adds an entry to the menu, after those that are there.
func (s *Site) AddPlace(p Place) { s.places = append(s.places, p) }

// Handle adds a page for those who are signed in. The pattern is one of http.ServeMux with a method. What the page may
// do for whom is decided by the use cases that it calls. The form of a POST is read before h is called.
func (s *Site) Handle(pattern string, h func(v *Visit) error) {
	s.routes = append(s.routes, pattern)
	s.open(pattern, func(w http.ResponseWriter, r *http.Request) error {
		v, err := s.visit(w, r)
		if err != nil {
			return err
		}
		return h(v)
	})
}

// open adds a page for everybody.
func (s *Site) open(pattern string, h httpx.Handler) {
	s.mux.Handle(pattern, s.adapter.Wrap(pattern, httpx.RefuseFiles(httpx.Limit(MaxBody, func(w http.ResponseWriter, r *http.Request) error {
		if !plain(r.URL) {
			return httpx.NotFound(w, r)
		}
		if r.Method == http.MethodPost {
			if err := httpx.ParseForm(r, MaxBody); err != nil {
				return err
			}
		}
		r, stop := httpx.Soon(r)
		defer stop()
		return h(w, r)
	}))))
}

// plain tells whether an address holds text that a database can be asked for: no form here makes another.
func plain(u *url.URL) bool {
	query, err := url.QueryUnescape(u.RawQuery)
	text := u.Path + query
	return err == nil && utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

// Routes lists the patterns of all pages for those who are signed in, in the order in which they were added.
func (s *Site) Routes() []string { return s.routes }

// Handler gives the whole site.
func (s *Site) Handler() http.Handler {
	s.mux.Handle("GET "+page.Path, s.Page.Static(page.Desk))
	s.mux.Handle("GET /favicon.ico", page.Favicon())
	foreign := s.adapter.Wrap("POST from elsewhere", func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Forbidden, "fault.cross_site")
	})
	return page.DeskHeaders(page.DeskSameOrigin(foreign, s.mux))
}

// first leads to the first place of the menu that the person may go to.
func first(v *Visit) error {
	for _, p := range v.site.places {
		if access.May(v.Actor, p.Action) {
			return v.Go(p.Href)
		}
	}
	return v.Go("/account")
}

// printer gives the language that was chosen, else the person's, else the one that the browser asks for.
func (s *Site) printer(r *http.Request, who *identity.SessionInfo) lang.Printer {
	var wishes []string
	if wish := r.URL.Query().Get("l"); wish != "" {
		wishes = append(wishes, wish)
	}
	if c, err := r.Cookie(languageCookie); err == nil {
		wishes = append(wishes, c.Value)
	}
	if who != nil {
		wishes = append(wishes, who.Languages...)
	}
	return s.Lang.For(append(wishes, r.Header.Get("Accept-Language"), s.Default)...)
}

// local gives an address of this site to go on to; "/" for everything else.
func local(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || len(u.Path) == 0 || u.Path[0] != '/' || len(u.Path) > 1 && (u.Path[1] == '/' || u.Path[1] == '\\') {
		return "/"
	}
	return u.RequestURI()
}
