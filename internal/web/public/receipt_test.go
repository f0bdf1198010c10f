package public_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"amparo/internal/page/browsertest"
	"amparo/internal/vault/seal"
)

// TestReceiptAsPeopleTypeIt opens the mailbox with every way in which a code may be written down and typed again.
func TestReceiptAsPeopleTypeIt(t *testing.T) {
	l := one(t, t.TempDir())
	shown := l.start("en", "about_me").tell(nil).post()
	code := shown.receipt()
	receipt, err := seal.ParseReceipt(code)
	if err != nil {
		t.Fatal(err)
	}
	digits := receipt.DigitsGrouped()
	shown.want(http.StatusOK, code, digits)
	arabic := strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩")
	persian := strings.NewReplacer("0", "۰", "1", "۱", "2", "۲", "3", "۳", "4", "۴", "5", "۵", "6", "۶", "7", "۷", "8", "۸", "9", "۹")
	alike := strings.NewReplacer("0", "o", "1", "l")
	entry := l.get("/").post("way", "code")
	for _, typed := range []string{code, strings.ToUpper(code), strings.ReplaceAll(code, "-", ""), "  " + strings.ReplaceAll(code, "-", " ") + "\t",
		strings.ReplaceAll(code, "-", " – "), alike.Replace(code), strings.ToUpper(alike.Replace(code)), arabic.Replace(code), digits, arabic.Replace(digits),
		persian.Replace(strings.ReplaceAll(digits, "-", "")), "\u2066" + digits + "\u2069", "\u200f" + code, "code: " + digits[:0] + digits} {
		got := entry.post("code", typed)
		if strings.HasPrefix(typed, "code:") {
			got.want(http.StatusBadRequest) // words around a code are not guessed away
			continue
		}
		if got.status != http.StatusOK || !got.says("Messages for you") {
			t.Errorf("%q gave %d: %s", typed, got.status, got.text)
		}
		if !shown.post("again", typed).says("Thank you") {
			t.Errorf("%q typed back is not taken", typed)
		}
	}
}

// TestReceiptMistyped says which kind of mistake was made, keeps what was typed, and opens nothing.
func TestReceiptMistyped(t *testing.T) {
	l := one(t, t.TempDir())
	shown := l.start("en", "about_me").tell(nil).post()
	code := shown.receipt()
	wrong := []byte(code)
	if wrong[2] = 'x'; code[2] == 'x' {
		wrong[2] = 'y'
	}
	swapped := code[1:2] + code[:1] + code[2:]
	if code[0] == code[1] {
		swapped = string(wrong)
	}
	entry := l.get("/").post("way", "code")
	for typed, says := range map[string]string{string(wrong): "One letter or number in this code is wrong", swapped: "One letter or number in this code is wrong",
		code[:12]: "too short or too long", code + code: "too short or too long", "": "too short or too long", strings.Repeat("a", 5000): "too short or too long"} {
		got := entry.post("code", typed).want(http.StatusBadRequest, says)
		if v := attr(got.find("input", "dir")[0], "value"); v != typed {
			t.Errorf("%q was typed and %q is shown", typed, v)
		}
		if typed != "" {
			shown.post("again", typed).want(http.StatusBadRequest, says, code)
		}
	}
	unknown := entry.post("code", seal.NewReceipt().Letters()).want(http.StatusNotFound, "We do not know this code", "If you lost it, you can tell us again")
	if unknown.step() != "open" {
		t.Error("after an unknown code there is no way to type another")
	}
}

// TestKeepingTheReceipt holds that one of the two is needed, type back or tick, and that either is enough.
func TestKeepingTheReceipt(t *testing.T) {
	l := one(t, t.TempDir())
	shown := l.start("en", "about_me").tell(nil).post()
	code := shown.receipt()
	again := shown.post().want(http.StatusBadRequest, "Please type your code, or tick the box", code)
	again = again.post("again", seal.NewReceipt().LettersGrouped()).want(http.StatusBadRequest, "This is a code, but not yours", code)
	again.post("again", code).want(http.StatusOK, "Thank you", "You can leave this page now")
	again.post("kept", "yes").want(http.StatusOK, "Thank you")
	again.post("again", "abc", "kept", "yes").want(http.StatusBadRequest, "too short or too long") // what was typed is looked at
	for _, page := range []answer{again, l.get("/").post("way", "code")} {
		if strings.Contains(page.text, `type="password"`) && !strings.Contains(page.text, `<noscript><input type="password" name="p"`) {
			t.Error("a password manager would offer to keep the code")
		}
	}
}

