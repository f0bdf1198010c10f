package seal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"testing"

	"amparo/internal/fault"
	"amparo/internal/secret"
)

func numbered(t testing.TB, decimal string) Receipt {
	t.Helper()
	n, ok := new(big.Int).SetString(decimal, 10)
	if !ok || n.Cmp(receiptLimit) >= 0 {
		t.Fatalf("%s is no receipt", decimal)
	}
	return receiptOf(n)
}

func TestSpellings(t *testing.T) {
	for range 2000 {
		r := NewReceipt()
		for _, s := range []string{r.Letters(), r.LettersGrouped(), r.Digits(), r.DigitsGrouped(), r.Text()} {
			if got, err := ParseReceipt(s); err != nil || !got.Equal(r) {
				t.Fatalf("%s does not come back: %v", s, err)
			}
		}
		if got, err := ParseText(r.Text()); err != nil || !got.Equal(r) {
			t.Fatalf("the text does not come back: %v", err)
		}
	}
	r := numbered(t, "000123456789012345678901")
	if got := r.Letters(); len(got) != letterCount || got != "003b2kmzg4qkcv1n"+got[16:] {
		t.Errorf("letters %s", got)
	}
	if got := r.Digits(); len(got) != digitCount || got[:24] != "000123456789012345678901" {
		t.Errorf("digits %s", got)
	}
	if got := r.DigitsGrouped(); len(got) != 31 || got[:10] != "0001-2345-" || got[29] != '-' {
		t.Errorf("grouped digits %s", got)
	}
	if got := r.LettersGrouped(); len(got) != 21 || strings.Count(got, "-") != 4 {
		t.Errorf("grouped letters %s", got)
	}
	for _, s := range []string{"000000000000000000000000", "999999999999999999999999"} {
		r := numbered(t, s)
		if got, err := ParseReceipt(r.Letters()); err != nil || !got.Equal(r) || r.Digits()[:24] != s {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestParseForgives(t *testing.T) {
	r := numbered(t, "123456789012345678901")
	letters, digits := r.Letters(), r.Digits()
	script := func(zero rune) string {
		return strings.Map(func(d rune) rune { return zero + d - '0' }, digits)
	}
	wide := strings.Map(func(c rune) rune { return c - '!' + '！' }, strings.ToUpper(letters))
	if !strings.ContainsAny(letters, "0") || !strings.ContainsAny(letters, "1") {
		t.Fatalf("%s has no 0 and 1 to mistake: choose another number", letters)
	}
	for name, s := range map[string]string{
		"upper case": strings.ToUpper(letters), "spaces": "  " + strings.Join(strings.Split(letters, ""), " ") + "\n",
		"o for 0": strings.ReplaceAll(letters, "0", "o"), "O for 0": strings.ReplaceAll(letters, "0", "O"),
		"i for 1": strings.ReplaceAll(letters, "1", "i"), "I for 1": strings.ReplaceAll(letters, "1", "I"),
		"l for 1": strings.ReplaceAll(letters, "1", "l"), "L for 1": strings.ReplaceAll(letters, "1", "L"),
		"Turkish i": strings.ReplaceAll(letters, "1", "ı"), "Turkish I": strings.ReplaceAll(letters, "1", "İ"),
		"long dashes": strings.ReplaceAll(r.LettersGrouped(), "-", " – "), "dots": strings.ReplaceAll(r.DigitsGrouped(), "-", "."),
		"full width": wide, "direction marks": "\u200f" + r.LettersGrouped() + "\u200e", "no-break spaces": strings.ReplaceAll(r.DigitsGrouped(), "-", "\u00a0"),
		"Arabic-Indic": script('٠'), "Persian": script('۰'), "Devanagari": script('०'), "full-width digits": script('０'),
		"Adlam": script(0x1E950), "mathematical": script(0x1D7D8), "letters for digits": strings.ReplaceAll(strings.ReplaceAll(digits, "0", "o"), "1", "l"),
		"accents": strings.NewReplacer("a", "á", "e", "ë", "n", "ñ", "c", "ç", "k", "ķ").Replace(letters), "u for v": strings.ReplaceAll(letters, "v", "U"),
		"Cyrillic": strings.NewReplacer("a", "А", "c", "с", "e", "Е", "h", "Н", "k", "к", "m", "М", "p", "Р", "t", "т", "x", "х", "y", "у").Replace(letters),
		"Greek":    strings.NewReplacer("a", "Α", "b", "Β", "h", "Η", "k", "κ", "n", "Ν", "t", "Τ", "x", "χ", "z", "Ζ").Replace(letters),
		"quoted":   "“" + r.LettersGrouped() + "”", "zero-width space": letters[:8] + "\u200b" + letters[8:],
	} {
		if got, err := ParseReceipt(s); err != nil || !got.Equal(r) {
			t.Errorf("%s: %q gives %v", name, s, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	r := NewReceipt()
	for name, s := range map[string]string{"empty": "", "spaces": "   ", "short": r.Letters()[:16], "long": r.Letters() + "0", "digits short": r.Digits()[:24],
		"digits long": r.Digits() + "0", "both": r.Letters() + r.Digits(), "huge": strings.Repeat("a", 10_000), "words": "hello there", "signs": strings.Repeat("-", 17)} {
		got, err := ParseReceipt(s)
		if !got.IsZero() || fault.KindOf(err) != fault.Invalid || fault.CodeOf(err) != "fault.receipt_shape" {
			t.Errorf("%s: %v", name, err)
		}
	}
	tooLarge := letterText.EncodeToString(bytes.Repeat([]byte{255}, receiptSize))
	tooLarge += string(letters[timesX(letterSum(tooLarge))])
	for name, s := range map[string]string{"a letter that is none": "u" + r.Letters()[1:], "another script": "ж" + r.Letters()[1:], "invalid bytes": "ab\xff\xfe" + r.Letters()[4:],
		"a letter among digits": "a" + r.Digits()[1:], "a fraction": "½" + r.Letters()[1:13] + "a", "never drawn": tooLarge} {
		got, err := ParseReceipt(s)
		if err == nil || !got.IsZero() || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if name != "invalid bytes" && name != "a fraction" && fault.CodeOf(err) != "fault.receipt_check" {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(err.Error(), s) {
			t.Errorf("%s: the error shows what was typed", name)
		}
	}
	for _, s := range []string{"", r.LettersGrouped(), strings.ToUpper(strings.Repeat("a", 17)), strings.Repeat("é", 8) + "a", r.Letters()[:16] + "?"} {
		if got, err := ParseText(s); err == nil || !got.IsZero() {
			t.Errorf("ParseText took %q", s)
		}
	}
}

// TestCheckSymbolsByTheirAlgebra proves for all receipts at once that a wrong symbol, and two neighbours in the wrong
// order, are found: for every state that the check can be in, and every pair of symbols.
func TestCheckSymbolsByTheirAlgebra(t *testing.T) {
	for s := range damm {
		for x := range 10 {
			for y := range 10 {
				if x != y && damm[s][x] == damm[s][y] {
					t.Errorf("digits: after %d, %d passes for %d", s, x, y)
				}
				if x != y && damm[damm[s][x]][y] == damm[damm[s][y]][x] {
					t.Errorf("digits: after %d, %d%d passes for %d%d", s, x, y, y, x)
				}
				// A difference, once there, must not vanish while the same digits follow.
				if s != x && damm[s][y] == damm[x][y] {
					t.Errorf("digits: a difference of %d and %d vanishes at %d", s, x, y)
				}
			}
			if damm[s][s] != 0 {
				t.Errorf("digits: %d is not its own check digit", s)
			}
		}
	}
	weight, seen := byte(1), map[byte]bool{}
	for range letterCount {
		if weight == 0 || seen[weight] {
			t.Fatalf("letters: the weight %d comes twice", weight)
		}
		seen[weight] = true
		weight = timesX(weight)
	}
	for a := range byte(32) {
		for b := range byte(32) {
			if timesX(a^b) != timesX(a)^timesX(b) || a != b && timesX(a) == timesX(b) {
				t.Fatalf("letters: the field is broken at %d and %d", a, b)
			}
		}
	}
}

// TestEveryMistakeIsFound makes every wrong symbol, every exchange and every wrong double in real codes.
func TestEveryMistakeIsFound(t *testing.T) {
	codes := 300
	for range codes {
		r := NewReceipt()
		everyMistake(t, r.Letters(), letters, true)
		everyMistake(t, r.Digits(), letters[:10], false)
	}
}

func everyMistake(t *testing.T, code, alphabet string, far bool) {
	t.Helper()
	found := func(what string, at int, typed []byte) {
		if string(typed) == code {
			return
		}
		if _, err := ParseReceipt(string(typed)); fault.CodeOf(err) != "fault.receipt_check" {
			t.Fatalf("%s at %d of %s passes as %s: %v", what, at, code, typed, err)
		}
	}
	for at := range len(code) {
		for _, c := range []byte(alphabet) {
			typed := []byte(code)
			typed[at] = c
			found("a wrong symbol", at, typed)
		}
		for to := at + 1; to < len(code); to++ {
			if typed := []byte(code); to == at+1 || far {
				typed[at], typed[to] = typed[to], typed[at]
				found("an exchange", at, typed)
			}
		}
		if far && at+1 < len(code) && code[at] == code[at+1] {
			for _, c := range []byte(alphabet) {
				typed := []byte(code)
				typed[at], typed[at+1] = c, c
				found("a wrong double", at, typed)
			}
		}
	}
}

// TestReceiptsAreUniform draws many numbers and looks at each digit's place, at the first letter, and for repeats.
func TestReceiptsAreUniform(t *testing.T) {
	const draws = 20_000
	var count [24][10]int
	seen := map[string]bool{}
	for range draws {
		d := NewReceipt().Digits()
		if seen[d] {
			t.Fatal("a receipt was drawn twice")
		}
		seen[d] = true
		for place := range count {
			count[place][d[place]-'0']++
		}
	}
	for place, of := range count {
		var chi float64
		for _, n := range of {
			off := float64(n) - draws/10
			chi += off * off / (draws / 10)
		}
		if chi > 50 { // 9 degrees of freedom: about one in ten million by chance
			t.Errorf("place %d: the digits come %v times", place, of)
		}
	}
}

func TestLookup(t *testing.T) {
	pepper, r := secret.Random(KeySize), NewReceipt()
	id := r.LookupID(pepper)
	again, err := ParseReceipt(r.DigitsGrouped())
	if err != nil || again.LookupID(pepper) != id || len(id) != 64 {
		t.Errorf("%s, %v", id, err)
	}
	if id == NewReceipt().LookupID(pepper) || id == r.LookupID(secret.Random(KeySize)) {
		t.Error("the look-up id does not depend on receipt and pepper")
	}
}

func TestMailbox(t *testing.T) {
	r, b := NewReceipt(), Binding{"reply", "m1"}
	public := r.MailboxPublic()
	again, err := ParseReceipt(r.Letters())
	if err != nil || !bytes.Equal(again.MailboxPublic(), public) || len(public) != 1216 {
		t.Fatalf("the mailbox key of %d bytes does not come back: %v", len(public), err)
	}
	box, err := SealToMailbox(public, b, []byte("we read it"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.OpenMailbox(b, box); err != nil || string(got) != "we read it" {
		t.Errorf("%q, %v", got, err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"another receipt": func() ([]byte, error) { return NewReceipt().OpenMailbox(b, box) },
		"another message": func() ([]byte, error) { return r.OpenMailbox(Binding{"reply", "m2"}, box) },
		"cut":             func() ([]byte, error) { return r.OpenMailbox(b, box[:100]) },
		"flipped":         func() ([]byte, error) { box[1500] ^= 1; return r.OpenMailbox(b, box) },
	} {
		if got, err := open(); !errors.Is(err, ErrBroken) || got != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := SealToMailbox(public, b, make([]byte, MaxPlain+1)); fault.CodeOf(err) != "fault.too_large" {
		t.Errorf("too long: %v", err)
	}
}

// TestMailboxKeyStays holds the derivation still: a receipt on paper must open its mailbox after every upgrade.
func TestMailboxKeyStays(t *testing.T) {
	r := numbered(t, "123456789012345678901234")
	if got := r.LookupID(make(secret.Bytes, KeySize))[:16] + " " + r.Letters()[16:] + " " + r.Digits()[24:]; got != wantLookup {
		t.Errorf("a receipt on paper now leads to %s", got)
	}
	if got := fmt.Sprintf("%x", r.MailboxPublic()[:8]); got != wantMailbox {
		t.Errorf("a receipt on paper now opens the mailbox %s", got)
	}
}

const (
	wantLookup  = "09becc7c38013936 7 6"
	wantMailbox = "35b3893463194ee2"
)

func TestNothingPrintsAReceiptOrAKey(t *testing.T) {
	r := NewReceipt()
	o, f := opener(t, "k1"), form(t)
	public := &PublicKey{secret.Hide(secret.Random(KeySize))}
	type holder struct {
		r      Receipt
		R      Receipt
		f      *Form
		o      *Opener
		public *PublicKey
	}
	h := holder{r, r, f, o, public}
	hidden := []string{r.Letters(), r.Digits(), r.Digits()[:24], fmt.Sprintf("%x", []byte(r.raw())), fmt.Sprint([]byte(r.raw())), fmt.Sprintf("%x", []byte(f.key())),
		fmt.Sprint([]byte(f.key())), fmt.Sprint([]byte(public.root())), fmt.Sprintf("%x", []byte(public.root()))}
	check := func(how, text string) {
		for _, s := range hidden {
			if strings.Contains(strings.ToLower(text), strings.Trim(s, "[]")) {
				t.Errorf("%s shows %s", how, text)
			}
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		for _, v := range []any{r, &r, f, o, public} {
			if text := fmt.Sprintf(verb, v); text != secret.Shown {
				t.Errorf("%s of %T gives %s", verb, v, text)
			}
		}
		for _, v := range []any{h, &h, []any{r, f}, map[string]Receipt{"a": r}} {
			check(verb, fmt.Sprintf(verb, v))
		}
	}
	out, err := json.Marshal(map[string]any{"r": r, "at": &r, "in": h})
	if err != nil || !strings.Contains(string(out), `"r":"[secret]"`) {
		t.Errorf("json: %s, %v", out, err)
	}
	check("json", string(out))
	var w bytes.Buffer
	slog.New(slog.NewTextHandler(&w, nil)).Info("x", "r", r, "h", h, "f", f, "o", o, "p", public)
	slog.New(slog.NewJSONHandler(&w, nil)).Info("x", "r", r, "h", h, "f", f, "o", o, "p", public)
	check("slog", w.String())
}

func TestZeroReceipt(t *testing.T) {
	var r Receipt
	if !r.IsZero() || !r.Equal(Receipt{}) || r.Equal(NewReceipt()) || NewReceipt().Equal(r) || NewReceipt().IsZero() {
		t.Error("the zero receipt is not told from others")
	}
	defer func() {
		if recover() == nil {
			t.Error("a receipt that was never drawn was spelt")
		}
	}()
	_ = r.Letters()
}

func FuzzParseReceipt(f *testing.F) {
	r := numbered(f, "123456789012345678901")
	for _, s := range []string{"", r.Letters(), r.LettersGrouped(), r.Digits(), r.DigitsGrouped(), strings.ToUpper(r.Letters()), "٠١٢٣٤٥٦٧٨٩", "ｏ０Ｏ", "\xff\xfe", "ı-İ-½"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseReceipt(s)
		if err != nil {
			if c := fault.CodeOf(err); !r.IsZero() || c != "fault.receipt_check" && c != "fault.receipt_shape" {
				t.Fatalf("got %v", err)
			}
			return
		}
		for _, spelt := range []string{r.Letters(), r.Digits(), r.LettersGrouped(), r.DigitsGrouped()} {
			if again, err := ParseReceipt(spelt); err != nil || !again.Equal(r) {
				t.Fatalf("%s does not come back", spelt)
			}
		}
	})
}
