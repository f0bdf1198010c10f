package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/config"
	"amparo/internal/jobs"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/test/visitor"
)

// opened opens what is configured; it is closed when the test ends.
func opened(t *testing.T, c config.Serve) (*App, *notebook) {
	t.Helper()
	log, heard := logger()
	a, err := Open(t.Context(), c, log)
	must(t, err)
	t.Cleanup(func() { must(t, a.Close()) })
	return a, heard
}

// serve serves in the background until stop is called, once, which gives what Serve gave.
func serve(t *testing.T, a *App) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx) }()
	stopped := false
	stop = func() error {
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() {
		if !stopped {
			must(t, stop())
		}
	})
	return stop
}

// plain is an installation without people and matters, which opens fast.
func plain(t *testing.T, d config.Data) config.Serve {
	t.Helper()
	return config.Serve{Data: d, Public: "127.0.0.1:0", Desk: "127.0.0.1:0", Pack: livePack(t)}
}

// ask gives the status and the text of an answer.
func ask(t *testing.T, address string) (int, string) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(t, err)
	return answer.StatusCode, string(text)
}

// await waits until f is true.
func await(t *testing.T, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never came to be that %s", what)
		}
	}
}

// TestOpenServeClose serves a demonstration, and looks at both sides while it does and afterwards.
func TestOpenServeClose(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		a, heard := opened(t, demonstration(d))
		stop := serve(t, a)
		public, desk := a.Addresses()
		for _, side := range []string{public, desk} {
			for path, want := range map[string]string{"healthz": `"ok"`, "readyz": `"ready"`} {
				if status, text := ask(t, side+path); status != http.StatusOK || !strings.Contains(text, want) {
					t.Errorf("%s%s answers %d %s", side, path, status, text)
				}
			}
		}
		if status, text := ask(t, public); status != http.StatusOK || !strings.Contains(text, a.words.For("en").T("page.demo")) {
			t.Errorf("the first page answers %d without saying that nobody reads this", status)
		}
		if status, text := ask(t, desk); status != http.StatusOK || !strings.Contains(text, `name="password"`) {
			t.Errorf("the desk answers %d without asking who it is", status)
		}
		must(t, stop())
		if _, err := http.Get(public + "healthz"); err == nil {
			t.Error("it answers after it was stopped")
		}
		must(t, a.Close())
		must(t, a.Close())
		if strings.Contains(heard.String(), `"level":"ERROR"`) {
			t.Errorf("the log has %s", heard)
		}
	})
}

// TestAReportReachesTheDeskByItself sends a report over HTTP and waits for the desk to have it.
func TestAReportReachesTheDeskByItself(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		a, _ := opened(t, plain(t, d))
		serve(t, a)
		public, _ := a.Addresses()
		v := visitor.New(public)
		defer v.Close()
		form, err := v.Check(t.Context(), "about_me", "a quiet word")
		must(t, err)
		page, err := v.Post(t.Context(), form)
		must(t, err)
		if page.Receipt == "" {
			t.Fatalf("no receipt came, status %d", page.Status)
		}
		officer := access.Actor{Kind: access.Staff, ID: "somebody", Agency: a.pack.DeskFor(""), Roles: []access.Role{access.DutyOfficer}}
		north := access.Actor{Kind: access.Staff, ID: "another", Agency: a.pack.DeskFor("XD-N"), Roles: []access.Role{access.DutyOfficer}}
		await(t, "the report lies on a desk", func() bool {
			found := 0
			look(t, a.stores.main, func(ctx context.Context, tx store.Tx) error {
				here, err := report.Unresolved(ctx, tx, officer)
				if err != nil {
					return err
				}
				there, err := report.Unresolved(ctx, tx, north)
				found = len(here) + len(there)
				return err
			})
			return found > 0
		})
	})
}

