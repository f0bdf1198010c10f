package retention_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"amparo/internal/page/browsertest"
)

// TestInTheBrowser looks at the list and at a matter that was asked for, in both directions of writing, on a telephone and on a desk. What a browser shows
// is the same on both engines.
func TestInTheBrowser(t *testing.T) {
	ran := false
	each(t, func(t *testing.T, o office) {
		if ran {
			return
		}
		ran = true
		id := o.ended()
		for _, tag := range []string{"en", "ar"} {
			b, base := o.Browse(t, "salma", tag)
			for _, path := range []string{"/retention", "/retention/" + id} {
				browsertest.Do(t, b, chromedp.Navigate(base+path))
				for _, width := range []int64{320, 1200} {
					browsertest.Resize(t, b, width, 900)
					browsertest.NoSideways(t, b)
				}
				browsertest.Axe(t, b)
			}
			browsertest.Screenshot(t, b, "retention-"+tag)
		}
	})
}
