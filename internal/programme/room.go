package programme

import (
	"context"
	"slices"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/store"
)

// A Room keeps programmes. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// May tells whether the actor may do something with programmes; a refusal is recorded.
func (r *Room) May(ctx context.Context, actor access.Actor, action access.Action) error {
	_, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: action})
	return err
}

// drawn gives the id of what a form makes: the same for the same form of the same person.
func drawn[T ~string](actor access.Actor, draft string, in any) (T, error) {
	if ident.Check(draft) != nil {
		return "", fault.New(fault.Invalid, codeForm)
	}
	return ident.OfForm(T(draft), actor.ID, in)
}

// Begin writes a programme down as a draft. The same form again is the same programme. What is wrong is fault.Invalid, by field; more drafts of one person than
// MostDrafts are fault.Conflict CodeMany. It needs access.ProgrammeWrite.
func (r *Room) Begin(ctx context.Context, actor access.Actor, draft string, p Plan) (id ID, err error) {
	p = p.clean()
	if err := r.May(ctx, actor, access.ProgrammeWrite); err != nil {
		return "", err
	}
	if id, err = drawn[ID](actor, draft, p); err != nil {
		return "", err
	}
	return id, door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.ProgrammeWrite, Subject: string(id)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		detail := map[string]string{"state": string(Draft)}
		if _, err := one(ctx, tx, id); fault.KindOf(err) != fault.Withheld {
			return detail, err // by the same form
		}
		leads, err := r.People(ctx, tx, actor.Agency)
		if err != nil {
			return nil, err
		}
		if err := p.check(r.Pack, leads, tx.Now); err != nil {
			return nil, err
		}
		if n, err := drafts(ctx, tx, by.Actor().ID); err != nil {
			return nil, err
		} else if n >= MostDrafts {
			return nil, fault.New(fault.Conflict, CodeMany, "Max", MostDrafts)
		}
		return detail, insert(ctx, tx, Programme{ID: id, Agency: actor.Agency, Plan: p, State: Draft, Written: tx.Now, Writers: []string{by.Actor().ID}, Version: 1})
	})
}

// Write changes a programme that was seen in a version; it is a draft again by that, and no session is planned of it until another person has approved it. One
// that was changed meanwhile, or has ended, is fault.Conflict. It needs access.ProgrammeWrite.
func (r *Room) Write(ctx context.Context, actor access.Actor, id ID, version int64, p Plan) error {
	p = p.clean()
	return r.step(ctx, actor, access.ProgrammeWrite, id, version, func(ctx context.Context, tx store.Tx, c *Programme, by access.Proof) error {
		if c.State == Ended {
			return fault.New(fault.Conflict, CodeOver)
		}
		leads, err := r.People(ctx, tx, c.Agency)
		if err != nil {
			return err
		}
		if err := p.check(r.Pack, leads, tx.Now); err != nil {
			return err
		}
		if c.State != Draft && p.Bands != c.Bands { // what was counted in another way cannot be added to it
			return fault.New(fault.Invalid, codeForm).With("bands", CodeNotDraft)
		}
		if c.State != Draft { // who approves it looks at all of it: those who wrote before may
			c.Writers = nil
		}
		c.Plan, c.Written, c.State, c.ApprovedBy = p, tx.Now, Draft, ""
		if !slices.Contains(c.Writers, by.Actor().ID) {
			c.Writers = append(c.Writers, by.Actor().ID)
		}
		return nil
	})
}

// Approve has sessions be planned of a draft that was seen in a version. Whoever has written any of it is fault.Forbidden CodeYourself; one whose safeguarding
// plan is not whole is fault.Conflict CodePlan, and one whose lead is not there CodeLead. It needs access.ProgrammeApprove.
func (r *Room) Approve(ctx context.Context, actor access.Actor, id ID, version int64) error {
	return r.step(ctx, actor, access.ProgrammeApprove, id, version, func(ctx context.Context, tx store.Tx, c *Programme, by access.Proof) error {
		switch {
		case c.State != Draft:
			return fault.New(fault.Conflict, CodeNotDraft)
		case slices.Contains(c.Writers, by.Actor().ID):
			return fault.New(fault.Forbidden, CodeYourself)
		case !c.Whole():
			return fault.New(fault.Conflict, CodePlan)
		}
		if err := r.led(ctx, tx, *c); err != nil {
			return err
		}
		n, err := sessionsOf(ctx, tx, id)
		c.State, c.Approved, c.ApprovedBy = Approved, tx.Now, by.Actor().ID
		if n > 0 {
			c.State = Running
		}
		return err
	})
}

// led is fault.Conflict CodeLead when the lead of the safeguarding plan is not there any more, or may not take reports.
func (r *Room) led(ctx context.Context, tx store.Tx, p Programme) error {
	people, err := r.People(ctx, tx, p.Agency)
	if err == nil && !slices.ContainsFunc(people, func(one Person) bool { return one.ID == p.Lead && one.MayLead() }) {
		err = fault.New(fault.Conflict, CodeLead)
	}
	return err
}

// End ends a programme that was seen in a version, with a reason; its sessions that have not been held are cancelled. It needs access.ProgrammeEnd.
func (r *Room) End(ctx context.Context, actor access.Actor, id ID, version int64, reason string) error {
	return r.step(ctx, actor, access.ProgrammeEnd, id, version, func(ctx context.Context, tx store.Tx, c *Programme, by access.Proof) error {
		if c.State == Ended {
			return fault.New(fault.Conflict, CodeOver)
		}
		if err := why(&reason); err != nil {
			return err
		}
		c.State, c.Ended, c.EndedBy, c.Reason = Ended, tx.Now, by.Actor().ID, reason
		return cancelComing(ctx, tx, id, reason)
	})
}

// why tells what is wrong with a reason.
func why(reason *string) error {
	f := instrument.CheckInput()
	f.Text("reason", reason, LongestWhy, true)
	return f.Err()
}

// step changes one programme that was seen in a version.
func (r *Room) step(ctx context.Context, actor access.Actor, action access.Action, id ID, version int64,
	change func(ctx context.Context, tx store.Tx, c *Programme, by access.Proof) error,
) error {
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: string(id)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		c, err := one(ctx, tx, id)
		if err == nil && c.Version != version {
			err = fault.New(fault.Conflict, fault.CodeStale)
		}
		if err != nil {
			return nil, err
		}
		if err := change(ctx, tx, &c, by); err != nil {
			return nil, err
		}
		return map[string]string{"state": string(c.State)}, update(ctx, tx, c)
	})
}

// One gives a programme. One that is not there is fault.Withheld. It needs access.ProgrammeRead.
func (r *Room) One(ctx context.Context, actor access.Actor, id ID) (c Programme, err error) {
	err = r.see(ctx, actor, access.ProgrammeRead, string(id), func(tx store.Tx) (err error) {
		c, err = one(ctx, tx, id)
		return err
	})
	return c, err
}

// see reads what the actor may.
func (r *Room) see(ctx context.Context, actor access.Actor, action access.Action, subject string, read func(tx store.Tx) error) error {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: subject}); err != nil {
		return err
	}
	return r.Store.Read(ctx, read)
}

// Colleagues gives those to whom sessions may be given, of all agencies, or those of an agency who may be told first. It needs access.ProgrammeWrite.
func (r *Room) Colleagues(ctx context.Context, actor access.Actor, agency string) (list []Person, err error) {
	err = r.see(ctx, actor, access.ProgrammeWrite, "", func(tx store.Tx) (err error) {
		list, err = r.People(ctx, tx, agency)
		return err
	})
	return list, err
}
