package seal

import (
	"bytes"
	"errors"
	"testing"

	"amparo/internal/fault"
	"amparo/internal/secret"
)

func opener(t testing.TB, id string) *Opener {
	t.Helper()
	o, err := NewOpener(id, secret.Random(KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func sealed(t testing.TB, key IntakeKey, b Binding, plain []byte) []byte {
	t.Helper()
	out, err := Seal(key, b, plain)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEnvelope(t *testing.T) {
	o, b := opener(t, "k1"), Binding{"report", "r1"}
	for _, n := range []int{0, 1, Floor - prefix, Floor - prefix + 1, 50_000, MaxPlain} {
		plain := bytes.Repeat([]byte("x"), n)
		box := sealed(t, o.Key(), b, plain)
		got, err := o.Open(b, box)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: got %d, %v", n, len(got), err)
		}
		if want := 1 + 1120 + Padded(n) + 16; len(box) != want {
			t.Errorf("%d bytes are sealed to %d, not %d", n, len(box), want)
		}
	}
	if a, b := sealed(t, o.Key(), b, []byte("hello")), sealed(t, o.Key(), b, []byte("hello")); bytes.Equal(a, b) {
		t.Error("two envelopes of one text are the same")
	}
}

func TestEnvelopeIsBound(t *testing.T) {
	seed := secret.Random(KeySize)
	o, err := NewOpener("k1", seed)
	if err != nil {
		t.Fatal(err)
	}
	renamed, err := NewOpener("k2", seed)
	if err != nil {
		t.Fatal(err)
	}
	b := Binding{"report", "r1"}
	box := sealed(t, o.Key(), b, []byte("what was told"))
	for name, open := range map[string]func() ([]byte, error){
		"another id":       func() ([]byte, error) { return o.Open(Binding{"report", "r2"}, box) },
		"another kind":     func() ([]byte, error) { return o.Open(Binding{"reply", "r1"}, box) },
		"shifted names":    func() ([]byte, error) { return o.Open(Binding{"reportr", "1"}, box) },
		"another key":      func() ([]byte, error) { return opener(t, "k1").Open(b, box) },
		"another key id":   func() ([]byte, error) { return renamed.Open(b, box) },
		"a mailbox's use":  func() ([]byte, error) { return openWith(o.key, b, box, "amparo mailbox", "") },
		"cut":              func() ([]byte, error) { return o.Open(b, box[:len(box)-1]) },
		"empty":            func() ([]byte, error) { return o.Open(b, nil) },
		"version alone":    func() ([]byte, error) { return o.Open(b, box[:1]) },
		"longer":           func() ([]byte, error) { return o.Open(b, append(bytes.Clone(box), 0)) },
		"another version":  func() ([]byte, error) { return o.Open(b, append([]byte{2}, box[1:]...)) },
		"two in one":       func() ([]byte, error) { return o.Open(b, append(bytes.Clone(box), box...)) },
		"encapsulated key": func() ([]byte, error) { return o.Open(b, box[:1121]) },
	} {
		if got, err := open(); !errors.Is(err, ErrBroken) || got != nil {
			t.Errorf("%s: got %d bytes, %v", name, len(got), err)
		}
	}
	if got, err := o.Open(b, box); err != nil || string(got) != "what was told" {
		t.Errorf("the right one: %v", err)
	}
}

func TestEnvelopeWithAFlippedBit(t *testing.T) {
	o, b := opener(t, "k1"), Binding{"report", "r1"}
	box := sealed(t, o.Key(), b, []byte("what was told"))
	for at := 0; at < len(box); at += 7 {
		bad := bytes.Clone(box)
		bad[at] ^= 1 << (at % 8)
		if _, err := o.Open(b, bad); !errors.Is(err, ErrBroken) {
			t.Fatalf("a flipped bit at %d: %v", at, err)
		}
	}
}

func TestSealRefuses(t *testing.T) {
	key, b := opener(t, "k1").Key(), Binding{"report", "r1"}
	_, err := Seal(key, b, make([]byte, MaxPlain+1))
	if fault.KindOf(err) != fault.Invalid || fault.CodeOf(err) != "fault.too_large" || fault.Params(err)["Max"] != 1023 {
		t.Errorf("too long: %v", err)
	}
	for name, try := range map[string]struct {
		key IntakeKey
		b   Binding
	}{"no kind": {key, Binding{"", "r1"}}, "no id": {key, Binding{"report", ""}}, "no key id": {IntakeKey{"", key.Public}, b},
		"no key": {IntakeKey{"k1", nil}, b}, "half a key": {IntakeKey{"k1", key.Public[:600]}, b}} {
		if out, err := Seal(try.key, try.b, []byte("x")); err == nil || out != nil {
			t.Errorf("%s: sealed", name)
		}
	}
	if _, err := NewOpener("k1", secret.Random(31)); err == nil {
		t.Error("a private half of 31 bytes")
	}
	if _, err := NewOpener("", secret.Random(32)); err == nil {
		t.Error("a private half without an id")
	}
}

func TestPaddedBuckets(t *testing.T) {
	for n, want := range map[int]int{0: 4096, 1: 4096, 4092: 4096, 4093: 8192, 8188: 8192, 8189: 16384, 65532: 65536, MaxPlain: 1 << 20} {
		if got := Padded(n); got != want {
			t.Errorf("%d bytes are padded to %d, not %d", n, got, want)
		}
	}
	seen := map[int]bool{}
	for n := range MaxPlain + 1 {
		p := Padded(n)
		if p < n+prefix || p > Floor && p/2 >= n+prefix {
			t.Fatalf("%d bytes are padded to %d", n, p)
		}
		seen[p] = true
	}
	if len(seen) != 9 {
		t.Errorf("there are %d buckets, not 9", len(seen))
	}
}

func TestUnpadIsExact(t *testing.T) {
	for name, change := range map[string]func(p []byte) []byte{
		"a byte in the padding":   func(p []byte) []byte { p[len(p)-1] = 1; return p },
		"a byte behind the text":  func(p []byte) []byte { p[prefix+5] = 1; return p },
		"a bucket too large":      func(p []byte) []byte { return append(p, make([]byte, len(p))...) },
		"a length beyond the end": func(p []byte) []byte { p[2] = 0x40; return p },
		"a huge length":           func(p []byte) []byte { p[0] = 0xff; return p },
		"cut":                     func(p []byte) []byte { return p[:len(p)-1] },
		"empty":                   func([]byte) []byte { return nil },
		"a shorter length":        func(p []byte) []byte { p[3] = 4; return p },
	} {
		if got, err := unpad(change(pad([]byte("hello")))); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestDerive(t *testing.T) {
	key := secret.Random(KeySize)
	a, b := Derive(key, "a"), Derive(key, "b")
	if len(a) != KeySize || a.Equal(b) || a.Equal(key) || !a.Equal(Derive(key, "a")) || a.Equal(Derive(secret.Random(KeySize), "a")) {
		t.Error("derived keys are not as they should be")
	}
	if bytes.Equal(Bound("ab", "c"), Bound("a", "bc")) || bytes.Equal(Bound("a"), Bound("a", "")) {
		t.Error("parts can be taken for their neighbours")
	}
}

// FuzzUnpad changes one byte of padded content, cuts it and lengthens it: it opens only if nothing was changed, or if
// what came out is itself exactly what pad gives.
func FuzzUnpad(f *testing.F) {
	f.Add([]byte(nil), 0, byte(0), 0)
	f.Add([]byte("hello"), 3, byte(1), 0)
	f.Add([]byte("hello"), 4095, byte(1), -1)
	f.Add(bytes.Repeat([]byte{7}, 5000), 2, byte(0x10), 8192)
	f.Fuzz(func(t *testing.T, plain []byte, at int, change byte, longer int) {
		padded := pad(plain)
		if got, err := unpad(padded); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("what was padded does not come back: %v", err)
		}
		padded[uint(at)%uint(len(padded))] ^= change
		if longer < 0 {
			padded = padded[:len(padded)-int(uint(-longer)%uint(len(padded)+1))]
		} else {
			padded = append(padded, make([]byte, longer%(16<<10))...)
		}
		if got, err := unpad(padded); err == nil && !bytes.Equal(pad(got), padded) {
			t.Fatalf("took %d bytes that pad does not give", len(padded))
		}
		if got, err := unpad(plain); err == nil && !bytes.Equal(pad(got), plain) {
			t.Fatalf("took %d bytes that pad does not give", len(plain))
		}
	})
}
