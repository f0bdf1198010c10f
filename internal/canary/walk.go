package canary

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

const (
	mostPages   = 60
	longestPage = 1 << 20
)

// a walk goes from the first page to the receipt as a person does: it sends the form of each page, and says its words on the first page that
// takes words.
type walk struct {
	client  *http.Client
	address string
	way     string
	words   string
	said    bool
}

// through tells why the walk did not end at a receipt. No error has a word of a page in it.
func (w *walk) through(ctx context.Context) error {
	p, err := w.ask(ctx, nil)
	if err != nil {
		return err
	}
	form := p.hidden
	form.Set("way", w.way)
	for range mostPages {
		if p, err = w.ask(ctx, form); err != nil {
			return err
		}
		if p.receipt {
			if !w.said {
				return errors.New("no page takes words")
			}
			return nil
		}
		if form = w.answer(p); form.Get("step") == "" {
			return fmt.Errorf("a page has no form, with status %d", p.status)
		}
	}
	return fmt.Errorf("there is no receipt after %d pages", mostPages)
}

// answer fills the form of a page: nothing but the words, and where the page insists, the first that it offers.
func (w *walk) answer(p sheet) url.Values {
	form := p.hidden
	if !w.said && p.area != "" {
		form.Set(p.area, w.words)
		w.said = true
	}
	if p.status == http.StatusBadRequest {
		for name, first := range p.offered {
			form.Set(name, first)
		}
		if p.area != "" && form.Get(p.area) == "" {
			form.Set(p.area, w.words)
		}
	}
	return form
}

// a sheet is what the walk needs of a page.
type sheet struct {
	status  int
	hidden  url.Values        // of its form
	area    string            // the first field that takes a longer text; empty for none
	offered map[string]string // the first of every choice
	receipt bool
}

// ask gets the first page, or posts a form.
func (w *walk) ask(ctx context.Context, form url.Values) (sheet, error) {
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(ctx, method, w.address, strings.NewReader(form.Encode()))
	if err != nil {
		return sheet{}, err
	}
	r.Header.Set("Accept", "text/html")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := w.client.Do(r)
	if err != nil {
		return sheet{}, err
	}
	defer answer.Body.Close()
	if !slices.Contains([]int{http.StatusOK, http.StatusBadRequest}, answer.StatusCode) {
		return sheet{}, fmt.Errorf("the public side answers with status %d", answer.StatusCode)
	}
	doc, err := html.Parse(io.LimitReader(answer.Body, longestPage))
	if err != nil {
		return sheet{}, err
	}
	return read(doc, answer.StatusCode), nil
}

// read looks at the first form of a page that has a step.
func read(doc *html.Node, status int) sheet {
	p := sheet{status: status, hidden: url.Values{}, offered: map[string]string{}}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		a := attributes(n)
		name, class := a["name"], a["class"]
		switch {
		case n.Data == "bdi" && class == "receipt":
			p.receipt = true
		case n.Data == "input" && a["type"] == "hidden" && !p.hidden.Has(name):
			p.hidden.Set(name, a["value"])
		case n.Data == "textarea" && p.area == "":
			p.area = name
		case n.Data == "input" && (a["type"] == "radio" || a["type"] == "checkbox") && p.offered[name] == "":
			p.offered[name] = a["value"]
		}
	}
	return p
}

func attributes(n *html.Node) map[string]string {
	all := map[string]string{}
	for _, a := range n.Attr {
		all[a.Key] = a.Val
	}
	return all
}
