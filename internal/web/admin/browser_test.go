package admin_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/identity"
	"amparo/internal/page/browsertest"
	"amparo/internal/web/staff/stafftest"
)

// A scene is the pages with some people and entries, served to a real browser.
type scene struct {
	*stafftest.House
	t       *testing.T
	ctx     context.Context
	address string
}

// scenes run f on each engine.
func scenes(t *testing.T, f func(s *scene)) {
	t.Helper()
	each(t, func(t *testing.T, h *stafftest.House) {
		s := &scene{House: h, t: t, ctx: browsertest.Start(t)}
		s.fill()
		s.serve()
		f(s)
		for _, line := range browsertest.Heard(s.ctx) {
			if !strings.Contains(line, "the server responded with a status of 400") { // which the test has asked for
				t.Errorf("the console says %s", line)
			}
		}
	})
}

// serve serves the pages for as long as the test runs.
func (s *scene) serve() {
	server := httptest.NewServer(s.Visitor().Handler)
	s.t.Cleanup(server.Close)
	s.address = server.URL
}

// fill makes people in every state, and a log with entries of every sort.
func (s *scene) fill() {
	h := s.House
	id := func(who string) identity.UserID { return identity.UserID(h.ID(who)) }
	must(h, h.Identity.Deactivate(s.t.Context(), access.Console, id("nour")))
	for code, days := range map[string]int{"vetting": -1, "child_safeguarding": 30, "csea_casework": 400} {
		q := identity.Qualification{Code: code, IssuedAt: h.Now().AddDate(-1, 0, 0), ExpiresAt: h.Now().AddDate(0, 0, days)}
		must(h, h.Identity.AddQualification(s.t.Context(), access.Console, identity.QualificationInput{User: id("lina"), Qualification: q}))
	}
	_, err := h.Identity.AddUser(s.t.Context(), access.Console, identity.AddUserInput{Name: "rana.saad", DisplayName: "رنا سعد",
		KnownNames: []string{"أم يوسف"}, Agency: identity.AgencyID(h.Agency), Languages: []string{"ar", "en"}, Email: "rana@example.org",
		Roles: []access.Role{access.DutyOfficer, access.Supervisor}})
	must(h, err)
	matter(h)
	number(h)
	many := audit.Entry{Actor: h.Actor("salma"), Action: access.ReportList, Outcome: audit.Done, Detail: map[string]string{"shown": "7", "page": "queue"}}
	for range 7 {
		h.Advance(time.Millisecond)
		many.Subjects = append(many.Subjects, string(identity.UserID(h.ID("huda"))))
	}
	record(h, many, audit.Entry{Actor: h.Actor("omar"), Action: access.CaseRead, Outcome: audit.Refused, Reason: "withheld", Subjects: []string{h.ID("karim")}})
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
	browsertest.Screenshot(s.t, s.ctx, name)
}

// press clicks the button of the form that posts to an address with this ending, and waits for what the next page has.
func (s *scene) press(action, next string) func() {
	return func() {
		s.t.Helper()
		browsertest.Do(s.t, s.ctx, chromedp.Click(chromedp.CSS(`form[action$="`+action+`"] .govuk-button`)), chromedp.WaitVisible(chromedp.CSS(next)))
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

// TestPagesInTheBrowser looks at every page, and at each with something wrong.
func TestPagesInTheBrowser(t *testing.T) {
	scenes(t, func(s *scene) {
		for _, tag := range []string{"en", "ar"} {
			s.as("adam", tag)
			s.at("people-"+tag, "/people")
			s.at("new-"+tag, "/people/new", s.press("/people/new", ".govuk-error-summary"))
			s.at("person-"+tag, path(s.House, "lina"), s.press("/qualification", ".govuk-error-summary"))
			s.at("deactivated-"+tag, path(s.House, "nour"))
			s.at("password-"+tag, path(s.House, "omar"), s.press("/password", ".once"))
			s.as("aida", tag)
			s.at("log-"+tag, "/log?action=case.read&outcome=refused&actor="+s.ID("omar"))
			s.at("log-long-"+tag, "/log?actor="+s.ID("salma"))
			s.at("log-wrong-"+tag, "/log?action=y&outcome=z")
		}
	})
}

// TestByKeyboardWithoutScripts adds a person and finds the entry of it, with keys alone and no script.
func TestByKeyboardWithoutScripts(t *testing.T) {
	scenes(t, func(s *scene) {
		browsertest.Scripts(t, s.ctx, false)
		browsertest.Resize(t, s.ctx, 320, 800)
		s.as("adam", "en")
		browsertest.Do(t, s.ctx, chromedp.Navigate(s.address+"/people"))
		s.tabTo("/people/new")
		s.keys(kb.Enter)
		s.read("You will see a one-time password")
		s.tabTo("name")
		s.keys("sami.noor", kb.Tab, "Sami Noor", kb.Tab, kb.Tab, "Demoland", kb.Tab, " ")
		s.tabTo("languages")
		s.keys("en")
		s.tabTo("email")
		s.keys(kb.Tab, kb.Enter)
		text := s.read("Hand over this password")
		if !strings.Contains(text, "sami.noor") || !strings.Contains(text, "Sami Noor") {
			t.Errorf("the page says %s", text)
		}
		s.as("aida", "en")
		browsertest.Do(t, s.ctx, chromedp.Navigate(s.address+"/log"))
		s.tabTo("SUMMARY")
		s.keys(kb.Enter)
		s.tabTo("action")
		s.keys("Add or change")
		s.tabTo("day")
		s.tabTo("BUTTON")
		s.keys(kb.Enter)
		if text := s.read("Show all entries"); !strings.Contains(text, "add_user") || strings.Contains(text, "report.claim") {
			t.Errorf("the log says %s", text)
		}
	})
}

// keys presses keys, one after another.
func (s *scene) keys(list ...string) {
	s.t.Helper()
	for _, one := range list {
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent(one))
	}
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
