package chart

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
)

//go:embed template/*.svg
var files embed.FS

var pictures = template.Must(template.ParseFS(files, "template/*.svg"))

// A Head is what every picture has: an id of its own on the page, a name, and one sentence that says what it shows.
type Head struct {
	ID, Title, Text string
	RTL             bool // it is read from right to left
}

// draw executes a picture's template. Whatever it is given is text and is escaped.
func draw(name string, data any) template.HTML {
	var b bytes.Buffer
	if err := pictures.ExecuteTemplate(&b, name, data); err != nil {
		panic(fmt.Sprintf("drawing %s: %v", name, err)) // the templates and what they are given are of this package alone
	}
	return template.HTML(b.String())
}

// A part is a stretch across the picture, in hundredths of its width from where reading begins.
type part struct{ from, wide float64 }

// x is where the stretch begins as the picture counts, from left to right.
func (h Head) x(p part) string {
	if h.RTL {
		return percent(100 - p.from - p.wide)
	}
	return percent(p.from)
}

func percent(v float64) string { return fmt.Sprintf("%.2f%%", v) }

// Dir is the direction of the words.
func (h Head) Dir() string {
	if h.RTL {
		return "rtl"
	}
	return "ltr"
}

// Begin and End are the edges at which reading begins and ends.
func (h Head) Begin() string { return h.x(part{}) }

// End is the other edge.
func (h Head) End() string { return h.x(part{from: 100}) }
