package public

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/page"
	"amparo/internal/promise"
	"amparo/internal/ruleset"
	"amparo/internal/signpost"
	"amparo/internal/tale"
	"amparo/internal/vault/seal"
	"amparo/internal/web/hub"
	"amparo/internal/web/sign"
)

//go:embed template/*.html
var templates embed.FS

// MaxBody is the most bytes of a posted form.
const MaxBody = 256 << 10

// The ways in, by the id of their list of questions.
const (
	Under13      = "under_13"
	AboutMe      = "about_me" // a teenager
	Worried      = "worried"  // about a child
	Past         = "past"     // it happened to them as a child
	Professional = "professional"
)

// ways are these in the order in which they are offered. Every pack has them all.
var ways = []string{Under13, AboutMe, Worried, Past, Professional}

// Config is what the public side needs. Every field but Demo and Rules is needed.
type Config struct {
	Page   *page.Engine  // New adds its templates
	Lang   *lang.Catalog // in the languages that people may choose, in their order
	Pack   *jurisdiction.Pack
	Intake *intake.Room
	Form   *seal.Form
	Log    *slog.Logger
	Clock  clock.Clock
	// Seen hears of every request, by its route; nil hears nothing.
	Seen func(route string, status int, took time.Duration)
	Demo bool // every page says that nobody reads this
	// Signs counts signposts that are served, and Address is where the public side is reached, to which they lead; see sign.Config. Without Signs
	// there are none.
	Signs   *signpost.Room
	Address string
	// Campaign gives the code of the campaign that a text names, when that runs; empty for every other. Nil knows none.
	Campaign func(ctx context.Context, text string) string
	Tale     *tale.Room // what the public side may read of what became of reports
	// Library gives what there is to read now; nil goes by the pack's.
	Library func(ctx context.Context) *education.Library
	// Rules gives the rule set in use, by which promises are made; nil goes by the pack's.
	Rules func(ctx context.Context) *ruleset.Set
}

// A site answers requests. It keeps nothing between two of them.
type site struct {
	Config
	promise *promise.Room
	hub     *hub.Hub
	signs   *sign.Site // nil for none
}

// New gives the whole public side: its pages, "/exit", the sheet and script below page.Path, and "/favicon.ico". It
// fails when something is missing from the Config, when the pack has no words in one of the catalogue's languages, or when the
// templates are there already.
func New(c Config) (http.Handler, error) {
	if c.Page == nil || c.Lang == nil || c.Pack == nil || c.Intake == nil || c.Form == nil || c.Log == nil || c.Clock == nil || c.Tale == nil {
		return nil, errors.New("the public side lacks a part of its configuration")
	}
	for _, id := range ways {
		if c.Pack.Instrument(id) == nil {
			return nil, errors.New("the pack has no list of questions with the id " + id)
		}
	}
	for _, tag := range c.Lang.Tags() {
		if c.Pack.Language(tag) != tag {
			return nil, errors.New("the pack has no words in " + tag + ", which the public side would be offered in")
		}
	}
	if err := c.Page.Add(templates, "template/*.html"); err != nil {
		return nil, err
	}
	s := &site{Config: c, promise: promise.New(promise.Config{Pack: c.Pack, Intake: c.Intake, Rules: c.Rules})}
	var err error
	s.hub, err = hub.New(hub.Config{Page: c.Page, Library: c.library(), Pack: c.Pack.Education(), Clock: c.Clock, Printer: s.printer, Frame: s.frame, Help: s.help, Tell: s.tell,
		Tale: c.Tale, Zone: c.Pack.Zone()})
	if err != nil {
		return nil, err
	}
	if c.Signs != nil {
		s.signs, err = sign.New(sign.Config{Page: c.Page, Lang: c.Lang, Pack: c.Pack, Clock: c.Clock, Room: c.Signs, Printer: s.printer, Frame: s.frame,
			Note: sign.Note, Address: c.Address, Demo: c.Demo, Campaign: s.campaign, Tale: c.Tale, Failed: func(_ *http.Request, err error) {
				c.Log.Warn("what became of reports cannot be read; signposts go without", "cause", err.Error())
			}})
		if err != nil {
			return nil, err
		}
	}
	return s.routes(), nil
}

// library gives what there is to read.
func (c Config) library() func(ctx context.Context) *education.Library {
	if c.Library != nil {
		return c.Library
	}
	return func(context.Context) *education.Library { return c.Pack.Education() }
}

