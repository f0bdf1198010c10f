package script

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/rogpeppe/go-internal/testscript"
)

// A worker is somebody in a browser at the staff side.
type worker struct {
	desk   string
	client *http.Client
}

// workers are who is signed in, of one story.
type workers map[string]worker

type workersKey struct{}

// staff NAME ADDRESS PASSWORD signs somebody in for the first time, with a one-time password and a new second factor.
func staff(ts *testscript.TestScript, _ bool, args []string) {
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	w := worker{"http://" + args[1], &http.Client{Jar: jar}}
	w.send(ts, "/sign-in", "name", args[0], "password", args[2])
	own := "a quiet harbour of " + args[0]
	_, text := w.send(ts, "/sign-in/password", "password", own, "again", own)
	found := regexp.MustCompile(`translate="no">([A-Z2-7 ]+)<`).FindStringSubmatch(text)
	if found == nil {
		ts.Fatalf("%s is not asked to set up a second factor: %s", args[0], text)
	}
	code, err := totp.GenerateCode(strings.ReplaceAll(found[1], " ", ""), time.Now())
	ts.Check(err)
	if status, text := w.send(ts, "/sign-in/enrol", "code", code); status != http.StatusOK {
		ts.Fatalf("%s is not signed in: %d %s", args[0], status, text)
	}
	ts.Value(workersKey{}).(workers)[args[0]] = w
}

func (w worker) send(ts *testscript.TestScript, path string, pairs ...string) (int, string) {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, w.desk+path, strings.NewReader(form.Encode()))
	ts.Check(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.do(ts, r)
}

func (w worker) do(ts *testscript.TestScript, r *http.Request) (int, string) {
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := w.client.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	return answer.StatusCode, string(body)
}

// as NAME PATH [FIELD VALUE]… has somebody open a page, or send a form when there are fields, and prints the status and the page that it leads to.
func as(ts *testscript.TestScript, _ bool, args []string) {
	w, ok := ts.Value(workersKey{}).(workers)[args[0]]
	if !ok {
		ts.Fatalf("%s is not signed in", args[0])
	}
	var status int
	var text string
	if len(args) > 2 {
		status, text = w.send(ts, args[1], args[2:]...)
	} else {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, w.desk+args[1], http.NoBody)
		ts.Check(err)
		status, text = w.do(ts, r)
	}
	_, err := fmt.Fprintf(ts.Stdout(), "%d\n%s\n", status, text)
	ts.Check(err)
}

// one DATABASE STATEMENT prints the one value that a SQLite database gives; with "until VALUE" in front it waits until it is that.
func one(ts *testscript.TestScript, _ bool, args []string) {
	until := ""
	if args[0] == "until" {
		until, args = args[1], args[2:]
	}
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0])+"?_pragma=busy_timeout(10000)")
	ts.Check(err)
	defer db.Close()
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var value string
		ts.Check(db.QueryRowContext(context.Background(), args[1]).Scan(&value))
		if until == "" || value == until {
			_, err := fmt.Fprintln(ts.Stdout(), value)
			ts.Check(err)
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("it is %s, and did not become %s", value, until)
		}
	}
}
