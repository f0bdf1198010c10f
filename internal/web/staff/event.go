package staff

import (
	"time"

	"amparo/internal/instrument"
	"amparo/internal/page"
)

// An Event is one point of a timeline, with its words part by part. The template "staff_events" shows a list of them.
type Event struct {
	When  time.Time
	Title string
	By    string
	Tag   *page.Tag
	Parts []Part
}

// A Part is words that somebody wrote, with what they are about when that does not go without saying.
type Part struct{ Label, Words string }

// Wrote adds words, if there are any.
func (e *Event) Wrote(label, words string) {
	if words != "" {
		e.Parts = append(e.Parts, Part{label, Shown(words)})
	}
}

// Shown makes what somebody wrote fit to be shown: without marks that turn the direction of text around, and with addresses
// that nobody follows by accident.
func Shown(words string) string {
	clean, _ := instrument.CleanText(words, 0)
	return page.DefangAll(clean)
}
