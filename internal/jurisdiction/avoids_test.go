package jurisdiction_test

import (
	"testing"

	"amparo/internal/jurisdiction"
)

// TestAvoids finds a word that the field does not use in a text of staff, in its own language, and digits that telephones do not show.
func TestAvoids(t *testing.T) {
	for _, c := range []struct {
		language, text string
		want           int
	}{{"en", "He was a predator.", 1}, {"ar", "كان وحشًا.", 1}, {"en", "كان وحشًا.", 0}, {"ar", "في ٢٠٣٠", 1}, {"en", "I told my aunt.", 0}} {
		if got := jurisdiction.Avoids(c.language, c.text); len(got) != c.want {
			t.Errorf("%s %q: %+v", c.language, c.text, got)
		}
	}
}
