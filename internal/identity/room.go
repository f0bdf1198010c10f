package identity

import (
	"context"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// The lifetimes and limits that hold when Config does not say otherwise.
const (
	IdleLife       = 30 * time.Minute
	SessionLife    = 12 * time.Hour
	PassageLife    = 10 * time.Minute
	OneTimeLife    = 7 * 24 * time.Hour
	FreeTries      = 5
	LongestWait    = 15 * time.Minute
	FailuresMinute = 240
	HashLanes      = 2
)

// A Sealer seals and opens the few values that this room does not keep in clear. What was sealed for one column and row
// opens for no other. It is never called inside a transaction.
type Sealer interface {
	Seal(ctx context.Context, column, row string, plain []byte) ([]byte, error)
	Open(ctx context.Context, column, row string, sealed []byte) ([]byte, error)
}

// Config is what the room needs. Store and Sealer must be given; everything else may be zero.
type Config struct {
	// Store is the main database, migrated.
	Store *store.Store
	// Sealer seals second-factor secrets and e-mail addresses.
	Sealer Sealer
	// Owned counts what a user answers for and could not with these roles; a user who would leave something behind keeps the
	// roles. nil counts nothing.
	Owned func(ctx context.Context, tx store.Tx, user string, roles []access.Role) (int, error)
	// Clock must be the store's clock; nil is the machine's.
	Clock clock.Clock
	// Issuer is the name that authenticator apps show beside the code; empty is "Amparo".
	Issuer string
	// IdleLife ends a session that was not used for so long; 0 is 30 minutes. Use is noted at most once a minute, so a
	// session may end up to a minute early.
	IdleLife time.Duration
	// SessionLife ends a session so long after it began, however much it is used; 0 is 12 hours.
	SessionLife time.Duration
	// PassageLife is how long a sign-in may take from the password to the last step; 0 is 10 minutes.
	PassageLife time.Duration
	// OneTimeLife is how long a one-time password can be used; 0 is 7 days.
	OneTimeLife time.Duration
	// FreeTries is how many tries of passwords and codes a name has before it must wait: 1 minute, then 2, 4, 8 and so on. A completed sign-in,
	// or an hour without a try, gives them back. 0 is 5.
	FreeTries int
	// LongestWait bounds that wait, and so how long somebody else can keep a user out; 0 is 15 minutes.
	LongestWait time.Duration
	// FailuresMinute is how many tries may fail within a minute over all names before everybody waits for a minute;
	// 0 is 240. It keeps guessing over many names slow and the audit log small. People signed in already notice nothing.
	FailuresMinute int
	// HashLanes is how many passwords are hashed at once; each takes Cost.Memory. 0 is 2.
	HashLanes int
	// Cost is the price of hashing one password; zero is DefaultCost.
	Cost Cost
}

// A Room holds agencies, users and sessions. It is safe for use by many goroutines.
type Room struct {
	c    Config
	hash *hasher
}

// New makes the room. It reads nothing yet.
func New(c Config) *Room {
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	orElse(&c.Issuer, "Amparo")
	orElse(&c.IdleLife, IdleLife)
	orElse(&c.SessionLife, SessionLife)
	orElse(&c.PassageLife, PassageLife)
	orElse(&c.OneTimeLife, OneTimeLife)
	orElse(&c.FreeTries, FreeTries)
	orElse(&c.LongestWait, LongestWait)
	orElse(&c.FailuresMinute, FailuresMinute)
	orElse(&c.HashLanes, HashLanes)
	orElse(&c.Cost, DefaultCost)
	return &Room{c: c, hash: newHasher(c.Cost, c.HashLanes)}
}

func orElse[T comparable](value *T, other T) {
	var zero T
	if *value == zero {
		*value = other
	}
}

// A deed is what a use case sets out to do, as the audit log will tell it.
type deed struct {
	actor    access.Actor
	action   access.Action
	what     string
	subjects []string
}

func (d deed) entry(outcome audit.Outcome, reason string) audit.Entry {
	return audit.Entry{
		Actor: d.actor, Action: d.action, Outcome: outcome, Reason: reason, Subjects: d.subjects,
		Detail: map[string]string{"what": d.what},
	}
}

// on gives subjects that are safe to log: whatever has not the shape of an id is left out.
func on[T ~string](ids ...T) []string {
	var subjects []string
	for _, id := range ids {
		if ident.Check(string(id)) == nil {
			subjects = append(subjects, string(id))
		}
	}
	return subjects
}

// may decides, and audits a refusal.
func (r *Room) may(ctx context.Context, d deed) error {
	if _, err := access.Decide(d.actor, d.action); err != nil {
		return r.refuse(ctx, d, err)
	}
	return nil
}

// refuse audits that the deed was refused, and gives the reason back. A failure of ours is no refusal.
func (r *Room) refuse(ctx context.Context, d deed, reason error) error {
	if kind := fault.KindOf(reason); kind == fault.Internal || kind == fault.Unavailable || d.actor.Kind == "" {
		return reason
	}
	err := r.c.Store.Write(ctx, func(tx store.Tx) error {
		return audit.Record(ctx, tx, d.entry(audit.Refused, string(fault.CodeOf(reason))))
	})
	return errors.Join(reason, err)
}

// write makes the change and its audit entry in one transaction; a change that is refused is audited as such.
func (r *Room) write(ctx context.Context, d deed, change func(tx store.Tx) error) error {
	err := r.c.Store.Write(ctx, func(tx store.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, d.entry(audit.Done, ""))
	})
	if err != nil {
		return r.refuse(ctx, d, err)
	}
	return nil
}
