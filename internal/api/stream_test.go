package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/api"
	"amparo/internal/store"
	"amparo/internal/submission"
)

const handedTestSQL = `SELECT count(*) FROM audit_entry WHERE action = 'partner.report' AND outcome = 'done'`

// TestEveryLineHasItsAnswer: good lines among all sorts of bad ones, in order.
func TestEveryLineHasItsAnswer(t *testing.T) {
	each(t, func(h *house) {
		long := line("long", strings.Repeat("a", 1<<20))
		results := h.stream(line("a", canary) + "\n  \r\n" + "{\n" + long + line("b", canary) + line("a", canary) + line("a", "other") +
			`{"idempotency_key":"c","instrument":"professional","language":"en","answers":{"danger":"perhaps"}}` + "\r\n" +
			body("without a key") + "\n" + "\xff\n" + strings.TrimSuffix(line("last", canary), "\n"))
		want := []struct {
			line, status int
			key, code    string
		}{{1, 201, "a", ""}, {4, 400, "", "fault.json_broken"}, {5, 413, "", "fault.too_large"}, {6, 201, "b", ""}, {7, 200, "a", ""}, {8, 409, "a", "fault.partner_key_used"},
			{9, 422, "c", "fault.partner_report"}, {10, 422, "", "fault.partner_report"}, {11, 400, "", "fault.json_broken"}, {12, 201, "last", ""}}
		if len(results) != len(want) {
			h.t.Fatalf("%d answers: %+v", len(results), results)
		}
		for i, w := range want {
			got := results[i]
			if got.Line != w.line || got.Status != w.status || got.Key != w.key || (got.Report != nil) != (w.status < 300) || got.Problem != nil && got.Problem.Code != w.code {
				h.t.Errorf("line %d: %+v, want %+v", i+1, got, w)
			}
		}
		if results[4].Report.Reference != results[0].Report.Reference || h.reports() != 3 {
			h.t.Errorf("%+v, %d reports", results, h.reports())
		}
	})
}

// TestManyLinesShareATransaction.
func TestManyLinesShareATransaction(t *testing.T) {
	each(t, func(h *house) {
		const many = 400
		var text strings.Builder
		for i := range many {
			text.WriteString(line(fmt.Sprint("k", i), canary))
		}
		for i, r := range h.stream(text.String()) {
			if r.Line != i+1 || r.Status != http.StatusCreated || r.Key != fmt.Sprint("k", i) {
				h.t.Fatalf("%+v", r)
			}
		}
		handed := 0
		must(h.t, h.main.Read(h.t.Context(), func(tx store.Tx) error { return tx.One(h.t.Context(), handedTestSQL, nil, &handed) }))
		if h.reports() != many || handed == 0 || handed > many/8 {
			h.t.Errorf("%d reports in %d transactions", h.reports(), handed)
		}
	})
}

// A caller speaks with the server line by line.
type caller struct {
	t    *testing.T
	to   *io.PipeWriter
	from *bufio.Reader
	body io.Closer
}

func (h *house) call(ctx context.Context) *caller {
	h.t.Helper()
	from, to := io.Pipe()
	r, err := http.NewRequestWithContext(ctx, "POST", h.server.URL+api.Path+"reports/stream", from)
	must(h.t, err)
	r.Header.Set("Authorization", "Bearer "+h.key)
	r.Header.Set("Content-Type", "application/x-ndjson")
	got, err := h.server.Client().Do(r)
	must(h.t, err)
	if got.StatusCode != http.StatusOK {
		h.t.Fatalf("answered with %d", got.StatusCode)
	}
	h.t.Cleanup(func() { _ = to.Close(); _ = got.Body.Close() })
	return &caller{h.t, to, bufio.NewReader(got.Body), got.Body}
}

func (c *caller) say(text string) {
	c.t.Helper()
	_, err := io.WriteString(c.to, text)
	must(c.t, err)
}

func (c *caller) hear() (r result) {
	c.t.Helper()
	text, err := c.from.ReadBytes('\n')
	must(c.t, err)
	must(c.t, json.Unmarshal(text, &r))
	return r
}

