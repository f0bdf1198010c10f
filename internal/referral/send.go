package referral

import (
	"context"
	"errors"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/jurisdiction"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A SendInput hands a part of a case to an agency.
type SendInput struct {
	Case    casework.ID
	Draft   string // drawn by NewDraft when the form was made, so that a form sent twice is one referral
	Agency  string
	Service string // a code of the country's list "service_type"
	Asked
	Person
	Basis  Basis
	Agreed string // how, when and by whom it was agreed; or why it is shared without agreement
}

// NewDraft draws what tells one filling in of the form from another.
func NewDraft(c clock.Clock) string { return ident.New[string](c.Now()) }

// Send hands a part of an open case to an agency; a best-interests decision waits until a second person has agreed. The errors beside
// those of the door: fault.Invalid with every wrong field; with "agency", "fault.nobody_there", when no specialist there may know of it.
func (r *Room) Send(ctx context.Context, actor access.Actor, in SendInput) (id ID, err error) {
	q := door.Request{Actor: actor, Action: access.ReferralSend, Subject: string(in.Case)}
	if _, err := door.See(ctx, r.Store, q); err != nil {
		return "", err
	}
	if err := r.sound(&in); err != nil {
		return "", err
	}
	if in.Draft, err = ident.OfForm(in.Draft, in); err != nil { // other words are another referral
		return "", err
	}
	fresh := ident.New[ID](r.Clock.Now())
	if err := r.Reveal.MakeKeys(ctx, string(fresh)); err != nil {
		return "", err
	}
	err = door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		before, found, err := drafted(ctx, tx, in)
		if err != nil || found {
			id = before
			return map[string]string{"referral": string(before)}, err
		}
		id = fresh
		return map[string]string{"referral": string(fresh), "agency": in.Agency, "basis": string(in.Basis)}, r.send(ctx, tx, by, fresh, in)
	})
	return id, err
}

// sound tells whether the input can be sent as it is.
func (r *Room) sound(in *SendInput) error {
	f := instrument.CheckInput()
	_, known := r.Pack.Agency(in.Agency, "")
	f.Is(known, "agency", "fault.answer_required")
	f.Is(listed(r.Pack, "service_type", in.Service), "service", "fault.answer_required")
	f.Line("title", &in.Title, LongestTitle, true)
	f.Text("need", &in.Need, LongestWords, true)
	f.Text("known", &in.Known, LongestWords, false)
	f.Text("safety", &in.Safety, LongestWords, false)
	f.Is(slices.Contains([]Basis{ByChild, ByCaregiver, Nobody}, in.Basis) || listed(r.Pack, "share_reason", string(in.Basis)), "basis", "fault.answer_required")
	f.Text("agreed", &in.Agreed, LongestWords, in.Basis != Nobody)
	f.Line("name", &in.Name, LongestTitle, false)
	f.Text("contact", &in.Contact, LongestWords, false)
	f.Is(in.Basis != Nobody || in.Name == "", "name", "fault.not_agreed")
	f.Is(in.Basis != Nobody || in.Contact == "", "contact", "fault.not_agreed")
	if ident.Check(in.Draft) != nil {
		return fault.New(fault.Invalid, "fault.form")
	}
	return f.Err()
}

// listed tells whether the country's list has the code.
func listed(p *jurisdiction.Pack, list, code string) bool {
	return slices.ContainsFunc(p.List(list, ""), func(n jurisdiction.Named) bool { return n.Code == code })
}

// drafted finds the referral that came of the same form. One of another case is fault.Withheld.
func drafted(ctx context.Context, tx store.Tx, in SendInput) (id ID, found bool, err error) {
	var file casework.ID
	err = tx.One(ctx, draftSQL, []any{in.Draft}, &id, &file)
	switch {
	case errors.Is(err, store.ErrNoRow):
		return "", false, nil
	case err == nil && file != in.Case:
		err = fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return id, true, err
}

// send writes the referral and all that goes with it.
func (r *Room) send(ctx context.Context, tx store.Tx, by access.Proof, id ID, in SendInput) error {
	c, err := casework.Find(ctx, tx, in.Case)
	if err != nil {
		return err
	}
	if c.State != casework.Open {
		return fault.New(fault.Conflict, "fault.case_closed")
	}
	now := Referral{ID: id, Case: in.Case, Agency: in.Agency, From: c.Agency, Service: in.Service, Priority: c.Priority, Language: c.Language, Area: c.Area,
		Basis: in.Basis, State: Sent, SentAt: tx.Now, SentBy: by.Actor().ID, title: in.Title}
	kind := task.AwaitAnswer
	if in.Basis == BestInterests {
		now.State, kind = ConsentCheck, task.AgreeReferral
	}
	now.Due = r.due(now, tx.Now)
	err = first(
		func() error { return grant.CopyConflicts(ctx, tx, by, string(in.Case), string(id)) },
		func() error { return r.reachable(ctx, tx, now) },
		func() error { return r.awaits(ctx, tx, by, &now, kind, now.Due) },
		func() error { return r.insert(ctx, tx, now, in) },
		func() error { return r.event(ctx, tx, id, Event{Kind: string(now.State), By: now.SentBy}) },
	)
	if err != nil || now.State == ConsentCheck {
		return err
	}
	return r.hand(ctx, tx, by, now)
}

// due is when the next step of a referral that nobody there has answered is to be done: the second agreement, or the answer.
func (r *Room) due(now Referral, from time.Time) time.Time {
	target := jurisdiction.FirstReferralAnswered
	if now.State == ConsentCheck {
		target = jurisdiction.FirstReferralSent
	}
	if due := r.Pack.Targets().Due(target, string(now.Priority), from); !due.IsZero() {
		return due
	}
	return from.AddDate(0, 0, 14)
}

// hand gives a referral to the agency.
func (r *Room) hand(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
	return first(
		func() error { return grant.Give(ctx, tx, by, string(now.ID), now.Agency, access.Receiver) },
		func() error { return r.turns(ctx, tx, by, now) },
		func() error {
			return task.Complete(ctx, tx, by, string(now.Case), task.Kind(jurisdiction.FirstReferralSent))
		},
		func() error { return r.told(ctx, tx, string(now.ID)) },
	)
}

// reachable asks for somebody there who can answer and may know.
func (r *Room) reachable(ctx context.Context, tx store.Tx, now Referral) error {
	able, err := r.able(ctx, tx, now.Agency, string(now.ID))
	if err == nil && len(able) == 0 {
		err = fault.New(fault.Invalid, "fault.form").With("agency", "fault.nobody_there")
	}
	return err
}

func (r *Room) insert(ctx context.Context, tx store.Tx, now Referral, in SendInput) error {
	row := string(now.ID)
	asked, err := r.seal(ctx, row, reveal.Content, cell("referral", "asked", row), in.Asked)
	if err != nil {
		return err
	}
	person, err := r.seal(ctx, row, reveal.Identity, cell("referral", "person", row), in.Person)
	if err != nil {
		return err
	}
	agreed, err := r.seal(ctx, row, reveal.Content, cell("referral", "agreed", row), in.Agreed)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertSQL, row, string(now.Case), in.Draft, now.Agency, now.From, now.Service, string(now.Priority), now.Language, now.Area,
		string(now.Basis), asked, person, agreed, clock.Micro(now.SentAt), now.SentBy, clock.Micro(now.Due), string(now.caseTask),
		string(now.State))
	return err
}

