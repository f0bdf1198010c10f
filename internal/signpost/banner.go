package signpost

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"text/template"
	"unicode"
)

// A BannerSize is the size of a banner, in pixels.
type BannerSize struct{ Width, Height int }

// String is the size as it is written, as in "300x250".
func (s BannerSize) String() string { return fmt.Sprintf("%dx%d", s.Width, s.Height) }

// BannerSizes are the common ones, of places for advertisements and of posts.
var BannerSizes = []BannerSize{{300, 250}, {336, 280}, {728, 90}, {970, 250}, {160, 600}, {300, 600}, {320, 50}, {320, 100}, {1080, 1080}, {1200, 628}, {1080, 1920}}

// The colours of a banner. Each pair that is written in one on the other has a contrast of more than 7.
const (
	bannerPaper = "#fff"
	bannerInk   = "#16222a"
	bannerBand  = "#0b5460"
)

const banner = `<svg xmlns="http://www.w3.org/2000/svg" width="{{.Size.Width}}" height="{{.Size.Height}}" viewBox="0 0 {{.Size.Width}} {{.Size.Height}}" xml:lang="{{x .Language}}" direction="{{x .Dir}}" role="img" aria-label="{{x .Alt}}">
<rect width="{{.Size.Width}}" height="{{.Size.Height}}" fill="` + bannerBand + `"/><rect x="{{n .Edge}}" y="{{n .Edge}}" width="{{n .InnerWidth}}" height="{{n .InnerHeight}}" fill="` + bannerPaper + `"/>
<g text-anchor="middle" font-family="system-ui,'Noto Sans','Noto Sans Arabic',sans-serif">
{{range .Pills}}<rect x="{{n .X}}" y="{{n .Y}}" width="{{n .Width}}" height="{{n .Height}}" rx="{{n .Round}}" fill="` + bannerBand + `"/>
{{end}}{{range .Rows}}<text x="{{n .X}}" y="{{n .Y}}" font-size="{{n .Big}}"{{if .Bold}} font-weight="700"{{end}} fill="{{.Fill}}">{{x .Text}}</text>
{{end}}</g>
{{with .Code}}<path transform="translate({{n .X}} {{n .Y}}) scale({{.Scale}})" d="{{.Squares}}" fill="#000"/>
{{end}}</svg>
`

