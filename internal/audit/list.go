package audit

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// mostListed is how many entries one page shows at most.
const mostListed = 200

// A Filter chooses entries. What is empty chooses all.
type Filter struct {
	Actor   string // the id of a user, or the name of a job
	Action  access.Action
	Outcome Outcome
	Subject string    // an id that the entry must name
	From    time.Time // at this time or later
	To      time.Time // before this time
	Before  int64     // older than the entry with this number
	After   EntryID   // older than this entry: the last one of the page before; it counts, and not Before, when both are given
	Limit   int       // at most so many; 0 and more than 200 are 200
}

// limit is how many entries the filter asks for.
func (f Filter) limit() int {
	if f.Limit < 1 || f.Limit > mostListed {
		return mostListed
	}
	return f.Limit
}

// idle tells whether the filter asks for what no entry can hold.
func (f Filter) idle() bool {
	return strings.ContainsFunc(f.Subject, unicode.IsSpace) || slices.ContainsFunc([]string{f.Actor, string(f.Action), string(f.Outcome), f.Subject, string(f.After)},
		func(s string) bool { return code(s) != nil })
}

// A Listed is an entry as it stands in the log.
type Listed struct {
	Entry
	ID EntryID
	At time.Time
	// Number is None while the entry waits to be numbered.
	Number int64
}

// List gives the entries of the filter, the newest first. What is about a matter that the reader must not know of is left out; its
// number stays, so that nobody can say that the log has holes that it has not. The proof must be one for access.AuditRead.
func List(ctx context.Context, tx store.Tx, proof access.Proof, f Filter) ([]Listed, error) {
	if proof.Action() != access.AuditRead {
		return nil, fault.New(fault.Forbidden, fault.CodeForbidden)
	}
	return fitting(ctx, tx, proof.Actor(), f, f.limit())
}

// fitting gives at most so many entries of the filter, without those about what the reader must not know of.
func fitting(ctx context.Context, tx store.Tx, reader access.Actor, f Filter, limit int) (list []Listed, err error) {
	if f.idle() {
		return nil, nil
	}
	if f.After == "" && f.Before > 0 {
		if f.After, err = standsAt(ctx, tx, f.Before); err != nil {
			return nil, err
		}
	}
	to := int64(math.MaxInt64)
	if !f.To.IsZero() {
		to = clock.Micro(f.To)
	}
	err = tx.Each(ctx, listSQL, []any{f.Actor, string(f.Action), string(f.Outcome), likeLiteral(f.Subject), clock.Micro(f.From), to, string(f.After), limit, reader.ID},
		func(scan func(...any) error) error {
			var r row
			l := Listed{}
			var at int64
			if err := scan(append(r.columns(), &at, &l.Number)...); err != nil {
				return err
			}
			l.ID, l.At = EntryID(r.id), clock.FromMicro(at)
			l.Entry = r.entry()
			list = append(list, l)
			return nil
		})
	return list, err
}

// likeLiteral makes s stand for itself in a LIKE pattern whose escape is "!".
func likeLiteral(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

// entry reads a stored row back; a detail that is no longer readable is left out, for Verify to name.
func (r row) entry() Entry {
	e := Entry{
		Actor:    access.Actor{Kind: access.Kind(r.kind), ID: r.actor, Agency: r.agency},
		Action:   access.Action(r.action),
		Outcome:  Outcome(r.outcome),
		Reason:   r.reason,
		Subjects: strings.Fields(r.subjects),
	}
	for _, role := range strings.Fields(r.roles) {
		e.Actor.Roles = append(e.Actor.Roles, access.Role(role))
	}
	if err := json.Unmarshal([]byte(r.detail), &e.Detail); err != nil {
		e.Detail = nil
	}
	return e
}
