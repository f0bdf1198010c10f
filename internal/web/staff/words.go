package staff

import (
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/ruleset"
)

// Tones are the tones of priorities.
var Tones = map[ruleset.Priority]string{ruleset.P1: "urgent", ruleset.P2: "soon", ruleset.P3: "calm", ruleset.P4: "quiet",
	"C1": "soon", "C2": "calm", "C3": "quiet"}

// Priority is a priority by its code and in the country's words.
func (v *Visit) Priority(pack *jurisdiction.Pack, p ruleset.Priority) page.Tag {
	return page.Tag{Text: string(p) + " " + pack.Word("priority", string(p), v.Words.Tag()), Tone: Tones[p]}
}

// Area is what the country calls an area; empty when none is known.
func (v *Visit) Area(pack *jurisdiction.Pack, code string) string {
	if a, ok := pack.Area(code, v.Words.Tag()); ok {
		return a.Name
	}
	return code
}

// Tongue is what a language calls itself.
func Tongue(pack *jurisdiction.Pack, tag string) string {
	for _, l := range pack.Languages() {
		if l.Code == tag {
			return l.Name
		}
	}
	return tag
}
