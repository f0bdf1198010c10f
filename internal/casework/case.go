package casework

import (
	"time"

	"amparo/internal/fault"
	"amparo/internal/instrument"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/task"
)

// An ID names a case.
type ID string

// A State says where a case stands.
type State string

// The states.
const (
	Open   State = "open"
	Closed State = "closed"
)

// The kinds of task that cases have of their own.
const (
	TaskAction task.Kind = "case_action" // worded by a worker
	TaskReview task.Kind = "review"      // to look at the case as a whole; an open case always has one
)

// A Case is what lists may show of one, without opening anything.
type Case struct {
	ID            ID
	State         State
	Priority      ruleset.Priority
	Pack          string
	Language      string
	Area          string // coded; empty when not given
	Agency        string
	Opened        time.Time
	Closed        time.Time // zero while open
	ClosureReason string
	Version       int64     // rises with every change
	Held          time.Time // since when a supervisor holds it in person, for want of a case manager; zero while nobody does
}

// A Listed is a case with its next task.
type Listed struct {
	Case
	Next  task.Task
	Due   bool // whether there is a next task
	Owner string
}

// A Safe says whether a contact was safe.
type Safe string

// The answers.
const (
	SafeYes     Safe = "yes"
	SafeNo      Safe = "no"
	SafeUnknown Safe = "unknown"
)

// A Contact is one entry of the contact log.
type Contact struct {
	ID string
	Reached
	At time.Time
	By string
}

// Reached says how somebody was reached, or was not. Mode, Person and Outcome are codes. All of it is sealed.
type Reached struct {
	Mode    string `json:"mode"`
	Person  string `json:"person"` // with whom
	Safe    Safe   `json:"safe"`
	Outcome string `json:"outcome"`
	Note    string `json:"note"`
}

// A Kind says what an event is.
type Kind string

// The kinds of event.
const (
	Opened    Kind = "opened"
	Assigned  Kind = "assigned"
	Noted     Kind = "note"
	Contacted Kind = "contact"
	Planned   Kind = "task_added"
	Finished  Kind = "task_done"
	Held      Kind = "clock_held"
	WentOn    Kind = "clock_on"
	Ended     Kind = "closed"
	Reopened  Kind = "reopened"
	Declared  Kind = "declared" // it is kept from somebody
	Joined    Kind = "joined"   // a report was joined to it
	Left      Kind = "left"     // a report is no longer part of it
)

// An Event is one line of the timeline. Said is what it says by its part: note, told, next, risks, hold, overrule, child_told,
// child_told_why and override in words; reason as a code; until in RFC 3339; contact, task, from, to, user, report and case as ids.
type Event struct {
	ID   string
	Kind Kind
	Said map[string]string
	At   time.Time
	By   string
}

// A Step is a task with its label opened; without a label its kind says it all.
type Step struct {
	task.Task
	Words string
}

// A Page is everything of a case, opened.
type Page struct {
	Case
	Manager  string
	Orphan   bool   // it is open, and its case manager is not there any more or must not know of it
	Child    string // what the workers call the child
	Reports  []report.ID
	Timeline []Event   // oldest first
	Contacts []Contact // oldest first
	Tasks    []Step    // ended ones too, oldest first
}

// The limits of what is written, in characters.
const (
	LongestNote  = 10000
	LongestLabel = 200
	MostChildren = 12
)

// a form gathers what is wrong with an input.
type form struct{ wrong *fault.Error }

func check() form { return form{fault.New(fault.Invalid, "fault.form")} }

// text gives words as they are kept, with files hidden in them cut out.
func (f form) text(field, s string, longest int, needed bool) string {
	clean, _ := instrument.CleanText(s, 0)
	switch n := len([]rune(clean)); {
	case n == 0 && needed:
		f.wrong.With(field, "fault.empty")
	case n > longest:
		f.wrong.With(field, "fault.long", "Max", longest)
	}
	return clean
}

// code wants one of the allowed codes.
func (f form) code(field, s string, allowed []string) {
	for _, a := range allowed {
		if a == s {
			return
		}
	}
	f.wrong.With(field, "fault.answer_code")
}

func (f form) err() error {
	if f.wrong.Wrong() {
		return f.wrong
	}
	return nil
}
