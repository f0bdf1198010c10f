package retention

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/store"
)

// Most is how many of each sort an Overview has.
const Most = 100

// A Held is a matter that is held, without the words of the hold.
type Held struct {
	Subject string
	Kind    Kind
	Set     time.Time
	By      string
}

// An Overview is what somebody who supervises has to know of keeping and erasing.
type Overview struct {
	Due   []Matter  // nothing was asked for yet; the longest ended first
	Asked []Erasure // which somebody else than who asked has to confirm
	Held  []Held
}

// Look gives the overview, of what the actor may ask to be erased.
func (r *Room) Look(ctx context.Context, actor access.Actor) (o Overview, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.RetentionList}); err != nil {
		return o, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		o = Overview{}
		if o.Due, err = r.due(ctx, tx, actor); err != nil {
			return err
		}
		scope := grant.ScopeFor(actor, access.ErasureAsk).Args(Most)
		err = tx.Each(ctx, askedListSQL, scope, func(scan func(...any) error) error {
			var e Erasure
			var at int64
			err := scan(&e.ID, &e.Subject, &e.Kind, &e.Reason, &at, &e.By)
			e.Asked = clock.FromMicro(at)
			o.Asked = append(o.Asked, e)
			return err
		})
		if err != nil {
			return err
		}
		return tx.Each(ctx, heldListSQL, scope, func(scan func(...any) error) error {
			var h Held
			var at int64
			err := scan(&h.Subject, &h.Kind, &at, &h.By)
			h.Set = clock.FromMicro(at)
			o.Held = append(o.Held, h)
			return err
		})
	})
	return o, err
}

// due are the matters whose time is over, as the pack counts it.
func (r *Room) due(ctx context.Context, tx store.Tx, actor access.Actor) (list []Matter, err error) {
	scope := grant.ScopeFor(actor, access.ErasureAsk)
	add := func(kind Kind, class, statement string, args []any) error {
		keep, ok := r.Pack.Retention(class)
		if !ok {
			return nil
		}
		return tx.Each(ctx, statement, args, func(scan func(...any) error) error {
			m := Matter{Kind: kind, Class: class}
			var at int64
			err := scan(&m.Subject, &at)
			m.Ended = clock.FromMicro(at)
			m.Due = keep.After(m.Ended)
			list = append(list, m)
			return err
		})
	}
	before := func(class string) int64 {
		keep, _ := r.Pack.Retention(class)
		return clock.Micro(keep.Before(tx.Now))
	}
	for _, outcome := range append(slices.Clone(report.Outcomes), report.SplitUndone) {
		if err := add(OfReport, string(outcome), dueReportsSQL, scope.Args(string(outcome), before(string(outcome)), Most)); err != nil {
			return nil, err
		}
	}
	if err := add(OfCase, closedCase, dueCasesSQL, scope.Args(before(closedCase), Most)); err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b Matter) int { return a.Due.Compare(b.Due) })
	return list[:min(len(list), Most)], nil
}
