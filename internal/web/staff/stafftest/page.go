package stafftest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// A Page is one answer as it came back.
type Page struct {
	browser  *Browser
	Status   int
	Head     http.Header
	Location string         // where a redirect leads; empty for none
	Cookies  []*http.Cookie // those that the answer sets
	Body     string         // as it was sent
	Text     string         // what can be read in it, without markup, blanks made one
	Doc      *html.Node
}

// Follow asks for where the answer leads, until it leads nowhere; an answer that leads nowhere is given back.
func (p Page) Follow() Page {
	p.browser.House.T.Helper()
	for range 5 {
		if p.Location == "" {
			return p
		}
		p = p.browser.Get(p.Location)
	}
	p.browser.House.T.Fatalf("the redirects do not end; the last leads to %s", p.Location)
	return p
}

// Has tells whether the words can be read on the page.
func (p Page) Has(text string) bool { return strings.Contains(p.Text, text) }

// Wants fails the test unless the page has the status and all of the words.
func (p Page) Wants(status int, text ...string) Page {
	t := p.browser.House.T
	t.Helper()
	if p.Status != status {
		t.Errorf("status %d, want %d: %s", p.Status, status, p.Text)
	}
	for _, want := range text {
		if !p.Has(want) {
			t.Errorf("the page does not say %q: %s", want, p.Text)
		}
	}
	return p
}

// Leads fails the test unless the page leads to an address.
func (p Page) Leads(to string) Page {
	t := p.browser.House.T
	t.Helper()
	if p.Status != http.StatusSeeOther || p.Location != to {
		t.Errorf("status %d, leads to %q, want %q: %s", p.Status, p.Location, to, p.Text)
	}
	return p
}

// Hidden gives the fields that the form with this action sends without anybody typing: hidden ones, what is filled in
// already, and what is ticked or chosen. A page without the form fails the test.
func (p Page) Hidden(action string) url.Values {
	t := p.browser.House.T
	t.Helper()
	form := p.Form(action)
	if form == nil {
		t.Fatalf("status %d and no form that posts to %s: %s", p.Status, action, p.Text)
	}
	values := url.Values{}
	for n := range form.Descendants() {
		if n.Type == html.ElementNode {
			fill(values, n)
		}
	}
	return values
}

// fill adds what one element of a form sends.
func fill(values url.Values, n *html.Node) {
	name := Attr(n, "name")
	kind := Attr(n, "type")
	switch {
	case name == "":
	case n.Data == "textarea":
		values.Add(name, strings.TrimPrefix(Content(n), "\n"))
	case n.Data == "select":
		values.Add(name, chosen(n))
	case n.Data != "input":
	case kind == "radio" || kind == "checkbox":
		if has(n, "checked") {
			values.Add(name, Attr(n, "value"))
		}
	default:
		values.Add(name, Attr(n, "value"))
	}
}

// chosen is the value of a select's chosen option, the first when none is.
func chosen(n *html.Node) string {
	first, found := "", false
	for o := range n.Descendants() {
		if o.Type != html.ElementNode || o.Data != "option" {
			continue
		}
		if has(o, "selected") {
			return Attr(o, "value")
		}
		if !found {
			first, found = Attr(o, "value"), true
		}
	}
	return first
}

// Form is the form that posts to an address; nil when the page has none. The first one counts.
func (p Page) Form(action string) *html.Node {
	for _, n := range p.Find("form") {
		if Attr(n, "action") == action {
			return n
		}
	}
	return nil
}

// Submit sends the form with this action as it stands, with the fields given in place of its own.
func (p Page) Submit(action string, pairs ...string) Page {
	p.browser.House.T.Helper()
	form := p.Hidden(action)
	for i := 0; i+1 < len(pairs); i += 2 {
		delete(form, pairs[i])
	}
	return p.browser.Send(action, add(form, pairs))
}

// Find gives the elements of a name, in the order of the page.
func (p Page) Find(name string) (list []*html.Node) {
	for n := range p.Doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			list = append(list, n)
		}
	}
	return list
}

// Links gives where the page's links lead, in their order.
func (p Page) Links() (list []string) {
	for _, n := range p.Find("a") {
		list = append(list, Attr(n, "href"))
	}
	return list
}

// Attr is an attribute's value; empty when there is none.
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// Content is the text inside an element, as it was sent.
func Content(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// words is what can be read on a page.
func words(doc *html.Node) string {
	var b strings.Builder
	for n := range doc.Descendants() {
		hidden := n.Parent != nil && n.Parent.Type == html.ElementNode && slices.Contains([]string{"title", "script", "style"}, n.Parent.Data)
		if n.Type == html.TextNode && !hidden {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Browser is the browser that the page was shown in.
func (p Page) Browser() *Browser { return p.browser }
