package desk_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/intake"
	"amparo/internal/page/browsertest"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/vault/seal"
	"amparo/internal/web/staff/stafftest"
)

// A scene is a desk with a few matters, served to a real browser in which Huda is signed in.
type scene struct {
	*place
	ctx     context.Context
	address string
	waiting report.ID // at P1, nobody has it
	mine    report.ID // Huda's, with everything on its page
	ready   report.ID // Huda's, to be given its outcome
	// unchecked is Huda's, confirmed, and no professional is named
	unchecked report.ID
}

// scenes run f for each language, on each engine.
func scenes(t *testing.T, f func(s *scene, tag string)) {
	t.Helper()
	each(t, func(t *testing.T, l *place) {
		s := &scene{place: l, ctx: browsertest.Start(l.t)}
		s.fill()
		b := l.SignIn("huda")
		server := httptest.NewServer(b.Handler)
		l.t.Cleanup(server.Close)
		s.address = server.URL
		s.cookie(stafftest.SessionCookie, b.Cookie(stafftest.SessionCookie))
		for _, tag := range []string{"en", "ar"} {
			whole := l.t
			l.t.Run(tag, func(t *testing.T) {
				s.t = t
				s.cookie("language", tag)
				f(s, tag)
			})
			s.t = whole
		}
		for _, line := range browsertest.Heard(s.ctx) {
			if !strings.Contains(line, "status of 400") { // of a form that is shown again
				s.t.Errorf("the console says %s", line)
			}
		}
	})
}

func (s *scene) cookie(name, value string) {
	s.t.Helper()
	if _, err := chromedp.Call(s.ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: s.address + "/"}); err != nil {
		s.t.Fatal(err)
	}
}

// fill reports what a desk may have before it on one day.
func (s *scene) fill() {
	s.t.Helper()
	var receipt seal.Receipt
	s.mine, receipt = s.ReportAs(intake.Told{Language: "ar", Area: "XD-C-01", Answers: map[string][]string{"danger": {"no"},
		"what": {"trust", "asked"}, "when": {"ongoing"}, "who": {"online_only"}, "reach": {"online_ongoing"}, "pressure": {"demand"},
		"deadline": {"soon"},
		"pictures": {"someone_has"}, "age": {"13_15"}, "place": {"XD-C-01"}, "accounts": {"https://bad.example.org/u/1", "@nobody_at_all"},
		"words": {"تعرفت عليه في لعبة.\nيقول إنه سينشر كل شيء الليلة إن لم أدفع."}, "must_not_know": {"خالي"},
		"contact_way": {"mailbox_only"}}})
	s.take("huda", s.mine)
	s.Advance(time.Hour)
	s.claimed("omar", danger, false)
	s.ready = s.claimed("huda", pressed, true)
	s.unchecked = s.claimed("huda", pressed, false)
	now := s.standing(s.unchecked)
	s.must(s.Triage.Decide(s.t.Context(), s.Actor("huda"), triage.Decision{Subject: string(s.unchecked), Sequence: now.Sequence, To: now.Priority}))
	s.must(s.Triage.Check(s.t.Context(), s.Actor("huda"), triage.CheckInput{Report: s.unchecked, Item: "suicide_risk_asked", Answer: "unsafe_to_ask"}))
	s.waiting = s.Report(map[string][]string{"danger": {"yes"}, "feel": {"may_act"}, "pressure": {"demand"}, "deadline": {"soon"}})
	s.Report(map[string][]string{"danger": {"no"}, "what": {"trust"}, "reach": {"often"}, "others": {"maybe"}, "age": {"8_12"}})
	s.ReportAs(intake.Told{Instrument: "worried", Language: "ar", Reader: intake.Adult, Area: "XD-C", Answers: map[string][]string{}})
	s.Add(receipt, "كتب لي مرة أخرى من https://bad.example.org/u/1")
	s.Advance(22 * time.Minute)
}

// at opens a page and looks at it, on a telephone and on a desk.
func (s *scene) at(name, tag, path string) {
	s.t.Helper()
	for size, width := range map[string]int64{"narrow": 320, "wide": 1200} {
		browsertest.Resize(s.t, s.ctx, width, 900)
		browsertest.Do(s.t, s.ctx, chromedp.Navigate(s.address+path))
		s.look(name + "-" + tag + "-" + size)
	}
}

func (s *scene) look(name string) {
	s.t.Helper()
	browsertest.NoSideways(s.t, s.ctx)
	browsertest.Axe(s.t, s.ctx)
	browsertest.Screenshot(s.t, s.ctx, name)
}

