package httpx

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"amparo/internal/fault"
	"amparo/internal/ident"
)

// A Handler answers a request, or gives back why it could not. It writes nothing before it knows that it can answer
// whole; an error after the first byte is only logged.
type Handler func(w http.ResponseWriter, r *http.Request) error

// A RequestID names one request to the person who made it and in the log.
type RequestID string

// An Adapter makes http.Handlers of Handlers. Make it with its fields; the zero Adapter lacks a Log.
type Adapter struct {
	// Log receives one line per request.
	Log *slog.Logger
	// Show writes the page for an error, with the status given, in the reader's language. It shows the request id. Without
	// it, and for a client that asks for JSON, the answer is a problem document.
	Show func(w http.ResponseWriter, r *http.Request, status int, err error, requestID string)
	// Say gives an error's words for a problem document. Without it the document has the code alone.
	Say func(r *http.Request, err error) string
	// SayField gives the words for a wrong field of one. Without it the field has the code alone.
	SayField func(r *http.Request, f fault.Field) string
	// Status gives the HTTP status of an error whose code has one of its own on this side, and 0 for all others. nil knows none.
	Status func(err error) int
	// Public marks the side where nobody is known: handlers see no address and only the headers that Private keeps, and
	// the log has no address.
	Public bool
	// Seen hears of every request that was answered, by its route; nil hears nothing.
	Seen func(route string, status int, took time.Duration)
}

// Wrap makes an http.Handler for the route, which is the pattern that it is registered under, as in "GET /case/{id}".
// The pattern is what the log has.
func (a Adapter) Wrap(route string, h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		e := &event{route: route, id: ident.New[RequestID](began), address: r.RemoteAddr, body: r.Body}
		if a.Public {
			r, e.address = Private(r), ""
		}
		r = r.WithContext(context.WithValue(r.Context(), eventKey{}, e))
		out := &recorder{ResponseWriter: w}
		out.Header().Set("X-Request-Id", string(e.id))
		err := call(h, out, r)
		begun := out.status != 0
		if err != nil && !begun && !left(r, err) {
			a.answer(out, r, e, err)
		}
		a.line(r, e, out, err, time.Since(began))
		if begun && errors.As(err, new(*panicError)) {
			panic(http.ErrAbortHandler) // half a page must not look like a whole one
		}
	})
}

// statusOf is the HTTP status of an error on this side.
func (a Adapter) statusOf(err error) int {
	if a.Status != nil {
		if own := a.Status(err); own != 0 {
			return own
		}
	}
	return StatusOf(err)
}

// call runs the handler and makes an error of a panic.
func call(h Handler, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		if what := recover(); what != nil {
			err = newPanicError(what)
		}
	}()
	return h(w, r)
}

// answer shows an error to the person, and sees to it that the answer arrives.
func (a Adapter) answer(w *recorder, r *http.Request, e *event, err error) {
	status := a.statusOf(err)
	head := w.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("X-Content-Type-Options", "nosniff")
	if wait := retryAfter(err); wait > 0 {
		head.Set("Retry-After", strconv.Itoa(wait))
	}
	unread := status == http.StatusRequestEntityTooLarge || status == http.StatusUnsupportedMediaType
	if unread {
		head.Set("Connection", "close")
		_ = http.NewResponseController(w).EnableFullDuplex() // HTTP/2 has no need of it
	}
	a.show(w, r, e, status, err)
	if unread {
		drain(w, r, e.body)
	}
}

// show writes the page, or a problem document when that is wanted or the page cannot be made.
func (a Adapter) show(w *recorder, r *http.Request, e *event, status int, err error) {
	if a.Show != nil && !WantsJSON(r) {
		failed := call(func(w http.ResponseWriter, r *http.Request) error {
			a.Show(w, r, status, err, string(e.id))
			return nil
		}, w, r)
		if failed != nil {
			e.also = failed
		}
	}
	if w.status == 0 {
		a.Problem(r, err).Write(w)
	}
}

// retryAfter is how many seconds a client should wait before it tries again; zero when it need not.
func retryAfter(err error) int {
	if minutes, ok := fault.Params(err)["Minutes"].(int); ok && fault.KindOf(err) == fault.TooMany {
		return minutes * 60
	}
	if fault.KindOf(err) == fault.Unavailable {
		return 30
	}
	return 0
}

// A recorder remembers the status that was sent; zero until something was.
type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
