package client_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"amparo/client"
)

const key = "amparo-partner-key"

// against makes a client of a server that answers by f.
func against(t *testing.T, f http.HandlerFunc) *client.Client {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, key)
	if err != nil {
		t.Fatal(err)
	}
	c.Wait = time.Millisecond
	return c
}

const taken = `{"reference":"r","receipt":{"letters":"l","digits":"1","note":"n"},"received_at":"2030-01-02T03:04:05Z"}`

func problem(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"type":"about:blank","title":"t","status":%d,"code":%q,"detail":"words","request":"r","fields":[{"name":"answers.danger","code":"c","detail":"d"}]}`, status, code)
}

func TestNewRefuses(t *testing.T) {
	for _, in := range [][2]string{{"", key}, {"desk.example.org", key}, {"ftp://x", key}, {"https://x", ""}, {"https://x", "two words"}, {"https://x", "a\r\nb"}, {"://", key}} {
		if c, err := client.New(in[0], in[1]); err == nil || c != nil || in[1] != "" && strings.Contains(err.Error(), in[1]) {
			t.Errorf("%q %q: %v", in[0], in[1], err)
		}
	}
}

func TestReportIsTriedAgainWithTheSameKey(t *testing.T) {
	var tries atomic.Int32
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Authorization") != "Bearer "+key || r.Header.Get("Idempotency-Key") != "k" || r.URL.Path != "/api/v1/reports" ||
			string(body) != `{"instrument":"professional","language":"en","answers":{"danger":["no"]}}` || r.Header.Get("Accept-Language") != "fr" {
			t.Errorf("%s %v %s", r.URL, r.Header, body)
		}
		switch tries.Add(1) {
		case 1:
			panic(http.ErrAbortHandler) // the network fails
		case 2:
			problem(w, http.StatusServiceUnavailable, "fault.unavailable")
		case 3:
			http.Error(w, "<h1>Bad gateway</h1>", http.StatusBadGateway)
		default:
			w.WriteHeader(http.StatusCreated)
			fmt.Fprint(w, taken)
		}
	})
	c.Language = "fr"
	got, err := c.Report(t.Context(), client.Report{Key: "k", Instrument: "professional", Language: "en", Answers: map[string][]string{"danger": {"no"}}})
	if err != nil || got.Reference != "r" || !got.Fresh || got.Receipt.Letters != "l" || tries.Load() != 4 {
		t.Errorf("%+v %v after %d tries", got, err, tries.Load())
	}
}

func TestARefusalStays(t *testing.T) {
	var tries atomic.Int32
	c := against(t, func(w http.ResponseWriter, _ *http.Request) {
		tries.Add(1)
		problem(w, http.StatusUnprocessableEntity, "fault.partner_report")
	})
	_, err := c.Report(t.Context(), client.Report{Key: "k"})
	var p *client.Problem
	if !errors.As(err, &p) || p.Status != 422 || p.Code != "fault.partner_report" || p.Fields[0].Name != "answers.danger" || tries.Load() != 1 || !strings.Contains(err.Error(), "answers.danger: d") {
		t.Errorf("%v after %d tries", err, tries.Load())
	}
}

func TestTryingEnds(t *testing.T) {
	var tries atomic.Int32
	c := against(t, func(w http.ResponseWriter, _ *http.Request) {
		tries.Add(1)
		problem(w, http.StatusInternalServerError, "fault.internal")
	})
	var p *client.Problem
	if _, err := c.Status(t.Context(), "x"); !errors.As(err, &p) || tries.Load() != 5 {
		t.Errorf("%v after %d tries", err, tries.Load())
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	c.Wait = time.Hour
	if _, err := c.Status(ctx, "x"); !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &p) {
		t.Errorf("out of time: %v", err)
	}
}

// TestTheKeyGoesNowhereElse: a redirect is an answer that is none of Amparo's.
func TestTheKeyGoesNowhereElse(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was asked for, with %v", r.URL, r.Header) }))
	defer elsewhere.Close()
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	})
	var p *client.Problem
	if _, err := c.Report(t.Context(), client.Report{Key: "k"}); !errors.As(err, &p) || p.Status != http.StatusTemporaryRedirect {
		t.Errorf("%v", err)
	}
}

// A desk answers streams. How it does is for each test to say; it keeps the keys of what it took.
type desk struct {
	mu    sync.Mutex
	taken map[string]int
	trips int
}

func (d *desk) take(key string) (status int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.taken == nil {
		d.taken = map[string]int{}
	}
	if d.taken[key]++; d.taken[key] > 1 {
		return http.StatusOK
	}
	return http.StatusCreated
}

func (d *desk) trip() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.trips++
	return d.trips
}

// lines calls f for the key of every line, with what writes an answer to that line and sends it off.
func lines(w http.ResponseWriter, r *http.Request, f func(key string, say func(format string, args ...any)) bool) {
	control := http.NewResponseController(w)
	_ = control.EnableFullDuplex()
	w.WriteHeader(http.StatusOK)
	_ = control.Flush()
	in := bufio.NewScanner(r.Body)
	for number := 1; in.Scan(); number++ {
		if len(in.Bytes()) == 0 {
			continue
		}
		var one client.Report
		if err := json.Unmarshal(in.Bytes(), &one); err != nil {
			return
		}
		more := f(one.Key, func(format string, args ...any) {
			fmt.Fprintf(w, format+"\n", append([]any{number}, args...)...)
			_ = control.Flush()
		})
		if !more {
			return
		}
	}
}

const (
	yes = `{"line":%d,"idempotency_key":%q,"status":%d,"report":` + taken + `}`
	no  = `{"line":%d,"idempotency_key":%q,"status":%d,"problem":{"status":%d,"code":"c"}}`
)

// many gives a channel of so many reports.
func many(n int) <-chan client.Report {
	all := make(chan client.Report, n)
	for i := range n {
		all <- client.Report{Key: fmt.Sprint(i)}
	}
	close(all)
	return all
}

// collect takes all results, and holds that each report has one.
func collect(t *testing.T, c *client.Client, n int) (results []client.Result) {
	t.Helper()
	seen := map[string]int{}
	for r := range c.Stream(t.Context(), many(n)) {
		results = append(results, r)
		seen[r.Report.Key]++
	}
	for i := range n {
		if seen[fmt.Sprint(i)] != 1 {
			t.Fatalf("report %d has %d results of %d", i, seen[fmt.Sprint(i)], len(results))
		}
	}
	return results
}

func TestStream(t *testing.T) {
	d := &desk{}
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		d.trip()
		lines(w, r, func(key string, say func(string, ...any)) bool {
			if key == "7" {
				say(no, key, 422, 422)
				return true
			}
			say(yes, key, d.take(key))
			return true
		})
	})
	for i, r := range collect(t, c, 2000) {
		var p *client.Problem
		if r.Report.Key != fmt.Sprint(i) || (r.Err != nil) != (i == 7) || i == 7 && !errors.As(r.Err, &p) || i != 7 && (r.Reference != "r" || !r.Fresh) {
			t.Fatalf("%d: %+v", i, r)
		}
	}
	if d.trips != 1 {
		t.Errorf("it took %d requests", d.trips)
	}
}

// TestAStreamThatIsCutGoesOn: the server goes away in the midst of it again and again, once after it took and before it answered.
func TestAStreamThatIsCutGoesOn(t *testing.T) {
	d := &desk{}
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		trip, n := d.trip(), 0
		if trip == 2 {
			problem(w, http.StatusServiceUnavailable, "fault.starting")
			return
		}
		lines(w, r, func(key string, say func(string, ...any)) bool {
			status := d.take(key)
			if n++; n > 100 {
				panic(http.ErrAbortHandler)
			}
			say(yes, key, status)
			return true
		})
	})
	for _, r := range collect(t, c, 450) {
		if r.Err != nil || r.Reference != "r" {
			t.Fatalf("%+v", r)
		}
	}
	for key, n := range d.taken {
		if n > 2 {
			t.Errorf("%s was sent %d times", key, n)
		}
	}
}

// TestALineThatFailsForAWhileIsSentAgain, and loses no other.
func TestALineThatFailsForAWhileIsSentAgain(t *testing.T) {
	d := &desk{}
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		trip := d.trip()
		lines(w, r, func(key string, say func(string, ...any)) bool {
			if trip < 3 && (key == "3" || key == "4") {
				say(no, key, 503, 503)
				return true
			}
			say(yes, key, d.take(key))
			return true
		})
	})
	for _, r := range collect(t, c, 20) {
		if r.Err != nil {
			t.Errorf("%+v", r)
		}
	}
	if d.trips != 3 || d.taken["3"] != 1 {
		t.Errorf("%d requests, %v", d.trips, d.taken)
	}
}

// TestSomethingBetweenHoldsAnswersBack until it has the whole request, as some proxies do.
func TestSomethingBetweenHoldsAnswersBack(t *testing.T) {
	d := &desk{}
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for i, line := range strings.Split(string(body), "\n") {
			var one client.Report
			if json.Unmarshal([]byte(line), &one) == nil && one.Key != "" {
				fmt.Fprintf(w, yes+"\n", i+1, one.Key, d.take(one.Key))
			}
		}
	})
	for _, r := range collect(t, c, 300) {
		if r.Err != nil || !r.Fresh {
			t.Fatalf("%+v", r)
		}
	}
}

// TestAnAnswerWithAnotherKeyIsThatOfItsReport, and ends nothing.
func TestAnAnswerWithAnotherKeyIsThatOfItsReport(t *testing.T) {
	d := &desk{}
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		d.trip()
		lines(w, r, func(key string, say func(string, ...any)) bool {
			if key == "3" {
				key = "3 cut"
			}
			say(yes, key, d.take(key))
			return true
		})
	})
	for _, r := range collect(t, c, 20) {
		if (r.Err != nil) != (r.Report.Key == "3") || r.Err != nil && !strings.Contains(r.Err.Error(), "line 4 ") {
			t.Errorf("%+v", r)
		}
	}
	if d.trips != 1 {
		t.Errorf("it took %d requests", d.trips)
	}
}

// TestAQuietStreamIsOpenedAgain as often as it is cut: what has nothing to tell has not failed.
func TestAQuietStreamIsOpenedAgain(t *testing.T) {
	d, reports := &desk{}, make(chan client.Report, 1)
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		if d.trip() == 12 {
			reports <- client.Report{Key: "a"}
			close(reports)
		}
		lines(w, r, func(key string, say func(string, ...any)) bool { say(yes, key, d.take(key)); return true })
	})
	cut := func(next http.RoundTripper) http.RoundTripper {
		return trips(func(r *http.Request) (*http.Response, error) {
			got, err := next.RoundTrip(r)
			if err == nil && d.count() < 12 {
				got.Body.Close()
				got.Body = io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF))
			}
			return got, err
		})
	}
	c.HTTP.Transport = cut(http.DefaultTransport)
	n := 0
	for r := range c.Stream(t.Context(), reports) {
		if n++; r.Err != nil || r.Reference != "r" {
			t.Errorf("%+v", r)
		}
	}
	if n != 1 || d.count() != 12 {
		t.Errorf("%d results of %d requests", n, d.count())
	}
}

// trips is a function as a transport.
type trips func(r *http.Request) (*http.Response, error)

func (f trips) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (d *desk) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.trips
}

// TestABodyThatWasCutIsSentAgain.
func TestABodyThatWasCutIsSentAgain(t *testing.T) {
	d := &desk{}
	c := against(t, func(w http.ResponseWriter, _ *http.Request) {
		if d.trip() == 1 {
			problem(w, http.StatusRequestTimeout, "fault.body_cut")
			return
		}
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, taken)
	})
	if got, err := c.Report(t.Context(), client.Report{Key: "k"}); err != nil || !got.Fresh || d.count() != 2 {
		t.Errorf("%+v %v after %d tries", got, err, d.count())
	}
}

// TestAKeyThatCanBeNoneIsNotSent.
func TestAKeyThatCanBeNoneIsNotSent(t *testing.T) {
	c := against(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%v was sent", r.Header) })
	for _, key := range []string{"", `"k"`, `a"b`, "a b", "a\nb", strings.Repeat("k", 201)} {
		if _, err := c.Report(t.Context(), client.Report{Key: key}); err == nil || !strings.Contains(err.Error(), "double quotes") {
			t.Errorf("%q: %v", key, err)
		}
	}
}

