package contact_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/contact"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/notify"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/vault/seal"
	"amparo/internal/web/staff/stafftest"
)

// A line is a house with a gateway that the test answers for.
type line struct {
	*stafftest.House
	room *contact.Room
	sent []string
	fail error
}

// each runs f on each engine, on a Monday at 11 in the morning.
func each(t *testing.T, f func(t *testing.T, l *line)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		l := &line{House: h}
		l.room = contact.New(contact.Config{Store: h.Main, Reveal: h.Reveal, Clock: h.Clock(), Safe: h.Pack.SafeFrom,
			Text: func(_ context.Context, number, language string) error {
				l.sent = append(l.sent, number+": a message in "+language)
				return l.fail
			},
			Mail: func(_ context.Context, address, language string) error {
				l.sent = append(l.sent, address+": a letter in "+language)
				return l.fail
			},
			Failed: func(ctx context.Context, tx store.Tx, by access.Proof, id intake.ReportID) error {
				return task.Beside(ctx, tx, by, task.Input{Subject: string(id), Kind: contact.TaskFailed, Due: tx.Now.Add(time.Hour)})
			}})
		f(t, l)
	})
}

func (l *line) must(err error) {
	l.T.Helper()
	if err != nil {
		l.T.Fatal(err)
	}
}

// told is a report of somebody who may be texted after school, claimed by Huda.
func (l *line) told(answers map[string][]string) (report.ID, seal.Receipt) {
	l.T.Helper()
	all := map[string][]string{"danger": {"no"}, "contact_way": {"sms_plain"}, "number": {" +٩٩٩ 555-654-321 "}, "times": {"afternoon"}}
	for k, v := range answers {
		all[k] = v
	}
	id, receipt := l.ReportAs(intake.Told{Language: "fr", Answers: all})
	l.must(l.Triage.Claim(l.T.Context(), l.Actor("huda"), id))
	var now triage.Standing
	l.Read(func(ctx context.Context, tx store.Tx) (err error) {
		now, err = triage.Now(ctx, tx, string(id))
		return err
	})
	l.must(l.Triage.Decide(l.T.Context(), l.Actor("huda"), triage.Decision{Subject: string(id), Sequence: now.Sequence, To: now.Priority}))
	return id, receipt
}

func (l *line) reply(id report.ID, words string) {
	l.T.Helper()
	l.must(l.Mailbox.Reply(l.T.Context(), l.Actor("huda"), mailbox.ReplyInput{ID: mailbox.NewID(l.Now()), Report: id, Subject: string(id), Text: words, Seen: -1}))
}

const (
	waitsTestSQL = `SELECT run_at FROM job WHERE kind = 'reply.posted'`
	dropTestSQL  = `DELETE FROM job WHERE kind = 'reply.posted'`
	sealTestSQL  = `SELECT sealed FROM safe_contact`
)

// waits gives when it is tried next; zero when it is not.
func (l *line) waits() (at time.Time) {
	l.T.Helper()
	l.Read(func(ctx context.Context, tx store.Tx) error {
		at = time.Time{}
		return tx.Each(ctx, waitsTestSQL, nil, func(scan func(...any) error) error {
			var us int64
			err := scan(&us)
			at = time.UnixMicro(us)
			return err
		})
	})
	return at
}

// run does the job that waits.
func (l *line) run(id report.ID) {
	l.T.Helper()
	l.must(l.room.Tell(l.T.Context(), intake.Posted{Report: id}, func(ctx context.Context, tx store.Tx) error {
		_, err := tx.Exec(ctx, dropTestSQL)
		return err
	}))
}

// local is a time of that Monday, or days after it, where the house is.
func (l *line) local(days int, clock string) time.Time {
	l.T.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", "2031-03-03 "+clock, l.Pack.Zone())
	l.must(err)
	return at.AddDate(0, 0, days)
}

func (l *line) failed(id report.ID) (n int) {
	l.T.Helper()
	l.Read(func(ctx context.Context, tx store.Tx) error {
		open, err := task.OpenFor(ctx, tx, string(id))
		n = 0
		for _, t := range open {
			if t.Kind == contact.TaskFailed && t.Owner == l.ID("huda") {
				n++
			}
		}
		return err
	})
	return n
}

