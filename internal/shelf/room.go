package shelf

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"amparo/internal/clock"
	"amparo/internal/education"
	"amparo/internal/store"
)

const (
	// Fresh is for how long what was read is given without asking again.
	Fresh = 10 * time.Second
	// Hold is for how long it is given when the database cannot be asked. With [Shared] it is less than a minute.
	Hold = 20 * time.Second
	// Shared is for how long a cache between the program and whoever reads may keep a page while a text of the shelf may stand on it.
	Shared = 30 * time.Second
)

const (
	readTime = 2 * time.Second // that the database gets
	again    = 3 * time.Second // after which it is asked again when it could not be read
)

// Config is what a Room needs.
type Config struct {
	Store  *store.Store
	Clock  clock.Clock
	Pack   *education.Library // the texts that are there without a database
	Failed func(err error)    // hears why the shelf, or a text of it, could not be read; nil hears nothing
}

// A Room gives what there is to read now. It is safe for use by many goroutines.
type Room struct {
	Config
	now     atomic.Pointer[reading]
	failing atomic.Bool // the database could not be asked the last time

	asking sync.Mutex // is held by whoever asks the database
	failed time.Time  // guarded by asking: when it could not be asked last
}

// A reading is what was read, and when. It never changes.
type reading struct {
	library *education.Library
	marks   []mark
	at      time.Time
}

// young tells whether a reading is there and no older than that.
func (r *reading) young(now time.Time, most time.Duration) bool {
	return r != nil && now.Sub(r.at) < most && !now.Before(r.at)
}

// New makes a Room.
func New(c Config) *Room { return &Room{Config: c} }

// Look gives the library of now: the same one, until what is published has changed. One of those who ask when it is no longer fresh asks the database; the
// others are given what was read before, as long as that is young enough.
func (r *Room) Look(ctx context.Context) *education.Library {
	now := r.Clock.Now()
	last := r.now.Load()
	if last.young(now, Fresh) {
		return last.library
	}
	if last.young(now, Hold) || r.failing.Load() {
		if !r.asking.TryLock() {
			return r.held(now)
		}
	} else {
		r.asking.Lock()
	}
	defer r.asking.Unlock()
	if last = r.now.Load(); last.young(now, Fresh) {
		return last.library
	}
	if !r.failing.Load() || now.Sub(r.failed) >= again || now.Before(r.failed) {
		if err := r.read(ctx, now); err != nil {
			r.failed = now
			r.failing.Store(true)
			r.tell(err)
		}
	}
	return r.held(now)
}

// held gives what was read last while it is young enough, else the texts of the pack.
func (r *Room) held(now time.Time) *education.Library {
	if last := r.now.Load(); last.young(now, Hold) {
		return last.library
	}
	return r.Pack
}

// Renew asks the database now, and gives the library: for pages on which somebody looks at what they have just done.
func (r *Room) Renew(ctx context.Context) (*education.Library, error) {
	r.asking.Lock()
	defer r.asking.Unlock()
	if err := r.read(ctx, r.Clock.Now()); err != nil {
		return nil, err
	}
	return r.now.Load().library, nil
}

func (r *Room) tell(err error) {
	if r.Failed != nil {
		r.Failed(err)
	}
}

// read asks what is published, and reads its words when that is not what it was. Its caller holds asking.
func (r *Room) read(ctx context.Context, now time.Time) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), readTime)
	defer stop()
	last := r.now.Load()
	next := &reading{at: now}
	var bad []error
	err := r.Store.Read(ctx, func(tx store.Tx) (err error) {
		bad = nil
		if next.marks, err = marks(ctx, tx); err != nil {
			return err
		}
		if last != nil && slices.Equal(last.marks, next.marks) {
			next.library = last.library
			return nil
		}
		var list []*education.Module
		if list, bad, err = texts(ctx, tx); err != nil {
			return err
		}
		next.library = r.Pack.With(list)
		return nil
	})
	if err != nil {
		return err
	}
	for _, one := range bad {
		r.tell(one)
	}
	r.failing.Store(false)
	r.now.Store(next)
	return nil
}
