package report

import (
	"context"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
)

// A Course is how far a report has come, as the counts of a year need it.
type Course struct {
	ID       ID
	Received time.Time
	Begun    time.Time // zero while nobody has
	Outcome  Outcome   // empty while it has none
}

const coursesSQL = `SELECT r.id, r.received_at, r.begun_at, r.outcome FROM report r WHERE r.received_at >= $1 AND r.received_at < $2
	AND NOT EXISTS (SELECT 1 FROM report_split s WHERE s.report = r.id)`

// Courses gives how far each report has come that came in from one instant up to another, in no order, for the program's own counts. What was split off from
// a report did not come in by itself, and is not there.
func Courses(ctx context.Context, tx store.Tx, _ access.Proof, from, to time.Time) (list []Course, err error) {
	err = tx.Each(ctx, coursesSQL, []any{clock.Micro(from), clock.Micro(to)}, func(scan func(...any) error) error {
		var c Course
		var received, begun int64
		err := scan(&c.ID, &received, &begun, &c.Outcome)
		c.Received, c.Begun = clock.FromMicro(received), clock.FromMicro(begun)
		list = append(list, c)
		return err
	})
	return list, err
}
