package httpx

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"amparo/internal/fault"
)

type eventKey struct{}

// An event gathers what the line of one request needs.
type event struct {
	route   string
	id      RequestID
	address string        // empty on the public side
	body    io.ReadCloser // as it came, without limits
	also    error         // why the error page could not be made

	mu      sync.Mutex
	actor   string   // guarded by mu
	brought []string // what the person wrote, to be cut out of causes; guarded by mu
}

func eventOf(ctx context.Context) *event {
	e, _ := ctx.Value(eventKey{}).(*event)
	return e
}

// ID is the id of the request that the context belongs to; empty outside one.
func ID(ctx context.Context) RequestID {
	if e := eventOf(ctx); e != nil {
		return e.id
	}
	return ""
}

// SetActor tells the log who asks: the id of a user, never a name. Outside a request it does nothing.
func SetActor(ctx context.Context, id string) {
	if e := eventOf(ctx); e != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.actor = id
	}
}

// Conceal names texts of the request that must never reach the log, such as answers that came sealed in one field. Form
// and query values are concealed anyway. Outside a request it does nothing.
func Conceal(ctx context.Context, texts ...string) {
	if e := eventOf(ctx); e != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.brought = append(e.brought, texts...)
	}
}

// line writes the one line of a request.
func (a Adapter) line(r *http.Request, e *event, w *recorder, err error, took time.Duration) {
	status := w.status
	switch {
	case status == 0 && err != nil && left(r, err):
		status = statusGone
	case status == 0:
		status = http.StatusOK
	}
	if a.Seen != nil {
		a.Seen(e.route, status, took)
	}
	e.mu.Lock()
	actor := e.actor
	e.mu.Unlock()
	attrs := []slog.Attr{slog.String("route", e.route), slog.String("method", method(r)), slog.Int("status", status),
		slog.Int64("ms", took.Milliseconds()), slog.String("request", string(e.id))}
	if actor != "" {
		attrs = append(attrs, slog.String("actor", actor))
	}
	if host, _, bad := net.SplitHostPort(e.address); bad == nil {
		attrs = append(attrs, slog.String("address", host))
	}
	level := slog.LevelInfo
	if err != nil {
		attrs = append(attrs, slog.String("kind", string(fault.KindOf(err))), slog.String("code", string(fault.CodeOf(err))))
		if status != statusGone && StatusOf(err) >= http.StatusInternalServerError {
			level = slog.LevelError
			attrs = append(attrs, slog.String("cause", e.clean(r, err)))
		}
	}
	if e.also != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.String("page", e.clean(r, e.also)))
	}
	a.Log.LogAttrs(context.WithoutCancel(r.Context()), level, "request", attrs...)
}

// method gives the request's method when it is one that we know: a client may send any word.
func method(r *http.Request) string {
	if slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}, r.Method) {
		return r.Method
	}
	return "other"
}

// causeLimit is how much of a cause is logged, in bytes.
const causeLimit = 2000

// shortest is the fewest characters that a word needs to be cut out of a cause. Shorter ones tell nothing, and cutting
// them would leave nothing to read.
const shortest = 4

// clean gives the private cause without anything that the request brought: whole values, and each of their words.
func (e *event) clean(r *http.Request, err error) string {
	text := err.Error()
	for _, v := range e.private(r) {
		for _, spelt := range []string{v, strings.Trim(strconv.Quote(v), `"`)} {
			text = strings.ReplaceAll(text, spelt, "…")
		}
	}
	if len(text) > causeLimit {
		text = strings.ToValidUTF8(text[:causeLimit], "") + "…"
	}
	return text
}

// private lists what the request brought, the longest first.
func (e *event) private(r *http.Request) (all []string) {
	e.mu.Lock()
	values := slices.Clone(e.brought)
	e.mu.Unlock()
	for name, list := range r.URL.Query() {
		values = append(append(values, name), list...)
	}
	values = append(values, r.URL.RawQuery)
	fixed := strings.Split(e.route, "/")
	for _, part := range strings.Split(r.URL.Path, "/") {
		if !slices.Contains(fixed, part) {
			values = append(values, part)
		}
	}
	for _, list := range r.PostForm {
		values = append(values, list...)
	}
	for _, v := range values {
		all = append(append(all, v), strings.FieldsFunc(v, unseparated)...)
	}
	all = slices.DeleteFunc(all, func(s string) bool { return utf8.RuneCountInString(s) < shortest })
	slices.SortFunc(all, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(all)
}

func unseparated(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
}

// A panicError is what a panic became. It tells where, and of what type the panic was. What was said it tells only when
// the Go runtime said it: anything else may quote a person.
type panicError struct{ text string }

func (p *panicError) Error() string { return p.text }

// stackDepth is how many calls of a panic are told.
const stackDepth = 12

func newPanicError(what any) *panicError {
	said := fmt.Sprintf("panic of %T", what)
	if e, ok := what.(runtime.Error); ok {
		said = "panic: " + e.Error()
	}
	calls := make([]uintptr, stackDepth)
	frames := runtime.CallersFrames(calls[:runtime.Callers(4, calls)])
	for {
		f, more := frames.Next()
		if f.Function != "" && !strings.HasPrefix(f.Function, "runtime.") {
			said += fmt.Sprintf(" < %s:%d", f.Function, f.Line)
		}
		if !more {
			return &panicError{said}
		}
	}
}
