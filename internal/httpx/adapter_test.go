package httpx

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"amparo/internal/fault"
	"amparo/internal/ident"
)

// adapter makes an adapter whose pages name the status, the code and the request id, and whose log is given back.
func adapter(public bool) (Adapter, *bytes.Buffer) {
	text := new(bytes.Buffer)
	plain := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	show := func(w http.ResponseWriter, _ *http.Request, status int, err error, id string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, "page %d %s %s", status, fault.CodeOf(err), id)
	}
	log := slog.New(slog.NewTextHandler(text, &slog.HandlerOptions{ReplaceAttr: plain}))
	return Adapter{Log: log, Show: show, Public: public}, text
}

// The canaries of a request: none of them may ever stand in a log.
var canaries = []string{"203.0.113.77", "CanaryAgent", "canaryquery", "canaryname", "canaryform", "canarypath",
	"canarycookie", "canaryreferer", "canaryforwarded", "CANARYMETHOD", "canarytwo"}

func canaryRequest(method string) *http.Request {
	form := url.Values{"story": {"canaryform said \"canarytwo\"\nat home"}}
	r := httptest.NewRequest(method, "/help/canarypath?canaryname=canaryquery", strings.NewReader(form.Encode()))
	r.RemoteAddr = "203.0.113.77:4711"
	r.Header.Set("Content-Type", formType)
	r.Header.Set("User-Agent", "CanaryAgent/1.0")
	r.Header.Set("Referer", "https://canaryreferer.example/")
	r.Header.Set("Cookie", "a=canarycookie")
	r.Header.Set("X-Forwarded-For", "canaryforwarded")
	return r
}

func TestLogHasNothingOfThePerson(t *testing.T) {
	a, text := adapter(true)
	quoting := func(r *http.Request) error {
		_, err := strconv.Atoi(r.PostForm.Get("story"))
		return fmt.Errorf("reading %s %s%s: %w", r.URL.RawQuery, r.URL.Path, r.PostForm.Get("story"), err)
	}
	ends := []Handler{
		func(w http.ResponseWriter, _ *http.Request) error { _, err := io.WriteString(w, "fine"); return err },
		func(_ http.ResponseWriter, r *http.Request) error { return quoting(r) },
		func(_ http.ResponseWriter, r *http.Request) error {
			return fault.Wrap(quoting(r), fault.Invalid, "fault.form").With("story", "fault.long", "Max", 3)
		},
		func(_ http.ResponseWriter, r *http.Request) error { panic(r.PostForm.Get("story")) },
		func(_ http.ResponseWriter, r *http.Request) error { panic(quoting(r)) },
		func(_ http.ResponseWriter, r *http.Request) error {
			var none []string
			return errors.New(none[len(r.PostForm)])
		},
		func(_ http.ResponseWriter, r *http.Request) error {
			return fault.Wrap(quoting(r), fault.Unavailable, fault.CodeUnavailable)
		},
	}
	for _, end := range ends {
		SetActor(context.Background(), "nobody") // outside a request: nothing happens
		h := a.Wrap("POST /help/{step}", func(w http.ResponseWriter, r *http.Request) error {
			SetActor(r.Context(), "01k9actor")
			if err := ParseForm(r, 1000); err != nil {
				return err
			}
			return end(w, r)
		})
		h.ServeHTTP(httptest.NewRecorder(), canaryRequest("POST"))
	}
	a.Wrap("/", NotFound).ServeHTTP(httptest.NewRecorder(), canaryRequest("CANARYMETHOD"))
	for _, canary := range canaries {
		if strings.Contains(text.String(), canary) {
			t.Errorf("%s is in the log:\n%s", canary, text)
		}
	}
	golden(t, "testdata/log.golden", text.String())
}

var (
	ids    = regexp.MustCompile(`request=[0-9a-z]{26}`)
	millis = regexp.MustCompile(`ms=\d+`)
	frames = regexp.MustCompile(` < amparo/internal/httpx\.TestLog\S* < [^"]*`)
)

