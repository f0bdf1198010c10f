package notice

import (
	"slices"
	"time"

	"amparo/internal/report"
	"amparo/internal/ruleset"
)

// An ID names a notice.
type ID string

// A State says where a notice stands.
type State string

// The states.
const (
	Drafted     State = "drafted"
	Sent        State = "sent"
	Receipted   State = "receipted" // the hotline says that it has it
	ActionTaken State = "action_taken"
	Refused     State = "refused"
	NoResponse  State = "no_response"
	Escalated   State = "escalated"  // somebody else was asked to see to it
	Reappeared  State = "reappeared" // what was taken down is there again
	Closed      State = "closed"
)

// ways are the states that can follow a state, in the order in which they are offered.
var ways = map[State][]State{
	Drafted:     {Sent, Closed},
	Sent:        {Receipted, ActionTaken, Refused, NoResponse, Closed},
	Receipted:   {ActionTaken, Refused, NoResponse, Closed},
	NoResponse:  {Receipted, ActionTaken, Refused, Escalated, Closed},
	Refused:     {Escalated, Closed},
	Escalated:   {Receipted, ActionTaken, Refused, NoResponse, Closed},
	ActionTaken: {Reappeared, Closed},
	Reappeared:  {Sent, Closed},
}

// Next gives the states that can follow, in the order in which they are offered; none after Closed. The slice is the caller's own.
func (s State) Next() []State { return slices.Clone(ways[s]) }

// Unsent tells whether it is still, or again, to be sent.
func (s State) Unsent() bool { return s == Drafted || s == Reappeared }

// Waits tells whether the hotline is to be asked what came of it.
func (s State) Waits() bool {
	return s == Sent || s == Receipted || s == NoResponse || s == Escalated
}

// explains tells whether a person must say why it stands so.
func (s State) explains() bool { return s == Refused || s == Escalated || s == Closed }

// A Channel is the way by which something was said to the hotline, or by it.
type Channel string

// The channels.
const (
	ByForm  Channel = "form"
	ByEmail Channel = "email"
	ByPhone Channel = "phone"
)

// Channels are all channels.
var Channels = []Channel{ByForm, ByEmail, ByPhone}

// A Notice is what lists may show of one, without opening anything.
type Notice struct {
	ID        ID
	Report    report.ID
	State     State
	Level     ruleset.Priority // of the report when it was drafted
	Target    string           // the code of the hotline among the country's contacts
	DraftedAt time.Time
	DraftedBy string
	SentAt    time.Time // zero while it was not sent
	Due       time.Time // when the hotline is to be asked what came of it; zero when it is not
	Version   int64
}

// A Body is what the notice says. All of it is sealed.
type Body struct {
	Addresses   []string `json:"addresses"` // as they were told, and as they are sent
	Platform    string   `json:"platform"`  // may be empty
	Seen        string   `json:"seen"`      // when it was seen; may be empty
	Explanation string   `json:"explanation"`
	Agency      string   `json:"agency"` // who sends it, by the agency's code; empty when nobody is named
}

// An Event is one line of what became of a notice.
type Event struct {
	State   State
	Channel Channel // empty where nothing was said to anybody
	Said
	At time.Time
	By string
}

// Said is what was written down with an event. All of it is sealed.
type Said struct {
	Reference string `json:"reference"` // the hotline's own
	Note      string `json:"note"`
}

// A Page is everything of a notice, opened.
type Page struct {
	Notice
	Body
	Thread []Event // oldest first
}

// Reference is the hotline's own reference, the last that it gave; empty while it gave none.
func (p Page) Reference() (last string) {
	for _, e := range p.Thread {
		if e.Said.Reference != "" {
			last = e.Said.Reference
		}
	}
	return last
}

// The limits of what is written, in characters, and of the addresses of one notice.
const (
	LongestWords     = 5000
	LongestLine      = 200
	LongestAddress   = 2000
	MostAddresses    = 100
	LongestReference = 200
)

// first runs the steps one after another and gives the first error.
func first(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
