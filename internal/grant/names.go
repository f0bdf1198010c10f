package grant

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A Person is a colleague as the reporter might name them.
type Person struct {
	User  string
	Names []string // full name, known names
}

// shortest is the length in letters below which a word is too common to tell a person by.
const shortest = 3

// Match gives the users whom the told names may mean, in the order given. It errs on the side of the child: one
// word of three letters or more in common is enough, after case, accents, Arabic vowel signs and letter forms are
// evened out. A colleague who is excluded by mistake loses sight of one report; a colleague who is overlooked may
// warn the one who harms.
func Match(told []string, people []Person) []string {
	words := map[string]bool{}
	for _, t := range told {
		for _, w := range nameWords(t) {
			words[w] = true
		}
	}
	var users []string
	for _, p := range people {
		if meant(p, words) {
			users = append(users, p.User)
		}
	}
	return users
}

func meant(p Person, words map[string]bool) bool {
	for _, name := range p.Names {
		for _, w := range nameWords(name) {
			if words[w] {
				return true
			}
		}
	}
	return false
}

// nameWords splits a text into words fit to be compared.
func nameWords(s string) []string {
	var list []string
	for _, w := range strings.FieldsFunc(fold(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
		w = strings.TrimPrefix(w, "ال")
		if len([]rune(w)) >= shortest {
			list = append(list, w)
		}
	}
	return list
}

var letterForms = strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ٱ", "ا", "ى", "ي", "ة", "ه", "ؤ", "و", "ئ", "ي", "ـ", "", "ß", "ss")

// fold evens out case, accents, vowel signs and letter forms.
func fold(s string) string {
	s = letterForms.Replace(strings.ToLower(norm.NFKC.String(s)))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
}
