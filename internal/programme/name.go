package programme

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/instrument"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

// A NameID names a name that is kept.
type NameID string

// The kinds of names.
const (
	kindParticipant = "participant"
	kindGuest       = "guest"
)

const (
	// LongestNames is how long after the last session of a programme a name is kept at most.
	LongestNames = 90 * 24 * time.Hour
	// MostNames is how many names one session may have.
	MostNames = 200
	// SweepEvery is how often the program looks for names whose time is over.
	SweepEvery = time.Minute
)

// A Giver says who has agreed to a name being kept.
type Giver string

// The givers.
const (
	ThePerson Giver = "person"   // who is of age
	Guardian  Giver = "guardian" // of a child, who agrees too
)

// Givers are all givers.
var Givers = []Giver{ThePerson, Guardian}

// A How says in which way it was agreed to.
type How string

// The ways.
const (
	Signed  How = "signed"
	Spoken  How = "spoken"
	Written How = "written" // in a message
)

// Hows are all ways.
var Hows = []How{Signed, Spoken, Written}

// A Name is one of somebody who takes part, with what was agreed to. All of it is sealed.
type Name struct {
	Name   string    `json:"name"`
	By     Giver     `json:"by"`
	Adult  bool      `json:"adult"`  // the person is of age
	Who    string    `json:"who"`    // the name of the guardian
	Assent bool      `json:"assent"` // the child agrees, too
	How    How       `json:"how"`
	Given  time.Time `json:"given"`
	Until  time.Time `json:"until"`
}

// A NameInput is a name that is to be kept.
type NameInput struct {
	Draft   string // drawn when the form was made, so that a form sent twice is one name
	Session SessionID
	Name
}

// What is wrong with a consent.
const (
	CodeAdult    fault.Code = "fault.programme_adult"
	CodeAssent   fault.Code = "fault.programme_assent"
	CodeGuardian fault.Code = "fault.programme_guardian" // a child does not agree alone
	CodeGiven    fault.Code = "fault.programme_given"
	CodeUntil    fault.Code = "fault.programme_until"
	CodeNames    fault.Code = "fault.programme_names" // there are as many as can be kept
)

// check tells whether what was agreed to is whole; until is the last day that a name may be kept to.
func (n *Name) check(p Programme, now, until time.Time) error {
	f := instrument.CheckInput()
	n.Name, n.Who = instrument.OneLine(n.Name), instrument.OneLine(n.Who)
	f.Text("name", &n.Name, LongestTitle, true)
	f.Is(slices.Contains(Givers, n.By), "by", codeAnswer)
	switch n.By {
	case ThePerson:
		n.Who, n.Assent = "", false
		f.Is(!p.OfChildren(), "by", CodeGuardian)
		f.Is(n.Adult, "adult", CodeAdult)
	case Guardian:
		n.Adult = false
		f.Text("who", &n.Who, LongestTitle, true)
		f.Is(n.Assent, "assent", CodeAssent)
	}
	f.Is(slices.Contains(Hows, n.How), "how", codeAnswer)
	f.Is(!n.Given.IsZero() && !n.Given.After(now), "given", CodeGiven)
	f.Is(n.Until.After(now) && !n.Until.After(until), "until", CodeUntil)
	return f.Err()
}

// named decides about the names of a session, and gives it with its programme and until when a name may be kept.
func (r *Room) named(ctx context.Context, tx store.Tx, actor access.Actor, id SessionID) (s Session, p Programme, until time.Time, err error) {
	if s, err = session(ctx, tx, id); err != nil {
		return s, p, until, err
	}
	if p, err = one(ctx, tx, s.Programme); err != nil {
		return s, p, until, err
	}
	if !minds(actor, p, s) {
		return s, p, until, fault.New(fault.Forbidden, CodeNotYours)
	}
	var last int64
	err = tx.One(ctx, lastSQL, []any{string(p.ID)}, &last)
	return s, p, clock.FromMicro(last).Add(LongestNames), err
}

