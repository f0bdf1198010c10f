package instrument

import (
	"strings"

	"amparo/internal/fault"
)

// An Input gathers what is wrong with what staff typed, field by field. Make it with CheckInput.
type Input struct{ wrong *fault.Error }

// CheckInput begins with nothing wrong.
func CheckInput() Input { return Input{fault.New(fault.Invalid, "fault.form")} }

// Text cuts files out of words, and asks that they be there, when they are needed, and of at most so many characters.
func (f Input) Text(field string, words *string, longest int, needed bool) {
	*words, _ = CleanText(*words, 0)
	switch n := len([]rune(*words)); {
	case n == 0 && needed:
		f.wrong.With(field, "fault.empty")
	case n > longest:
		f.wrong.With(field, "fault.long", "Max", longest)
	}
}

// Line is Text of one line: what breaks it is a space.
func (f Input) Line(field string, words *string, longest int, needed bool) {
	*words = OneLine(*words)
	f.Text(field, words, longest, needed)
}

// OneLine makes one line of strangers' text, cleaned as by CleanText.
func OneLine(s string) string {
	s, _ = CleanText(s, 0)
	return strings.Join(strings.Fields(s), " ")
}

// Is asks for something to be so.
func (f Input) Is(so bool, field string, code fault.Code) {
	if !so {
		f.wrong.With(field, code)
	}
}

// Err gives a fault.Invalid with everything that is wrong; nil when nothing is.
func (f Input) Err() error {
	if f.wrong.Wrong() {
		return f.wrong
	}
	return nil
}
