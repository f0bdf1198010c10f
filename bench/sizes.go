package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"amparo/test/visitor"
)

// A size is the weight of one page, in bytes.
type size struct {
	page             string
	plain, squeezed  int // in English
	plainA, squeezeA int // in Arabic
}

// ways are the ways in that are weighed, a child's and an adult's, by the value of the button that leads there.
var ways = []string{"about_me", "worried"}

// sizes weighs every page of the public side in both languages, and keeps those of one journey for the bare server.
func (b *bench) sizes(ctx context.Context, r *report) error {
	h, err := b.house()
	if err != nil {
		return err
	}
	s, err := b.serve(ctx, h)
	if err != nil {
		return err
	}
	for _, way := range ways {
		english, err := walk(ctx, s.Public, "en", way)
		if err != nil {
			return errors.Join(err, s.Stop())
		}
		arabic, err := walk(ctx, s.Public, "ar", way)
		if err != nil || len(arabic) != len(english) {
			return errors.Join(err, s.Stop(), fmt.Errorf("%d pages in English, %d in Arabic", len(english), len(arabic)))
		}
		for i, e := range english {
			a := arabic[i]
			r.sizes = append(r.sizes, size{way + ": " + e.name, len(e.Text), len(e.Raw), len(a.Text), len(a.Raw)})
		}
		if way == ways[0] {
			err = errors.Join(r.weighFirst(ctx, s.Public, english[0]), b.keepPages(r, english))
		}
		if err != nil {
			return errors.Join(err, s.Stop())
		}
	}
	return s.Stop()
}

// A named page says what it is, and after which form it came.
type named struct {
	visitor.Page
	name string
	form url.Values
}

// journeyEnd is the page after which the journey is over; what follows on a walk is beside it.
const journeyEnd = "kept"

// walk goes one way from the first page to the last, then into the mailbox, and looks at what goes wrong. It gives every
// page.
func walk(ctx context.Context, base, language, way string) (pages []named, err error) {
	v := visitor.New(base)
	defer v.Close()
	v.Header.Set("Accept-Language", language)
	v.Asked = func(_ time.Duration, form url.Values, p visitor.Page) {
		pages = append(pages, named{p, name(form, p), form})
	}
	receipt, err := v.Report(ctx, way, words)
	if err != nil {
		return nil, err
	}
	post := func(form url.Values, want int) (p visitor.Page) {
		if err == nil {
			if p, err = v.Post(ctx, form); err == nil && p.Status != want {
				err = fmt.Errorf("status %d after %s", p.Status, form.Get("step"))
			}
		}
		return p
	}
	post(url.Values{"step": {"start"}, "way": {"code"}}, http.StatusOK)
	post(url.Values{"step": {"open"}, "code": {"none"}}, http.StatusBadRequest)
	box := post(url.Values{"step": {"open"}, "code": {receipt}}, http.StatusOK)
	post(box.Fill(words), http.StatusOK)
	post(url.Values{"step": {"ask"}, "state": {"broken"}, "words": {words}}, http.StatusBadRequest)
	return pages, err
}

// name says what was asked and what the page asks for.
func name(form url.Values, p visitor.Page) string {
	if p.Status != http.StatusOK {
		return "what is wrong after " + form.Get("step")
	}
	var asks []string
	for _, f := range p.Fields {
		if f.Kind != visitor.Hidden {
			asks = append(asks, f.Name)
		}
	}
	switch {
	case form == nil:
		return "first page"
	case form.Get("step") == journeyEnd:
		return "end"
	case len(asks) > 0:
		return p.Step() + " (" + strings.Join(asks, ", ") + ")"
	}
	return p.Step()
}

// keepPages keeps the way of the journey, and its pages where the bare server finds them.
func (b *bench) keepPages(r *report, pages []named) error {
	if err := os.Mkdir(b.pages(), 0o700); err != nil {
		return err
	}
	for i, p := range pages {
		if err := os.WriteFile(filepath.Join(b.pages(), strconv.Itoa(i)), p.Raw, 0o600); err != nil {
			return err
		}
		r.way = append(r.way, leg{p.form, p.Step()})
		if p.name == "end" {
			return nil
		}
	}
	return errors.New("the journey has no end")
}

var loaded = regexp.MustCompile(`(?:rel="stylesheet" href|<script src)="([^"]+)"`)

// weighFirst adds the sheet and the script to the first page.
func (r *report) weighFirst(ctx context.Context, base string, first named) error {
	r.first = []part{{"the page itself", len(first.Text), len(first.Raw)}}
	for _, m := range loaded.FindAllStringSubmatch(first.Text, -1) {
		v := visitor.New(strings.TrimSuffix(base, "/") + m[1])
		p, err := v.First(ctx)
		v.Close()
		if err != nil || p.Status != http.StatusOK {
			return errors.Join(err, fmt.Errorf("status %d for %s", p.Status, m[1]))
		}
		r.first = append(r.first, part{"its " + map[string]string{".css": "style sheet", ".js": "script"}[filepath.Ext(m[1])], len(p.Text), len(p.Raw)})
	}
	return nil
}
