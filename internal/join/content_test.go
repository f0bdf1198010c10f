package join_test

import (
	"testing"
	"time"

	"amparo/internal/intake"
	"amparo/internal/ruleset"
)

// page is a report of a page, of which nobody knows the child.
func (h house) page(said ...string) matter {
	h.T.Helper()
	id, receipt := h.ReportAs(intake.Told{Instrument: "worried", Reader: "adult", Answers: map[string][]string{"danger": {"no"}, "what": {"found_page"},
		"accounts": {"https://pics.example/a/b"}, "found": said}})
	h.Advance(time.Minute)
	return matter{id, receipt}
}

// TestContentJoinsAChild: a page at C1 makes no child more urgent than being told of again does, and a child's report that is joined to a page
// makes that the child's.
func TestContentJoinsAChild(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		child, page := h.told(), h.page("live")
		h.take("huda", page)
		h.must(h.join("huda", page, string(child.id)))
		if got := h.standing(child.id).Priority; got != ruleset.P2 {
			t.Errorf("with a page joined to it the child stands at %s", got)
		}
		other, again := h.page(), h.ready("huda", "danger", "yes")
		if got := h.standing(other.id).Priority; !got.Content() {
			t.Fatalf("a page stands at %s", got)
		}
		h.must(h.join("huda", again, string(other.id)))
		if now := h.standing(other.id); now.Priority != ruleset.P1 {
			t.Errorf("with a child in danger joined to it the page stands at %+v", now)
		}
	})
}
