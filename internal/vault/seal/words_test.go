package seal

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"amparo/internal/fault"
)

// wordList makes up a list whose words have an ending.
func wordList(t *testing.T, ending string) []string {
	t.Helper()
	list := make([]string, ListLength)
	for i := range list {
		list[i] = fmt.Sprintf("%c%c%c%s", 'a'+i%26, 'a'+i/26%26, 'a'+i/676, ending)
	}
	return list
}

func words(t *testing.T, list []string) *Words {
	t.Helper()
	w, err := NewWords(list)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestWordsAreReadAsTyped spells receipts, at both ends of what there is, and reads them in every way in which they are typed.
func TestWordsAreReadAsTyped(t *testing.T) {
	list := wordList(t, "o")
	list[7] = "Élan"
	w, other := words(t, list), words(t, wordList(t, "ن"))
	for _, r := range []Receipt{numbered(t, "0"), numbered(t, strings.Repeat("9", 24)), NewReceipt(), NewReceipt()} {
		spelt := w.In(r)
		if n := len(strings.Fields(spelt)); n != wordCount {
			t.Fatalf("%d words", n)
		}
		for name, typed := range map[string]string{"as shown": spelt, "large": strings.ToUpper(spelt), "hyphens": strings.ReplaceAll(spelt, " ", " - "),
			"lines": strings.ReplaceAll(spelt, " ", "\n"), "without the accent": strings.ReplaceAll(spelt, "Élan", "elan"), "letters": r.LettersGrouped(), "digits": r.Digits()} {
			if got, err := ParseReceipt(typed, other, w); err != nil || !got.Equal(r) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got, err := ParseReceipt(other.In(r), w, other); err != nil || !got.Equal(r) {
			t.Errorf("by the other list: %v", err)
		}
		if _, err := ParseReceipt(spelt); fault.KindOf(err) != fault.Invalid {
			t.Errorf("without a list: %v", err)
		}
	}
}

// TestEveryWrongWordIsFound puts each other word at each place, and exchanges any two.
func TestEveryWrongWordIsFound(t *testing.T) {
	w := words(t, wordList(t, "o"))
	right := strings.Fields(w.In(NewReceipt()))
	refused := func(typed []string) {
		t.Helper()
		if got, err := ParseReceipt(strings.Join(typed, " "), w); fault.CodeOf(err) != "fault.receipt_check" || !got.IsZero() {
			t.Errorf("%v was taken: %v", typed, err)
		}
	}
	for i := range right {
		for _, word := range w.list {
			if word != right[i] {
				wrong := slices.Clone(right)
				wrong[i] = word
				refused(wrong)
			}
		}
		for j := range i {
			if right[i] != right[j] {
				wrong := slices.Clone(right)
				wrong[i], wrong[j] = wrong[j], wrong[i]
				refused(wrong)
			}
		}
		wrong := slices.Clone(right)
		wrong[i] = "unknown"
		refused(wrong)
	}
	for _, few := range [][]string{right[:8], append(slices.Clone(right), right[0])} {
		if _, err := ParseReceipt(strings.Join(few, " "), w); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%d words were taken", len(few))
		}
	}
}

// TestListsThatMislead refuses lists of which two words could be taken for each other.
func TestListsThatMislead(t *testing.T) {
	for says, change := range map[string]func(list []string) []string{
		"there are 1023 words; expected 1024":  func(l []string) []string { return l[1:] },
		`word 3, "ÁAAO", is typed like word 1`: func(l []string) []string { l[2] = "ÁAAO"; return l },
		`word 9, "no", is not of 3 to 9`:       func(l []string) []string { l[8] = "no"; return l },
		`"two words", is not of 3 to 9`:        func(l []string) []string { l[8] = "two words"; return l },
		`"abcdefghij", is not of 3 to 9`:       func(l []string) []string { l[8] = "abcdefghij"; return l },
		`"مدرسه", is typed like word 1`:        func(l []string) []string { l[0], l[1] = "مدرسة", "مدرسه"; return l },
	} {
		if _, err := NewWords(change(wordList(t, "o"))); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}
