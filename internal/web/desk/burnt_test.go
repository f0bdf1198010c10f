package desk_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/contact"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/web/staff/stafftest"
)

// TestAReporterWhoThrewTheCodeAway offers no answer that would reach nobody, on the page of the report and on that of its second half.
func TestAReporterWhoThrewTheCodeAway(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("en", twofold)
		l.take("huda", id)
		l.confirm("huda", id)
		huda := l.SignIn("huda")
		form := huda.Get(path(id, "/split"))
		form.Submit(path(id, "/split"), "told_words", "And see https://bad.example.org/u/1").Follow().Wants(http.StatusOK, "The report is split")
		pages := map[string]string{"first": path(id, ""), "second": path(l.second(id), "")}
		answers := func(p stafftest.Page) bool { return field(p, "message") != nil }
		for name, at := range pages {
			if p := huda.Get(at).Wants(http.StatusOK); p.Has("thrown the code away") || name == "first" && !answers(p) {
				t.Errorf("the %s, while they have it: %s", name, p.Text)
			}
		}
		l.must(l.Intake.Burn(t.Context(), receipt))
		for name, at := range pages {
			if p := huda.Get(at).Wants(http.StatusOK, "thrown the code away"); answers(p) {
				t.Errorf("the %s offers to answer", name)
			}
		}
	})
}

// TestATextThatFailed gives who has the report a task on its page, which they end there, also when it is pressed twice, and nobody else does.
func TestATextThatFailed(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", pressed, true)
		by, err := access.Own(access.System("test"), contact.Tell)
		l.must(err)
		l.Write(func(ctx context.Context, tx store.Tx) error {
			return task.Beside(ctx, tx, by, task.Input{Subject: string(id), Kind: contact.TaskFailed, Due: l.Now().Add(time.Hour)})
		})
		p := l.SignIn("huda").Get(path(id, "")).Wants(http.StatusOK, "a text did not leave", "I have looked for another way")
		if seen := l.SignIn("salma").Get(path(id, "")).Wants(http.StatusOK, "a text did not leave"); seen.Has("I have looked for another way") {
			t.Error("somebody else is asked")
		}
		l.SignIn("salma").Post(path(id, "/reached")).Wants(http.StatusForbidden)
		for range 2 {
			p.Submit(path(id, "/reached")).Leads(path(id, "?done=desk_reached"))
		}
		if p := l.SignIn("huda").Get(path(id, "")); p.Has("a text did not leave") {
			t.Errorf("it is still to be done: %s", p.Text)
		}
	})
}