func TestAnswersComeWhileLinesAreSent(t *testing.T) {
	each(t, func(h *house) {
		c := h.call(h.t.Context())
		for i := range 5 {
			c.say(line(fmt.Sprint(i), canary))
			if r := c.hear(); r.Status != http.StatusCreated || r.Line != i+1 || h.reports() != i+1 {
				h.t.Fatalf("%+v, %d reports", r, h.reports())
			}
		}
		must(h.t, c.to.Close())
		if _, err := c.from.ReadByte(); err != io.EOF {
			h.t.Errorf("it does not end: %v", err)
		}
		h.send("after", body(canary)).report(http.StatusCreated) // the connection can be used again
	})
}

// TestStreamsOfOnePartnerAreBounded opens as many as a partner may have: one more is refused until one has ended, and no other partner is held up.
func TestStreamsOfOnePartnerAreBounded(t *testing.T) {
	each(t, func(h *house) {
		var all []*caller
		for range 8 {
			all = append(all, h.call(h.t.Context()))
		}
		refused := func() answer {
			return h.ask("POST", api.Path+"reports/stream", strings.NewReader(line("k", canary)), "Content-Type", "application/x-ndjson")
		}
		more := refused()
		more.refused(http.StatusTooManyRequests, "fault.streams_many")
		if more.Header.Get("Retry-After") == "" {
			h.t.Error("it does not say how long to wait")
		}
		mine := h.key
		h.key = h.newKey("lighthouse").Key
		h.call(h.t.Context())
		h.key = mine
		all[0].say(line("first", canary))
		if r := all[0].hear(); r.Status != http.StatusCreated {
			h.t.Errorf("%+v", r)
		}
		must(h.t, all[0].to.Close())
		h.await("a place is free", func() bool { return refused().StatusCode == http.StatusOK })
	})
}

// overHTTP2 serves the same over HTTP/2, to clients that are waited for as long as given for the whole of a request.
func (h *house) overHTTP2(write time.Duration) {
	h.server.Close()
	h.server = httptest.NewUnstartedServer(h.api.Handler())
	h.server.Config.WriteTimeout = write
	h.server.EnableHTTP2 = true
	h.server.StartTLS()
	h.t.Cleanup(h.server.Close)
}

// TestAQuietStreamIsNotCut over HTTP/2, where a deadline ends a stream also when nothing is being written.
func TestAQuietStreamIsNotCut(t *testing.T) {
	each(t, func(h *house) {
		const short = 300 * time.Millisecond
		h.api.Hurry(time.Minute, short)
		h.overHTTP2(short)
		c := h.call(h.t.Context())
		for i := range 2 {
			time.Sleep(2 * short)
			c.say(line(fmt.Sprint(i), canary))
			if r := c.hear(); r.Status != http.StatusCreated {
				h.t.Errorf("%+v", r)
			}
		}
	})
}

// TestWhoDoesNotReadIsLetGoOverHTTP2 as well.
func TestWhoDoesNotReadIsLetGoOverHTTP2(t *testing.T) {
	each(t, func(h *house) {
		h.api.Hurry(time.Minute, 100*time.Millisecond)
		h.overHTTP2(time.Minute)
		c := h.call(h.t.Context())
		chunk := strings.Repeat("{\n", 8<<10)
		for err := error(nil); err == nil; {
			_, err = io.WriteString(c.to, chunk)
		}
		h.await("the end of a stream that nobody reads", func() bool { return strings.Contains(h.log.String(), "reports/stream") })
	})
}

// TestAKeyOfAnyLengthComesBackWhole, and what can be none does not come back.
func TestAKeyOfAnyLengthComesBackWhole(t *testing.T) {
	each(t, func(h *house) {
		long := strings.Repeat("k", 200)
		got := h.stream(line(long, canary) + line(long+"k", canary) + line("two words", canary) + line(long[:61], canary))
		if got[0].Key != long || got[0].Status != http.StatusCreated || got[1].Key != "" || got[1].Status != 422 || got[2].Key != "" || got[2].Status != 422 || got[3].Key != long[:61] {
			h.t.Errorf("%+v", got)
		}
	})
}

