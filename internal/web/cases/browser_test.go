package cases_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"amparo/internal/casework"
	"amparo/internal/page/browsertest"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/web/staff/stafftest"
)

// a screen is a real browser in which somebody is signed in.
type screen struct {
	office
	t    *testing.T
	ctx  context.Context
	base string
}

// browse starts a browser and signs somebody in as people do, by keyboard.
func (o office) browse(t *testing.T, who, tag string) *screen {
	t.Helper()
	server := httptest.NewServer(o.Visitor().Handler)
	t.Cleanup(server.Close)
	s := &screen{o, t, browsertest.Start(t, tag), server.URL}
	o.Advance(30 * time.Second) // a code opens one session
	s.visit("/sign-in?l=" + tag)
	s.type_("#name", who)
	s.type_("#password", stafftest.Password+kb.Enter)
	s.arrive("/sign-in/code")
	s.type_("#code", o.Code()+kb.Enter)
	s.arrive("/cases")
	if tag != "en" { // which is what everybody of the house speaks
		s.visit("/account")
		s.press(fmt.Sprintf(`button[name=language][value=%s]`, tag), kb.Enter)
		s.until(fmt.Sprintf("html[lang=%s]", tag))
	}
	return s
}

func (s *screen) do(actions ...browsertest.Action) {
	s.t.Helper()
	browsertest.Do(s.t, s.ctx, actions...)
}

func (s *screen) visit(path string) { s.t.Helper(); s.do(chromedp.Navigate(s.base + path)) }

// type_ moves the focus into a field and types.
func (s *screen) type_(field, text string) {
	s.t.Helper()
	s.do(chromedp.Focus(chromedp.CSS(field)), key(text))
}

// arrive waits until the page has an address that begins like this.
func (s *screen) arrive(path string) {
	s.t.Helper()
	at := ""
	for range 200 {
		at = browsertest.Read(s.t, s.ctx, chromedp.Evaluate[string](`document.readyState === "complete" ? location.pathname + location.search : ""`))
		if strings.HasPrefix(at, path) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("the browser is at %q, not at %q: %s", at, path, s.text())
}

func (s *screen) text() string {
	s.t.Helper()
	return browsertest.Read(s.t, s.ctx, chromedp.Evaluate[string](`document.body.innerText`))
}

// wants fails the test unless the page says the words.
func (s *screen) wants(words ...string) {
	s.t.Helper()
	text := s.text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			s.t.Errorf("the page does not say %q: %s", w, text)
		}
	}
}

// tab presses the key until what matches the selector has the focus.
func (s *screen) tab(selector string) {
	s.t.Helper()
	script := fmt.Sprintf(`!!(document.activeElement && document.activeElement.matches(%q))`, selector)
	for range 120 {
		s.do(key(kb.Tab))
		if browsertest.Read(s.t, s.ctx, chromedp.Evaluate[bool](script)) {
			return
		}
	}
	s.t.Fatalf("the keyboard does not reach %s", selector)
}

// press goes to an element by keyboard and presses a key on it.
func (s *screen) press(selector, with string) { s.t.Helper(); s.tab(selector); s.do(key(with)) }

