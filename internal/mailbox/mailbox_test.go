package mailbox_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/reveal"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/task"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

const (
	waitingTestSQL = `SELECT id, report FROM envelope WHERE kind = $1`
	sealedTestSQL  = `SELECT sealed FROM mailbox_message`
)

const canary = "the purple lighthouse hums"

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// a line is one report with its receipt, claimed by huda.
type line struct {
	t       *testing.T
	main    *store.Store
	intake  *intake.Room
	room    *mailbox.Room
	receipt seal.Receipt
	report  intake.ReportID
	by      access.Proof
}

var (
	huda = access.Actor{Kind: access.Staff, ID: "huda", Agency: "line", Roles: []access.Role{access.DutyOfficer}}
	omar = access.Actor{Kind: access.Staff, ID: "omar", Agency: "line", Roles: []access.Role{access.CaseManager}}
)

func each(t *testing.T, f func(l *line)) {
	t.Helper()
	storetest.Each(t, clock.Func(func() time.Time { return start }), func(t *testing.T, main, keys *store.Store) {
		vault, err := open.Open(t.Context(), open.Config{Dir: t.TempDir() + "/keys", Main: main, Keys: keys})
		if err != nil {
			t.Fatal(err)
		}
		l := &line{t: t, main: main, receipt: seal.NewReceipt()}
		l.intake = intake.New(intake.Config{Store: main, Pepper: secret.Bytes(strings.Repeat("p", 32))})
		l.room = mailbox.New(mailbox.Config{Store: main, Reveal: reveal.New(main, vault), Due: func(_ context.Context, tx store.Tx, _ string) (time.Time, error) {
			return tx.Now.Add(2 * time.Hour), nil
		}})
		if _, err := l.intake.Submit(t.Context(), intake.Submission{Receipt: l.receipt, Told: intake.Told{Instrument: "test", Reader: intake.Child, Language: "en"}}); err != nil {
			t.Fatal(err)
		}
		l.write(func(ctx context.Context, tx store.Tx) error {
			var id string
			return tx.One(ctx, waitingTestSQL, []any{"report"}, &id, &l.report)
		})
		if l.by, err = access.Own(access.System("test"), access.ReportClaim); err != nil {
			t.Fatal(err)
		}
		if err := vault.NewDataKey(t.Context(), string(l.report), open.Content); err != nil {
			t.Fatal(err)
		}
		l.write(func(ctx context.Context, tx store.Tx) error {
			return grant.Give(ctx, tx, l.by, string(l.report), "huda", access.Claimant)
		})
		f(l)
	})
}

func (l *line) write(f func(ctx context.Context, tx store.Tx) error) {
	l.t.Helper()
	if err := l.main.Write(l.t.Context(), func(tx store.Tx) error { return f(l.t.Context(), tx) }); err != nil {
		l.t.Fatal(err)
	}
}

func nothing(context.Context, store.Tx) error { return nil }

// says adds a message as the reporter and takes it as the job does, twice.
func (l *line) says(text string) {
	l.t.Helper()
	id := intake.NewMessageID(start)
	if err := l.intake.Add(l.t.Context(), intake.Addition{Receipt: l.receipt, ID: id, Text: text}); err != nil {
		l.t.Fatal(err)
	}
	for range 2 {
		if err := l.room.Take(l.t.Context(), id, nothing); err != nil {
			l.t.Fatal(err)
		}
	}
}

func (l *line) unread(actor access.Actor) (n map[string]int) {
	l.t.Helper()
	l.write(func(ctx context.Context, tx store.Tx) (err error) {
		n, err = mailbox.Unread(ctx, tx, actor)
		return err
	})
	return n
}

func (l *line) open(subject string) (list []task.Task) {
	l.t.Helper()
	l.write(func(ctx context.Context, tx store.Tx) (err error) {
		list, err = task.OpenFor(ctx, tx, subject)
		return err
	})
	return list
}

func (l *line) reply(actor access.Actor, in mailbox.ReplyInput) error {
	if in.ID == "" {
		in.ID = mailbox.NewID(start)
	}
	in.Report = l.report
	return l.room.Reply(l.t.Context(), actor, in)
}

func (l *line) thread() []mailbox.Message {
	l.t.Helper()
	by, err := access.Decide(huda, access.ReportRead, access.Claimant)
	if err != nil {
		l.t.Fatal(err)
	}
	list, err := l.room.Thread(l.t.Context(), by, l.report)
	if err != nil {
		l.t.Fatal(err)
	}
	return list
}

