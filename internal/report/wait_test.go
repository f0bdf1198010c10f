package report_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// TestWaits gives the time until the first claim, whatever came after, to those alone who may know of the report.
func TestWaits(t *testing.T) {
	now := received
	storetest.Each(t, clock.Func(func() time.Time { return now }), func(t *testing.T, main, _ *store.Store) {
		now = received.Add(time.Minute)
		p, begun, waiting := by(t, "huda"), keep(t, main), keep(t, main)
		change := func(after time.Duration, f func(ctx context.Context, tx store.Tx) error) {
			now = received.Add(after)
			write(t, main, f)
		}
		take := func(ctx context.Context, tx store.Tx) error { return report.Take(ctx, tx, p, begun) }
		change(14*time.Minute, take)
		change(20*time.Minute, func(ctx context.Context, tx store.Tx) error { return report.Release(ctx, tx, p, begun) })
		change(3*time.Hour, take)
		change(4*time.Hour, func(ctx context.Context, tx store.Tx) error {
			return report.Resolve(ctx, tx, p, begun, report.NotInScope)
		})
		change(5*time.Hour, func(ctx context.Context, tx store.Tx) error {
			return grant.Exclude(ctx, tx, p, string(waiting), "laila", grant.Named)
		})
		see := func(who, agency string, from, to time.Time) (long []time.Duration) {
			t.Helper()
			actor := access.Actor{Kind: access.Staff, ID: who, Agency: agency, Roles: []access.Role{access.Supervisor}}
			err := main.Read(t.Context(), func(tx store.Tx) error {
				list, err := report.Waits(t.Context(), tx, actor, access.InsightRead, from, to)
				for _, w := range list {
					long = append(long, w.Until(tx.Now))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(long)
			return long
		}
		for _, c := range []struct {
			who, agency string
			from, to    time.Duration
			want        []time.Duration
		}{
			{"salma", "line", 0, 1, []time.Duration{14 * time.Minute, 5 * time.Hour}},
			{"salma", "line", -time.Hour, 0, nil},
			{"salma", "line", 1, time.Hour, nil},
			{"laila", "line", 0, 1, []time.Duration{14 * time.Minute}},
			{"sami", "other", 0, 1, nil},
		} {
			if got := see(c.who, c.agency, received.Add(c.from*time.Microsecond), received.Add(c.to*time.Microsecond)); !slices.Equal(got, c.want) {
				t.Errorf("%s of %s sees waits of %v, want %v", c.who, c.agency, got, c.want)
			}
		}
	})
}