// lifelike is a house in the middle of its work: an overdue task, a new reply, a contact, a case at each priority.
func (o office) lifelike() (busy casework.ID) {
	o.T.Helper()
	ctx, mona := o.T.Context(), o.Actor("mona")
	in := told("They write to me every night from https://game.example/u/77. I do not want my mother to know.\nI like to draw.")
	in.Area = o.place()
	m := o.open("mona", in, "Sami", "Sami's little sister")
	o.open("mona", told("ما أعرف مين أحكي"), "ليلى ع.")
	third := o.open("mona", told("x"), "The boy with the kite")
	o.open("karim", told("x"), "N., who moved in spring")
	busy = m.cases[0]
	o.Advance(20 * time.Hour)
	o.must(o.Casework.AddContact(ctx, mona, casework.ContactInput{Case: busy, Reached: casework.Reached{Mode: "phone", Person: "trusted_adult",
		Safe: casework.SafeNo, Outcome: "unsafe_stopped", Note: "Somebody else picked up. I asked for the baker and put down."}, At: o.Now().Add(-2 * time.Hour), Version: o.page("mona", busy).Version}))
	o.must(o.Casework.AddContact(ctx, mona, casework.ContactInput{Case: busy, Reached: casework.Reached{Mode: "in_person", Person: "child",
		Safe: casework.SafeYes, Outcome: "reached", Note: "At school, with the nurse. Sami wants to draw first and talk on Friday."}, Version: o.page("mona", busy).Version}))
	o.must(o.Casework.AddTask(ctx, mona, casework.TaskInput{Case: busy, Words: "Ask the school nurse for a quiet room on Friday", Due: o.Now().Add(25 * time.Minute),
		Blocking: true, Version: o.page("mona", busy).Version}))
	last := third.cases[0]
	o.must(o.Casework.Close(ctx, mona, casework.CloseInput{Case: last, Reason: "moved_out_of_area", Note: "The other agency has it.", ChildTold: true, Version: o.page("mona", last).Version}))
	held := o.page("mona", busy)
	i := slices.IndexFunc(held.Tasks, func(step casework.Step) bool { return step.Kind == casework.TaskReview })
	o.must(o.Casework.Hold(ctx, mona, casework.HoldInput{Case: busy, Task: held.Tasks[i].ID, Reason: task.WaitingForAuthority, Until: o.Now().AddDate(0, 0, 3),
		Version: held.Version}))
	o.Add(m.receipt, "Can I bring my friend on Friday?")
	o.Advance(10 * time.Minute)
	return busy
}

// place is an area whose reports come to the house's desk.
func (o office) place() string {
	for _, outer := range o.Pack.Areas("en", "") {
		for _, a := range o.Pack.Areas("en", outer.Code) {
			if o.Pack.DeskFor(a.Code) == o.Agency {
				return a.Code
			}
		}
	}
	o.T.Fatal("no area belongs to the desk")
	return ""
}

// TestEveryPageInTheBrowser looks at every page in both directions of writing, on a telephone and on a desk.
func TestEveryPageInTheBrowser(t *testing.T) {
	once(t, func(t *testing.T, o office) {
		busy := o.lifelike()
		shut := path(o.closedCase())
		for _, tag := range []string{"en", "ar"} {
			s := o.browse(t, "mona", tag)
			s.everyWidth(tag, map[string]string{"list": "/cases", "case": path(busy), "closed": shut, "note": path(busy) + "/note",
				"contact": path(busy) + "/contact", "plan": path(busy) + "/plan", "hold": path(busy) + "/hold", "blocked": path(busy) + "/close"})
			s = o.browse(t, "salma", tag)
			s.everyWidth(tag, map[string]string{"all": "/cases", "assign": path(busy) + "/assign", "close": path(busy) + "/close", "reopen": shut + "/reopen"})
		}
	})
}

// once runs f on one engine: what a browser shows is the same on both.
func once(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	ran := false
	each(t, func(t *testing.T, o office) {
		if !ran {
			ran = true
			f(t, o)
		}
	})
}

// closedCase is the case that was closed in a lifelike house.
func (o office) closedCase() (id casework.ID) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error {
		list, err := casework.List(ctx, tx, o.Actor("mona"))
		id = list[len(list)-1].ID
		return err
	})
	return id
}

// everyWidth looks at pages on a telephone and on a desk.
func (s *screen) everyWidth(tag string, pages map[string]string) {
	s.t.Helper()
	for _, wide := range []int64{1200, 320} {
		browsertest.Resize(s.t, s.ctx, wide, 480)
		for name, at := range pages {
			s.visit(at)
			s.arrive(at)
			s.look(fmt.Sprintf("%s-%s-%d", name, tag, wide))
		}
	}
	browsertest.Quiet(s.t, s.ctx)
}

