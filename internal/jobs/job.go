package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// A Kind names what is to be done, as in "notify.send". It selects the worker.
type Kind string

// An ID names one job.
type ID string

// MaxTries is how often a job is tried before it is dead.
const MaxTries = 20

// longestPayload bounds the JSON of a payload, in bytes: enough for ids, too little for a story.
const longestPayload = 4096

// periodic starts the kind and the key of every periodic job.
const periodic = "every."

// A Job is work to be done.
type Job struct {
	Kind Kind
	// Payload becomes JSON of at most 4 KiB: ids and codes, never what somebody said. Nil is the JSON null.
	Payload any
	// Key makes the job one of a kind: while a job with this key waits or runs, enqueuing another does nothing.
	// A dead job gives its key up. Empty is no key.
	Key string
	// At is when it may run at the earliest; the zero time is now.
	At time.Time
}

// Enqueue writes the job into the caller's transaction. Nothing runs unless that transaction commits.
func Enqueue(ctx context.Context, tx store.Tx, j Job) error {
	if err := j.check(); err != nil {
		return err
	}
	payload, err := json.Marshal(j.Payload)
	if err != nil {
		return fmt.Errorf("the payload of job %s: %w", j.Kind, err)
	}
	if len(payload) > longestPayload {
		return fmt.Errorf("the payload of job %s has %d bytes, at most %d are allowed: pass an id", j.Kind, len(payload), longestPayload)
	}
	if j.At.IsZero() {
		j.At = tx.Now
	}
	return insertJob(ctx, tx, j, string(payload))
}

func (j Job) check() error {
	if j.Kind == "" || strings.ContainsAny(string(j.Kind), " %_") {
		return fmt.Errorf("%q is no kind of job: kinds are words and dots", j.Kind)
	}
	if strings.HasPrefix(string(j.Kind), periodic) || strings.HasPrefix(j.Key, periodic) {
		return fmt.Errorf("kinds and keys that start with %q belong to periodic jobs", periodic)
	}
	return nil
}

// longestPause is between two tries.
const longestPause = 4 * time.Hour

// backoff is the pause after the given number of tries: 1 s, doubling up to 4 h, less a random quarter at most, so
// that jobs that failed together do not come back together. Twenty tries last more than a day.
func backoff(tries int) time.Duration {
	pause := longestPause
	if tries < 15 {
		pause = min(longestPause, time.Second<<max(0, tries-1))
	}
	return pause - rand.N(pause/4)
}

// newID makes the id of a job that came to be now.
func newID(now time.Time) ID { return ident.New[ID](now) }

// A Dead job failed too often and waits for a person.
type Dead struct {
	ID      ID        `json:"id"`
	Kind    Kind      `json:"kind"`
	Tries   int       `json:"tries"`
	Failure string    `json:"failure"` // kind and code of the last failure, as "unavailable fault.unavailable"
	Made    time.Time `json:"made"`
}

// ListDead lists the dead jobs, the oldest first, at most 1000.
func ListDead(ctx context.Context, tx store.Tx) ([]Dead, error) {
	var list []Dead
	err := tx.Each(ctx, deadSQL, nil, func(scan func(...any) error) error {
		var d Dead
		var made int64
		if err := scan(&d.ID, &d.Kind, &d.Tries, &d.Failure, &made); err != nil {
			return err
		}
		d.Made = clock.FromMicro(made)
		list = append(list, d)
		return nil
	})
	return list, err
}

// Revive lets a dead job run again, at once and with all its tries. It fails with fault.Gone when there is no such
// dead job.
func Revive(ctx context.Context, tx store.Tx, id ID) error {
	n, err := tx.Exec(ctx, reviveSQL, id, clock.Micro(tx.Now))
	if err == nil && n == 0 {
		return fault.New(fault.Gone, fault.CodeWithheld)
	}
	return err
}

// Lag is for how long the oldest job that is due has been waiting for a worker; zero when none waits. A job whose kind
// no running process knows waits too, and so is noticed.
func Lag(ctx context.Context, tx store.Tx) (time.Duration, error) {
	var oldest int64
	if err := tx.One(ctx, lagSQL, []any{clock.Micro(tx.Now)}, &oldest); err != nil || oldest == 0 {
		return 0, err
	}
	return tx.Now.Sub(clock.FromMicro(oldest)), nil
}
