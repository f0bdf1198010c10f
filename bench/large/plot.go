package main

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// A series is one line of a plot.
type series struct{ engine, what, name string }

// A plot is one small picture of how a figure grows.
type plot struct {
	title string
	sizes []int
	lines []series
	aim   float64 // 0 for none
}

// The measures of the picture, in pixels.
const (
	plotWide, plotHigh = 440, 300
	left, top          = 60, 40
	innerWide, inner   = 240, 200
)

// picture draws the four plots, both axes by powers of ten. The tables of the page say the same in numbers.
func (p *page) picture() string {
	both := func(what, name string) (list []series) {
		for _, e := range engines {
			list = append(list, series{e, what, e + ", " + name})
		}
		return list
	}
	plots := []plot{
		{"Duty queue, 99th percentile, ms", p.sizes, slices.Concat(both("queue.bare", "bare"), both("queue.top", "top"), both("queue.list", "list"), both("queue.page", "page")), aimQueue},
		{"Search by name, 99th percentile, ms", p.sizes, append(both("search.bare", "bare"), both("search.search", "search")...), aimSearch},
		{"Start until ready, ms", p.sizes, append(both("start.bare", "bare"), both("start", "with the data")...), aimStart},
		{"Audit entries verified a second", p.entries, append(both("log.bare", "bare"), both("log", "verify")...), 0},
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11" role="img" aria-label="How each figure grows with what is in the store">`+"\n", 2*plotWide, 2*plotHigh)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#fff"/>`+"\n", 2*plotWide, 2*plotHigh)
	for i, one := range plots {
		fmt.Fprintf(&b, `<g transform="translate(%d %d)">`+"\n", i%2*plotWide, i/2*plotHigh)
		p.draw(&b, one)
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// draw draws one plot.
func (p *page) draw(b *strings.Builder, one plot) {
	low, high := p.reach(one)
	y := func(v float64) float64 { return top + inner*(1-(math.Log10(v)-low)/(high-low)) }
	x := func(i int) float64 { return left + innerWide*float64(i)/float64(max(1, len(one.sizes)-1)) }
	fmt.Fprintf(b, `<text x="%d" y="20" font-weight="bold">%s</text>`+"\n", left, html.EscapeString(one.title))
	for e := low; e <= high; e++ {
		v := math.Pow(10, e)
		fmt.Fprintf(b, `<path d="M%d %.1fh%d" stroke="#ccc"/><text x="%d" y="%.1f" text-anchor="end">%v</text>`+"\n", left, y(v), innerWide, left-6, y(v)+4, v)
	}
	for i, n := range one.sizes {
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", x(i), top+inner+18, count(n))
	}
	if one.aim > 0 {
		fmt.Fprintf(b, `<path d="M%d %.1fh%d" stroke="#000" stroke-dasharray="2 3"/><text x="%d" y="%.1f">aim</text>`+"\n", left, y(one.aim), innerWide, left+4, y(one.aim)-3)
	}
	for i, s := range one.lines {
		p.line(b, one, s, i, x, y)
	}
}

// reach gives the powers of ten between which all values lie.
func (p *page) reach(one plot) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	see := func(v float64) {
		if v > 0 {
			low, high = min(low, math.Floor(math.Log10(v))), max(high, math.Ceil(math.Log10(v)))
		}
	}
	see(one.aim)
	for _, s := range one.lines {
		for _, n := range one.sizes {
			see(p.Values[key(s.engine, s.what, n)])
		}
	}
	if math.IsInf(low, 0) || low == high {
		return 0, 1
	}
	return low, high
}

// line draws one line with its name: an engine has its colour, a baseline is broken.
func (p *page) line(b *strings.Builder, one plot, s series, at int, x func(int) float64, y func(float64) float64) {
	colour, dash := map[string]string{"SQLite": "#1d70b8", "PostgreSQL": "#b35900"}[s.engine], ""
	if strings.HasSuffix(s.what, "bare") {
		dash = ` stroke-dasharray="5 4"`
	}
	wide := 1 + at/2
	path, pen := "", "M"
	for i, n := range one.sizes {
		v, ok := p.Values[key(s.engine, s.what, n)]
		if !ok || v <= 0 {
			continue
		}
		path += fmt.Sprintf("%s%.1f %.1f", pen, x(i), y(v))
		pen = "L"
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", x(i), y(v), colour)
	}
	if path == "" {
		return
	}
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="%d"%s/>`+"\n", path, colour, wide, dash)
	row := top + 14*at
	fmt.Fprintf(b, `<path d="M%d %dh18" stroke="%s" stroke-width="%d"%s/><text x="%d" y="%d">%s</text>`+"\n", left+innerWide+14, row, colour, wide, dash, left+innerWide+36, row+4, html.EscapeString(s.name))
}
