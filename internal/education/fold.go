package education

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// arabic makes one letter of those that people write for one another.
var arabic = strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ٱ", "ا", "ى", "ي", "ؤ", "و", "ئ", "ي", "ة", "ه", "ـ", "")

// fold writes a text as it is searched: small letters without accents and vowel marks.
func fold(s string) string {
	s = arabic.Replace(strings.ToLower(norm.NFC.String(s)))
	return strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}
