package helpline

import (
	"time"

	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/promise"
	"amparo/internal/vault/seal"
)

// A DraftID names a draft.
type DraftID string

// A ClosingID names a closing.
type ClosingID string

// How long things are kept.
const (
	// Abandoned is how long after it was last saved an open draft is handed in by the program: somebody did speak.
	Abandoned = 12 * time.Hour
	// ReceiptLife is how long a receipt is shown when nobody says that the caller has it.
	ReceiptLife = 15 * time.Minute
	// UndoWithin is how long a closing can be taken back.
	UndoWithin = 10 * time.Minute
	// ToldFor is how long an author is told that a draft was handed in without them.
	ToldFor = 7 * 24 * time.Hour
)

// A State is how far a draft is. Open leads to Closed and back, to Handed or to Unfinished; each of these leads to Spent, which the
// program clears away with its keys.
type State string

// The states.
const (
	Open       State = "open"
	Closed     State = "closed"     // no report is made of it; it can be taken back for UndoWithin
	Handed     State = "handed"     // it is a report; the receipt is there until the caller has it
	Unfinished State = "unfinished" // the program handed it in
	Spent      State = "spent"      // nothing of it is left
)

// Channels are the ways in which people are listened to, by the codes of report_channel. A country offers those that it has words for.
var Channels = []intake.Channel{"phone", "walk_in", "chat", "sms", "email", "paper"}

// Ways are the lists of questions by which what somebody says can be taken down.
var Ways = []string{"about_me", "under_13", "worried", "past", "professional"}

// A Kind says what a call was of which no report is made; Told is what is counted when one is.
type Kind string

// The kinds.
const (
	Silent      Kind = "silent"       // nobody spoke, as far as could be heard
	EndedEarly  Kind = "ended_early"  // they hung up, or the line broke
	Test        Kind = "test"         // somebody tried whether anybody is there
	Information Kind = "information"  // they asked something and have their answer
	WrongNumber Kind = "wrong_number" // they wanted somebody else
	Abusive     Kind = "abusive"      // they came to insult whoever listens
	Told        Kind = "told"
)

// Kinds are the kinds of a closing, in the order in which they are offered.
var Kinds = []Kind{Silent, EndedEarly, Test, Information, WrongNumber, Abusive}

// A Draft is what one list shows of a draft; nothing is opened for it.
type Draft struct {
	ID      DraftID
	Channel intake.Channel
	State   State
	Version int64
	Begun   time.Time
	Saved   time.Time       // when its state was last changed
	Report  intake.ReportID // once it is one
}

// Notes are what stands in a draft.
type Notes struct {
	Way      string             `json:"way"`      // id of the list of questions
	Language string             `json:"language"` // in which the caller wants to be answered
	Answers  instrument.Answers `json:"answers"`
	Text     string             `json:"text"` // what is taken down in free words
}

// Empty tells whether nothing was taken down.
func (n Notes) Empty() bool { return n.Text == "" && len(n.Answers) == 0 }

// A Page is a draft with what stands in it.
type Page struct {
	Draft
	Notes
}

// A Handout is what the caller is given once a draft was handed in.
type Handout struct {
	Draft
	Receipt  seal.Receipt
	Promise  promise.Promise
	Language string
}

// a handout is a Handout as it is sealed.
type handout struct {
	Receipt  string          `json:"receipt"`
	Promise  promise.Promise `json:"promise"`
	Language string          `json:"language"`
}

// A Closing is a call that was closed in one step and can still be taken back.
type Closing struct {
	ID      ClosingID
	Channel intake.Channel
	Kind    Kind
	Draft   DraftID // empty when there was none
	At      time.Time
}

// A Tally is how many calls of a kind came on a channel on a day.
type Tally struct {
	Day     string // as in "2031-03-03", by the country's clock
	Channel intake.Channel
	Kind    Kind
	Calls   int
}

// A Board is what the first page of the helpline shows to one person.
type Board struct {
	Now      time.Time
	Today    string
	Drafts   []Draft   // the person's own: open, handed in with a receipt to be given, or handed in without them
	Closings []Closing // the person's own that can be taken back, the latest first
	Silent   int       // silent calls of the agency today, which may be one child
	Tallies  []Tally   // of the agency, of a week; for who may count
	Lying    int       // open drafts of the agency; for who may count
	Oldest   time.Time // when the oldest of them was begun; zero when none lies
}
