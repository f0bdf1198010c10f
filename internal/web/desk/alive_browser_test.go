package desk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/page/browsertest"
	"amparo/internal/store"
)

// looks has the page look again at once, as it does when somebody comes back to it, and waits until a script gives true.
func (s *scene) looks(until string) {
	s.t.Helper()
	for range 60 {
		s.run(`document.dispatchEvent(new Event("visibilitychange")); true`)
		for range 10 {
			if browsertest.Read(s.t, s.ctx, chromedp.Evaluate[bool](until)) {
				return
			}
			time.Sleep(30 * time.Millisecond)
		}
	}
	s.t.Fatalf("never: %s; the page says %s", until, browsertest.Read(s.t, s.ctx, chromedp.Evaluate[string](`document.body.innerText`)))
}

// until waits until a script gives true.
func (s *scene) until(script string) {
	s.t.Helper()
	for range 200 {
		if browsertest.Read(s.t, s.ctx, chromedp.Evaluate[bool](script)) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("never: %s", script)
}

// run runs a script that ends with true.
func (s *scene) run(script string) {
	s.t.Helper()
	browsertest.Read(s.t, s.ctx, chromedp.Evaluate[bool](script))
}

func (s *scene) is(what, script string) {
	s.t.Helper()
	if !browsertest.Read(s.t, s.ctx, chromedp.Evaluate[bool](script)) {
		s.t.Errorf("%s: not so: %s", what, script)
	}
}

// TestPagesUpdateThemselves types into a reply while a message and a new report come in, looks at the queue with the focus on one of its
// rows, and is signed out in the end.
func TestPagesUpdateThemselves(t *testing.T) {
	scenes(t, func(s *scene, tag string) {
		if s.Main.Engine() != store.SQLite {
			return // the pages are the same on both engines
		}
		id, receipt := s.told("en", pressed)
		s.take("huda", id)
		browsertest.Resize(s.t, s.ctx, 1200, 600)
		browsertest.Do(s.t, s.ctx, chromedp.Navigate(s.address+path(id, "")))
		s.tab("#message")
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent("We are he"))
		s.run(`window.box = document.querySelector("#message"); window.top0 = box.getBoundingClientRect().top;
			box.setSelectionRange(3, 3); true`)
		s.Add(receipt, "a new word of mine")
		s.Report(danger)
		s.looks(`document.querySelector("[data-live=thread]").innerText.includes("a new word of mine")`)
		s.is("the reply is as it was", `document.activeElement === box && box.isConnected && box.value === "We are he" && box.selectionStart === 3`)
		s.is("the place is as it was", `Math.abs(box.getBoundingClientRect().top - top0) < 2`)
		s.is("it is said", `document.querySelector("[role=status]").textContent !== ""`)
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent("x"))
		s.is("typing goes on where it was", `box.value === "We xare he"`)
		s.look("live-report-" + tag)

		browsertest.Do(s.t, s.ctx, chromedp.Navigate(s.address+"/desk"))
		s.tab(`tbody a[href="` + path(s.ready, "") + `"]`)
		s.run(`window.link = document.activeElement; window.top0 = link.getBoundingClientRect().top;
			window.rows = document.querySelectorAll("tbody tr").length; scrollBy(0, 40); top0 = link.getBoundingClientRect().top; true`)
		come := s.Report(danger)
		s.looks(`document.querySelectorAll("tbody tr").length === rows + 1`)
		s.is("the keyboard is where it was", `document.activeElement === link && link.isConnected`)
		s.is("the row is where it was", `Math.abs(link.getBoundingClientRect().top - top0) < 2`)
		s.is("the new one stands in its place", `Array.from(document.querySelectorAll("tbody tr a")).findIndex((a) => a.href.endsWith("`+path(come, "")+
			`")) < Array.from(document.querySelectorAll("tbody tr a")).indexOf(link)`)
		s.is("it is said", `document.querySelector("[role=status]").textContent === document.querySelector("[role=status]").getAttribute("data-new")`)
		s.is("times go by the server's clock", `!/1,5|٬/.test(document.querySelector("tbody").innerText)`)
		s.take("omar", come)
		s.looks(`document.querySelector('[data-live="row-` + string(come) + `"]').innerText.includes("Omar")`)
		browsertest.Do(s.t, s.ctx, chromedp.KeyEvent(kb.ArrowUp))
		s.is("the arrow keys walk on", `document.activeElement !== link && document.activeElement.matches("tbody a")`)
		s.look("live-queue-" + tag)

		browsertest.Do(s.t, s.ctx, chromedp.Navigate(s.address+path(id, "")))
		s.Advance(2 * time.Hour) // longer than a session idles
		s.looks(`document.querySelector("[role=status]").textContent === document.querySelector("[role=status]").getAttribute("data-ended")`)
		s.Advance(-2 * time.Hour)
	})
}

// TestWithoutScripts has a plain link and the time at which the page was made.
func TestWithoutScripts(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", danger, false)
		b := l.SignIn("huda")
		for _, at := range []string{"/desk", path(id, "")} {
			p := b.Get(at).Wants(http.StatusOK, "As of", "Look again")
			if !strings.Contains(p.Body, `href="`+at+`">Look again`) || strings.Contains(p.Body, "http-equiv") {
				t.Errorf("%s has no link to look again, or goes by itself", at)
			}
		}
	})
}
