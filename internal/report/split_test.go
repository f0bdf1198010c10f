package report_test

import (
	"context"
	"errors"
	"testing"

	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
)

// TestSplitOffAndBack splits a report, which is counted once, and takes the second back.
func TestSplitOffAndBack(t *testing.T) {
	storetest.Each(t, nil, func(t *testing.T, main, _ *store.Store) {
		first, p := keep(t, main), by(t, "huda")
		second := report.ID(ident.New[string](received))
		load := func(id report.ID) (r report.Report) {
			write(t, main, func(ctx context.Context, tx store.Tx) (err error) { r, _, err = report.Load(ctx, tx, id); return err })
			return r
		}
		before := load(first)
		cut := before
		cut.ID = second
		try := func(f func(ctx context.Context, tx store.Tx) error) error {
			return main.Write(t.Context(), func(tx store.Tx) error { return f(t.Context(), tx) })
		}
		split := func(ctx context.Context, tx store.Tx) error {
			return report.SplitOff(ctx, tx, p, cut, report.Sealed{Content: []byte("c"), Identity: []byte("i")}, first)
		}
		if err := errors.Join(try(split)); err != nil {
			t.Fatal(err)
		}
		if err := try(split); !errors.Is(err, report.ErrKept) {
			t.Errorf("splitting again gave %v", err)
		}
		if r := load(second); r.State != report.Waiting || !r.Received.Equal(before.Received) || load(first).Version != before.Version+1 {
			t.Errorf("the second is %+v, the first %+v", r, load(first))
		}
		write(t, main, func(ctx context.Context, tx store.Tx) error {
			n := 0
			err := tx.One(ctx, tallyTestSQL, nil, &n)
			s, holds, failed := report.SplitOf(ctx, tx, second)
			if _, of, _ := report.SplitOf(ctx, tx, first); n != 1 || !holds || of || s.From != first || s.By != "huda" {
				t.Errorf("counted %d times; %+v", n, s)
			}
			return errors.Join(err, failed)
		})
		undo := func(ctx context.Context, tx store.Tx) error { return report.Unsplit(ctx, tx, p, second) }
		if err := try(undo); err != nil {
			t.Fatal(err)
		}
		if err := try(undo); fault.CodeOf(err) != "fault.not_split" {
			t.Errorf("undoing again gave %v", err)
		}
		r := load(second)
		if r.State != report.Resolved || r.Outcome != report.SplitUndone || r.ResolvedBy != "huda" || load(first).Version != before.Version+2 {
			t.Errorf("the second is %+v", r)
		}
		write(t, main, func(ctx context.Context, tx store.Tx) error {
			as, there, err := report.SplitAs(ctx, tx, second)
			if !there || as.Undone.IsZero() || as.UndoneBy != "huda" {
				t.Errorf("its history is %+v", as)
			}
			return err
		})
		if err := try(func(ctx context.Context, tx store.Tx) error {
			return report.Resolve(ctx, tx, p, first, report.SplitUndone)
		}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("giving that end gave %v", err)
		}
	})
}
