package api

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"amparo/internal/fault"
)

// split reads all lines; one that is too long stands as "…".
func split(from io.Reader, most int) (list []string, err error) {
	for l := newLines(from, most); ; {
		line, long, err := l.next()
		if err != nil {
			return list, err
		}
		if long {
			line = []byte("…")
		}
		list = append(list, string(line))
	}
}

func TestLines(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a": "a", "a\n": "a", "a\nb": "a|b", "a\r\nb\r\n": "a|b", "\n\na\n": "||a", "12345": "12345", "12345\r\n1": "12345|1", "123456\n1": "…|1",
		"12345678901234567890\n1\n": "…|1", "12345678901234567890": "…", "1234567\n1234567\n": "…|…",
	} {
		got, err := split(iotest.OneByteReader(strings.NewReader(text)), 5)
		if !errors.Is(err, io.EOF) || strings.Join(got, "|") != want {
			t.Errorf("%q gives %q, %v; want %q", text, got, err, want)
		}
	}
	got, err := split(io.MultiReader(strings.NewReader("a\nhalf"), iotest.ErrReader(io.ErrUnexpectedEOF)), 5)
	if !errors.Is(err, io.ErrUnexpectedEOF) || len(got) != 1 {
		t.Errorf("half a line is one: %q %v", got, err)
	}
}

// FuzzLines holds the lines to what bytes.Split gives.
func FuzzLines(f *testing.F) {
	for _, s := range []string{"", "a\nb", "\r\n\r\n", strings.Repeat("x", 40), "\x00\n\xff"} {
		f.Add([]byte(s), uint8(8))
	}
	f.Fuzz(func(t *testing.T, text []byte, most uint8) {
		if most < 16 { // the smallest buffer of bufio
			most = 16
		}
		got, err := split(bytes.NewReader(text), int(most))
		if !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		want := bytes.Split(text, []byte("\n"))
		if len(want[len(want)-1]) == 0 {
			want = want[:len(want)-1]
		}
		if len(got) != len(want) {
			t.Fatalf("%q gives %d lines, not %d", text, len(got), len(want))
		}
		for i, line := range want {
			line = bytes.TrimSuffix(line, []byte("\r"))
			if long := len(line) > int(most); long != (got[i] == "…") && string(line) != "…" || !long && string(line) != got[i] {
				t.Fatalf("line %d of %q is %q, not %q", i, text, got[i], line)
			}
		}
	})
}

// FuzzDecode: whatever comes, it is a report of which nothing was guessed, or a fault that names what is wrong.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "{}", "null", `{"instrument":"a","language":"b","answers":{}}`, `{"answers":{"a":["b"],"a":"c"}}`, `{"x":{"y":[[[[]]]]}}`,
		`{"idempotency_key":"k","instrument":"p","language":"en","channel":"partner_api","answers":{"words":"\ud800 \u0000"}}`, "\xff", "[1,", `{"answers":{"":""}}`} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, keyed bool) {
		in, err := decode(text, keyed)
		if err == nil && in.Answers == nil || err != nil && fault.KindOf(err) != fault.Invalid || !keyed && in.Key != "" {
			t.Fatalf("%q gives %+v, %v", text, in, err)
		}
	})
}
