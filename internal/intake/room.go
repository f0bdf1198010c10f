package intake

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/jobs"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// What the public side does, as audit entries name it. Nobody needs permission to report.
const (
	Receive access.Action = "report.receive"
	Message access.Action = "report.message"
	Burn    access.Action = "report.burn"
	// Settling is Room.Settle.
	Settling access.Action = "report.settle"
	Over     access.Action = "report.take_over"
)

// LongestMessage is the number of characters of a message that a reporter adds.
const LongestMessage = 4000

// Config is what a Room needs.
type Config struct {
	Store *store.Store
	// Pepper keeps look-up ids from being tried by who has the database alone.
	Pepper secret.Bytes
	// Burst is the number of reports within a minute above which further ones are marked as quarantined; 0 is 60.
	Burst int
	// Wake is called after a commit that enqueued a job; nil does nothing.
	Wake func()
}

// A Room is the public side. It is safe for use by many goroutines.
type Room struct {
	Config
	reports, guesses gate
}

// New makes a Room.
func New(c Config) *Room {
	if c.Burst == 0 {
		c.Burst = 60
	}
	if c.Wake == nil {
		c.Wake = func() {}
	}
	return &Room{c, make(gate, reportsAtOnce), make(gate, guessesAtOnce)}
}

// A Submission is a report as the form gives it.
type Submission struct {
	Receipt seal.Receipt
	Told    Told
}

// Submit takes a report. Taking the same receipt again changes nothing and is no error: a retry is the same report. It
// gives fault.Unavailable when nothing could be stored; then the same submission can be sent again. When very many are sent at once each
// waits for its turn, so that the mailbox stays quick.
func (r *Room) Submit(ctx context.Context, in Submission) (taken Taken, err error) {
	leave, err := r.reports.pass(ctx, longestTurn)
	if err != nil {
		return taken, err
	}
	defer leave()
	owes, err := r.price(ctx)
	if err != nil {
		return taken, err
	}
	err = r.Store.Write(ctx, func(tx store.Tx) (err error) {
		taken, err = r.take(ctx, tx, access.Anyone, in, owes)
		return err
	})
	if err == nil {
		r.Wake()
	}
	return taken, err
}

// Taken is what became of a submission. It is all from the transaction that took it: a moment later the case side may have done with it.
type Taken struct {
	Report   ReportID
	Fresh    bool      // false: the receipt had this report already, and nothing was changed
	Received time.Time // when it came in; zero when the receipt was taken over since
	Owes     Price     // what it owes still
}

// Take takes a report in the transaction of somebody known who hands in what they were told: a colleague on the telephone, or a partner.
// Like Submit it is idempotent by the receipt, also when that was taken over since (TakeOver). It records who took it. The caller
// calls Wake after the commit.
func (r *Room) Take(ctx context.Context, tx store.Tx, by access.Proof, in Submission) (Taken, error) {
	lookup := in.Receipt.LookupID(r.Pepper)
	if report, err := formerly(ctx, tx, lookup); err != nil || report != "" {
		return Taken{Report: report}, err
	}
	taken, err := r.take(ctx, tx, by.Actor(), in, 0)
	if err != nil || !taken.Fresh {
		return taken, err
	}
	_, err = tx.Exec(ctx, takenForSQL, lookup)
	return taken, err
}

func (r *Room) take(ctx context.Context, tx store.Tx, by access.Actor, in Submission, owes Price) (Taken, error) {
	in.Told.At = tx.Now
	lookup := in.Receipt.LookupID(r.Pepper)
	report := ident.New[ReportID](tx.Now)
	fresh, err := insertReceipt(ctx, tx, lookup, report, in.Receipt.MailboxPublic(), in.Told, owes)
	if err != nil {
		return Taken{}, err
	}
	if !fresh {
		return takenBefore(ctx, tx, lookup)
	}
	if by.Kind == access.Public { // what is handed in by somebody known is no part of a flood, and raises nobody's price
		if err := arrive(ctx, tx); err != nil {
			return Taken{}, err
		}
	}
	e := Envelope{ID: EnvelopeID(report), Kind: KindReport, Report: report, Quarantined: owes > 0, Received: tx.Now}
	return Taken{report, true, tx.Now, owes}, r.store(ctx, tx, by, e, in.Told, Receive)
}

