package story

import (
	"regexp"
	"strconv"

	"golang.org/x/text/unicode/norm"

	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/jurisdiction"
)

// A Warning is what is wrong with a text by the limits. Language is empty where it is about the story as a whole.
type Warning struct {
	Language string
	Code     fault.Code
	Params   []any // of the message that Code names
}

var (
	digit = regexp.MustCompile(`\p{N}`)
	// address is a way to somewhere: also a name like example.org, without what usually stands before it.
	address = regexp.MustCompile(`(?i)\bhttps?:|\bwww\.|@|[\pL\pN_-]\.\pL{2,}`)
)

// Check measures a story as it is held to be when somebody looks at it. It is pure.
func Check(pack *jurisdiction.Pack, a education.Audience, texts []Text) (list []Warning) {
	if len(texts) == 0 {
		return []Warning{{Code: "story.warn_none"}}
	}
	for _, t := range texts {
		warn := func(code fault.Code, params ...any) { list = append(list, Warning{t.Language, code, params}) }
		body, problems := education.ParseBody([]byte(t.Body))
		for _, p := range problems {
			warn("story.warn_form", "Line", p.Line)
		}
		m := pack.EducationLimits().Measure(a, t.Language, t.Title, body)
		if m.Words > MostWords {
			warn("story.warn_words", "Count", m.Words, "Max", MostWords)
		}
		if m.Grade > 0 {
			warn("story.warn_grade", "Grade", tenth(m.Grade), "Max", tenth(m.MostGrade))
		}
		if m.Long > 0 {
			warn("story.warn_sentence", "Count", m.Long, "Max", m.MostInOne, "Text", m.Sentence)
		}
		whole := t.Title + "\n" + t.Body
		for _, one := range jurisdiction.Avoids(t.Language, whole) {
			if one.Use == "" {
				continue // a digit is a digit, see below
			}
			warn("story.warn_word", "Word", one.Word, "Use", one.Use)
		}
		plain := norm.NFKC.String(whole) // letters and digits in circles, in brackets or at full width are letters and digits
		if digit.MatchString(plain) {
			warn("story.warn_number")
		}
		if address.MatchString(plain) {
			warn("story.warn_address")
		}
	}
	return list
}

// within is a fault when something is wrong.
func within(list []Warning) error {
	if len(list) == 0 {
		return nil
	}
	return fault.New(fault.Conflict, CodeLimits, "Count", len(list))
}

// tenth writes a grade with one digit after its point.
func tenth(grade float64) string { return strconv.FormatFloat(grade, 'f', 1, 64) }
