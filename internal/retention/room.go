package retention

import (
	"context"
	"strconv"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/jobs"
	"amparo/internal/jurisdiction"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

// Destroy is the job that destroys the keys of what was erased.
const Destroy jobs.Kind = "erasure.destroy"

// Config is what a Room needs; all of it.
type Config struct {
	Store  *store.Store
	Reveal *reveal.Room
	// Pack says for how long what is kept.
	Pack *jurisdiction.Pack
}

// A Room keeps and erases. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// See shows how one matter stands, for those who may ask for its erasure. The words of a hold are opened, which is recorded.
func (r *Room) See(ctx context.Context, actor access.Actor, subject string) (s Standing, err error) {
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ErasureAsk, Subject: subject})
	if err != nil {
		return s, err
	}
	var hold *sealedHold
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		s = Standing{}
		if s.Matter, err = r.matter(ctx, tx, subject); err != nil {
			return err
		}
		if s.Erasure, err = asked(ctx, tx, subject); err != nil {
			return err
		}
		if hold, err = held(ctx, tx, subject); err != nil {
			return err
		}
		all, err := r.whole(ctx, tx, by, s.Matter)
		s.With = len(all) - 1
		if fault.KindOf(err) == fault.Conflict {
			s.With, s.Wrong, err = 0, err, nil
		}
		return err
	})
	if err != nil || hold == nil {
		return s, err
	}
	s.Hold = &hold.Hold
	return s, r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		words, err := v.Open(ctx, subject, reveal.Content, cell(hold.ID), hold.sealed)
		s.Hold.Words = string(words)
		return err
	})
}

// Ask asks for the erasure of a matter. Another supervisor confirms it.
func (r *Room) Ask(ctx context.Context, actor access.Actor, subject string, reason Reason) error {
	return r.do(ctx, actor, access.ErasureAsk, subject, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if !known(reason) {
			return nil, fault.New(fault.Invalid, "fault.form").With("reason", "fault.answer_required")
		}
		m, err := r.matter(ctx, tx, subject)
		if err != nil {
			return nil, err
		}
		if _, err := r.whole(ctx, tx, by, m); err != nil {
			return nil, err
		}
		rows, err := tx.Exec(ctx, askSQL, ident.New[string](tx.Now), subject, string(reason), clock.Micro(tx.Now), actor.ID)
		if err == nil && rows == 0 {
			err = fault.New(fault.Conflict, CodeAsked)
		}
		return map[string]string{"reason": string(reason)}, err
	})
}

// TakeBack ends what was asked for; nothing is erased. Anybody who may ask may do so. One that was decided already is a stale conflict.
func (r *Room) TakeBack(ctx context.Context, actor access.Actor, subject string, id ErasureID) error {
	return r.do(ctx, actor, access.ErasureAsk, subject, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		return map[string]string{"taken_back": "yes"}, decide(ctx, tx, by, subject, id, "withdrawn")
	})
}

// Confirm erases a matter for which somebody else has asked, when they are sure: it is gone when Confirm has returned, and its keys are destroyed at once afterwards.
func (r *Room) Confirm(ctx context.Context, actor access.Actor, subject string, id ErasureID, sure bool) error {
	return r.do(ctx, actor, access.ErasureConfirm, subject, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		e, err := asked(ctx, tx, subject)
		switch {
		case err != nil:
			return nil, err
		case e == nil || e.ID != id:
			return nil, fault.New(fault.Conflict, fault.CodeStale)
		case e.By == actor.ID:
			return nil, fault.New(fault.Forbidden, CodeYourself)
		case !sure:
			return nil, fault.New(fault.Invalid, "fault.form").With("sure", "fault.erase_sure")
		}
		m, err := r.matter(ctx, tx, subject)
		if err != nil {
			return nil, err
		}
		all, err := r.whole(ctx, tx, by, m)
		if err != nil {
			return nil, err
		}
		if err := decide(ctx, tx, by, subject, id, "confirmed"); err != nil {
			return nil, err
		}
		for _, one := range all {
			if err := wipe(ctx, tx, by, Erased{one, tx.Now}); err != nil {
				return nil, err
			}
		}
		return map[string]string{"reason": string(e.Reason), "subjects": strconv.Itoa(len(all))}, jobs.Enqueue(ctx, tx, jobs.Job{Kind: Destroy, Key: string(Destroy) + "." + string(id)})
	})
}

// HoldOn sets a legal hold on a matter, open or ended: it is not erased while it holds.
func (r *Room) HoldOn(ctx context.Context, actor access.Actor, subject, words string) error {
	return r.do(ctx, actor, access.HoldSet, subject, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		clean, _ := instrument.CleanText(words, 0)
		wrong := fault.New(fault.Invalid, "fault.form")
		switch n := len([]rune(clean)); {
		case n == 0:
			wrong.With("words", "fault.reason_required")
		case n > LongestHold:
			wrong.With("words", "fault.long", "Max", LongestHold)
		}
		if wrong.Wrong() {
			return nil, wrong
		}
		if _, err := r.matter(ctx, tx, subject); err != nil {
			return nil, err
		}
		id := ident.New[string](tx.Now)
		sealed, err := r.Reveal.Seal(ctx, subject, reveal.Content, cell(id), []byte(clean))
		if err != nil {
			return nil, err
		}
		rows, err := tx.Exec(ctx, holdSQL, id, subject, sealed, clock.Micro(tx.Now), by.Actor().ID)
		if err == nil && rows == 0 {
			err = fault.New(fault.Conflict, CodeOnHold)
		}
		return map[string]string{"hold": "set"}, err
	})
}

// Lift ends a legal hold. One that was lifted already is a stale conflict.
func (r *Room) Lift(ctx context.Context, actor access.Actor, subject, id string) error {
	return r.do(ctx, actor, access.HoldSet, subject, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		rows, err := tx.Exec(ctx, liftSQL, id, subject, clock.Micro(tx.Now), by.Actor().ID)
		if err == nil && rows == 0 {
			err = fault.New(fault.Conflict, fault.CodeStale)
		}
		return map[string]string{"hold": "lifted"}, err
	})
}

func (r *Room) do(ctx context.Context, actor access.Actor, action access.Action, subject string, change door.Change) error {
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: subject}, change)
}

func decide(ctx context.Context, tx store.Tx, by access.Proof, subject string, id ErasureID, to string) error {
	rows, err := tx.Exec(ctx, decideSQL, string(id), subject, to, clock.Micro(tx.Now), by.Actor().ID)
	if err == nil && rows == 0 {
		return fault.New(fault.Conflict, fault.CodeStale)
	}
	return err
}

func known(reason Reason) bool {
	for _, r := range Reasons {
		if r == reason {
			return true
		}
	}
	return false
}

func cell(id string) reveal.Cell {
	return reveal.Cell{Table: "legal_hold", Column: "reason", Row: id}
}
