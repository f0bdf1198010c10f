package helpline_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/helpline"
	"amparo/internal/instrument"
	"amparo/internal/report"
	"amparo/internal/vault/seal"
	"amparo/internal/web/staff/stafftest"
)

const words = "A child says that the purple lighthouse hums."

// TestFromTheFirstWordToTheDesk writes in any order, looks it over, hands it in, and gives the code: the report lies at the desk like any
// other, and the code opens the mailbox.
func TestFromTheFirstWordToTheDesk(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.counsellor()
		if first := b.Get("/"); first.Location != "/helpline" {
			t.Errorf("a counsellor begins at %q", first.Location)
		}
		at := d.begin(b, "call_channel", "walk_in", "call_way", "worried", "call_language", "ar")
		p := b.Get(at).Wants(http.StatusOK, "While you listen", "What you hear", "Who must not know that you told us?", "Your number")
		if ask := strings.Index(p.Text, "Is a child in danger right now?"); ask < 0 || ask > strings.Index(p.Text, "Who must not know") {
			t.Error("what tells of danger does not come first")
		}
		p.Submit(at, "call_text", words, "must_not_know", "Omar Haddad", "number", "555 0100", "go", "save").Leads(at + "?done=helpline_saved")
		p = b.Get(at).Wants(http.StatusOK, words, "Omar Haddad")
		if p.Hidden(at).Get("number") != "555 0100" || p.Has("Somebody may be in danger now") {
			t.Error("a number is lost, or danger is said where nobody spoke of it")
		}
		p.Submit(at, "danger", danger(d, "worried"), "go", "check").Leads(at + "/check")
		b.Get(at).Wants(http.StatusOK, "Somebody may be in danger now")
		check := b.Get(at+"/check").Wants(http.StatusOK, words, "Added to the words", "Your number: 555 0100", "Not asked yet")
		check.Submit(at + "/hand").Leads(at + "/handed")
		check.Submit(at + "/hand").Leads(at + "/handed") // pressed again
		handed := b.Get(at+"/handed").Wants(http.StatusOK, "What to say now", "The code for them", "Somebody may be in danger now")
		if len(handed.Find("blockquote")) != 2 {
			t.Error("what to say is not in the caller's language and in one's own")
		}
		receipt, err := seal.ParseReceipt(d.codeOn(handed))
		d.must(err)
		if digits := strings.Join(regexp.MustCompile(`\d{4}`).FindAllString(handed.Text, -1), ""); !strings.Contains(digits, receipt.Digits()[:24]) {
			t.Error("the digits are not there to be read out")
		}
		b.Get(at).Leads(at + "/handed") // the back button
		b.Get("/helpline").Wants(http.StatusOK, "Give the code")
		d.arrive()
		box, err := d.Intake.Open(t.Context(), receipt)
		d.must(err)
		if !box.TakenFor || box.Language != "ar" {
			t.Errorf("the mailbox: %+v", box)
		}
		handed.Submit(at + "/given").Leads("/helpline?done=helpline_given")
		b.Get(at + "/handed").Wants(http.StatusNotFound)
		d.reads("huda", handed.Text)
		if queue, err := d.Triage.Queue(t.Context(), d.Actor("omar"), 0, 10); err != nil || len(queue.Lines) != 0 {
			t.Errorf("who must not know of it has %d lines in the queue, %v", len(queue.Lines), err)
		}
	})
}

// danger is the answer of a way in which says that somebody is in danger now.
func danger(d *desk, way string) string {
	d.T.Helper()
	in := d.Pack.Instrument(way)
	q, _ := in.Question("danger")
	for _, c := range q.Codes {
		if len(in.Facts(instrument.Answers{"danger": {c.Name}}).Triggers) > 0 {
			return c.Name
		}
	}
	d.T.Fatal("no answer tells of danger")
	return ""
}

func handle(text string) string {
	return regexp.MustCompile(`reference is \W*([0-9A-Z]+)`).FindStringSubmatch(text)[1]
}

