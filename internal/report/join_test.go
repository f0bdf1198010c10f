package report_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"amparo/internal/fault"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// TestJoinAndBack joins one report to another and that to a third, and takes the middle one apart again.
func TestJoinAndBack(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		a, b, c, p := keep(t, main), keep(t, main), keep(t, main), by(t, "huda")
		write(t, main, func(ctx context.Context, tx store.Tx) error {
			return errors.Join(report.Take(ctx, tx, p, a), report.Resolve(ctx, tx, p, a, report.Duplicate), report.Join(ctx, tx, p, a, string(b)),
				report.Take(ctx, tx, p, b), report.Resolve(ctx, tx, p, b, report.Duplicate), report.Join(ctx, tx, p, b, string(c)))
		})
		refused := func(what string, f func(ctx context.Context, tx store.Tx) error) {
			if err := main.Write(t.Context(), func(tx store.Tx) error { return f(t.Context(), tx) }); fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s gave %v", what, err)
			}
		}
		refused("joining it twice", func(ctx context.Context, tx store.Tx) error { return report.Join(ctx, tx, p, a, string(c)) })
		refused("undoing none", func(ctx context.Context, tx store.Tx) error { return report.Unjoin(ctx, tx, p, c) })
		write(t, main, func(ctx context.Context, tx store.Tx) error {
			if all, err := report.With(ctx, tx, c); err != nil || !slices.Equal(all, []report.ID{c, b, a}) {
				t.Errorf("with it go %v, %v", all, err)
			}
			return report.Unjoin(ctx, tx, p, b)
		})
		write(t, main, func(ctx context.Context, tx store.Tx) error {
			r, _, err := report.Load(ctx, tx, b)
			if err != nil || r.State != report.Waiting || r.Outcome != "" || r.ResolvedBy != "" || !r.ResolvedAt.IsZero() {
				t.Errorf("it came back as %+v, %v", r, err)
			}
			if all, err := report.With(ctx, tx, c); err != nil || len(all) != 1 {
				t.Errorf("with it go %v still, %v", all, err)
			}
			if _, holds, err := report.JoinOf(ctx, tx, b); err != nil || holds {
				t.Errorf("it is joined still, %v", err)
			}
			list, err := report.Joins(ctx, tx, string(b))
			if err != nil || len(list) != 2 || slices.IndexFunc(list, func(j report.Joined) bool { return j.UndoneBy == "huda" }) < 0 {
				t.Errorf("its history is %v, %v", list, err)
			}
			return err
		})
	})
}
