package sound

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// mostKeys bounds the keys of one word.
const mostKeys = 12

// Keys gives the keys of every word of a name, in the order of the words, each once.
func Keys(name string) (list []string) {
	for _, word := range Words(name) {
		for _, key := range Word(word) {
			if !slices.Contains(list, key) {
				list = append(list, key)
			}
		}
	}
	return list
}

// Words splits a name into words, evened out: without case, accents and vowel signs, without the Arabic article, and with
// one letter for each of the forms that people do not tell apart.
func Words(name string) (list []string) {
	for _, word := range strings.FieldsFunc(Fold(name), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if rest := strings.TrimPrefix(word, "ال"); len([]rune(rest)) > 1 {
			word = rest
		}
		list = append(list, word)
	}
	return list
}

// Word gives the keys of one word as Words gives it.
func Word(word string) []string {
	letters := []rune(word)
	if len(letters) == 0 {
		return nil
	}
	switch {
	case unicode.Is(unicode.Arabic, letters[0]):
		return keys(letters, arabicAt)
	case unicode.Is(unicode.Latin, letters[0]):
		return keys(letters, latinAt)
	}
	return []string{word}
}

// A said is what a few letters may sound like: classes in place of each other. "" is silence.
type said []string

// at reads the sound at a place of a word and tells how many letters it takes.
type at func(word []rune, i int) (said, int)

// keys puts the sounds of a word together, in every way, silence left out and the same class twice made once.
func keys(word []rune, read at) []string {
	list := []string{""}
	for i := 0; i < len(word); {
		sounds, n := read(word, i)
		list = grow(list, sounds)
		i += n
	}
	slices.SortStableFunc(list, func(a, b string) int { return len(b) - len(a) })
	return slices.DeleteFunc(list, func(k string) bool { return k == "" })
}

func grow(list []string, sounds said) (more []string) {
	for _, sound := range sounds {
		for _, key := range list {
			if !strings.HasSuffix(key, sound) || sound == "" {
				key += sound
			}
			if !slices.Contains(more, key) && len(more) < mostKeys {
				more = append(more, key)
			}
		}
	}
	return more
}

// forms are letters that are written in several ways.
var forms = strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ٱ", "ا", "ى", "ي", "ی", "ي", "ک", "ك", "ة", "ه", "ؤ", "و", "ئ", "ي", "ـ", "",
	"ß", "ss", "ł", "l", "ø", "o", "æ", "ae", "œ", "oe", "đ", "d", "ð", "dh", "þ", "th", "ı", "i", "ğ", "",
	"ş", "sh", "š", "sh", "ś", "sh", "č", "ch", "ć", "ch", "ž", "zh", "ź", "zh", "ż", "zh", "ñ", "n", "’", "", "'", "", "ʿ", "", "ʾ", "", "`", "")

// Fold evens out case, accents, vowel signs and forms of letters: what people type for one another reads the same.
func Fold(s string) string {
	s = forms.Replace(strings.ToLower(norm.NFKC.String(s)))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
}
