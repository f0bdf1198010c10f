package httpx

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"amparo/internal/fault"
)

func TestHealthAndReadiness(t *testing.T) {
	answer := func(h http.Handler) string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		return http.StatusText(w.Code) + " " + strings.TrimSpace(w.Body.String())
	}
	for got, want := range map[string]string{
		answer(Health()): `OK {"status":"ok"}`,
		answer(Ready(func(context.Context) error { return nil })):                   `OK {"status":"ready"}`,
		answer(Ready(func(context.Context) error { return errors.New("private") })): `Service Unavailable {"code":"fault.internal","status":"not ready"}`,
		answer(Ready(func(context.Context) error {
			return fault.New(fault.Unavailable, "fault.starting")
		})): `Service Unavailable {"code":"fault.starting","status":"not ready"}`,
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestReadinessCheckHasATime(t *testing.T) {
	w := httptest.NewRecorder()
	Ready(func(ctx context.Context) error {
		if until, ok := ctx.Deadline(); !ok || time.Until(until) > readyTime {
			t.Error("the check may take for ever")
		}
		return nil
	}).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
}

func TestServersOwnLogHasNothingOfTheClient(t *testing.T) {
	var text bytes.Buffer
	s := Server("", http.NotFoundHandler(), slog.New(slog.NewTextHandler(&text, nil)))
	s.ErrorLog.Print("http: TLS handshake error from 203.0.113.77:1: canary")
	s.ErrorLog.Print("http: URL canary from 203.0.113.77")
	if got := text.String(); strings.Contains(got, "203.0") || strings.Contains(got, "canary") ||
		!strings.Contains(got, `trouble="TLS handshake error"`) || !strings.Contains(got, "trouble=connection") {
		t.Errorf("the log is %s", got)
	}
}

func TestServerHasLimits(t *testing.T) {
	s := Server(":1", nil, slog.Default())
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= 0 || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
		t.Errorf("a client may hold on: %+v", s)
	}
}

// bound makes a server on loopback with a handler that waits for leave to finish.
func bound(t *testing.T, h http.HandlerFunc) Bound {
	t.Helper()
	b, err := Bind(Server("127.0.0.1:0", h, slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestStoppingFinishesWhatItHasAndRefusesMore(t *testing.T) {
	inside, leave := make(chan bool), make(chan bool)
	b := bound(t, func(w http.ResponseWriter, _ *http.Request) {
		inside <- true
		<-leave
		io.WriteString(w, "whole")
	})
	other := bound(t, func(http.ResponseWriter, *http.Request) {})
	ctx, stop := context.WithCancel(context.Background())
	ended, answers := make(chan error, 1), make(chan string, 1)
	go func() { ended <- Serve(ctx, b, other) }()
	go func() {
		answer, err := http.Get("http://" + b.Listener.Addr().String())
		if err != nil {
			answers <- err.Error()
			return
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		answers <- string(text)
	}()
	<-inside
	stop()
	refusesSoon(t, b)
	select {
	case err := <-ended:
		t.Fatalf("ended before its request: %v", err)
	default:
	}
	close(leave)
	if got := <-answers; got != "whole" {
		t.Errorf("the request in flight got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("stopping gave %v", err)
	}
}

func refusesSoon(t *testing.T, b Bound) {
	t.Helper()
	for range 200 {
		c, err := net.Dial("tcp", b.Listener.Addr().String())
		if err != nil {
			return
		}
		c.Close()
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("new connections are still taken")
}

func TestStoppingHasATimeLimit(t *testing.T) {
	inside, leave := make(chan bool), make(chan bool)
	defer close(leave)
	b := bound(t, func(http.ResponseWriter, *http.Request) { inside <- true; <-leave })
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, 50*time.Millisecond, []Bound{b}) }()
	go http.Get("http://" + b.Listener.Addr().String())
	<-inside
	stop()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("got %v", err)
	}
}

func TestOneFailingServerStopsAll(t *testing.T) {
	a, b := bound(t, nil), bound(t, nil)
	a.Listener.Close()
	if err := Serve(context.Background(), a, b); err == nil || !strings.Contains(err.Error(), "serving on") {
		t.Errorf("got %v", err)
	}
	refusesSoon(t, b)
}

func TestBindTellsWhichAddress(t *testing.T) {
	b := bound(t, nil)
	defer b.Listener.Close()
	addr := b.Listener.Addr().String()
	if _, err := Bind(Server(addr, nil, slog.Default())); err == nil || !strings.Contains(err.Error(), addr) {
		t.Errorf("got %v", err)
	}
}
