package mailbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/task"
)

// Config is what a Room needs.
type Config struct {
	Store  *store.Store
	Reveal *reveal.Room
	// Due gives the time by which an answer that just came in must be read by whoever has the subject; zero when the
	// subject has no such clock of its own.
	Due func(ctx context.Context, tx store.Tx, subject string) (time.Time, error)
	// Nudged hears, in the transaction that keeps an answer, which subject has something new to read; nil hears nothing.
	Nudged func(ctx context.Context, tx store.Tx, subject string) error
}

// A Room is the staff side of all mailboxes. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room {
	if c.Nudged == nil {
		c.Nudged = func(context.Context, store.Tx, string) error { return nil }
	}
	return &Room{c}
}

// Take is the work of the job intake.OpenMessage: it opens the envelope and, in one transaction, keeps the message
// under the report's key, deletes the envelope and tells whoever has the matter. Where several reports are behind the receipt, each
// keeps it under its own key and has a clock of its own. done is called in that transaction, so that the job ends with its work. An
// envelope that was taken before is no error.
func (r *Room) Take(ctx context.Context, id intake.EnvelopeID, done func(ctx context.Context, tx store.Tx) error) error {
	job := access.System(string(intake.OpenMessage))
	e, text, sealed, err := r.unseal(ctx, job, id)
	if errors.Is(err, intake.ErrOpened) {
		return r.Store.Write(ctx, func(tx store.Tx) error { return done(ctx, tx) })
	}
	if err != nil {
		return err
	}
	q := door.Request{Actor: job, Action: access.Action(intake.OpenMessage), Subject: string(e.Report)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		fresh, err := insert(ctx, tx, e.Report, row{Message{ID: ID(id), Sender: Reporter, At: e.Received}, sealed})
		if err == nil && fresh {
			err = r.nudge(ctx, tx, by, e.Report)
		}
		if err == nil && fresh {
			err = r.pass(ctx, tx, by, e, text)
		}
		return nil, errors.Join(err, intake.Drop(ctx, tx, by, id), done(ctx, tx))
	})
}

// unseal opens the envelope, gives its words, and seals them anew, under the report's key.
func (r *Room) unseal(ctx context.Context, job access.Actor, id intake.EnvelopeID) (e intake.Envelope, text string, sealed []byte, err error) {
	if err = r.Store.Read(ctx, func(tx store.Tx) (err error) { e, err = intake.Waiting(ctx, tx, id); return err }); err != nil {
		return e, "", nil, err
	}
	by, err := access.Own(job, access.Action(intake.OpenMessage))
	if err != nil {
		return e, "", nil, err
	}
	plain, err := r.Reveal.Envelope(ctx, by, string(e.Report), e.KeyID, e.Binding(), e.Sealed)
	if err != nil {
		return e, "", nil, err
	}
	var said intake.Said
	if err := json.Unmarshal(plain, &said); err != nil {
		return e, "", nil, fmt.Errorf("reading what the envelope holds: %w", err)
	}
	if err := r.Reveal.MakeKeys(ctx, string(e.Report)); err != nil {
		return e, "", nil, err
	}
	text, _ = instrument.CleanText(said.Text, 0)
	sealed, err = r.Reveal.Seal(ctx, string(e.Report), reveal.Content, cell(ID(id)), []byte(text))
	return e, text, sealed, err
}

// nudge tells the report, or the cases that it became, and gives the task to whoever has them.
func (r *Room) nudge(ctx context.Context, tx store.Tx, by access.Proof, report intake.ReportID) error {
	subjects, err := Answering(ctx, tx, report)
	if err != nil {
		return err
	}
	for _, subject := range subjects {
		due, err := r.due(ctx, tx, report, subject)
		if err != nil {
			return err
		}
		if err := task.Nudge(ctx, tx, subject, due); err != nil {
			return err
		}
		if err := hand(ctx, tx, by, subject); err != nil {
			return err
		}
		if err := r.Nudged(ctx, tx, subject); err != nil {
			return err
		}
	}
	return nil
}

// Answering gives what answers for the reporter of a report: the cases that it became, the report that it is joined to, or itself.
func Answering(ctx context.Context, tx store.Tx, report intake.ReportID) ([]string, error) {
	subjects, err := followers(ctx, tx, report)
	if err == nil && len(subjects) == 0 {
		subjects = []string{string(report)}
	}
	return subjects, err
}

// due gives the time by which the subject must have read what came in. Where its own priority gives none, the report's
// does; otherwise it is at once, so that nothing that was said waits without a clock.
func (r *Room) due(ctx context.Context, tx store.Tx, report intake.ReportID, subject string) (time.Time, error) {
	for _, s := range []string{subject, string(report)} {
		due, err := r.Due(ctx, tx, s)
		if err != nil || !due.IsZero() {
			return due, err
		}
	}
	return tx.Now, nil
}

