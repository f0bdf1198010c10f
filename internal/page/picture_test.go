package page

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// TestPictures holds what every drawing keeps to: small, of plain shapes in the colour of the words, unseen by who listens.
func TestPictures(t *testing.T) {
	plain := regexp.MustCompile(`^<svg [^>]*>(<(path|circle|rect)( [a-z]+="[a-zA-Z0-9 .-]+")+/>)+</svg>$`)
	if len(Pictures()) < 30 {
		t.Fatalf("there are only %v", Pictures())
	}
	for _, name := range Pictures() {
		text, err := fs.ReadFile(drawings, "picture/"+name+".svg")
		if err != nil || len(text) >= 1000 {
			t.Errorf("%s has %d bytes: %v", name, len(text), err)
		}
		shown, err := picture(name)
		if err != nil || !plain.MatchString(string(shown)) {
			t.Errorf("%s is not of plain shapes: %s %v", name, shown, err)
		}
		for _, want := range []string{`aria-hidden="true"`, `focusable="false"`, `stroke="currentColor"`, `fill="none"`} {
			if !strings.Contains(string(shown), want) {
				t.Errorf("%s lacks %s", name, want)
			}
		}
	}
	if _, err := picture("sword"); err == nil {
		t.Error("a picture that is not there is shown")
	}
}
