package lesson

import (
	"strings"
	"unicode"
)

// A Change says what became of a line or a piece.
type Change string

// The changes.
const (
	Same Change = "same"
	Out  Change = "out" // taken out
	In   Change = "in"  // put in
)

// A Line is one line of what was compared. Pieces are its words; in a line that took another's place those that differ are told apart.
type Line struct {
	Change Change
	Pieces []Piece
}

// A Piece is a part of a line: In or Out where it differs from the line that it took the place of, or that took its.
type Piece struct {
	Change Change
	Text   string
}

// Lines compares two texts line by line, and word by word where lines took the place of others. All lines of both are in it, in order.
func Lines(before, after []string) (list []Line) {
	steps := compare(before, after)
	for i := 0; i < len(steps); {
		if steps[i].change == Same {
			list = append(list, Line{Same, []Piece{{Same, steps[i].text}}})
			i++
			continue
		}
		var out, in []string
		for ; i < len(steps) && steps[i].change != Same; i++ {
			if steps[i].change == Out {
				out = append(out, steps[i].text)
			} else {
				in = append(in, steps[i].text)
			}
		}
		list = append(list, replaced(out, in)...)
	}
	return list
}

// replaced gives lines that took the place of others, pair by pair.
func replaced(out, in []string) (list []Line) {
	for i := range max(len(out), len(in)) {
		switch {
		case i >= len(in):
			list = append(list, Line{Out, []Piece{{Out, out[i]}}})
		case i >= len(out):
			list = append(list, Line{In, []Piece{{In, in[i]}}})
		default:
			steps := compare(pieces(out[i]), pieces(in[i]))
			list = append(list, side(steps, Out), side(steps, In))
		}
	}
	return list
}

// side is one of two lines: what both have, and what it alone has.
func side(steps []step, which Change) Line {
	l := Line{Change: which}
	for _, s := range steps {
		if s.change != Same && s.change != which {
			continue
		}
		if n := len(l.Pieces); n > 0 && l.Pieces[n-1].Change == s.change {
			l.Pieces[n-1].Text += s.text
			continue
		}
		l.Pieces = append(l.Pieces, Piece{s.change, s.text})
	}
	return l
}

// pieces divides a line into words, each with the space after it.
func pieces(line string) (list []string) {
	start, space := 0, false
	for i, r := range line {
		if space && !unicode.IsSpace(r) {
			list = append(list, line[start:i])
			start = i
		}
		space = unicode.IsSpace(r)
	}
	if start < len(line) {
		list = append(list, line[start:])
	}
	return list
}

type step struct {
	change Change
	text   string
}

// mostCells bounds what a comparison costs: above it everything between what is the same at both ends counts as replaced.
const mostCells = 4_000_000

// compare gives the shortest way from one list to another, by the longest part that both have in order.
func compare(a, b []string) (list []step) {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	add := func(change Change, texts []string) {
		for _, t := range texts {
			list = append(list, step{change, t})
		}
	}
	add(Same, a[:start])
	list = append(list, middle(a[start:len(a)-end], b[start:len(b)-end])...)
	add(Same, a[len(a)-end:])
	return list
}

func middle(a, b []string) (list []step) {
	wide := len(b) + 1
	if (len(a)+1)*wide > mostCells {
		for _, t := range a {
			list = append(list, step{Out, t})
		}
		for _, t := range b {
			list = append(list, step{In, t})
		}
		return list
	}
	longest := make([]int32, (len(a)+1)*wide) // of what is left of a and b from a place on
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i*wide+j] = longest[(i+1)*wide+j+1] + 1
			} else {
				longest[i*wide+j] = max(longest[(i+1)*wide+j], longest[i*wide+j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			list = append(list, step{Same, a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && longest[(i+1)*wide+j] >= longest[i*wide+j+1]:
			list = append(list, step{Out, a[i]})
			i++
		default:
			list = append(list, step{In, b[j]})
			j++
		}
	}
	return list
}

// split gives the lines of a text; none of an empty one.
func split(text string) []string {
	text = strings.Trim(text, "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
