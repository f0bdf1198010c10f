// Package door is the one door for every change: actor → permission → validity → one transaction { change, audit entry,
// jobs } → result. A use case gives its actor, its action and its subject, and the change; who may do it is decided
// inside the transaction, from the grants as they are then, and what was done or refused is in the audit log.
package door

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/store"
)

// A Request says who asks for what, on which subject. An empty subject means an action that has none.
type Request struct {
	Actor   access.Actor
	Action  access.Action
	Subject string
}

// A Change is what is done when the request is allowed. It may run twice (see store.Write). The detail that it gives,
// codes and counts only, goes into the audit entry.
type Change func(ctx context.Context, tx store.Tx, by access.Proof) (detail map[string]string, err error)

// Do decides, changes and records, in one transaction. A change that fails leaves nothing behind and its error is given
// as it is. A refusal, of the table or of the change itself, is recorded as such, in a transaction of its own.
func Do(ctx context.Context, s *store.Store, q Request, change Change) error {
	err := s.Write(ctx, func(tx store.Tx) error { return do(ctx, tx, q, change) })
	if !refused(err) {
		return err
	}
	return errors.Join(err, q.refuse(ctx, s, err))
}

// A Work is a request with its change.
type Work struct {
	Request
	Change
}

// Together does what a job has several of in one transaction, each decided and recorded by itself: all of it, or nothing. Nobody is refused by it: it is for the
// program's own work.
func Together(ctx context.Context, s *store.Store, list []Work) error {
	return s.Write(ctx, func(tx store.Tx) error {
		for _, w := range list {
			if err := do(ctx, tx, w.Request, w.Change); err != nil {
				return err
			}
		}
		return nil
	})
}

func do(ctx context.Context, tx store.Tx, q Request, change Change) error {
	by, err := decide(ctx, tx, q)
	if err != nil {
		return err
	}
	detail, err := change(ctx, tx, by)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, q.entry(audit.Done, "", detail))
}

// See decides whether the actor may look at the subject, and gives the proof with which sealed content is shown
// (reveal.Show, which records what was seen). A refusal is recorded.
func See(ctx context.Context, s *store.Store, q Request) (access.Proof, error) {
	var by access.Proof
	err := s.Read(ctx, func(tx store.Tx) (err error) {
		by, err = decide(ctx, tx, q)
		return err
	})
	if !refused(err) {
		return by, err
	}
	return by, errors.Join(err, q.refuse(ctx, s, err))
}

// refuse records a refusal.
func (q Request) refuse(ctx context.Context, s *store.Store, why error) error {
	return s.Write(ctx, func(tx store.Tx) error {
		return audit.Record(ctx, tx, q.entry(audit.Refused, string(fault.KindOf(why)), nil))
	})
}

// decide asks the table. A job acts for the program itself, in the work that it exists for.
func decide(ctx context.Context, tx store.Tx, q Request) (access.Proof, error) {
	if q.Actor.Kind == access.Job {
		return access.Own(q.Actor, q.Action)
	}
	if q.Subject == "" {
		return access.Decide(q.Actor, q.Action)
	}
	return grant.Decide(ctx, tx, q.Actor, q.Action, q.Subject)
}

func refused(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Forbidden || kind == fault.Withheld
}

func (q Request) entry(o audit.Outcome, reason string, detail map[string]string) audit.Entry {
	e := audit.Entry{Actor: q.Actor, Action: q.Action, Outcome: o, Reason: reason, Detail: detail}
	if e.Actor.Kind == "" {
		e.Actor.Kind = access.Public
	}
	if q.Subject != "" && !strange.MatchString(q.Subject) {
		e.Subjects = []string{q.Subject}
	}
	return e
}

// strange matches what cannot be the id of anything: it came from a made-up address and is not worth keeping.
var strange = regexp.MustCompile(`[^0-9A-Za-z_.-]|.{101}`)

// String shows the request as a log may show it.
func (q Request) String() string {
	return fmt.Sprintf("%s by %s %s", q.Action, q.Actor.Kind, q.Actor.ID)
}
