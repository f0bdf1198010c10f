package intake

import (
	"time"

	"amparo/internal/jobs"
)

// A ReportID names a report, on both sides.
type ReportID string

// An EnvelopeID names an envelope.
type EnvelopeID string

// A Reader is the sort of reader that words are fitted to.
type Reader string

// The readers.
const (
	Child Reader = "child"
	Adult Reader = "adult"
)

// A Channel is the way a report came in, by the code of report_channel.
type Channel string

// WebForm is the public form.
const WebForm Channel = "web_form"

// The kinds of envelope.
const (
	KindReport  = "report"
	KindMessage = "message"
)

// A Progress is a code for how far a matter has come, shown to the reporter in quiet words.
type Progress string

// The steps of progress.
const (
	Received Progress = "received"
	Reading  Progress = "being_read"
	Working  Progress = "someone_is_working_on_it"
	Finished Progress = "finished"
)

// The jobs that open an envelope on the case side, by the kind of envelope. Their payload is an Opening.
const (
	OpenReport  jobs.Kind = "report.open"
	OpenMessage jobs.Kind = "message.open"
)

// ReplyPosted is enqueued when something was put into a reporter's mailbox. Its payload is a Posted.
const ReplyPosted jobs.Kind = "reply.posted"

// Posted is the payload of ReplyPosted.
type Posted struct {
	Report ReportID `json:"report"` // the one that came in with the receipt
}

// Job is the job that tells of it, of which one waits at a time for a report.
func (p Posted) Job(at time.Time) jobs.Job {
	return jobs.Job{Kind: ReplyPosted, Key: string(ReplyPosted) + ":" + string(p.Report), Payload: p, At: at}
}

// An Opening is the payload of OpenReport and OpenMessage.
type Opening struct {
	Envelope EnvelopeID `json:"envelope"`
}

// Told is what a report's envelope holds.
type Told struct {
	Instrument string              `json:"instrument"` // id of the list of questions
	Version    string              `json:"version"`    // of that list
	Pack       string              `json:"pack"`
	Language   string              `json:"language"`
	Reader     Reader              `json:"reader"`
	Channel    Channel             `json:"channel"`
	Area       string              `json:"area"`               // coded; empty when not given
	Campaign   string              `json:"campaign,omitempty"` // code of the campaign by which they came; empty for none
	Answers    map[string][]string `json:"answers"`
	At         time.Time           `json:"at"`
}

// Said is what a message's envelope holds.
type Said struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// A Mailbox is what the holder of a receipt sees.
type Mailbox struct {
	Reader     Reader
	Language   string
	Progress   Progress
	ProgressAt time.Time
	Received   time.Time // when the report was taken in
	Owes       Price     // what is still to be paid for the report to count as any other; see Room.Settle
	TakenFor   bool      // somebody else wrote it down for them, and they have not taken it over
	Replies    []Reply   // oldest first
}

// A Reply is what staff wrote to the reporter.
type Reply struct {
	At   time.Time
	Text string
}

// An Envelope is what waits for the case side.
type Envelope struct {
	ID          EnvelopeID
	Kind        string
	Report      ReportID
	KeyID       string
	Sealed      []byte
	Quarantined bool
	Received    time.Time
}
