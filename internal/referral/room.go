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
	// Keep keeps a case and all that belongs with it from somebody, inside the transaction, as casework.Room.Keep does.
	Keep func(ctx context.Context, tx store.Tx, by access.Proof, file casework.ID, user string) error
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

// a change is what somebody does to a referral. It leaves one line in the thread, by which it is found when the form is sent again.
type change struct {
	door.Request
	file    casework.ID // of who is at the case; empty for who is at the agency
	id      ID
	version int64  // that was read, or anyVersion
	draft   string // of the form; empty when none was sent
	input   any    // all that was sent
	line    Event  // what the thread will say
	wrong   error  // told only to who may do it
	titled  bool   // opens the title, which is recorded, for the task that the case will have
}

// name gives the line its id: one that is the same when the same form is sent with the same words.
func (c *change) name() error {
	c.line.By = c.Actor.ID
	if c.draft == "" {
		return nil
	}
	if c.wrong == nil && ident.Check(c.draft) != nil {
		c.wrong = fault.New(fault.Invalid, "fault.form")
	}
	id, err := ident.OfForm(c.draft, c.Actor.ID, c.input) // who sends another's form does something of their own
	c.line.ID = id
	return err
}

// a step is what a change does to the referral as it is now.
type step func(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error

// do opens the door, takes the version, does the step and writes the line. What was done already by the same form is done. The case's id stays
// out of the audit entries of the agency: it is not theirs.
func (r *Room) do(ctx context.Context, c *change, step step) error {
	if err := c.name(); err != nil {
		return err
	}
	if done, err := r.done(ctx, c); done || err != nil {
		return err
	}
	title, err := r.titleFor(ctx, c)
	if err != nil {
		return err
	}
	return door.Do(ctx, r.Store, c.Request, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if c.wrong != nil {
			return nil, c.wrong
		}
		now, err := c.load(ctx, tx)
		if err != nil {
			return nil, err
		}
		if done, err := written(ctx, tx, c.line); done || err != nil { // by the same form at the same moment
			return nil, err
		}
		if now, err = touch(ctx, tx, c.id, c.version); err != nil {
			return nil, err
		}
		var detail map[string]string
		if c.file != "" {
			detail = map[string]string{"referral": string(c.id)}
		}
		now.title = title
		return detail, first(
			func() error { return step(ctx, tx, by, now) },
			func() error { return r.event(ctx, tx, c.id, c.line) },
		)
	})
}

// load gives the referral as it is; fault.Withheld for one of another case.
func (c *change) load(ctx context.Context, tx store.Tx) (Referral, error) {
	now, err := load(ctx, tx, c.id)
	if err == nil && c.file != "" && now.Case != c.file {
		err = fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return now, err
}

// titleFor opens what is asked in a few words, for a change that needs it and can be made.
func (r *Room) titleFor(ctx context.Context, c *change) (string, error) {
	if !c.titled || c.wrong != nil {
		return "", nil
	}
	by, err := door.See(ctx, r.Store, c.Request)
	if err != nil {
		return "", err
	}
	var sealed []byte
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		if _, err := c.load(ctx, tx); err != nil {
			return err
		}
		return tx.One(ctx, askedSQL, []any{string(c.id)}, &sealed)
	})
	if fault.KindOf(err) == fault.Withheld {
		return "", nil // the door says so, and records it
	}
	if err != nil {
		return "", err
	}
	var words Asked
	row := string(c.id)
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		return unseal(ctx, v, row, reveal.Content, cell("referral", "asked", row), sealed, &words)
	})
	return words.Title, err
}

// done tells whether the same form has done it already. Nothing is shown by that, and whoever did it may not see the referral any more.
func (r *Room) done(ctx context.Context, c *change) (done bool, err error) {
	if c.line.ID == "" {
		return false, nil
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) { done, err = written(ctx, tx, c.line); return err })
	return done, err
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
func (r *Room) awaits(ctx context.Context, tx store.Tx, by access.Proof, now *Referral, kind task.Kind, due time.Time) error {
	if err := r.settle(ctx, tx, by, *now); err != nil {
		return err
	}
	id, err := r.atCase(ctx, tx, by, *now, kind, due)
	now.caseTask = id
	return err
}

// atCase opens a task at the case, for its case manager. The case cannot close while it is open. Its words are the referral's title; when that was not
// opened, its kind says it.
func (r *Room) atCase(ctx context.Context, tx store.Tx, by access.Proof, now Referral, kind task.Kind, due time.Time) (task.ID, error) {
	subject, id := string(now.Case), ident.New[task.ID](tx.Now)
	var label []byte
	if now.title != "" {
		var err error
		if label, err = r.Reveal.Seal(ctx, subject, reveal.Content, cell("task", "label", string(id)), []byte(now.title)); err != nil {
			return "", err
		}
	}
	owner, err := grant.Holder(ctx, tx, subject, access.Manager)
	if err != nil {
		return "", err
	}
	return task.Start(ctx, tx, by, task.Input{ID: id, Subject: subject, Kind: kind, Owner: owner, Agency: now.From, Blocking: true, Label: label, Due: due})
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
func (r *Room) answered(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
	if _, err := r.atCase(ctx, tx, by, now, task.ReadAnswer, r.readBy(now, tx.Now)); err != nil {
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