// reads finds at the desk what was handed in, with all that was written down, as somebody who is there.
func (d *desk) reads(who, text string) {
	d.T.Helper()
	queue, err := d.Triage.Queue(d.T.Context(), d.Actor(who), 0, 10)
	d.must(err)
	if len(queue.Lines) != 1 || report.Handle(queue.Lines[0].ID) != handle(text) {
		d.T.Fatalf("the queue has %d lines, want %s", len(queue.Lines), handle(text))
	}
	p, err := d.Triage.Read(d.T.Context(), d.Actor(who), queue.Lines[0].ID, nil)
	d.must(err)
	if told := strings.Join(p.Content["words"], " "); p.Channel != "walk_in" || p.Priority != "P1" || !strings.Contains(told, words) || !strings.Contains(told, "555 0100") {
		d.T.Errorf("the desk reads %+v", p.Content)
	}
}

// TestNothingWrittenIsRefused has no answer that is too long or strange to be kept, and none that must be given.
func TestNothingWrittenIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.counsellor()
		at, long := d.begin(b), strings.Repeat("many words ", 2000)
		b.Get(at).Submit(at, "call_text", long, "number", strings.Repeat("5", 100), "danger", "no such answer", "go", "save").Leads(at + "?done=helpline_saved")
		if p := b.Get(at).Wants(http.StatusOK, strings.TrimSpace(long)); p.Hidden(at).Get("number") != strings.Repeat("5", 100) {
			t.Error("a long number is lost")
		}
		b.Get(at).Submit(at, "call_channel", "pigeon", "call_text", "still here").Wants(http.StatusBadRequest, "still here")
		b.Get("/helpline").Submit("/helpline", "call_language", "xx").Wants(http.StatusBadRequest, "Somebody speaks")
		b.Get(d.begin(b)+"/check").Wants(http.StatusOK, "Nothing is written down yet")
	})
}

// TestOtherQuestions are asked when somebody else turns out to speak; what they do not ask goes into the words.
func TestOtherQuestions(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.counsellor()
		at := d.begin(b, "call_way", "worried")
		b.Get(at).Submit(at, "call_text", words, "find", "the blue house", "must_not_know", "Ann", "call_way", "under_13", "go", "save").Leads(at + "?done=helpline_saved")
		p := b.Get(at).Wants(http.StatusOK, words, "the blue house", "Ann")
		if form := p.Hidden(at); form.Get("asked") != "under_13" || !strings.Contains(form.Get("call_text"), "the blue house") || form.Get("must_not_know") != "Ann" {
			t.Errorf("the form holds %v", form)
		}
	})
}

// TestTwoWindowsOfOneDraft put together what was written in both, and say so.
func TestTwoWindowsOfOneDraft(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.counsellor()
		at := d.begin(b)
		one, two := b.Get(at), b.Get(at)
		saved := b.Send(at+"/autosave", one.Hidden(at))
		if saved.Status != http.StatusOK || saved.Body != "2" || !strings.HasPrefix(saved.Head.Get("Content-Type"), "text/plain") {
			t.Errorf("saved by itself: %d %q", saved.Status, saved.Body)
		}
		form := two.Hidden(at)
		form.Set("call_text", "second window")
		if p := b.Send(at+"/autosave", form); p.Status != http.StatusConflict {
			t.Errorf("an autosave over another: %d", p.Status)
		}
		one.Submit(at, "version", "2", "call_text", "first window", "go", "save").Leads(at + "?done=helpline_saved")
		two.Submit(at, "call_text", "second window", "go", "check").Leads(at + "?done=helpline_together")
		b.Get(at+"?done=helpline_together").Wants(http.StatusOK, "Both are put together here", "first window", "second window")
		check := b.Get(at + "/check")
		b.Get(at).Submit(at, "call_text", "first window second window third", "go", "save")
		check.Submit(at+"/hand").Wants(http.StatusConflict, "third") // what was saved since is seen first
		if n := d.number(countTestSQL); n != 0 {
			t.Errorf("%d reports were handed in", n)
		}
	})
}

