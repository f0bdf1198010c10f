package signpost

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"amparo/internal/clock"
	"amparo/internal/store"
)

// Kept is how long counts are kept.
const Kept = 2 * 365 * 24 * time.Hour

// writeEvery is how often counts go to the store.
const writeEvery = time.Minute

// Config is what a Room needs.
type Config struct {
	Store *store.Store
	Clock clock.Clock
	Zone  *time.Location // of the country, whose days are counted
	// Failed hears that counts could not be written; they are kept for the next time. Nil hears nothing.
	Failed func(err error)
}

// A Room counts what was served. It is safe for use by many goroutines. What was counted in the minute before a process ends may be lost.
type Room struct {
	Config
	mu      sync.Mutex
	counts  map[served]int64 // guarded by mu
	written time.Time        // guarded by mu: when the last writing began
	writing sync.WaitGroup
}

// A served is what is counted together.
type served struct{ day, campaign, code, language string }

func (s served) compare(other served) int {
	return cmp.Or(cmp.Compare(s.day, other.day), cmp.Compare(s.campaign, other.campaign), cmp.Compare(s.code, other.code), cmp.Compare(s.language, other.language))
}

// New makes a Room.
func New(c Config) *Room {
	if c.Failed == nil {
		c.Failed = func(error) {}
	}
	return &Room{Config: c, counts: map[served]int64{}, written: c.Clock.Now()}
}

// Count counts one that was served, for a campaign by its code, or for none where that is empty. It waits for nothing: what has gathered goes to the store behind it, once a minute.
func (r *Room) Count(code, language, campaign string) {
	now := r.Clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[served{now.In(r.Zone).Format(time.DateOnly), campaign, code, language}]++
	if now.Sub(r.written) < writeEvery {
		return
	}
	r.written = now
	r.writing.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := r.Flush(ctx); err != nil {
			r.Failed(err)
		}
	})
}

// Flush writes what has gathered. What cannot be written is kept for the next time.
func (r *Room) Flush(ctx context.Context) error {
	r.mu.Lock()
	counts := r.counts
	r.counts = map[served]int64{}
	r.mu.Unlock()
	if len(counts) == 0 {
		return nil
	}
	err := r.Store.Write(ctx, func(tx store.Tx) error {
		for _, s := range slices.SortedFunc(maps.Keys(counts), served.compare) { // in one order, so that two processes never wait for each other
			if _, err := tx.Exec(ctx, addServedSQL, s.day, s.campaign, s.code, s.language, counts[s]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		for s, n := range counts {
			r.counts[s] += n
		}
	}
	return err
}

// Wait waits until no counts are being written.
func (r *Room) Wait() { r.writing.Wait() }

// A Day is how often one signpost was served in one language on one day.
type Day struct {
	Day            string // 2006-01-02, in the country
	Code, Language string
	Served         int64
}

// Days gives what was served since the day given, which counts, the latest day first: for every campaign and for none together.
func Days(ctx context.Context, tx store.Tx, since string) (list []Day, err error) {
	return days(ctx, tx, servedSinceSQL, since)
}

// DaysOf gives what was served for a campaign up to the day given, which counts, the latest day first.
func DaysOf(ctx context.Context, tx store.Tx, campaign, until string) (list []Day, err error) {
	return days(ctx, tx, servedOfSQL, campaign, until)
}

func days(ctx context.Context, tx store.Tx, statement string, args ...any) (list []Day, err error) {
	err = tx.Each(ctx, statement, args, func(scan func(...any) error) error {
		var d Day
		err := scan(&d.Day, &d.Code, &d.Language, &d.Served)
		list = append(list, d)
		return err
	})
	return list, err
}

// Prune forgets what is older than two years.
func Prune(ctx context.Context, tx store.Tx) error {
	_, err := tx.Exec(ctx, pruneServedSQL, tx.Now.Add(-Kept).Format(time.DateOnly))
	return err
}
