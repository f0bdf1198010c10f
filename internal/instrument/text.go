package instrument

import (
	"slices"
	"strings"
)

// A Text is the same words in several languages. The zero value is no words.
type Text struct {
	order []string
	in    map[string]string
}

func newText(order []string, in map[string]string) Text { return Text{order, in} }

// Empty tells whether there are no words at all.
func (t Text) Empty() bool { return len(t.in) == 0 }

// Words gives the words in a language. It falls back from "pt-BR" to "pt", and then to the first language of the
// instrument that has words; a Text without words gives "".
func (t Text) Words(lang string) string {
	base, _, _ := strings.Cut(lang, "-")
	for _, tag := range append([]string{lang, base}, t.order...) {
		if words, ok := t.in[tag]; ok {
			return words
		}
	}
	return ""
}

// Languages gives the languages that have words, sorted.
func (t Text) Languages() []string {
	var tags []string
	for tag := range t.in {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	return tags
}
