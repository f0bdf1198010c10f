package helpline

import (
	"context"
	"encoding/json"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// A HandInput is a draft that is to be handed in, with the version that its author has looked at.
type HandInput struct {
	Draft   DraftID
	Version int64
	Tag     string // the author's language, for what goes into the free words
}

// HandIn makes a report of a draft, as the public form would have: in one transaction it is taken, counted, and the receipt put in the
// place of what stood in the draft. One that was handed in already is no error. It gives fault.Invalid when nothing stands in it, and fault.Conflict when another window has saved
// meanwhile, or the draft was closed.
func (r *Room) HandIn(ctx context.Context, actor access.Actor, in HandInput) error {
	now, err := r.Glance(ctx, actor, in.Draft)
	if err != nil || now.State == Handed {
		return err
	}
	page, err := r.Read(ctx, actor, in.Draft)
	if err != nil {
		return err
	}
	switch {
	case page.Version != in.Version:
		return fault.New(fault.Conflict, fault.CodeStale)
	case page.Empty():
		return fault.New(fault.Invalid, "fault.call_empty")
	}
	given, sealed, err := r.draw(ctx, page, in.Tag)
	if err != nil {
		return err
	}
	err = door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.HelplineTake},
		func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
			there, err := open(ctx, tx, actor, in.Draft)
			if err != nil {
				return nil, err
			}
			if there.Version != in.Version {
				return nil, fault.New(fault.Conflict, fault.CodeStale)
			}
			taken, err := r.Intake.Take(ctx, tx, by, given)
			if err != nil {
				return nil, err
			}
			if err := turn(ctx, tx, in.Draft, Handed, sealed, taken.Report); err != nil {
				return nil, err
			}
			told := Tally{Day: r.day(tx.Now), Channel: page.Channel, Kind: Told, Calls: 1}
			return map[string]string{"did": "hand_in", "draft": string(in.Draft), "report": string(taken.Report)}, count(ctx, tx, actor.Agency, told)
		})
	if err == nil {
		r.Intake.Wake()
	}
	return err
}

// draw makes the report of a draft, with a receipt that is drawn for it, and seals what the caller is given.
func (r *Room) draw(ctx context.Context, page Page, tag string) (given intake.Submission, sealed []byte, err error) {
	in := r.Pack.Instrument(page.Way)
	given = intake.Submission{Receipt: seal.NewReceipt(), Told: r.told(in, page, whole(in, page.Notes, tag))}
	var now time.Time
	if err := r.Store.Read(ctx, func(tx store.Tx) error { now = tx.Now; return nil }); err != nil {
		return given, nil, err
	}
	promised, err := r.Promise.Of(ctx, in, given.Told.Answers, now)
	if err != nil {
		return given, nil, err
	}
	plain, err := json.Marshal(handout{Receipt: given.Receipt.Text(), Promise: promised, Language: page.Language})
	if err != nil {
		return given, nil, err
	}
	sealed, err = r.Reveal.Seal(ctx, string(page.ID), reveal.Content, cell("receipt", page.ID), plain)
	return given, sealed, err
}

func (r *Room) told(in *instrument.Instrument, page Page, answers instrument.Answers) intake.Told {
	return intake.Told{Instrument: in.ID, Version: in.Version, Pack: r.Pack.Code() + " " + r.Pack.Version(), Language: page.Language,
		Reader: intake.Reader(in.Reader), Channel: page.Channel, Area: r.Pack.AreaTold(in, answers), Answers: answers}
}

// shown is fault.Conflict once a receipt was shown for long enough, whether or not the job that forgets it has come by.
func shown(d Draft, now time.Time) error {
	if d.State == Handed && now.Sub(d.Saved) >= ReceiptLife {
		return fault.New(fault.Conflict, "fault.call_over")
	}
	return nil
}

// Handout gives what the caller of a draft that was handed in is to be given, to its author, for ReceiptLife. It gives fault.Conflict when they have it, and
// afterwards.
func (r *Room) Handout(ctx context.Context, actor access.Actor, id DraftID) (h Handout, err error) {
	there, by, err := r.find(ctx, actor, id, Handed)
	if err != nil {
		return h, err
	}
	if err := r.Store.Read(ctx, func(tx store.Tx) error { return shown(there.Draft, tx.Now) }); err != nil {
		return h, err
	}
	var kept handout
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		plain, err := v.Open(ctx, string(id), reveal.Content, cell("receipt", id), there.receipt)
		if err != nil {
			return err
		}
		return json.Unmarshal(plain, &kept)
	})
	if err != nil {
		return h, err
	}
	receipt, err := seal.ParseText(kept.Receipt)
	return Handout{Draft: there.Draft, Receipt: receipt, Promise: kept.Promise, Language: kept.Language}, err
}

// Given says that the caller has the receipt: it is forgotten. Saying so again is no error.
func (r *Room) Given(ctx context.Context, actor access.Actor, id DraftID) error {
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.HelplineTake},
		func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
			there, err := one(ctx, tx, ownSQL, string(id), actor.ID)
			if err != nil || there.State == Spent {
				return nil, err
			}
			if there.State != Handed && there.State != Unfinished {
				return nil, fault.New(fault.Conflict, "fault.call_over")
			}
			return map[string]string{"did": "given", "draft": string(id)}, turn(ctx, tx, id, Spent, []byte{}, there.Report)
		})
}
