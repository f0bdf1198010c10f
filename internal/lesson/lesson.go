package lesson

import (
	"slices"
	"time"

	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/jurisdiction"
)

// An ID names one version of a text.
type ID string

// A State says where a version stands.
type State string

// The states.
const (
	Draft        State = "draft"
	Language     State = "language"     // waits for somebody who looks at how it is said
	Safeguarding State = "safeguarding" // waits for somebody who looks at whether it is safe for its readers
	Published    State = "published"
	Former       State = "former" // a later version has taken its place
	Withdrawn    State = "withdrawn"
)

// Waits tells whether somebody is to look at it.
func (s State) Waits() bool { return s == Language || s == Safeguarding }

// Open tells whether it is being written or looked at.
func (s State) Open() bool { return s == Draft || s.Waits() }

// A Text is what is taught to some readers, on one topic, in one language.
type Text struct {
	Language string
	education.Key
}

// A Lesson is what lists show of one version.
type Lesson struct {
	ID ID
	Text
	Number      int
	State       State
	Writers     []string // who wrote any of it
	CheckedBy   string   // who looked at its language; empty while nobody has
	Note        string   // why it was sent back; empty otherwise
	Published   time.Time
	PublishedBy string
	Ended       time.Time // when it was taken back, or a later one took its place; zero while it has not
	EndedBy     string
	Made        time.Time
	MadeBy      string
	Version     int64 // raised with each change
}

// wrote tells whether somebody wrote any of it.
func (l Lesson) wrote(user string) bool { return slices.Contains(l.Writers, user) }

// A Sheet is one version with its words.
type Sheet struct {
	Lesson
	Module   *education.Module
	Findings []jurisdiction.Finding
	Measures education.Measures
	First    *education.Module // the text that a translation follows, as it is shown; nil for one in the first language, or when there is none
}

// A Standing is everything about one text.
type Standing struct {
	Text
	Pack    *education.Module // what the pack has; nil for nothing
	Shown   *education.Module // what readers are given; nil for nothing
	Stale   bool              // what it says in the first language has changed
	Open    *Lesson           // the version that is being written or looked at; nil for none
	History []Lesson          // the latest first
}

// Live is the version of the desk that readers are given; nil when there is none.
func (s Standing) Live() *Lesson {
	for i, l := range s.History {
		if l.State == Published && s.Shown != nil && s.Shown.Version == l.Number && s.Shown != s.Pack {
			return &s.History[i]
		}
	}
	return nil
}

// The limits of lists and of what one person begins.
const (
	Most       = 400 // versions in a list
	MostBefore = 100 // versions in the history of a text
	MostDrafts = 20  // versions that one person has begun and nobody has published yet
)

// The limits of what is kept while it is written, in characters. What the pack asks is less; a draft may break that, and is told so.
const (
	LongestLine = 400
	LongestBody = 12000
	LongestNote = 2000
	MostLines   = 12 // of easy read, and the like
)

// The faults of lessons.
const (
	CodeLimits fault.Code = "lesson.limits"  // it breaks a limit, with how many as Count
	CodeOwn    fault.Code = "lesson.own"     // who wrote it does not look at it
	CodeSame   fault.Code = "lesson.same"    // who looked at its language does not look at its safety
	CodeState  fault.Code = "lesson.not_now" // it is not in the state in which that can be done
	CodeBegun  fault.Code = "lesson.begun"   // another version of the text is being written
	CodeMany   fault.Code = "lesson.many"    // somebody has begun too many, with how many are allowed as Max
)
