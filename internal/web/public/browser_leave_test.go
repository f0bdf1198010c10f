package public_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/page/browsertest"
)

const otter = "the violet otter sings 47113"

// tells goes to the page with all answers, where everything that was told stands.
func (v *visit) tells() {
	v.t.Helper()
	v.press(`button[value="about_me"]`)
	v.press(goOn)
	for v.step() == "ask" {
		v.answer(map[string][]string{"what": {"touch"}, "words": {otter}, "must_not_know": {otter}})
		v.press(goOn)
	}
	v.waits(otter)
}

// gone waits until the browser is at the place that leaving goes to, or at its error page, for tests reach nothing outside.
func (v *visit) gone() {
	v.t.Helper()
	for range 200 {
		if at, list := v.places(); list[at].URL == v.l.pack.ExitTarget() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.t.Fatalf("the browser did not leave: %s", v.text())
}

// places gives the history of the tab, and where in it the browser is. Asking fails while one page is no more and the other not yet.
func (v *visit) places() (at int, list []*page.NavigationEntry) {
	v.t.Helper()
	for range 200 {
		got, err := chromedp.Run(v.ctx, chromedp.NavigationEntries())
		if err == nil && len(got.Entries) > 0 {
			return int(got.CurrentIndex), got.Entries
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.t.Fatal("the browser does not tell its history")
	return 0, nil
}

// goBack presses the browser's own button, or the one for forward, and waits until it is there. It does not wait for a page.
func (v *visit) goBack(by int) {
	v.t.Helper()
	at, list := v.places()
	asked := false
	for range 200 {
		if !asked { // refused while one page is no more and the other not yet
			_, err := chromedp.Call(v.ctx, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: list[at+by].ID})
			asked = err == nil
		}
		if now, _ := v.places(); now == at+by {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.t.Fatalf("the browser does not go from %d by %d", at, by)
}

// TestEveryWayOut leaves from the page with all answers in every way that there is, and goes back as far as the browser lets: nothing of
// what was told is ever seen, and nothing is sent again by going back.
func TestEveryWayOut(t *testing.T) {
	button := func(v *visit) { v.click("[data-exit]") }
	keys := func(keys ...string) func(v *visit) {
		return func(v *visit) {
			for _, k := range keys {
				v.do(chromedp.KeyEvent(k))
			}
		}
	}
	for name, way := range map[string]struct {
		scripts bool
		leave   func(v *visit)
	}{
		"button":                      {true, button},
		"keyboard":                    {true, keys(kb.Shift, kb.Shift, kb.Shift)},
		"hidden link":                 {true, keys(kb.Tab, kb.Enter)},
		"button without scripts":      {false, button},
		"hidden link without scripts": {false, keys(kb.Tab, kb.Enter)},
	} {
		t.Run(name, func(t *testing.T) {
			v := visiting(t, "en", 320, way.scripts)
			v.tells()
			way.leave(v)
			v.gone()
			at, entries := v.places()
			for _, e := range entries {
				if e.Title != "" && e.Title != "Help page" && !strings.Contains(e.URL, e.Title) {
					t.Errorf("the history has the title %q", e.Title)
				}
				if u, err := url.Parse(e.URL); err != nil || u.Path != "/" && e.URL != v.l.pack.ExitTarget() && e.URL != "about:blank" {
					t.Errorf("the history has the address %s", e.URL)
				}
			}
			for ; at > 1; at-- {
				v.goBack(-1)
				for range 4 {
					time.Sleep(100 * time.Millisecond)
					for _, word := range []string{otter, "touches", "Look at your answers"} {
						if strings.Contains(v.sees(), word) {
							t.Fatalf("going back shows %q", word)
						}
					}
				}
			}
			if way.scripts && len(v.l.told()) != 0 {
				t.Error("going back has sent something")
			}
			v.foreign()
		})
	}
}

// TestBackShowsWhatWasTyped goes back and forward in a browser that runs scripts: pages come from memory, with what was typed.
func TestBackShowsWhatWasTyped(t *testing.T) {
	v := visiting(t, "en", 320, true)
	v.press(`button[value="about_me"]`)
	v.press(goOn)
	for !v.has("#words") {
		v.press(goOn)
	}
	v.write("#words", otter)
	v.press(goOn)
	v.waits("How can we write back safely?")
	v.back("Is there more you want to say?")
	if got := read[string](v, `document.querySelector("#words").value`); got != otter {
		t.Errorf("back shows %q", got)
	}
	v.goBack(1)
	v.waits("How can we write back safely?")
	v.back("Is there more you want to say?")
	v.write("#words", kb.End+" and more")
	v.press(goOn)
	v.press(goOn)
	v.waits(otter + " and more")
	v.press(`.top .name`) // by mistake
	v.waits("You can tell us here")
	v.back("Look at your answers")
	v.press(goOn)
	v.waits("Your code")
	v.back("You can tell us here") // after sending, nothing told is shown again
	if strings.Contains(v.text(), otter) {
		t.Error("after sending, going back shows what was told")
	}
	if list := v.l.told(); len(list) != 1 || list[0].Answers["words"][0] != otter+" and more" {
		t.Errorf("what arrived is %+v", list)
	}
	v.quiet()
}

func (v *visit) back(words string) {
	v.t.Helper()
	v.goBack(-1)
	v.waits(words)
}

// TestLineIsCut cuts the line while somebody sends: the page stays with all that was typed, says so, and goes on when the line is back.
// What is too long for the service can be made shorter in the same way.
func TestLineIsCut(t *testing.T) {
	v := visiting(t, "en", 320, true)
	v.press(`button[value="about_me"]`)
	v.press(goOn)
	for !v.has("#words") {
		v.press(goOn)
	}
	v.write("#words", otter)
	v.cut(true)
	v.click(goOn)
	v.waits("This did not go through. What you wrote is still here.")
	browsertest.NoSideways(t, v.ctx)
	browsertest.Screenshot(t, v.ctx, "unsent")
	v.cut(false)
	v.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#words").value = "` + otter + ` ".repeat(12000)`))
	v.press(goOn)
	v.waits("too long to send in one go")
	v.back("Is there more you want to say?")
	if n := read[int](v, `document.querySelector("#words").value.length`); n < 300000 {
		t.Errorf("%d characters are left of what was too long", n)
	}
	v.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#words").value = "` + otter + `"`))
	for v.step() == "ask" {
		v.press(goOn)
	}
	v.press(goOn)
	v.waits("Your code")
	if list := v.l.told(); len(list) != 1 || list[0].Answers["words"][0] != otter {
		t.Errorf("what arrived is %+v", list)
	}
}
