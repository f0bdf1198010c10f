package public_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"amparo/internal/web/public"
)

// TestFilesAreRefused refuses every kind of body but a plain form, with words that help; TestFileIsRefusedUnread holds that nothing of
// it was read.
func TestFilesAreRefused(t *testing.T) {
	l := one(t, t.TempDir())
	for _, kind := range []string{"multipart/form-data; boundary=x", "image/jpeg", "video/mp4", "application/zip", "application/octet-stream", "text/plain",
		"application/json", "", "application/x-www-form-urlencoded, image/png", ";", "application/x-www-form-urlencoded\x00"} {
		body := &counted{}
		r := httptest.NewRequest(http.MethodPost, "/?l=en", body)
		r.Header.Set("Content-Type", kind)
		l.do(r).want(http.StatusUnsupportedMediaType, "We do not take pictures, videos or files", "tell us in words", "We will never ask you for a picture")
		if body.read > 0 {
			t.Errorf("%s: %d bytes were read", kind, body.read)
		}
	}
	for _, path := range []string{"/upload", "/?l=en"} {
		r := httptest.NewRequest(http.MethodPut, path, &counted{})
		if got := l.do(r); got.status < 400 || got.status >= 500 {
			t.Errorf("PUT %s gave %d", path, got.status)
		}
	}
	squeezed := posting("/", url.Values{"step": {"start"}})
	squeezed.Header.Set("Content-Encoding", "gzip")
	l.do(squeezed).want(http.StatusUnsupportedMediaType)
}

// counted is an endless body that counts what is read of it.
type counted struct{ read int }

func (c *counted) Read(p []byte) (int, error) {
	c.read += len(p)
	return len(p), nil
}

// TestFileIsRefusedUnread sends a file over a real connection, as a telephone does that hears the answer only after it has sent it all.
func TestFileIsRefusedUnread(t *testing.T) {
	l := one(t, t.TempDir())
	s := httptest.NewServer(l.site)
	defer s.Close()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(c, "POST /?l=ar HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 3000000\r\n\r\n")
	if _, err := c.Write(make([]byte, 3_000_000)); err != nil {
		t.Fatalf("the connection was cut while sending: %v", err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusUnsupportedMediaType || !strings.Contains(string(text), "نحن لا نستقبل الصور") || !strings.Contains(string(text), "tel:5550100") {
		t.Errorf("status %d, %v: %s", answer.StatusCode, err, text)
	}
}

// TestTooLarge answers a form that is longer than any with the page for it, whether or not its length is declared, and takes one
// that is just as long as it may be.
func TestTooLarge(t *testing.T) {
	l := one(t, t.TempDir())
	ask := l.start("en", "about_me")
	form := ask.form().Encode() + "&x="
	for _, declared := range []bool{true, false} {
		for more, want := range map[int]int{0: http.StatusOK, 1: http.StatusRequestEntityTooLarge, 10 << 20: http.StatusRequestEntityTooLarge} {
			body := form + strings.Repeat("y", public.MaxBody-len(form)+more)
			r := httptest.NewRequest(http.MethodPost, "/?l=en", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if !declared {
				r.ContentLength = -1
			}
			if got := l.do(r); got.status != want || want != http.StatusOK && !got.says("too long to send in one go", "make it shorter") {
				t.Errorf("%d bytes too many gave %d: %s", more, got.status, got.text)
			}
		}
	}
}

// TestOtherRequests holds that whatever is asked, a page answers, with the contacts and in words that help.
func TestOtherRequests(t *testing.T) {
	l := one(t, t.TempDir())
	for _, method := range []string{"PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"} {
		r := httptest.NewRequest(method, "/?l=en", nil)
		got := l.do(r).want(http.StatusMethodNotAllowed, "use the buttons on the page")
		if got.head.Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("%s: allowed is %q", method, got.head.Get("Allow"))
		}
	}
	for _, path := range []string{"/nothing", "/index.html", "/.env", "/report/1", "/%2e%2e/etc/passwd", "/exit/", "/s/", "/?l=en/x/../y"} {
		if got := l.get(path); got.status != http.StatusNotFound && path[1] != '?' {
			t.Errorf("%s gave %d", path, got.status)
		}
	}
	for _, path := range []string{"/", "/exit", "/favicon.ico"} {
		w := httptest.NewRecorder()
		l.site.ServeHTTP(w, httptest.NewRequest(http.MethodHead, path, nil))
		if w.Code >= 400 || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("HEAD %s gave %d with %v", path, w.Code, w.Header())
		}
	}
	w := httptest.NewRecorder()
	l.site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/exit", nil))
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "https://www.bbc.com/weather" || w.Body.Len() > 0 ||
		w.Header().Get("Clear-Site-Data") != `"cache", "cookies", "storage"` || w.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("leaving gives %d with %v", w.Code, w.Header())
	}
	for _, step := range []string{"", "nothing", "START", "start\x00", "check\n"} {
		l.send(url.Values{"step": {step}}).want(http.StatusBadRequest, "We could not read this page")
	}
	l.send(url.Values{"step": {"start"}, "way": {"other"}}).want(http.StatusBadRequest, "We could not read this page")
}

