package visitor

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Visitor has one connection to the public side. It is for one goroutine.
type Visitor struct {
	Base   string // the address of the first page
	Client *http.Client
	Header http.Header // what it sends beside the form
	// Look reads an answer; it is Read unless it is changed, before the first request.
	Look func(status int, encoding string, raw []byte) (Page, error)
	// Asked, when it is set, hears of every request: how long it took, and the page that came.
	Asked func(took time.Duration, form url.Values, p Page)
}

// New makes a visitor that reads English.
func New(base string) *Visitor {
	return &Visitor{Base: base, Look: Read, Header: http.Header{"Accept-Language": {"en"}},
		Client: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 1, DisableCompression: true}}}
}

// Close closes its connection.
func (v *Visitor) Close() { v.Client.CloseIdleConnections() }

// First asks for the first page.
func (v *Visitor) First(ctx context.Context) (Page, error) { return v.ask(ctx, http.MethodGet, nil) }

// Post sends a form.
func (v *Visitor) Post(ctx context.Context, form url.Values) (Page, error) {
	return v.ask(ctx, http.MethodPost, form)
}

func (v *Visitor) ask(ctx context.Context, method string, form url.Values) (p Page, err error) {
	r, err := http.NewRequestWithContext(ctx, method, v.Base, strings.NewReader(form.Encode()))
	if err != nil {
		return p, err
	}
	for name, values := range v.Header {
		r.Header[name] = values
	}
	r.Header.Set("Accept-Encoding", "gzip")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	at := time.Now()
	answer, err := v.Client.Do(r)
	if err != nil {
		return p, err
	}
	raw, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return p, err
	}
	took := time.Since(at)
	p, err = v.Look(answer.StatusCode, answer.Header.Get("Content-Encoding"), raw)
	if p.Took = took; err == nil && v.Asked != nil {
		v.Asked(took, form, p)
	}
	return p, err
}

// Read makes a page of an answer's body.
func Read(status int, encoding string, raw []byte) (Page, error) {
	p := Page{Status: status, Raw: raw}
	if encoding == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			return p, err
		}
		if raw, err = io.ReadAll(z); err != nil {
			return p, err
		}
	}
	p.Text = string(raw)
	p.read()
	return p, nil
}

// errStatus is an answer that is no page of the form.
func errStatus(p Page, after url.Values) error {
	return fmt.Errorf("status %d after the step %q", p.Status, after.Get("step"))
}

// longest is more pages than any form has.
const longest = 60

// Check goes from the first page to the one with all answers together, and gives its form: sending that is the report.
func (v *Visitor) Check(ctx context.Context, way, words string) (url.Values, error) {
	p, err := v.First(ctx)
	if err != nil {
		return nil, err
	}
	form := p.Fill(words)
	form.Set("way", way)
	for range longest {
		if p, err = v.Post(ctx, form); err != nil {
			return nil, err
		}
		if p.Status != http.StatusOK || p.Step() == "" {
			return nil, errStatus(p, form)
		}
		if form = p.Fill(words); p.Step() == "check" {
			return form, nil
		}
	}
	return nil, errors.New("the questions do not end")
}

// Send sends the form of Check and gives the page with the receipt.
func (v *Visitor) Send(ctx context.Context, form url.Values) (Page, error) {
	p, err := v.Post(ctx, form)
	if err == nil && (p.Status != http.StatusOK || p.Receipt == "") {
		err = errStatus(p, form)
	}
	return p, err
}

// Report goes from the first page to the last and gives the receipt.
func (v *Visitor) Report(ctx context.Context, way, words string) (receipt string, err error) {
	form, err := v.Check(ctx, way, words)
	if err != nil {
		return "", err
	}
	p, err := v.Send(ctx, form)
	if err != nil {
		return "", err
	}
	receipt, form = p.Receipt, p.Fill(p.Receipt)
	if p, err = v.Post(ctx, form); err == nil && p.Status != http.StatusOK {
		err = errStatus(p, form)
	}
	return receipt, err
}

// Mailbox opens the mailbox with the receipt.
func (v *Visitor) Mailbox(ctx context.Context, receipt string) (Page, error) {
	form := url.Values{"step": {"open"}, "code": {receipt}}
	p, err := v.Post(ctx, form)
	if err == nil && (p.Status != http.StatusOK || p.Step() != "add") {
		err = errStatus(p, form)
	}
	return p, err
}
