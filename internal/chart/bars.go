package chart

import "html/template"

// Bars is a picture of one amount for each of some categories, one below another.
type Bars struct {
	Head
	Rows []Bar
	// Mark draws a line across all bars at an amount, such as a limit; zero draws none. MarkText says what it is.
	Mark     float64
	MarkText string
}

// A Bar is the amount of one category. Tone is one of page.Tag's, or empty.
type Bar struct {
	Label string
	Value float64 // below zero counts as zero
	Said  string  // the value as it is read
	Tone  string
}

// The heights of a bar's row and of what is in it, in pixels.
const (
	barRow  = 44
	barText = 15
	barTop  = 22
	barHigh = 14
	markRow = 22
	// markOver is how far the mark stands out above and below a bar.
	markOver = 2
)

// a drawnBar is a bar with its place.
type drawnBar struct {
	Bar
	Base, Top         int
	MarkTop, MarkFoot int
	X, Wide           string
}

// SVG draws the picture; it is empty when there are no rows.
func (b Bars) SVG() template.HTML {
	if len(b.Rows) == 0 {
		return ""
	}
	most := b.Mark
	for _, r := range b.Rows {
		most = max(most, r.Value)
	}
	d := struct {
		Bars
		Drawn            []drawnBar
		Height, MarkBase int
		MarkX            string
	}{Bars: b, Height: len(b.Rows) * barRow}
	if b.Mark > 0 {
		d.MarkX, d.MarkBase = b.x(part{from: 100 * b.Mark / most}), d.Height+barText
		d.Height += markRow
	}
	for i, r := range b.Rows {
		share := part{}
		if most > 0 {
			share.wide = 100 * max(0, r.Value) / most
		}
		d.Drawn = append(d.Drawn, drawnBar{r, i*barRow + barText, i*barRow + barTop, i*barRow + barTop - markOver, i*barRow + barTop + barHigh + markOver,
			b.x(share), percent(share.wide)})
	}
	return draw("bars.svg", d)
}
