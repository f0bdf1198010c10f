package rota_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"amparo/internal/page/browsertest"
	"amparo/internal/rota"
	"amparo/internal/web/staff/stafftest"
)

// A scene is the pages with a week in which much is planned, served to a real browser.
type scene struct {
	office
	*stafftest.Scene
	t *testing.T
}

// scenes run f on each engine.
func scenes(t *testing.T, f func(s *scene)) {
	t.Helper()
	each(t, func(t *testing.T, o office) {
		s := &scene{o, stafftest.NewScene(t, o.House), t}
		f(s)
		s.Quiet("4") // which the test has asked for
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

// TestPagesInTheBrowser looks at every page, and at each form with something wrong.
func TestPagesInTheBrowser(t *testing.T) {
	scenes(t, func(s *scene) {
		s.As("salma", "en")
		s.LookAt("rota-empty", "/rota")
		own := s.fill()
		for _, tag := range []string{"en", "ar"} {
			s.As("salma", tag)
			s.LookAt("rota-week-"+tag, "/rota")
			s.LookAt("rota-plan-"+tag, "/rota/plan", s.Press("/rota/plan", ".govuk-error-summary"))
			s.LookAt("rota-change-"+tag, "/rota/shift/"+string(own.ID))
			s.LookAt("rota-mine-"+tag, "/rota/mine")
			s.LookAt("rota-away-"+tag, "/rota/away", s.Press("/rota/away", ".govuk-error-summary"))
			s.As("omar", tag)
			s.LookAt("rota-own-"+tag, "/rota/mine")
		}
	})
}

// TestByKeyboardWithoutScripts plans a shift, and offers it, with keys alone and no script.
func TestByKeyboardWithoutScripts(t *testing.T) {
	scenes(t, func(s *scene) {
		browsertest.Scripts(t, s.Ctx, false)
		browsertest.Resize(t, s.Ctx, 320, 800)
		s.As("salma", "en")
		s.Visit("/rota")
		s.TabTo("/rota/plan")
		s.Type(kb.Enter)
		s.Says("Whoever is at the desk reads what comes in")
		s.TabTo("user")
		s.Type("Salma", kb.Tab, " ")
		s.TabTo("until_time")
		s.Type(kb.Tab, kb.Tab, kb.Enter)
		if text := s.Says("The shift is planned"); !strings.Contains(text, "08:00 to 16:00") || !strings.Contains(text, "Salma Idris") {
			t.Errorf("the page says %s", text)
		}
		s.TabTo("/rota/mine")
		s.Type(kb.Enter)
		s.Says("It stays yours until somebody takes it")
		s.TabTo("BUTTON") // signing out
		s.TabTo("BUTTON")
		s.Type(kb.Enter)
		s.Says("The shift is offered")
	})
}