// TestWrittenAfterHandingIn goes on in one window after the other has handed in, or closed: what was typed, however short, is shown and begins another.
func TestWrittenAfterHandingIn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.counsellor()
		for _, closed := range []bool{false, true} {
			at := d.begin(b)
			two := b.Get(at)
			b.Get(at).Submit(at, "call_text", "first window", "go", "check")
			if closed {
				b.Get(at).Submit("/helpline/close", "kind", "test").Leads("/helpline?done=helpline_closed")
			} else {
				b.Get(at + "/check").Submit(at + "/hand").Leads(at + "/handed")
			}
			form := two.Hidden(at)
			form.Set("call_text", "he is coming")
			if p := b.Send(at+"/autosave", form); p.Status != http.StatusGone {
				t.Errorf("an autosave afterwards: %d", p.Status)
			}
			p := two.Submit(at, "call_text", "he is coming", "go", "save").Wants(http.StatusConflict, "he is coming", "Begin another with this")
			if p.Has("data-autosave") || p.Has("/helpline/close") {
				t.Error("the page still belongs to what is over")
			}
			moved := p.Submit("/helpline/anew")
			if moved.Location == "" || strings.HasPrefix(moved.Location, at) {
				t.Fatalf("it leads to %q", moved.Location)
			}
			moved.Follow().Wants(http.StatusOK, "he is coming", "a call of its own now")
		}
		if n := d.number(countTestSQL); n != 1 {
			t.Errorf("%d reports were handed in", n)
		}
	})
}

const countTestSQL = `SELECT count(*) FROM envelope`

// TestTheSessionEnds finds the draft again after signing in, and shows what could not be saved.
func TestTheSessionEnds(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.counsellor()
		at := d.begin(b)
		p := b.Get(at)
		p.Submit(at, "call_text", words, "go", "save")
		late := b.Get(at)
		d.must(d.Identity.SignOut(t.Context(), b.Cookie("amparo")))
		late.Submit(at, "call_text", words+" And one more sentence.", "go", "save").Wants(http.StatusUnauthorized, "And one more sentence.")
		if p := b.Send(at+"/autosave", late.Hidden(at)); p.Status != http.StatusUnauthorized {
			t.Errorf("an autosave without a session: %d", p.Status)
		}
		again := d.counsellor()
		again.Get("/helpline").Wants(http.StatusOK, "Go on writing")
		again.Get(at).Wants(http.StatusOK, words)
	})
}

// TestCallsClosedInOneStep are counted, can be taken back, and are shown to supervisors in numbers.
func TestCallsClosedInOneStep(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.counsellor()
		board := b.Get("/helpline").Wants(http.StatusOK, "may be a child who cannot speak")
		for range 2 {
			board.Submit("/helpline/close", "kind", "silent").Leads("/helpline?done=helpline_closed")
		}
		board = b.Get("/helpline").Wants(http.StatusOK, "1 silent call today", "Just closed by you")
		board.Submit("/helpline/close", "kind", "wrong_number").Leads("/helpline?done=helpline_closed")
		if board.Has("How many there were") {
			t.Error("a counsellor is shown the numbers of the agency")
		}
		d.SignIn("salma").Get("/helpline").Wants(http.StatusOK, "How many there were", "Silent 1 1", "Wrong number 1 1", "Handed in as a report 0 0")
		board = b.Get("/helpline")
		for _, f := range board.Find("form") {
			if action := stafftest.Attr(f, "action"); strings.HasPrefix(action, "/helpline/back/") {
				board.Submit(action).Leads("/helpline?done=helpline_back")
				board.Submit(action).Leads("/helpline?done=helpline_back") // pressed again
			}
		}
		d.SignIn("salma").Get("/helpline").Wants(http.StatusOK, "Silent 0 0", "Wrong number 0 0")
		board.Submit("/helpline/close", "kind", "told").Wants(http.StatusBadRequest)
		at := d.begin(b)
		b.Get(at).Submit("/helpline/close", "kind", "test").Leads("/helpline?done=helpline_closed")
		b.Get(at).Wants(http.StatusConflict, "closed or handed in already")
	})
}

// TestWhatWasLeft tells its author that it was handed in without them.
func TestWhatWasLeft(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		b := d.counsellor()
		at := d.begin(b)
		b.Get(at).Submit(at, "call_text", words, "go", "save")
		d.SignIn("salma").Get("/helpline").Wants(http.StatusOK, "1 call is being written down or was left")
		d.Advance(helpline.Abandoned + time.Minute)
		d.must(d.room.Sweep(t.Context(), access.System("helpline.sweep")))
		d.arrive()
		b = d.counsellor()
		b.Get("/helpline").Wants(http.StatusOK, "Handed in without you", "the program handed it in as it was").Submit(at + "/given").Leads("/helpline?done=helpline_given")
		if b.Get("/helpline").Has("Handed in without you") {
			t.Error("it is told again")
		}
	})
}
