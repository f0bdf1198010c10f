package campaign

import (
	"context"
	"sync"
	"time"

	"amparo/internal/clock"
	"amparo/internal/store"
)

// readEvery is how often a Book looks again.
const readEvery = time.Minute

// readAtMost is how long a page waits for that.
const readAtMost = 2 * time.Second

// BookConfig is what a Book needs.
type BookConfig struct {
	Store *store.Store
	Clock clock.Clock
	Zone  *time.Location // of the country, whose days are meant
	// Failed hears that the codes could not be read; those that were read last go on. Nil hears nothing.
	Failed func(err error)
}

// A Book tells the public side which codes lead to a campaign that runs. It knows nothing else of campaigns. It is safe for use by many goroutines.
type Book struct {
	BookConfig
	mu   sync.Mutex
	list map[Code]span // guarded by mu
	read time.Time     // guarded by mu: when it was read last
}

type span struct{ first, last string }

// NewBook makes a Book. It reads when it is asked first.
func NewBook(c BookConfig) *Book {
	if c.Failed == nil {
		c.Failed = func(error) {}
	}
	return &Book{BookConfig: c}
}

// Running gives the code that a text names, when its campaign runs today. Everything else is empty: wrong, too early, over, or not to be had just now. What
// was ended is known within a minute.
func (b *Book) Running(ctx context.Context, text string) Code {
	code := ReadCode(text)
	if code == "" {
		return ""
	}
	now := b.Clock.Now()
	today := clock.Day(now, b.Zone)
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Sub(b.read) >= readEvery || now.Before(b.read) {
		list, err := b.codes(context.WithoutCancel(ctx), today)
		if err != nil {
			b.Failed(err)
		} else {
			b.list = list
		}
		b.read = now // what cannot be had is not asked for again at once
	}
	if s, known := b.list[code]; !known || today < s.first || today > s.last {
		return ""
	}
	return code
}

// codes reads what runs on a day or will.
func (b *Book) codes(ctx context.Context, today string) (list map[Code]span, err error) {
	ctx, stop := context.WithTimeout(ctx, readAtMost)
	defer stop()
	err = b.Store.Read(ctx, func(tx store.Tx) error {
		list = map[Code]span{}
		return tx.Each(ctx, runningSQL, []any{today}, func(scan func(...any) error) error {
			var code Code
			var s span
			err := scan(&code, &s.first, &s.last)
			list[code] = s
			return err
		})
	})
	return list, err
}
