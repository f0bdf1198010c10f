package httpx

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"amparo/internal/fault"
)

// untouchable is a body that must not be read.
type untouchable struct{ t *testing.T }

func (u untouchable) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func post(kind string, body io.Reader) *http.Request {
	r := httptest.NewRequest("POST", "/", body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return r
}

func TestFilesAreRefusedUnread(t *testing.T) {
	never := func(http.ResponseWriter, *http.Request) error { t.Error("the handler was reached"); return nil }
	for _, kind := range []string{"multipart/form-data; boundary=x", "multipart/mixed", "image/jpeg", "video/mp4", "text/plain",
		"application/json", "application/octet-stream", "", "application/x-www-form-urlencoded\x00", "//"} {
		r := post(kind, untouchable{t})
		if err := RefuseFiles(never)(httptest.NewRecorder(), r); fault.CodeOf(err) != CodeFileRefused || StatusOf(err) != 415 {
			t.Errorf("%q: got %v", kind, err)
		}
		if err := ParseForm(r, 100); fault.CodeOf(err) != CodeFileRefused {
			t.Errorf("%q: the form gives %v", kind, err)
		}
	}
	for name, change := range map[string]func(*http.Request){
		"a second type":  func(r *http.Request) { r.Header.Add("Content-Type", "image/png") },
		"packed":         func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") },
		"a GET of files": func(r *http.Request) { r.Method = "GET"; r.Header.Set("Content-Type", "image/png") },
	} {
		r := post(formType, untouchable{t})
		change(r)
		if err := RefuseFiles(never)(httptest.NewRecorder(), r); fault.CodeOf(err) != CodeFileRefused {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestFormsPass(t *testing.T) {
	for _, r := range []*http.Request{post(formType, strings.NewReader("a=1")), post(formType+"; charset=utf-8", strings.NewReader("a=1")),
		post("", nil), httptest.NewRequest("GET", "/", nil)} {
		reached := false
		err := RefuseFiles(func(http.ResponseWriter, *http.Request) error { reached = true; return nil })(httptest.NewRecorder(), r)
		if err != nil || !reached {
			t.Errorf("%s %v: %v", r.Method, r.Header, err)
		}
	}
}

func TestFormIsReadAndTidied(t *testing.T) {
	r := post(formType, strings.NewReader("a=one%0D%0Atwo%0Dthree&a=%FF%00x&b=%D8%B3&c"))
	r.URL.RawQuery = "a=query"
	if err := ParseForm(r, 100); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%q", r.PostForm); got != `map["a":["one\ntwo\nthree" "�x"] "b":["س"] "c":[""]]` {
		t.Errorf("got %s", got)
	}
	if r.FormValue("a") != "one\ntwo\nthree" || len(r.Form) != 3 {
		t.Errorf("the form has %q", r.Form)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("line broke") }

func TestFormsThatCannotBeRead(t *testing.T) {
	long := strings.Repeat("a", 101)
	for name, c := range map[string]struct {
		body io.Reader
		code fault.Code
	}{
		"declared long":   {strings.NewReader(long), CodeTooLarge},
		"undeclared long": {io.MultiReader(strings.NewReader(long)), CodeTooLarge},
		"bad escape":      {strings.NewReader("a=%zz-canary"), CodeFormBroken},
		"bad separator":   {strings.NewReader("a=1;b=2"), CodeFormBroken},
		"broken line":     {broken{}, CodeFormBroken},
	} {
		err := ParseForm(post(formType, c.body), 100)
		if fault.CodeOf(err) != c.code || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	if err := ParseForm(post(formType, strings.NewReader(long[:100])), 100); err != nil {
		t.Errorf("just as much as is allowed: %v", err)
	}
}

func TestLimit(t *testing.T) {
	read := func(_ http.ResponseWriter, r *http.Request) error {
		_, err := io.ReadAll(r.Body)
		if err != nil {
			return fmt.Errorf("reading: %w", err)
		}
		return nil
	}
	for name, c := range map[string]struct {
		body io.Reader
		want fault.Code
	}{
		"within":          {strings.NewReader(strings.Repeat("a", 2048)), ""},
		"declared long":   {strings.NewReader(strings.Repeat("a", 2049)), CodeTooLarge},
		"undeclared long": {io.MultiReader(strings.NewReader(strings.Repeat("a", 2049))), CodeTooLarge},
	} {
		err := Limit(2048, read)(httptest.NewRecorder(), post(formType, c.body))
		if (err == nil) != (c.want == "") || (err != nil && (fault.CodeOf(err) != c.want || fault.Params(err)["Max"] != 2)) {
			t.Errorf("%s: got %v %v", name, err, fault.Params(err))
		}
	}
	form := Limit(2048, func(_ http.ResponseWriter, r *http.Request) error { return ParseForm(r, 9999) })
	if err := form(httptest.NewRecorder(), post(formType, io.MultiReader(strings.NewReader(strings.Repeat("a", 2049))))); fault.CodeOf(err) != CodeTooLarge {
		t.Errorf("a form beyond the limit gives %v", err)
	}
}

// TestRefusedClientReadsTheAnswer sends much more than a connection buffers, all of it before it reads, as browsers do.
func TestRefusedClientReadsTheAnswer(t *testing.T) {
	a, _ := adapter(true)
	h := RefuseFiles(Limit(1000, func(_ http.ResponseWriter, r *http.Request) error { return ParseForm(r, 1000) }))
	s := httptest.NewServer(a.Wrap("POST /", h))
	defer s.Close()
	const size = 12 << 20
	for want, head := range map[string]string{
		"page 415 fault.file_refused": fmt.Sprintf("Content-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n", size),
		"page 413 fault.too_large":    fmt.Sprintf("Content-Type: %s\r\nContent-Length: %d\r\n", formType, size),
	} {
		c, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(20 * time.Second))
		fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: x\r\n%s\r\n", head)
		if n, err := io.Copy(c, bytes.NewReader(make([]byte, size))); err != nil {
			t.Errorf("sending stopped after %d bytes: %v", n, err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatalf("no answer: %v", err)
		}
		text, err := io.ReadAll(answer.Body)
		if err != nil || !strings.HasPrefix(string(text), want) || !answer.Close {
			t.Errorf("got %q %v, close %v; want %q", text, err, answer.Close, want)
		}
		answer.Body.Close()
		c.Close()
	}
}

// TestExpectingClientIsNotLetSend answers a client that asks first before it has sent anything.
func TestExpectingClientIsNotLetSend(t *testing.T) {
	a, _ := adapter(true)
	s := httptest.NewServer(a.Wrap("POST /", RefuseFiles(NotFound)))
	defer s.Close()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprint(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 5000000\r\nExpect: 100-continue\r\n\r\n")
	all, err := io.ReadAll(c)
	if err != nil || !strings.HasPrefix(string(all), "HTTP/1.1 415 ") || strings.Contains(string(all), "100 Continue") {
		t.Errorf("got %q %v", all, err)
	}
}

func FuzzParseForm(f *testing.F) {
	f.Add("a=1&b=%00%FF")
	f.Add("%=;&&==")
	f.Fuzz(func(t *testing.T, body string) {
		r := post(formType, strings.NewReader(body))
		if err := ParseForm(r, 200); err != nil {
			if code := fault.CodeOf(err); code != CodeTooLarge && code != CodeFormBroken {
				t.Errorf("got %v", err)
			}
			return
		}
		for name, values := range r.PostForm {
			if all := name + strings.Join(values, ""); strings.ContainsAny(all, "\x00\r") || strings.ToValidUTF8(all, "") != all {
				t.Errorf("%q is not tidy", all)
			}
		}
	})
}
