package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"

	"amparo/test/visitor"
)

// A way is a journey that was gone once: what was posted, and what the answer asked for. It is gone again and again at little
// cost to the machine, which the clients share with the server: of each page only what changes is read.
type way []leg

// A leg is one request of a way.
type leg struct {
	form url.Values // nil asks for the first page
	step string     // that the answer must ask for
}

// along goes the way. base gives the address of each page, which on the real side is always the same.
func (w way) along(ctx context.Context, v *visitor.Visitor, base func(page int) string) error {
	var last visitor.Page
	for i, l := range w {
		v.Base = base(i)
		p, err := l.ask(ctx, v, last)
		if err != nil {
			return err
		}
		if p.Status != http.StatusOK || p.Step() != l.step {
			return fmt.Errorf("request %d was answered with %d and the step %q, not %q", i+1, p.Status, p.Step(), l.step)
		}
		last = p
	}
	return nil
}

// ask posts the form with what the page before has given.
func (l leg) ask(ctx context.Context, v *visitor.Visitor, last visitor.Page) (visitor.Page, error) {
	if l.form == nil {
		return v.First(ctx)
	}
	form := maps.Clone(l.form)
	for _, f := range last.Fields {
		if form.Has(f.Name) {
			form[f.Name] = f.Values
		}
	}
	if last.Receipt != "" {
		form.Set("again", last.Receipt)
	}
	return v.Post(ctx, form)
}

// An eye reads of a page no more than the way needs. It is for one visitor.
type eye struct {
	zip  gzip.Reader
	text bytes.Buffer
}

// look finds the step, the sealed state and the receipt.
func (e *eye) look(status int, _ string, raw []byte) (visitor.Page, error) {
	p := visitor.Page{Status: status, Raw: raw}
	e.text.Reset()
	if err := e.zip.Reset(bytes.NewReader(raw)); err != nil {
		return p, err
	}
	if _, err := e.text.ReadFrom(&e.zip); err != nil {
		return p, err
	}
	for _, name := range []string{"step", "state"} {
		if value := e.after(`name="`+name+`" value="`, '"'); value != "" {
			p.Fields = append(p.Fields, visitor.Field{Name: name, Kind: visitor.Hidden, Values: []string{value}})
		}
	}
	p.Receipt = e.after(`class="receipt">`, '<')
	return p, nil
}

// after gives what stands after the mark, up to the end; empty when the mark is not there.
func (e *eye) after(mark string, end byte) string {
	_, rest, found := bytes.Cut(e.text.Bytes(), []byte(mark))
	if until := bytes.IndexByte(rest, end); found && until >= 0 {
		return string(rest[:until])
	}
	return ""
}
