package story

import (
	"context"
	"errors"
	"math"
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
		s, err := r.load(ctx, tx, actor, id)
		if err != nil {
			return nil, err
		}
		if s.Published.IsZero() { // that it was published everybody may know, also when it is not any more
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
// stories it has ended. One of which something cannot be told keeps no other from ending.
func (r *Room) Sweep(ctx context.Context, actor access.Actor) (n int, err error) {
	due := map[ID]Reason{}
	var keyless []ID
	var errs []error
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		clear(due)
		errs = nil
		over, err := ids(ctx, tx, overSQL, clock.Micro(tx.Now))
		if err != nil {
			return err
		}
		tied, err := ids(ctx, tx, tiedSQL)
		if err != nil {
			return err
		}
		for _, id := range append(over, tied...) {
			why, err := r.over(ctx, tx, id)
			if why != "" {
				due[id] = why
			}
			errs = append(errs, err)
		}
		keyless, err = ids(ctx, tx, keylessSQL)
		return err
	})
	if err != nil {
		return 0, err
	}
	for id, why := range due {
		switch err := r.sweep(ctx, actor, id, why); {
		case err == nil:
			n++
		case fault.CodeOf(err) != CodeState: // else somebody has changed it since it was looked at
			errs = append(errs, err)
		}
	}
	for _, id := range keyless {
		errs = append(errs, r.destroy(ctx, id))
	}
	return n, errors.Join(errs...)
}

// sweep ends one story, if it still has to end for the reason given.
func (r *Room) sweep(ctx context.Context, actor access.Actor, id ID, why Reason) error {
	as := Withdrawn
	if why == OverTime {
		as = Expired
	}
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.StoryWithdraw, Subject: string(id)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		now, err := r.over(ctx, tx, id)
		if err == nil && now != why {
			err = fault.New(fault.Conflict, CodeState)
		}
		if err != nil {
			return nil, err
		}
		s, err := load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		return map[string]string{"why": string(why)}, end(ctx, tx, by, s, as, why)
	})
}

// over tells why a story has to end now; empty when it has not, or has ended already.
func (r *Room) over(ctx context.Context, tx store.Tx, id ID) (Reason, error) {
	s, err := load(ctx, tx, id)
	if err != nil || s.State.Ended() {
		return "", err
	}
	until, file := clock.Micro(s.Until), casework.ID("")
	if s.State != Published { // what nobody sees ends with its consent alone
		until = math.MaxInt64
	}
	if s.Kind == tale.Real {
		var agreed int64
		if err := tx.One(ctx, tieSQL, []any{string(id)}, &file, &agreed); err != nil {
			return "", err
		}
		until = min(until, agreed)
	}
	if until <= clock.Micro(tx.Now) {
		return OverTime, nil
	}
	if s.Kind != tale.Real {
		return "", nil
	}
	switch err := r.ended(ctx, tx, file); fault.CodeOf(err) {
	case CodeOpen:
		return Reopened, nil
	case CodeHeld:
		return HeldByLaw, nil
	default:
		return "", err
	}
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
