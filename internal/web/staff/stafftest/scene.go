package stafftest

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/page/browsertest"
)

// A Scene is the pages of a house, served to a real browser until the test ends.
type Scene struct {
	Ctx     context.Context // of the browser
	Address string          // of the pages, without a slash at its end
	t       *testing.T
	house   *House
}

// NewScene serves the house's pages to a new browser.
func NewScene(t *testing.T, h *House) *Scene {
	t.Helper()
	server := httptest.NewServer(h.Visitor().Handler)
	t.Cleanup(server.Close)
	return &Scene{browsertest.Start(t), server.URL, t, h}
}

// As signs somebody in in the browser, in a language.
func (s *Scene) As(who, tag string) {
	s.t.Helper()
	for name, value := range map[string]string{SessionCookie: s.house.SignIn(who).Cookie(SessionCookie), "language": tag} {
		if _, err := chromedp.Call(s.Ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: s.Address + "/"}); err != nil {
			s.t.Fatal(err)
		}
	}
}

// Visit opens a page.
func (s *Scene) Visit(path string) {
	s.t.Helper()
	browsertest.Do(s.t, s.Ctx, chromedp.Navigate(s.Address+path))
}

// LookAt opens a page, does what is given, and looks at what is there, on a desk and on a telephone.
func (s *Scene) LookAt(name, path string, then ...func()) {
	s.t.Helper()
	browsertest.Resize(s.t, s.Ctx, 1200, 900)
	s.Visit(path)
	for _, one := range then {
		one()
	}
	s.Look(name + "-wide")
	browsertest.Resize(s.t, s.Ctx, 320, 900)
	s.Look(name + "-narrow")
}

// Look checks the page that is there: nothing goes sideways, and nobody is shut out.
func (s *Scene) Look(name string) {
	s.t.Helper()
	browsertest.NoSideways(s.t, s.Ctx)
	browsertest.Axe(s.t, s.Ctx)
	browsertest.Screenshot(s.t, s.Ctx, name)
}

// Press clicks the button of the form that posts to an address with this ending, and waits for what the next page has.
func (s *Scene) Press(action, next string) func() {
	return func() {
		s.t.Helper()
		browsertest.Do(s.t, s.Ctx, chromedp.Click(chromedp.CSS(`form[action$="`+action+`"] .govuk-button`)), chromedp.WaitVisible(chromedp.CSS(next)))
	}
}

// Type presses keys, one after another.
func (s *Scene) Type(list ...string) {
	s.t.Helper()
	for _, one := range list {
		browsertest.Do(s.t, s.Ctx, chromedp.KeyEvent(one))
	}
}

// TabTo presses Tab until the focus is on what has the id, the address or the name of element.
func (s *Scene) TabTo(what string) {
	s.t.Helper()
	focus := chromedp.Evaluate[[]string](`[document.activeElement.id, document.activeElement.getAttribute("href") || "", document.activeElement.tagName]`)
	var at []string
	for range 60 {
		s.Type(kb.Tab)
		if at = browsertest.Read(s.t, s.Ctx, focus); at[0] == what || at[1] == what || at[2] == what {
			return
		}
	}
	s.t.Fatalf("the keyboard does not come to %s; it is at %v", what, at)
}

// Says gives what can be read on the whole page, once it has come and says something.
func (s *Scene) Says(words string) string {
	s.t.Helper()
	text := ""
	for range 200 {
		text = browsertest.Glance(s.t, s.Ctx, `document.readyState === "complete" ? document.body.innerText : ""`)
		if strings.Contains(text, words) {
			return text
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("the page does not say %q: %s", words, text)
	return ""
}

// Quiet fails the test when the console said anything but what begins with a status that the test has asked for, such as "40".
func (s *Scene) Quiet(status string) {
	s.t.Helper()
	for _, line := range browsertest.Heard(s.Ctx) {
		if !strings.Contains(line, "the server responded with a status of "+status) {
			s.t.Errorf("the console says %s", line)
		}
	}
}
