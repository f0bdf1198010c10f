package canary_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/canary"
	"amparo/internal/clock"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

var start = time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)

// A front is a made-up public side: it asks two pages, insists on an answer, and gives a receipt. It keeps what was told.
type front struct {
	down  bool
	deaf  bool // no page of it takes words
	said  string
	asked []string
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	step := r.PostFormValue("step")
	f.asked = append(f.asked, step)
	form := func(next, more string) {
		fmt.Fprintf(w, `<form><input type="hidden" name="step" value="%s"><input type="hidden" name="state" value="s">%s</form>`, next, more)
	}
	switch {
	case f.down:
		http.Error(w, "no", http.StatusServiceUnavailable)
	case step == "":
		form("start", `<button name="way" value="worried">`)
	case step == "start" && r.PostFormValue("way") == "worried":
		form("ask", `<input type="radio" name="sure" value="yes"><input type="radio" name="sure" value="no">`)
	case step == "ask" && r.PostFormValue("sure") == "":
		w.WriteHeader(http.StatusBadRequest)
		form("ask", `<input type="radio" name="sure" value="yes"><input type="radio" name="sure" value="no">`)
	case step == "ask" && !f.deaf:
		form("check", `<textarea name="words"></textarea>`)
	case step == "ask":
		form("check", "")
	case step == "check" && r.PostFormValue("state") == "s":
		f.said = r.PostFormValue("words")
		form("kept", `<bdi class="receipt">AAAA</bdi>`)
	}
}

// A yard is a room of canaries before a made-up public side.
type yard struct {
	t      *testing.T
	now    time.Time
	main   *store.Store
	room   *canary.Room
	front  *front
	failed int
}

func each(t *testing.T, f func(y *yard)) {
	t.Helper()
	var y *yard
	storetest.Each(t, clock.Func(func() time.Time { return y.now }), func(t *testing.T, main, _ *store.Store) {
		y = &yard{t: t, now: start, main: main, front: &front{}}
		server := httptest.NewServer(y.front)
		t.Cleanup(server.Close)
		y.room = canary.New(canary.Config{Store: main, Client: server.Client(), Address: func() string { return server.URL + "/" }, Way: "worried",
			Failed: func(context.Context, store.Tx) error { y.failed++; return nil }})
		f(y)
	})
}

func (y *yard) state() (s canary.State) {
	y.t.Helper()
	err := y.main.Read(y.t.Context(), func(tx store.Tx) (err error) { s, err = canary.Now(y.t.Context(), tx); return err })
	if err != nil {
		y.t.Fatal(err)
	}
	return s
}

func (y *yard) token(words string) string {
	y.t.Helper()
	token, err := y.room.Token(y.t.Context(), map[string][]string{"other": {"x"}, "words": {words}})
	if err != nil {
		y.t.Fatal(err)
	}
	return token
}

func (y *yard) arrive(token string) {
	y.t.Helper()
	by, err := access.Own(access.System("test"), "report.open")
	if err == nil {
		err = y.main.Write(y.t.Context(), func(tx store.Tx) error { return y.room.Arrived(y.t.Context(), tx, by, token) })
	}
	if err != nil {
		y.t.Fatal(err)
	}
}

// TestItComesThrough sends one and opens it. Its token is good once, however late, and nobody can make one up.
func TestItComesThrough(t *testing.T) {
	each(t, func(y *yard) {
		if err := y.room.Send(y.t.Context()); err != nil {
			y.t.Fatal(err, y.front.asked)
		}
		said := y.front.said
		if !strings.HasPrefix(said, "canary ") || y.token(said) != said {
			y.t.Errorf("it said %q", said)
		}
		for _, other := range []string{"", "canary", "canary " + strings.Repeat("A", 26), said + "A", "I have a canary " + said} {
			if y.token(other) != "" {
				y.t.Errorf("%q is taken for a canary", other)
			}
		}
		y.now = y.now.Add(time.Minute)
		y.arrive(said)
		if s := y.state(); !s.Passed.Equal(y.now) || s.Failing != "" || !s.Open(y.now) || s.Open(y.now.Add(3*time.Hour)) {
			y.t.Errorf("the state is %+v", s)
		}
		if y.token(said) != "" {
			y.t.Error("the token is good twice")
		}
		if err := y.room.Send(y.t.Context()); err != nil {
			y.t.Fatal(err)
		}
		y.now = y.now.Add(canary.Every)
		if y.token(y.front.said) == "" {
			y.t.Error("a canary that is opened late becomes a report")
		}
		if y.failed != 0 {
			y.t.Errorf("%d times it was said that one failed", y.failed)
		}
	})
}

// TestItDoesNotComeThrough has the door shut, deaf, and nobody behind it who opens what comes in.
func TestItDoesNotComeThrough(t *testing.T) {
	each(t, func(y *yard) {
		y.front.down = true
		if err := y.room.Send(y.t.Context()); err == nil || y.state().Failing != canary.NotSent || y.failed != 1 {
			y.t.Errorf("shut: %v, %+v, told %d times", err, y.state(), y.failed)
		}
		y.now = y.now.Add(time.Minute)
		y.front.down, y.front.deaf = false, true
		if err := y.room.Send(y.t.Context()); err == nil || y.failed != 2 {
			y.t.Errorf("deaf: %v", err)
		}
		y.front.deaf = false
		y.now = y.now.Add(time.Minute)
		if err := y.room.Send(y.t.Context()); err != nil {
			y.t.Fatal(err)
		}
		for _, pause := range []time.Duration{time.Minute, canary.Within, time.Minute} {
			y.now = y.now.Add(pause)
			if err := y.room.Look(y.t.Context()); err != nil {
				y.t.Fatal(err)
			}
		}
		if y.state().Failing != canary.NotOpened || y.failed != 3 {
			y.t.Errorf("nobody opened it: %+v, told %d times", y.state(), y.failed)
		}
		y.now = y.now.Add(time.Minute)
		y.arrive(y.front.said) // late, and it has come through
		if s := y.state(); s.Failing != "" || !s.Open(y.now) {
			y.t.Errorf("it came through late: %+v", s)
		}
	})
}
