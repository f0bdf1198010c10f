package rota

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// The limits of what can be planned.
const (
	MostWeeks      = 12                   // in which a shift is repeated, the first among them
	LongestAtDesk  = 1                    // days, by the clock on the wall, that one shift at a desk lasts
	LongestOnCall  = 7                    // days that one shift on call lasts
	LongestAbsence = 366                  // days that are recorded at once
	farthest       = 366 * 24 * time.Hour // from now that anything may begin
	LongestGap     = 7 * 24 * time.Hour   // between two shifts at a desk that the rota still speaks of: nobody is there
)

// Config is what a Room needs. Every field but Staffed is needed.
type Config struct {
	Store *store.Store
	// People gives the active people of an agency, by name.
	People func(ctx context.Context, tx store.Tx, agency string) ([]Person, error)
	// Zone is where a week is a week by the clock on the wall.
	Zone *time.Location
	// Staffed is told, in the transaction of every change, what is planned for an agency's desk from now on; nil tells nobody.
	Staffed func(ctx context.Context, tx store.Tx, by access.Proof, agency string, list []Stretch) error
}

// A Room keeps the rota. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// act opens the door for a change that is of the actor's agency as a whole, and tells from when on the desk is staffed.
func (r *Room) act(ctx context.Context, actor access.Actor, action access.Action, change func(ctx context.Context, tx store.Tx) (map[string]string, error)) error {
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: action}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		detail, err := change(ctx, tx)
		if err != nil {
			return nil, err
		}
		return detail, r.Publish(ctx, tx, by, actor.Agency)
	})
}

// Publish tells again from when on an agency's desk is staffed: time passes, and somebody may no longer work here.
func (r *Room) Publish(ctx context.Context, tx store.Tx, by access.Proof, agency string) error {
	if r.Staffed == nil {
		return nil
	}
	list, err := r.Stretches(ctx, tx, agency, tx.Now)
	if err != nil {
		return err
	}
	return r.Staffed(ctx, tx, by, agency, list)
}

// colleague finds somebody of an agency; false when nobody active there has the id.
func (r *Room) colleague(ctx context.Context, tx store.Tx, agency, user string) (Person, bool, error) {
	people, err := r.People(ctx, tx, agency)
	if i := slices.IndexFunc(people, func(p Person) bool { return p.User == user }); i >= 0 {
		return people[i], true, err
	}
	return Person{}, false, err
}

// check finds what is wrong with when something is to be: it must end after it begins and after now, last no more days than that
// by the clock on the wall, and begin within a year.
func (s Span) check(wrong *fault.Error, now time.Time, days int, zone *time.Location) {
	switch {
	case s.From.IsZero() || s.From.Sub(now) > farthest:
		wrong.With("from", "fault.rota_from")
	case !s.Until.After(s.From) || !s.Until.After(now):
		wrong.With("until", "fault.rota_until")
	case s.Until.After(s.From.In(zone).AddDate(0, 0, days)):
		wrong.With("until", "fault.rota_long", "Hours", days*24)
	}
}