func (s *site) routes() http.Handler {
	a := httpx.Adapter{Log: s.Log, Show: s.problem, Public: true, Seen: s.Seen,
		Say: func(r *http.Request, err error) string { return s.printer(r).Fault(err) }}
	mux := http.NewServeMux()
	handle := func(pattern string, h httpx.Handler) { mux.Handle(pattern, a.Wrap(pattern, h)) }
	handle("GET /{$}", s.start)
	handle("POST /{$}", httpx.RefuseFiles(httpx.Limit(MaxBody, s.post)))
	handle("/{$}", otherMethod)
	handle("/", httpx.RefuseFiles(httpx.NotFound))
	for pattern, h := range s.hub.Routes() {
		handle(pattern, h)
	}
	if s.signs != nil {
		for pattern, h := range s.signs.Routes() {
			handle(pattern, h)
		}
	}
	mux.Handle("GET /exit", page.Exit(s.Pack.ExitTarget()))
	files := s.Page.Static(page.Public)
	files.Handle("/", a.Wrap("/", httpx.NotFound))
	mux.Handle("GET "+page.Path, files)
	mux.Handle("GET /favicon.ico", page.Favicon())
	foreign := a.Wrap("POST from elsewhere", func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Forbidden, "fault.cross_site")
	})
	return page.PublicHeaders(page.PublicSameOrigin(foreign, mux))
}

// help gives everybody in the pack who can help, by kind, in the order of the kinds there; the two of every page as well.
func (s *site) help(p lang.Printer) (list []hub.Help) {
	at := map[jurisdiction.ContactKind]int{}
	for _, c := range s.Pack.Contacts(p.Tag(), s.Clock.Now()) {
		i, known := at[c.Kind]
		if !known {
			i, at[c.Kind] = len(list), len(list)
			list = append(list, hub.Help{Kind: p.T("hub.kind_" + string(c.Kind))})
		}
		list[i].List = append(list[i].List, hub.Line{Name: c.Name, Phone: c.Number(), Text: textTo(c), Web: c.Web, Note: s.note(p, c)})
	}
	return list
}

// tell is the way to tell somebody for who has read something: straight to the questions of that age.
func (s *site) tell(p lang.Printer, a education.Audience) page.Button {
	way := map[education.Audience]string{education.Age6To9: Under13, education.Age10To12: Under13, education.Age13To15: AboutMe,
		education.Age16To17: AboutMe, education.Parent: Worried, education.Professional: Professional}[a]
	return page.Button{Text: p.T("hub.tell"), Name: "way", Value: way}
}

func otherMethod(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Allow", "GET, HEAD, POST")
	return fault.New(fault.Invalid, httpx.CodeMethod)
}

// printer gives the language of the address, which every form keeps, else the one that the browser asks for. It needs
// nothing of the body, so that also what is refused unread is answered in the reader's language.
func (s *site) printer(r *http.Request) lang.Printer {
	var wishes []string
	for _, wish := range []string{r.URL.Query().Get("l"), r.Header.Get("Accept-Language")} {
		if wish != "" {
			wishes = append(wishes, wish)
		}
	}
	return s.Lang.For(append(wishes, s.Pack.Default())...)
}

// home is the address of the first page, in the reader's language.
func home(p lang.Printer) string { return "/?l=" + p.Tag() }

// frame is what every page here has.
func (s *site) frame(p lang.Printer) page.Frame {
	f := page.Frame{Kind: page.Public, Lang: p, Title: p.T("public.title"), Name: p.T("public.title"), Home: home(p), Demo: s.Demo}
	for _, c := range []jurisdiction.Contact{s.Pack.Emergency(p.Tag()), s.Pack.Helpline(p.Tag())} {
		f.Contacts = append(f.Contacts, page.Contact{Name: c.Name, Phone: c.Number(), Note: s.note(p, c)})
	}
	return f
}

func (s *site) note(p lang.Printer, c jurisdiction.Contact) string { return sign.Note(p, c) }

// campaign is the code of the campaign that an address names, when that runs. Whatever else stands there is as nothing.
func (s *site) campaign(r *http.Request) string {
	return s.ran(r, r.URL.Query().Get(sign.CampaignField))
}

// ran is the code that a text names, when its campaign runs.
func (s *site) ran(r *http.Request, text string) string {
	if s.Campaign == nil || text == "" {
		return ""
	}
	return s.Campaign(r.Context(), text)
}

// A ticket is one posted form: who asks for what, with what was given so far.
type ticket struct {
	w  http.ResponseWriter
	r  *http.Request
	p  lang.Printer
	st state
}

// post does what the form asks for.
func (s *site) post(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.ParseForm(r, MaxBody); err != nil {
		return err
	}
	r, stop := httpx.Soon(r)
	defer stop()
	t := &ticket{w: w, r: r, p: s.printer(r)}
	step := r.PostForm.Get("step")
	if free := (map[string]func(*ticket) error{"start": s.choose, "open": s.open})[step]; free != nil {
		return free(t)
	}
	sealed := map[string]func(*ticket) error{"before": s.begin, "ask": s.answer, "danger": s.onward, "check": s.checked,
		"late": s.send, "kept": s.kept, "work": s.worked, "wait": s.waited, "add": s.add, "burn": s.burn, "over": s.over}[step]
	if sealed == nil {
		return fault.New(fault.Invalid, httpx.CodeFormBroken)
	}
	st, aged, err := s.unseal(r)
	if err != nil {
		return err
	}
	if !slices.Contains(steps[st.Stage], step) {
		return fault.New(fault.Invalid, httpx.CodeFormBroken)
	}
	t.st = st
	if aged {
		return s.aged(t)
	}
	return sealed(t)
}
