package contact

import (
	"strings"
	"unicode"

	"amparo/internal/instrument"
	"amparo/internal/match"
)

// byText is the code of the one way in which somebody is told: a text that says nothing.
const byText = "sms_plain"

// A Way is how a reporter can be told, and when that is safe.
type Way struct {
	Number   string   `json:"number"`   // digits, after a + where they gave one
	Times    []string `json:"times"`    // codes of the list of questions, as in "morning"
	Language string   `json:"language"` // BCP 47, of the words
}

// The digits of a number that can be written to (ITU-T E.164).
const (
	fewestDigits = 7
	mostDigits   = 15
)

// Of gives the way that somebody chose in answers to a list of questions, by the first number that the list asks for; false when they did not
// choose to be told, or left out the number or the times.
func Of(in *instrument.Instrument, a instrument.Answers, language string) (w Way, ok bool) {
	chosen := false
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			values := a[q.ID]
			switch {
			case len(values) == 0:
			case q.Kind == instrument.ContactWay:
				chosen = values[0] == byText
			case q.Kind == instrument.Times:
				w.Times = values
			case q.Means == instrument.Reach && w.Number == "":
				w.Number = number(values[0])
			}
		}
	}
	w.Language = language
	return w, chosen && w.Number != "" && len(w.Times) > 0
}

// number gives the digits of a telephone number in any script, after its +; empty when these are too few or too many, or when there is
// something else among them.
func number(typed string) string {
	beside := func(c rune) bool {
		return !unicode.IsDigit(c) && !unicode.IsSpace(c) && !strings.ContainsRune("+-–./()\u2060\u200e\u200f\u2066\u2069", c)
	}
	digits := match.Digits(typed)
	if n := len(digits); n < fewestDigits || n > mostDigits || strings.ContainsFunc(typed, beside) {
		return ""
	}
	if strings.Contains(typed, "+") {
		return "+" + digits
	}
	return digits
}
