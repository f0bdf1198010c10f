package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/identity"
	"amparo/internal/jurisdiction"
	"amparo/internal/lang"
	"amparo/internal/submission"
)

// Path is what every address begins with.
const Path = "/api/v1/"

// LongestReport is the most bytes of one report, as a body or as a line.
const LongestReport = 64 << 10

// Config is what the API needs; all of it but Seen.
type Config struct {
	Identity   *identity.Room
	Submission *submission.Room
	Pack       *jurisdiction.Pack
	Lang       *lang.Catalog // of the words of problem documents
	Log        *slog.Logger
	// Seen hears of every request, by its route; nil hears nothing.
	Seen func(route string, status int, took time.Duration)
}

// An API answers what is asked below Path.
type API struct {
	Config
	adapter  httpx.Adapter
	patience patience
	// stopping ends when the program does.
	stopping context.Context
	stop     context.CancelFunc
	spec     document

	mu      sync.Mutex
	streams map[string]int // that are open, by partner; guarded by mu
}

// New makes the API. It fails when something is missing from the Config.
func New(c Config) (*API, error) {
	if c.Identity == nil || c.Submission == nil || c.Pack == nil || c.Lang == nil || c.Log == nil {
		return nil, errors.New("the API for partners lacks a part of its configuration")
	}
	a := &API{Config: c, patience: patient, streams: map[string]int{}}
	a.stopping, a.stop = context.WithCancel(context.Background())
	a.adapter = httpx.Adapter{Log: c.Log, Seen: c.Seen, Status: status,
		Say:      func(r *http.Request, err error) string { return a.words(r).Fault(err) },
		SayField: func(r *http.Request, f fault.Field) string { return a.words(r).FaultField(f) }}
	var err error
	a.spec, err = readDocument()
	return a, err
}

// status is that of the errors for which HTTP has a word of its own.
func status(err error) int {
	switch fault.CodeOf(err) {
	case submission.Code: // understood, and not as the list of questions asks
		return http.StatusUnprocessableEntity
	case codeType:
		return http.StatusUnsupportedMediaType
	case codeCut:
		return http.StatusRequestTimeout
	}
	return 0
}

// Stop ends the streams that are open in peace: what was read is answered for. It is for a server that shuts down.
func (a *API) Stop() { a.stop() }

// A caller asks for something, with a partner's key that was looked at.
type caller func(w http.ResponseWriter, r *http.Request, partner access.Actor) error

// A route is one thing that can be asked for.
type route struct {
	method, path string
	handler      httpx.Handler
}

// routes are all of them, as the document has them.
func (a *API) routes() []route {
	return []route{
		{http.MethodPost, Path + "reports", a.keyed(a.takeOne)},
		{http.MethodPost, Path + "reports/stream", a.keyed(a.takeMany)},
		{http.MethodGet, Path + "reports/{reference}", a.keyed(a.status)},
		{http.MethodGet, Path + "instruments", a.keyed(a.instruments)},
		{http.MethodGet, Path + "instruments/{id}", a.keyed(a.instrument)},
		{http.MethodGet, Path + "openapi.yaml", a.spec.yaml},
		{http.MethodGet, Path + "openapi.json", a.spec.json},
	}
}

// Handler answers all that is below Path.
func (a *API) Handler() http.Handler {
	mux, others := http.NewServeMux(), http.NewServeMux()
	for _, one := range a.routes() {
		pattern := one.method + " " + one.path
		mux.Handle(pattern, a.adapter.Wrap(pattern, one.handler))
		others.Handle(one.path, a.adapter.Wrap(one.path, func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Allow", one.method)
			return fault.New(fault.Invalid, httpx.CodeMethod)
		}))
	}
	others.Handle("/", a.adapter.Wrap(Path, httpx.NotFound))
	mux.Handle("/", others)
	return headers(mux)
}

// headers are those of every answer: it is for programs, and no browser shows or keeps it.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// bearer is the key that a request shows; empty when it shows none.
func bearer(r *http.Request) string {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(key)
}

// partnerOf tells whose key it is.
func (a *API) partnerOf(ctx context.Context, key string) (access.Actor, error) {
	actor, unnoted, err := a.Identity.PartnerOf(ctx, key)
	if unnoted != nil {
		a.Log.WarnContext(ctx, "partner key", "actor", actor.ID, "unnoted", unnoted.Error())
	}
	return actor, err
}

// keyed asks for a partner's key before anything else is looked at. A refusal does not wait for the rest of a body that may go on for long.
func (a *API) keyed(next caller) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		_ = http.NewResponseController(w).EnableFullDuplex() // HTTP/2 has no need of it
		soon, stop := httpx.Soon(r)
		defer stop()
		actor, err := a.partnerOf(soon.Context(), bearer(r))
		if err != nil {
			if fault.KindOf(err) == fault.Unauthenticated {
				w.Header().Set("WWW-Authenticate", "Bearer")
			}
			closing(w, r)
			return err
		}
		httpx.SetActor(r.Context(), actor.ID)
		return next(w, r, actor)
	}
}

// closing says that no other request is taken on a connection on which the rest of a body may still come. On HTTP/2 each has a stream of its own.
func closing(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor == 1 && r.ContentLength != 0 {
		w.Header().Set("Connection", "close")
	}
}

// words gives the language that the client asks for.
func (a *API) words(r *http.Request) lang.Printer {
	return a.Lang.For(r.Header.Get("Accept-Language"), a.Pack.Default())
}
