package lesson_test

import (
	"strings"
	"testing"

	"amparo/internal/lesson"
)

// sides puts both texts together again from what was compared.
func sides(list []lesson.Line) (before, after []string) {
	for _, l := range list {
		var text strings.Builder
		for _, p := range l.Pieces {
			text.WriteString(p.Text)
		}
		if l.Change != lesson.In {
			before = append(before, text.String())
		}
		if l.Change != lesson.Out {
			after = append(after, text.String())
		}
	}
	return before, after
}

func lines(text string) []string { return strings.Split(text, "|") }

// TestLines: nothing is lost, and what is the same is said to be so.
func TestLines(t *testing.T) {
	for _, pair := range [][2]string{{"a|b|c", "a|c"}, {"a", "b"}, {"", "x|y"}, {"We play now.|And sing.", "We sing now.|And sing."}, {"a|b|c|d", "d|c|b|a"}} {
		list := lesson.Lines(lines(pair[0]), lines(pair[1]))
		before, after := sides(list)
		if strings.Join(before, "|") != pair[0] || strings.Join(after, "|") != pair[1] {
			t.Errorf("%q and %q became %v and %v", pair[0], pair[1], before, after)
		}
	}
	list := lesson.Lines([]string{"We play now."}, []string{"We sing now."})
	if len(list) != 2 || list[0].Change != lesson.Out || len(list[0].Pieces) != 3 || list[0].Pieces[1] != (lesson.Piece{Change: lesson.Out, Text: "play "}) || list[1].Pieces[1].Text != "sing " {
		t.Errorf("%+v", list)
	}
	if list := lesson.Lines(lines("a|b"), lines("a|b")); len(list) != 2 || list[0].Change != lesson.Same || list[1].Change != lesson.Same {
		t.Errorf("%+v", list)
	}
}

func FuzzLines(f *testing.F) {
	f.Add("a|b c|d", "a|b e|d")
	f.Fuzz(func(t *testing.T, a, b string) {
		before, after := sides(lesson.Lines(lines(a), lines(b)))
		if strings.Join(before, "|") != a || strings.Join(after, "|") != b {
			t.Errorf("%q and %q became %q and %q", a, b, before, after)
		}
	})
}
