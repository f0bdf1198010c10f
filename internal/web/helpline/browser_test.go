package helpline_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/page/browsertest"
	"amparo/internal/store"
	"amparo/internal/web/staff/stafftest"
)

// A scene is the pages in a real browser, in which Hani is signed in.
type scene struct {
	*desk
	*stafftest.Scene
	t      *testing.T
	signed string // the token of the session in the browser
	away   bool   // the network was taken away for a while
}

func scenes(t *testing.T, f func(s *scene)) {
	t.Helper()
	each(t, func(t *testing.T, d *desk) {
		if d.Main.Engine() != store.SQLite {
			return // the pages are the same on both engines
		}
		s := &scene{desk: d, Scene: stafftest.NewScene(t, d.House), t: t}
		f(s)
		for _, line := range browsertest.Heard(s.Ctx) {
			if !strings.Contains(line, "the server responded with a status of 4") && !(s.away && strings.Contains(line, "ERR_INTERNET_DISCONNECTED")) { // which the test has asked for
				t.Errorf("the console says %s", line)
			}
		}
	})
}

// listen signs Hani in, in a language.
func (s *scene) listen(tag string) {
	s.t.Helper()
	s.signed = s.token()
	for name, value := range map[string]string{stafftest.SessionCookie: s.signed, "language": tag} {
		if _, err := chromedp.Call(s.Ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: s.Address + "/"}); err != nil {
			s.t.Fatal(err)
		}
	}
}

// text is what stands in the field for free words.
func (s *scene) text() string {
	s.t.Helper()
	return browsertest.Read(s.t, s.Ctx, chromedp.Evaluate[string](`document.getElementById("call_text").value`))
}

// TestPagesInTheBrowser looks at every page on a desk and on a telephone, in both directions.
func TestPagesInTheBrowser(t *testing.T) {
	scenes(t, func(s *scene) {
		b := s.counsellor()
		for _, tag := range []string{"en", "ar"} {
			s.listen(tag)
			at := s.begin(b, "call_channel", "phone", "call_way", "worried", "call_language", "ar")
			b.Get("/helpline").Submit("/helpline/close", "kind", "silent")
			s.LookAt("helpline-board-"+tag, "/helpline")
			s.LookAt("helpline-empty-"+tag, at)
			b.Get(at).Submit(at, "call_text", words, "danger", danger(s.desk, "worried"), "number", "555 0100", "go", "save")
			s.LookAt("helpline-write-"+tag, at)
			s.LookAt("helpline-check-"+tag, at+"/check")
			b.Get(at + "/check").Submit(at + "/hand")
			s.LookAt("helpline-handed-"+tag, at+"/handed")
			b.Get(at + "/handed").Submit(at + "/given")
		}
		s.As("salma", "en")
		s.LookAt("helpline-counts", "/helpline")
	})
}

// press types into the field for free words.
func (s *scene) press(keys string) {
	s.t.Helper()
	browsertest.Do(s.t, s.Ctx, chromedp.SendKeys(chromedp.CSS("#call_text"), keys))
}

