package notice

import "testing"

// A notice has nothing by which a child was told, in any case and beside any mark.
func TestNamesTheChild(t *testing.T) {
	child := []string{"Samira K.", "سلمى"}
	for words, want := range map[string]bool{"they call her SAMIRA, it seems": true, "k is on it": false, "اسمها «سلمى»": true, "a girl of ten": false, "": false} {
		if names(words, child) != want {
			t.Errorf("%q: want %t", words, want)
		}
	}
}
