package identity

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"

	"amparo/internal/fault"
)

// The bounds of a password, in characters after preparation.
const (
	ShortestPassword = 12
	LongestPassword  = 256
)

// common holds passwords, and words that people build them on, that are tried first by whoever guesses.
//
//go:embed common.txt
var common string

var commonPasswords = func() map[string]bool {
	set := map[string]bool{}
	for word := range strings.Lines(common) {
		set[strings.TrimSpace(word)] = true
	}
	return set
}()

// prepare gives the form of a password that is hashed: OpaqueString of RFC 8265, so that the same characters typed on
// another keyboard are the same password. What cannot be prepared is never the password of anybody.
func prepare(password string) (string, error) {
	if len(password) > 4*LongestPassword {
		return "", fault.New(fault.Invalid, "fault.password_long", "Max", LongestPassword)
	}
	if !utf8.ValidString(password) {
		return "", fault.New(fault.Invalid, "fault.password_characters")
	}
	s, err := precis.OpaqueString.String(password)
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "fault.password_characters")
	}
	return s, nil
}

// PasswordCheck tells whether a new password is good enough for a user with these names: at least 12 characters, at
// most 256, any letters, signs and spaces of any script, not built on a name of the user, not a common password, and
// not a few characters over and over. It gives nil, or an Invalid fault that says why not.
func PasswordCheck(password string, names ...string) error {
	s, err := prepare(password)
	if err != nil {
		return err
	}
	switch n := utf8.RuneCountInString(s); {
	case n < ShortestPassword:
		return fault.New(fault.Invalid, "fault.password_short", "Min", ShortestPassword)
	case n > LongestPassword:
		return fault.New(fault.Invalid, "fault.password_long", "Max", LongestPassword)
	}
	folded := letters(s)
	for _, name := range names {
		if n := letters(name); n != "" && (folded == n || utf8.RuneCountInString(n) >= 4 && utf8.RuneCountInString(strings.ReplaceAll(folded, n, "")) < 6 && strings.Contains(folded, n)) {
			return fault.New(fault.Invalid, "fault.password_name")
		}
	}
	if isCommon(s) {
		return fault.New(fault.Invalid, "fault.password_common")
	}
	return nil
}

func isCommon(s string) bool {
	different := map[rune]bool{}
	for _, c := range s {
		different[c] = true
	}
	folded := letters(s)
	base := strings.TrimFunc(folded, func(c rune) bool { return !unicode.IsLetter(c) })
	return len(different) < 5 || commonPasswords[folded] || commonPasswords[base]
}

// letters folds a text to its lower-case letters and digits, so that dots, blanks and capitals make no difference.
func letters(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsMark(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, s)
}