// TestUnknownReceiptLooksTheSame holds that an unknown code is answered from the same look-up as a known one, and that what comes tells
// nothing but that it is unknown.
func TestUnknownReceiptLooksTheSame(t *testing.T) {
	each(t, func(l *place) {
		entry := l.get("/").post("way", "code")
		sizes := map[int]bool{}
		for range 3 {
			code := seal.NewReceipt().LettersGrouped()
			got := entry.post("code", code).want(http.StatusNotFound, "We do not know this code")
			sizes[len(got.text)] = true
		}
		if len(sizes) != 1 {
			l.t.Errorf("unknown codes are answered with pages of %d sizes", len(sizes))
		}
	})
}

// TestBurning asks first, leads back with what was begun, and then throws the receipt away: it opens nothing any more, and nothing is added to it.
func TestBurning(t *testing.T) {
	l := one(t, t.TempDir())
	code := l.start("en", "about_me").tell(nil).post().receipt()
	entry := l.get("/").post("way", "code")
	box := entry.post("code", code).want(http.StatusOK, "Messages for you", "Throw my code away")
	ask := box.post("message", "One thing more", "burn", "ask").want(http.StatusOK, "Throw your code away?", "This cannot be undone")
	if back := ask.post("sure", "no").want(http.StatusOK, "Messages for you"); !back.says("One thing more") {
		t.Error("what was begun is lost")
	}
	ask.post("sure", "yes").want(http.StatusOK, "Your code is gone")
	entry.post("code", code).want(http.StatusNotFound, "We do not know this code")
	ask.post("sure", "yes").want(http.StatusNotFound, "We do not know this code")
	box.post("message", "x").want(http.StatusNotFound)
}

// TestACardSaysNothing prints the page of a receipt: only the code is on the paper, and the page says so.
func TestACardSaysNothing(t *testing.T) {
	l := one(t, t.TempDir())
	shown := l.start("en", "about_me").tell(nil).post().want(http.StatusOK, "Only the code comes on the paper")
	code := shown.receipt()
	server := httptest.NewServer(gallery(l, []sight{{name: "card", answer: shown}}))
	defer server.Close()
	ctx := browsertest.Start(t)
	browsertest.Do(t, ctx, chromedp.Navigate(server.URL+"/page/0"))
	browsertest.Medium(t, ctx, "print", false)
	got := browsertest.Read(t, ctx, chromedp.Evaluate[string](`document.body.innerText`))
	receipt, err := seal.ParseReceipt(code)
	if err != nil {
		t.Fatal(err)
	}
	if want := code + receipt.DigitsGrouped(); strings.Join(strings.Fields(got), "") != want {
		t.Errorf("the paper says %q, want %q", got, want)
	}
	browsertest.Screenshot(t, ctx, "card")
}

// TestReceiptInWords spells the receipt with the words of a list that somebody has reviewed, and opens the mailbox by them in every language.
func TestReceiptInWords(t *testing.T) {
	var list strings.Builder
	list.WriteString("lists:\n  - language: en\n    reviewed_by: A. Reader\n    words:\n")
	for i := range seal.ListLength {
		fmt.Fprintf(&list, "      - %c%c%co\n", 'a'+i%26, 'a'+i/26%26, 'a'+i/676)
	}
	l := oneWith(t, t.TempDir(), []byte(list.String()))
	shown := l.start("en", "about_me").tell(nil).post().want(http.StatusOK, "The same code in words")
	words := func(a answer) (spelt string) {
		for _, n := range a.find("span", "class") {
			if attr(n, "class") == "spelt" {
				spelt = content(n)
			}
		}
		return spelt
	}
	spelt := words(shown)
	if n := len(strings.Fields(spelt)); n != 9 {
		t.Fatalf("%d words: %q", n, spelt)
	}
	shown.post("again", spelt).want(http.StatusOK, "Thank you")
	for _, tag := range []string{"en", "ar"} {
		if got := l.get("/?l="+tag).post("way", "code").post("code", strings.ToUpper(spelt)); got.status != http.StatusOK {
			t.Errorf("%s: %d %s", tag, got.status, got.text)
		}
	}
	wrong := strings.Replace(spelt, strings.Fields(spelt)[0], "zzzo", 1)
	l.get("/").post("way", "code").post("code", wrong).want(http.StatusBadRequest, "One letter or number in this code is wrong")
	if got := l.start("ar", "about_me").tell(nil).post(); words(got) != "" {
		t.Errorf("Arabic, which has no list, is spelt in words: %s", words(got))
	}
}
