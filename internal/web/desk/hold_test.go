package desk_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestAClockIsHeldFromThePage holds the clock of a report from its page, after a form that was not filled in, and lets it go on.
func TestAClockIsHeldFromThePage(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", pressed, false)
		b := l.SignIn("huda")
		p := b.Get(path(id, "")).Wants(http.StatusOK, "Let this clock stand still")
		p = p.Submit(path(id, "/hold")).Wants(http.StatusBadRequest, "Give a time from now on, within 30 days")
		for _, field := range []string{"hold_reason", "hold_until"} {
			if !strings.Contains(p.Body, `id="`+field+`-error"`) {
				t.Errorf("what is wrong with %s is not said beside it: %s", field, p.Text)
			}
		}
		p = p.Submit(path(id, "/hold"), "hold_reason", "waiting_for_child", "hold_until", "3").Leads(path(id, "?done=desk_held")).Follow()
		p.Wants(http.StatusOK, "Clock stands still", "Waiting for the child", "Let it go on now")
		p = p.Submit(path(id, "/go-on")).Leads(path(id, "?done=desk_went_on")).Follow()
		if p.Has("Clock stands still") {
			t.Errorf("it goes on, and stands still: %s", p.Text)
		}
	})
}
