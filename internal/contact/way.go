package contact

import (
	"cmp"
	"strings"
	"unicode"

	"amparo/internal/instrument"
	"amparo/internal/match"
	"amparo/internal/notify"
)

// A Means is by what somebody is told, by the code of contact_way.
type Means string

// The means.
const (
	ByText Means = "sms_plain"
	ByMail Means = "email"
)

// A Way is how a reporter can be told, and when that is safe.
type Way struct {
	Means    Means    `json:"means"`             // empty in what was kept before there were two: by text
	Number   string   `json:"number,omitempty"`  // digits, after a + where they gave one
	Address  string   `json:"address,omitempty"` // of e-mail
	Times    []string `json:"times"`             // codes of the list of questions, as in "morning"
	Language string   `json:"language"`          // BCP 47, of the words
}

// The digits of a number that can be written to (ITU-T E.164).
const (
	fewestDigits = 7
	mostDigits   = 15
)

// Of gives the way that somebody chose in answers to a list of questions, by the first number or address that the list asks for; false when they did
// not choose to be told, or left out the number, the address or the times.
func Of(in *instrument.Instrument, a instrument.Answers, language string) (Way, bool) {
	w := Way{Language: language}
	for _, p := range in.Pages {
		for _, q := range p.Questions {
			values := a[q.ID]
			switch {
			case len(values) == 0:
			case q.Kind == instrument.ContactWay:
				w.Means = Means(values[0])
			case q.Kind == instrument.Times:
				w.Times = values
			case q.Means == instrument.Reach:
				w.Number, w.Address = cmp.Or(w.Number, number(values[0])), cmp.Or(w.Address, address(values[0]))
			}
		}
	}
	return w, w.whole() && len(w.Times) > 0
}

// whole tells whether there is what the means needs.
func (w Way) whole() bool {
	switch w.Means {
	case ByText:
		return w.Number != ""
	case ByMail:
		return w.Address != ""
	}
	return false
}

// address gives an address of e-mail as people write it: with spaces around it or its @, a full stop after it, or as a link. It is empty when it is none
// that can be reached from everywhere; words beside it are never drawn into it, for that would be somebody else's.
func address(typed string) string {
	typed = strings.TrimFunc(typed, func(c rune) bool {
		return unicode.IsSpace(c) || strings.ContainsRune("\u2066\u2069\u200e\u200f\u200b", c)
	})
	name, domain, _ := strings.Cut(typed, "@")
	typed = strings.TrimSpace(name) + "@" + strings.TrimSpace(domain)
	typed = strings.TrimRight(strings.TrimPrefix(typed, "mailto:"), ".,;")
	_, domain, _ = strings.Cut(typed, "@")
	if notify.Bare(typed) != nil || !strings.Contains(domain, ".") || strings.HasPrefix(domain, "[") {
		return ""
	}
	return typed
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
