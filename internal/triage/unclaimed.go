package triage

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
)

// Unclaimed are the reports of one priority that nobody has claimed.
type Unclaimed struct {
	Priority ruleset.Priority
	Count    int
	Longest  report.ID // the one that has waited longest
	Since    time.Time // when it came in
	Half     time.Time // half of them came in by then
}

// unclaimedSQL gives for each priority the report that has waited longest and the one in the middle.
const unclaimedSQL = `SELECT priority, total, place, id, received_at FROM (
		SELECT s.priority, r.id, r.received_at, count(*) OVER (PARTITION BY s.priority) AS total,
			row_number() OVER (PARTITION BY s.priority ORDER BY r.received_at, r.id) AS place
		FROM report r JOIN standing s ON s.subject = r.id WHERE r.state = 'waiting'
			AND EXISTS (SELECT 1 FROM access_grant g WHERE g.subject = r.id AND ` + grant.TiedSQL + `)) AS w
	WHERE place = 1 OR place = (total + 1) / 2 ORDER BY priority, place`

// AllUnclaimed gives the reports that nobody has claimed, by priority, the most urgent first: of those that the actor may do
// the action on. A priority without any is left out; the levels of content have places of their own.
func AllUnclaimed(ctx context.Context, tx store.Tx, actor access.Actor, action access.Action) (list []Unclaimed, err error) {
	err = tx.Each(ctx, unclaimedSQL, grant.ScopeFor(actor, action).Args(), func(scan func(...any) error) error {
		var u Unclaimed
		var place int
		var received int64
		if err := scan(&u.Priority, &u.Count, &place, &u.Longest, &received); err != nil {
			return err
		}
		if place == 1 {
			u.Since = clock.FromMicro(received)
			list = append(list, u)
		}
		list[len(list)-1].Half = clock.FromMicro(received)
		return nil
	})
	slices.SortStableFunc(list, func(a, b Unclaimed) int { return a.Priority.Compare(b.Priority) })
	return list, err
}