// TestAStreamEndsWithItsKey: what comes after the key was revoked is not taken, and says why.
func TestAStreamEndsWithItsKey(t *testing.T) {
	each(t, func(h *house) {
		h.api.LookAlways()
		k := h.newKey("harbour")
		h.key = k.Key
		c := h.call(h.t.Context())
		c.say(line("a", canary))
		if r := c.hear(); r.Status != http.StatusCreated {
			h.t.Errorf("%+v", r)
		}
		must(h.t, h.people.RevokePartnerKey(h.t.Context(), access.Console, k.ID))
		c.say(line("b", canary))
		text, err := c.from.ReadBytes('\n')
		must(h.t, err)
		must(h.t, h.spec.fits(h.t, "StreamResult", text))
		var r result
		must(h.t, json.Unmarshal(text, &r))
		if r.Status != http.StatusUnauthorized || r.Key != "b" || r.Problem == nil || r.Problem.Code != "fault.partner_key" || h.reports() != 1 {
			h.t.Errorf("%+v, %d reports", r, h.reports())
		}
		if _, err := c.from.ReadByte(); err != io.EOF {
			h.t.Errorf("it does not end: %v", err)
		}
	})
	each(t, func(h *house) { // nor is it kept open by lines in which nothing stands
		h.api.LookAlways()
		k := h.newKey("harbour")
		h.key = k.Key
		c := h.call(h.t.Context())
		c.say("\n \n" + line("a", canary))
		if r := c.hear(); r.Status != http.StatusCreated || r.Line != 3 {
			h.t.Errorf("%+v", r)
		}
		must(h.t, h.people.RevokePartnerKey(h.t.Context(), access.Console, k.ID))
		c.say("\n")
		if r := c.hear(); r.Status != http.StatusUnauthorized || r.Line != 4 || r.Problem == nil || r.Problem.Code != "fault.partner_key" {
			h.t.Errorf("%+v", r)
		}
		if _, err := c.from.ReadByte(); err != io.EOF {
			h.t.Errorf("it does not end: %v", err)
		}
	})
}

// TestAPanicIsThatOfItsLine, and the program goes on.
func TestAPanicIsThatOfItsLine(t *testing.T) {
	each(t, func(h *house) {
		whole := h.api.Submission
		h.api.Submission = submission.New(submission.Config{}) // which has no country to look at
		got := h.stream("x\n" + line("a", canary))
		h.api.Submission = whole
		if got[0].Status != http.StatusBadRequest || got[1].Status != http.StatusInternalServerError || got[1].Key != "a" || !strings.Contains(h.log.String(), "panic") {
			h.t.Errorf("%+v, %s", got, h.log)
		}
	})
}

// TestTheSameOverHTTP2, where requests share a connection.
func TestTheSameOverHTTP2(t *testing.T) {
	each(t, func(h *house) {
		h.overHTTP2(time.Minute)
		c := h.call(h.t.Context())
		for i := range 3 {
			c.say(line(fmt.Sprint(i), canary))
			if r := c.hear(); r.Status != http.StatusCreated {
				h.t.Fatalf("%+v", r)
			}
			if a := h.send(fmt.Sprint("one", i), body(canary)); a.StatusCode != http.StatusCreated || a.ProtoMajor != 2 {
				h.t.Errorf("beside it: %d over %s", a.StatusCode, a.Proto)
			}
		}
		must(h.t, c.to.Close())
		if _, err := c.from.ReadByte(); err != io.EOF {
			h.t.Errorf("it does not end: %v", err)
		}
	})
}

// TestACutStreamKeepsWhatWasAnswered, and half a line is no report.
func TestACutStreamKeepsWhatWasAnswered(t *testing.T) {
	each(t, func(h *house) {
		ctx, cut := context.WithCancel(h.t.Context())
		c := h.call(ctx)
		c.say(line("a", canary))
		c.hear()
		c.say(line("b", canary)[:60])
		time.Sleep(20 * time.Millisecond)
		cut()
		h.await("the end of a stream that was cut", func() bool { return strings.Contains(h.log.String(), "reports/stream") })
		if h.reports() != 1 {
			h.t.Errorf("%d reports", h.reports())
		}
		if got := h.stream(line("a", canary) + line("b", canary)); got[0].Status != http.StatusOK || got[1].Status != http.StatusCreated {
			h.t.Errorf("sent again: %+v", got)
		}
	})
}

