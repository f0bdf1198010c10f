package staff

import (
	"regexp"
	"strings"
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

// Address makes an address or account that was told fit to be shown, so that nobody follows it by accident: one without http before it, too.
func Address(told string) string {
	return bare.ReplaceAllStringFunc(Shown(told), func(found string) string {
		host, rest, _ := strings.Cut(found, "/")
		return strings.ReplaceAll(host, ".", "[.]") + "/" + rest
	})
}

// bare finds an address that begins with its host.
var bare = regexp.MustCompile(`(?:^|\s)[\p{L}\d-]+(?:\.[\p{L}\d-]+)+/`)

// numberLength is how many letters of an id are enough to tell it from others.
const numberLength = 6

// Number is what people call a matter by, on paper and among themselves: the end of its id, which tells nothing about anybody.
func Number(id string) string { return strings.ToUpper(id[max(0, len(id)-numberLength):]) }
