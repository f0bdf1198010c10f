package retention

import (
	"time"

	"amparo/internal/fault"
)

// An ErasureID names one erasure that was asked for.
type ErasureID string

// A Reason says why a matter is to be erased. It is a code: words would outlive what they tell of.
type Reason string

// The reasons.
const (
	Due      Reason = "due"       // the time for which it is kept is over
	AskedFor Reason = "asked_for" // somebody of whom it tells has asked for it
	Mistaken Reason = "mistaken"  // it should never have been kept
)

// Reasons are all reasons, in the order in which they are offered.
var Reasons = []Reason{Due, AskedFor, Mistaken}

// A Kind says what a matter is.
type Kind string

// The kinds.
const (
	OfReport Kind = "report"
	OfCase   Kind = "case"
)

// A Matter is something that may be erased one day.
type Matter struct {
	Subject string
	Kind    Kind
	Ended   time.Time // zero while it is open
	Class   string    // of the pack's classes; empty while it is open
	Due     time.Time // when the time for which it is kept is over; zero while it is open
}

// An Erasure was asked for and not decided yet.
type Erasure struct {
	ID      ErasureID
	Subject string
	Kind    Kind // in lists
	Reason  Reason
	Asked   time.Time
	By      string
}

// A Hold is a reason for which a matter must not be erased.
type Hold struct {
	ID    string
	Words string
	Set   time.Time
	By    string
}

// A Standing is how one matter stands.
type Standing struct {
	Matter
	Erasure *Erasure // nil when none was asked for
	Hold    *Hold    // nil when it is not held
	With    int      // how many reports and parts of cases are erased with it
	Wrong   error    // why it cannot be erased now; nil when it can
}

// An Erased is one line of the erasure list.
type Erased struct {
	Subject string
	At      time.Time
}

// What stands in the way of an erasure. Each is a conflict.
const (
	CodeOpen     fault.Code = "fault.erase_open"     // the matter is not ended
	CodeHeld     fault.Code = "fault.erase_held"     // it, or what is erased with it, is held
	CodeTied     fault.Code = "fault.erase_tied"     // it is a part of a case, or joined to something: that is erased with it
	CodeParts    fault.Code = "fault.erase_parts"    // another report behind the same receipt is not erased yet
	CodeWaits    fault.Code = "fault.erase_waits"    // something that its reporter wrote waits to be read
	CodeYourself fault.Code = "fault.erase_yourself" // who asked does not confirm
	CodeAsked    fault.Code = "fault.erase_asked"    // it was asked for already
	CodeOnHold   fault.Code = "fault.hold_set"       // it is held already
)

// LongestHold is the most characters of the reason of a hold.
const LongestHold = 1000
