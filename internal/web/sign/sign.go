package sign

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/signpost"
	"amparo/internal/tale"
)

//go:embed template/*.html
var templates embed.FS

// Path is where signposts begin.
const Path = "/sign"

// What caches may keep. Data is for programs, which may keep it for a while; a page is for people, whose browser keeps nothing, while caches that many
// share may (RFC 9213).
const (
	sharedData = "public, max-age=300"
	sharedPage = "public, max-age=300"
)

// Config is what the pages need. Every field but Address, Campaign and Failed is needed.
type Config struct {
	Page    *page.Engine  // New adds its templates
	Lang    *lang.Catalog // in the languages of the public side
	Pack    *jurisdiction.Pack
	Clock   clock.Clock
	Room    *signpost.Room
	Printer func(r *http.Request) lang.Printer
	Frame   func(p lang.Printer) page.Frame
	Note    func(p lang.Printer, c jurisdiction.Contact) string // when a contact answers, and at what cost
	// Campaign gives the code of the campaign that an address names, when that runs; empty for every other. Nil knows none.
	Campaign func(r *http.Request) string
	// Address is where the public side is reached, as in "https://help.example.org". Where it is empty there are no signposts, for they lead nowhere;
	// a demonstration goes by what it was asked as.
	Address string
	Demo    bool
	Tale    *tale.Room                       // what became of reports
	Failed  func(r *http.Request, err error) // hears that it could not be had; nil hears nothing
}

// A Site answers requests for signposts.
type Site struct {
	Config
	mu    sync.RWMutex
	shelf map[string]piece // guarded by mu; by address, language and file
}

// A piece is one form of a signpost as it is sent, to everybody for a minute: then contacts may have changed.
type piece struct {
	code, kind, etag string
	data             []byte
	at               time.Time
}

const (
	onTheShelf = time.Minute
	mostPieces = 5000 // a demonstration is asked for under many addresses
)

// New gives the pages. It fails when the templates are there already.
func New(c Config) (*Site, error) {
	if c.Page == nil || c.Lang == nil || c.Pack == nil || c.Clock == nil || c.Room == nil || c.Printer == nil || c.Frame == nil || c.Note == nil || c.Tale == nil {
		return nil, errors.New("the signposts lack a part of their configuration")
	}
	c.Address = strings.TrimSuffix(c.Address, "/")
	if err := c.Page.Add(templates, "template/*.html"); err != nil {
		return nil, err
	}
	return &Site{Config: c, shelf: map[string]piece{}}, nil
}

// Routes gives what is answered, by pattern.
func (s *Site) Routes() map[string]httpx.Handler {
	return map[string]httpx.Handler{
		"GET " + Path:                   s.build,
		"GET " + Path + "/{file}":       s.file,
		"GET " + Path + "/index.json":   s.index,
		"GET " + Path + "/feed.atom":    s.feed,
		"GET " + Path + "/component.js": s.component,
		"GET " + Path + "/try":          s.try,
	}
}

// address is where the public side is reached; a fault when nobody has said so.
func (s *Site) address(r *http.Request) (string, error) {
	switch {
	case s.Address != "":
		return s.Address, nil
	case s.Demo && r.TLS == nil:
		return "http://" + r.Host, nil
	case s.Demo:
		return "https://" + r.Host, nil
	}
	return "", fault.New(fault.Withheld, httpx.CodeNotFound)
}

// posts gives every signpost in the language, for a campaign or, where its code is empty, for none.
func (s *Site) posts(r *http.Request, p lang.Printer, campaign string) ([]signpost.Post, error) {
	at, err := s.address(r)
	if err != nil {
		return nil, err
	}
	return Posts(s.Pack, p, s.Note, at, campaign, s.Clock.Now()), nil
}

// campaign is the code of the campaign that a request names, when that runs.
func (s *Site) campaign(r *http.Request) string {
	if s.Campaign == nil {
		return ""
	}
	return s.Campaign(r)
}

