package story

import (
	"slices"
	"time"

	"amparo/internal/casework"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/tale"
)

// An ID names a story.
type ID string

// A State says where a story stands.
type State string

// The states.
const (
	Draft        State = "draft"
	Language     State = "language"     // waits for somebody who looks at how it is said
	Safeguarding State = "safeguarding" // waits for somebody who looks at whether it is safe, for its readers and for whoever it tells of
	Published    State = "published"
	Withdrawn    State = "withdrawn"
	Expired      State = "expired"
)

// Ended tells whether nothing comes after the state.
func (s State) Ended() bool { return s == Withdrawn || s == Expired }

// Waits tells whether somebody is to look at it.
func (s State) Waits() bool { return s == Language || s == Safeguarding }

// A Reason says why a story was taken back.
type Reason string

// The reasons. A person gives one of the first three; the program gives the others.
const (
	AskedFor  Reason = "asked_for" // somebody of whom it tells, or who agreed to it, has asked
	Mistaken  Reason = "mistaken"  // it should not have been published
	Outdated  Reason = "outdated"  // it is not so any more
	Reopened  Reason = "reopened"  // its case is open again
	HeldByLaw Reason = "held"      // its case is held
	Erased    Reason = "erased"    // its case was erased
	OverTime  Reason = "over"      // its time, or that of its consent, is over
)

// Reasons are those that a person gives, the first one without being asked.
var Reasons = []Reason{AskedFor, Mistaken, Outdated}

// A Story is what lists may show of one, without opening anything.
type Story struct {
	ID          ID
	Code        string // by which the public side names it
	Kind        tale.Kind
	Audience    education.Audience
	State       State
	Until       time.Time // it is published no longer than that
	Writers     []string  // who wrote any of what it says
	CheckedBy   string    // who looked at its language; empty while nobody has
	Published   time.Time // zero while it was not
	PublishedBy string
	Ended       time.Time // zero while it has not
	EndedBy     string    // empty when the program did
	Why         Reason
	Made        time.Time
	Version     int64
}

// A Text is a story in one language.
type Text struct {
	Language string `json:"language"`
	Title    string `json:"title"`
	Body     string `json:"body"` // in the Markdown of education
}

// A Page is everything of a story, opened.
type Page struct {
	Story
	Texts    []Text
	Note     string // why it was sent back; empty otherwise
	Warnings []Warning
	Consent  *Consent    // nil for a composite
	Weighed  time.Time   // when the colleague of the consent said that they had weighed it; zero while they have not
	Case     casework.ID // of a real story
}

// A Giver says who gave a consent.
type Giver string

// The givers.
const (
	ThePerson Giver = "person"   // who is 18 or older
	Guardian  Giver = "guardian" // of a child, who agrees too
)

// Givers are all givers.
var Givers = []Giver{ThePerson, Guardian}

// A Way is how a consent is taken back.
type Way string

// The ways. None asks for a reason.
const (
	ByMailbox   Way = "mailbox"   // by the receipt, in the mailbox of the report
	ByColleague Way = "colleague" // by asking anybody who works here
)

// Ways are all ways.
var Ways = []Way{ByMailbox, ByColleague}

// Said is what the person must have been told and have understood: all of it, in a language and a way that they follow.
var Said = []string{"what_and_where", "not_required", "any_time", "copies", "unpaid", "changed", "until"}

// A Consent is what a person, or their guardian, has agreed to. All of it is sealed.
type Consent struct {
	By            Giver     `json:"by"`
	Adult         bool      `json:"adult"`          // the person is 18 or older
	Assent        bool      `json:"assent"`         // the child agrees, too
	BestInterests string    `json:"best_interests"` // why it is good for the child; of a guardian's
	Weighed       string    `json:"weighed"`        // the colleague who has weighed that, by user id
	Said          []string  `json:"said"`           // of Said
	For           string    `json:"for"`            // what it may be used for
	Given         time.Time `json:"given"`
	Until         time.Time `json:"until"`
	Ways          []Way     `json:"ways"` // how it is taken back
}

// Questions are those about being recognised that must all be answered by yes before a story of the kind is published.
func Questions(k tale.Kind) []string {
	list := []string{"no_names", "no_places", "no_dates", "no_images", "nothing_rare", "details_changed", "not_known_again", "no_manner", "no_open_matter", "kind_to_readers"}
	if k == tale.Real {
		return append(list, "seen_by_person")
	}
	return append(list, "from_several")
}

// The limits of what is written, in characters, of words of one text, and of time.
const (
	LongestTitle = 100
	LongestBody  = 4000
	LongestWords = 2000
	MostWords    = 250
)

// longest is the most time between a decision and when it has to be made anew: one year.
func longest(from time.Time) time.Time { return from.AddDate(1, 0, 0) }

// The faults of stories.
const (
	CodeLimits    fault.Code = "story.limits"    // it breaks a limit, with how many as Count
	CodeOwn       fault.Code = "story.own"       // who wrote it does not look at it
	CodeSame      fault.Code = "story.same"      // who looked at its language does not look at its safety
	CodeState     fault.Code = "story.not_now"   // it is not in the state in which that can be done
	CodeOpen      fault.Code = "story.case_open" // its case is open
	CodeHeld      fault.Code = "story.case_held" // its case is held
	CodeConsent   fault.Code = "story.consent_over"
	CodeMany      fault.Code = "story.too_many"  // that are neither published nor ended, with MostOpen as Max
	CodeWeigher   fault.Code = "story.weigher"   // who weighs what is best for the child does not write, and nobody else weighs it
	CodeUnweighed fault.Code = "story.unweighed" // the colleague has not yet said that they have weighed it
)

// wrote tells whether somebody wrote any of it.
func (s Story) wrote(user string) bool { return slices.Contains(s.Writers, user) }
