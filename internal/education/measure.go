package education

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentenceEnd divides a text into sentences: at full stops, question marks and their like, in Latin and Arabic script, and at the end of a line.
var sentenceEnd = regexp.MustCompile(`[.!?؟۔…]+["'»”’)]*(\s+|$)|\n+`)

// Words gives the words of a text. An apostrophe or a hyphen inside a word is part of it.
func Words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' && r != '-'
	})
}

// Sentences gives the sentences of a text.
func Sentences(s string) (list []string) {
	for _, one := range sentenceEnd.Split(s, -1) {
		if len(Words(one)) > 0 {
			list = append(list, strings.TrimSpace(one))
		}
	}
	return list
}

var vowels = regexp.MustCompile(`[aeiouy]+`)

// syllables counts them as the Flesch measures do: groups of vowels, without a silent e at the end.
func syllables(word string) int {
	word = strings.ToLower(word)
	n := len(vowels.FindAllString(word, -1))
	if strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "le") && n > 1 {
		n--
	}
	return max(n, 1)
}

// Grade is the Flesch-Kincaid grade of English text: the American school year in which it is read with ease. Text without words is 0.
func Grade(texts []string) float64 {
	var sentences, words, parts float64
	for _, t := range texts {
		for _, s := range Sentences(t) {
			sentences++
			for _, w := range Words(s) {
				words++
				parts += float64(syllables(w))
			}
		}
	}
	if words == 0 {
		return 0
	}
	return 0.39*words/sentences + 11.8*parts/words - 15.59
}

// The most characters of one text for a telephone.
const (
	smsLatin = 160 // of the alphabet of GSM 03.38
	smsOther = 70  // as soon as one character is of no other
)

// gsm are the characters of the basic table of GSM 03.38 beside ASCII letters and digits.
const gsm = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà"

// SMSLimit is the most characters that the text may have to be one message.
func SMSLimit(s string) int {
	for _, r := range s {
		ascii := r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
		if !ascii && !strings.ContainsRune(gsm, r) {
			return smsOther
		}
	}
	return smsLatin
}
