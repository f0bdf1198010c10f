package intake

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
)

// A Stretch is a time for which the rota of a desk says whether somebody is there. Until is no part of it. Who it is the public
// side is never told.
type Stretch struct {
	From, Until time.Time
	Staffed     bool
}

const (
	staffedSQL    = `SELECT starts_at, ends_at, staffed FROM staffed_time WHERE desk = $1 ORDER BY starts_at`
	staffedNowSQL = `SELECT starts_at, ends_at, staffed FROM staffed_time WHERE desk = $1 AND ends_at > $2 ORDER BY starts_at`
	unstaffSQL    = `DELETE FROM staffed_time WHERE desk = $1`
	staffSQL      = `INSERT INTO staffed_time (desk, starts_at, ends_at, staffed) VALUES ($1, $2, $3, $4)`
)

// SetStaffed says for which times the rota of a desk says whether somebody is there: in order, apart from each other, in place
// of all that was said before. Saying what is said already writes nothing.
func SetStaffed(ctx context.Context, tx store.Tx, _ access.Proof, desk string, list []Stretch) error {
	before, err := said(ctx, tx, staffedSQL, desk)
	if err != nil || slices.EqualFunc(before, list, same) {
		return err
	}
	if _, err := tx.Exec(ctx, unstaffSQL, desk); err != nil {
		return err
	}
	for _, s := range list {
		staffed := 0
		if s.Staffed {
			staffed = 1
		}
		if _, err := tx.Exec(ctx, staffSQL, desk, clock.Micro(s.From), clock.Micro(s.Until), staffed); err != nil {
			return err
		}
	}
	return nil
}

func same(a, b Stretch) bool {
	return a.From.Equal(b.From) && a.Until.Equal(b.Until) && a.Staffed == b.Staffed
}

func said(ctx context.Context, tx store.Tx, statement string, args ...any) (list []Stretch, err error) {
	err = tx.Each(ctx, statement, args, func(scan func(...any) error) error {
		var from, until, staffed int64
		err := scan(&from, &until, &staffed)
		list = append(list, Stretch{clock.FromMicro(from), clock.FromMicro(until), staffed == 1})
		return err
	})
	return list, err
}

// A Calendar says from when on, counted from a time, somebody is at work: that time itself and true when somebody is then.
type Calendar func(at time.Time) (from time.Time, now bool)

// NextStaffed gives at itself and true while somebody is at the desk, else from when on somebody is. The desk's rota says so, and
// the calendar for every time of which no rota says anything.
func NextStaffed(ctx context.Context, tx store.Tx, desk string, at time.Time, otherwise Calendar) (from time.Time, now bool, err error) {
	list, err := said(ctx, tx, staffedNowSQL, desk, clock.Micro(at))
	if err != nil {
		return at, false, err
	}
	from = next(list, at, otherwise)
	return from, from.Equal(at), nil
}

// next is NextStaffed over stretches that end after at.
func next(list []Stretch, at time.Time, otherwise Calendar) time.Time {
	for _, s := range list {
		if at.Before(s.From) {
			if from, _ := otherwise(at); from.Before(s.From) {
				return from
			}
			at = s.From
		}
		if s.Staffed {
			return at
		}
		at = s.Until
	}
	from, _ := otherwise(at)
	return from
}

// NextStaffed is the function of that name, for the public side.
func (r *Room) NextStaffed(ctx context.Context, desk string, at time.Time, otherwise Calendar) (from time.Time, now bool, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		from, now, err = NextStaffed(ctx, tx, desk, at, otherwise)
		return err
	})
	return from, now, err
}
