package mailbox_test

import (
	"context"
	"testing"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/store"
	"amparo/internal/task"
)

// reads tells whether a subject has the task to read.
func (l *line) reads(subject string) (found bool) {
	l.t.Helper()
	l.write(func(ctx context.Context, tx store.Tx) error {
		open, err := task.OpenFor(ctx, tx, subject)
		found = len(open) > 0
		return err
	})
	return found
}

func (l *line) hand(to ...string) {
	l.t.Helper()
	l.write(func(ctx context.Context, tx store.Tx) error { return l.room.Hand(ctx, tx, l.by, l.report, to...) })
}

// TestHandedToAnotherReport leads what waits to whoever has the other report, and back.
func TestHandedToAnotherReport(t *testing.T) {
	each(t, func(l *line) {
		const other = "other"
		l.write(func(ctx context.Context, tx store.Tx) error {
			return grant.Give(ctx, tx, l.by, other, "sana", access.Claimant)
		})
		sana := access.Actor{Kind: access.Staff, ID: "sana", Agency: "line", Roles: []access.Role{access.DutyOfficer}}
		l.says("hello?")
		l.hand(other)
		if l.reads(string(l.report)) || !l.reads(other) || l.unread(sana)[other] != 1 || len(l.unread(huda)) != 0 {
			t.Errorf("sana has %v, huda %v", l.unread(sana), l.unread(huda))
		}
		in := mailbox.ReplyInput{ID: mailbox.NewID(start), Report: l.report, Subject: other, Text: "we are here"}
		if err := l.room.Reply(t.Context(), sana, in); fault.KindOf(err) != fault.Withheld && fault.KindOf(err) != fault.Forbidden {
			t.Errorf("answering as for a case gave %v", err)
		}
		in.Joined = true
		if err := l.room.Reply(t.Context(), huda, in); fault.KindOf(err) != fault.Withheld {
			t.Errorf("answering without having the other gave %v", err)
		}
		if err := l.room.MarkJoinedRead(t.Context(), sana, l.report, other, 0); err != nil {
			t.Fatal(err)
		}
		l.says("and again")
		l.hand()
		if !l.reads(string(l.report)) || l.reads(other) || l.unread(huda)[string(l.report)] != 1 {
			t.Errorf("it came back as %v", l.unread(huda))
		}
	})
}

// TestWhatElseWaitsStillWaits reads one of two threads of a subject: the task to read stays.
func TestWhatElseWaitsStillWaits(t *testing.T) {
	each(t, func(l *line) {
		l.says("hello?")
		l.hand("case")
		l.write(func(ctx context.Context, tx store.Tx) error {
			return mailbox.Follow(ctx, tx, l.by, intake.ReportID("second"), "case")
		})
		l.write(func(ctx context.Context, tx store.Tx) error {
			return grant.Give(ctx, tx, l.by, "case", "omar", access.Manager)
		})
		if err := l.room.MarkRead(t.Context(), omar, "second", "case", 0); err != nil || !l.reads("case") {
			t.Errorf("reading another thread ended it, or gave %v", err)
		}
		if err := l.room.MarkRead(t.Context(), omar, l.report, "case", 0); err != nil || l.reads("case") {
			t.Errorf("it still waits, or gave %v", err)
		}
	})
}
