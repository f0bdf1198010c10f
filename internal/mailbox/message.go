package mailbox

import (
	"time"

	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/intake"
)

// CodeWaits says that an answer was not read yet, so that what was asked for must wait.
const CodeWaits fault.Code = "mailbox.waits"

// Longest is the number of characters of a message to the reporter.
const Longest = 4000

// An ID names a message: for what a reporter said it is the envelope's.
type ID string

// A Sender says which side a message is from.
type Sender string

// The senders.
const (
	Reporter Sender = "reporter"
	Staff    Sender = "staff"
)

// A Message is one message of a thread, opened.
type Message struct {
	ID     ID
	Number int64 // from 1, without gaps
	Sender Sender
	Author string // a user id; empty for the reporter
	Text   string
	At     time.Time
	Read   time.Time // zero while nobody has read what the reporter said
}

// NewID draws the id of a reply for the form that asks for its text, so that sending it twice is one reply.
func NewID(now time.Time) ID { return ident.New[ID](now) }

// A ReplyInput is what staff write to the reporter.
type ReplyInput struct {
	ID      ID
	Report  intake.ReportID
	Subject string // the report itself, or a case or another report that follows it
	Joined  bool   // the subject is another report
	Text    string
	Seen    int64 // the number of the last message that the writer has seen; 0 is all of them
}

// tidy gives the text as it is kept: files hidden in it are cut out. It gives fault.Invalid with the field "message"
// when nothing is said or more than Longest characters are.
func tidy(text string) (string, error) {
	clean, _ := instrument.CleanText(text, 0)
	wrong := fault.New(fault.Invalid, "fault.form")
	switch n := len([]rune(clean)); {
	case n == 0:
		wrong.With("message", "fault.empty")
	case n > Longest:
		wrong.With("message", "fault.long", "Max", Longest)
	}
	if wrong.Wrong() {
		return "", wrong
	}
	return clean, nil
}
