package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"amparo/internal/intake"
	"amparo/internal/web/staff/stafftest"
)

// hostile are words that somebody might send to do harm to whoever reads them.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</textarea><svg onload=alert(1)>`, `<a href="https://evil.example/x">press</a>`,
	"{{.Frame.User}} ${7*7} <!-- -->", "javascript:alert(1)//%0aalert(1)", "\u202egnp.exe \u2066hidden\u2069 \u200bword",
	"data:image/png;base64," + strings.Repeat("QUJD", 80), strings.Repeat("aGVsbG8", 60),
	"see HTTPS://Evil.Example:8080/a?b=c#d and www.evil.example/e",
	"\x00\x1b[31mred\x07", "' OR 1=1; DROP TABLE report; --", strings.Repeat("long", 20),
}

// harmless fails the test when a page has any of what hostile words try to put there.
func harmless(t *testing.T, p stafftest.Page) {
	t.Helper()
	for _, kind := range []string{"script", "img", "svg", "iframe", "object", "style"} {
		for _, n := range p.Find(kind) {
			if kind != "script" || stafftest.Attr(n, "src") == "" {
				t.Errorf("the page has an element %s", kind)
			}
		}
	}
	for _, link := range p.Links() {
		if !strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "#") && !strings.HasPrefix(link, "tel:") {
			t.Errorf("the page has a link to %s", link)
		}
	}
	for _, bad := range []string{"\u202e", "\u2066", "\u200b", "\x00", "\x1b", "data:image", strings.Repeat("aGVsbG8", 30),
		"://Evil.Example", "//evil.example", "www.evil.example"} {
		if strings.Contains(p.Text, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

// TestHostileWordsDoNoHarm tells them as an answer, an account, a name, a message and a reason.
func TestHostileWordsDoNoHarm(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		b := l.SignIn("huda")
		b.Header.Set("Accept-Language", "ar")
		for _, words := range hostile {
			answers := map[string][]string{"danger": {"no"}, "pressure": {"demand"}, "who": {"online_only"}, "reach": {"online_ongoing"},
				"words":    {words},
				"accounts": {words, words}, "must_not_know": {words}, "contact_way": {"phone"}, "number": {words}, "say": {words}}
			id, receipt := l.ReportAs(intake.Told{Language: "en", Area: "XD-N-99 <b>", Answers: answers})
			l.Add(receipt, words)
			l.take("huda", id)
			harmless(t, b.Get("/desk").Wants(http.StatusOK))
			p := b.Get(path(id, "")).Wants(http.StatusOK)
			harmless(t, p)
			found := p.Submit(path(id, "/reply"), "message", words)
			if found.Status == http.StatusOK { // it repeats what was told
				for _, kind := range []string{"img", "svg", "iframe", "object", "style"} { // the box has what the person typed, as they typed it
					if len(found.Find(kind)) > 0 {
						t.Errorf("%q makes an element %s", words, kind)
					}
				}
			}
			p = p.Submit(path(id, "/reply"), "message", words, "anyway", "yes")
			if p.Status != http.StatusSeeOther && p.Status != http.StatusBadRequest {
				t.Errorf("replying %q gives %d", words, p.Status)
			}
			b.Post(path(id, "/decide"), "sequence", "1", "priority", "P1", "reason", words).Wants(http.StatusSeeOther)
			harmless(t, b.Get(path(id, "")).Wants(http.StatusOK))
			harmless(t, b.Post(path(id, "/decide"), "sequence", "1", "priority", words, "reason", "x").Follow())
			l.must(l.Triage.Release(t.Context(), l.Actor("huda"), id))
		}
		if log := l.Log(); strings.Contains(log, "evil") || strings.Contains(log, "alert") || strings.Contains(log, "DROP") {
			t.Error("the log has what was told")
		}
	})
}

// TestMadeUpAddresses asks for what no page leads to.
func TestMadeUpAddresses(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", little, true)
		b := l.SignIn("huda")
		for _, at := range []string{"/desk/", "/desk/x", "/desk/%00", "/desk/..%2f..%2fetc", "/desk/" + strings.Repeat("z", 300),
			"/desk/'%20OR%201=1",
			path(id, "/"), path(id, "/outcome/"), path(id, "/outcome/%2e%2e"), path(id, "/nothing"), path(id, "/claim")} {
			if p := b.Get(at); p.Status != http.StatusNotFound && p.Status != http.StatusMovedPermanently && p.Status != http.StatusMethodNotAllowed {
				t.Errorf("%s gives %d", at, p.Status)
			}
		}
		for _, form := range [][]string{{}, {"count", "-3"}, {"count", "99999999999999999999"}, {"count", "2", "do", "remove-9"},
			{"do", "add-"}, {"do", "nothing"}, {"do", "remove-0", "count", "2"}} {
			if p := b.Post(path(id, "/outcome/opened_case"), form...); p.Status != http.StatusOK && p.Status != http.StatusBadRequest {
				t.Errorf("%v gives %d", form, p.Status)
			}
		}
		b.Post(path(id, "/reply"), "message", strings.Repeat("x", 300<<10)).Wants(http.StatusRequestEntityTooLarge)
		b.Post(path(id, "/decide")).Wants(http.StatusBadRequest)
	})
}