// TestToldAtASafeTime waits for the afternoon, tells once, and waits for the next afternoon with what is written after.
func TestToldAtASafeTime(t *testing.T) {
	each(t, func(t *testing.T, l *line) {
		id, _ := l.told(nil)
		if s, err := l.room.Of(t.Context(), id); err != nil || !s.Chosen || !s.Sends || !s.Told.IsZero() {
			t.Fatalf("%+v, %v", s, err)
		}
		l.reply(id, "A canary.")
		l.run(id)
		if at := l.waits(); len(l.sent) != 0 || !at.Equal(l.local(0, "14:00")) {
			t.Fatalf("%v was sent, and it waits until %s", l.sent, at)
		}
		l.reply(id, "One thing more.") // tells of both
		l.Advance(l.local(0, "14:30").Sub(l.Now()))
		l.run(id)
		if !slices.Equal(l.sent, []string{"+999555654321: a message in fr"}) || !l.waits().IsZero() {
			t.Fatalf("%v was sent", l.sent)
		}
		l.reply(id, "And one.")
		l.run(id)
		if at := l.waits(); len(l.sent) != 1 || !at.Equal(l.local(1, "14:00")) {
			t.Errorf("%v was sent, and it waits until %s", l.sent, at)
		}
		if s, err := l.room.Of(t.Context(), id); err != nil || !s.Told.Equal(l.Now()) {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

// TestToldByMail writes to the address of who chose that, by the same rules, and says so only where mail is sent.
func TestToldByMail(t *testing.T) {
	each(t, func(t *testing.T, l *line) {
		id, _ := l.told(map[string][]string{"contact_way": {"email"}, "number": nil, "times": nil, "address": {" n.haddad@example.org "}, "mail_times": {"any_time"}})
		l.reply(id, "A canary.")
		l.run(id)
		if !slices.Equal(l.sent, []string{"n.haddad@example.org: a letter in fr"}) || !l.waits().IsZero() {
			t.Fatalf("%v was sent", l.sent)
		}
		if s, err := l.room.Of(t.Context(), id); err != nil || !s.Chosen || !s.Sends || !s.Told.Equal(l.Now()) {
			t.Errorf("%+v, %v", s, err)
		}
		texts := contact.New(contact.Config{Store: l.Main, Reveal: l.Reveal, Clock: l.Clock(), Safe: l.Pack.SafeFrom, Text: l.room.Text})
		if s, err := texts.Of(t.Context(), id); err != nil || !s.Chosen || s.Sends {
			t.Errorf("where texts alone are sent: %+v, %v", s, err)
		}
		l.fail = notify.ErrMessage
		l.Advance(contact.Apart)
		l.reply(id, "More.")
		if l.run(id); l.failed(id) != 1 {
			t.Error("what the mail server will never take became no task")
		}
	})
}

// TestNobodyElseIsTold sends nothing to who did not choose it, or has left out what makes it safe.
func TestNobodyElseIsTold(t *testing.T) {
	each(t, func(t *testing.T, l *line) {
		for name, answers := range map[string]map[string][]string{"by phone": {"contact_way": {"phone"}}, "only here": {"contact_way": {"mailbox_only"}},
			"nothing chosen": {"contact_way": nil}, "no number": {"number": nil}, "no times": {"times": nil}, "words": {"number": {"ask my aunt 0555"}}, "too short": {"number": {"112"}},
			"by e-mail without an address": {"contact_way": {"email"}, "mail_times": {"any_time"}}, "an address that is none": {"contact_way": {"email"}, "address": {"mine at home"}, "mail_times": {"any_time"}},
			"by e-mail at no time": {"contact_way": {"email"}, "address": {"n@example.org"}, "times": nil}} {
			id, _ := l.told(answers)
			l.reply(id, "Hello.")
			if s, err := l.room.Of(t.Context(), id); err != nil || s.Chosen {
				t.Errorf("%s: %+v, %v", name, s, err)
			}
			l.Advance(24 * time.Hour)
			if l.run(id); len(l.sent) != 0 || !l.waits().IsZero() {
				t.Errorf("%s: %v", name, l.sent)
			}
		}
		id, receipt := l.told(map[string][]string{"times": {"any_time"}})
		l.reply(id, "Hello.")
		l.must(l.Intake.Burn(t.Context(), receipt))
		if l.run(id); len(l.sent) != 0 {
			t.Errorf("who threw the code away is told: %v", l.sent)
		}
		off := contact.New(contact.Config{Store: l.Main, Reveal: l.Reveal, Clock: l.Clock(), Safe: l.Pack.SafeFrom})
		id, _ = l.told(map[string][]string{"times": {"any_time"}})
		l.must(off.Tell(t.Context(), intake.Posted{Report: id}, func(context.Context, store.Tx) error { return nil }))
		if s, err := off.Of(t.Context(), id); err != nil || s.Sends || !s.Chosen {
			t.Errorf("without a gateway: %+v, %v", s, err)
		}
	})
}

// TestWhatFailsBecomesATask tries again what may yet be sent, and gives who has the report a task for what cannot.
func TestWhatFailsBecomesATask(t *testing.T) {
	each(t, func(t *testing.T, l *line) {
		id, _ := l.told(map[string][]string{"times": {"any_time"}})
		l.reply(id, "Hello.")
		l.fail = errors.New("down")
		for try := range contact.MostTries {
			if l.failed(id) != 0 {
				t.Fatalf("a task after %d tries", try)
			}
			l.run(id)
			if at := l.waits(); try < contact.MostTries-1 && !at.Equal(l.Now().Add(contact.Again)) {
				t.Errorf("after try %d it waits until %s", try+1, at)
			}
			l.Advance(contact.Again)
		}
		if len(l.sent) != contact.MostTries || l.failed(id) != 1 || !l.waits().IsZero() {
			t.Errorf("%d tries, %d tasks", len(l.sent), l.failed(id))
		}
		other, _ := l.told(map[string][]string{"times": {"any_time"}})
		l.reply(other, "Hello.")
		l.fail = notify.ErrRefused
		if l.run(other); l.failed(other) != 1 || !l.waits().IsZero() {
			t.Errorf("refused: %d tasks", l.failed(other))
		}
		l.fail = nil
		l.reply(other, "Again.")
		if l.run(other); len(l.sent) != contact.MostTries+2 {
			t.Errorf("after a failure nothing is sent any more: %v", l.sent)
		}
	})
}

// TestTheNumberIsSealed looks for the number, the time and the language in what is kept.
func TestTheNumberIsSealed(t *testing.T) {
	each(t, func(t *testing.T, l *line) {
		l.told(nil)
		l.Read(func(ctx context.Context, tx store.Tx) error {
			var sealed []byte
			err := tx.One(ctx, sealTestSQL, nil, &sealed)
			if text := string(sealed); strings.Contains(text, "5556") || strings.Contains(text, "afternoon") || len(text) < 40 {
				t.Errorf("it keeps %q", text)
			}
			return err
		})
	})
}

// TestAddresses takes addresses as people write them, and nothing else.
func TestAddresses(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		for typed, want := range map[string]string{" n.haddad@example.org ": "n.haddad@example.org", "n.haddad @example.org.": "n.haddad@example.org", "mailto:n@example.org": "n@example.org",
			"\u2066n@example.org\u2069": "n@example.org", "n@example": "", "n@[127.0.0.1]": "", "mine at home": "", "mine is n@example.org": "", "n@example.org or call": "", "a@example.org, b@example.org": "", "": "", "n@example.org\nBcc: all@example.org": ""} {
			w, ok := contact.Of(h.Pack.Instrument("about_me"), instrument.Answers{"contact_way": {"email"}, "address": {typed}, "mail_times": {"morning"}}, "en")
			if w.Address != want || ok != (want != "") {
				t.Errorf("%q is %q, %v", typed, w.Address, ok)
			}
		}
	})
}

// TestNumbers takes numbers as people write them, and nothing else.
func TestNumbers(t *testing.T) {
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		for typed, want := range map[string]string{"0555 654 321": "0555654321", "+999 (555) 654.321": "+999555654321", "۰۵۵۵۶۵۴۳۲۱": "0555654321", "555-654": "", "1234567890123456": "",
			"0555654321 mum": "", "call 0555654321": "", "": ""} {
			w, ok := contact.Of(h.Pack.Instrument("about_me"), instrument.Answers{"contact_way": {"sms_plain"}, "number": {typed}, "times": {"morning"}}, "en")
			if w.Number != want || ok != (want != "") {
				t.Errorf("%q is %q, %v", typed, w.Number, ok)
			}
		}
	})
}