// look checks the page that is there.
func (s *screen) look(name string) {
	s.t.Helper()
	browsertest.NoSideways(s.t, s.ctx)
	browsertest.Axe(s.t, s.ctx)
	browsertest.Screenshot(s.t, s.ctx, name)
	if s.t.Failed() {
		s.t.Fatalf("at %s", name)
	}
}

// TestByKeyboardAlone works a case to its end without a mouse: a contact, a task, the end. On the way one form is refused and
// another is overtaken by a colleague.
func TestByKeyboardAlone(t *testing.T) {
	once(t, func(t *testing.T, o office) {
		for tag, wide := range map[string]int64{"en": 1200, "ar": 320} {
			m, at := o.one("mona")
			s := o.browse(t, "mona", tag)
			browsertest.Resize(t, s.ctx, wide, 480)
			s.visit("/cases")
			s.press(fmt.Sprintf(`a[href=%q]`, at), kb.Enter)
			s.arrive(at)
			s.contactByKeyboard(at, tag)
			before := len(o.tasks(m.cases[0]))
			s.press("main .next button", kb.Enter)
			s.arrive(at + "?done=case_task_done")
			if n := len(o.tasks(m.cases[0])); n != before-1 {
				t.Errorf("%d tasks are open, there were %d", n, before)
			}
			s.closeByKeyboard(m.cases[0], tag)
			if p := o.page("mona", m.cases[0]); p.State != casework.Closed || p.ClosureReason != "goals_met_child_safe" || len(p.Contacts) != 1 ||
				p.Contacts[0].Mode != "phone" || p.Contacts[0].Note != "We spoke." {
				t.Errorf("the case is %s, %s, with %+v", p.State, p.ClosureReason, p.Contacts)
			}
		}
	})
}

// contactByKeyboard records a contact, at first without an answer that is needed.
func (s *screen) contactByKeyboard(at, tag string) {
	s.t.Helper()
	s.press(fmt.Sprintf(`a[href=%q]`, at+"/contact"), kb.Enter)
	s.arrive(at + "/contact")
	for _, field := range []string{"mode", "person", "outcome"} {
		s.press(fmt.Sprintf("input[name=%s]", field), " ")
	}
	s.tab("#note")
	s.do(key("We spoke."))
	s.press("form button", kb.Enter)
	s.until(".govuk-error-summary")
	s.look("refused-" + tag)
	s.press(`a[href="#safe"]`, kb.Enter)
	s.do(key(" "))
	s.press("form button.govuk-button", kb.Enter)
	s.arrive(at + "?done=case_contacted")
}

// closeByKeyboard closes a case that a colleague writes into meanwhile.
func (s *screen) closeByKeyboard(id casework.ID, tag string) {
	s.t.Helper()
	at := path(id)
	s.press(fmt.Sprintf(`a[href=%q]`, at+"/close"), kb.Enter)
	s.arrive(at + "/close")
	s.must(s.Casework.AddNote(s.t.Context(), s.Actor("mona"), id, "Written in another window.", s.page("mona", id).Version))
	s.tab("#reason")
	s.do(key(kb.ArrowDown))
	s.tab("#note")
	s.do(key("Safe."))
	s.press("input[name=child_told]", " ")
	s.press("form button", kb.Enter)
	s.until("#changed")
	s.wants("Written in another window.")
	s.look("overtaken-" + tag)
	s.press("form button.govuk-button", kb.Enter)
	s.arrive(at + "?done=case_closed")
}

// until waits until the page has what the selector matches.
func (s *screen) until(selector string) {
	s.t.Helper()
	for range 200 {
		if browsertest.Read(s.t, s.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`document.readyState === "complete" && !!document.querySelector(%q)`, selector))) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("the page does not come to have %s: %s", selector, s.text())
}

// key presses a key as a keyboard does: a browser that has taken the press for itself gives the page no letter of it.
func key(k string) browsertest.Action {
	return chromedp.KeyEvent(k, func(p *input.DispatchKeyEventParams) {
		if p.Type == input.DispatchKeyEventTypeKeyDown {
			p.Type = input.DispatchKeyEventTypeRawKeyDown
		}
	})
}
