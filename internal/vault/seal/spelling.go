package seal

import (
	"encoding/base32"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"amparo/internal/fault"
)

// Two of the spellings of a receipt; the third are Words. Letters are 16 symbols of Crockford's base 32 and a check symbol; digits are 24 and a
// check digit. Both checks find every wrong symbol and every two neighbours in the wrong order. The check symbol of
// the letters also finds any two symbols exchanged, and any doubled symbol typed as another doubled one.
const (
	letters     = "0123456789abcdefghjkmnpqrstvwxyz"
	letterCount = 17
	digitCount  = 25
	groupSize   = 4
	longestCode = 512 // bytes typed; more is no code
)

var letterText = base32.NewEncoding(letters).WithPadding(base32.NoPadding)

// damm is the table of H. M. Damm's scheme: a totally anti-symmetric quasigroup of order 10 with zeros on its diagonal.
var damm = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
	{1, 7, 5, 0, 9, 8, 3, 4, 2, 6}, {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
	{5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7}, {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
	{2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}

// digitSum folds decimal digits by Damm's table. A number with its check digit folds to 0, and the check digit of a
// number is what the number folds to.
func digitSum(s string) (sum byte) {
	for i := range len(s) {
		sum = damm[sum][s[i]-'0']
	}
	return sum
}

// letterSum reads symbols as a polynomial over the field of 32 elements (x^5 + x^2 + 1) and gives its value at x, so
// that each of up to 31 places has a weight of its own. A code with its check symbol sums to 0.
func letterSum(s string) (sum byte) {
	for i := range len(s) {
		sum = timesX(sum) ^ byte(strings.IndexByte(letters, s[i]))
	}
	return sum
}

func timesX(v byte) byte {
	v <<= 1
	if v >= 32 {
		v ^= 0b100101
	}
	return v
}

// Letters spells the receipt with 16 lower-case letters and digits of Crockford's base 32, and a check symbol.
func (r Receipt) Letters() string {
	s := letterText.EncodeToString(r.raw())
	return s + string(letters[timesX(letterSum(s))])
}

// LettersGrouped is Letters as a page shows it: in groups of four with hyphens, as in "abcd-efgh-jkmn-pqrs-t".
func (r Receipt) LettersGrouped() string { return grouped(r.Letters()) }

// Digits spells the receipt with 24 decimal digits and a check digit, for telephones and for writing by hand.
func (r Receipt) Digits() string {
	s := fmt.Sprintf("%024d", new(big.Int).SetBytes(r.raw()))
	return s + string('0'+digitSum(s))
}

// DigitsGrouped is Digits in groups of four with hyphens, which keep their order in right-to-left text.
func (r Receipt) DigitsGrouped() string { return grouped(r.Digits()) }

func grouped(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && i%groupSize == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// ParseReceipt reads each spelling as people type it. Letter case and accents do not matter; o is read as 0, i and l as 1, and u as v;
// letters of Cyrillic and Greek are read as the Latin ones that look the same; digits of any script and full-width letters count; all that
// is neither letter nor digit is passed over. By the lists that are given it also reads the word spelling. A wrong
// symbol gives fault.Invalid with fault.receipt_check, another length fault.receipt_shape. No error shows what was
// typed.
func ParseReceipt(s string, lists ...*Words) (Receipt, error) {
	if len(s) > longestCode {
		return Receipt{}, errShape()
	}
	if words, ok := wordsOf(s); ok && len(lists) > 0 {
		return inWords(words, lists)
	}
	var r Receipt
	var err error
	switch s = plainSymbols(s); len(s) {
	case letterCount:
		r, err = readLetters(s)
	case digitCount:
		r, err = readDigits(s)
	default:
		return Receipt{}, errShape()
	}
	if err != nil {
		return Receipt{}, fault.Wrap(err, fault.Invalid, "fault.receipt_check")
	}
	return r, nil
}

func errShape() error { return fault.New(fault.Invalid, "fault.receipt_shape") }

// Text spells the receipt for a sealed form or another place that is itself sealed: the same as Letters.
func (r Receipt) Text() string { return r.Letters() }

// ParseText reads what Text gave, exactly.
func ParseText(s string) (Receipt, error) {
	if len(s) != letterCount {
		return Receipt{}, errors.New("seal: this is not the text of a receipt")
	}
	return readLetters(s)
}

// plainSymbols gives one byte for each letter or digit typed: the symbol that is meant, or '?' when there is none.
func plainSymbols(s string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if latin, ok := lookAlikes[r]; ok {
			r = latin
		}
		switch {
		case unicode.IsDigit(r):
			return '0' + digitValue(r)
		case !unicode.IsLetter(r) && !unicode.IsNumber(r):
			return -1
		case r == 'o':
			return '0'
		case r == 'i', r == 'l', r == 'ı': // Turkish keyboards have an i without a dot
			return '1'
		case r == 'u': // no code has it, and a v by hand looks like it
			return 'v'
		case r < unicode.MaxASCII && strings.IndexByte(letters, byte(r)) >= 0:
			return r
		}
		return '?'
	}, norm.NFKD.String(s)) // with accents apart, which are passed over
}

// lookAlikes are small letters of other scripts that look like Latin ones, small or large.
var lookAlikes = map[rune]rune{
	'а': 'a', 'в': 'b', 'с': 'c', 'е': 'e', 'н': 'h', 'к': 'k', 'м': 'm', 'о': 'o', 'р': 'p', 'т': 't', 'х': 'x', 'у': 'y', 'ѕ': 's', 'і': 'i', 'ј': 'j', // Cyrillic
	'α': 'a', 'β': 'b', 'ε': 'e', 'η': 'h', 'ι': 'i', 'κ': 'k', 'μ': 'm', 'ν': 'n', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'υ': 'y', 'χ': 'x', 'ζ': 'z', // Greek
}

// digitValue gives the value of a decimal digit of any script. Unicode keeps the ten digits of a script in a row, and
// its table of them starts each row with a zero.
func digitValue(r rune) rune {
	for _, row := range unicode.Digit.R16 {
		if r >= rune(row.Lo) && r <= rune(row.Hi) {
			return (r - rune(row.Lo)) % 10
		}
	}
	for _, row := range unicode.Digit.R32 {
		if r >= rune(row.Lo) && r <= rune(row.Hi) {
			return (r - rune(row.Lo)) % 10
		}
	}
	return 0
}

var errSymbol = errors.New("the check symbol does not fit the code")

func readLetters(s string) (Receipt, error) {
	for i := range len(s) {
		if strings.IndexByte(letters, s[i]) < 0 {
			return Receipt{}, errSymbol
		}
	}
	raw, err := letterText.DecodeString(s[:letterCount-1])
	if err != nil || letterSum(s) != 0 {
		return Receipt{}, errSymbol
	}
	n := new(big.Int).SetBytes(raw)
	if n.Cmp(receiptLimit) >= 0 { // letters could spell some numbers that are never drawn
		return Receipt{}, errSymbol
	}
	return receiptOf(n), nil
}

func readDigits(s string) (Receipt, error) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return Receipt{}, errSymbol
		}
	}
	if digitSum(s) != 0 {
		return Receipt{}, errSymbol
	}
	n, ok := new(big.Int).SetString(s[:digitCount-1], 10)
	if !ok {
		return Receipt{}, errSymbol
	}
	return receiptOf(n), nil
}
