package desk_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"amparo/internal/report"
)

// TestAnAnswerAfterTheOutcome has somebody write again when their report has its outcome and whoever gave it is away.
func TestAnAnswerAfterTheOutcome(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("en", little)
		l.take("huda", id)
		l.confirm("huda", id)
		at := path(id, "/outcome/"+string(report.InsufficientInfo))
		l.SignIn("huda").Get(at).Submit(at).Follow().Wants(http.StatusOK, "whoever reported is told")
		omar := l.SignIn("omar")
		if got := rows(omar.Get("/desk")); slices.Contains(got, id) {
			t.Error("a report with its outcome and no new answer is in the queue")
		}
		l.Advance(time.Minute)
		l.Add(receipt, "I can say more now.")
		if got := rows(omar.Get("/desk")); !slices.Contains(got, id) {
			t.Fatal("the answer is in no queue")
		}
		l.SignIn("salma").Get(path(id, "")).Wants(http.StatusOK, "I can say more now.").Submit(path(id, "/release"))
		p := omar.Get(path(id, "")).Wants(http.StatusOK, "somebody wrote again")
		p.Submit(path(id, "/claim"))
		p = omar.Get(path(id, "")).Wants(http.StatusOK, "This report has its outcome")
		p.Submit(path(id, "/reply"), "message", "Thank you. Please call the helpline.").Follow().Wants(http.StatusOK, "Please call the helpline")
		if got := l.replies(receipt); len(got) != 2 || got[1] != "Thank you. Please call the helpline." {
			t.Errorf("the reporter reads %q", got)
		}
		if got := rows(omar.Get("/desk")); slices.Contains(got, id) {
			t.Error("what was answered is still in the queue")
		}
	})
}
