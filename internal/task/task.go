package task

import (
	"time"

	"amparo/internal/jobs"
)

// An ID names a task.
type ID string

// A Kind says what is to be done, as a code that the pack and the catalogues have words for.
type Kind string

// The kinds that belong to no upper room alone.
const (
	ReadReply Kind = "read_reply" // an answer came into the mailbox
)

// A State says where a task stands.
type State string

// The states.
const (
	Open      State = "open"
	Done      State = "done"
	Cancelled State = "cancelled"
)

// DueJob is enqueued once when a task's due time has passed while it was open. Its payload is a Due.
const DueJob jobs.Kind = "task.due"

// Due is the payload of DueJob.
type Due struct {
	Task    ID     `json:"task"`
	Subject string `json:"subject"`
	Kind    Kind   `json:"kind"`
}

// A Task is one next action on a subject.
type Task struct {
	ID       ID
	Subject  string
	Kind     Kind
	Owner    string // a user id; empty while only the agency is named
	Agency   string
	Blocking bool   // the subject cannot be finished while this is open
	Label    []byte // sealed by the caller; empty when the kind says it all
	Opened   time.Time
	Due      time.Time
	State    State
	Closed   time.Time // zero while open
	ClosedBy string
	Version  int64 // rises with every change
}

// Overdue tells whether the task should have been done by now.
func (t Task) Overdue(now time.Time) bool { return t.State == Open && now.After(t.Due) }

// Urgency is the part of the time from opening to due that has passed, in percent: 0 when just opened, 100 when
// due, more when overdue, and never more than a million. Escalation steps are given in it.
func (t Task) Urgency(now time.Time) int {
	span := t.Due.Sub(t.Opened)
	if span <= 0 {
		return 100
	}
	passed := max(0, now.Sub(t.Opened))
	return int(min(100*float64(passed)/float64(span), 1e6)) // whole numbers of nanoseconds would run over after three years
}
