package report

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/store"
)

// A Wait is the time from a report's coming in until somebody began to work it, without saying of which report.
type Wait struct {
	Received time.Time
	Begun    time.Time // zero while nobody has
}

// Until is how long it has waited by now, or had waited when it was begun.
func (w Wait) Until(now time.Time) time.Duration {
	if !w.Begun.IsZero() {
		now = w.Begun
	}
	return max(0, now.Sub(w.Received))
}

const waitsSQL = `SELECT r.received_at, r.begun_at FROM report r WHERE r.received_at >= $7 AND r.received_at < $8
	AND NOT EXISTS (SELECT 1 FROM report_split s WHERE s.report = r.id) AND EXISTS (SELECT 1 FROM access_grant g WHERE g.subject = r.id AND ` + grant.TiedSQL + `)`

// Waits gives the waits of the reports that came in from one instant up to another, of those that the actor may do the action
// on, in no order. What was split off from a report has not waited by itself, and is not there.
func Waits(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action, from, to time.Time) (list []Wait, err error) {
	args := grant.ScopeFor(actor, action).Args(clock.Micro(from), clock.Micro(to))
	err = tx.Each(ctx, waitsSQL, args, func(scan func(...any) error) error {
		var received, begun int64
		err := scan(&received, &begun)
		list = append(list, Wait{clock.FromMicro(received), clock.FromMicro(begun)})
		return err
	})
	return list, err
}
