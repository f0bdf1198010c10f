package public_test

import (
	"slices"
	"testing"

	"amparo/internal/instrument"
	"amparo/internal/page"
)

// TestEveryPictureIsDrawn holds that what a list of questions may name is what a page can show, no more and no fewer.
func TestEveryPictureIsDrawn(t *testing.T) {
	if named, drawn := instrument.Pictures(), page.Pictures(); !slices.Equal(named, drawn) {
		t.Errorf("lists of questions may name %v, and pages draw %v", named, drawn)
	}
}