// everywhere gives every signpost in every language.
func (s *Site) everywhere(r *http.Request) (all []signpost.Post, err error) {
	for _, tag := range s.Lang.Tags() {
		list, err := s.posts(r, s.Lang.For(tag), "")
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// post finds one by its code.
func (s *Site) post(r *http.Request, p lang.Printer, code, campaign string) (signpost.Post, error) {
	list, err := s.posts(r, p, campaign)
	if err != nil {
		return signpost.Post{}, err
	}
	i := slices.IndexFunc(list, func(one signpost.Post) bool { return one.Code == code })
	if i < 0 {
		return signpost.Post{}, fault.New(fault.Withheld, httpx.CodeNotFound)
	}
	return list[i], nil
}

// file serves one form of one signpost: the page for a frame, or what the end of the name says.
func (s *Site) file(w http.ResponseWriter, r *http.Request) error {
	p := s.Printer(r)
	at, err := s.address(r)
	if err != nil {
		return err
	}
	campaign := s.campaign(r)
	key := at + " " + p.Tag() + " " + campaign + " " + r.PathValue("file")
	s.mu.RLock()
	one := s.shelf[key]
	s.mu.RUnlock()
	if now := s.Clock.Now(); one.data == nil || now.Sub(one.at) >= onTheShelf || now.Before(one.at) {
		if one, err = s.make(r, p, campaign, now); err != nil {
			return err
		}
		s.mu.Lock()
		if len(s.shelf) >= mostPieces {
			clear(s.shelf)
		}
		s.shelf[key] = one
		s.mu.Unlock()
	}
	s.varies(w, r)
	if one.kind == "" {
		framed(w, one)
	} else {
		give(w, r, one)
	}
	s.Room.Count(one.code, p.Tag(), campaign)
	return nil
}

// make makes a form of a signpost. A page for a frame has no kind.
func (s *Site) make(r *http.Request, p lang.Printer, campaign string, now time.Time) (piece, error) {
	code, form, dot := strings.Cut(r.PathValue("file"), ".")
	post, err := s.post(r, p, code, campaign)
	if err != nil {
		return piece{}, err
	}
	one := piece{code: code, at: now}
	switch {
	case !dot:
		one.data = []byte(post.Page())
		return one, nil
	case form == "html":
		one.kind, one.data = "text/html; charset=utf-8", []byte(post.HTML())
	case form == "json":
		one.kind, one.data = "application/json", post.JSON()
	case form == "jsonld":
		one.kind, one.data = "application/ld+json", post.JSONLD()
	case form == "txt":
		one.kind, one.data = "text/plain; charset=utf-8", []byte(post.Text())
	case form == "svg" || form == "card.svg":
		drawn, err := map[string]func() (string, error){"svg": post.Poster, "card.svg": post.Card}[form]()
		if err != nil {
			return piece{}, err
		}
		one.kind, one.data = "image/svg+xml", []byte(drawn)
	default:
		return piece{}, fault.New(fault.Withheld, httpx.CodeNotFound)
	}
	one.etag = etag(one.data)
	return one, nil
}

// etag is a tag by which data is asked for again at no cost.
func etag(data []byte) string {
	sum := sha256.Sum256(data)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// varies says what an answer depends on, where its address does not say the language.
func (s *Site) varies(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("l") == "" {
		w.Header().Add("Vary", "Accept-Language")
	}
}

// framed serves the page that others put into a frame. Any page may, and a frame tells it nothing.
func framed(w http.ResponseWriter, one piece) {
	h := w.Header()
	h.Del("X-Frame-Options")
	h.Del("Cross-Origin-Opener-Policy")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Content-Security-Policy", signpost.Policy())
	h.Set("CDN-Cache-Control", sharedPage)
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(one.data) // who left cannot be told
}

// give serves data to whoever asks, from wherever.
func give(w http.ResponseWriter, r *http.Request, one piece) { giveFor(w, r, one, sharedData) }

// giveFor serves data that caches may keep for so long.
func giveFor(w http.ResponseWriter, r *http.Request, one piece, keep string) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", keep)
	h.Set("Content-Type", one.kind)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("Etag", one.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(one.data))
}

// giveNew serves data that was made just now.
func giveNew(w http.ResponseWriter, r *http.Request, kind string, data []byte) {
	give(w, r, piece{kind: kind, data: data, etag: etag(data)})
}

func (s *Site) index(w http.ResponseWriter, r *http.Request) error {
	all, err := s.everywhere(r)
	if err != nil {
		return err
	}
	tales, _, err := s.tales(r)
	if err != nil {
		return err
	}
	giveFresh(w, r, "application/json", signpost.Index(all, tales))
	return nil
}

// feed serves what there is, as it changes.
func (s *Site) feed(w http.ResponseWriter, r *http.Request) error {
	all, err := s.everywhere(r)
	if err != nil {
		return err
	}
	at, err := s.address(r)
	if err != nil {
		return err
	}
	var changed time.Time
	for _, c := range []jurisdiction.Contact{s.Pack.Emergency(s.Pack.Default()), s.Pack.Helpline(s.Pack.Default())} {
		if c.VerifiedAt.After(changed) {
			changed = c.VerifiedAt
		}
	}
	tales, gone, err := s.tales(r)
	if err != nil {
		return err
	}
	giveFresh(w, r, "application/atom+xml", signpost.Feed(all, tales, gone, at+Path+"/feed.atom", s.Lang.For(s.Pack.Default()).T("sign.heading"), changed))
	return nil
}

func (s *Site) component(w http.ResponseWriter, r *http.Request) error {
	giveNew(w, r, "text/javascript; charset=utf-8", signpost.Component)
	return nil
}

// name says for whom and for where a signpost is.
func name(p lang.Printer, audience, place string) string {
	said := p.T("hub.for_" + audience)
	if place != string(education.AnyPlace) {
		said += ", " + p.T("sign.place_"+place)
	}
	return said
}
