package casework

import (
	"context"
	"encoding/json"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/mailbox"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// An AssignInput hands a case to another case manager, with the record of the handover.
type AssignInput struct {
	Case     ID
	To       string // a user id
	Told     string // what the child was told
	Next     string // the next contact; may be empty
	Risks    string // the open risks
	Hold     string // why To, a supervisor, holds it in person; empty for a case manager
	Overrule string // why To takes it with a full load; heeded from supervisors only
	Version  int64
}

// Assign ends the former case manager's grant and gives the new one's, with the open tasks. It gives the errors of Open
// for a manager who does not fit.
func (r *Room) Assign(ctx context.Context, actor access.Actor, in AssignInput) error {
	f := check()
	said := map[string]string{"told": f.text("told", in.Told, LongestNote, true), "next": f.text("next", in.Next, LongestNote, false),
		"risks": f.text("risks", in.Risks, LongestNote, true)}
	to := f.owner(in.To, in.Hold, in.Overrule)
	return r.detailed(ctx, actor, access.CaseAssign, in.Case, in.Version, Open, f.err(), func(ctx context.Context, tx store.Tx, by access.Proof, c Case) (map[string]string, error) {
		former, err := grant.Holder(ctx, tx, string(in.Case), access.Manager)
		if err != nil {
			return nil, err
		}
		overruled, err := r.fit(ctx, tx, actor, c.matter(), to, added(c, former, to.user))
		if err != nil {
			return nil, err
		}
		said["from"] = former
		return to.detail(overruled), first(
			func() error { return handOver(ctx, tx, by, string(in.Case), former, to.user) },
			func() error { return r.settle(ctx, tx, by, c, to, overruled) },
			func() error { return r.event(ctx, tx, by, in.Case, Assigned, to.said(overruled, said)) },
		)
	})
}

// handOver ends one case manager's grant and gives another's, with the open tasks.
func handOver(ctx context.Context, tx store.Tx, by access.Proof, subject, former, to string) error {
	if former == to {
		return nil
	}
	return first(
		func() error { return grant.End(ctx, tx, by, subject, former, access.Manager) },
		func() error { return grant.Give(ctx, tx, by, subject, to, access.Manager) },
		func() error { return task.Assign(ctx, tx, by, subject, former, to) },
		func() error { return task.Assign(ctx, tx, by, subject, "", to) },
	)
}

// A ContactInput is a new entry of the contact log. At is when it was; the zero time is now.
type ContactInput struct {
	Case ID
	Reached
	At      time.Time
	Version int64
}

// AddContact writes into the contact log.
func (r *Room) AddContact(ctx context.Context, actor access.Actor, in ContactInput) error {
	f := check()
	in.Note = f.text("note", in.Note, LongestNote, false)
	f.code("mode", in.Mode, r.Modes)
	f.code("person", in.Person, r.Persons)
	f.code("safe", string(in.Safe), []string{string(SafeYes), string(SafeNo), string(SafeUnknown)})
	f.code("outcome", in.Outcome, r.Outcomes)
	if in.At.After(r.Clock.Now()) {
		f.wrong.With("at", "fault.range")
	}
	return r.change(ctx, actor, access.CaseRecord, in.Case, in.Version, Open, f.err(), func(ctx context.Context, tx store.Tx, by access.Proof, _ Case) error {
		at := in.At
		if at.IsZero() {
			at = tx.Now
		}
		row := ident.New[string](tx.Now)
		raw, err := json.Marshal(in.Reached)
		if err != nil {
			return err
		}
		sealed, err := r.Reveal.Seal(ctx, string(in.Case), reveal.Content, cell("case_contact", "sealed", row), raw)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, contactSQL, row, string(in.Case), sealed, clock.Micro(at), by.Actor().ID)
		if err != nil {
			return err
		}
		return r.event(ctx, tx, by, in.Case, Contacted, map[string]string{"contact": row})
	})
}

// AddNote writes a note into the timeline.
func (r *Room) AddNote(ctx context.Context, actor access.Actor, id ID, note string, version int64) error {
	f := check()
	note = f.text("note", note, LongestNote, true)
	return r.change(ctx, actor, access.CaseRecord, id, version, Open, f.err(), func(ctx context.Context, tx store.Tx, by access.Proof, _ Case) error {
		return r.event(ctx, tx, by, id, Noted, map[string]string{"note": note})
	})
}

