package public_test

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzPostedForm sends any bytes as a form. What comes is always a whole page with the contacts and never a failure of ours. In the bytes,
// ASK, CHECK, TOLD, MAILBOX and CODE stand for sealed states and a receipt that are right.
func FuzzPostedForm(f *testing.F) {
	for _, seed := range []string{"", "step=start&way=about_me", "step=start&way=code", "step=open&code=CODE", "step=open&code=%D9%A0%D9%A1", "step=before&state=ASK",
		"step=ask&state=ASK&danger=yes", "step=ask&state=ASK&danger=no&go=back", "step=ask&state=ASK&danger=x&danger=y", "step=danger&state=ASK", "step=check&state=CHECK",
		"step=check&state=CHECK&change=words", "step=check&state=CHECK&change=%00", "step=late&state=ASK", "step=kept&state=TOLD&again=CODE&kept=yes", "step=kept&state=TOLD",
		"step=add&state=MAILBOX&message=hello", "step=add&state=MAILBOX&message=%FF%00%E2%80%AE", "step=ask&state=", "step=%&=;&&a", "&&&=&step", "step=add&state=CHECK", "words=" + strings.Repeat("x", 5000)} {
		f.Add(seed)
	}
	l := one(f, f.TempDir())
	before := l.get("/?l=en").post("way", "about_me")
	ask := before.post()
	check := ask.tell(nil)
	told := check.post()
	box := l.get("/").post("way", "code").post("code", told.receipt())
	fill := strings.NewReplacer("ASK", ask.form().Get("state"), "CHECK", check.form().Get("state"), "TOLD", told.form().Get("state"), "MAILBOX", box.form().Get("state"), "CODE", told.receipt())
	f.Fuzz(func(t *testing.T, body string) {
		was := l.t
		l.t = t
		defer func() { l.t = was }()
		r := httptest.NewRequest("POST", "/?l=en", strings.NewReader(fill.Replace(body)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if got := l.do(r); got.status >= 500 || got.status < 200 {
			t.Errorf("status %d: %s", got.status, got.text)
		}
		if log := l.log.String(); strings.Contains(log, `"level":"ERROR"`) {
			t.Errorf("the log has an error: %s", log[strings.Index(log, `"level":"ERROR"`):])
		}
		l.log.reset()
	})
}

// FuzzAddress asks for any address in any language.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{"/", "/?l=ar", "/?l=%FF", "/a/b/c", "/s/public.css", "/exit", "/%00", "/?" + strings.Repeat("l=xx&", 500), "//x", "/./.."} {
		f.Add(seed, "ar, en;q=0.3")
	}
	l := one(f, f.TempDir())
	f.Fuzz(func(t *testing.T, path, languages string) {
		was := l.t
		l.t = t
		defer func() { l.t = was }()
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
		r.Header.Set("Accept-Language", languages)
		w := httptest.NewRecorder()
		l.site.ServeHTTP(w, r)
		if w.Code >= 500 || len(w.Header()["Set-Cookie"]) > 0 || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("status %d with %v", w.Code, w.Header())
		}
		l.log.reset()
	})
}