// hand gives tasks that nobody has to the case manager or, before there is one, to the claimant.
func hand(ctx context.Context, tx store.Tx, by access.Proof, subject string) error {
	for _, relation := range []access.Relation{access.Manager, access.Claimant} {
		holder, err := grant.Holder(ctx, tx, subject, relation)
		if err != nil {
			return err
		}
		if holder != "" {
			return task.Assign(ctx, tx, by, subject, "", holder)
		}
	}
	return nil
}

// Follow makes the subject one that is told when an answer to the report comes in, in place of the report itself.
func Follow(ctx context.Context, tx store.Tx, _ access.Proof, report intake.ReportID, subject string) error {
	_, err := tx.Exec(ctx, followSQL, string(report), subject)
	return err
}

// Hand makes the subjects those that are told when an answer to the report comes in, in place of whoever was; without any it is the
// report itself. What nobody has read in it waits there from now on.
func (r *Room) Hand(ctx context.Context, tx store.Tx, by access.Proof, report intake.ReportID, subjects ...string) error {
	before, err := followers(ctx, tx, report)
	if err != nil {
		return err
	}
	if len(before) == 0 && len(subjects) > 0 {
		before = []string{string(report)}
	}
	if _, err := tx.Exec(ctx, unfollowSQL, string(report)); err != nil {
		return err
	}
	for _, one := range subjects {
		if err := Follow(ctx, tx, by, report, one); err != nil {
			return err
		}
	}
	for _, one := range before {
		if slices.Contains(subjects, one) {
			continue
		}
		if err := settle(ctx, tx, by, "", one); err != nil {
			return err
		}
	}
	waits, err := Waits(ctx, tx, report)
	if err != nil || waits == 0 {
		return err
	}
	return r.nudge(ctx, tx, by, report)
}

// Waits counts what the reporter said in a report and nobody has read. Who may know it was decided by the caller.
func Waits(ctx context.Context, tx store.Tx, report intake.ReportID) (n int, err error) {
	err = tx.One(ctx, waitingSQL, []any{string(report)}, &n)
	return n, err
}

// Reply writes to the reporter: it is kept, posted, and the answers that the writer has seen count as read. Sending
// the same reply again changes nothing. It gives fault.Invalid with the field "message" for no words or too many,
// fault.Withheld for a report that does not belong to the subject, and fault.Conflict "fault.resolved" when the report
// became a case, which answers now.
func (r *Room) Reply(ctx context.Context, actor access.Actor, in ReplyInput) error {
	q := door.Request{Actor: actor, Action: in.action(), Subject: in.Subject}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if err := belongs(ctx, tx, in.Report, in.Subject); err != nil {
			return nil, err
		}
		text, err := tidy(in.Text)
		if err != nil {
			return nil, err
		}
		fresh, err := r.Keep(ctx, tx, by, in.Report, in.ID, text)
		if err != nil || !fresh {
			return nil, err
		}
		if err := intake.Post(ctx, tx, by, in.Report, text); err != nil {
			return nil, err
		}
		return nil, seen(ctx, tx, by, in.Report, in.Subject, in.Seen)
	})
}

func (in ReplyInput) action() access.Action { return answering(in.Report, in.Subject, in.Joined) }

func answering(report intake.ReportID, subject string, joined bool) access.Action {
	if joined || subject == string(report) {
		return access.ReportReply
	}
	return access.CaseReply
}

// belongs tells whether the subject is the one that answers for the report.
func belongs(ctx context.Context, tx store.Tx, report intake.ReportID, subject string) error {
	list, err := followers(ctx, tx, report)
	switch {
	case err != nil:
		return err
	case slices.Contains(list, subject) || len(list) == 0 && subject == string(report):
		return nil
	case subject == string(report):
		return fault.New(fault.Conflict, "fault.resolved")
	}
	return fault.New(fault.Withheld, fault.CodeWithheld)
}

// Keep stores the staff's own copy of what was posted, inside the caller's transaction; false says that it was there
// already. An id that is another message's is fault.Conflict, one that is none fault.Invalid.
func (r *Room) Keep(ctx context.Context, tx store.Tx, by access.Proof, report intake.ReportID, id ID, text string) (bool, error) {
	if err := ident.Check(string(id)); err != nil {
		return false, fault.Wrap(err, fault.Invalid, "fault.form_broken")
	}
	sealed, err := r.Reveal.Seal(ctx, string(report), reveal.Content, cell(id), []byte(text))
	if err != nil {
		return false, err
	}
	m := row{Message{ID: id, Sender: Staff, Author: by.Actor().ID, At: tx.Now, Read: tx.Now}, sealed}
	fresh, err := insert(ctx, tx, report, m)
	if err != nil || fresh {
		return fresh, err
	}
	if known, err := same(ctx, tx, report, m); err != nil || known {
		return false, err
	}
	return false, fault.New(fault.Conflict, fault.CodeStale)
}