// An Offer is an agency that something can be handed to.
type Offer struct {
	Agency jurisdiction.Agency
	Serves bool // it works in the child's area
	People int  // specialists there who may know of the case
}

// Offers gives the agencies of the country that have somebody to answer who may know of the case: those that work in its area first.
func (r *Room) Offers(ctx context.Context, actor access.Actor, file casework.ID, tag string) (list []Offer, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReferralSend, Subject: string(file)}); err != nil {
		return nil, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		list = nil
		c, err := casework.Find(ctx, tx, file)
		if err != nil {
			return err
		}
		for _, a := range r.Pack.Agencies(tag) {
			able, err := r.able(ctx, tx, a.Code, string(file))
			if err != nil {
				return err
			}
			if len(able) > 0 {
				list = append(list, Offer{Agency: a, Serves: r.Pack.Covers(a.Code, c.Area), People: len(able)})
			}
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b Offer) int {
		switch {
		case a.Serves && !b.Serves:
			return -1
		case b.Serves && !a.Serves:
			return 1
		}
		return 0
	})
	return list, err
}

// here begins the change of somebody of the case to one of its referrals.
func (r *Room) here(actor access.Actor, file casework.ID, id ID, f instrument.Input) *change {
	return &change{Request: door.Request{Actor: actor, Action: access.ReferralSend, Subject: string(file)}, file: file, id: id, wrong: f.Err()}
}

// A WithdrawInput takes a referral back.
type WithdrawInput struct {
	Case     casework.ID
	Referral ID
	Why      Withdrawal // one of Withdrawals
	Version  int64      `json:"-"`
	Draft    string     // as of a TakeInput
}

// Withdraw takes a referral back that has not come to an end: at once nobody there sees it any more.
func (r *Room) Withdraw(ctx context.Context, actor access.Actor, in WithdrawInput) error {
	f := instrument.CheckInput()
	f.Is(slices.Contains(Withdrawals, in.Why), "why", "fault.answer_required")
	c := r.here(actor, in.Case, in.Referral, f)
	c.version, c.draft, c.input, c.line = in.Version, in.Draft, in, saying(string(Withdrawn), "", time.Time{}, string(in.Why))
	return r.do(ctx, c, func(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
		if !now.State.Live() {
			return fault.New(fault.Conflict, "fault.referral_ended")
		}
		now.State, now.Reason = Withdrawn, string(in.Why)
		return r.end(ctx, tx, by, now)
	})
}

// A WriteInput tells the agency something more, or answers what it asked.
type WriteInput struct {
	Case     casework.ID
	Referral ID
	Note     string
	Draft    string // as of a TakeInput
}

// Write tells the agency something more, while the referral is Writable; afterwards it is fault.Conflict "fault.referral_ended". Who has taken it
// is to read it; who writes need not have read what happened last.
func (r *Room) Write(ctx context.Context, actor access.Actor, in WriteInput) error {
	f := instrument.CheckInput()
	f.Text("note", &in.Note, LongestWords, true)
	c := r.here(actor, in.Case, in.Referral, f)
	c.version, c.draft, c.input, c.line = anyVersion, in.Draft, in, saying(Wrote, in.Note, time.Time{}, "")
	return r.do(ctx, c, func(ctx context.Context, tx store.Tx, by access.Proof, now Referral) error {
		if !now.Writable(tx.Now) {
			return fault.New(fault.Conflict, "fault.referral_ended")
		}
		return first(
			func() error {
				if now.State.Open() {
					return nil // the next step there has its clock
				}
				_, err := task.Start(ctx, tx, by, task.Input{Subject: string(in.Referral), Kind: task.ReadAnswer, Owner: now.Taker, Agency: now.Agency, Due: r.readBy(now, tx.Now)})
				return err
			},
			func() error { return r.told(ctx, tx, string(in.Referral)) },
		)
	})
}
