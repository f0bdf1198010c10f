package public_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/vault/seal"
)

// TestSentTwiceIsOneReport sends one form eight times at once, and once more: one report, and everybody has the same receipt.
func TestSentTwiceIsOneReport(t *testing.T) {
	each(t, func(l *place) {
		check := l.start("en", "about_me").tell(url.Values{"words": {"once"}})
		form := check.form()
		receipts := make([]string, 8)
		var group sync.WaitGroup
		for i := range receipts {
			group.Go(func() {
				w := httptest.NewRecorder()
				l.site.ServeHTTP(w, posting("/?l=en", form))
				_, after, _ := strings.Cut(w.Body.String(), `class="receipt">`)
				receipts[i], _, _ = strings.Cut(after, "<")
			})
		}
		group.Wait()
		last := check.post().receipt()
		for i, r := range receipts {
			if r != last {
				l.t.Errorf("the %dth time the receipt is %q, not %q", i+1, r, last)
			}
		}
		if n := len(l.told()); n != 1 {
			l.t.Errorf("%d reports", n)
		}
	})
}

// TestBrowserBack goes back after sending, as browsers do: they send an earlier form again. The same answers are the same report;
// changed answers are another, and neither is lost.
func TestBrowserBack(t *testing.T) {
	each(t, func(l *place) {
		ask := l.start("en", "about_me")
		for !ask.asks("words") {
			ask = ask.post()
		}
		contact := ask.post("words", "first words")
		first := contact.tell(nil).post().receipt()
		if again := contact.tell(nil).post().receipt(); again != first {
			l.t.Error("the same answers, sent from an earlier page, are another report")
		}
		l.now = l.now.Add(time.Minute)
		changed := ask.post("words", "other words").tell(nil).post().receipt()
		other := l.start("en", "about_me").tell(url.Values{"words": {"first words"}}).post().receipt()
		if changed == first || other == first {
			l.t.Error("another report has the same receipt")
		}
		list := l.told()
		if len(list) != 3 || list[0].Answers["words"][0] != "first words" {
			l.t.Fatalf("got %+v", list)
		}
		for _, receipt := range []string{first, changed, other} {
			l.get("/").post("way", "code").post("code", receipt).want(http.StatusOK, "Messages for you")
		}
	})
}

// TestOpenForDays sends pages that were open for days. Nothing that was given is shown again, and nothing is lost.
func TestOpenForDays(t *testing.T) {
	each(t, func(l *place) {
		ask := l.start("en", "about_me").post("danger", "no").post("what", "touch").post("when", "month")
		for !ask.asks("words") {
			ask = ask.post()
		}
		check := ask.tell(url.Values{"words": {"secret words"}})
		l.now = l.now.Add(seal.FormLife + time.Minute)
		for name, late := range map[string]answer{"a question": ask.post("words", "secret words"), "all answers": check.post(), "a change": check.post("change", "what"),
			"back": ask.post("words", "secret words", "go", "back")} {
			late.want(http.StatusGone, "This page was open for a long time", "You can send it, or start again.")
			if late.says("secret words") || late.says("touches") || late.asks("what") {
				l.t.Errorf("%s shows what was given days ago: %s", name, late.text)
			}
			l.now = l.now.Add(3 * 24 * time.Hour)
			again := late.post().want(http.StatusGone, "This page was open for a long time") // and days later still
			again.post().want(http.StatusOK, "Your code")
		}
		list := l.told()
		if len(list) != 1 {
			l.t.Fatalf("%d reports", len(list))
		}
		if got := list[0].Answers; got["words"][0] != "secret words" || got["what"][0] != "touch" || got["when"][0] != "month" {
			l.t.Errorf("got %v", got)
		}
	})
}

// TestOldReceiptAndMailbox holds that a receipt and a mailbox left open are not shown days later, and that words written there come back.
func TestOldReceiptAndMailbox(t *testing.T) {
	l := one(t, t.TempDir())
	receipt := l.start("en", "about_me").tell(nil).post()
	box := l.get("/").post("way", "code").post("code", receipt.receipt())
	l.now = l.now.Add(seal.FormLife + time.Minute)
	old := receipt.post("kept", "yes").want(http.StatusGone, "If you already have a code, we have what you sent")
	if old.says(receipt.receipt()) {
		t.Error("an old page shows the receipt")
	}
	old = box.post("message", "hi").want(http.StatusGone, "This is what you wrote", "hi")
	if old.says("Messages for you") || len(l.told()) != 1 {
		t.Error("an old page opens the mailbox")
	}
}

// TestStateOfAnotherStage sends every state with every step: none leads where it should not, none makes a second report, and what comes
// is always a page.
func TestStateOfAnotherStage(t *testing.T) {
	each(t, func(l *place) {
		before := l.get("/?l=en").post("way", "about_me")
		ask := before.post()
		check := ask.tell(nil)
		told := check.post()
		box := l.get("/").post("way", "code").post("code", told.receipt())
		l.now = l.now.Add(2 * seal.FormLife)
		late := ask.post()
		l.now = start
		steps := []string{"before", "ask", "danger", "check", "late", "kept", "add"}
		allowed := map[string][]string{"telling": {"before", "ask", "danger", "check"}, "late": {"late"}, "told": {"kept"}, "mailbox": {"add"}}
		for stage, page := range map[string]answer{"telling": check, "late": late, "told": told, "mailbox": box} {
			for _, step := range steps {
				form := page.form("message", "hello", "kept", "yes")
				form.Set("step", step)
				got := l.send(form)
				if may := strings.Contains(strings.Join(allowed[stage], " "), step); may != (got.status == http.StatusOK) {
					l.t.Errorf("a state of %s with the step %s gave %d", stage, step, got.status)
				}
				if stage == "told" && step != "kept" && got.says(told.receipt()) {
					l.t.Errorf("the step %s shows the receipt", step)
				}
			}
		}
		if n := len(l.told()); n != 2 {
			l.t.Errorf("%d reports and messages, not one of each", n)
		}
	})
}