var bannerTemplate = template.Must(template.New("").Funcs(template.FuncMap{
	"n": func(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") },
	"x": template.HTMLEscapeString,
}).Parse(banner))

// A box is a part of a banner.
type box struct{ X, Y, Width, Height float64 }

// A bannerRow is one line of text, at its middle.
type bannerRow struct {
	Text      string
	X, Y, Big float64
	Bold      bool
	Fill      string
}

// A pill is the ground of a line in another colour.
type pill struct {
	box
	Round float64
}

// A scanned is a code to scan.
type scanned struct {
	X, Y, Scale float64
	Squares     string
}

// A sheetOf is a banner that is being drawn.
type sheetOf struct {
	Post
	Size                          BannerSize
	Edge, InnerWidth, InnerHeight float64
	Rows                          []bannerRow
	Pills                         []pill
	Code                          *scanned
}

// A block is one thing that a banner says.
type block struct {
	text string
	size float64 // of its letters, by those of a line
	bold bool
	pill bool
	must bool // it is there at any size
}

// Banner is the signpost in a size of BannerSizes as SVG: it has no script and loads nothing. What there is no room for is left out, the headline never; a
// code to scan is on those that have room for one.
func (p Post) Banner(size BannerSize) (string, error) {
	w, h := float64(size.Width), float64(size.Height)
	short := min(w, h)
	edge := max(2, short*0.012)
	v := sheetOf{Post: p, Size: size, Edge: edge, InnerWidth: w - 2*edge, InnerHeight: h - 2*edge}
	pad := edge + max(3, short*0.05)
	in := box{pad, pad, w - 2*pad, h - 2*pad}
	in, err := v.scan(in)
	if err != nil {
		return "", err
	}
	if in.Width > 3*in.Height && in.Height < 120 { // low: words beside the number
		v.low(in)
	} else {
		v.stack(in, p.blocks())
	}
	var b bytes.Buffer
	err = bannerTemplate.Execute(&b, v)
	return b.String(), err
}

// leastModule is how many pixels a square of a code has at least, so that a telephone reads it from a screen.
const leastModule = 3

// scan puts the code to scan where it has room, and gives what is left for words.
func (v *sheetOf) scan(in box) (box, error) {
	squares, n, err := squaresOf(v.Link)
	if err != nil {
		return in, err
	}
	least := float64(n * leastModule)
	switch gap := min(in.Width, in.Height) * 0.05; {
	case in.Width > 1.5*in.Height && in.Height >= least: // beside the words, at the end of the line
		side := min(in.Height, in.Width*0.35)
		if side < least {
			return in, nil
		}
		at := scanned{in.X + in.Width - side, in.Y + (in.Height-side)/2, side / float64(n), squares}
		left := in
		if left.Width -= side + gap; v.Dir == "rtl" {
			at.X, left.X = in.X, in.X+side+gap
		}
		v.Code = &at
		return left, nil
	case in.Width <= 1.5*in.Height && in.Width >= least && in.Height >= 2.4*least: // below the words
		side := max(least, min(in.Width*0.6, in.Height*0.4))
		v.Code = &scanned{in.X + (in.Width-side)/2, in.Y + in.Height - side, side / float64(n), squares}
		in.Height -= side + gap
	}
	return in, nil
}

// blocks are what a banner says, from its top to its bottom.
func (p Post) blocks() []block {
	list := []block{{p.Headline, 1.55, true, false, true}, {p.Lines[0], 1, false, false, false}, {p.Lines[1], 1, false, false, false}}
	for _, c := range p.Contacts {
		list = append(list, block{c.Name + ": " + ltr(c.Phone), 1, true, true, false})
	}
	return append(list, block{ltr(p.host()), 0.8, false, false, false})
}

// leaves is in which order blocks of so many are left out, by place: the second line, then the address, then all contacts but the last, then the first line,
// then the last contact.
func leaves(n int) (order []int) {
	order = append(order, 2, n-1)
	for i := 3; i < n-2; i++ {
		order = append(order, i)
	}
	order = append(order, 1)
	if n-2 >= 3 {
		order = append(order, n-2)
	}
	return order
}

// host is where the link leads, as people write it.
func (p Post) host() string {
	if u, err := url.Parse(p.Link); err == nil {
		return u.Host
	}
	return p.Link
}

// The sizes of letters, in pixels.
const (
	leastLetter = 10
	mostLetter  = 64
	stepLetter  = 0.5
)

// stack puts blocks below one another, as large as they fit, leaving out what has no room even when it is small.
func (v *sheetOf) stack(in box, blocks []block) {
	gone := map[int]bool{}
	order := leaves(len(blocks))
	for {
		var kept []block
		for i, b := range blocks {
			if !gone[i] && strings.TrimSpace(b.text) != "" {
				kept = append(kept, b)
			}
		}
		if size, ok := fits(in, kept, leastLetter); ok {
			v.place(in, kept, size)
			return
		}
		if len(order) == 0 { // the headline alone, however small
			size, _ := fits(in, kept, 1)
			v.place(in, kept, size)
			return
		}
		gone[order[0]], order = true, order[1:]
	}
}

// low puts the headline at the start of a low banner, and at its end whom to call.
func (v *sheetOf) low(in box) {
	words := []block{{v.Headline, 1, true, false, true}}
	if in.Height >= 60 {
		words = append(words, block{v.Lines[0], 0.8, false, false, false})
	}
	end := block{ltr(v.host()), 1, true, true, false}
	if n := len(v.Contacts); n > 0 {
		end.text = v.Contacts[n-1].Name + " " + ltr(v.Contacts[n-1].Phone)
	}
	gap := in.Height * 0.12
	start, rest := in, in
	start.Width = in.Width*0.6 - gap
	rest.Width = in.Width * 0.4
	rest.X = in.X + in.Width - rest.Width
	if v.Dir == "rtl" {
		rest.X, start.X = in.X, in.X+rest.Width+gap
	}
	size, ok := fits(start, words, leastLetter)
	if !ok && len(words) > 1 {
		words = words[:1]
		size, ok = fits(start, words, leastLetter)
	}
	if !ok {
		size, _ = fits(start, words, 1)
	}
	v.place(start, words, size)
	size, _ = fits(rest, []block{end}, 1)
	v.place(rest, []block{end}, min(size, 24))
}

// Measures of lines, by the size of their letters.
const (
	lineHeight = 1.35
	ascent     = 1.02 // from the top of a line to where its letters stand
	pillPad    = 0.45 // around a line on a ground
	blockGap   = 0.45 // between two blocks
)

// fits gives the largest size of letters, at least so large, at which all blocks have room.
func fits(in box, list []block, least float64) (float64, bool) {
	for size := min(mostLetter, in.Height); size >= least; size -= stepLetter {
		if high, ok := height(in.Width, list, size); ok && high <= in.Height {
			return size, true
		}
	}
	return least, false
}

// height is how high blocks are at a size; not ok when a word is wider than there is room.
func height(width float64, list []block, size float64) (high float64, ok bool) {
	for i, b := range list {
		big, room := size*b.size, width
		if b.pill {
			room -= 2 * big * pillPad
		}
		lines, ok := wrapTo(b.text, room/big, b.bold)
		if !ok {
			return 0, false
		}
		high += float64(len(lines)) * big * lineHeight
		if b.pill {
			high += big * pillPad
		}
		if i > 0 {
			high += size * blockGap
		}
	}
	return high, true
}

// place draws blocks in the middle of a box.
func (v *sheetOf) place(in box, list []block, size float64) {
	high, _ := height(in.Width, list, size)
	y, middle := in.Y+max(0, in.Height-high)/2, in.X+in.Width/2
	for i, b := range list {
		if i > 0 {
			y += size * blockGap
		}
		big, room, fill := size*b.size, in.Width, bannerInk
		if b.pill {
			room, fill = room-2*big*pillPad, bannerPaper
		}
		lines, _ := wrapTo(b.text, room/big, b.bold)
		if b.pill {
			wide := 0.0
			for _, line := range lines {
				wide = max(wide, measure(line, b.bold)*big)
			}
			wide = min(in.Width, wide+2*big*pillPad)
			tall := float64(len(lines))*big*lineHeight + big*pillPad
			v.Pills = append(v.Pills, pill{box{middle - wide/2, y, wide, tall}, min(big*0.4, tall/2)})
			y += big * pillPad / 2
		}
		for _, line := range lines {
			v.Rows = append(v.Rows, bannerRow{line, middle, y + big*ascent, big, b.bold, fill})
			y += big * lineHeight
		}
		if b.pill {
			y += big * pillPad / 2
		}
	}
}

// wrapTo divides a text into lines of a width, by the size of its letters; not ok when a word is wider.
func wrapTo(text string, width float64, bold bool) (lines []string, ok bool) {
	var line string
	for _, word := range strings.Fields(text) {
		if measure(word, bold) > width {
			return nil, false
		}
		if line != "" && measure(line+" "+word, bold) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line), true
}

// measure is how wide a text is at most, by the size of its letters: the program does not know with which letters it will be shown, so that it goes by the
// widest of those that systems have.
func measure(text string, bold bool) (wide float64) {
	for _, r := range text {
		wide += widthOf(r)
	}
	if bold {
		return wide * 1.1
	}
	return wide
}

func widthOf(r rune) float64 {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Cf):
		return 0
	case r == ' ' || r == '\u00a0':
		return 0.36
	case strings.ContainsRune("iljtfrI.,:;'’!|()-", r):
		return 0.46
	case strings.ContainsRune("mwMW@%—…", r):
		return 1.02
	case unicode.IsUpper(r):
		return 0.8
	case unicode.In(r, unicode.Arabic):
		return 0.72
	case r < 0x2000:
		return 0.66
	}
	return 1
}

