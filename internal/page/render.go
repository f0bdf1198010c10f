package page

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// A View is what a page's template sees.
type View struct {
	Frame Frame
	Data  any
}

// whole is what a layout sees.
type whole struct {
	Frame       Frame
	Main        template.HTML // rendered, and so escaped, by the page's own template
	Sheet, Code string
}

// Render shows the page of that name inside the layout of its frame. It renders everything before it writes anything: on
// an error nothing is written and no header set, so that the caller can still show a problem. An unknown name is an error.
func (e *Engine) Render(w http.ResponseWriter, status int, name string, f Frame, data any) error {
	text := borrow()
	defer giveBack(text)
	if err := e.html(text, name, f, data); err != nil {
		return err
	}
	if acceptsGzip(w) {
		small := borrow()
		defer giveBack(small)
		if err := squeeze(small, text.Bytes()); err != nil {
			return err
		}
		w.Header().Set("Content-Encoding", "gzip")
		text = small
	}
	send(w, status, f.Lang.Tag(), text.Bytes())
	return nil
}

// A Made is a page that was rendered once and can be shown again and again, to many at once: one that is the same for everybody.
type Made struct {
	plain, squeezed []byte
	tag             string
}

// Make renders a page as Render does, without showing it. What stands in it is kept as long as the Made is: it is for no page with anybody's words.
func (e *Engine) Make(name string, f Frame, data any) (*Made, error) {
	text := borrow()
	defer giveBack(text)
	if err := e.html(text, name, f, data); err != nil {
		return nil, err
	}
	small := borrow()
	defer giveBack(small)
	if err := squeeze(small, text.Bytes()); err != nil {
		return nil, err
	}
	return &Made{bytes.Clone(text.Bytes()), bytes.Clone(small.Bytes()), f.Lang.Tag()}, nil
}

// Show sends the page.
func (m *Made) Show(w http.ResponseWriter, status int) {
	text := m.plain
	if acceptsGzip(w) {
		text = m.squeezed
		w.Header().Set("Content-Encoding", "gzip")
	}
	send(w, status, m.tag, text)
}

// send sends a page as it is.
func send(w http.ResponseWriter, status int, tag string, text []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", tag)
	h.Add("Vary", "Accept-Encoding")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write(text) // who left cannot be told
}

// html writes the whole page.
func (e *Engine) html(to *bytes.Buffer, name string, f Frame, data any) error {
	f = f.complete()
	set, err := e.in(f.Lang, name)
	if err != nil {
		return err
	}
	main := borrow()
	defer giveBack(main)
	if err := set.ExecuteTemplate(main, name, View{f, data}); err != nil {
		return fmt.Errorf("rendering %s: %w", name, err)
	}
	v := whole{f, template.HTML(main.String()), Path + e.files[string(f.Kind)+".css"], Path + e.files[string(f.Kind)+".js"]}
	if err := set.ExecuteTemplate(to, "_layout_"+string(f.Kind), v); err != nil {
		return fmt.Errorf("rendering the layout of %s: %w", name, err)
	}
	return nil
}

// buffers are used again for the next page: pages are large beside all else that a request needs.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func borrow() *bytes.Buffer { return buffers.Get().(*bytes.Buffer) }

// giveBack keeps the room and wipes what stood in it, which may be somebody's words.
func giveBack(b *bytes.Buffer) {
	clear(b.Bytes())
	b.Reset()
	buffers.Put(b)
}

// complete fills in what may be left empty.
func (f Frame) complete() Frame {
	if f.Kind == "" {
		f.Kind = Public
	}
	if f.Home == "" {
		f.Home = "/"
	}
	if f.Exit == "" {
		f.Exit = "/exit"
	}
	return f
}

var writers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestCompression) // the level is a good one
	return z
}}

func squeeze(to *bytes.Buffer, text []byte) error {
	z := writers.Get().(*gzip.Writer)
	defer writers.Put(z)
	z.Reset(to)
	if _, err := z.Write(text); err != nil {
		return fmt.Errorf("compressing a page: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("compressing a page: %w", err)
	}
	return nil
}

// negotiated is a writer that knows whether its reader takes gzip; the header middlewares make it.
type negotiated struct {
	http.ResponseWriter
	gzip bool
}

// Unwrap lets http.ResponseController reach the writer inside.
func (n *negotiated) Unwrap() http.ResponseWriter { return n.ResponseWriter }

// acceptsGzip finds the negotiated writer among those that were put around it.
func acceptsGzip(w http.ResponseWriter) bool {
	for {
		switch inner := w.(type) {
		case *negotiated:
			return inner.gzip
		case interface{ Unwrap() http.ResponseWriter }:
			w = inner.Unwrap()
		default:
			return false
		}
	}
}

// takesGzip reads an Accept-Encoding header: gzip or * named without q=0.
func takesGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name != "gzip" && name != "*" {
			continue
		}
		q, has := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		if weight, err := strconv.ParseFloat(q, 64); !has || (err == nil && weight > 0) {
			return true
		}
	}
	return false
}