// TestSavedWhileTyping saves what is typed without a press, writes over nothing that another window has saved, goes on after the session
// has ended and somebody has signed in again, and saves once more when the page is left.
func TestSavedWhileTyping(t *testing.T) {
	scenes(t, func(s *scene) {
		b := s.counsellor()
		at := s.begin(b)
		s.listen("en")
		s.Visit(at)
		s.press("The lamp is green.")
		s.Says("Saved at")
		form := b.Get(at).Hidden(at)
		if form.Get("call_text") != "The lamp is green." || form.Get("version") != "2" {
			t.Errorf("what is saved: %v", form)
		}
		browsertest.Screenshot(t, s.Ctx, "helpline-saved")

		b.Get(at).Submit(at, "call_text", "The lamp is green. Another window.", "go", "save").Leads(at + "?done=helpline_saved")
		s.press(" It hums.")
		s.Says("You have saved this from another window, too")
		browsertest.Do(t, s.Ctx, chromedp.Click(chromedp.CSS(`button[value="save"]`)))
		s.Says("Both are put together here")
		if got := s.text(); !strings.Contains(got, "Another window.") || !strings.Contains(got, "It hums.") {
			t.Errorf("put together: %q", got)
		}

		s.reach(false)
		s.press(" Out of reach.")
		s.Says("Not saved yet")
		browsertest.Do(t, s.Ctx, chromedp.Click(chromedp.CSS(`button[value="save"]`)))
		s.Says("Not saved yet") // the page is not left, and nothing that stands in it is gone
		if got := s.text(); !strings.Contains(got, "Out of reach.") {
			t.Errorf("what could not be saved is gone: %q", got)
		}
		s.reach(true)
		browsertest.Do(t, s.Ctx, chromedp.Click(chromedp.CSS(`button[value="save"]`)))
		s.Says("It is saved")
		if got := s.text(); !strings.Contains(got, "Out of reach.") {
			t.Errorf("what was saved once it could be: %q", got)
		}

		s.must(s.Identity.SignOut(t.Context(), s.signed))
		s.press(" After the session.")
		s.Says("You are signed out")
		s.listen("en")
		s.press(" Signed in again.")
		s.Says("Saved at")
		s.press(" Left at once.")
		s.Visit("/helpline")
		s.Says("Go on writing")
		for range 100 { // the browser sends it behind the page that was left
			if form = s.counsellorAgain(b).Get(at).Hidden(at); strings.Contains(form.Get("call_text"), "Left at once.") {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		for _, want := range []string{"After the session.", "Signed in again.", "Left at once."} {
			if !strings.Contains(form.Get("call_text"), want) {
				t.Errorf("%q is lost: %q", want, form.Get("call_text"))
			}
		}
	})
}

// reach has the browser reach the network, or not.
func (s *scene) reach(yes bool) {
	s.t.Helper()
	s.away = true
	away := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Offline: !yes, DownloadThroughput: -1, UploadThroughput: -1}}}
	if _, err := chromedp.Call(s.Ctx, network.Enable, network.EnableParams{}); err != nil {
		s.t.Fatal(err)
	}
	if _, err := chromedp.Call(s.Ctx, network.EmulateNetworkConditionsByRule, away); err != nil {
		s.t.Fatal(err)
	}
}

// counsellorAgain is the browser of Hani, whose session may have ended.
func (s *scene) counsellorAgain(b *stafftest.Browser) *stafftest.Browser {
	s.t.Helper()
	if b.Get("/helpline").Status == http.StatusOK {
		return b
	}
	return s.counsellor()
}

// TestByKeyboardWithoutScripts takes a call from the first word to the code with keys alone, on a small screen.
func TestByKeyboardWithoutScripts(t *testing.T) {
	scenes(t, func(s *scene) {
		browsertest.Scripts(t, s.Ctx, false)
		browsertest.Resize(t, s.Ctx, 320, 800)
		s.listen("en")
		s.Visit("/helpline")
		s.TabTo("BUTTON") // signing out
		s.TabTo("BUTTON")
		s.Type(kb.Enter)
		s.Says("While you listen")
		s.TabTo("call_text")
		s.Type("The purple lighthouse hums.")
		s.TabTo("danger")
		s.Type(" ")
		s.tabToCheck()
		s.Type(kb.Enter)
		s.Says("The purple lighthouse hums.")
		s.TabTo("BUTTON") // signing out
		s.TabTo("BUTTON")
		s.Type(kb.Enter)
		s.Says("The code for them")
		s.TabTo("BUTTON")
		s.TabTo("BUTTON")
		s.Type(kb.Enter)
		s.Says("The code is forgotten here")
	})
}

// tabToCheck presses Tab until the focus is on the button that leads on, past every question.
func (s *scene) tabToCheck() {
	s.t.Helper()
	for range 150 {
		if browsertest.Read(s.t, s.Ctx, chromedp.Evaluate[string](`document.activeElement.value || ""`)) == "check" {
			return
		}
		s.Type(kb.Tab)
	}
	s.t.Fatal("the keyboard does not come to the end of the form")
}

// TestTheCardSaysNothing prints the page of the code: only the code is on the paper.
func TestTheCardSaysNothing(t *testing.T) {
	scenes(t, func(s *scene) {
		b := s.counsellor()
		at := s.begin(b)
		b.Get(at).Submit(at, "call_text", words, "go", "save")
		b.Get(at + "/check").Submit(at + "/hand")
		s.listen("en")
		s.Visit(at + "/handed")
		browsertest.Medium(t, s.Ctx, "print", false)
		got := browsertest.Read(t, s.Ctx, chromedp.Evaluate[string](`document.body.innerText`))
		if left := strings.Trim(got, "0123456789abcdefghjkmnpqrstvwxyz- \n"); left != "" || !strings.Contains(got, s.codeOn(b.Get(at+"/handed"))) {
			t.Errorf("the paper says %q", got)
		}
		browsertest.Screenshot(t, s.Ctx, "helpline-card")
	})
}