// TestWhoSentTheForm refuses what another place sends with somebody's browser, and accepts a browser that is too old to say who.
func TestWhoSentTheForm(t *testing.T) {
	l := one(t, t.TempDir())
	form := l.start("en", "about_me").form()
	for who, want := range map[string]int{"": 200, "same-origin": 200, "none": 200, "cross-site": 403, "same-site": 403} {
		r := posting("/?l=en", form)
		r.Header.Set("Origin", "null") // what no-referrer makes of it
		if who != "" {
			r.Header.Set("Sec-Fetch-Site", who)
		}
		if got := l.do(r); got.status != want {
			t.Errorf("%q gave %d", who, got.status)
		}
	}
	r := posting("/?l=en", form)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	l.do(r).want(http.StatusForbidden, "a page that is not ours", "Please open our page and try again")
}

// TestStrangeAnswers sends what no browser sends. Nothing breaks, what is wrong is said beside its question, and what was right stays.
func TestStrangeAnswers(t *testing.T) {
	each(t, func(l *place) {
		ask := l.start("en", "about_me")
		bad := ask.post("danger", "no_such_code").want(http.StatusBadRequest, "Please look at this again", "We do not know this answer")
		if !bad.asks("danger") {
			l.t.Error("the question is not asked again")
		}
		ask.post("danger", "yes", "danger", "no").want(http.StatusBadRequest, "We do not know this answer")
		for !ask.asks("words") {
			ask = ask.post()
		}
		long := ask.post("words", strings.Repeat("word ", 900)).want(http.StatusBadRequest, "This answer is too long", "word word word")
		if strings.Count(long.text, "word ") < 890 {
			l.t.Error("what was too long is not all there to be made shorter")
		}
		many := ask.form("words", "still here")
		for i := range 9000 {
			many.Add(fmt.Sprint("f", i), "x")
		}
		l.send(many).want(http.StatusOK)
		for i := range 9000 {
			many.Add(fmt.Sprint("g", i), "x")
		}
		if got := l.send(many); got.status >= 500 || got.status == http.StatusBadRequest && !got.says("We could not read this page") {
			l.t.Errorf("18,000 fields gave %d: %s", got.status, got.text)
		}
		dirty := ask.post("words", "a\x00b\xff\xfec\u202e d\r\ne <script>alert(1)</script> data:image/png;base64,"+strings.Repeat("QUJD", 100)).want(http.StatusOK)
		check := dirty.tell(url.Values{"must_not_know": {"x\x00\n\n\ny\u200b"}, "accounts": {"javascript:alert(1)"}})
		if strings.Contains(check.text, "<script>alert") || strings.Contains(check.text, "QUJDQUJD") {
			l.t.Error("what was written is shown as it came")
		}
		check.post().receipt()
		got := l.told()[0].Answers
		if got["words"][0] != "ab\ufffdc d\ne <script>alert(1)</script> [removed]" || strings.Join(got["must_not_know"], "|") != "x|y" {
			l.t.Errorf("got %q", got)
		}
	})
}

// TestMessages holds what may be written into the mailbox: no file that is hidden in it, nothing empty, nothing too long, and nothing
// is lost by being refused.
func TestMessages(t *testing.T) {
	each(t, func(l *place) {
		receipt := l.start("en", "about_me").tell(nil).post().receipt()
		l.now = l.now.Add(time.Minute)
		box := l.get("/").post("way", "code").post("code", receipt)
		box.post().want(http.StatusBadRequest, "Please write or choose an answer here")
		box.post("message", " \r\n\x00 ").want(http.StatusBadRequest, "Please write or choose an answer here")
		long := box.post("message", strings.Repeat("word ", 900)).want(http.StatusBadRequest, "This is too long", "word word")
		if strings.Count(long.text, "word") < 900 {
			l.t.Error("what was too long is not all there")
		}
		long.post("message", "see data:image/png;base64,"+strings.Repeat("QUJD", 100)).want(http.StatusOK, "We have your message")
		if got := l.told()[1].Answers["message"][0]; got != "see [removed]" {
			l.t.Errorf("got %q", got)
		}
	})
}