// golden compares the log, with its ids, durations and stacks made even, to a checked-in file. AMPARO_GOLDEN=write rewrites it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	got = ids.ReplaceAllString(got, "request=ID")
	got = millis.ReplaceAllString(got, "ms=N")
	got = frames.ReplaceAllString(got, " < STACK")
	if os.Getenv("AMPARO_GOLDEN") == "write" {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the log is\n%s\nwant\n%s", got, want)
	}
}

func TestPublicHandlersDoNotSeeWhoAsks(t *testing.T) {
	a, _ := adapter(true)
	a.Wrap("POST /", func(_ http.ResponseWriter, r *http.Request) error {
		seen := fmt.Sprint(r.RemoteAddr, r.Header)
		for _, canary := range []string{"203.0.113.77", "CanaryAgent", "canarycookie", "canaryreferer", "canaryforwarded"} {
			if strings.Contains(seen, canary) {
				t.Errorf("the handler sees %s", canary)
			}
		}
		if r.Header.Get("Content-Type") != formType {
			t.Error("the handler no longer sees what it needs")
		}
		return nil
	}).ServeHTTP(httptest.NewRecorder(), canaryRequest("POST"))
}

func TestDeskLogHasTheAddress(t *testing.T) {
	a, text := adapter(false)
	a.Wrap("GET /desk", NotFound).ServeHTTP(httptest.NewRecorder(), canaryRequest("GET"))
	if !strings.Contains(text.String(), "address=203.0.113.77") || strings.Contains(text.String(), "CanaryAgent") {
		t.Errorf("the log is %s", text)
	}
}

func TestConcealedTextsStayOut(t *testing.T) {
	a, text := adapter(true)
	a.Wrap("POST /", func(_ http.ResponseWriter, r *http.Request) error {
		Conceal(r.Context(), "a sealed canary")
		return errors.New("cannot keep a sealed canary here")
	}).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/", nil))
	if strings.Contains(text.String(), "canary") || !strings.Contains(text.String(), "cannot keep … here") {
		t.Errorf("the log is %s", text)
	}
}

func TestEveryKindHasItsStatus(t *testing.T) {
	for kind, want := range map[fault.Kind]int{fault.Invalid: 400, fault.Unauthenticated: 401, fault.Forbidden: 403,
		fault.Withheld: 404, fault.Conflict: 409, fault.Gone: 410, fault.TooMany: 429, fault.Unavailable: 503,
		fault.Internal: 500, "never heard of": 500} {
		if got := Status(kind); got != want {
			t.Errorf("%s is %d, want %d", kind, got, want)
		}
	}
	for err, want := range map[error]int{nil: 200, errors.New("x"): 500, tooLarge(5): 413,
		fault.New(fault.Invalid, CodeFileRefused): 415, fault.New(fault.Invalid, CodeMethod): 405} {
		if got := StatusOf(err); got != want {
			t.Errorf("%v is %d, want %d", err, got, want)
		}
	}
}

func TestPersonSeesTheRequestIDOfTheLog(t *testing.T) {
	a, text := adapter(true)
	var inside RequestID
	w := httptest.NewRecorder()
	a.Wrap("GET /x", func(_ http.ResponseWriter, r *http.Request) error {
		inside = ID(r.Context())
		return errors.New("private cause")
	}).ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
	if ident.Check(string(inside)) != nil || !strings.Contains(text.String(), "request="+string(inside)) ||
		w.Body.String() != "page 500 fault.internal "+string(inside) || w.Header().Get("X-Request-Id") != string(inside) {
		t.Errorf("id %s, page %q, log %s", inside, w.Body, text)
	}
	if w.Header().Get("Cache-Control") != "no-store" {
		t.Error("an error page may be kept")
	}
	if ID(context.Background()) != "" {
		t.Error("there is an id outside a request")
	}
}

