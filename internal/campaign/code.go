package campaign

import (
	"crypto/rand"
	"math/big"
	"regexp"
	"strings"
)

// A Code names a campaign wherever somebody could read it, as in "K7M4R". It is the same in every language.
type Code string

// The letters and digits of codes: none looks like another, and no two letters sound alike. There is no vowel, so that no code is a word.
const (
	letters = "FHJKLMRWXY"
	digits  = "23456789"
)

// codeLength is how long each code is: three letters with two digits between them.
const codeLength = 5

var codeShape = regexp.MustCompile(`^[` + letters + `][` + digits + `][` + letters + `][` + digits + `][` + letters + `]$`)

// newCode draws a code.
func newCode() Code {
	var b strings.Builder
	for i := range codeLength {
		from := letters
		if i%2 == 1 {
			from = digits
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(from))))
		if err != nil {
			panic(err) // the program ends when the system has no randomness
		}
		b.WriteByte(from[n.Int64()])
	}
	return Code(b.String())
}

// ReadCode reads a code as it was typed or said: small letters, spaces and hyphens are no matter. What cannot be one is empty.
func ReadCode(text string) Code {
	if len(text) > 20 {
		return ""
	}
	code := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(text))
	if !codeShape.MatchString(code) {
		return ""
	}
	return Code(code)
}
