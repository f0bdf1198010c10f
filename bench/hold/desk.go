package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pquerna/otp/totp"
	"golang.org/x/net/html"

	"amparo/test/visitor"
)

const (
	lookEvery = 20 * time.Second // as pages of the desk do, see internal/page/assets/look.js
	officers  = 10               // who are signed in; each has as many pages open as the others
	password  = "seven quiet herons by the lake"
)

// A desk is one house with pages of its desk open.
type desk struct {
	name              string
	empty, open       int64 // bytes of memory before and with the pages open
	idle, busy        time.Duration
	asked, changed    int
	idle50, idle99    time.Duration
	busy50, busy99    time.Duration
	length            time.Duration
	reports, troubles int
}

// open has many pages of the desk look again by themselves: while nothing comes in, and while reports do.
func (b *bench) open(ctx context.Context, houses []*house, p *page) error {
	if b.pages == 0 {
		return nil
	}
	for _, h := range houses {
		d, err := b.opened(ctx, h)
		if err != nil {
			return err
		}
		p.desks = append(p.desks, d)
	}
	return nil
}

func (b *bench) opened(ctx context.Context, h *house) (*desk, error) {
	d := &desk{name: h.name, length: b.watch}
	var clients []*http.Client
	for i := range officers {
		c, err := b.signIn(ctx, h, fmt.Sprintf("watcher%d", i))
		if err != nil {
			return nil, err
		}
		clients = append(clients, c)
	}
	var err error
	if d.empty, err = h.server.Memory(); err != nil {
		return nil, err
	}
	if d.idle, d.idle50, d.idle99, err = b.looks(ctx, h, clients, d, nil); err != nil {
		return nil, err
	}
	if d.busy, d.busy50, d.busy99, err = b.looks(ctx, h, clients, d, func(ctx context.Context) {
		v := visitor.New(h.server.Public)
		defer v.Close()
		for ctx.Err() == nil {
			if _, err := v.Report(context.WithoutCancel(ctx), "about_me", words); err == nil {
				d.reports++
			}
			select {
			case <-ctx.Done():
			case <-time.After(2 * time.Second):
			}
		}
	}); err != nil {
		return nil, err
	}
	d.open, err = h.server.Memory()
	return d, err
}

// looks has all pages look again for a while, and gives the time of the processor that the program took, and how long the answers did.
func (b *bench) looks(ctx context.Context, h *house, clients []*http.Client, d *desk, beside func(context.Context)) (cpu, p50, p99 time.Duration, err error) {
	ctx, stop := context.WithTimeout(ctx, b.watch)
	defer stop()
	before, err := h.server.CPU()
	if err != nil {
		return 0, 0, 0, err
	}
	var mu sync.Mutex
	var took []time.Duration
	var group sync.WaitGroup
	for i := range b.pages {
		group.Go(func() {
			mark := ""
			for wait := rand.N(lookEvery); ; wait = lookEvery {
				select {
				case <-ctx.Done():
					return
				case <-time.After(wait):
				}
				at := time.Now()
				status, tag, err := look(context.WithoutCancel(ctx), clients[i%len(clients)], h.server.Desk+"desk", mark)
				mu.Lock()
				took = append(took, time.Since(at))
				d.asked++
				switch {
				case err != nil || status != http.StatusOK && status != http.StatusNotModified:
					d.troubles++
				case status == http.StatusOK && mark != "":
					d.changed++
				}
				mu.Unlock()
				if tag != "" {
					mark = tag
				}
			}
		})
	}
	if beside != nil {
		group.Go(func() { beside(ctx) })
	}
	group.Wait()
	after, err := h.server.CPU()
	slices.Sort(took)
	if len(took) == 0 {
		return 0, 0, 0, errors.Join(err, errors.New("no page looked again"))
	}
	return after - before, took[len(took)/2], took[len(took)*99/100], err
}

func look(ctx context.Context, c *http.Client, address, mark string) (status int, tag string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Amparo-Look", "1")
	if mark != "" {
		r.Header.Set("If-None-Match", mark)
	}
	answer, err := c.Do(r)
	if err != nil {
		return 0, "", err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, answer.Header.Get("ETag"), errors.Join(err, answer.Body.Close())
}

// signIn hires a duty officer and goes the whole way of a first sign-in.
func (b *bench) signIn(ctx context.Context, h *house, name string) (*http.Client, error) {
	args := append([]string{"user", "add", name, "--display", name, "--role", "duty_officer", "--agency", "dcps", "--json"}, h.data.Args()...)
	said, err := exec.CommandContext(ctx, b.amparo, args...).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s cannot be hired: %w: %s", name, err, said)
	}
	var hired struct {
		OneTimePassword string `json:"one_time_password"`
	}
	if err := json.Unmarshal(said, &hired); err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	c := &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: b.pages}}
	f := &form{c: c, at: h.server.Desk + "sign-in"}
	secret := ""
	for _, answers := range []url.Values{nil, {"name": {name}, "password": {hired.OneTimePassword}}, {"password": {password}, "again": {password}}, {"code": {""}}} {
		if _, ask := answers["code"]; ask {
			code, err := totp.GenerateCode(secret, time.Now())
			if err != nil {
				return nil, err
			}
			answers.Set("code", code)
		}
		if err := f.send(ctx, answers); err != nil {
			return nil, fmt.Errorf("%s cannot sign in: %w", name, err)
		}
		if f.secret != "" {
			secret = f.secret
		}
	}
	status, _, err := look(ctx, c, h.server.Desk+"desk", "")
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s is signed in, and the desk answers with status %d", name, status)
	}
	return c, err
}

// A form is the form of the page that a browser shows.
type form struct {
	c      *http.Client
	at     string
	hidden url.Values
	secret string // that the page tells for an app with codes
}

// send answers the form, or gets the page when there are no answers, and reads the next one.
func (f *form) send(ctx context.Context, answers url.Values) error {
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if answers != nil {
		for name, values := range f.hidden {
			answers[name] = values
		}
		method, body = http.MethodPost, strings.NewReader(answers.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, f.at, body)
	if err != nil {
		return err
	}
	if answers != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := f.c.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", answer.StatusCode)
	}
	doc, err := html.Parse(answer.Body)
	if err != nil {
		return err
	}
	f.at, f.hidden, f.secret = answer.Request.URL.String(), url.Values{}, ""
	for n := range doc.Descendants() {
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "form" && strings.EqualFold(at["method"], "post") && at["action"] != "" && !strings.Contains(at["action"], "sign-out") && !strings.Contains(at["action"], "language"):
			if to, err := answer.Request.URL.Parse(at["action"]); err == nil {
				f.at = to.String()
			}
		case n.Data == "input" && at["type"] == "hidden":
			f.hidden.Set(at["name"], at["value"])
		case at["translate"] == "no" && f.secret == "":
			f.secret = strings.ReplaceAll(strings.TrimSpace(text(n)), " ", "")
		}
	}
	return nil
}

func text(n *html.Node) (s string) {
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			s += d.Data
		}
	}
	return s
}
