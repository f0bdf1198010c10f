package audit

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// A Reading is one page of the log, and how far the log is signed.
type Reading struct {
	Entries []Listed // the newest first
	More    bool     // older entries fit the filter, too
	// Signed is how many entries the latest checkpoint covers, Root what it says of them, in base64, and SignedAt when it was
	// signed; zero when there is none. None of it is proven here: Verify does that.
	Signed   int64
	Root     string
	SignedAt time.Time
	Waiting  int64 // how many entries wait to be numbered
}

// Read gives a page of the log, and records that it was read: by whom, how many entries, from which to which, and by which
// filter when it found any. It needs access.AuditRead; a refusal is recorded.
func Read(ctx context.Context, s *store.Store, actor access.Actor, f Filter) (Reading, error) {
	proof, err := access.Decide(actor, access.AuditRead)
	if err != nil {
		return Reading{}, refuse(ctx, s, actor, err)
	}
	var r Reading
	err = s.Read(ctx, func(tx store.Tx) (err error) {
		r = Reading{}
		if r.Entries, err = fitting(ctx, tx, proof.Actor(), f, f.limit()+1); err != nil {
			return err
		}
		return r.state(ctx, tx)
	})
	if err != nil {
		return Reading{}, err
	}
	if len(r.Entries) > f.limit() {
		r.Entries, r.More = r.Entries[:f.limit()], true
	}
	err = s.Write(ctx, func(tx store.Tx) error { return Record(ctx, tx, r.entry(proof.Actor(), f)) })
	if err != nil {
		return Reading{}, err
	}
	return r, nil
}

// refuse records that the log was not shown, and gives the reason back.
func refuse(ctx context.Context, s *store.Store, actor access.Actor, reason error) error {
	if actor.Kind == "" {
		return reason
	}
	return errors.Join(reason, s.Write(ctx, func(tx store.Tx) error {
		return Record(ctx, tx, Entry{Actor: actor, Action: access.AuditRead, Outcome: Refused, Reason: string(fault.CodeOf(reason))})
	}))
}

// state reads how far the log is signed.
func (r *Reading) state(ctx context.Context, tx store.Tx) error {
	var at int64
	var note string
	err := tx.One(ctx, latestSQL, nil, &r.Signed, &at, &note)
	if err != nil && !errors.Is(err, store.ErrNoRow) {
		return err
	}
	if line := strings.Split(note, "\n"); err == nil && len(line) > 2 {
		r.SignedAt, r.Root = clock.FromMicro(at), line[2]
	}
	return tx.One(ctx, waitingSQL, nil, &r.Waiting)
}

// entry tells of the reading itself. What somebody looked for and did not find is not kept: it may be anything that they typed.
func (r Reading) entry(actor access.Actor, f Filter) Entry {
	e := Entry{Actor: actor, Action: access.AuditRead, Outcome: Done, Detail: map[string]string{"shown": strconv.Itoa(len(r.Entries))}}
	if len(r.Entries) == 0 {
		return e
	}
	if f.Subject != "" {
		e.Subjects = []string{f.Subject}
	}
	for name, value := range map[string]string{"actor": f.Actor, "action": string(f.Action), "outcome": string(f.Outcome),
		"newest": string(r.Entries[0].ID), "oldest": string(r.Entries[len(r.Entries)-1].ID)} {
		if value != "" {
			e.Detail[name] = value
		}
	}
	return e
}
