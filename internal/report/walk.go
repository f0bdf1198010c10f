package report

import (
	"context"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
)

// A Walk goes over the stored reports, those without an outcome first, a batch at a time; not over those whose split was undone. Make
// one with NewWalk.
type Walk struct {
	since, until     time.Time
	closed, openOnly bool
	after            ID
}

// NewWalk goes over the reports that were received at since or later, all when it is zero. Those with an outcome are left out with
// openOnly; those that get theirs after until were met as open ones, and do not come twice.
func NewWalk(since, until time.Time, openOnly bool) *Walk {
	return &Walk{since: since, until: until, openOnly: openOnly}
}

// Next gives up to most ids and whether they are of reports without an outcome; none when the walk is at its end.
func (w *Walk) Next(ctx context.Context, tx store.Tx, _ access.Proof, most int) (ids []ID, open bool, err error) {
	for {
		statement, args := walkOpenSQL, []any{clock.Micro(w.since), string(w.after), most}
		if w.closed {
			statement, args = walkResolvedSQL, append(args, clock.Micro(w.until))
		}
		if ids, err = walk(ctx, tx, statement, args); err != nil || len(ids) > 0 {
			return ids, !w.closed, err
		}
		if w.closed || w.openOnly {
			return nil, false, nil
		}
		w.closed, w.after = true, ""
	}
}

// Passed says that the ids were dealt with: Next goes on after the last of them. Until then it gives the same ones again, so that a
// transaction may run twice.
func (w *Walk) Passed(ids []ID) { w.after = ids[len(ids)-1] }

func walk(ctx context.Context, tx store.Tx, statement string, args []any) (ids []ID, err error) {
	err = tx.Each(ctx, statement, args, func(scan func(...any) error) error {
		var id ID
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// LatestPack is the code and the version of the pack under which the latest report came in; empty when there is none.
func LatestPack(ctx context.Context, tx store.Tx) (pack string, err error) {
	err = tx.One(ctx, latestPackSQL, nil, &pack)
	if errors.Is(err, store.ErrNoRow) {
		return "", nil
	}
	return pack, err
}
