package signpost

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"strings"
	"text/template"
	"unicode/utf8"

	"github.com/boombuler/barcode/qr"
)

// version is a short name of everything that is said: another one when anything of it is changed.
func (p Post) version() string {
	text := strings.Join([]string{p.Headline, p.Lines[0], p.Lines[1], p.Link}, "\n")
	for _, c := range p.Contacts {
		text += "\n" + c.Name + "\n" + c.Phone
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}

// A sheetSize is one kind of paper, in millimetres.
type sheetSize struct {
	Width, Height, Head, Line, Code float64 // of the paper, of the letters, of the square to scan
	across                          int     // letters of a line at the size Line
}

var (
	poster = sheetSize{Width: 210, Height: 297, Head: 17, Line: 9.5, Code: 110, across: 36}
	card   = sheetSize{Width: 85, Height: 55, Head: 4.6, Line: 3.2, Code: 22, across: 44}
)

// Poster is the signpost on a sheet of A4 as SVG, with a code to be scanned, drawn here. It loads nothing.
func (p Post) Poster() (string, error) { return p.printed(poster) }

// Card is the same of the size of a business card, 85 by 55 mm.
func (p Post) Card() (string, error) { return p.printed(card) }

// A row is one line of text on paper.
type row struct {
	Text   string
	Y, Big float64
	Weight int
}

const paper = `<svg xmlns="http://www.w3.org/2000/svg" width="{{mm .Size.Width}}mm" height="{{mm .Size.Height}}mm" viewBox="0 0 {{mm .Size.Width}} {{mm .Size.Height}}" xml:lang="{{x .Language}}" direction="{{x .Dir}}" role="img" aria-label="{{x .Headline}}">
<rect width="100%" height="100%" fill="#fff"/><rect width="100%" height="{{mm .Band}}" fill="#0b5460"/>
<g fill="#16222a" text-anchor="middle" font-family="system-ui,'Noto Sans','Noto Sans Arabic',sans-serif">
{{range .Rows}}<text x="{{mm $.Middle}}" y="{{mm .Y}}" font-size="{{mm .Big}}" font-weight="{{.Weight}}">{{x .Text}}</text>
{{end}}</g>
<path transform="translate({{mm .Left}} {{mm .Top}}) scale({{.Scale}})" d="{{.Squares}}" fill="#000"/>
</svg>
`

var paperTemplate = template.Must(template.New("").Funcs(template.FuncMap{
	"mm": func(v float64) string { return fmt.Sprintf("%.4g", v) },
	"x":  func(s string) string { return template.HTMLEscapeString(s) },
}).Parse(paper))

func (p Post) printed(size sheetSize) (string, error) {
	squares, n, err := squaresOf(p.Link)
	if err != nil {
		return "", err
	}
	v := struct {
		Post
		Size                           sheetSize
		Rows                           []row
		Band, Middle, Left, Top, Scale float64
		Squares                        string
	}{Post: p, Size: size, Band: size.Line / 2, Middle: size.Width / 2, Squares: squares}
	y := size.Line * 1.2
	add := func(text string, big float64, weight int) {
		for _, line := range wrap(text, int(float64(size.across)*size.Line/big)) {
			y += big * 1.3
			v.Rows = append(v.Rows, row{line, y, big, weight})
		}
	}
	add(p.Headline, size.Head, 700)
	y += size.Line / 2
	add(p.Lines[0], size.Line, 400)
	add(p.Lines[1], size.Line, 400)
	y += size.Line / 4
	for _, c := range p.Contacts {
		add(c.Name+": "+ltr(c.Phone), size.Line, 700)
	}
	below := size.Line * 3 // the last lines
	side := min(size.Code, size.Height-y-below-size.Line)
	v.Scale, v.Left, v.Top = side/float64(n), (size.Width-side)/2, y+size.Line/2
	y = v.Top + side
	add(p.Words.Scan+" "+ltr(p.Link), size.Line*0.7, 400)
	add(p.Words.Until, size.Line*0.7, 400)
	var b bytes.Buffer
	err = paperTemplate.Execute(&b, v)
	return b.String(), err
}

// ltr keeps the order of a number or an address in a line of Arabic.
func ltr(s string) string { return "\u2066" + s + "\u2069" }

// wrap divides a text into lines of at most so many letters, where it can be.
func wrap(text string, most int) (lines []string) {
	var line string
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > most {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}

// squaresOf gives the dark squares of a QR code (ISO/IEC 18004, error correction M) as a path of unit squares, and how many squares it is wide with the
// quiet zone of four on each side.
func squaresOf(text string) (path string, wide int, err error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", 0, fmt.Errorf("the address %q has no QR code: %w", text, err)
	}
	const quiet = 4
	b := code.Bounds()
	var out strings.Builder
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if dark(code, x, y) {
				fmt.Fprintf(&out, "M%d %dh1v1h-1z", x-b.Min.X+quiet, y-b.Min.Y+quiet)
			}
		}
	}
	return out.String(), b.Dx() + 2*quiet, nil
}

func dark(m image.Image, x, y int) bool {
	return color.GrayModel.Convert(m.At(x, y)).(color.Gray).Y < 128
}
