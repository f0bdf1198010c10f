package hub

import (
	"html/template"
	"net/http"

	"amparo/internal/education"
	"amparo/internal/lang"
	"amparo/internal/page"
)

// A moduleView is one text.
type moduleView struct {
	*education.Module
	Audience, List string // for whom, and the address of all that there is for them
	Easy           bool   // easy read is shown
	Other          string // the address of the other one of the text and its easy read
	Others         []link // the other topics
	Tell           page.Button
	Blocks         []block    // empty for easy read
	Lines          []easyLine // of easy read; empty for the text
}

// An easyLine is a sentence beside its drawing.
type easyLine struct {
	Drawing template.HTML
	Say     string
}

// A block is one of a module, with addresses for topics.
type block struct {
	ID            string
	Heading, Text []span
	Items         [][]span
	Ordered       bool
}

// A span is a piece of text. Href is empty where it leads nowhere.
type span struct {
	Text, Href string
	Strong     bool
}

// blocks gives what is read, with the addresses of other topics.
func blocks(list []education.Block, links map[education.Topic]string) []block {
	spans := func(in []education.Span) (out []span) {
		for _, s := range in {
			out = append(out, span{s.Text, links[s.Topic], s.Strong})
		}
		return out
	}
	out := make([]block, len(list))
	for i, b := range list {
		out[i] = block{ID: b.ID, Heading: spans(b.Heading), Text: spans(b.Text), Ordered: b.Ordered}
		for _, item := range b.Items {
			out[i].Items = append(out[i].Items, spans(item))
		}
	}
	return out
}

// module shows one text, or its easy read, which the query "v=easy" asks for.
func (h *reader) module(w http.ResponseWriter, r *http.Request, p lang.Printer, m *education.Module) error {
	easy := r.URL.Query().Get("v") == "easy"
	key := "text " + m.Code()
	if easy {
		key = "easy " + m.Code()
	}
	return h.show(w, r, p, key, func() (string, page.Frame, any) {
		f := h.frame(p, func(tag string) string {
			if h.Library.Module(tag, m.Key) == nil {
				return address("", tag)
			}
			return addressOf(m, tag, easy)
		})
		return "hub_module", f, h.view(p, m, easy)
	})
}

// addressOf is that of a text, or of its easy read.
func addressOf(m *education.Module, tag string, easy bool) string {
	if easy {
		return address(m.Code(), tag) + "&v=easy"
	}
	return address(m.Code(), tag)
}

func (h *reader) view(p lang.Printer, m *education.Module, easy bool) moduleView {
	v := moduleView{Module: m, Audience: h.audience(p, m.Audience), List: address(codeOf(m.Audience), p.Tag()), Easy: easy,
		Other: addressOf(m, p.Tag(), !easy), Tell: h.Tell(p, m.Audience)}
	links := map[education.Topic]string{}
	for _, other := range h.Library.For(p.Tag(), m.Audience) {
		href := address(other.Code(), p.Tag())
		links[other.Topic] = href
		if other != m {
			v.Others = append(v.Others, link{Text: other.Title, Href: href})
		}
	}
	if !easy {
		v.Blocks = blocks(m.Body, links)
		return v
	}
	for _, e := range m.Easy {
		v.Lines = append(v.Lines, easyLine{template.HTML(education.Drawing(e.Picture)), e.Say})
	}
	return v
}

// An elsewhereView says in which languages a text is.
type elsewhereView struct {
	Languages []page.Language
	Home      string
}

// elsewhere says that a text is not there in the reader's language, and in which it is.
func (h *reader) elsewhere(w http.ResponseWriter, r *http.Request, p lang.Printer, k education.Key) error {
	v := elsewhereView{Home: address("", p.Tag())}
	for _, l := range h.Page.Languages(p, func(tag string) string { return address(k.Code(), tag) }) {
		if h.Library.Module(l.Tag, k) != nil {
			v.Languages = append(v.Languages, l)
		}
	}
	return h.Page.Render(w, http.StatusNotFound, "hub_elsewhere", h.Frame(p), v)
}
