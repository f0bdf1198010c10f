package story

import (
	"context"
	"errors"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/store"
	"amparo/internal/tale"
)

// SweepEvery is how often the program looks for what has ended. See tale.Fresh.
const SweepEvery = 15 * time.Second

// Withdraw takes a story back from everywhere, whatever state it is in; it asks for no version, and once more changes nothing. Whoever may do it may do it
// of each that is published; of one that is not, when they may know of it.
func (r *Room) Withdraw(ctx context.Context, actor access.Actor, id ID, why Reason) error {
	if !slices.Contains(Reasons, why) {
		return fault.New(fault.Invalid, "fault.form").With("why", "fault.answer_required")
	}
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.StoryWithdraw, Subject: string(id)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		s, err := load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if s.State != Published {
			if _, err := r.tied(ctx, tx, actor, s); err != nil {
				return nil, err
			}
		}
		return map[string]string{"why": string(why)}, end(ctx, tx, by, s, Withdrawn, why)
	})
}

// end ends a story, and takes it away from the public side. Of a real one nothing that was written is left.
func end(ctx context.Context, tx store.Tx, by access.Proof, s Story, as State, why Reason) error {
	if s.State.Ended() {
		return nil
	}
	who := ""
	if by.Actor().Kind == access.Staff && why != Erased {
		who = by.Actor().ID
	}
	if err := tale.Take(ctx, tx, by, s.Code); err != nil {
		return err
	}
	if s.Kind == tale.Real {
		if _, err := tx.Exec(ctx, clearSQL, string(s.ID), []byte{}); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, endSQL, string(s.ID), string(as), clock.Micro(tx.Now), who, string(why))
	return err
}

// Sweep ends what has to end: stories whose time is over, and those of cases that are open again or held. Keys of what is gone are destroyed. It gives how many
// stories it has ended.
func (r *Room) Sweep(ctx context.Context, actor access.Actor) (n int, err error) {
	due := map[ID]Reason{}
	var keyless []ID
	var looked error
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		clear(due)
		over, err := ids(ctx, tx, overSQL, clock.Micro(tx.Now))
		if err != nil {
			return err
		}
		for _, id := range over {
			due[id] = OverTime
		}
		if keyless, err = ids(ctx, tx, keylessSQL); err != nil {
			return err
		}
		looked = r.look(ctx, tx, due)
		return nil
	})
	if err != nil {
		return 0, err
	}
	errs := []error{looked}
	for id, why := range due {
		as := Withdrawn
		if why == OverTime {
			as = Expired
		}
		err := door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.StoryWithdraw, Subject: string(id)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
			s, err := load(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			return map[string]string{"why": string(why)}, end(ctx, tx, by, s, as, why)
		})
		if err == nil {
			n++
		}
		errs = append(errs, err)
	}
	for _, id := range keyless {
		errs = append(errs, r.destroy(ctx, id))
	}
	return n, errors.Join(errs...)
}

// look finds the real stories whose consent is over, or whose case is not as it must be.
func (r *Room) look(ctx context.Context, tx store.Tx, due map[ID]Reason) error {
	type tie struct {
		story ID
		file  casework.ID
		until int64
	}
	var ties []tie
	err := tx.Each(ctx, tiedSQL, nil, func(row func(...any) error) error {
		var t tie
		err := row(&t.story, &t.file, &t.until)
		ties = append(ties, t)
		return err
	})
	if err != nil {
		return err
	}
	var errs []error
	for _, t := range ties {
		switch err := r.ended(ctx, tx, t.file); fault.CodeOf(err) {
		case CodeOpen:
			due[t.story] = Reopened
		case CodeHeld:
			due[t.story] = HeldByLaw
		default:
			errs = append(errs, err) // and the others are looked at all the same
		}
		if t.until <= clock.Micro(tx.Now) {
			due[t.story] = OverTime
		}
	}
	return errors.Join(errs...)
}

// destroy destroys the keys of a real story of which nothing is left.
func (r *Room) destroy(ctx context.Context, id ID) error {
	if err := r.Reveal.DropKeys(ctx, string(id)); err != nil {
		return err
	}
	return r.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, destroyedSQL, string(id), clock.Micro(tx.Now))
		return err
	})
}

// Erase takes back what was told from a case that is erased: nothing written is left of it, nor the consent with what led to the case. An id of anything
// else changes nothing.
func Erase(ctx context.Context, tx store.Tx, by access.Proof, subject string) error {
	list, err := ids(ctx, tx, ofCaseSQL, subject)
	if err != nil {
		return err
	}
	for _, id := range list {
		s, err := load(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := end(ctx, tx, by, s, Withdrawn, Erased); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, forgetSQL, string(id)); err != nil {
			return err
		}
		err = audit.Record(ctx, tx, audit.Entry{Actor: by.Actor(), Action: access.StoryWithdraw, Outcome: audit.Done, Subjects: []string{string(id)},
			Detail: map[string]string{"why": string(Erased)}})
		if err != nil {
			return err
		}
	}
	return nil
}

// AsideAfterRestore takes every published story from the public side, and has two people look at it again: who took one back after the backup was made has not agreed
// to it. It gives how many there were.
func AsideAfterRestore(ctx context.Context, tx store.Tx, by access.Proof) (n int, err error) {
	list, err := ids(ctx, tx, publishedSQL)
	for _, id := range list {
		var s Story
		if err == nil {
			s, err = load(ctx, tx, id)
		}
		if err == nil {
			err = tale.Take(ctx, tx, by, s.Code)
		}
		if err == nil {
			_, err = tx.Exec(ctx, asideSQL, string(id))
		}
	}
	return len(list), err
}
