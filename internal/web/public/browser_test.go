package public_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/education"
	"amparo/internal/page/browsertest"
	"amparo/internal/vault/seal"
)

// A visit is one person with a browser of their own before the real public side.
type visit struct {
	t      *testing.T
	l      *place
	ctx    context.Context
	server *httptest.Server
	shots  string // the beginning of the names of screenshots; empty takes none

	mu    sync.Mutex
	asked []string // guarded by mu; every address that the browser asked for
	down  bool     // guarded by mu; whether the line is cut
}

// visiting starts a browser of that width that asks for the language.
func visiting(t *testing.T, tag string, width int64, scripts bool) *visit {
	t.Helper()
	v := &visit{t: t, l: one(t, t.TempDir())}
	v.server = httptest.NewServer(http.HandlerFunc(v.serve))
	t.Cleanup(v.server.Close)
	v.ctx = browsertest.Start(t, tag)
	browsertest.Resize(t, v.ctx, width, 740)
	browsertest.Scripts(t, v.ctx, scripts)
	if err := chromedp.Listen(v.ctx, v.listen); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(v.ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	v.do(chromedp.Navigate(v.server.URL + "/"))
	return v
}

// serve passes requests on, or cuts the line.
func (v *visit) serve(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	down := v.down
	v.mu.Unlock()
	if down {
		panic(http.ErrAbortHandler)
	}
	v.l.site.ServeHTTP(w, r)
}

// cut cuts the line, or mends it.
func (v *visit) cut(down bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.down = down
}

func (v *visit) listen(event any) {
	if e, ok := event.(*network.EventRequestWillBeSent); ok {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.asked = append(v.asked, e.Request.URL)
	}
}

// foreign fails the test for every request to another host than ours and the one that leaving goes to.
func (v *visit) foreign() {
	v.t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.asked) < 5 {
		v.t.Errorf("only %d requests were seen", len(v.asked))
	}
	for _, address := range v.asked {
		if strings.HasPrefix(address, "http") && !strings.HasPrefix(address, v.server.URL+"/") && address != v.l.pack.ExitTarget() {
			v.t.Errorf("the browser asked for %s", address)
		}
	}
}

// quiet fails the test when the console says anything but that a page came with one of these statuses.
func (v *visit) quiet(statuses ...int) {
	v.t.Helper()
	for _, line := range browsertest.Heard(v.ctx) {
		expected := false
		for _, s := range statuses {
			expected = expected || strings.Contains(line, fmt.Sprintf("status of %d ", s))
		}
		if !expected {
			v.t.Errorf("the console says %s", line)
		}
	}
}

func (v *visit) do(actions ...browsertest.Action) {
	v.t.Helper()
	browsertest.Do(v.t, v.ctx, actions...)
}

func read[T any](v *visit, script string) T {
	v.t.Helper()
	return browsertest.Read(v.t, v.ctx, chromedp.Evaluate[T](script))
}

// text is all that can be seen.
func (v *visit) text() string {
	v.t.Helper()
	return read[string](v, `document.body ? document.body.innerText : ""`)
}

// sees is what can be seen; empty while the page does not let itself be asked, because the next one is coming.
func (v *visit) sees() string {
	text, _ := chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.body ? document.body.innerText : ""`))
	return text
}

// waits until the page says the words.
func (v *visit) waits(words string) {
	v.t.Helper()
	text := ""
	for range 200 {
		if text = v.sees(); strings.Contains(text, words) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.t.Fatalf("the page does not say %q: %s", words, text)
}

// step is what the form on the page asks for, and number its page.
func (v *visit) step() string {
	v.t.Helper()
	return read[string](v, `(document.querySelector('[name=step]') || {value: ""}).value`)
}

// state tells one page from the next, for each has a state sealed anew; empty while the page is not all there.
func (v *visit) state() string {
	state, _ := chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.readyState !== "complete" || !document.querySelector("main") ? "" :
		(document.querySelector("[name=state]") || {value: "none " + document.querySelector("main").innerText.length}).value`))
	return state
}

// press presses a button or link and waits for the page that comes.
func (v *visit) press(selector string) {
	v.t.Helper()
	before := v.state()
	v.click(selector)
	v.came(before)
}

// click brings the element into the middle of the window and presses the mouse on it: on its first line, for between two lines there is nothing.
func (v *visit) click(selector string) {
	v.t.Helper()
	at := read[[]float64](v, fmt.Sprintf(`(() => {
	const e = document.querySelector(%q);
	e.scrollIntoView({block: "center", behavior: "instant"});
	const r = e.getClientRects()[0];
	return [r.left + r.width / 2, r.top + r.height / 2];
})()`, selector))
	v.do(chromedp.MouseClickXY(at[0], at[1]))
}

