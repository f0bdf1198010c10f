package helpline

import (
	"context"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/store"
)

// margin is how much longer than it can be taken back what was closed is kept.
const margin = time.Minute

// Sweep hands in what its authors did not go on with, forgets receipts that were shown for long enough, and clears away what is spent, with
// its keys. It is the work of a job.
func (r *Room) Sweep(ctx context.Context, job access.Actor) error {
	return errors.Join(
		r.each(ctx, Open, Abandoned, func(id DraftID) error { return r.rescue(ctx, job, id) }),
		r.each(ctx, Handed, ReceiptLife, func(id DraftID) error { return r.spend(ctx, job, id, Handed) }),
		r.each(ctx, Closed, UndoWithin+margin, func(id DraftID) error { return r.spend(ctx, job, id, Closed) }),
		r.each(ctx, Unfinished, ToldFor, func(id DraftID) error { return r.spend(ctx, job, id, Unfinished) }),
		r.each(ctx, Spent, 0, func(id DraftID) error { return r.clear(ctx, id) }),
		r.Store.Write(ctx, func(tx store.Tx) error {
			_, err := tx.Exec(ctx, forgetSQL, clock.Micro(tx.Now.Add(-UndoWithin-margin)))
			return err
		}),
	)
}

// each does something with every draft of a state that has not changed for as long. One that fails holds up no other.
func (r *Room) each(ctx context.Context, in State, old time.Duration, do func(DraftID) error) error {
	var list []DraftID
	err := r.Store.Read(ctx, func(tx store.Tx) (err error) { list, err = older(ctx, tx, in, tx.Now.Add(-old)); return err })
	for _, id := range list {
		err = errors.Join(err, do(id))
	}
	return err
}

// rescue hands in a draft that nobody went on with, and says so at the head of its words. One in which nothing stands is spent.
func (r *Room) rescue(ctx context.Context, job access.Actor, id DraftID) error {
	by, err := access.Own(job, access.HelplineTake)
	if err != nil {
		return err
	}
	var there row
	if err := r.Store.Read(ctx, func(tx store.Tx) (err error) { there, err = one(ctx, tx, anySQL, string(id)); return err }); err != nil {
		return err
	}
	notes, err := r.notes(ctx, by, there)
	if err != nil {
		return err
	}
	if notes.Empty() {
		return r.spend(ctx, job, id, Open)
	}
	tag := r.Pack.Default()
	notes.Text = r.Unfinished(tag) + between + notes.Text
	given, _, err := r.draw(ctx, Page{there.Draft, notes}, tag)
	if err != nil {
		return err
	}
	err = door.Do(ctx, r.Store, door.Request{Actor: job, Action: access.HelplineTake},
		func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
			now, err := one(ctx, tx, anySQL, string(id))
			if err != nil || now.State != Open || now.Version != there.Version { // somebody goes on with it after all
				return nil, err
			}
			taken, err := r.Intake.Take(ctx, tx, by, given)
			if err != nil {
				return nil, err
			}
			if err := count(ctx, tx, now.agency, Tally{Day: r.day(tx.Now), Channel: now.Channel, Kind: Told, Calls: 1}); err != nil {
				return nil, err
			}
			return map[string]string{"did": "hand_in", "unfinished": "yes", "draft": string(id), "report": string(taken.Report)},
				turn(ctx, tx, id, Unfinished, []byte{}, taken.Report)
		})
	if err == nil {
		r.Intake.Wake()
	}
	return err
}

// spend empties a draft that is still in a state.
func (r *Room) spend(ctx context.Context, job access.Actor, id DraftID, in State) error {
	return door.Do(ctx, r.Store, door.Request{Actor: job, Action: access.HelplineTake},
		func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
			now, err := one(ctx, tx, anySQL, string(id))
			if err != nil || now.State != in {
				return nil, err
			}
			return map[string]string{"did": "forget", "draft": string(id)}, turn(ctx, tx, id, Spent, []byte{}, now.Report)
		})
}

// clear drops the keys of a spent draft, and then its row: what is interrupted between the two is done again.
func (r *Room) clear(ctx context.Context, id DraftID) error {
	if err := r.Reveal.DropKeys(ctx, string(id)); err != nil {
		return err
	}
	return r.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, removeSQL, string(id))
		return err
	})
}
