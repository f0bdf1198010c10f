package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"amparo/internal/access"
	"amparo/internal/app"
	"amparo/internal/config"
	"amparo/internal/identity"
)

// installation serves a demonstration, and gives the address for partners and a key.
func installation(t *testing.T) (address, key string) {
	t.Helper()
	d := config.Data{Dir: filepath.Join(t.TempDir(), "data")}
	a, err := app.Open(t.Context(), config.Serve{Data: d, Public: "127.0.0.1:0", Desk: "127.0.0.1:0", Demo: true}, slog.New(slog.DiscardHandler))
	must(t, err)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- a.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		must(t, <-ended)
		must(t, a.Close())
	})
	must(t, app.WithPeople(t.Context(), d, func(people *identity.Room) error {
		added, err := people.AddPartnerKey(t.Context(), access.Console, identity.AddPartnerKeyInput{Partner: "harbour", Name: "Harbour Hotline"})
		key = added.Key
		return err
	}))
	_, address = a.Addresses()
	return address, key
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var fence = regexp.MustCompile("(?s)```http\n(.*?)```")

// TestThePageIsTrue sends every request of docs/partner-api.md as it stands there, and holds the answer to the one that stands below it.
func TestThePageIsTrue(t *testing.T) {
	page, err := os.ReadFile("../../partner-api.md")
	must(t, err)
	address, key := installation(t)
	host := strings.TrimSuffix(strings.TrimPrefix(address, "http://"), "/")
	blocks, reference := fence.FindAllStringSubmatch(string(page), -1), ""
	if len(blocks) < 10 || len(blocks)%2 != 0 {
		t.Fatalf("the page has %d blocks", len(blocks))
	}
	for i := 0; i < len(blocks); i += 2 {
		head, body, _ := strings.Cut(blocks[i][1], "\n\n")
		head = strings.NewReplacer("KEY", key, "REFERENCE", reference).Replace(head)
		got, text := send(t, host, head, body)
		wantHead, wantBody, _ := strings.Cut(blocks[i+1][1], "\n\n")
		status, rest, _ := strings.Cut(wantHead, "\n")
		if got.Proto+" "+got.Status != status || "Content-Type: "+got.Header.Get("Content-Type") != strings.TrimSpace(rest) {
			t.Errorf("%s\nis answered with %s %s %s\n%s", head, got.Proto, got.Status, got.Header.Get("Content-Type"), text)
		}
		fits(t, head, wantBody, text)
		if reference == "" {
			reference = regexp.MustCompile(`"reference":"(\w+)"`).FindStringSubmatch(text)[1]
		}
	}
}

// send sends a request as a raw client does.
func send(t *testing.T, host, head, body string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", host)
	must(t, err)
	defer conn.Close()
	body = strings.TrimSuffix(body, "\n")
	_, err = fmt.Fprintf(conn, "%s\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", strings.ReplaceAll(head, "\n", "\r\n"), host, len(body), body)
	must(t, err)
	got, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	must(t, err)
	return got, string(text)
}

// fits holds JSON, line by line, to what the page says of it.
func fits(t *testing.T, head, want, got string) {
	t.Helper()
	wanted, gotten := strings.Split(strings.TrimSpace(want), "\n"), strings.Split(strings.TrimSpace(got), "\n")
	if len(wanted) != len(gotten) {
		t.Fatalf("%s\nis answered with %d lines: %s", head, len(gotten), got)
	}
	for i := range wanted {
		var w, g any
		must(t, json.Unmarshal([]byte(wanted[i]), &w))
		must(t, json.Unmarshal([]byte(gotten[i]), &g))
		if !like(w, g) {
			t.Errorf("%s\nis answered with\n%s\nand not with\n%s", head, gotten[i], wanted[i])
		}
	}
}

// like tells whether got is what the page says, where "…" stands for any text.
func like(want, got any) bool {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(w) != len(g) {
			return false
		}
		for name := range w {
			if _, there := g[name]; !there || !like(w[name], g[name]) {
				return false
			}
		}
		return true
	case []any:
		g, ok := got.([]any)
		if !ok || len(w) != len(g) {
			return false
		}
		for i := range w {
			if !like(w[i], g[i]) {
				return false
			}
		}
		return true
	case string:
		text, ok := got.(string)
		return ok && text != "" && (w == "…" || w == text)
	}
	return want == got
}

// TestExample hands in lines by the example, twice.
func TestExample(t *testing.T) {
	address, key := installation(t)
	file := filepath.Join(t.TempDir(), "key.txt")
	must(t, os.WriteFile(file, []byte(key+"\n"), 0o600))
	in := `{"idempotency_key":"a","instrument":"professional","language":"en","answers":{"danger":"no","source":["child_told"]}}` + "\n\n" +
		`{"idempotency_key":"b","instrument":"gossip","language":"en","answers":{}}` + "\n" +
		`{"idempotency_key":"c","instrument":"past","language":"ar","answers":{}}`
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		if err := run(t.Context(), address, file, strings.NewReader(in), out); err == nil || !strings.HasPrefix(err.Error(), "1 reports were not taken") {
			t.Errorf("%v", err)
		}
	}
	if first.String() != second.String() || strings.Count(first.String(), `"receipt":`) != 2 || !strings.Contains(first.String(), "fault.partner_report") {
		t.Errorf("first\n%sagain\n%s", &first, &second)
	}
	long := `{"idempotency_key":"long","instrument":"professional","language":"en","answers":{"words":"` + strings.Repeat("ab ", 40<<10) + `"}}` + "\n"
	var bad bytes.Buffer
	if err := run(t.Context(), address, file, strings.NewReader("{\n"+long+in), &bad); err == nil || !strings.HasPrefix(err.Error(), "3 reports were not taken") {
		t.Errorf("half a line: %v", err)
	}
	for _, want := range []string{`"line":1,"error":"line 1 cannot be read`, `"idempotency_key":"long","error":"amparo: 413`, `"idempotency_key":"c","reference":`} {
		if !strings.Contains(bad.String(), want) {
			t.Errorf("%s is not told: %s", want, &bad)
		}
	}
	must(t, os.WriteFile(file, []byte("amparo-partner-wrong"), 0o600))
	many := strings.Repeat(in+"\n", 400)
	var refused bytes.Buffer
	err := run(t.Context(), address, file, strings.NewReader(many), &refused)
	left := 1200 - strings.Count(refused.String(), "\n")
	if err == nil || left == 1200 || !strings.Contains(err.Error(), "fault.partner_key") && !strings.Contains(refused.String(), "fault.partner_key") || left > 0 && !strings.Contains(err.Error(), fmt.Sprintf("%d lines were not handed in", left)) {
		t.Errorf("a wrong key: %v, %d lines are not told of", err, left)
	}
}

// TestWhoInterruptsWaitsForNoInput: it may never end.
func TestWhoInterruptsWaitsForNoInput(t *testing.T) {
	address, key := installation(t)
	file := filepath.Join(t.TempDir(), "key.txt")
	must(t, os.WriteFile(file, []byte(key), 0o600))
	ctx, interrupt := context.WithCancel(t.Context())
	from, to := io.Pipe()
	defer to.Close()
	go func() {
		_, _ = io.WriteString(to, `{"idempotency_key":"a","instrument":"past","language":"ar","answers":{}}`+"\n")
		interrupt()
	}()
	if err := run(ctx, address, file, from, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
