package desk_test

import (
	"net/http"
	"testing"
	"time"

	"amparo/internal/web/staff/stafftest"
)

// looksAgain asks for a page as its script does: with the mark of what it shows.
func looksAgain(b *stafftest.Browser, at, mark string) stafftest.Page {
	b.Header.Set("Amparo-Look", "1")
	b.Header.Set("If-None-Match", mark)
	defer b.Header.Del("Amparo-Look")
	defer b.Header.Del("If-None-Match")
	return b.Get(at)
}

// mark is the mark of what a page shows.
func mark(p stafftest.Page) string {
	for _, n := range p.Find("p") {
		if m := stafftest.Attr(n, "data-mark"); m != "" {
			return m
		}
	}
	return ""
}

// TestLookingAgainOpensNothing asks for pages that have not changed, and for ones that have.
func TestLookingAgainOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("en", pressed)
		l.take("huda", id)
		b := l.SignIn("huda")
		queue, one := b.Get("/desk"), b.Get(path(id, ""))
		before := l.count(entriesTestSQL)
		for range 3 {
			looksAgain(b, "/desk", mark(queue)).Wants(http.StatusNotModified)
			looksAgain(b, path(id, ""), mark(one)).Wants(http.StatusNotModified)
		}
		if n := l.count(entriesTestSQL); n != before || mark(queue) == "" || mark(one) == "" {
			t.Errorf("%d entries come of looking again", n-before)
		}
		looksAgain(b, "/desk?whose=nobody", mark(queue)).Wants(http.StatusOK)
		changes := map[string]func(){
			"a message":  func() { l.Add(receipt, "hello?") },
			"a decision": func() { l.confirm("huda", id) },
			"lateness":   func() { l.Advance(10 * time.Minute); l.Report(danger); l.Advance(-10 * time.Minute) },
		}
		for what, change := range changes {
			queue, one = b.Get("/desk"), b.Get(path(id, ""))
			change()
			if looksAgain(b, "/desk", mark(queue)).Status != http.StatusOK {
				t.Errorf("the queue does not see %s", what)
			}
			if what != "lateness" && looksAgain(b, path(id, ""), mark(one)).Status != http.StatusOK {
				t.Errorf("the report's page does not see %s", what)
			}
		}
	})
}

// TestLookingAgainKeepsNoSession has a page look again until the session has idled out; a person who looks keeps it.
func TestLookingAgainKeepsNoSession(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		alone, used := l.SignIn("huda"), l.SignIn("omar")
		for range 4 {
			l.Advance(10 * time.Minute)
			looksAgain(alone, "/desk", "")
			used.Get("/desk").Wants(http.StatusOK)
		}
		if looksAgain(alone, "/desk", "").Status != http.StatusSeeOther {
			t.Error("a page that nobody looks at keeps the session")
		}
	})
}