func TestErrorAfterWritingIsOnlyLogged(t *testing.T) {
	a, text := adapter(true)
	w := httptest.NewRecorder()
	a.Wrap("GET /x", func(w http.ResponseWriter, _ *http.Request) error {
		io.WriteString(w, "begun")
		return errors.New("then broken")
	}).ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
	if w.Body.String() != "begun" || w.Code != 200 {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
	if !strings.Contains(text.String(), `status=200`) || !strings.Contains(text.String(), `cause="then broken"`) {
		t.Errorf("the log is %s", text)
	}
}

func TestPanicAfterWritingBreaksTheConnection(t *testing.T) {
	a, text := adapter(true)
	s := httptest.NewServer(a.Wrap("GET /x", func(w http.ResponseWriter, _ *http.Request) error {
		io.WriteString(w, "half")
		http.NewResponseController(w).Flush()
		panic("secret words")
	}))
	answer, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.ReadAll(answer.Body); err == nil {
		t.Error("half a page looks whole")
	}
	s.Close() // waits until the log is written
	if !strings.Contains(text.String(), "panic of string") || strings.Contains(text.String(), "secret words") {
		t.Errorf("the log is %s", text)
	}
}

func TestBrokenErrorPageStillAnswers(t *testing.T) {
	a, text := adapter(true)
	a.Show = func(http.ResponseWriter, *http.Request, int, error, string) { panic("no template") }
	w := httptest.NewRecorder()
	a.Wrap("GET /x", NotFound).ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
	if w.Code != 404 || w.Header().Get("Content-Type") != "application/problem+json" || !strings.Contains(text.String(), "page=") {
		t.Errorf("got %d %s, log %s", w.Code, w.Body, text)
	}
}

func TestClientThatLeftIsNoFailure(t *testing.T) {
	a, text := adapter(true)
	ctx, leave := context.WithCancel(context.Background())
	w := httptest.NewRecorder()
	a.Wrap("GET /x", func(_ http.ResponseWriter, r *http.Request) error {
		leave()
		return fmt.Errorf("reading: %w", r.Context().Err())
	}).ServeHTTP(w, httptest.NewRequest("GET", "/x", nil).WithContext(ctx))
	if !strings.Contains(text.String(), "level=INFO") || !strings.Contains(text.String(), "status=499") || w.Body.Len() > 0 {
		t.Errorf("the log is %s, the answer %q", text, w.Body)
	}
}

func TestProblemDocument(t *testing.T) {
	a, _ := adapter(true)
	a.Say = func(_ *http.Request, err error) string { return "in words: " + string(fault.CodeOf(err)) }
	a.SayField = func(_ *http.Request, f fault.Field) string { return "field: " + string(f.Code) }
	a.Status = func(err error) int {
		return map[fault.Code]int{"fault.form": http.StatusUnprocessableEntity}[fault.CodeOf(err)]
	}
	r := httptest.NewRequest("POST", "/api", nil)
	r.Header.Set("Accept", "application/json")
	w := httptest.NewRecorder()
	a.Wrap("POST /api", func(http.ResponseWriter, *http.Request) error {
		return fault.Wrap(errors.New("private"), fault.Invalid, "fault.form", "Secret", "param").With("age", "fault.range")
	}).ServeHTTP(w, r)
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	p.Request = ""
	got := fmt.Sprintf("%+v", p)
	if got != "{Type:about:blank Title:Unprocessable Entity Status:422 Detail:in words: fault.form Code:fault.form Request: Fields:[{Name:age Code:fault.range Detail:field: fault.range}]}" || w.Code != p.Status {
		t.Errorf("got %s", got)
	}
	if w.Header().Get("Content-Type") != "application/problem+json" || strings.Contains(w.Body.String(), "private") || strings.Contains(w.Body.String(), "param") {
		t.Errorf("got %s %s", w.Header(), w.Body)
	}
}

func TestWhoWantsJSON(t *testing.T) {
	for accept, want := range map[string]bool{"": false, "*/*": false, "text/html,application/json;q=0.5": false,
		"application/json": true, "Application/Problem+JSON": true} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept", accept)
		if WantsJSON(r) != want {
			t.Errorf("%q: want %v", accept, want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	a, _ := adapter(true)
	for want, err := range map[string]error{"180": fault.New(fault.TooMany, "fault.sign_in_slow", "Minutes", 3),
		"30": fault.New(fault.Unavailable, fault.CodeUnavailable), "": fault.New(fault.Conflict, fault.CodeStale)} {
		w := httptest.NewRecorder()
		a.Wrap("GET /", func(http.ResponseWriter, *http.Request) error { return err }).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if got := w.Header().Get("Retry-After"); got != want {
			t.Errorf("%v: got %q, want %q", err, got, want)
		}
	}
}
