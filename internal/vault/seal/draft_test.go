package seal

import (
	"errors"
	"strings"
	"testing"
)

// TestDraftReceipt holds that one receipt belongs to one draft and one telling.
func TestDraftReceipt(t *testing.T) {
	one, two := NewDraft(), NewDraft()
	of := func(draft, told string) string {
		r, err := DraftReceipt(draft, []byte(told))
		if err != nil {
			t.Fatal(err)
		}
		return r.Letters()
	}
	if again := of(one, "words"); again != of(one, "words") {
		t.Error("the same words have two receipts")
	}
	seen := map[string]bool{}
	for _, draft := range []string{one, two} {
		for _, told := range []string{"", "words", "words ", strings.Repeat("w", 100_000)} {
			seen[of(draft, told)] = true
		}
	}
	if len(seen) != 8 {
		t.Errorf("%d receipts of 8", len(seen))
	}
	for _, bad := range []string{"", "AAAA", one + "A", one[:42], strings.Repeat("!", 43)} {
		if _, err := DraftReceipt(bad, nil); !errors.Is(err, ErrBroken) {
			t.Errorf("%q was taken for a draft: %v", bad, err)
		}
	}
}

// TestDraftReceiptsAreSpread counts the digits of many: each of the ten comes a tenth of the time, in every place.
func TestDraftReceiptsAreSpread(t *testing.T) {
	const many = 4000
	draft := NewDraft()
	var count [24][10]int
	for i := range many {
		r, err := DraftReceipt(draft, []byte{byte(i), byte(i >> 8)})
		if err != nil {
			t.Fatal(err)
		}
		for place, digit := range r.Digits()[:24] {
			count[place][digit-'0']++
		}
	}
	for place, digits := range count {
		for digit, n := range digits {
			if n < many/10-140 || n > many/10+140 { // more than seven times what chance spreads
				t.Errorf("digit %d comes %d times of %d in place %d", digit, n, many, place)
			}
		}
	}
}
