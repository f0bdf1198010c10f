package report

import (
	"time"

	"amparo/internal/intake"
)

// An ID names a report.
type ID = intake.ReportID

// A State says where a report stands.
type State string

// The states.
const (
	Waiting  State = "waiting"
	InTriage State = "in_triage"
	Resolved State = "resolved"
)

// An Outcome is the coded end of a report.
type Outcome string

// The outcomes.
const (
	OpenedCase       Outcome = "opened_case"
	ReferredOut      Outcome = "referred_out"
	ContentOnly      Outcome = "content_only"
	NotInScope       Outcome = "not_in_scope"
	InsufficientInfo Outcome = "insufficient_info"
	Duplicate        Outcome = "duplicate"
	// SplitUndone is the end of a report whose split was undone; nobody gives it by itself.
	SplitUndone Outcome = "split_undone"
)

// Outcomes are the outcomes that a person may give, in the order in which they are offered.
var Outcomes = []Outcome{OpenedCase, ReferredOut, ContentOnly, NotInScope, InsufficientInfo, Duplicate}

// BulkOutcomes are those that many reports of a burst may be given at once. All others say of one report what somebody has found in it.
var BulkOutcomes = []Outcome{NotInScope, InsufficientInfo}

// Answers are what was answered: question to codes or words.
type Answers map[string][]string

// A Report is what lists may show of one, without opening anything.
type Report struct {
	ID          ID
	Pack        string
	Language    string
	Reader      intake.Reader
	Channel     intake.Channel
	Area        string // coded; empty when not given
	Agency      string // whose desk it came to
	Instrument  string
	State       State
	Outcome     Outcome // empty until resolved
	Quarantined bool
	Received    time.Time
	Opened      time.Time
	ResolvedAt  time.Time // zero until resolved
	ResolvedBy  string
	Version     int64 // rises with every change
}

// Sealed are the two halves of a report's answers as they are stored, and the code of the campaign that it came by.
type Sealed struct {
	Content, Identity []byte
	// CameBy is empty for a report that was split off, or opened before there were campaigns.
	CameBy []byte
}
