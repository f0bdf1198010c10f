package seal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"amparo/internal/fault"
	"amparo/internal/secret"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 123_456_000, time.UTC)

func form(t testing.TB) *Form {
	t.Helper()
	f, err := NewForm(secret.Random(KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestForm(t *testing.T) {
	key := secret.Random(KeySize)
	f, err := NewForm(key)
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewForm(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 4084, 4085, 100_000, 2 << 20} {
		state := bytes.Repeat([]byte("a"), n)
		text := f.Seal("report", state, noon)
		got, at, err := other.Open("report", text, noon.Add(time.Hour))
		if err != nil || !bytes.Equal(got, state) || !at.Equal(noon) {
			t.Errorf("%d bytes: got %d from %v, %v", n, len(got), at, err)
		}
		if strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			t.Errorf("%d bytes: the text has characters that a form field changes", n)
		}
	}
	if again := f.Seal("report", nil, noon); again == f.Seal("report", nil, noon) {
		t.Error("two sealings are the same")
	}
	if _, err := NewForm(secret.Random(16)); err == nil {
		t.Error("a short key was taken")
	}
}

func TestFormLengthHidesTheAnswers(t *testing.T) {
	f := form(t)
	short, long := f.Seal("report", nil, noon), f.Seal("report", make([]byte, 4000), noon)
	if len(short) != len(long) {
		t.Errorf("no answer has %d characters, 4,000 bytes have %d", len(short), len(long))
	}
}

func TestFormAge(t *testing.T) {
	f := form(t)
	text := f.Seal("report", []byte("x"), noon)
	if _, _, err := f.Open("report", text, noon.Add(FormLife)); err != nil {
		t.Errorf("at the end of its life: %v", err)
	}
	if _, _, err := f.Open("report", text, noon.Add(-time.Minute)); err != nil {
		t.Errorf("on a machine whose clock is behind: %v", err)
	}
	state, _, err := f.Open("report", text, noon.Add(FormLife+time.Microsecond))
	if state != nil || fault.KindOf(err) != fault.Gone || fault.CodeOf(err) != "fault.form_expired" {
		t.Errorf("after its life: %v", err)
	}
}

func TestFormAltered(t *testing.T) {
	f := form(t)
	text := f.Seal("report", []byte("what was told"), noon)
	bad := map[string]string{"empty": "", "a space": text + " ", "a line break": text[:70] + "\n" + text[70:], "cut": text[:len(text)-1],
		"cut to the head": text[:39], "not base64": "!!!", "longer": text + "AAAA", "padded": text + "==", "another version": "Ag" + text[2:]}
	for at := 0; at < len(text); at += 11 {
		flipped := []byte(text)
		if flipped[at]++; flipped[at] == text[at] {
			t.Fatal("nothing changed")
		}
		bad[fmt.Sprint("changed at ", at)] = string(flipped)
	}
	check := func(name string, f *Form, kind, s string) {
		state, _, err := f.Open(kind, s, noon)
		if state != nil || fault.KindOf(err) != fault.Invalid || fault.CodeOf(err) != "fault.form_broken" || !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, s := range bad {
		check(name, f, "report", s)
	}
	check("another kind", f, "mailbox", text)
	check("another key", form(t), "report", text)
}

func FuzzFormOpen(f *testing.F) {
	form, err := NewForm(make(secret.Bytes, KeySize))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("")
	f.Add("AQ")
	f.Add(form.Seal("report", []byte("x"), noon))
	f.Add(form.Seal("mailbox", []byte("x"), noon))
	f.Fuzz(func(t *testing.T, s string) {
		state, at, err := form.Open("report", s, noon)
		if err == nil && !(string(state) == "x" && at.Equal(noon)) {
			t.Fatal("opened what was never sealed")
		}
		if err != nil && fault.CodeOf(err) != "fault.form_broken" {
			t.Fatalf("got %v", err)
		}
	})
}

// TestFormOpensAged holds that nothing is lost with age, and that age opens nothing else.
func TestFormOpensAged(t *testing.T) {
	f := form(t)
	text := f.Seal("report", []byte("x"), noon.Add(-100*FormLife))
	state, at, err := f.OpenAged("report", text)
	if string(state) != "x" || !at.Equal(noon.Add(-100*FormLife)) || err != nil {
		t.Errorf("got %q from %v, %v", state, at, err)
	}
	if state, _, err := f.OpenAged("mailbox", text); state != nil || fault.CodeOf(err) != "fault.form_broken" {
		t.Errorf("another kind opened: %v", err)
	}
}
