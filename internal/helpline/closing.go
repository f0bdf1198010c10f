package helpline

import (
	"context"
	"errors"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/store"
)

// A CloseInput closes a call of which no report is made. ID makes doing it again change nothing: the page draws it with NewClosingID.
type CloseInput struct {
	ID      ClosingID
	Channel intake.Channel
	Kind    Kind
	Draft   DraftID // that was begun for it; empty for none
}

// NewClosingID draws the id of a closing before it is asked for.
func NewClosingID(now time.Time) ClosingID { return ident.New[ClosingID](now) }

// Close closes a call and counts it. It gives fault.Invalid with the fields call_channel and kind. What was taken down is kept for as long as the
// closing can be taken back.
func (r *Room) Close(ctx context.Context, actor access.Actor, in CloseInput) error {
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.HelplineTake},
		func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
			if err := r.checkClosing(in); err != nil {
				return nil, err
			}
			id := ident.Of(in.ID, string(in.Kind)+" "+string(in.Channel)+" "+string(in.Draft)) // another button of the same page is another call
			rows, err := tx.Exec(ctx, closeSQL, string(id), actor.ID, actor.Agency, r.day(tx.Now), string(in.Channel), string(in.Kind),
				string(in.Draft), clock.Micro(tx.Now))
			if err == nil && rows == 0 {
				return nil, closedAlready(ctx, tx, actor, id)
			}
			if err != nil {
				return nil, err
			}
			if in.Draft != "" {
				if _, err := open(ctx, tx, actor, in.Draft); err != nil {
					return nil, err
				}
				if err := restate(ctx, tx, in.Draft, Closed); err != nil {
					return nil, err
				}
			}
			return map[string]string{"did": "close", "kind": string(in.Kind), "channel": string(in.Channel)},
				count(ctx, tx, actor.Agency, Tally{Day: r.day(tx.Now), Channel: in.Channel, Kind: in.Kind, Calls: 1})
		})
}

// closedAlready is no error for a closing that is asked for again, and fault.Conflict for one that was taken back since: it is not closed.
func closedAlready(ctx context.Context, tx store.Tx, actor access.Actor, id ClosingID) error {
	var c Closing
	var day, agency string
	var at, back int64
	err := tx.One(ctx, closingSQL, []any{string(id), actor.ID}, &c.Channel, &c.Kind, &c.Draft, &day, &agency, &at, &back)
	if err == nil && back != 0 {
		err = fault.New(fault.Conflict, fault.CodeStale)
	}
	return err
}

func (r *Room) checkClosing(in CloseInput) error {
	wrong := fault.New(fault.Invalid, "fault.form")
	if !slices.Contains(r.Offered(), in.Channel) {
		wrong.With("call_channel", "fault.answer_required")
	}
	if !slices.Contains(Kinds, in.Kind) {
		wrong.With("kind", "fault.answer_required")
	}
	if wrong.Wrong() {
		return wrong
	}
	if err := ident.Check(string(in.ID)); err != nil {
		return fault.Wrap(err, fault.Invalid, "fault.form")
	}
	return nil
}

// TakeBack takes a closing back, within UndoWithin: it is counted no more, and what was taken down is open again. Doing it twice is no error.
// It gives fault.Conflict when the time is over.
func (r *Room) TakeBack(ctx context.Context, actor access.Actor, id ClosingID) error {
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.HelplineTake},
		func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
			var c Closing
			var day, agency string
			var at, back int64
			err := tx.One(ctx, closingSQL, []any{string(id), actor.ID}, &c.Channel, &c.Kind, &c.Draft, &day, &agency, &at, &back)
			switch {
			case errors.Is(err, store.ErrNoRow):
				return nil, fault.New(fault.Withheld, fault.CodeWithheld)
			case err != nil || back != 0:
				return nil, err
			case tx.Now.Sub(clock.FromMicro(at)) >= UndoWithin:
				return nil, fault.New(fault.Conflict, "fault.call_counted")
			}
			if _, err := tx.Exec(ctx, backSQL, string(id), clock.Micro(tx.Now)); err != nil {
				return nil, err
			}
			if c.Draft != "" {
				if err := restate(ctx, tx, c.Draft, Open); err != nil {
					return nil, err
				}
			}
			return map[string]string{"did": "take_back", "kind": string(c.Kind)}, count(ctx, tx, agency, Tally{Day: day, Channel: c.Channel, Kind: c.Kind, Calls: -1})
		})
}
