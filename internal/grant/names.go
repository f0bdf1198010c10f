package grant

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A Person is a colleague as the reporter might name them.
type Person struct {
	User  string
	Names []string // full name, known names
}

// shortest is the length in letters below which a word alone is too common to tell a person by.
const shortest = 3

// Match gives the users whom the told names may mean, in the order given. It errs on the side of the child: one
// word of three letters or more in common is enough, or the whole of a name that is made of shorter ones, after case,
// accents, vowel signs and letter forms are evened out. A colleague who is excluded by mistake loses sight of one
// report; a colleague who is overlooked may warn the one who harms.
func Match(told []string, people []Person) []string {
	words, lines := map[string]bool{}, ""
	for _, t := range told {
		all := nameWords(t)
		for _, w := range all {
			words[w] = long(w)
		}
		lines += line(all) + "\n"
	}
	var users []string
	for _, p := range people {
		if slices.ContainsFunc(p.Names, func(name string) bool { return meant(nameWords(name), words, lines) }) {
			users = append(users, p.User)
		}
	}
	return users
}

// meant tells whether a name is among the told words or, when all its words are short, stands in the told lines as a whole.
func meant(name []string, words map[string]bool, lines string) bool {
	if slices.ContainsFunc(name, long) {
		return slices.ContainsFunc(name, func(w string) bool { return words[w] })
	}
	return (len(name) > 1 || len(name) == 1 && unicode.In([]rune(name[0])[0], dense...)) && strings.Contains(lines, line(name))
}

// dense are scripts in which a letter is a syllable or a word, so that whole names have two.
var dense = []*unicode.RangeTable{unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana}

func long(word string) bool { return len([]rune(word)) >= shortest }

// line puts words between blanks, so that one is found only as a whole.
func line(words []string) string { return " " + strings.Join(words, " ") + " " }

// nameWords splits a text into words fit to be compared.
func nameWords(s string) []string {
	var list []string
	for _, w := range strings.FieldsFunc(fold(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if w = strings.TrimPrefix(w, "ال"); w != "" {
			list = append(list, w)
		}
	}
	return list
}

// letterForms are letters that people type for one another, on other keyboards or without the right one.
var letterForms = strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ٱ", "ا", "ى", "ي", "ة", "ه", "ؤ", "و", "ئ", "ي", "ـ", "",
	"ی", "ي", "ې", "ي", "ک", "ك", "ہ", "ه", "ھ", "ه", "ە", "ه", "ß", "ss", "ı", "i", "ł", "l", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ς", "σ")

// fold evens out case, accents, vowel signs and letter forms.
func fold(s string) string {
	s = letterForms.Replace(strings.ToLower(norm.NFKC.String(s)))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
}