// price is what a report that comes now owes, by how many came within a minute, of everybody: no address and no device is known. It looks
// before the transaction that takes a report: counted inside, every report would conflict with every other that comes at the same time, and
// lose against it.
func (r *Room) price(ctx context.Context) (Price, error) {
	n := 0
	err := r.Store.Read(ctx, func(tx store.Tx) (err error) {
		n, err = receivedSince(ctx, tx, tx.Now.Add(-time.Minute), counted(r.Burst))
		return err
	})
	return priceAt(n, r.Burst), err
}

// Forget deletes what bursts were told by, but of the last two hours.
func Forget(ctx context.Context, s *store.Store) error {
	return s.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, forgetSQL, clock.Micro(tx.Now.Add(-2*time.Hour)))
		return err
	})
}

// store seals what was told into the envelope and enqueues its opening.
func (r *Room) store(ctx context.Context, tx store.Tx, by access.Actor, e Envelope, told any, action access.Action) error {
	plain, err := json.Marshal(told)
	if err != nil {
		return err
	}
	key, err := seal.Current(ctx, tx)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, fault.CodeUnavailable)
	}
	e.KeyID = key.ID
	if e.Sealed, err = seal.Seal(key, e.Binding(), plain); err != nil {
		return err
	}
	if err := insertEnvelope(ctx, tx, e); err != nil {
		return err
	}
	kind := OpenReport
	if e.Kind == KindMessage {
		kind = OpenMessage
	}
	job := jobs.Job{Kind: kind, Key: string(kind) + ":" + string(e.ID), Payload: Opening{e.ID}, At: tx.Now}
	if err := jobs.Enqueue(ctx, tx, job); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Actor: by, Action: action, Outcome: audit.Done, Subjects: []string{string(e.Report)}})
}

// Binding is what an envelope is sealed as.
func (e Envelope) Binding() seal.Binding {
	return seal.Binding{Kind: e.Kind + " " + string(e.Report), ID: string(e.ID)}
}

// Open shows the mailbox to who holds the receipt. An unknown receipt is fault.Withheld "fault.receipt_unknown".
func (r *Room) Open(ctx context.Context, receipt seal.Receipt) (Mailbox, error) {
	var m Mailbox
	err := r.Store.Read(ctx, func(tx store.Tx) error {
		row, err := findReceipt(ctx, tx, receipt.LookupID(r.Pepper))
		if err != nil {
			return err
		}
		m = Mailbox{Reader: row.reader, Language: row.language, Progress: row.progress, ProgressAt: clock.FromMicro(row.progressAt),
			Received: row.received(), Owes: row.owes, TakenFor: row.takenFor == 1}
		m.Replies, err = openReplies(ctx, tx, receipt, row.report)
		return err
	})
	return m, err
}

// An Addition is something more that the reporter wants to say. ID makes sending it again change nothing: the form
// that asks for it draws it with NewMessageID.
type Addition struct {
	Receipt seal.Receipt
	ID      EnvelopeID
	Text    string
}

// NewMessageID draws the id of a message before it is written.
func NewMessageID(now time.Time) EnvelopeID { return ident.New[EnvelopeID](now) }

// MessageID gives the id of a message with these words, for the form that drew an id before they were written: the same words
// sent again are the same message, and other words are never taken for them.
func MessageID(drawn EnvelopeID, text string) EnvelopeID { return ident.Of(drawn, text) }

// Add takes a message. It gives fault.Withheld "fault.receipt_unknown", or fault.Invalid with the field "message" when
// there is nothing in it or more than LongestMessage characters.
func (r *Room) Add(ctx context.Context, in Addition) error {
	if err := in.check(); err != nil {
		return err
	}
	err := r.Store.Write(ctx, func(tx store.Tx) error {
		row, err := findReceipt(ctx, tx, in.Receipt.LookupID(r.Pepper))
		if err != nil {
			return err
		}
		fresh, err := claimMessage(ctx, tx, in.ID, row.report)
		if err != nil || !fresh {
			return err
		}
		e := Envelope{ID: in.ID, Kind: KindMessage, Report: row.report, Received: tx.Now}
		return r.store(ctx, tx, access.Anyone, e, Said{Text: in.Text, At: tx.Now}, Message)
	})
	if err == nil {
		r.Wake()
	}
	return err
}

func (in Addition) check() error {
	wrong := fault.New(fault.Invalid, "fault.form")
	switch n := len([]rune(in.Text)); {
	case n == 0:
		wrong.With("message", "fault.empty")
	case n > LongestMessage:
		wrong.With("message", "fault.long", "Max", LongestMessage)
	}
	if wrong.Wrong() {
		return wrong
	}
	return ident.Check(string(in.ID))
}

