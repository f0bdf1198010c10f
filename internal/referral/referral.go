package referral

import (
	"time"

	"amparo/internal/casework"
	"amparo/internal/ruleset"
	"amparo/internal/task"
)

// An ID names a referral.
type ID string

// A State says where a referral stands.
type State string

// The states.
const (
	ConsentCheck    State = "consent_check" // a decision that takes two waits for the second: nobody there sees it
	Sent            State = "sent"          // nobody there has read it
	Received        State = "received"      // somebody there has read it
	Accepted        State = "accepted"
	AppointmentMade State = "appointment_made"
	InService       State = "in_service"
	Declined        State = "declined"
	Completed       State = "completed"
	StoppedByChild  State = "stopped_by_child"
	ServiceEnded    State = "service_ended" // without having come to its end
	Withdrawn       State = "withdrawn"     // by the side of the case
)

// Answered tells whether the referral was accepted and goes on.
func (s State) Answered() bool { return s == Accepted || s == AppointmentMade || s == InService }

// Waits tells whether it is neither accepted nor declined.
func (s State) Waits() bool { return s == Sent || s == Received }

// Open tells whether somebody there still has something to do.
func (s State) Open() bool { return s.Waits() || s.Answered() }

// Kept tells whether who took it may go on reading it for a while, though it has ended.
func (s State) Kept() bool { return s == Completed || s == StoppedByChild || s == ServiceEnded }

// Live tells whether it has not come to an end.
func (s State) Live() bool { return s == ConsentCheck || s.Open() }

// TaskAct is the next step of whoever has a referral there.
const TaskAct task.Kind = "referral_action"

// KeepAfter is how long who took a referral still reads it after its end, to answer what is asked about it.
const KeepAfter = 30 * 24 * time.Hour

// A Basis says by what right something is shared: agreement, or a reason of the country's list "share_reason" without it.
type Basis string

// The bases that are no reasons of the list.
const (
	ByChild     Basis = "child"
	ByCaregiver Basis = "caregiver"
	Nobody      Basis = "none" // nobody was asked: nothing that tells who the child is
	// BestInterests is the one reason of the list that takes two people.
	BestInterests Basis = "best_interests_decision"
)

// A Withdrawal says why a referral was taken back, as a code.
type Withdrawal string

// The reasons for taking a referral back.
const (
	NoLongerAgreed Withdrawal = "no_longer_agreed" // the child, or who agreed, has thought better of it
	NoLongerNeeded Withdrawal = "no_longer_needed"
	SentInError    Withdrawal = "sent_in_error"
	CaseClosed     Withdrawal = "case_closed"
)

// Withdrawals are the reasons that a person may give.
var Withdrawals = []Withdrawal{NoLongerAgreed, NoLongerNeeded, SentInError}

// A Result says what came of a completed service, as a code.
type Result string

// The results.
const (
	ResultReceived    Result = "service_received"
	ResultPartly      Result = "partly_received"
	ResultNotReceived Result = "not_received"
)

// Results are all results.
var Results = []Result{ResultReceived, ResultPartly, ResultNotReceived}

// A Referral is what lists may show of one, without opening anything.
type Referral struct {
	ID       ID
	Case     casework.ID
	Agency   string // that was asked
	From     string // the agency of the case
	Service  string // a code of the country's list "service_type"
	Priority ruleset.Priority
	Language string
	Area     string // coded; empty when not known
	Basis    Basis
	State    State
	Reason   string // why it was declined or withdrawn, or the Result; a code; empty otherwise
	SentAt   time.Time
	SentBy   string
	Due      time.Time // of the next step there
	Ended    time.Time // zero while open
	Taker    string    // who there has it; empty while nobody does
	ToRead   bool      // who took it has not read what was written since it ended
	Version  int64
	caseTask task.ID // the open one at the case that blocks its closing
	title    string  // opened for the task that the case will have, where one is made
}

// Writable tells whether the case's side can write about it: while it is open, and then for as long as who took it reads it.
func (r Referral) Writable(now time.Time) bool {
	return r.State.Open() || r.State.Kept() && r.Taker != "" && now.Before(r.Ended.Add(KeepAfter))
}

// Asked is what the agency is asked, in the worker's words. All of it is sealed.
type Asked struct {
	Title  string `json:"title"`  // in a few words
	Need   string `json:"need"`   // what they are asked to do
	Known  string `json:"known"`  // what they need to know for it; may be empty
	Safety string `json:"safety"` // what must not be said or done, and to whom; may be empty
}

// A Person is who the child is, as far as that was agreed. All of it is sealed, under the key of identities.
type Person struct {
	Name    string `json:"name"`
	Contact string `json:"contact"` // how to reach them safely
}

// An Event is one line of a referral's thread, seen by both sides but for what two have agreed on. Kind is a State, or one of the kinds below. Said is what it says
// by its part: note in words, next in RFC 3339, reason and priority as a code. By is empty for what came about by itself.
type Event struct {
	ID   string
	Kind string
	Said map[string]string
	At   time.Time
	By   string
}

// The kinds of event that are no states.
const (
	Wrote     = "wrote"      // one side wrote to the other
	Missed    = "missed"     // an appointment was not kept
	TakenOver = "taken_over" // a colleague there has it now
	Returned  = "returned"   // who had it there is gone: somebody else there is to take it
	Urged     = "urged"      // the case has become more urgent, and this with it
	Agreed    = "agreed"     // the second of two agreed; not for the agency to see, nor why
)

// A Page is everything of a referral, opened.
type Page struct {
	Referral
	Asked  Asked
	Person Person
	Agreed string  // how it was agreed, or why it is shared without; only for the side of the case
	Thread []Event // oldest first
}

// The limits of what is written, in characters.
const (
	LongestTitle = casework.LongestLabel
	LongestWords = 5000
)

// LongestAhead is how far ahead the next step may lie.
const LongestAhead = 90 * 24 * time.Hour

// first runs the steps one after another and gives the first error.
func first(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
