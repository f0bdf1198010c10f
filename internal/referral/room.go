package referral

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/jurisdiction"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

// Config is what a Room needs.
type Config struct {
	Store  *store.Store
	Reveal *reveal.Room
	// Clock gives the time of new ids; nil is the machine's clock.
	Clock clock.Clock
	// Pack is the country: its agencies, services, reasons and targets.
	Pack *jurisdiction.Pack
	// People gives the active people of an agency, of all when it is empty, by name.
	People func(ctx context.Context, tx store.Tx, agency string) ([]casework.Colleague, error)
	// Told is called inside the transaction when somebody has something to do about a subject, a referral or a case; nil does nothing.
	Told func(ctx context.Context, tx store.Tx, subject string) error
}

// A Room hands on and follows. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room {
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	return &Room{c}
}

// a step is what a use case does to a referral whose version was taken.
type step func(ctx context.Context, tx store.Tx, by access.Proof, r Referral) error

// there opens the door for somebody of the agency that was asked, takes the version and does the step. wrong is told only to who may
// do it. The case's id stays out of the audit entry: it is not theirs.
func (r *Room) there(ctx context.Context, actor access.Actor, action access.Action, id ID, version int64, wrong error, do step) error {
	q := door.Request{Actor: actor, Action: action, Subject: string(id)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if wrong != nil {
			return nil, wrong
		}
		now, err := touch(ctx, tx, id, version)
		if err != nil {
			return nil, err
		}
		return nil, do(ctx, tx, by, now)
	})
}

// here opens the door for somebody of the case, who asks about one of its referrals.
func (r *Room) here(ctx context.Context, actor access.Actor, file casework.ID, id ID, version int64, wrong error, do step) error {
	q := door.Request{Actor: actor, Action: access.ReferralSend, Subject: string(file)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if wrong != nil {
			return nil, wrong
		}
		now, err := load(ctx, tx, id)
		if err == nil && now.Case != file {
			err = fault.New(fault.Withheld, fault.CodeWithheld)
		}
		if err == nil {
			now, err = touch(ctx, tx, id, version)
		}
		if err != nil {
			return nil, err
		}
		return map[string]string{"referral": string(id)}, do(ctx, tx, by, now)
	})
}

// able gives who of an agency can answer a subject: specialists who may know of it.
func (r *Room) able(ctx context.Context, tx store.Tx, agency, subject string) (list []casework.Colleague, err error) {
	all, err := r.People(ctx, tx, agency)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		excluded, err := grant.Excluded(ctx, tx, subject, one.ID)
		if err != nil {
			return nil, err
		}
		if !excluded && one.Has(access.Specialist) {
			list = append(list, one)
		}
	}
	return list, nil
}

// awaits opens the case's task that goes with an open referral, in place of the one before, with the referral's title as its words.
func (r *Room) awaits(ctx context.Context, tx store.Tx, by access.Proof, now *Referral, title string, kind task.Kind, due time.Time) error {
	if err := r.settle(ctx, tx, by, *now); err != nil {
		return err
	}
	id, err := r.atCase(ctx, tx, by, *now, title, kind, due, true)
	now.caseTask = id
	return err
}

// atCase opens a task at the case, for its case manager.
func (r *Room) atCase(ctx context.Context, tx store.Tx, by access.Proof, now Referral, title string, kind task.Kind, due time.Time, blocking bool) (task.ID, error) {
	subject, id := string(now.Case), ident.New[task.ID](tx.Now)
	label, err := r.Reveal.Seal(ctx, subject, reveal.Content, cell("task", "label", string(id)), []byte(title))
	if err != nil {
		return "", err
	}
	owner, err := grant.Holder(ctx, tx, subject, access.Manager)
	if err != nil {
		return "", err
	}
	return task.Start(ctx, tx, by, task.Input{ID: id, Subject: subject, Kind: kind, Owner: owner, Agency: now.From, Blocking: blocking, Label: label, Due: due})
}

// settle ends the case's task that goes with the referral, if it is still open.
func (r *Room) settle(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
	open, err := task.OpenFor(ctx, tx, string(now.Case))
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(open, func(t task.Task) bool { return t.ID == now.caseTask }); i >= 0 {
		return task.Finish(ctx, tx, by, string(now.Case), now.caseTask, open[i].Version)
	}
	return nil
}

// turns opens the task there, in place of the one before: to answer while nobody has taken it, then whoever has takes the next step.
func (r *Room) turns(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
	kind := TaskAct
	if now.State.Waits() {
		kind = task.AwaitAnswer
	}
	if err := task.Cancel(ctx, tx, by, string(now.ID)); err != nil {
		return err
	}
	_, err := task.Start(ctx, tx, by, task.Input{Subject: string(now.ID), Kind: kind, Owner: now.Taker, Agency: now.Agency, Due: now.Due})
	return err
}

// answered tells the case that there is something to read.
func (r *Room) answered(ctx context.Context, tx store.Tx, by access.Proof, now Referral, title string) error {
	if _, err := r.atCase(ctx, tx, by, now, title, TaskAnswered, r.readBy(now, tx.Now), false); err != nil {
		return err
	}
	return r.told(ctx, tx, string(now.Case))
}

// readBy is when the case's side should have read what comes at from.
func (r *Room) readBy(now Referral, from time.Time) time.Time {
	if due := r.Pack.Targets().Due(jurisdiction.MessageRead, string(now.Priority), from); !due.IsZero() {
		return due
	}
	return from.AddDate(0, 0, 1)
}

func (r *Room) told(ctx context.Context, tx store.Tx, subject string) error {
	if r.Told == nil {
		return nil
	}
	return r.Told(ctx, tx, subject)
}

// Urgency gives the priority of a referral, inside the caller's transaction; fault.Withheld when there is no such referral.
func Urgency(ctx context.Context, tx store.Tx, id ID) (ruleset.Priority, error) {
	r, err := load(ctx, tx, id)
	return r.Priority, err
}
