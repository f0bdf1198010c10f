package desk_test

import (
	"net/http"
	"testing"

	"amparo/internal/intake"
)

// TestWhichWaySomebodyCame says on the page of a report what was chosen on the first page, as it stood there, and for whom words to the
// reporter are written.
func TestWhichWaySomebodyCame(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		huda := l.SignIn("huda")
		for way, c := range map[string]struct{ chose, by string }{
			"under_13":     {"“I am under 13”", "A child"},
			"about_me":     {"“I am a teenager”", "A child"},
			"worried":      {"“I am worried about a child”", "An adult"},
			"past":         {"“This happened to me in the past”", "An adult"},
			"professional": {"“I work with children”", "An adult"},
		} {
			in := l.Pack.Instrument(way)
			id, _ := l.ReportAs(intake.Told{Instrument: way, Reader: intake.Reader(in.Reader), Answers: map[string][]string{"danger": {"no"}, "others": {"maybe"}}})
			huda.Get(path(id, "")).Wants(http.StatusOK, "Chose at the start", c.chose, "Told by", c.by)
		}
	})
}