// AddName keeps the name of somebody who takes part in a session, by what was agreed to. The same form again is the same name. What is not agreed to is
// fault.Invalid, by field. Whoever is not there and does not supervise its agency is fault.Forbidden CodeNotYours. It needs access.ProgrammeNames.
func (r *Room) AddName(ctx context.Context, actor access.Actor, in NameInput) (id NameID, err error) {
	if err := r.May(ctx, actor, access.ProgrammeNames); err != nil {
		return "", err
	}
	if id, err = drawn[NameID](actor, in.Draft, in); err != nil {
		return "", err
	}
	q := door.Request{Actor: actor, Action: access.ProgrammeNames, Subject: string(in.Session)}
	check := func(ctx context.Context, tx store.Tx) error {
		s, p, until, err := r.named(ctx, tx, actor, in.Session)
		if err != nil {
			return err
		}
		if s.State == Cancelled || p.State == Ended {
			return fault.New(fault.Conflict, CodeState)
		}
		return in.check(p, tx.Now, until)
	}
	err = door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) { // before keys are made
		return map[string]string{"did": "check"}, check(ctx, tx)
	})
	if err != nil {
		return "", err
	}
	sealed, err := r.seal(ctx, id, in.Name)
	if err != nil {
		return "", err
	}
	return id, door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		if err := check(ctx, tx); err != nil {
			return nil, err
		}
		detail := map[string]string{"did": "add", "name": string(id)}
		if _, _, _, err := name(ctx, tx, id); fault.KindOf(err) != fault.Withheld {
			return detail, err // by the same form
		}
		var n int
		if err := tx.One(ctx, countNamesSQL, []any{string(in.Session)}, &n); err != nil {
			return nil, err
		}
		if n >= MostNames {
			return nil, fault.New(fault.Conflict, CodeNames, "Max", MostNames)
		}
		return detail, insertName(ctx, tx, by, id, in.Session, kindParticipant, sealed, in.Until)
	})
}

// A Kept is a name that is kept, opened.
type Kept struct {
	ID    NameID
	Name  *Name  // of somebody who takes part
	Guest *Guest // or of an adult from outside
	By    string // the user who has written it down
	Until time.Time
}

// A NamePage is the names of a session.
type NamePage struct {
	Session Session
	Of      Programme
	Names   []Kept
	Until   time.Time // no name may be kept for longer
}

// Names opens the names of a session; that they were opened is one audit entry. Whoever is not there and does not supervise its agency is fault.Forbidden
// CodeNotYours. It needs access.ProgrammeNames.
func (r *Room) Names(ctx context.Context, actor access.Actor, id SessionID) (v NamePage, err error) {
	type row struct {
		Kept
		kind string
		body []byte
	}
	var rows []row
	q := door.Request{Actor: actor, Action: access.ProgrammeNames, Subject: string(id)}
	err = door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
		rows = nil
		var err error
		if v.Session, v.Of, v.Until, err = r.named(ctx, tx, actor, id); err != nil {
			return nil, err
		}
		err = tx.Each(ctx, namesSQL, []any{string(id), clock.Micro(tx.Now)}, func(scan func(...any) error) error {
			var one row
			var until int64
			err := scan(&one.ID, &one.kind, &one.body, &until, &one.By)
			one.Until = clock.FromMicro(until)
			rows = append(rows, one)
			return err
		})
		return map[string]string{"did": "open"}, err
	})
	if err != nil {
		return v, err
	}
	by, err := door.See(ctx, r.Store, q)
	if err != nil {
		return v, err
	}
	err = r.Reveal.Show(ctx, by, func(view *reveal.View) error {
		for _, one := range rows {
			raw, err := view.Open(ctx, string(one.ID), reveal.Identity, cell(one.ID), one.body)
			if err != nil {
				return err
			}
			if one.kind == kindGuest {
				one.Guest = &Guest{}
				err = json.Unmarshal(raw, one.Guest)
			} else {
				one.Name = &Name{}
				err = json.Unmarshal(raw, one.Name)
			}
			if err != nil {
				return err
			}
			v.Names = append(v.Names, one.Kept)
		}
		return nil
	})
	return v, err
}

