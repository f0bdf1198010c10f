package desk_test

import (
	"net/http"
	"testing"

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
