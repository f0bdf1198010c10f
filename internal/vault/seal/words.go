package seal

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"amparo/internal/fault"
)

// The word spelling of a receipt is 8 words of a list of 1,024 and a check word.
const (
	ListLength   = 1024
	wordBits     = 10
	wordCount    = 9
	ShortestWord = 3 // letters
	LongestWord  = 9
)

// Words is a list that receipts are spelt with. Two words of it are never taken for each other: case, accents and vowel signs do not
// count. It is safe for use by many goroutines.
type Words struct {
	list  []string
	index map[string]int
}

// NewWords makes a list. It fails when there are not ListLength words, each of ShortestWord to LongestWord letters and of nothing else, or when
// two are the same when they are evened out; the error names the word and its place, counted from 1.
func NewWords(list []string) (*Words, error) {
	if len(list) != ListLength {
		return nil, fmt.Errorf("there are %d words; expected %d", len(list), ListLength)
	}
	w := &Words{slices.Clone(list), make(map[string]int, len(list))}
	for i, word := range list {
		even := evened(word)
		if n := len([]rune(even)); n < ShortestWord || n > LongestWord || strings.ContainsFunc(word, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.Is(unicode.Mn, c) }) {
			return nil, fmt.Errorf("word %d, %q, is not of %d to %d letters alone", i+1, word, ShortestWord, LongestWord)
		}
		if first, twice := w.index[even]; twice {
			return nil, fmt.Errorf("word %d, %q, is typed like word %d, %q", i+1, word, first+1, list[first])
		}
		w.index[even] = i
	}
	return w, nil
}

// alikeLetters are letters that people do not tell apart when they type.
var alikeLetters = strings.NewReplacer("ى", "ي", "ة", "ه", "ـ", "", "ı", "i", "ß", "ss")

// evened is a word without what makes no difference.
func evened(word string) string {
	return alikeLetters.Replace(strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Mn, c) {
			return -1
		}
		return unicode.ToLower(c)
	}, norm.NFKD.String(word)))
}

// In spells the receipt with 8 words of the list and a check word, apart by spaces. The check word finds every wrong word of the list and any
// two exchanged.
func (w *Words) In(r Receipt) string {
	n := new(big.Int).SetBytes(r.raw())
	places, low := make([]int, wordCount), big.NewInt(ListLength-1)
	for i := wordCount - 2; i >= 0; i-- {
		places[i] = int(new(big.Int).And(n, low).Int64())
		n.Rsh(n, wordBits)
	}
	places[wordCount-1] = timesX10(wordSum(places[:wordCount-1]))
	out := make([]string, wordCount)
	for i, p := range places {
		out[i] = w.list[p]
	}
	return strings.Join(out, " ")
}

// wordSum reads places as a polynomial over the field of 1,024 elements (x^10 + x^3 + 1) and gives its value at x. With its check word it sums
// to 0.
func wordSum(places []int) (sum int) {
	for _, p := range places {
		sum = timesX10(sum) ^ p
	}
	return sum
}

func timesX10(v int) int {
	v <<= 1
	if v >= ListLength {
		v ^= 0b10000001001
	}
	return v
}

// wordsOf gives what was typed as words, when it can be nothing else: as many as a receipt has, each as long as one of a list.
func wordsOf(s string) ([]string, bool) {
	list := strings.FieldsFunc(evened(s), func(c rune) bool { return !unicode.IsLetter(c) })
	short := func(word string) bool { return len([]rune(word)) < ShortestWord }
	return list, len(list) == wordCount && !slices.ContainsFunc(list, short) && !strings.ContainsFunc(s, unicode.IsDigit)
}

var errWord = errors.New("a word is not in the list, or the check word does not fit")

// read finds the receipt that words spell by the list.
func (w *Words) read(typed []string) (Receipt, error) {
	places := make([]int, len(typed))
	for i, word := range typed {
		place, known := w.index[word]
		if !known {
			return Receipt{}, errWord
		}
		places[i] = place
	}
	n := new(big.Int)
	for _, p := range places[:wordCount-1] {
		n.Or(n.Lsh(n, wordBits), big.NewInt(int64(p)))
	}
	if wordSum(places) != 0 || n.Cmp(receiptLimit) >= 0 {
		return Receipt{}, errWord
	}
	return receiptOf(n), nil
}

// inWords finds the receipt that the words spell by the first list that has them all.
func inWords(typed []string, lists []*Words) (Receipt, error) {
	for _, w := range lists {
		if r, err := w.read(typed); err == nil {
			return r, nil
		}
	}
	return Receipt{}, fault.Wrap(errWord, fault.Invalid, "fault.receipt_check")
}