// Withdraw takes a name away for good: it stands nowhere any more, and its keys are destroyed. One that is gone is fault.Withheld. It needs access.ProgrammeNames.
func (r *Room) Withdraw(ctx context.Context, actor access.Actor, id NameID) (of SessionID, err error) {
	err = door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.ProgrammeNames, Subject: string(id)}, func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
		var err error
		if of, _, _, err = name(ctx, tx, id); err != nil {
			return nil, err
		}
		if _, _, _, err := r.named(ctx, tx, actor, of); err != nil {
			return nil, err
		}
		return map[string]string{"did": "withdraw"}, away(ctx, tx, id)
	})
	if err != nil {
		return of, err
	}
	return of, r.destroy(ctx, id)
}

// name finds a name, without opening it.
func name(ctx context.Context, tx store.Tx, id NameID) (of SessionID, kind string, gone int64, err error) {
	err = tx.One(ctx, nameSQL, []any{string(id)}, &of, &kind, &gone)
	return of, kind, gone, withheld(err)
}

// Sweep takes away names whose time is over, and destroys the keys of those that are gone. It gives how many are gone by it. One that cannot be destroyed keeps
// no other.
func (r *Room) Sweep(ctx context.Context, actor access.Actor) (n int, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ProgrammeNames}); err != nil {
		return 0, err
	}
	var over, gone []NameID
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		if over, err = names(ctx, tx, overSQL, clock.Micro(tx.Now), clock.Micro(tx.Now.Add(-LongestNames))); err != nil {
			return err
		}
		gone, err = names(ctx, tx, goneSQL)
		return err
	})
	var errs []error
	for _, id := range over {
		err := door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.ProgrammeNames, Subject: string(id)}, func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
			return map[string]string{"did": "over"}, away(ctx, tx, id)
		})
		if err == nil {
			n++
		}
		errs = append(errs, err)
	}
	for _, id := range append(over, gone...) {
		errs = append(errs, r.destroy(ctx, id))
	}
	return n, errors.Join(append(errs, err)...)
}

// destroy destroys the keys of a name that is gone, and forgets that it was there. One that is there is left.
func (r *Room) destroy(ctx context.Context, id NameID) error {
	gone := int64(0)
	err := r.Store.Read(ctx, func(tx store.Tx) (err error) {
		_, _, gone, err = name(ctx, tx, id)
		return err
	})
	if fault.KindOf(err) == fault.Withheld || err == nil && gone == 0 {
		return nil
	}
	if err == nil {
		err = r.Reveal.DropKeys(ctx, string(id))
	}
	if err != nil {
		return err
	}
	return r.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, forgetSQL, string(id))
		return err
	})
}

// AsideAfterRestore takes away every name: who took one back after the backup was made has not agreed to it, and nobody can tell which.
func AsideAfterRestore(ctx context.Context, tx store.Tx, _ access.Proof) error {
	_, err := tx.Exec(ctx, allAwaySQL, []byte{}, clock.Micro(tx.Now))
	return err
}

func cell(id NameID) reveal.Cell {
	return reveal.Cell{Table: "programme_name", Column: "body", Row: string(id)}
}

// seal seals a name as JSON under keys of its own, which it makes.
func (r *Room) seal(ctx context.Context, id NameID, value any) ([]byte, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	if err := r.Reveal.MakeKeys(ctx, string(id)); err != nil {
		return nil, err
	}
	return r.Reveal.Seal(ctx, string(id), reveal.Identity, cell(id), raw)
}