// TestForgedState holds that a state is only what this service has sealed, for this use.
func TestForgedState(t *testing.T) {
	l := one(t, t.TempDir())
	good := l.start("en", "about_me").form()
	plain, err := json.Marshal(map[string]any{"s": "told", "f": "about_me", "r": seal.NewReceipt().Text()})
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := seal.NewForm(make([]byte, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	for name, state := range map[string]string{"empty": "", "plain": string(plain), "another key": foreign.Seal("public", plain, l.now), "another kind": l.form.Seal("desk", plain, l.now),
		"cut": good.Get("state")[:200], "no JSON": l.form.Seal("public", []byte("{"), l.now), "no such form": l.form.Seal("public", []byte(`{"s":"telling","f":"other"}`), l.now),
		"no such stage": l.form.Seal("public", []byte(`{"s":"admin"}`), l.now), "no form": l.form.Seal("public", []byte(`{"s":"late"}`), l.now), "huge": strings.Repeat("A", 200<<10)} {
		form := with(good, url.Values{"state": {state}, "words": {"my own words"}, "must_not_know": {"Tom"}})
		if got := l.send(form); got.status != http.StatusBadRequest || !got.says("We could not read this page", "my own words", "Tom") {
			t.Errorf("a state that is %s gave %d: %s", name, got.status, got.text)
		}
	}
	noDraft := l.form.Seal("public", []byte(`{"s":"telling","f":"about_me","a":{"danger":["no"]}}`), l.now)
	l.send(url.Values{"step": {"check"}, "state": {noDraft}}).want(http.StatusBadRequest, "We could not read this page")
	gone := l.form.Seal("public", []byte(`{"s":"telling","f":"about_me","p":"no_longer_asked","k":"`+seal.NewDraft()+`","a":{"what":["no_such_code"],"old":["x"]}}`), l.now)
	page := l.send(url.Values{"step": {"ask"}, "state": {gone}})
	if !page.want(http.StatusOK).asks("danger") {
		t.Errorf("a page of another version leads to: %s", page.text)
	}
	page.tell(nil).post().receipt()
}

// TestMessageSentTwice sends one message three times from one page, and another from the same page: two messages.
func TestMessageSentTwice(t *testing.T) {
	each(t, func(l *place) {
		receipt := l.start("en", "about_me").tell(nil).post().receipt()
		box := l.get("/").post("way", "code").post("code", receipt)
		l.now = l.now.Add(time.Minute)
		for range 3 {
			box.post("message", "the same").want(http.StatusOK, "We have your message")
		}
		box.post("message", " the same\r\n").want(http.StatusOK, "We have your message") // what differs in blanks is the same
		l.now = l.now.Add(time.Minute)
		box.post("message", "another").want(http.StatusOK, "We have your message")
		list := l.told()
		if len(list) != 3 || list[1].Answers["message"][0] != "the same" || list[2].Answers["message"][0] != "another" {
			l.t.Errorf("got %+v", list[1:])
		}
	})
}

// TestWhatFailsIsNotLost takes the keys away, so that nothing can be kept: the page says so and holds everything, and sending it once
// more when they are back is one report, or one message.
func TestWhatFailsIsNotLost(t *testing.T) {
	each(t, func(l *place) {
		check := l.start("ar", "worried").tell(url.Values{"words": {"كلمات"}})
		l.keys(1)
		failed := check.post().want(http.StatusServiceUnavailable, "لم يضع شيء")
		if failed.tag() != "ar" || failed.head.Get("Retry-After") == "" {
			l.t.Errorf("the page is in %s and says %v", failed.tag(), failed.head)
		}
		failed = failed.post().want(http.StatusServiceUnavailable)
		l.keys(0)
		receipt := failed.post().receipt()
		box := l.get("/").post("way", "code").post("code", receipt)
		l.keys(1)
		l.now = l.now.Add(time.Minute)
		failed = box.post("message", "later")
		l.keys(0)
		failed.want(http.StatusServiceUnavailable).post().want(http.StatusOK, "We have your message")
		list := l.told()
		if len(list) != 2 || list[0].Answers["words"][0] != "كلمات" || list[0].Language != "ar" || list[1].Answers["message"][0] != "later" {
			l.t.Errorf("got %+v", list)
		}
	})
}

// TestALimitNeverRefuses sends more in a minute than the limit: every one is there.
func TestALimitNeverRefuses(t *testing.T) {
	each(t, func(l *place) {
		l.burst = 2
		l.build(l.main, l.keyStore, l.dir)
		receipts := map[string]bool{}
		for range 9 {
			receipts[l.start("en", "about_me").tell(nil).post().want(http.StatusOK).receipt()] = true
		}
		if n := len(l.told()); n != 9 || len(receipts) != 9 {
			l.t.Errorf("%d reports and %d receipts of 9", n, len(receipts))
		}
	})
}
