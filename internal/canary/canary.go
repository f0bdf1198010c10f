package canary

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// How long things may take.
const (
	Every  = time.Hour
	Within = 5 * time.Minute // from sending a canary until the case side has opened it
	Stale  = 2 * time.Hour   // without one that came through, the door is not known to be open
	kept   = 30 * 24 * time.Hour
)

// An ID names a canary.
type ID string

// A Failure says how far a canary came.
type Failure string

// The failures.
const (
	NotSent   Failure = "not_sent"   // the public side did not take it
	NotOpened Failure = "not_opened" // it was taken, and the case side has not opened it in time
)

// Config is what a Room needs.
type Config struct {
	Store *store.Store
	// Client asks the public side, and Address is where that is, as in "https://help.example.org/".
	Client  *http.Client
	Address func() string
	// Way is the way in that is gone: the id of a list of questions.
	Way string
	// Failed hears, in the transaction in which it is noted, that a canary did not come through; nil hears nothing.
	Failed func(ctx context.Context, tx store.Tx) error
}

// A Room sends canaries and knows them again. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room {
	if c.Failed == nil {
		c.Failed = func(context.Context, store.Tx) error { return nil }
	}
	return &Room{c}
}

// prefix begins every token, so that what cannot be one is told without asking.
const prefix = "canary "

// Send sends one canary. It gives why the door did not take it, which is noted and told; an error of ctx is neither. Where no address is
// known, it does nothing.
func (r *Room) Send(ctx context.Context) error {
	address := r.Address()
	if address == "" {
		return nil
	}
	token := prefix + rand.Text()
	var id ID
	err := r.Store.Write(ctx, func(tx store.Tx) error {
		id = ident.New[ID](tx.Now)
		if _, err := tx.Exec(ctx, pruneSQL, clock.Micro(tx.Now.Add(-kept))); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, insertSQL, string(id), digest(token), clock.Micro(tx.Now))
		return err
	})
	if err != nil {
		return err
	}
	gone := (&walk{client: r.Client, address: address, way: r.Way, words: token}).through(ctx)
	if gone == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	return errors.Join(gone, r.fail(ctx, id, NotSent))
}

// Look notes those that were not opened in time.
func (r *Room) Look(ctx context.Context) error {
	var late []ID
	err := r.Store.Read(ctx, func(tx store.Tx) error {
		late = nil
		return tx.Each(ctx, lateSQL, []any{clock.Micro(tx.Now.Add(-Within))}, func(scan func(...any) error) error {
			var id ID
			err := scan(&id)
			late = append(late, id)
			return err
		})
	})
	for _, id := range late {
		err = errors.Join(err, r.fail(ctx, id, NotOpened))
	}
	return err
}

func (r *Room) fail(ctx context.Context, id ID, why Failure) error {
	return r.Store.Write(ctx, func(tx store.Tx) error {
		rows, err := tx.Exec(ctx, failSQL, string(id), clock.Micro(tx.Now), string(why))
		if err != nil || rows == 0 {
			return err
		}
		return r.Failed(ctx, tx)
	})
}

// Token gives the token of a canary among what was told; empty when it is none. Only one that this program has sent, and
// that was not opened yet, is one, however late it comes: it never becomes a report.
func (r *Room) Token(ctx context.Context, told map[string][]string) (token string, err error) {
	for _, values := range told {
		for _, v := range values {
			if strings.HasPrefix(v, prefix) && len(v) < 60 {
				token = v
			}
		}
	}
	if token == "" {
		return "", nil
	}
	var n int
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		return tx.One(ctx, knownSQL, []any{digest(token)}, &n)
	})
	if n == 0 {
		token = ""
	}
	return token, err
}

// Arrived notes that the case side has opened the canary of a token.
func (r *Room) Arrived(ctx context.Context, tx store.Tx, _ access.Proof, token string) error {
	_, err := tx.Exec(ctx, openedSQL, digest(token), clock.Micro(tx.Now))
	return err
}

func digest(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// A State is what the canaries say of the door.
type State struct {
	Passed  time.Time // when the last one came through; zero when none has
	Sent    time.Time // when the last one was sent; zero when none was
	Failing Failure   // why none has come through since Passed; empty when the last one did, or is on its way
}

// Open tells whether the door is known to be open.
func (s State) Open(now time.Time) bool { return s.Failing == "" && now.Sub(s.Passed) < Stale }

// Now gives what the canaries say.
func Now(ctx context.Context, tx store.Tx) (s State, err error) {
	var passed, sent, failed int64
	if err := tx.One(ctx, stateSQL, []any{clock.Micro(tx.Now.Add(time.Minute))}, &sent, &passed, &failed); err != nil {
		return s, err
	}
	s.Sent, s.Passed = clock.FromMicro(sent), clock.FromMicro(passed)
	if failed > passed {
		err = tx.One(ctx, failureSQL, []any{failed}, &s.Failing)
	}
	return s, err
}
