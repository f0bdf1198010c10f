package rota_test

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
	"amparo/internal/rota"
	"amparo/internal/web/staff/stafftest"
)

// A scene is the pages with a week in which much is planned, served to a real browser.
type scene struct {
	office
	t       *testing.T
	ctx     context.Context
	address string
}

// scenes run f on each engine.
func scenes(t *testing.T, f func(s *scene)) {
	t.Helper()
	each(t, func(t *testing.T, o office) {
		s := &scene{office: o, t: t, ctx: browsertest.Start(t)}
		server := httptest.NewServer(o.Visitor().Handler)
		t.Cleanup(server.Close)
		s.address = server.URL
		f(s)
		for _, line := range browsertest.Heard(s.ctx) {
			if !strings.Contains(line, "the server responded with a status of 4") { // which the test has asked for
				t.Errorf("the console says %s", line)
			}
		}
	})
}

// fill plans a week with shifts of every sort, and gives one of Salma's.
func (s *scene) fill() rota.Shift {
	s.t.Helper()
	s.plan("huda", rota.AtDesk, "2031-03-03 08:00", "2031-03-03 16:00")
	s.plan("omar", rota.AtDesk, "2031-03-03 14:00", "2031-03-03 20:00")
	s.plan("laila", rota.OnCall, "2031-03-03 07:00", "2031-03-08 08:00")
	offered := s.plan("huda", rota.AtDesk, "2031-03-05 08:00", "2031-03-05 16:00")
	s.must(s.rota.Offer(s.t.Context(), s.Actor("huda"), offered.ID, 1))
	s.plan("omar", rota.AtDesk, "2031-03-06 08:00", "2031-03-06 16:00")
	s.leave("omar", "huda", "2031-03-06 06:00", "2031-03-09 06:00")
	return s.plan("salma", rota.AtDesk, "2031-03-07 20:00", "2031-03-08 08:00")
}

// as signs somebody in in the browser.
func (s *scene) as(who, tag string) {
	s.t.Helper()
	for name, value := range map[string]string{stafftest.SessionCookie: s.SignIn(who).Cookie(stafftest.SessionCookie), "language": tag} {
		if _, err := chromedp.Call(s.ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: s.address + "/"}); err != nil {
			s.t.Fatal(err)
		}
	}
}

// at opens a page, does what is given, and looks at what is there, on a desk and on a telephone.
func (s *scene) at(name, path string, then ...func()) {
	s.t.Helper()
	browsertest.Resize(s.t, s.ctx, 1200, 900)
	browsertest.Do(s.t, s.ctx, chromedp.Navigate(s.address+path))
	for _, one := range then {
		one()
	}
	s.look(name + "-wide")
	browsertest.Resize(s.t, s.ctx, 320, 900)
	s.look(name + "-narrow")
}

func (s *scene) look(name string) {
	s.t.Helper()
	browsertest.NoSideways(s.t, s.ctx)
	browsertest.Axe(s.t, s.ctx)
	browsertest.Screenshot(s.t, s.ctx, "rota-"+name)
}

// press clicks the button of the form that posts to an address with this ending, and waits for what the next page has.
func (s *scene) press(action, next string) func() {
	return func() {
		s.t.Helper()
		browsertest.Do(s.t, s.ctx, chromedp.Click(chromedp.CSS(`form[action$="`+action+`"] .govuk-button`)), chromedp.WaitVisible(chromedp.CSS(next)))
	}
}

// TestPagesInTheBrowser looks at every page, and at each form with something wrong.
func TestPagesInTheBrowser(t *testing.T) {
	scenes(t, func(s *scene) {
		s.as("salma", "en")
		s.at("empty", "/rota")
		own := s.fill()
		for _, tag := range []string{"en", "ar"} {
			s.as("salma", tag)
			s.at("week-"+tag, "/rota")
			s.at("plan-"+tag, "/rota/plan", s.press("/rota/plan", ".govuk-error-summary"))
			s.at("change-"+tag, "/rota/shift/"+string(own.ID))
			s.at("mine-"+tag, "/rota/mine")
			s.at("away-"+tag, "/rota/away", s.press("/rota/away", ".govuk-error-summary"))
			s.as("omar", tag)
			s.at("own-"+tag, "/rota/mine")
		}
	})
}

// TestByKeyboardWithoutScripts plans a shift, and offers it, with keys alone and no script.
func TestByKeyboardWithoutScripts(t *testing.T) {
	scenes(t, func(s *scene) {
		browsertest.Scripts(t, s.ctx, false)
		browsertest.Resize(t, s.ctx, 320, 800)
		s.as("salma", "en")
		browsertest.Do(t, s.ctx, chromedp.Navigate(s.address+"/rota"))
		s.tabTo("/rota/plan")
		s.keys(kb.Enter)
		s.read("Whoever is at the desk reads what comes in")
		s.tabTo("user")
		s.keys("Salma", kb.Tab, " ")
		s.tabTo("until_time")
		s.keys(kb.Tab, kb.Tab, kb.Enter)
		if text := s.read("The shift is planned"); !strings.Contains(text, "08:00 to 16:00") || !strings.Contains(text, "Salma Idris") {
			t.Errorf("the page says %s", text)
		}
		s.tabTo("/rota/mine")
		s.keys(kb.Enter)
		s.read("It stays yours until somebody takes it")
		s.tabTo("BUTTON") // signing out
		s.tabTo("BUTTON")
		s.keys(kb.Enter)
		s.read("The shift is offered")
	})
}

// keys presses keys, one after another.
func (s *scene) keys(list ...string) {
	s.t.Helper()
	for _, one := range list {
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent(one))
	}
}

// read is what can be read on the page, once it says something.
func (s *scene) read(says string) string {
	s.t.Helper()
	text := ""
	for range 100 {
		text = browsertest.Read(s.t, s.ctx, chromedp.Evaluate[string](`document.body ? document.body.innerText : ""`))
		if strings.Contains(text, says) {
			return text
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("the page does not say %q: %s", says, text)
	return ""
}

// tabTo presses Tab until the focus is on what has the id, the address or the name of element.
func (s *scene) tabTo(what string) {
	s.t.Helper()
	focus := chromedp.Evaluate[[]string](`[document.activeElement.id, document.activeElement.getAttribute("href") || "", document.activeElement.tagName]`)
	var at []string
	for range 60 {
		s.keys(kb.Tab)
		if at = browsertest.Read(s.t, s.ctx, focus); at[0] == what || at[1] == what || at[2] == what {
			return
		}
	}
	s.t.Fatalf("the keyboard does not come to %s; it is at %v", what, at)
}
