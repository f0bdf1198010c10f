package tale

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/store"
)

// Fresh is for how long what was read may be given again. With what a shared cache may keep ([Shared]), and with the job that looks for what has ended,
// a story that was taken back is gone everywhere within a minute.
const Fresh = 10 * time.Second

// Shared is for how long a cache between the program and whoever reads may keep something in which a story stands.
const Shared = 20 * time.Second

// remembered is how long it is kept that a story was removed: whoever embeds stories fetches them far more often.
const remembered = 400 * 24 * time.Hour

// Put publishes a story, in each of its languages.
func Put(ctx context.Context, tx store.Tx, _ access.Proof, list []Story) error {
	for _, s := range list {
		if _, err := tx.Exec(ctx, backSQL, s.Code, s.Language); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, putSQL, s.Code, s.Language, string(s.Audience), string(s.Kind), s.Title, s.Body, clock.Micro(s.Published), clock.Micro(s.Until)); err != nil {
			return err
		}
	}
	return nil
}

// Take takes a story away, in all languages. One that is not there changes nothing.
func Take(ctx context.Context, tx store.Tx, _ access.Proof, code string) error {
	if _, err := tx.Exec(ctx, removedSQL, code, clock.Micro(tx.Now)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, takeSQL, code)
	return err
}

// Prune forgets what was removed long ago.
func Prune(ctx context.Context, tx store.Tx) error {
	_, err := tx.Exec(ctx, pruneSQL, clock.Micro(tx.Now.Add(-remembered)))
	return err
}

// KeepYear keeps the counts of a year, in the place of those that were there.
func KeepYear(ctx context.Context, tx store.Tx, _ access.Proof, y Year) error {
	text, err := json.Marshal(y)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, keepYearSQL, y.Year, string(text), clock.Micro(tx.Now))
	return err
}

// A Room reads what there is for the public side. It is safe for use by many goroutines.
type Room struct {
	store *store.Store
	clock clock.Clock
	mu    sync.Mutex
	board Board     // guarded by mu
	at    time.Time // guarded by mu: when board was read; zero for never
	err   error     // guarded by mu: why it could not be, at fail
	fail  time.Time // guarded by mu
}

const (
	readTime = 2 * time.Second // that the database gets
	again    = 3 * time.Second // after which it is asked again when it could not be read
)

// New makes a Room.
func New(s *store.Store, c clock.Clock) *Room { return &Room{store: s, clock: c} }

// Look gives what there is to read now. What was read is given for Fresh, less what has ended since. The slices are not the caller's to change.
func (r *Room) Look(ctx context.Context) (Board, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock.Now()
	if r.at.IsZero() || now.Sub(r.at) >= Fresh || now.Before(r.at) {
		if r.err != nil && !now.Before(r.fail) && now.Sub(r.fail) < again { // whoever else waits is not kept waiting for the same
			return Board{}, r.err
		}
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), readTime)
		defer stop()
		b, err := r.read(ctx, now)
		if r.err, r.fail = err, now; err != nil {
			return Board{}, err
		}
		r.board, r.at = b, now
	}
	b := r.board
	if slices.ContainsFunc(b.Stories, func(s Story) bool { return !now.Before(s.Until) }) {
		b.Stories = slices.DeleteFunc(slices.Clone(b.Stories), func(s Story) bool { return !now.Before(s.Until) })
	}
	return b, nil
}

func (r *Room) read(ctx context.Context, now time.Time) (b Board, err error) {
	err = r.store.Read(ctx, func(tx store.Tx) (err error) {
		b = Board{}
		if b.Stories, err = stories(ctx, tx, now); err != nil {
			return err
		}
		err = tx.Each(ctx, goneSQL, nil, func(scan func(...any) error) error {
			var one Removed
			var at int64
			err := scan(&one.Code, &one.Language, &at)
			one.At = clock.FromMicro(at)
			b.Removed = append(b.Removed, one)
			return err
		})
		if err != nil {
			return err
		}
		return tx.Each(ctx, yearsSQL, nil, func(scan func(...any) error) error {
			var text string
			var y Year
			if err := scan(&text); err != nil {
				return err
			}
			err := json.Unmarshal([]byte(text), &y)
			b.Years = append(b.Years, y)
			return err
		})
	})
	return b, err
}

// stories gives what is published at a time, by audience.
func stories(ctx context.Context, tx store.Tx, now time.Time) (list []Story, err error) {
	err = tx.Each(ctx, storiesSQL, []any{clock.Micro(now)}, func(scan func(...any) error) error {
		var s Story
		var published, until int64
		err := scan(&s.Code, &s.Language, &s.Audience, &s.Kind, &s.Title, &s.Body, &published, &until)
		s.Published, s.Until = clock.FromMicro(published), clock.FromMicro(until)
		list = append(list, s)
		return err
	})
	slices.SortStableFunc(list, func(a, b Story) int {
		return slices.Index(education.Audiences, a.Audience) - slices.Index(education.Audiences, b.Audience)
	})
	return list, err
}