func TestBothWays(t *testing.T) {
	each(t, func(l *line) {
		l.says(canary)
		if got := l.open(string(l.report)); len(got) != 1 || got[0].Kind != task.ReadReply || got[0].Owner != "huda" {
			t.Errorf("after a message: %+v", got)
		}
		if n := l.unread(huda); n[string(l.report)] != 1 || len(l.unread(omar)) != 0 {
			t.Errorf("unread %v", n)
		}
		in := mailbox.ReplyInput{ID: mailbox.NewID(start), Subject: string(l.report), Text: "We read this. " + canary}
		if err := errors.Join(l.reply(huda, in), l.reply(huda, in)); err != nil {
			t.Fatal(err)
		}
		list := l.thread()
		if len(list) != 2 || list[0].Text != canary || list[0].Sender != mailbox.Reporter || list[0].Read.IsZero() || list[1].Author != "huda" || list[1].Number != 2 {
			t.Errorf("thread %+v", list)
		}
		box, err := l.intake.Open(t.Context(), l.receipt)
		if err != nil || len(box.Replies) != 1 || box.Replies[0].Text != in.Text {
			t.Errorf("the reporter sees %+v, %v", box, err)
		}
		if len(l.unread(huda)) != 0 || len(l.open(string(l.report))) != 0 {
			t.Error("answered, and still waiting")
		}
		l.write(func(ctx context.Context, tx store.Tx) error {
			return tx.Each(ctx, sealedTestSQL, nil, func(scan func(...any) error) error {
				var blob []byte
				err := scan(&blob)
				if strings.Contains(string(blob), canary) {
					t.Error("words are readable in the database")
				}
				return err
			})
		})
	})
}

func TestReplyRefusals(t *testing.T) {
	each(t, func(l *line) {
		own := string(l.report)
		for name, c := range map[string]struct {
			actor access.Actor
			in    mailbox.ReplyInput
			want  fault.Kind
		}{
			"nothing said":   {huda, mailbox.ReplyInput{Subject: own, Text: " \n"}, fault.Invalid},
			"too long":       {huda, mailbox.ReplyInput{Subject: own, Text: strings.Repeat("x ", mailbox.Longest)}, fault.Invalid},
			"another person": {omar, mailbox.ReplyInput{Subject: own, Text: "x"}, fault.Withheld},
			"no such case":   {omar, mailbox.ReplyInput{Subject: "case", Text: "x"}, fault.Withheld},
		} {
			if err := l.reply(c.actor, c.in); fault.KindOf(err) != c.want {
				t.Errorf("%s gave %v", name, err)
			}
		}
		if len(l.thread()) != 0 {
			t.Error("a refused reply was kept")
		}
		if err := l.reply(huda, mailbox.ReplyInput{Subject: own, Text: "see data:image/png;base64,AAAA here"}); err != nil {
			t.Fatal(err)
		}
		if got := l.thread(); strings.Contains(got[0].Text, "AAAA") || !strings.Contains(got[0].Text, "here") {
			t.Errorf("kept %q", got[0].Text)
		}
	})
}

// TestWhatWasNotSeenStaysUnread answers an old page: what came in after it is still waiting.
func TestWhatWasNotSeenStaysUnread(t *testing.T) {
	each(t, func(l *line) {
		l.says("one")
		l.says("two")
		if err := l.reply(huda, mailbox.ReplyInput{Subject: string(l.report), Text: "x", Seen: 1}); err != nil {
			t.Fatal(err)
		}
		if n := l.unread(huda); n[string(l.report)] != 1 || len(l.open(string(l.report))) != 1 {
			t.Errorf("unread %v", n)
		}
		if err := l.room.MarkRead(t.Context(), omar, l.report, string(l.report), 0); fault.KindOf(err) != fault.Withheld {
			t.Errorf("omar marks as read: %v", err)
		}
		if err := l.room.MarkRead(t.Context(), huda, l.report, string(l.report), 0); err != nil || len(l.unread(huda)) != 0 || len(l.open(string(l.report))) != 0 {
			t.Errorf("marked: %v", err)
		}
	})
}

func TestTheCaseAnswersOnceItFollows(t *testing.T) {
	each(t, func(l *line) {
		l.write(func(ctx context.Context, tx store.Tx) error {
			return errors.Join(grant.Give(ctx, tx, l.by, "case", "omar", access.Manager), grant.Give(ctx, tx, l.by, "other", "omar", access.Manager),
				mailbox.Follow(ctx, tx, l.by, l.report, "case"), mailbox.Follow(ctx, tx, l.by, l.report, "case"))
		})
		l.says(canary)
		if got := l.open("case"); len(got) != 1 || got[0].Owner != "omar" || len(l.open(string(l.report))) != 0 {
			t.Errorf("tasks of the case %+v", got)
		}
		if n := l.unread(omar); n["case"] != 1 || len(l.unread(huda)) != 0 {
			t.Errorf("unread %v", n)
		}
		if err := l.reply(huda, mailbox.ReplyInput{Subject: string(l.report), Text: "x"}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the desk answers for the case: %v", err)
		}
		if err := l.reply(omar, mailbox.ReplyInput{Subject: "other", Text: "x"}); fault.KindOf(err) != fault.Withheld {
			t.Errorf("another case answers: %v", err)
		}
		if err := l.reply(omar, mailbox.ReplyInput{Subject: "case", Text: "x"}); err != nil || len(l.open("case")) != 0 {
			t.Errorf("the case answers: %v", err)
		}
	})
}