// TestAnswersAreReadInBothSpellings, as the document has them.
func TestAnswersAreReadInBothSpellings(t *testing.T) {
	var r client.Report
	if err := json.Unmarshal([]byte(`{"answers":{"danger":"no","source":["a","b"],"words":""}}`), &r); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r.Answers)
	if err != nil || string(text) != `{"danger":["no"],"source":["a","b"],"words":[""]}` {
		t.Errorf("%s %v", text, err)
	}
	for _, bad := range []string{`{"answers":{"danger":1}}`, `{"answers":{"danger":[["no"]]}}`, `{"answers":["no"]}`, `{"answers":{"danger":{}}}`} {
		if err := json.Unmarshal([]byte(bad), &r); err == nil {
			t.Errorf("%s is read as %v", bad, r.Answers)
		}
	}
}

func TestAStreamGivesUp(t *testing.T) {
	for name, f := range map[string]http.HandlerFunc{
		"refused": func(w http.ResponseWriter, _ *http.Request) { problem(w, http.StatusUnauthorized, "fault.partner_key") },
		"down": func(w http.ResponseWriter, _ *http.Request) {
			problem(w, http.StatusServiceUnavailable, "fault.unavailable")
		},
		"cut":     func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"silent":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) },
		"astray":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, yes+"\n", 4, "1", 201) },
		"no JSON": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>\n") },
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			for r := range against(t, f).Stream(t.Context(), many(3)) {
				if n++; r.Err == nil {
					t.Errorf("%+v", r)
				}
			}
			if n == 0 {
				t.Error("nobody is told")
			}
		})
	}
}

func TestAStreamEndsWithItsReader(t *testing.T) {
	c := against(t, func(w http.ResponseWriter, r *http.Request) {
		lines(w, r, func(key string, say func(string, ...any)) bool { say(yes, key, 201); return true })
	})
	reports := make(chan client.Report, 1)
	reports <- client.Report{Key: "a"}
	for r := range c.Stream(t.Context(), reports) { // the channel stays open
		if r.Err != nil {
			t.Errorf("%+v", r)
		}
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reports <- client.Report{Key: "b"}
	for range c.Stream(ctx, reports) {
		cancel()
	}
}
