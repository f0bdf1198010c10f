package insight_test

import (
	"context"
	"fmt"
	"net/http/httptest"
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

// lifelike is a house in the middle of its work: waits by hour and day, a heavy load, what nobody has, what is late and what
// stands still.
func (o office) lifelike() {
	o.T.Helper()
	for i := range 6 { // of the last days, more at night than by day
		day := stafftest.Start.AddDate(0, 0, i-8)
		o.waits(few, day.Add(-13*time.Hour), time.Duration(20+9*i)*time.Minute)
		o.waits(few, day, time.Duration(2+i)*time.Minute)
		o.waits(2, day, 40*time.Minute)
	}
	for range 8 {
		o.opened("karim")
	}
	_, held := o.opened("mona")
	c, err := o.Casework.Show(o.T.Context(), o.Actor("mona"), held, nil)
	o.must(err)
	for _, step := range c.Tasks {
		if step.Kind == casework.TaskReview {
			o.must(o.Casework.Hold(o.T.Context(), o.Actor("mona"), casework.HoldInput{Case: held, Task: step.ID, Reason: task.WaitingForChild,
				Until: o.Now().AddDate(0, 0, 20), Version: c.Version}))
		}
	}
	_, lost := o.opened("mona")
	o.exclude("mona", string(lost))
	o.told("yes")
	o.told("no")
	o.Advance(26 * time.Hour)
	o.told("no")
	o.Advance(40 * time.Minute)
	o.Write(func(ctx context.Context, tx store.Tx) error {
		_, err := task.Sweep(ctx, tx, func(_ context.Context, _ store.Tx, t task.Task) (list []task.Step, err error) {
			for _, e := range o.Pack.Targets().Escalations("hand_off", "P1", t.Opened, t.Due) {
				list = append(list, task.Step{Percent: e.Percent, Tell: e.Tell, At: e.At})
			}
			return list, nil
		})
		return err
	})
}

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
	s.do(chromedp.Focus(chromedp.CSS("#name")), key(who), chromedp.Focus(chromedp.CSS("#password")), key(stafftest.Password+kb.Enter))
	s.arrive("/sign-in/code")
	s.do(chromedp.Focus(chromedp.CSS("#code")), key(o.Code()+kb.Enter))
	s.arrive("/desk")
	return s
}

func (s *screen) do(actions ...browsertest.Action) {
	s.t.Helper()
	browsertest.Do(s.t, s.ctx, actions...)
}

func (s *screen) visit(path string) { s.t.Helper(); s.do(chromedp.Navigate(s.base + path)) }

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
	s.t.Fatalf("the browser is at %q, not at %q", at, path)
}

// is tells whether a script's answer is true.
func (s *screen) is(script string) bool {
	s.t.Helper()
	return browsertest.Read(s.t, s.ctx, chromedp.Evaluate[bool](script))
}

// until waits until a script's answer is true.
func (s *screen) until(script string) {
	s.t.Helper()
	for range 200 {
		if s.is(script) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("never so: %s", script)
}

// look checks the page that is there: nothing goes sideways, and nobody is shut out.
func (s *screen) look(name string) {
	s.t.Helper()
	browsertest.NoSideways(s.t, s.ctx)
	browsertest.Axe(s.t, s.ctx)
	browsertest.Screenshot(s.t, s.ctx, name)
	if s.t.Failed() {
		s.t.Fatalf("at %s", name)
	}
}

// inside tells whether every word and shape of every picture is within it, and no word of a scale lies over another.
const inside = `[...document.querySelectorAll(".chart")].every(c => {
	const box = c.getBoundingClientRect();
	return [...c.querySelectorAll("text, rect")].every(e => { const b = e.getBoundingClientRect(); return b.left >= box.left - 1.5 && b.right <= box.right + 1.5 })
		&& [...c.querySelectorAll("text")].every((e, i, all) => all.slice(i + 1).every(f => {
			const a = e.getBoundingClientRect(), b = f.getBoundingClientRect();
			return a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 4 || b.bottom <= a.top + 4 }))
})`

// TestInTheBrowser looks at the page, empty and in the middle of work, in both directions of writing, on a telephone and on a desk.
func TestInTheBrowser(t *testing.T) {
	once(t, func(t *testing.T, o office) {
		for i, state := range []string{"empty", "busy"} {
			if i > 0 {
				o.lifelike()
			}
			for _, tag := range []string{"en", "ar"} {
				s := o.browse(t, "salma", tag)
				if tag != "en" {
					s.visit("/account")
					s.do(chromedp.Click(chromedp.CSS("button[name=language][value=" + tag + "]")))
					s.until(fmt.Sprintf(`document.readyState === "complete" && document.documentElement.lang === %q`, tag))
				}
				for _, wide := range []int64{1200, 320} {
					browsertest.Resize(t, s.ctx, wide, 700)
					s.visit("/insight?l=" + tag)
					s.arrive("/insight")
					if !s.is(inside) {
						t.Errorf("%s %s at %d: something of a picture is cut off, or lies over another", state, tag, wide)
					}
					s.look(fmt.Sprintf("insight-%s-%s-%d", state, tag, wide))
				}
				s.otherwise(state + "-" + tag)
				browsertest.Quiet(t, s.ctx)
			}
		}
	})
}

// painted tells whether every bar and column of the pictures can be told from what it stands on.
const painted = `[...document.querySelectorAll(".chart .bar, .chart .half")].every(e => {
	const own = getComputedStyle(e), page = getComputedStyle(document.body).backgroundColor;
	return own.fill !== page || own.stroke !== "none" && own.stroke !== page
})`

// otherwise looks at the page as it is printed, and in the reader's own colours.
func (s *screen) otherwise(name string) {
	s.t.Helper()
	browsertest.Resize(s.t, s.ctx, 1200, 700)
	for _, way := range []struct {
		name, medium string
		forced       bool
	}{{"print", "print", false}, {"forced", "", true}} {
		browsertest.Medium(s.t, s.ctx, way.medium, way.forced)
		if !s.is(painted) || !s.is(inside) {
			s.t.Errorf("%s, %s: a picture cannot be made out", name, way.name)
		}
		browsertest.NoSideways(s.t, s.ctx)
		browsertest.Screenshot(s.t, s.ctx, "insight-"+name+"-"+way.name)
	}
	browsertest.Medium(s.t, s.ctx, "", false)
}

// TestDaysByKeyboard chooses days without a mouse.
func TestDaysByKeyboard(t *testing.T) {
	once(t, func(t *testing.T, o office) {
		s := o.browse(t, "salma", "en")
		s.visit("/insight")
		s.arrive("/insight")
		for range 60 {
			s.do(key(kb.Tab))
			if s.is(`!!document.activeElement && document.activeElement.matches("form[action='/insight'] button")`) {
				break
			}
		}
		s.do(key(kb.Enter))
		s.arrive("/insight?from=2031-02-04&to=2031-03-03")
	})
}

// key presses a key as a keyboard does: a browser that has taken the press for itself gives the page no letter of it.
func key(k string) browsertest.Action {
	return chromedp.KeyEvent(k, func(p *input.DispatchKeyEventParams) {
		if p.Type == input.DispatchKeyEventTypeKeyDown {
			p.Type = input.DispatchKeyEventTypeRawKeyDown
		}
	})
}