// TestEachFollowerReadsForItself has two cases follow a report: what one has read still waits for the other.
func TestEachFollowerReadsForItself(t *testing.T) {
	each(t, func(l *line) {
		l.write(func(ctx context.Context, tx store.Tx) error {
			return errors.Join(grant.Give(ctx, tx, l.by, "one", "omar", access.Manager), grant.Give(ctx, tx, l.by, "two", "omar", access.Manager),
				mailbox.Follow(ctx, tx, l.by, l.report, "one"), mailbox.Follow(ctx, tx, l.by, l.report, "two"))
		})
		l.says("first")
		l.says("second")
		if err := l.room.MarkRead(t.Context(), omar, l.report, "one", 0); err != nil || len(l.open("one")) != 0 || len(l.open("two")) != 1 {
			t.Errorf("read for one: %v; one has %v, two has %v", err, l.open("one"), l.open("two"))
		}
		if err := l.room.MarkRead(t.Context(), omar, l.report, "two", 1); err != nil || len(l.open("two")) != 1 {
			t.Errorf("the second was not seen for two: %v; it has %v", err, l.open("two"))
		}
		if err := l.room.MarkRead(t.Context(), omar, l.report, "two", 2); err != nil || len(l.open("two")) != 0 {
			t.Errorf("all was seen for two: %v; it has %v", err, l.open("two"))
		}
	})
}

// TestNothingWaitsWithoutAClock asks a country that names no time, for a case and for a report.
func TestNothingWaitsWithoutAClock(t *testing.T) {
	each(t, func(l *line) {
		times := map[string]time.Time{string(l.report): start.Add(time.Hour)}
		l.room.Due = func(_ context.Context, _ store.Tx, subject string) (time.Time, error) { return times[subject], nil }
		l.write(func(ctx context.Context, tx store.Tx) error {
			return errors.Join(grant.Give(ctx, tx, l.by, "case", "omar", access.Manager), mailbox.Follow(ctx, tx, l.by, l.report, "case"))
		})
		l.says("one")
		if got := l.open("case"); len(got) != 1 || !got[0].Due.Equal(start.Add(time.Hour)) {
			t.Errorf("by the report's clock: %+v", got)
		}
		delete(times, string(l.report))
		l.says("two")
		if got := l.open("case"); len(got) != 1 || !got[0].Due.Equal(start) {
			t.Errorf("without any: %+v", got)
		}
	})
}

// TestManyMessagesAtOnce takes eight: each is there once, and their numbers have no gap.
func TestManyMessagesAtOnce(t *testing.T) {
	each(t, func(l *line) {
		var ids []intake.EnvelopeID
		for i := range 8 {
			id := intake.NewMessageID(start)
			if err := l.intake.Add(t.Context(), intake.Addition{Receipt: l.receipt, ID: id, Text: strings.Repeat("x", i+1)}); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id, id) // a job that is run again at once
		}
		var group sync.WaitGroup
		for _, id := range ids {
			group.Go(func() {
				if err := l.room.Take(t.Context(), id, nothing); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		list := l.thread()
		said := map[string]bool{}
		for i, m := range list {
			said[m.Text] = true
			if m.Number != int64(i+1) {
				t.Errorf("message %d has the number %d", i+1, m.Number)
			}
		}
		if len(list) != 8 || len(said) != 8 || len(l.open(string(l.report))) != 1 {
			t.Errorf("%d messages of 8, %d of them different", len(list), len(said))
		}
	})
}

// TestHostileInput sends ids that are none, another's id, and a file inside of words.
func TestHostileInput(t *testing.T) {
	each(t, func(l *line) {
		l.says("see data:image/png;base64,AAAA here")
		if got := l.thread(); strings.Contains(got[0].Text, "AAAA") || !strings.Contains(got[0].Text, "here") {
			t.Errorf("kept %q", got[0].Text)
		}
		own := string(l.report)
		for id, want := range map[mailbox.ID]fault.Kind{"../../etc": fault.Invalid, mailbox.ID(strings.Repeat("u", 26)): fault.Invalid, l.thread()[0].ID: fault.Conflict} {
			if err := l.reply(huda, mailbox.ReplyInput{ID: id, Subject: own, Text: "x"}); fault.KindOf(err) != want {
				t.Errorf("the id %q gave %v", id, err)
			}
		}
		if err := l.room.Reply(t.Context(), omar, mailbox.ReplyInput{ID: mailbox.NewID(start), Report: l.report, Subject: "x\ny", Text: "x"}); fault.KindOf(err) != fault.Withheld {
			t.Errorf("a subject that is none: %v", err)
		}
		if len(l.thread()) != 1 {
			t.Error("something was kept")
		}
	})
}