func (h *house) await(what string, there func() bool) {
	h.t.Helper()
	for end := time.Now().Add(20 * time.Second); !there(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			h.t.Fatalf("%s does not come; the log: %s", what, h.log)
		}
	}
}

func TestWhoSendsNothingIsLetGo(t *testing.T) {
	each(t, func(h *house) {
		h.api.Hurry(50*time.Millisecond, time.Minute)
		c := h.call(h.t.Context())
		c.say(line("a", canary) + line("b", canary)[:30])
		if r := c.hear(); r.Status != http.StatusCreated {
			h.t.Errorf("%+v", r)
		}
		h.await("the end of a silent stream", func() bool { return strings.Contains(h.log.String(), "fault.stream_cut") })
		if h.reports() != 1 {
			h.t.Errorf("%d reports", h.reports())
		}
	})
}

// TestWhoDoesNotReadIsLetGo: a client that goes on sending, and reads none of the answers.
func TestWhoDoesNotReadIsLetGo(t *testing.T) {
	each(t, func(h *house) {
		h.api.Hurry(time.Minute, 100*time.Millisecond)
		conn, err := net.Dial("tcp", h.server.Listener.Addr().String())
		must(h.t, err)
		defer conn.Close()
		must(h.t, conn.(*net.TCPConn).SetReadBuffer(4<<10))
		_, err = fmt.Fprintf(conn, "POST %sreports/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n", api.Path, h.key)
		must(h.t, err)
		chunk := strings.Repeat("{\n", 8<<10) // each line has an answer that is a hundred times as long
		for err = error(nil); err == nil; {
			_, err = fmt.Fprintf(conn, "%x\r\n%s\r\n", len(chunk), chunk)
		}
		h.await("the end of a stream that nobody reads", func() bool { return strings.Contains(h.log.String(), "reports/stream") })
		if text := h.log.String(); !strings.Contains(text, "fault.stream_cut") || strings.Contains(text, `"level":"ERROR"`) {
			h.t.Errorf("it is told as a failure of ours: %s", text)
		}
	})
}

// TestWhoDoesNotReadHoldsNoProgramUp: once it stops, they are waited for no longer than it can.
func TestWhoDoesNotReadHoldsNoProgramUp(t *testing.T) {
	each(t, func(h *house) {
		h.api.Hurry(time.Minute, time.Minute)
		h.api.HurryStop(100 * time.Millisecond)
		conn := h.dial("reports/stream", "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n", "")
		must(h.t, conn.(*net.TCPConn).SetReadBuffer(4<<10))
		chunk := strings.Repeat("{\n", 8<<10)
		for err := error(nil); err == nil; { // until the server waits, and reads no more
			must(h.t, conn.SetWriteDeadline(time.Now().Add(time.Second)))
			_, err = fmt.Fprintf(conn, "%x\r\n%s\r\n", len(chunk), chunk)
		}
		ctx, stop := context.WithTimeout(h.t.Context(), 10*time.Second)
		defer stop()
		if err := h.server.Config.Shutdown(ctx); err != nil {
			h.t.Errorf("a client that does not read holds the program up: %v", err)
		}
	})
}

// TestStreamsEndWithTheProgram: what was read is answered for, and nobody is waited for.
func TestStreamsEndWithTheProgram(t *testing.T) {
	each(t, func(h *house) {
		c := h.call(h.t.Context())
		c.say(line("a", canary))
		if r := c.hear(); r.Status != http.StatusCreated {
			h.t.Errorf("%+v", r)
		}
		ctx, stop := context.WithTimeout(h.t.Context(), 10*time.Second)
		defer stop()
		if err := h.server.Config.Shutdown(ctx); err != nil {
			h.t.Errorf("a stream holds the program up: %v", err)
		}
		if _, err := c.from.ReadByte(); err != io.EOF {
			h.t.Errorf("the answer ends with %v", err)
		}
	})
}
