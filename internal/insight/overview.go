package insight

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// Config is what a Room needs.
type Config struct {
	Store    *store.Store
	Casework *casework.Room
	Zone     *time.Location // of the country's clocks
	Clock    clock.Clock
}

// A Room tells how the work stands. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// Usual is the span that is looked at first.
func (r *Room) Usual() Span { return Usual(r.Clock.Now(), r.Zone) }

// MostLate is how many late tasks an overview names one by one.
const MostLate = 10

// A Lateness is a task that is late, with what it belongs to: one of the two is empty.
type Lateness struct {
	task.Task
	Report report.ID
	Case   casework.ID
}

// An Overview is how the work of an agency stands, as far as one reader may know of it.
type Overview struct {
	Now       time.Time
	Span      Span
	Unclaimed []triage.Unclaimed // reports that nobody has claimed, the most urgent first
	Latest    []Lateness         // late by most first, MostLate at the most
	Late      []task.Late
	Stopped   []task.Stopped // clocks that stand still, which is not being late
	Shares    casework.Shares
	Waits     Waits
}

// Read gives the overview, with the waits of the reports that came in within the span. A span that cannot be is fault.Invalid with
// the fields from and to.
func (r *Room) Read(ctx context.Context, actor access.Actor, span Span) (o Overview, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.InsightRead}); err != nil {
		return o, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		o = Overview{Now: tx.Now, Span: span}
		if err := span.Check(tx.Now, r.Zone); err != nil {
			return err
		}
		return r.gather(ctx, tx, actor, &o)
	})
	return o, err
}

// gather reads what an overview has, each from the room that owns it.
func (r *Room) gather(ctx context.Context, tx store.Tx, actor access.Actor, o *Overview) error {
	const action = access.InsightRead
	var latest []task.Task
	var waits []report.Wait
	from, to := o.Span.around()
	for _, step := range []func() error{
		func() (err error) { o.Unclaimed, err = triage.AllUnclaimed(ctx, tx, actor, action); return err },
		func() (err error) { o.Late, err = task.AllLate(ctx, tx, actor, action); return err },
		func() (err error) { o.Stopped, err = task.AllStopped(ctx, tx, actor, action); return err },
		func() (err error) { latest, err = task.Latest(ctx, tx, actor, action, MostLate); return err },
		func() (err error) { o.Latest, err = belongings(ctx, tx, latest); return err },
		func() (err error) { o.Shares, err = r.Casework.Shares(ctx, tx, actor, action); return err },
		func() (err error) { waits, err = report.Waits(ctx, tx, actor, action, from, to); return err },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	o.Waits = reckon(waits, o.Span.days(), tx.Now, r.Zone)
	return nil
}

// belongings finds out what each task belongs to. A report whose envelope is still to be opened is neither.
func belongings(ctx context.Context, tx store.Tx, list []task.Task) (found []Lateness, err error) {
	for _, t := range list {
		l := Lateness{Task: t}
		_, err := casework.Urgency(ctx, tx, casework.ID(t.Subject))
		switch {
		case err == nil:
			l.Case = casework.ID(t.Subject)
		case fault.KindOf(err) != fault.Withheld:
			return nil, err
		default:
			_, _, err := report.Load(ctx, tx, report.ID(t.Subject))
			if err != nil && fault.KindOf(err) != fault.Withheld {
				return nil, err
			}
			if err == nil {
				l.Report = report.ID(t.Subject)
			}
		}
		found = append(found, l)
	}
	return found, nil
}
