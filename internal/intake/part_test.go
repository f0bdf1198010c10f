package intake_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// TestFurthest says what is seen of several.
func TestFurthest(t *testing.T) {
	const r, b, w, f = intake.Received, intake.Reading, intake.Working, intake.Finished
	for _, c := range []struct {
		all  []intake.Progress
		want intake.Progress
	}{{[]intake.Progress{f, f}, f}, {[]intake.Progress{f, r}, r}, {[]intake.Progress{r, b, f}, b}, {[]intake.Progress{w, r}, w}, {[]intake.Progress{f, b, r}, b}} {
		if got := intake.Furthest(c.all); got != c.want {
			t.Errorf("%v show %s, want %s", c.all, got, c.want)
		}
	}
}

// TestPartsOfAReceipt puts two reports behind the receipt of a third, posts from each, and takes one away again.
func TestPartsOfAReceipt(t *testing.T) {
	each(t, 0, func(s *side) {
		receipt := seal.NewReceipt()
		if err := s.submit(receipt); err != nil {
			s.t.Fatal(err)
		}
		first := s.envelopes()[0].Report
		second, third := ident.New[intake.ReportID](s.envelopes()[0].Received), ident.New[intake.ReportID](s.envelopes()[0].Received)
		sees := func(what string, want intake.Progress) {
			s.t.Helper()
			if box, err := s.room.Open(s.t.Context(), receipt); err != nil || box.Progress != want {
				s.t.Errorf("%s: the reporter sees %s, %v, want %s", what, box.Progress, err, want)
			}
		}
		set := func(one intake.ReportID, p intake.Progress) {
			s.t.Helper()
			s.write(func(ctx context.Context, tx store.Tx) error { return intake.SetProgress(ctx, tx, s.by, one, p) })
		}
		set(first, intake.Reading)
		s.write(func(ctx context.Context, tx store.Tx) error {
			return errors.Join(intake.AddPart(ctx, tx, s.by, first, second), intake.AddPart(ctx, tx, s.by, second, third), intake.AddPart(ctx, tx, s.by, first, second))
		})
		s.write(func(ctx context.Context, tx store.Tx) error {
			for _, one := range []intake.ReportID{first, second, third} {
				list, err := intake.Parts(ctx, tx, one)
				of, failed := intake.ReceiptOf(ctx, tx, one)
				if err != nil || failed != nil || len(list) != 3 || of != first {
					s.t.Errorf("behind the receipt are %v, of %s, %v, %v", list, of, err, failed)
				}
			}
			alone, err := intake.Parts(ctx, tx, "alone")
			if err != nil || !slices.Equal(alone, []intake.ReportID{"alone"}) {
				s.t.Errorf("alone are %v, %v", alone, err)
			}
			fresh, err := intake.Receipts(ctx, tx, []intake.ReportID{second, third, "alone", "told"}, "told")
			if err != nil || !slices.Equal(fresh, []intake.ReportID{second, "alone"}) {
				s.t.Errorf("to be told are %v, %v", fresh, err)
			}
			return errors.Join(intake.Post(ctx, tx, s.by, first, "one"), intake.Post(ctx, tx, s.by, third, "three"))
		})
		if box, err := s.room.Open(s.t.Context(), receipt); err != nil || len(box.Replies) != 2 || box.Replies[0].Text+box.Replies[1].Text == "" {
			s.t.Errorf("the mailbox has %v, %v", box.Replies, err)
		}
		sees("all are read", intake.Reading)
		set(second, intake.Working)
		sees("one is worked", intake.Working)
		set(second, intake.Finished)
		sees("one has ended", intake.Reading)
		set(first, intake.Finished)
		sees("two have ended", intake.Reading)
		s.write(func(ctx context.Context, tx store.Tx) error { return intake.DropPart(ctx, tx, s.by, third) })
		sees("the third is taken away", intake.Finished)
		set(second, intake.Received)
		sees("one is back", intake.Received)
	})
}