// A TaskInput is a new task in the worker's own words. It belongs to the case manager.
type TaskInput struct {
	Case     ID
	Words    string
	Due      time.Time
	Blocking bool
	Version  int64
}

// AddTask opens a task whose words are sealed.
func (r *Room) AddTask(ctx context.Context, actor access.Actor, in TaskInput) error {
	f := check()
	words := f.text("words", in.Words, LongestLabel, true)
	if in.Due.IsZero() {
		f.wrong.With("due", "fault.empty")
	}
	return r.change(ctx, actor, access.CaseRecord, in.Case, in.Version, Open, f.err(), func(ctx context.Context, tx store.Tx, by access.Proof, c Case) error {
		subject, id := string(in.Case), ident.New[task.ID](tx.Now)
		label, err := r.Reveal.Seal(ctx, subject, reveal.Content, cell("task", "label", string(id)), []byte(words))
		if err != nil {
			return err
		}
		owner, err := grant.Holder(ctx, tx, subject, access.Manager)
		if err != nil {
			return err
		}
		_, err = task.Start(ctx, tx, by, task.Input{ID: id, Subject: subject, Kind: TaskAction, Owner: owner, Agency: c.Agency,
			Blocking: in.Blocking, Label: label, Due: in.Due})
		if err != nil {
			return err
		}
		return r.event(ctx, tx, by, in.Case, Planned, map[string]string{"task": string(id)})
	})
}

// FinishTask ends a task as done. Of a closed case that is only to have read an answer. version is the task's, not the case's: two people may finish two tasks at once. After a
// review comes the next one. What follows a referral is fault.Conflict "fault.referral_open": it ends with that. The task to read a reply is fault.Conflict mailbox.CodeWaits: it ends by reading. That to find a
// case manager is fault.Conflict "fault.hand_on_first" while the case has none: it ends by handing the case on.
func (r *Room) FinishTask(ctx context.Context, actor access.Actor, id ID, which task.ID, version int64) error {
	q := door.Request{Actor: actor, Action: access.CaseRecord, Subject: string(id)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		c, err := load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		kind, err := kindOf(ctx, tx, id, which)
		if err == nil && c.State == Closed && kind != task.ReadAnswer {
			err = fault.New(fault.Conflict, "fault.case_closed")
		}
		if err == nil {
			err = r.byItself(ctx, tx, c, kind)
		}
		if err != nil {
			return nil, err
		}
		return nil, first(
			func() error { return task.Finish(ctx, tx, by, string(id), which, version) },
			func() error { return r.goOn(ctx, tx, by, c, kind) },
			func() error { return r.event(ctx, tx, by, id, Finished, map[string]string{"task": string(which)}) },
		)
	})
}

// byItself refuses to finish what ends by being done elsewhere.
func (r *Room) byItself(ctx context.Context, tx store.Tx, c Case, kind task.Kind) error {
	switch kind {
	case task.ReadReply:
		return fault.New(fault.Conflict, mailbox.CodeWaits)
	case task.AgreeReferral, task.AwaitAnswer, task.FollowReferral:
		return fault.New(fault.Conflict, "fault.referral_open")
	case triage.TaskAssign:
		lost, err := r.orphans(ctx, tx, c.ID)
		if err == nil && (len(lost) > 0 || !c.Held.IsZero()) {
			err = fault.New(fault.Conflict, "fault.hand_on_first")
		}
		return err
	}
	return nil
}

// kindOf gives the kind of an open task of the case; empty when there is no such task.
func kindOf(ctx context.Context, tx store.Tx, id ID, which task.ID) (task.Kind, error) {
	open, err := task.OpenFor(ctx, tx, string(id))
	for _, t := range open {
		if t.ID == which {
			return t.Kind, err
		}
	}
	return "", err
}

// goOn opens the next review when one was done.
func (r *Room) goOn(ctx context.Context, tx store.Tx, by access.Proof, c Case, done task.Kind) error {
	if done != TaskReview {
		return nil
	}
	manager, err := grant.Holder(ctx, tx, string(c.ID), access.Manager)
	if err != nil {
		return err
	}
	return r.begin(ctx, tx, by, c, manager, nil)
}
