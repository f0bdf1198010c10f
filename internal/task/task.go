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
	// What is to be handed on waits for the second of two to agree, then for an answer, then goes on elsewhere. Each ends by what happens
	// to the referral.
	AgreeReferral  Kind = "referral_agreed"
	AwaitAnswer    Kind = "first_referral_answered"
	FollowReferral Kind = "referral_followed"
	ReadAnswer     Kind = "referral_answered" // what was answered there is to be read
)

// A State says where a task stands.
type State string

// The states.
const (
	Open      State = "open"
	Done      State = "done"
	Cancelled State = "cancelled"
)

// DueJob is enqueued once for a step of escalation that an open task has passed. Its payload is a Due.
const DueJob jobs.Kind = "task.due"

// Due is the payload of DueJob.
type Due struct {
	Task    ID     `json:"task"`
	Subject string `json:"subject"`
	Kind    Kind   `json:"kind"`
	Tell    string `json:"tell"`    // who is to hear of it, as Step has it
	Percent int    `json:"percent"` // of the task's time
}

// A Step is one step of a task's escalation: from At on somebody else hears of it, too.
type Step struct {
	Percent int    // of the task's time; each step's is higher than that of the one before
	Tell    string // who is to hear of it; a code of the caller's
	At      time.Time
}

// A Reason says why a clock stands still, as a code.
type Reason string

// The reasons for which a clock may stand still (process 1.4). They are counted apart.
const (
	WaitingForChild     Reason = "waiting_for_child"
	UnsafeToContact     Reason = "unsafe_to_contact"
	WaitingForAuthority Reason = "waiting_for_authority"
)

// Reasons are all reasons for a pause.
var Reasons = []Reason{WaitingForChild, UnsafeToContact, WaitingForAuthority}

// LongestPause is how long a clock may stand still at once: what waits longer is looked at again, and paused again.
const LongestPause = 30 * 24 * time.Hour

// A Pause is a time in which a task's clock stands still.
type Pause struct {
	Reason      Reason
	From, Until time.Time
	By          string // a user id; empty in a Task, which has no room for it
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
	// Pause is the pause under way or the last one there was; PausedFor is the time of all of them. Due already has it in it.
	Pause     Pause
	PausedFor time.Duration
	Raised    int // per cent of the last step of escalation that was raised; 0 for none
}

// Paused tells whether the clock stands still.
func (t Task) Paused(now time.Time) bool { return t.State == Open && now.Before(t.Pause.Until) }

// Overdue tells whether the task should have been done by now. While its clock stands still it is not.
func (t Task) Overdue(now time.Time) bool {
	return t.State == Open && now.After(t.Due) && !t.Paused(now)
}

// Urgency is the part of the time from opening to due that has passed, in percent: 0 when just opened, 100 when
// due, more when overdue, and never more than a million. Time in which the clock stood still does not count.
func (t Task) Urgency(now time.Time) int {
	span := t.Due.Sub(t.Opened) - t.PausedFor
	if span <= 0 {
		return 100
	}
	stood := t.PausedFor
	if t.Paused(now) {
		stood -= t.Pause.Until.Sub(now)
	}
	passed := max(0, now.Sub(t.Opened)-stood)
	return int(min(100*float64(passed)/float64(span), 1e6)) // whole numbers of nanoseconds would run over after three years
}
