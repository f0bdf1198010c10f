package campaign

import (
	"cmp"
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/store"
)

// Config is what a Room needs. Every field is needed.
type Config struct {
	Store    *store.Store
	Teaching Teaching
	Zone     *time.Location // of the country, whose days are meant
}

// A Room keeps the campaigns of a country. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// today is the day of the country.
func (r *Room) today(tx store.Tx) string { return clock.Day(tx.Now, r.Zone) }

// clean takes out of words what could not be shown.
func (p Plan) clean() Plan {
	p.Name = instrument.OneLine(p.Name)
	p.Purpose, _ = instrument.CleanText(p.Purpose, 0)
	return p.tidy()
}

// MostDrafts is how many drafts that one person began there may be at once.
const MostDrafts = 30

// May tells whether the actor may write campaigns; a refusal is recorded.
func (r *Room) May(ctx context.Context, actor access.Actor) error {
	_, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.CampaignWrite})
	return err
}

// Begin writes a campaign down as a draft, with a code of its own. form is an id that was drawn when its form was made: the same form sent again by the same
// person is the same campaign. What is wrong with the plan is fault.Invalid, by field; more than MostDrafts are fault.Conflict CodeDrafts. It needs
// access.CampaignWrite.
func (r *Room) Begin(ctx context.Context, actor access.Actor, form string, p Plan) (id ID, err error) {
	p = p.clean()
	if id, err = ident.OfForm(ID(form), actor.ID, p); err != nil {
		return "", err
	}
	return id, door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.CampaignWrite}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if ident.Check(form) != nil {
			return nil, fault.New(fault.Invalid, codeForm)
		}
		if err := p.check(r.Teaching, r.today(tx)); err != nil {
			return nil, err
		}
		if _, err := one(ctx, tx, id); fault.KindOf(err) != fault.Withheld {
			return map[string]string{"campaign": string(id)}, err // by the same form
		}
		if n, err := drafts(ctx, tx, actor.ID); err != nil || n >= MostDrafts {
			return nil, cmp.Or(err, error(fault.New(fault.Conflict, CodeDrafts, "Max", MostDrafts)))
		}
		c := Campaign{ID: id, Plan: p, State: Draft, Written: tx.Now, Writers: []string{by.Actor().ID}, Version: 1}
		if c.Code, err = freeCode(ctx, tx); err != nil {
			return nil, err
		}
		return map[string]string{"campaign": string(c.ID), "code": string(c.Code)}, insert(ctx, tx, c)
	})
}

// mostDraws is how often a code is drawn: where nine in ten are taken, all of them are in one of two hundred tries.
const mostDraws = 50

// freeCode draws a code that no campaign has or had. When hardly any is left that is fault.Unavailable CodeNoCode.
func freeCode(ctx context.Context, tx store.Tx) (Code, error) {
	for range mostDraws {
		code := newCode()
		taken, err := codeTaken(ctx, tx, code)
		if err != nil || !taken {
			return code, err
		}
	}
	return "", fault.New(fault.Unavailable, CodeNoCode)
}

// Write changes a draft that was seen in a version. One that was changed meanwhile, or is none any more, is fault.Conflict. It needs access.CampaignWrite.
func (r *Room) Write(ctx context.Context, actor access.Actor, id ID, version int64, p Plan) error {
	p = p.clean()
	return r.step(ctx, actor, access.CampaignWrite, id, version, func(_ context.Context, tx store.Tx, c *Campaign, by access.Proof) error {
		if c.State != Draft {
			return fault.New(fault.Conflict, CodeNotDraft)
		}
		if err := p.check(r.Teaching, r.today(tx)); err != nil {
			return err
		}
		if c.Plan, c.Written = p, tx.Now; !slices.Contains(c.Writers, by.Actor().ID) {
			c.Writers = append(c.Writers, by.Actor().ID)
		}
		return nil
	})
}

