package page

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"amparo/internal/page/browsertest"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestEveryPartInTheBrowser looks at all parts, in both directions of writing, on a telephone and on a desk.
func TestEveryPartInTheBrowser(t *testing.T) {
	server := httptest.NewServer(site(t))
	defer server.Close()
	ctx := browsertest.Start(t)
	for _, kind := range []string{"public", "desk"} {
		for _, tag := range []string{"en", "ar"} {
			for name, width := range map[string]int64{"narrow": 320, "wide": 1200} {
				t.Run(kind+"-"+tag+"-"+name, func(t *testing.T) {
					browsertest.Resize(t, ctx, width, 800)
					browsertest.Do(t, ctx, chromedp.Navigate(server.URL+"/"+kind+"/"+tag))
					browsertest.NoSideways(t, ctx)
					browsertest.Axe(t, ctx)
					browsertest.Screenshot(t, ctx, kind+"-"+tag+"-"+name)
				})
			}
		}
	}
	browsertest.Quiet(t, ctx)
}

// TestDirections compares where things stand: what is at the left in English is at the right in Arabic, by as much.
func TestDirections(t *testing.T) {
	server := httptest.NewServer(site(t))
	defer server.Close()
	ctx := browsertest.Start(t)
	browsertest.Resize(t, ctx, 1200, 800)
	at := map[string][]float64{}
	for _, tag := range []string{"en", "ar"} {
		browsertest.Do(t, ctx, chromedp.Navigate(server.URL+"/public/"+tag))
		at[tag] = browsertest.Read(t, ctx, chromedp.Evaluate[[]float64](`(() => {
	const rtl = document.dir === "rtl", wide = document.documentElement.clientWidth;
	return [".name", ".govuk-radios__input", ".govuk-radios__label", ".govuk-checkboxes__label", ".govuk-inset-text",
		".govuk-back-link", ".govuk-error-summary", ".govuk-summary-list__key"].map(s => {
		const r = document.querySelector(s).getBoundingClientRect();
		return Math.round(rtl ? wide - r.right : r.left);
	}).concat(Math.round(rtl ? document.querySelector(".exit a").getBoundingClientRect().left
		: wide - document.querySelector(".exit a").getBoundingClientRect().right));
})()`))
	}
	for i := range at["en"] {
		if d := at["en"][i] - at["ar"][i]; d < -2 || d > 2 {
			t.Errorf("place %d: %v from the start in English, %v in Arabic", i, at["en"][i], at["ar"][i])
		}
	}
}

// where gives the address and the text of the page, once it has arrived at the path.
func where(t *testing.T, ctx context.Context, path string) (address, text string) {
	t.Helper()
	for range 100 {
		address = browsertest.Read(t, ctx, chromedp.Location())
		text = browsertest.Read(t, ctx, chromedp.Evaluate[string](`document.body ? document.body.innerText : ""`))
		if strings.HasSuffix(address, path) && text != "" {
			return address, text
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the browser is at %s, not at %s", address, path)
	return
}

func TestThreeWaysOut(t *testing.T) {
	server := httptest.NewServer(site(t))
	defer server.Close()
	shift := chromedp.KeyEvent(kb.Shift)
	for name, way := range map[string]struct {
		scripts bool
		leave   []browsertest.Action
	}{
		"button":                 {true, []browsertest.Action{chromedp.Click(chromedp.CSS("[data-exit]"))}},
		"button without scripts": {false, []browsertest.Action{chromedp.Click(chromedp.CSS("[data-exit]"))}},
		"keyboard":               {true, []browsertest.Action{shift, shift, shift}},
		"hidden link":            {true, []browsertest.Action{chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter)}},
		"hidden link without scripts": {false, []browsertest.Action{chromedp.KeyEvent(kb.Tab),
			chromedp.KeyEvent(kb.Enter)}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := browsertest.Start(t)
			browsertest.Do(t, ctx, chromedp.Navigate("about:blank"))
			browsertest.Scripts(t, ctx, way.scripts)
			browsertest.Do(t, ctx, chromedp.Navigate(server.URL+"/public/en?calm"))
			browsertest.Do(t, ctx, way.leave...)
			if _, text := where(t, ctx, "/weather"); !strings.Contains(text, "Sunny") {
				t.Errorf("the page shows %q", text)
			}
			for _, e := range browsertest.Read(t, ctx, chromedp.NavigationEntries()).Entries {
				if way.scripts && strings.Contains(e.URL, "/public/") {
					t.Errorf("Back leads to %s", e.URL)
				}
			}
		})
	}
}

// TestShiftHasToBeThreeTimesInARow presses it as people do who write capitals.
func TestShiftHasToBeThreeTimesInARow(t *testing.T) {
	server := httptest.NewServer(site(t))
	defer server.Close()
	ctx := browsertest.Start(t)
	shift := chromedp.KeyEvent(kb.Shift)
	browsertest.Do(t, ctx, chromedp.Navigate(server.URL+"/public/en"), shift, shift, chromedp.KeyEvent("a"), shift)
	said := browsertest.Read(t, ctx, chromedp.TextContent(chromedp.CSS("[data-exit-say]")))
	if address, _ := where(t, ctx, "/public/en"); address == "" || !strings.Contains(said, "2 more") {
		t.Errorf("after one press it says %q", said)
	}
}

// TestErrorsLeadToTheirFields follows the links of the summary by keyboard.
func TestErrorsLeadToTheirFields(t *testing.T) {
	server := httptest.NewServer(site(t))
	defer server.Close()
	ctx := browsertest.Start(t)
	active := chromedp.Evaluate[string](`document.activeElement.id || document.activeElement.className`)
	browsertest.Do(t, ctx, chromedp.Navigate(server.URL+"/public/en"))
	first := browsertest.Read(t, ctx, active)
	browsertest.Do(t, ctx, chromedp.Click(chromedp.CSS(`.govuk-error-summary__list li:nth-child(2) a`)))
	then := browsertest.Read(t, ctx, active)
	if !strings.Contains(first, "govuk-error-summary") || then != "text" {
		t.Errorf("the focus is on %q, then on %q", first, then)
	}
	browsertest.Do(t, ctx, chromedp.SendKeys(chromedp.CSS("#area"), "abc"))
	if left := browsertest.Read(t, ctx, chromedp.Text(chromedp.CSS("#area-count"))); !strings.HasPrefix(left, "Letters left: 18") {
		t.Errorf("while writing it says %q", left)
	}
}