// Alt is what a picture of the signpost says, for whoever does not see it.
func (p Post) Alt() string {
	parts := []string{p.Headline, p.Lines[0], p.Lines[1]}
	for _, c := range p.Contacts {
		parts = append(parts, c.Name+": "+c.Phone+".")
	}
	return strings.Join(parts, " ")
}

// MostOfPost is how many characters a post on social media may have.
const MostOfPost = 280

// Message is the signpost as a post of at most MostOfPost characters: the headline, as much of the rest as there is room for, and the way.
func (p Post) Message() string {
	rest := []string{p.Lines[0]}
	if n := len(p.Contacts); n > 0 {
		rest = append(rest, p.Contacts[n-1].Name+": "+p.Contacts[n-1].Phone)
	}
	rest = append(rest, p.Lines[1])
	head, said := p.Headline, []string{}
	long := func(lines ...string) int { return len([]rune(strings.Join(lines, "\n"))) }
	if most := MostOfPost - long("", p.Link); long(head) > most {
		head = strings.TrimSpace(string([]rune(head)[:max(0, most-1)])) + "…"
	}
	for _, line := range rest {
		if long(append(append([]string{head}, said...), line, p.Link)...) <= MostOfPost {
			said = append(said, line)
		}
	}
	return strings.Join(append(append([]string{head}, said...), p.Link), "\n") + "\n"
}
