package education

import (
	"strings"

	"amparo/internal/sound"
)

// hard reports each hard word that has a plainer one, once.
func (c *measuring) hard() {
	if len(c.plain) == 0 {
		return
	}
	var b strings.Builder
	for _, t := range append(c.m.said(), c.m.SMS...) {
		for _, sentence := range Sentences(t) {
			b.WriteString(" ")
			for _, w := range Words(sound.Fold(sentence)) {
				b.WriteString(bare(c.m.Language, w) + " ")
			}
			b.WriteString("|")
		}
	}
	text := b.String()
	for _, p := range c.plain {
		var words []string
		for _, w := range Words(sound.Fold(p.Hard)) {
			words = append(words, bare(c.m.Language, w))
		}
		if len(words) > 0 && strings.Contains(text, " "+strings.Join(words, " ")+" ") {
			c.report(Fault{Code: HardWord, Params: []any{"Word", p.Hard, "Say", p.Say}}, "%q is a hard word; expected instead: %s", clip(p.Hard), clip(p.Say))
		}
	}
}

// attached are what Arabic writes together with a word, the longest first, folded.
var attached = []string{"وبال", "وكال", "وال", "بال", "فال", "كال", "ولل", "لل", "ال"}

// shortest is how many letters a word has at least from which something was taken away.
const shortest = 3

// bare is a folded word without the article, and what goes before that in one word; in other languages than Arabic it is the word.
func bare(language, word string) string {
	if language != "ar" {
		return word
	}
	for _, a := range attached {
		if rest, ok := strings.CutPrefix(word, a); ok && len([]rune(rest)) >= shortest {
			return rest
		}
	}
	return word
}