// TestEveryPageInTheBrowser looks at every page in both directions of writing, and at forms that could not be taken.
func TestEveryPageInTheBrowser(t *testing.T) {
	scenes(t, func(s *scene, tag string) {
		if s.Main.Engine() != store.SQLite {
			return // the pages are the same on both engines
		}
		s.at("queue", tag, "/desk")
		s.at("waiting", tag, path(s.waiting, ""))
		s.at("mine", tag, path(s.mine, ""))
		s.at("unconfirmed", tag, path(s.mine, "/outcome"))
		s.at("facts", tag, path(s.mine, "/facts"))
		s.at("conflict", tag, path(s.mine, "/conflict"))
		s.at("hand", tag, path(s.mine, "/hand"))
		s.at("note", tag, "/desk/note")
		s.at("filtered", tag, "/desk?language=ar&whose=mine")
		s.at("unchecked", tag, path(s.unchecked, "/outcome"))
		s.at("unchecked-report", tag, path(s.unchecked, ""))
		for name, below := range map[string]string{"outcomes": "/outcome", "outcome": "/outcome/referred_out", "case": "/outcome/opened_case"} {
			s.at(name, tag, path(s.ready, below))
		}
		browsertest.Do(s.t, s.ctx, chromedp.Navigate(s.address+path(s.ready, "/outcome/opened_case")))
		s.press("button[value=add]", kb.Enter)
		s.arrive("#children-2")
		s.press(".govuk-button:not([name])", kb.Enter)
		s.arrive("[data-errors]")
		s.look("case-wrong-" + tag)
		browsertest.Do(s.t, s.ctx, chromedp.Navigate(s.address+path(s.mine, "")))
		s.press(`form[action$="/reply"] button`, kb.Enter)
		s.arrive("[data-errors]")
		s.look("mine-wrong-" + tag)
		browsertest.Do(s.t, s.ctx, chromedp.Navigate(s.address+path(s.mine, "")))
		s.press("button[value=heard]", kb.Enter)
		s.until(`document.readyState === "complete" && location.pathname.endsWith("/reply")`)
		s.tab("#message")
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent(" https://x.example"))
		s.press(`form[action$="/reply"] button`, kb.Enter)
		s.arrive("[data-found]")
		s.look("found-" + tag)
		browsertest.Do(s.t, s.ctx, chromedp.Navigate(s.address+path(s.mine, "")))
		s.press(".clocks summary", kb.Enter)
		s.press(`form[action$="/hold"] button`, kb.Enter)
		s.arrive("#hold_reason-error")
		s.look("hold-wrong-" + tag)
	})
}

// TestByKeyboardAlone claims the most urgent report, confirms its priority and opens a case, without touching anything but keys.
func TestByKeyboardAlone(t *testing.T) {
	scenes(t, func(s *scene, tag string) {
		s.Advance(-time.Hour)
		id := s.Report(danger) // it has waited longest
		s.Advance(time.Hour)
		browsertest.Resize(s.t, s.ctx, 1200, 900)
		browsertest.Do(s.t, s.ctx, chromedp.Navigate(s.address+"/desk"))
		s.press(".heading button", kb.Enter)
		s.arrive(`form[action$="/decide"]`)
		s.press(".next button", kb.Enter)
		s.arrive(`.next a[href="#hour"]`)
		s.tab("#suicide_risk_asked")
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent(" "))
		s.press(`form:has(#suicide_risk_asked) button`, kb.Enter)
		s.arrive(".answer")
		if now := s.standing(id); now.Priority != ruleset.P1 || now.Confirmed {
			s.t.Errorf("there is a risk, and it stands at %+v", now)
		}
		s.press(".next button", kb.Enter)
		s.arrive(`.next a[href$="/outcome"]`)
		s.press(`.next a[href$="/outcome"]`, kb.Enter)
		s.arrive(".choices")
		s.press(`a[href$="/opened_case"]`, kb.Enter)
		s.arrive("#children")
		s.tab("#children")
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent("Sami"))
		s.tab("input[type=radio]")
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent(kb.ArrowDown)) // past Karim; Lina, who does not fit, comes last
		s.press(".govuk-button:not([name])", kb.Enter)
		s.arrive(".notice")
		s.look("done-" + tag)
		if r := s.report(id); r.Outcome != report.OpenedCase {
			s.t.Errorf("the report is %s, %q", r.State, r.Outcome)
		}
	})
}

// arrive waits until the page has what matches the selector.
func (s *scene) arrive(selector string) {
	s.t.Helper()
	script := fmt.Sprintf(`document.readyState === "complete" && !!document.querySelector(%q)`, selector)
	for range 200 {
		if browsertest.Read(s.t, s.ctx, chromedp.Evaluate[bool](script)) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	text := browsertest.Read(s.t, s.ctx, chromedp.Evaluate[string](`location.pathname + " " + document.body.innerText`))
	s.t.Fatalf("the page has no %s: %s", selector, text)
}

// tab presses the key until what matches the selector has the focus.
func (s *scene) tab(selector string) {
	s.t.Helper()
	script := fmt.Sprintf(`document.activeElement.matches(%q)`, selector)
	for range 120 {
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent(kb.Tab))
		if browsertest.Read(s.t, s.ctx, chromedp.Evaluate[bool](script)) {
			return
		}
	}
	s.t.Fatalf("the keyboard does not reach %s", selector)
}

// press goes to an element by keyboard and presses a key on it.
func (s *scene) press(selector, key string) {
	s.t.Helper()
	s.tab(selector)
	browsertest.Do(s.t, s.ctx, chromedp.KeyEvent(key))
}
