package education

import (
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// A Problem is one fault of a module: the line, counted from 1 in what was given, and what is wrong there and what is expected. Code names the fault
// for whoever says it in other words.
type Problem struct {
	Line    int
	Message string
	Code    string
}

// The codes of problems.
const (
	FormKind   = "kind"   // something that has no place in a text
	FormLevel  = "level"  // a heading that is not of the second level
	FormNoID   = "no_id"  // a heading that names no section
	FormIDTwo  = "id_two" // two of the same name
	FormItem   = "item"   // an item that is not one paragraph
	FormStrong = "strong" // words between single marks
	FormLink   = "link"   // a link that leads to no topic
)

// A Block is a heading, a paragraph or a list of a module. One of Heading, Text and Items is set.
type Block struct {
	ID      string // of a heading; it names the section
	Heading []Span
	Text    []Span
	Items   [][]Span
	Ordered bool // the items are steps
}

// A Span is a piece of text. Topic is that of the module to which it leads; empty for none.
type Span struct {
	Text   string
	Strong bool
	Topic  Topic
}

// Plain gives the words without their marks: one piece, or one for each item of a list.
func (b Block) Plain() []string { return b.texts() }

// texts gives the plain words, item by item.
func (b Block) texts() (list []string) {
	for _, spans := range append([][]Span{b.Heading, b.Text}, b.Items...) {
		if t := plain(spans); t != "" {
			list = append(list, t)
		}
	}
	return list
}

func plain(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

var markdown = goldmark.New(goldmark.WithParserOptions(parser.WithHeadingAttribute()))

// topicScheme begins a link to another module.
const topicScheme = "topic:"

// ParseBody reads the Markdown of a module: headings of the second level with their ids, paragraphs, lists, strong words, and links to other topics.
// Whatever else Markdown has is a problem, by its line; the blocks are whole only when there is none.
func ParseBody(source []byte) ([]Block, []Problem) {
	p := &bodyParser{source: source, ids: map[string]bool{}}
	for n := markdown.Parser().Parse(text.NewReader(source)).FirstChild(); n != nil; n = n.NextSibling() {
		p.block(n)
	}
	return p.blocks, p.problems
}

type bodyParser struct {
	source   []byte
	blocks   []Block
	problems []Problem
	ids      map[string]bool
	line     int // of the block that is being read
}

func (p *bodyParser) report(code, format string, args ...any) {
	p.problems = append(p.problems, Problem{max(p.line, 1), fmt.Sprintf(format, args...), code})
}

// at notes where a block begins; what has no lines of its own is where the last one was.
func (p *bodyParser) at(n ast.Node) {
	for n != nil && n.Type() == ast.TypeBlock {
		if n.Lines().Len() > 0 {
			p.line = 1 + strings.Count(string(p.source[:n.Lines().At(0).Start]), "\n")
			return
		}
		n = n.FirstChild()
	}
}

func (p *bodyParser) block(n ast.Node) {
	p.at(n)
	switch n := n.(type) {
	case *ast.Heading:
		p.heading(n)
	case *ast.Paragraph:
		p.blocks = append(p.blocks, Block{Text: p.spans(n, false)})
	case *ast.List:
		b := Block{Ordered: n.IsOrdered()}
		for item := n.FirstChild(); item != nil; item = item.NextSibling() {
			p.at(item)
			b.Items = append(b.Items, p.item(item))
		}
		p.blocks = append(p.blocks, b)
	default:
		p.report(FormKind, "%s is not allowed here; expected headings with ##, paragraphs and lists", kindOf(n))
	}
}

func (p *bodyParser) heading(n *ast.Heading) {
	if n.Level != 2 {
		p.report(FormLevel, "a heading of level %d is not allowed; expected ##", n.Level)
	}
	var id string
	if v, ok := n.AttributeString("id"); ok {
		if raw, ok := v.([]byte); ok {
			id = string(raw)
		}
	}
	switch {
	case id == "":
		p.report(FormNoID, "the heading has no id; expected it after the words, as in {#what}")
	case p.ids[id]:
		p.report(FormIDTwo, "the id %q stands twice; expected each section once", id)
	}
	p.ids[id] = true
	p.blocks = append(p.blocks, Block{ID: id, Heading: p.spans(n, false)})
}

// item gives the words of one item, which has one paragraph.
func (p *bodyParser) item(n ast.Node) []Span {
	first := n.FirstChild()
	if first == nil {
		p.report(FormItem, "the item is empty; expected words")
		return nil
	}
	if first.NextSibling() != nil || !slices.Contains([]ast.NodeKind{ast.KindTextBlock, ast.KindParagraph}, first.Kind()) {
		p.report(FormItem, "the item holds more than one paragraph; expected one, without a list inside")
	}
	return p.spans(first, false)
}

func (p *bodyParser) spans(n ast.Node, strong bool) (list []Span) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			words := string(c.Value(p.source))
			if c.SoftLineBreak() || c.HardLineBreak() {
				words += " "
			}
			list = join(list, Span{Text: words, Strong: strong})
		case *ast.String:
			list = join(list, Span{Text: string(c.Value), Strong: strong})
		case *ast.Emphasis:
			if c.Level != 2 {
				p.report(FormStrong, "words between single marks are not allowed; expected ** around strong words")
			}
			list = append(list, p.spans(c, true)...)
		case *ast.Link:
			topic, ok := strings.CutPrefix(string(c.Destination), topicScheme)
			if !ok || !slices.Contains(Topics, Topic(topic)) {
				p.report(FormLink, "the link leads to %q; expected %s and one of the five topics", clip(string(c.Destination)), topicScheme)
			}
			list = append(list, Span{Text: plain(p.spans(c, false)), Strong: strong, Topic: Topic(topic)})
		default:
			p.report(FormKind, "%s is not allowed here; expected words, strong words and links to topics", kindOf(c))
		}
	}
	return list
}

// join adds a span to those before it; goldmark cuts words at marks that turn out to be none.
func join(list []Span, s Span) []Span {
	if i := len(list) - 1; i >= 0 && list[i].Strong == s.Strong && list[i].Topic == s.Topic {
		list[i].Text += s.Text
		return list
	}
	return append(list, s)
}

// kindOf names what stands there.
func kindOf(n ast.Node) string {
	names := map[ast.NodeKind]string{ast.KindHTMLBlock: "HTML", ast.KindRawHTML: "HTML", ast.KindImage: "a picture", ast.KindBlockquote: "a quotation",
		ast.KindCodeBlock: "code", ast.KindFencedCodeBlock: "code", ast.KindCodeSpan: "code", ast.KindThematicBreak: "a line across", ast.KindAutoLink: "an address"}
	if name, ok := names[n.Kind()]; ok {
		return name
	}
	return n.Kind().String()
}

// clip shortens what a problem quotes.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
