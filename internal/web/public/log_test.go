package public_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestLogTellsNothing goes through everything, failures too, with an address, a browser and words that would stand out, and reads the log:
// every line has only what it may have.
func TestLogTellsNothing(t *testing.T) {
	each(t, func(l *place) {
		told := url.Values{"words": {"canary of my own words"}, "must_not_know": {"Canarius"}, "what": {"touch"}, "place": {"XD-N-01"}}
		check := l.start("en", "about_me").tell(told)
		receipt := check.post().receipt()
		box := l.get("/").post("way", "code").post("code", receipt)
		box.post("message", "canary in the mailbox")
		l.get("/?l=canary&canary=canary")
		l.get("/canary/of/a/path?canary")
		l.get("/").post("way", "code").post("code", "canary-code")
		l.keys(1)
		check.tell(nil).post().want(http.StatusOK) // it was sent before
		l.start("en", "about_me").tell(told).post().want(http.StatusServiceUnavailable)
		box.post("message", "canary that fails").want(http.StatusServiceUnavailable)
		foreign := posting("/?l=en&canary=1", told)
		foreign.Method = "CANARY"
		for name, value := range map[string]string{"User-Agent": "Canary/1.0", "X-Forwarded-For": "203.0.113.77", "Referer": "https://canary.example/", "Cookie": "canary=1"} {
			foreign.Header.Set(name, value)
		}
		foreign.RemoteAddr = "203.0.113.77:4711"
		l.do(foreign)
		l.check([]string{"anary", "203.0.113", receipt, strings.ReplaceAll(receipt, "-", ""), "touch", "XD-N", "l=en", "192.0.2.1"})
	})
}

// check reads the log.
func (l *place) check(never []string) {
	l.t.Helper()
	log := l.log.String()
	for _, word := range never {
		if strings.Contains(log, word) {
			at := strings.Index(log, word)
			l.t.Errorf("the log has %q: %s", word, log[max(0, at-200):min(len(log), at+200)])
		}
	}
	lines := 0
	for line := range strings.Lines(log) {
		lines++
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			l.t.Fatal(err)
		}
		for name, value := range fields {
			if !slices.Contains([]string{"time", "level", "msg", "route", "method", "status", "ms", "request", "kind", "code", "cause"}, name) {
				l.t.Errorf("a line has %s=%v", name, value)
			}
		}
		if route := fields["route"]; !slices.Contains([]any{"GET /{$}", "POST /{$}", "/{$}", "/", "POST from elsewhere"}, route) {
			l.t.Errorf("a line has the route %v", route)
		}
	}
	if lines < 20 {
		l.t.Errorf("only %d lines: %s", lines, log)
	}
}

// TestHandlersDoNotSeeWhoAsks holds that nothing that tells who asks can change what comes.
func TestHandlersDoNotSeeWhoAsks(t *testing.T) {
	l := one(t, t.TempDir())
	request := regexp.MustCompile(`state" value="[^"]*"`)
	page := func(head map[string]string) string {
		r := httptest.NewRequest(http.MethodGet, "/?l=en", nil)
		for name, value := range head {
			r.Header.Set(name, value)
		}
		return request.ReplaceAllString(l.do(r).text, "")
	}
	if page(nil) != page(map[string]string{"User-Agent": "Old/1.0", "Cookie": "a=b", "X-Forwarded-For": "203.0.113.77", "Referer": "https://elsewhere.example/"}) {
		t.Error("the page depends on who asks")
	}
}