// TestStoppingFinishesWhatWasBegun stops while a form is half sent and a job is under way.
func TestStoppingFinishesWhatWasBegun(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		a, _ := opened(t, plain(t, d))
		begun, let, worked := make(chan struct{}), make(chan struct{}), false
		a.runner.Handle("test.slow", func(_ context.Context, _ json.RawMessage, _ jobs.Done) error {
			close(begun)
			<-let
			worked = true
			return nil
		})
		write(t, a.stores.main, func(ctx context.Context, tx store.Tx) error {
			return jobs.Enqueue(ctx, tx, jobs.Job{Kind: "test.slow"})
		})
		stop := serve(t, a)
		public, _ := a.Addresses()
		slow := halfSent(t, public, url.Values{"step": {"start"}, "lang": {"en"}, "way": {"about_me"}}.Encode())
		<-begun
		ended := make(chan error, 1)
		go func() { ended <- stop() }()
		await(t, "new requests are refused", func() bool {
			conn, err := net.Dial("tcp", a.public.Listener.Addr().String())
			if err == nil {
				conn.Close()
			}
			return err != nil
		})
		if status := slow(); status != http.StatusOK {
			t.Errorf("the request that was under way was answered with %d", status)
		}
		select {
		case err := <-ended:
			t.Errorf("it stopped before its job had ended: %v", err)
		default:
		}
		close(let)
		must(t, <-ended)
		if !worked {
			t.Error("the job was cut off")
		}
		must(t, a.Close())
		report, err := VerifyAudit(t.Context(), d, "", "")
		if err != nil || !report.OK || report.Tail != 0 || report.Size == 0 {
			t.Errorf("the audit log after stopping: %+v %v", report, err)
		}
	})
}

// halfSent sends all of a form but its last byte to a handler that reads it; the rest gives the status that comes.
func halfSent(t *testing.T, address, form string) (rest func() int) {
	t.Helper()
	u, err := url.Parse(address)
	must(t, err)
	conn, err := net.Dial("tcp", u.Host)
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	must(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: %s\r\nSec-Fetch-Site: same-origin\r\nExpect: 100-continue\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n", u.Host, len(form))
	must(t, err)
	answer := bufio.NewReader(conn)
	if line, err := answer.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("the form is not wanted: %q %v", line, err)
	}
	_, err = io.WriteString(conn, form[:len(form)-1])
	must(t, err)
	return func() int {
		_, err := io.WriteString(conn, form[len(form)-1:])
		must(t, err)
		if _, err := answer.Discard(len("\r\n")); err != nil {
			t.Fatal(err)
		}
		page, err := http.ReadResponse(answer, nil)
		must(t, err)
		page.Body.Close()
		return page.StatusCode
	}
}

const kindsTestSQL = `SELECT count(*) FROM job WHERE kind LIKE $1`

// count tells how many jobs there are whose kind begins so.
func count(t *testing.T, a *App, kind string) (n int) {
	t.Helper()
	look(t, a.stores.main, func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, kindsTestSQL, []any{kind + "%"}, &n) })
	return n
}

// TestReadyOnlyWithItsStore takes the store away. PostgreSQL comes back; a closed SQLite does not.
func TestReadyOnlyWithItsStore(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		gone, back := func(a *App) { must(t, a.stores.main.Close()) }, func() {}
		if d.Database != "" {
			road := newRoad(t, d.Database)
			d.Database, gone, back = road.address, func(*App) { road.cut() }, road.mend
		}
		a, _ := opened(t, plain(t, d))
		stop := serve(t, a)
		public, desk := a.Addresses()
		ready := func(want int) func() bool {
			return func() bool {
				one, _ := ask(t, public+"readyz")
				other, text := ask(t, desk+"readyz")
				return one == want && other == want && !strings.Contains(text, "sql")
			}
		}
		if !ready(http.StatusOK)() {
			t.Fatal("it is not ready at first")
		}
		await(t, "the periodic jobs are there", func() bool { return count(t, a, "every.") > 0 })
		gone(a)
		await(t, "it is not ready", ready(http.StatusServiceUnavailable))
		if status, _ := ask(t, public+"healthz"); status != http.StatusOK {
			t.Errorf("without its store it is not alive: %d", status)
		}
		if back(); d.Database != "" {
			await(t, "it is ready again", ready(http.StatusOK))
		}
		if err := stop(); err != nil && d.Database != "" {
			t.Errorf("it cannot be stopped: %v", err)
		}
	})
}