// Approve has a draft that was seen in a version run on its days. Whoever has written any of it is refused, whatever their roles: it takes two people.
// It needs access.CampaignApprove.
func (r *Room) Approve(ctx context.Context, actor access.Actor, id ID, version int64) error {
	return r.step(ctx, actor, access.CampaignApprove, id, version, func(ctx context.Context, tx store.Tx, c *Campaign, by access.Proof) error {
		switch {
		case c.State != Draft:
			return fault.New(fault.Conflict, CodeNotDraft)
		case slices.Contains(c.Writers, by.Actor().ID):
			return fault.New(fault.Forbidden, CodeYourself)
		}
		if err := c.check(r.Teaching, r.today(tx)); err != nil { // the pack may have changed, and its last day may be past
			return err
		}
		c.State, c.Approved, c.ApprovedBy = Approved, tx.Now, by.Actor().ID
		return run(ctx, tx, *c)
	})
}

// End ends a campaign that was seen in a version before its last day, or a draft, with a reason. Its code is as none from the next minute on. It needs
// access.CampaignEnd.
func (r *Room) End(ctx context.Context, actor access.Actor, id ID, version int64, reason string) error {
	reason, _ = instrument.CleanText(reason, 0)
	return r.step(ctx, actor, access.CampaignEnd, id, version, func(ctx context.Context, tx store.Tx, c *Campaign, by access.Proof) error {
		if s := c.Standing(r.today(tx)); s == Over || s == Stopped {
			return fault.New(fault.Conflict, CodeOver)
		}
		switch n := len([]rune(reason)); {
		case n == 0:
			return fault.New(fault.Invalid, codeForm).With("reason", codeReasonRequired)
		case n > LongestReason:
			return fault.New(fault.Invalid, codeForm).With("reason", codeLong, "Max", LongestReason)
		}
		c.State, c.Ended, c.EndedBy, c.Reason = Ended, tx.Now, by.Actor().ID, reason
		return halt(ctx, tx, c.Code)
	})
}

// step changes one campaign that was seen in a version.
func (r *Room) step(ctx context.Context, actor access.Actor, action access.Action, id ID, version int64,
	change func(ctx context.Context, tx store.Tx, c *Campaign, by access.Proof) error,
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
		c.Version++
		return map[string]string{"code": string(c.Code), "state": string(c.State)}, update(ctx, tx, c)
	})
}

// Most is how many campaigns a list has.
const Most = 500

// List gives campaigns, those that are not over first and the latest first, and the day of the country. It needs access.CampaignRead.
func (r *Room) List(ctx context.Context, actor access.Actor) (list []Campaign, today string, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.CampaignRead}); err != nil {
		return nil, "", err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		today = r.today(tx)
		list, err = all(ctx, tx, today)
		return err
	})
	return list, today, err
}

// One gives a campaign, and the day of the country. One that is not there is fault.Withheld. It needs access.CampaignRead.
func (r *Room) One(ctx context.Context, actor access.Actor, id ID) (c Campaign, today string, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.CampaignRead, Subject: string(id)}); err != nil {
		return c, "", err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		today = r.today(tx)
		c, err = one(ctx, tx, id)
		return err
	})
	return c, today, err
}

// Handed gives a campaign whose pack is to be handed out: one that is approved and not over. Every other is fault.Conflict: what is put up of it would lead
// on with a code that counts nothing. It needs access.CampaignRead.
func (r *Room) Handed(ctx context.Context, actor access.Actor, id ID) (c Campaign, err error) {
	c, today, err := r.One(ctx, actor, id)
	if err != nil {
		return c, err
	}
	switch c.Standing(today) {
	case InDraft:
		return c, fault.New(fault.Conflict, CodeNotApproved)
	case Over, Stopped:
		return c, fault.New(fault.Conflict, CodeOver)
	}
	return c, nil
}

// Called gives what the campaign of a code is called; empty when there is none. Who may know that a report came by it was decided by whoever opened the
// report.
func Called(ctx context.Context, s *store.Store, code Code) (name string, err error) {
	err = s.Read(ctx, func(tx store.Tx) (err error) {
		name, err = called(ctx, tx, code)
		return err
	})
	return name, err
}
