package report_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

const tallyTestSQL = `SELECT n FROM report_tally WHERE day = '2026-03-02' AND reader = 'child'`

// received is late in the evening in UTC, and the next day in the zone of the tally.
var received = time.Date(2026, 3, 1, 22, 0, 0, 0, time.UTC)

var zone = time.FixedZone("Demoland", 3*60*60)

func by(t *testing.T, id string) access.Proof {
	t.Helper()
	p, err := access.Own(access.System(id), access.ReportRead)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func keep(t *testing.T, s *store.Store) report.ID {
	t.Helper()
	r := report.Report{ID: ident.New[report.ID](received), Pack: "demo", Language: "ar", Reader: "child", Channel: "web_form",
		Area: "demo-01", Agency: "line", Instrument: "about_me", Received: received}
	write(t, s, func(ctx context.Context, tx store.Tx) error {
		return errors.Join(report.Keep(ctx, tx, by(t, "job"), r, report.Sealed{Content: []byte("c"), Identity: []byte("i")}, zone),
			grant.Give(ctx, tx, by(t, "job"), string(r.ID), "line", access.Desk))
	})
	return r.ID
}

func write(t *testing.T, s *store.Store, f func(ctx context.Context, tx store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), func(tx store.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func TestFromWaitingToResolved(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		id, p := keep(t, main), by(t, "huda")
		kindOf := func(f func(ctx context.Context, tx store.Tx) error) fault.Kind {
			return fault.KindOf(main.Write(t.Context(), func(tx store.Tx) error { return f(t.Context(), tx) }))
		}
		take := func(ctx context.Context, tx store.Tx) error { return report.Take(ctx, tx, p, id) }
		release := func(ctx context.Context, tx store.Tx) error { return report.Release(ctx, tx, p, id) }
		resolve := func(o report.Outcome) func(context.Context, store.Tx) error {
			return func(ctx context.Context, tx store.Tx) error { return report.Resolve(ctx, tx, p, id, o) }
		}
		for i, step := range []struct {
			do   func(context.Context, store.Tx) error
			want fault.Kind
		}{
			{resolve(report.NotInScope), fault.Conflict}, // nobody has read it
			{release, fault.Conflict},
			{take, ""},
			{take, fault.Conflict},
			{release, ""},
			{take, ""},
			{resolve("thrown_away"), fault.Invalid},
			{resolve(report.ReferredOut), ""},
			{resolve(report.NotInScope), fault.Conflict}, // an outcome is never changed
			{take, fault.Conflict},
		} {
			if got := kindOf(step.do); got != step.want {
				t.Errorf("step %d gave %q, want %q", i, got, step.want)
			}
		}
		write(t, main, func(ctx context.Context, tx store.Tx) error {
			r, s, err := report.Load(ctx, tx, id)
			if r.State != report.Resolved || r.Outcome != report.ReferredOut || r.ResolvedBy != "huda" || r.ResolvedAt.IsZero() ||
				!r.Received.Equal(received) || string(s.Content) != "c" || string(s.Identity) != "i" || r.Area != "demo-01" {
				t.Errorf("loaded %+v %s %s", r, s.Content, s.Identity)
			}
			return err
		})
	})
}

func TestKeptOnceCountedOnce(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		r := report.Report{ID: ident.New[report.ID](received), Reader: "child", Received: received}
		var kept, known atomic.Int64
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				err := main.Write(t.Context(), func(tx store.Tx) error {
					return report.Keep(t.Context(), tx, by(t, "job"), r, report.Sealed{Content: []byte("c"), Identity: []byte("i")}, zone)
				})
				switch {
				case err == nil:
					kept.Add(1)
				case errors.Is(err, report.ErrKept):
					known.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		write(t, main, func(ctx context.Context, tx store.Tx) error {
			var n int
			err := tx.One(ctx, tallyTestSQL, nil, &n)
			if kept.Load() != 1 || known.Load() != 7 || n != 1 {
				t.Errorf("kept %d, known %d, counted %d", kept.Load(), known.Load(), n)
			}
			return err
		})
	})
}

func TestListIsScopedAndOpenOnly(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		first, second, third := keep(t, main), keep(t, main), keep(t, main)
		p := by(t, "job")
		write(t, main, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(grant.Exclude(ctx, tx, p, string(second), "huda", grant.Named),
				report.Take(ctx, tx, p, third), report.Resolve(ctx, tx, p, third, report.ContentOnly))
		})
		seen := func(id, agency string) (ids []report.ID) {
			write(t, main, func(ctx context.Context, tx store.Tx) error {
				list, err := report.Unresolved(ctx, tx, access.Actor{Kind: access.Staff, ID: id, Agency: agency, Roles: []access.Role{access.DutyOfficer}})
				ids = nil
				for _, r := range list {
					ids = append(ids, r.ID)
				}
				return err
			})
			return ids
		}
		if got := seen("huda", "line"); len(got) != 1 || got[0] != first {
			t.Errorf("huda, who must not know of one, sees %v", got)
		}
		if got := seen("omar", "line"); len(got) != 2 {
			t.Errorf("omar sees %v", got)
		}
		if got := seen("nour", "other"); len(got) != 0 {
			t.Errorf("another agency sees %v", got)
		}
	})
}

func TestNotThere(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		err := main.Read(t.Context(), func(tx store.Tx) error { _, _, err := report.Load(t.Context(), tx, "none"); return err })
		if fault.KindOf(err) != fault.Withheld {
			t.Errorf("gave %v", err)
		}
	})
}
