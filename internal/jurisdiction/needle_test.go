package jurisdiction

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestNothingIsSpared: whatever a pattern of the deny-list finds has one of its words, so that no text is spared the search by mistake.
func TestNothingIsSpared(t *testing.T) {
	for _, a := range denied {
		if len(a.needles) == 0 {
			t.Errorf("%s is searched for in every text", a.word)
		}
		rapid.Check(t, func(t *rapid.T) {
			text := rapid.StringMatching(strings.TrimPrefix(strings.ReplaceAll(a.word.String(), `\b`, ""), "")).Draw(t, "text")
			if a.word.MatchString(text) && !a.mayBe(folded(text)) {
				t.Fatalf("%q is spared", text)
			}
		})
	}
	for pattern, want := range map[string]int{`ab|cd`: 2, `a?`: 0, `x(ab)+[cd]`: 1, `(`: 0, `(?i)ſa`: 1} {
		if got := needles(pattern); len(got) != want {
			t.Errorf("%s: %q", pattern, got)
		}
	}
	if re := regexp.MustCompile(`(?i)kiss`); re.MatchString("\u212aiſs") && folded("\u212aiſs") != folded("kiss") {
		t.Error("letters that a pattern takes for the same are not folded alike")
	}
}
