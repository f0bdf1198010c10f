package referral

import (
	"context"
	"slices"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

// A Desk is what lies with the actor's agency and what the actor has, each the most urgent first.
type Desk struct {
	ToAnswer []Referral // nobody there has taken them
	Mine     []Referral // the actor has the next step, or something to read
	Others   []Referral // a colleague has it
	Ended    []Referral // the actor's own that ended within KeepAfter, the latest first
}

// Desk gives a specialist's desk. Nothing is opened for it.
func (r *Room) Desk(ctx context.Context, actor access.Actor) (d Desk, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReferralList}); err != nil {
		return d, err
	}
	var list []Referral
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		list, err = query(ctx, tx, handedSQL, grant.HandedArgs(actor, access.ReferralRead)...)
		return err
	})
	for _, one := range list {
		switch {
		case one.ToRead && one.Taker == actor.ID:
			d.Mine = append(d.Mine, one)
		case !one.State.Open():
			d.Ended = append(d.Ended, one)
		case one.Taker == "":
			d.ToAnswer = append(d.ToAnswer, one)
		case one.Taker == actor.ID:
			d.Mine = append(d.Mine, one)
		default:
			d.Others = append(d.Others, one)
		}
	}
	slices.SortStableFunc(d.Ended, func(a, b Referral) int { return b.Ended.Compare(a.Ended) })
	return d, err
}

// Waiting counts what lies with the actor's agency and has no answer, inside the caller's transaction.
func Waiting(ctx context.Context, tx store.Tx, actor access.Actor) (n int, err error) {
	err = tx.One(ctx, waitSQL, grant.HandedArgs(actor, access.ReferralRead), &n)
	return n, err
}

// Show opens a referral for somebody of the agency that was asked: that it was opened is one audit entry. The first time makes it
// Received, and who took it has read what was written after its end.
func (r *Room) Show(ctx context.Context, actor access.Actor, id ID) (p Page, err error) {
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReferralRead, Subject: string(id)})
	if err != nil {
		return p, err
	}
	s, err := r.find(ctx, id)
	if err == nil && (s.State == Sent || s.ToRead && s.Taker == actor.ID) {
		if err = r.read(ctx, actor, id); err == nil {
			s, err = r.find(ctx, id)
		}
	}
	if err == nil {
		err = r.Reveal.Show(ctx, by, func(v *reveal.View) (err error) { p, err = s.open(ctx, v, false); return err })
	}
	return p, err
}

// find gives a referral with everything that is sealed of it.
func (r *Room) find(ctx context.Context, id ID) (s stored, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		now, err := load(ctx, tx, id)
		if err == nil {
			s, err = gather(ctx, tx, now)
		}
		return err
	})
	return s, err
}

// Head gives what lists may show of a referral to whoever may hand parts of the case on; fault.Withheld for one of another case.
func (r *Room) Head(ctx context.Context, actor access.Actor, file casework.ID, id ID) (now Referral, err error) {
	q := door.Request{Actor: actor, Action: access.ReferralSend, Subject: string(file)}
	if _, err := door.See(ctx, r.Store, q); err != nil {
		return now, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) { now, err = load(ctx, tx, id); return err })
	if err == nil && now.Case != file {
		return Referral{}, door.Do(ctx, r.Store, q, func(context.Context, store.Tx, access.Proof) (map[string]string, error) {
			return nil, fault.New(fault.Withheld, fault.CodeWithheld) // so that it is recorded
		})
	}
	return now, err
}

// OfCase opens the referrals of a case as a part of a view of that case, oldest first. Who may know was decided by the caller.
func (r *Room) OfCase(ctx context.Context, v *reveal.View, file casework.ID) (pages []Page, err error) {
	var list []stored
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		list = nil
		all, err := query(ctx, tx, ofCaseSQL, string(file))
		if err != nil {
			return err
		}
		for _, one := range all {
			s, err := gather(ctx, tx, one)
			if err != nil {
				return err
			}
			list = append(list, s)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		p, err := s.open(ctx, v, true)
		if err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	return pages, nil
}

// a stored referral is everything of one as it is in the database.
type stored struct {
	Referral
	asked, person, agreed []byte
	events                []sealedEvent
}

func gather(ctx context.Context, tx store.Tx, now Referral) (s stored, err error) {
	s.Referral = now
	err = first(
		func() error { return tx.One(ctx, sealedSQL, []any{string(now.ID)}, &s.asked, &s.person, &s.agreed) },
		func() (err error) { s.events, err = events(ctx, tx, now.ID); return err },
	)
	return s, err
}

// open unseals everything; for the side of the case also how, and by whom, it was agreed.
func (s stored) open(ctx context.Context, v *reveal.View, ours bool) (p Page, err error) {
	row := string(s.ID)
	p.Referral = s.Referral
	err = first(
		func() error {
			return unseal(ctx, v, row, reveal.Content, cell("referral", "asked", row), s.asked, &p.Asked)
		},
		func() error {
			return unseal(ctx, v, row, reveal.Identity, cell("referral", "person", row), s.person, &p.Person)
		},
	)
	if err == nil && ours {
		err = unseal(ctx, v, row, reveal.Content, cell("referral", "agreed", row), s.agreed, &p.Agreed)
	}
	for _, e := range s.events {
		if !ours && (e.Kind == string(ConsentCheck) || e.Kind == Agreed) {
			continue
		}
		if err == nil {
			err = unseal(ctx, v, row, reveal.Content, cell("referral_event", "said", e.ID), e.said, &e.Said)
		}
		p.Thread = append(p.Thread, e.Event)
	}
	return p, err
}
