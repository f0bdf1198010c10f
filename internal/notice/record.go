package notice

import (
	"cmp"
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// A RecordInput says what became of a notice. Version is what the person has seen.
type RecordInput struct {
	Notice    ID
	Draft     string // drawn when the form was made, so that a form sent twice is one change
	Version   int64
	To        State
	Channel   Channel // by which it was sent, or they answered; needed for Sent
	Reference string  // the hotline's own; may be empty
	Note      string  // needed where a person must say why
}

// Record notes what became of a notice: that it was sent, and by which way; that the hotline has it; what it did. A state that cannot follow
// is fault.Invalid with the field "to"; a version other than the latest is fault.Conflict.
func (r *Room) Record(ctx context.Context, actor access.Actor, in RecordInput) error {
	n, err := r.find(ctx, in.Notice)
	if err != nil {
		return err
	}
	line, err := ident.OfForm(in.Draft, actor.ID, in)
	if err != nil {
		return err
	}
	q := door.Request{Actor: actor, Action: access.NoticeWrite, Subject: string(n.Report)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		now, err := load(ctx, tx, in.Notice)
		if err != nil {
			return nil, err
		}
		detail := map[string]string{"notice": string(in.Notice), "state": string(in.To)}
		var written int
		if err := tx.One(ctx, writtenSQL, []any{line, string(in.Notice)}, &written); err != nil || written > 0 {
			return detail, err // by the same form
		}
		if now.Version != in.Version {
			return nil, fault.New(fault.Conflict, fault.CodeStale)
		}
		if err := in.check(now); err != nil {
			return nil, err
		}
		return detail, r.become(ctx, tx, by, now, line, in)
	})
}

// check tells whether it can become so.
func (in *RecordInput) check(now Notice) error {
	f := instrument.CheckInput()
	f.Is(slices.Contains(ways[now.State], in.To), "to", "fault.answer_required")
	f.Is(in.Channel == "" || slices.Contains(Channels, in.Channel), "channel", "fault.answer_code")
	f.Is(in.To != Sent || in.Channel != "", "channel", "fault.answer_required")
	f.Line("reference", &in.Reference, LongestReference, false)
	f.Text("note", &in.Note, LongestWords, in.To.explains())
	if ident.Check(in.Draft) != nil {
		return fault.New(fault.Invalid, "fault.form")
	}
	return f.Err()
}

// become writes the new state, with its clocks.
func (r *Room) become(ctx context.Context, tx store.Tx, by access.Proof, n Notice, line string, in RecordInput) error {
	n.State = in.To
	if in.To == Sent {
		n.SentAt = tx.Now
	}
	switch hotline, _ := r.Pack.NoticeHotline(""); {
	case !n.State.Waits():
		n.Due = time.Time{}
	case in.To != Receipted: // that they have it puts nothing off
		n.Due = tx.Now.Add(cmp.Or(hotline.OutcomeWithin, askWithin))
	}
	return first(
		func() error { return stand(ctx, tx, by, n) },
		func() error {
			return r.event(ctx, tx, by, n, line, Event{State: in.To, Channel: in.Channel, Said: Said{in.Reference, in.Note}})
		},
		func() error { return r.clocks(ctx, tx, by, n) },
	)
}

// askWithin is after what time a hotline is asked that the country's pack does not name any more.
const askWithin = 7 * 24 * time.Hour

// clocks has the clocks of a report be those that its notices need. One that was thrown away before it was sent leaves the clock to
// forward as it is.
func (r *Room) clocks(ctx context.Context, tx store.Tx, by access.Proof, changed Notice) error {
	all, err := Of(ctx, tx, changed.Report)
	if err != nil {
		return err
	}
	unsent, sent, ask := false, false, time.Time{}
	for _, n := range all {
		unsent, sent = unsent || n.State.Unsent(), sent || !n.SentAt.IsZero()
		if !n.Due.IsZero() && (ask.IsZero() || n.Due.Before(ask)) {
			ask = n.Due
		}
	}
	switch {
	case unsent:
		err = r.toSend(ctx, tx, by, changed)
	case sent:
		err = task.Complete(ctx, tx, by, string(changed.Report), triage.TaskForward)
	}
	if err == nil {
		err = task.Complete(ctx, tx, by, string(changed.Report), triage.TaskAsk)
	}
	if err != nil || ask.IsZero() {
		return err
	}
	return r.start(ctx, tx, by, changed, task.Input{Kind: triage.TaskAsk, Due: ask})
}
