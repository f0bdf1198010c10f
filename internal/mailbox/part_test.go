package mailbox_test

import (
	"context"
	"errors"
	"testing"

	"amparo/internal/access"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/store"
)

// TestEachPartHasWhatIsSaid keeps a message for every report behind the receipt, each with its own to read, and posts to their reporter once.
func TestEachPartHasWhatIsSaid(t *testing.T) {
	each(t, func(l *line) {
		second := ident.New[intake.ReportID](start)
		if err := l.room.Reveal.MakeKeys(t.Context(), string(second)); err != nil {
			t.Fatal(err)
		}
		l.write(func(ctx context.Context, tx store.Tx) error {
			return errors.Join(intake.AddPart(ctx, tx, l.by, l.report, second), grant.Give(ctx, tx, l.by, string(second), "huda", access.Claimant))
		})
		l.says("hello?")
		if n := l.unread(huda); n[string(l.report)] != 1 || n[string(second)] != 1 || !l.reads(string(second)) || !l.reads(string(l.report)) {
			t.Errorf("what waits: %v", n)
		}
		if err := l.room.MarkRead(t.Context(), huda, second, string(second), 0); err != nil || l.reads(string(second)) || !l.reads(string(l.report)) {
			t.Errorf("reading one gave %v, or was reading the other", err)
		}
		l.write(func(ctx context.Context, tx store.Tx) error {
			return l.room.PostAll(ctx, tx, l.by, []intake.ReportID{l.report, second}, "we are here")
		})
		l.write(func(ctx context.Context, tx store.Tx) error {
			sent, err := mailbox.Sent(ctx, tx, second)
			if sent != 1 {
				t.Errorf("the second has sent %d", sent)
			}
			return err
		})
		if box, err := l.intake.Open(t.Context(), l.receipt); err != nil || len(box.Replies) != 1 {
			t.Errorf("the reporter reads %v, %v", box.Replies, err)
		}
		l.says("and again")
		l.write(func(ctx context.Context, tx store.Tx) error {
			waits, err := mailbox.Unheard(ctx, tx, second)
			if waits != 1 {
				t.Errorf("in the second %d wait to be read", waits)
			}
			return err
		})
	})
}
