package admin_test

import (
	"strings"
	"testing"
	"time"

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
	*stafftest.Scene
	t *testing.T
}

// scenes run f on each engine.
func scenes(t *testing.T, f func(s *scene)) {
	t.Helper()
	each(t, func(t *testing.T, h *stafftest.House) {
		s := &scene{h, stafftest.NewScene(t, h), t}
		s.fill()
		f(s)
		s.Quiet("400") // which the test has asked for
	})
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
	for _, code := range []identity.PartnerID{"harbour", "island-platform", "island-platform"} {
		k, err := h.Identity.AddPartnerKey(s.t.Context(), access.Console, identity.AddPartnerKeyInput{Partner: code, Name: "Helpline of " + string(code), Expires: h.Now().AddDate(0, 3, 0)})
		must(h, err)
		if code == "harbour" {
			must(h, h.Identity.RevokePartnerKey(s.t.Context(), access.Console, k.ID))
		}
	}
	matter(h)
	number(h)
	many := audit.Entry{Actor: h.Actor("salma"), Action: access.ReportList, Outcome: audit.Done, Detail: map[string]string{"shown": "7", "page": "queue"}}
	for range 7 {
		h.Advance(time.Millisecond)
		many.Subjects = append(many.Subjects, string(identity.UserID(h.ID("huda"))))
	}
	record(h, many, audit.Entry{Actor: h.Actor("omar"), Action: access.CaseRead, Outcome: audit.Refused, Reason: "withheld", Subjects: []string{h.ID("karim")}})
}

// TestPagesInTheBrowser looks at every page, and at each with something wrong.
func TestPagesInTheBrowser(t *testing.T) {
	scenes(t, func(s *scene) {
		for _, tag := range []string{"en", "ar"} {
			s.As("adam", tag)
			s.LookAt("people-"+tag, "/people")
			s.LookAt("new-"+tag, "/people/new", s.Press("/people/new", ".govuk-error-summary"))
			s.LookAt("person-"+tag, path(s.House, "lina"), s.Press("/qualification", ".govuk-error-summary"))
			s.LookAt("deactivated-"+tag, path(s.House, "nour"))
			s.LookAt("password-"+tag, path(s.House, "omar"), s.Press("/password", ".once"))
			s.LookAt("partners-"+tag, "/partners")
			s.LookAt("partner-new-"+tag, "/partners/new", s.Press("/partners/new", ".govuk-error-summary"))
			s.As("aida", tag)
			s.LookAt("log-"+tag, "/log?action=case.read&outcome=refused&actor="+s.ID("omar"))
			s.LookAt("log-long-"+tag, "/log?actor="+s.ID("salma"))
			s.LookAt("log-wrong-"+tag, "/log?action=y&outcome=z")
		}
	})
}

// TestByKeyboardWithoutScripts adds a person and finds the entry of it, with keys alone and no script.
func TestByKeyboardWithoutScripts(t *testing.T) {
	scenes(t, func(s *scene) {
		browsertest.Scripts(t, s.Ctx, false)
		browsertest.Resize(t, s.Ctx, 320, 800)
		s.As("adam", "en")
		s.Visit("/people")
		s.TabTo("/people/new")
		s.Type(kb.Enter)
		s.Says("You will see a one-time password")
		s.TabTo("name")
		s.Type("sami.noor", kb.Tab, "Sami Noor", kb.Tab, kb.Tab, "Demoland", kb.Tab, " ")
		s.TabTo("languages")
		s.Type("en")
		s.TabTo("email")
		s.Type(kb.Tab, kb.Enter)
		text := s.Says("Hand over this password")
		if !strings.Contains(text, "sami.noor") || !strings.Contains(text, "Sami Noor") {
			t.Errorf("the page says %s", text)
		}
		s.As("aida", "en")
		s.Visit("/log")
		s.TabTo("SUMMARY")
		s.Type(kb.Enter)
		s.TabTo("action")
		s.choose("Add or change")
		s.TabTo("day")
		s.TabTo("BUTTON")
		s.Type(kb.Enter)
		if text := s.Says("Show all entries"); !strings.Contains(text, "add_user") || strings.Contains(text, "report.claim") {
			t.Errorf("the log says %s", text)
		}
	})
}

// choose types the beginning of an answer into the list that has the focus. A list forgets what was typed a second ago: on a machine
// that is busy it may take the middle of the words for a beginning, and is told again.
func (s *scene) choose(words string) {
	s.t.Helper()
	chosen := ""
	for range 5 {
		s.Type(words)
		chosen = browsertest.Read(s.t, s.Ctx, chromedp.Evaluate[string](`document.activeElement.selectedOptions[0].text`))
		if strings.HasPrefix(chosen, words) {
			return
		}
		time.Sleep(1200 * time.Millisecond)
	}
	s.t.Fatalf("%q was typed, and %q is chosen", words, chosen)
}
