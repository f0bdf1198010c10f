package desk_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/page/browsertest"
	"amparo/internal/store"
)

// TestSplitByKeyboardAlone looks at the form in both directions of writing, sends it with nothing, then cuts the words and splits the
// report, and undoes that, without touching anything but keys.
func TestSplitByKeyboardAlone(t *testing.T) {
	scenes(t, func(s *scene, tag string) {
		if s.Main.Engine() != store.SQLite {
			return // the pages are the same on both engines
		}
		id := s.claimed("huda", map[string][]string{"danger": {"no"}, "words": {"one matter, and another"}}, false)
		s.at("split", tag, path(s.mine, "/split"))
		browsertest.Resize(s.t, s.ctx, 1200, 900)
		browsertest.Do(s.t, s.ctx, chromedp.Navigate(s.address+path(id, "")))
		s.press(`a[href$="/split"]`, kb.Enter)
		s.arrive("#told_words")
		s.tab("#told_words")
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent("a", chromedp.KeyModifiers(2)), chromedp.KeyEvent(kb.Delete))
		s.tab("#answers")
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent(" "))
		s.press(`form[action$="/split"] .govuk-button`, kb.Enter)
		s.arrive("[data-errors]")
		s.look("split-wrong-" + tag)
		s.tab("#told_words")
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent("and another"))
		s.press(`form[action$="/split"] .govuk-button`, kb.Enter)
		s.arrive(`form[action$="/undo-split"]`)
		s.look("split-first-" + tag)
		second := s.second(id)
		if got := s.report(second); got.Received != s.report(id).Received {
			s.t.Errorf("the second is %+v", got)
		}
		s.at("split-second", tag, path(second, ""))
		browsertest.Resize(s.t, s.ctx, 1200, 900)
		browsertest.Do(s.t, s.ctx, chromedp.Navigate(s.address+path(id, "")))
		s.press(`details:has(form[action$="/undo-split"]) summary`, kb.Enter)
		s.press(`form[action$="/undo-split"] button`, kb.Enter)
		s.until(`location.search.includes("desk_reunited")`)
	})
}