// Burn throws a receipt away: it opens nothing any more, what was written to it is deleted, and nothing else is kept for it. What was told stays
// with those who help. Whoever holds the receipt can do it, and nobody can undo it. An unknown receipt, or one that was burnt, is
// fault.Withheld "fault.receipt_unknown".
func (r *Room) Burn(ctx context.Context, receipt seal.Receipt) error {
	return r.Store.Write(ctx, func(tx store.Tx) error {
		row, err := findReceipt(ctx, tx, receipt.LookupID(r.Pepper))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, burnSQL, string(row.report), clock.Micro(tx.Now), []byte{}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, unpostSQL, string(row.report)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Actor: access.Anyone, Action: Burn, Outcome: audit.Done, Subjects: []string{string(row.report)}})
	})
}

// Burnt gives when the reporter of a report threw the receipt away: nothing that is written reaches them since. It is the zero time while they
// have it, and for a report without a receipt.
func Burnt(ctx context.Context, tx store.Tx, report ReportID) (time.Time, error) {
	first, err := ReceiptOf(ctx, tx, report)
	if err != nil {
		return time.Time{}, err
	}
	var at int64
	err = tx.One(ctx, burntSQL, []any{string(first)}, &at)
	if errors.Is(err, store.ErrNoRow) {
		return time.Time{}, nil // a split that was undone left it without a receipt
	}
	return clock.FromMicro(at), err
}

// Waiting gives an envelope to the case side. One that was opened and dropped already is ErrOpened.
func Waiting(ctx context.Context, tx store.Tx, id EnvelopeID) (Envelope, error) {
	e, err := findEnvelope(ctx, tx, id)
	if errors.Is(err, store.ErrNoRow) {
		return e, ErrOpened
	}
	return e, err
}

// MessageWaits tells whether the reporter of a report has written something that nobody has opened yet.
func MessageWaits(ctx context.Context, tx store.Tx, report ReportID) (bool, error) {
	first, err := ReceiptOf(ctx, tx, report)
	if err != nil {
		return false, err
	}
	var n int
	err = tx.One(ctx, messageWaitsSQL, []any{string(first)}, &n)
	return n > 0, err
}

// SealedTo tells whether an envelope waits that an intake key has sealed.
func SealedTo(ctx context.Context, tx store.Tx, key string) (bool, error) {
	var n int
	err := tx.One(ctx, sealedToSQL, []any{key}, &n)
	return n > 0, err
}

// ErrOpened says that an envelope is no longer there: its content was re-sealed on the case side.
var ErrOpened = errors.New("the envelope was opened already")

// Drop deletes an envelope in the transaction that re-sealed its content.
func Drop(ctx context.Context, tx store.Tx, _ access.Proof, id EnvelopeID) error {
	_, err := tx.Exec(ctx, dropSQL, string(id))
	return err
}

// Withdraw deletes an envelope and the receipt that came with it: of a report that nobody made.
func Withdraw(ctx context.Context, tx store.Tx, by access.Proof, e Envelope) error {
	if _, err := tx.Exec(ctx, withdrawSQL, string(e.Report)); err != nil {
		return err
	}
	return Drop(ctx, tx, by, e.ID)
}

// Post puts a reply into the reporter's mailbox, sealed so that only the receipt opens it. Where the receipt is Burnt nobody could open it, and
// nothing is kept. ReplyPosted tells of it.
func Post(ctx context.Context, tx store.Tx, _ access.Proof, report ReportID, text string) error {
	first, err := ReceiptOf(ctx, tx, report)
	if err != nil {
		return err
	}
	public, err := mailboxPublic(ctx, tx, first)
	if err != nil || len(public) == 0 {
		return err
	}
	id := ident.New[string](tx.Now)
	sealed, err := seal.SealToMailbox(public, replyBinding(first, id), []byte(text))
	if err != nil {
		return err
	}
	if _, err = tx.Exec(ctx, postSQL, id, string(first), sealed, clock.Micro(tx.Now)); err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, Posted{first}.Job(tx.Now))
}

// SetProgress tells the reporter how far the matter has come. Setting what is set already keeps its time. Where several reports are
// behind the receipt it is how far one of them is, and the reporter sees what Furthest gives of all.
func SetProgress(ctx context.Context, tx store.Tx, _ access.Proof, report ReportID, p Progress) error {
	first, err := ReceiptOf(ctx, tx, report)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, movePartSQL, string(report), string(p)); err != nil {
		return err
	}
	return show(ctx, tx, first, p)
}

func replyBinding(report ReportID, id string) seal.Binding {
	return seal.Binding{Kind: "reply " + string(report), ID: id}
}