// MarkRead says that the actor, who answers for the subject, has read the thread up to a number; 0 is all of it.
func (r *Room) MarkRead(ctx context.Context, actor access.Actor, report intake.ReportID, subject string, upTo int64) error {
	return r.markRead(ctx, actor, answering(report, subject, false), report, subject, upTo)
}

// MarkJoinedRead is MarkRead for a report that is joined to another one, the subject.
func (r *Room) MarkJoinedRead(ctx context.Context, actor access.Actor, report, subject intake.ReportID, upTo int64) error {
	return r.markRead(ctx, actor, access.ReportReply, report, string(subject), upTo)
}

func (r *Room) markRead(ctx context.Context, actor access.Actor, action access.Action, report intake.ReportID, subject string, upTo int64) error {
	q := door.Request{Actor: actor, Action: action, Subject: subject}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if err := belongs(ctx, tx, report, subject); err != nil {
			return nil, err
		}
		return map[string]string{"read": "thread"}, seen(ctx, tx, by, report, subject, upTo)
	})
}

// seen marks as read and, when nothing came in after it, ends the subject's task to read. What another case that follows
// the report has read does not count: each has its own task.
func seen(ctx context.Context, tx store.Tx, by access.Proof, report intake.ReportID, subject string, upTo int64) error {
	left, err := markRead(ctx, tx, report, upTo)
	if err != nil || left > 0 {
		return err
	}
	return settle(ctx, tx, by, report, subject)
}

// settle ends the subject's task to read when nothing waits in another report that it follows.
func settle(ctx context.Context, tx store.Tx, by access.Proof, but intake.ReportID, subject string) error {
	var waits int
	if err := tx.One(ctx, waitsForSQL, []any{subject, string(but)}, &waits); err != nil || waits > 0 {
		return err
	}
	return task.Complete(ctx, tx, by, subject, task.ReadReply)
}

// Thread opens what was said on both sides of a report, the oldest first. That it was opened is recorded. Who may see
// it was decided by whoever gives the proof.
func (r *Room) Thread(ctx context.Context, by access.Proof, report intake.ReportID) (list []Message, err error) {
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		list, err = r.Read(ctx, v, report)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Read opens a thread as a part of a page that shows more.
func (r *Room) Read(ctx context.Context, v *reveal.View, report intake.ReportID) (list []Message, err error) {
	var rows []row
	if err := r.Store.Read(ctx, func(tx store.Tx) (err error) { rows, err = thread(ctx, tx, report); return err }); err != nil {
		return nil, err
	}
	for _, m := range rows {
		plain, err := v.Open(ctx, string(report), reveal.Content, cell(m.ID), m.sealed)
		if err != nil {
			return nil, err
		}
		m.Text = string(plain)
		list = append(list, m.Message)
	}
	return list, nil
}

// Burnt gives when the reporter threw the receipt away: nothing that is written reaches them since. It is the zero time while they have it. Who
// may know was decided by the caller.
func (r *Room) Burnt(ctx context.Context, report intake.ReportID) (at time.Time, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) { at, err = intake.Burnt(ctx, tx, report); return err })
	return at, err
}

// Unread counts what reporters said and nobody has read, for every report and case that the actor may read. The keys
// are reports and, where a report became cases or was joined to another, these.
func Unread(ctx context.Context, tx store.Tx, actor access.Actor) (map[string]int, error) {
	n := map[string]int{}
	return n, errors.Join(
		tally(ctx, tx, n, unreadSQL, grant.ScopeFor(actor, access.ReportRead).Args()),
		tally(ctx, tx, n, unreadFollowedSQL, grant.ScopeFor(actor, access.CaseRead).Args()),
		tally(ctx, tx, n, unreadFollowedSQL, grant.ScopeFor(actor, access.ReportRead).Args()),
	)
}

// UnreadOf counts what reporters said and nobody has read, for each of the subjects that a page shows. Who may see them was decided by
// whoever gives the subjects.
func UnreadOf(ctx context.Context, tx store.Tx, subjects []string) (map[string]int, error) {
	n := map[string]int{}
	for _, statement := range []string{unreadOfSQL, unreadFollowedOfSQL} {
		if err := tx.Many(ctx, statement, subjects, adding(n)); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// UnreadHeld counts what reporters said and nobody has read, for each of the subjects that the actor may do the action on by being tied
// to them in this way.
func UnreadHeld(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action, relation access.Relation) (map[string]int, error) {
	n, scope := map[string]int{}, grant.ScopeFor(actor, action).Only(relation)
	if scope.Empty() {
		return n, nil
	}
	return n, errors.Join(tally(ctx, tx, n, unreadSQL, scope.Args()), tally(ctx, tx, n, unreadFollowedSQL, scope.Args()))
}

func cell(id ID) reveal.Cell {
	return reveal.Cell{Table: "mailbox_message", Column: "sealed", Row: string(id)}
}