// write presses on the field and types.
func (v *visit) write(selector, words string) {
	v.t.Helper()
	v.click(selector)
	if !read[bool](v, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
		v.t.Fatalf("a press on %s does not lead into it", selector)
	}
	v.do(chromedp.KeyEvent(words))
}

func (v *visit) came(before string) {
	v.t.Helper()
	for range 200 {
		if now := v.state(); now != "" && now != before {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.t.Fatalf("no other page came: %s", v.text())
}

const goOn = `main form .govuk-button`

// look checks the page as it is seen, and takes a picture.
func (v *visit) look(name string) {
	v.t.Helper()
	browsertest.NoSideways(v.t, v.ctx)
	if v.shots != "" {
		browsertest.Screenshot(v.t, v.ctx, v.shots+name)
	}
}

// answer ticks the codes and types the words that the page asks for, by mouse.
func (v *visit) answer(answers map[string][]string) {
	v.t.Helper()
	for name, values := range answers {
		for _, value := range values {
			box := fmt.Sprintf(`input[name="%s"][value="%s"]`, name, value)
			field := fmt.Sprintf(`textarea[name="%s"], input[type=text][name="%s"]`, name, name)
			switch {
			case v.has(field):
				v.write(field, value)
			case v.has(`select[name="` + name + `"]`):
				read[bool](v, fmt.Sprintf(`!!(document.querySelector('select[name="%s"]').value = %q)`, name, value))
			case v.has(`[name="` + name + `"]`):
				v.click(box)
			}
		}
	}
}

func (v *visit) has(selector string) bool {
	v.t.Helper()
	return read[bool](v, fmt.Sprintf(`!!document.querySelector(%q)`, selector))
}

// report goes from the first page to the receipt, and gives it.
func (v *visit) report(way string, answers map[string][]string) string {
	v.t.Helper()
	v.look("1-start")
	v.press(`button[value="` + way + `"]`)
	v.look("2-before")
	v.press(goOn)
	for n := 1; v.step() == "ask"; n++ {
		v.answer(answers)
		v.look(fmt.Sprintf("3-question-%02d", n))
		v.press(goOn)
	}
	v.look("4-check")
	v.press(goOn)
	v.look("5-receipt")
	return read[string](v, `document.querySelector(".receipt").textContent`)
}

// TestArabicChildWithoutScripts is a child with an old telephone: 320 points wide, no scripts, Arabic. They tell, keep the code, come
// back with it in the digits of their own keyboard, read the answer and leave.
func TestArabicChildWithoutScripts(t *testing.T) {
	v := visiting(t, "ar", 320, false)
	v.shots = "child-ar-320-"
	code := v.report("about_me", posted(childTellsArabic))
	v.click(`input[name=kept] + label`)
	v.press(goOn)
	v.waits("شكراً لك")
	v.look("6-done")
	receipt, err := seal.ParseReceipt(code)
	if err != nil {
		t.Fatal(err)
	}
	if got := v.l.told(); len(got) != 1 || got[0].Language != "ar" || got[0].Answers["words"][0] != childTellsArabic.Get("words") {
		t.Errorf("what arrived is %+v", got)
	}
	v.l.replyTo(v.l.last(), "مرحباً. قرأنا ما كتبته.\nهل يناسبك يوم الجمعة؟")
	v.press(`main a[href^="/?"]`)
	v.press(`button[value=code]`)
	typed := strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩", "-", " ").Replace(receipt.DigitsGrouped())
	v.write("#code", typed)
	v.look("7-entry")
	v.press(goOn)
	v.waits("هل يناسبك يوم الجمعة؟")
	v.write("#message", "نعم")
	v.look("8-mailbox")
	v.press(goOn)
	v.waits("وصلتنا رسالتك")
	v.look("9-added")
	if list := v.l.told(); len(list) != 2 {
		t.Errorf("%d reports and messages", len(list))
	}
	v.foreign()
	v.quiet()
}

// TestAYoungChildReadsAndTells is a child of eight with an old telephone: 320 points wide, no scripts, Arabic, and by the keys alone. They find something to
// read, look at its drawings, and press the one button that leads straight to the questions of their age.
func TestAYoungChildReadsAndTells(t *testing.T) {
	v := visiting(t, "ar", 320, false)
	v.shots = "reads-ar-320-"
	young := education.Key{Audience: education.Age6To9, Topic: education.WhatCSEAIs}
	v.enter(`main a[href^="/read"]`)
	v.look("1-front")
	v.enter(`main a[href^="/read/` + education.Key{Audience: young.Audience}.Code() + `"]`)
	v.look("2-list")
	v.enter(`main a[href^="/read/` + young.Code() + `"]`)
	v.look("3-text")
	v.enter(`main a[href$="v=easy"]`)
	v.look("4-easy")
	v.enter(`main form button[value=under_13]`)
	if v.step() != "before" {
		t.Errorf("the button leads to the step %q", v.step())
	}
	v.look("5-before")
	v.foreign()
	v.quiet()
}

// TestEnglishChildByKeyboard is a child at a desk computer who uses the keyboard alone: every question is reached with Tab, chosen with
// Space and sent with Enter.
func TestEnglishChildByKeyboard(t *testing.T) {
	v := visiting(t, "en", 1200, true)
	v.shots = "child-en-1200-"
	v.look("1-start")
	v.enter(`button[value=about_me]`)
	v.look("2-before")
	v.enter(goOn)
	answers := map[string]string{"danger": "no", "what": "pictures", "pressure": "demand", "deadline": "later"}
	for n := 1; v.step() == "ask"; n++ {
		for name, value := range answers {
			if box := fmt.Sprintf(`input[name="%s"][value="%s"]`, name, value); v.has(box) {
				v.tabTo(fmt.Sprintf(`input[name="%s"]`, name))
				for !read[bool](v, fmt.Sprintf(`document.activeElement.matches('%s')`, box)) {
					key := kb.ArrowDown
					if v.has(box + "[type=checkbox]") {
						key = kb.Tab
					}
					v.do(chromedp.KeyEvent(key))
				}
				v.do(chromedp.KeyEvent(" "))
			}
		}
		if v.has("#words") {
			v.tabTo("#words")
			v.do(chromedp.KeyEvent("Somebody help me please"))
		}
		v.look(fmt.Sprintf("3-question-%02d", n))
		v.enter(goOn)
	}
	v.look("4-check")
	v.enter(goOn)
	v.look("5-receipt")
	code := read[string](v, `document.querySelector(".receipt").textContent`)
	v.tabTo("#again")
	v.do(chromedp.KeyEvent("x" + code[1:]))
	v.do(chromedp.KeyEvent(kb.Enter))
	v.waits("Please look at this again")
	if focus := read[string](v, `document.activeElement.className`); !strings.Contains(focus, "error-summary") {
		t.Errorf("after a mistake the focus is on %q", focus)
	}
	v.look("5-receipt-mistyped")
	v.tabTo("#kept")
	v.do(chromedp.KeyEvent(" "))
	v.tabTo("#again")
	v.do(chromedp.KeyEvent(strings.Repeat(kb.Backspace, len(code))))
	v.enter(goOn)
	v.waits("Thank you")
	v.look("6-done")
	got := v.l.told()
	if len(got) != 1 || got[0].Answers["what"][0] != "pictures" || got[0].Answers["deadline"][0] != "later" || got[0].Answers["words"][0] != "Somebody help me please" {
		t.Errorf("what arrived is %+v", got)
	}
	v.foreign()
	v.quiet(http.StatusBadRequest)
}

// tabTo presses Tab until the focus is on what is looked for, and holds that the focus can be seen and nothing covers it.
func (v *visit) tabTo(selector string) {
	v.t.Helper()
	for range 60 {
		if read[bool](v, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			if !read[bool](v, seenScript) {
				v.t.Errorf("the focus on %s cannot be seen", selector)
			}
			return
		}
		v.do(chromedp.KeyEvent(kb.Tab))
	}
	v.t.Fatalf("Tab does not lead to %s", selector)
}

// seenScript tells whether the element with the focus, or its label, is in sight and not wholly covered.
const seenScript = `(() => {
	const e = document.activeElement, boxes = [e].concat(Array.from(e.labels || []));
	return boxes.some(b => {
		const r = b.getBoundingClientRect(), x = r.left + r.width / 2, y = r.top + Math.min(r.height / 2, 20);
		const top = document.elementFromPoint(x, y);
		return top && (boxes.includes(top) || b.contains(top));
	});
})()`

// enter moves the focus there and presses Enter.
func (v *visit) enter(selector string) {
	v.t.Helper()
	v.tabTo(selector)
	before := v.state()
	v.do(chromedp.KeyEvent(kb.Enter))
	v.came(before)
}
