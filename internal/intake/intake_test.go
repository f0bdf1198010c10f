package intake_test

import (
	"bytes"
	"context"
	"crypto/hpke"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/secret"
	"amparo/internal/store"
	"amparo/internal/store/storetest"
	"amparo/internal/vault/seal"
)

const (
	keyTestSQL       = `INSERT INTO intake_key (id, public, created_at, retired_at) VALUES ($1, $2, $3, 0)`
	envelopesTestSQL = `SELECT id FROM envelope ORDER BY received_at, id`
	takerTestSQL     = `SELECT actor_id FROM audit_entry WHERE action = $1`
	arrivedTestSQL   = `INSERT INTO arrival (at, salt) VALUES ($1, 'old')`
	arrivalsTestSQL  = `SELECT count(*) FROM arrival`
	jobsTestSQL      = `SELECT count(*) FROM job WHERE kind = $1`
)

const canary = "the purple lighthouse hums"

// a side is the public side over a database whose private key the test holds.
type side struct {
	t    *testing.T
	main *store.Store
	room *intake.Room
	key  *seal.Opener
	by   access.Proof
}

func each(t *testing.T, burst int, f func(s *side)) {
	t.Helper()
	eachAt(t, nil, burst, f)
}

// eachAt is each by a clock.
func eachAt(t *testing.T, at clock.Clock, burst int, f func(s *side)) {
	t.Helper()
	storetest.Each(t, at, func(t *testing.T, main, _ *store.Store) {
		private, err := hpke.MLKEM768X25519().GenerateKey()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := private.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		key, err := seal.NewOpener(ident.New[string](time.Now()), raw)
		if err != nil {
			t.Fatal(err)
		}
		by, err := access.Own(access.System("test"), access.ReportRead)
		if err != nil {
			t.Fatal(err)
		}
		pepper := secret.Bytes(bytes.Repeat([]byte{7}, 32))
		s := &side{t, main, intake.New(intake.Config{Store: main, Pepper: pepper, Burst: burst}), key, by}
		s.write(func(ctx context.Context, tx store.Tx) error {
			_, err := tx.Exec(ctx, keyTestSQL, key.Key().ID, key.Key().Public, clock.Micro(tx.Now))
			return err
		})
		f(s)
	})
}

func (s *side) write(f func(ctx context.Context, tx store.Tx) error) {
	s.t.Helper()
	if err := s.main.Write(s.t.Context(), func(tx store.Tx) error { return f(s.t.Context(), tx) }); err != nil {
		s.t.Fatal(err)
	}
}

func (s *side) submit(r seal.Receipt) error {
	_, err := s.taken(r)
	return err
}

func (s *side) taken(r seal.Receipt) (intake.Taken, error) {
	return s.room.Submit(s.t.Context(), intake.Submission{Receipt: r, Told: intake.Told{Instrument: "about_me", Pack: "demo", Language: "ar",
		Reader: intake.Child, Channel: intake.WebForm, Answers: map[string][]string{"words": {canary}}}})
}

func (s *side) envelopes() (list []intake.Envelope) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx store.Tx) error {
		list = nil
		var ids []intake.EnvelopeID
		err := tx.Each(ctx, envelopesTestSQL, nil, func(scan func(...any) error) error {
			var id intake.EnvelopeID
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
		for _, id := range ids {
			e, err := intake.Waiting(ctx, tx, id)
			if err != nil {
				return err
			}
			list = append(list, e)
		}
		return err
	})
	return list
}

func (s *side) jobs(kind string) (n int) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, jobsTestSQL, []any{kind}, &n) })
	return n
}

func TestReportIsSealedAndFound(t *testing.T) {
	each(t, 0, func(s *side) {
		if err := s.submit(seal.NewReceipt()); err != nil {
			s.t.Fatal(err)
		}
		list := s.envelopes()
		if len(list) != 1 || s.jobs("report.open") != 1 {
			s.t.Fatalf("%d envelopes, %d jobs", len(list), s.jobs("report.open"))
		}
		e := list[0]
		if bytes.Contains(e.Sealed, []byte(canary)) || e.Quarantined {
			s.t.Error("what was told is readable in the database, or one report is a burst")
		}
		plain, err := s.key.Open(e.Binding(), e.Sealed)
		var told intake.Told
		if err = errors.Join(err, json.Unmarshal(plain, &told)); err != nil || told.Answers["words"][0] != canary || told.At.IsZero() {
			s.t.Errorf("opened %+v, %v", told, err)
		}
		moved := e
		moved.Report = "another"
		if _, err := s.key.Open(moved.Binding(), e.Sealed); err == nil {
			s.t.Error("an envelope opened as another report's")
		}
	})
}

// TestTakenForSomebody has a report handed in by somebody known, twice, and in a transaction that comes to nothing.
func TestTakenForSomebody(t *testing.T) {
	each(t, 0, func(s *side) {
		receipt, told := seal.NewReceipt(), intake.Told{Instrument: "about_me", Pack: "demo", Language: "ar", Reader: intake.Child, Channel: "phone"}
		var first, again intake.Taken
		undone := errors.New("undone")
		err := s.main.Write(t.Context(), func(tx store.Tx) error {
			_, err := s.room.Take(t.Context(), tx, s.by, intake.Submission{Receipt: receipt, Told: told})
			return errors.Join(err, undone)
		})
		if !errors.Is(err, undone) || len(s.envelopes()) != 0 {
			s.t.Fatalf("a transaction that came to nothing left %d envelopes, %v", len(s.envelopes()), err)
		}
		for _, got := range []*intake.Taken{&first, &again} {
			s.write(func(ctx context.Context, tx store.Tx) (err error) {
				*got, err = s.room.Take(ctx, tx, s.by, intake.Submission{Receipt: receipt, Told: told})
				return err
			})
		}
		if !first.Fresh || again.Fresh || first.Report != again.Report || len(s.envelopes()) != 1 || s.jobs("report.open") != 1 {
			s.t.Errorf("taken as %+v, then as %+v; %d envelopes", first, again, len(s.envelopes()))
		}
		var who string
		s.write(func(ctx context.Context, tx store.Tx) error {
			return tx.One(ctx, takerTestSQL, []any{string(intake.Receive)}, &who)
		})
		if who != "test" {
			s.t.Errorf("the log names %q for who took it", who)
		}
	})
}

// TestArrivalsAreForgotten after two hours, and bursts are told by those that are not.
func TestArrivalsAreForgotten(t *testing.T) {
	each(t, 0, func(s *side) {
		if err := s.submit(seal.NewReceipt()); err != nil {
			s.t.Fatal(err)
		}
		s.write(func(ctx context.Context, tx store.Tx) error {
			_, err := tx.Exec(ctx, arrivedTestSQL, clock.Micro(tx.Now.Add(-2*time.Hour)))
			return err
		})
		if err := intake.Forget(s.t.Context(), s.main); err != nil {
			s.t.Fatal(err)
		}
		var n int
		s.write(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, arrivalsTestSQL, nil, &n) })
		if n != 1 {
			s.t.Errorf("%d arrivals are left of one now and one that is two hours old", n)
		}
	})
}

// TestRetryIsTheSameReport sends each of 8 receipts four times, all at once.
func TestRetryIsTheSameReport(t *testing.T) {
	each(t, 0, func(s *side) {
		var group sync.WaitGroup
		for range 8 {
			receipt := seal.NewReceipt()
			var answers [4]intake.Taken
			var same sync.WaitGroup
			for i := range answers {
				same.Go(func() {
					var err error
					if answers[i], err = s.taken(receipt); err != nil {
						s.t.Error(err)
					}
				})
			}
			group.Go(func() {
				same.Wait()
				fresh := 0
				for _, a := range answers {
					if a.Fresh {
						fresh++
					}
					if a.Report != answers[0].Report || !a.Received.Equal(answers[0].Received) || a.Received.IsZero() || a.Owes != 0 {
						s.t.Errorf("one report is %+v and %+v", answers[0], a)
					}
				}
				if fresh != 1 {
					s.t.Errorf("%d are the first", fresh)
				}
			})
		}
		group.Wait()
		if n, j := len(s.envelopes()), s.jobs("report.open"); n != 8 || j != 8 {
			s.t.Errorf("%d reports and %d jobs of 8", n, j)
		}
	})
}

// TestManyAtOnce has 32 reporters send several reports each at the same time: none is turned away.
func TestManyAtOnce(t *testing.T) {
	each(t, 0, func(s *side) {
		var group sync.WaitGroup
		for range 32 {
			group.Go(func() {
				for range 8 {
					if err := s.submit(seal.NewReceipt()); err != nil {
						s.t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if n, j := len(s.envelopes()), s.jobs("report.open"); n != 32*8 || j != 32*8 {
			s.t.Errorf("%d reports and %d jobs of %d", n, j, 32*8)
		}
	})
}

// TestEveryReportIsAccepted sends many more than the burst: all are there, the later ones marked.
func TestEveryReportIsAccepted(t *testing.T) {
	each(t, 5, func(s *side) {
		for range 12 {
			if err := s.submit(seal.NewReceipt()); err != nil {
				s.t.Fatal(err)
			}
		}
		marked := 0
		list := s.envelopes()
		for _, e := range list {
			if e.Quarantined {
				marked++
			}
		}
		if len(list) != 12 || marked != 7 {
			s.t.Errorf("%d of 12 accepted, %d marked", len(list), marked)
		}
	})
}

func TestMailbox(t *testing.T) {
	each(t, 0, func(s *side) {
		receipt, stranger := seal.NewReceipt(), seal.NewReceipt()
		if err := s.submit(receipt); err != nil {
			s.t.Fatal(err)
		}
		report := s.envelopes()[0].Report
		if _, err := s.room.Open(s.t.Context(), stranger); fault.KindOf(err) != fault.Withheld || fault.CodeOf(err) != "fault.receipt_unknown" {
			s.t.Errorf("an unknown receipt gave %v", err)
		}
		for _, text := range []string{"first", "second"} {
			s.write(func(ctx context.Context, tx store.Tx) error { return intake.Post(ctx, tx, s.by, report, text) })
		}
		s.write(func(ctx context.Context, tx store.Tx) error {
			return intake.SetProgress(ctx, tx, s.by, report, intake.Reading)
		})
		m, err := s.room.Open(s.t.Context(), receipt)
		if err != nil || m.Progress != intake.Reading || len(m.Replies) != 2 || m.Replies[0].Text != "first" || m.Language != "ar" || m.Reader != intake.Child {
			s.t.Errorf("mailbox %+v, %v", m, err)
		}
		raw, err := json.Marshal(m)
		if err != nil || strings.Contains(string(raw), canary) {
			s.t.Error("the mailbox shows what was told")
		}
	})
}

func TestAddOnce(t *testing.T) {
	each(t, 0, func(s *side) {
		receipt := seal.NewReceipt()
		if err := s.submit(receipt); err != nil {
			s.t.Fatal(err)
		}
		in := intake.Addition{Receipt: receipt, ID: intake.NewMessageID(time.Now()), Text: canary}
		for range 3 {
			if err := s.room.Add(s.t.Context(), in); err != nil {
				s.t.Fatal(err)
			}
		}
		list := s.envelopes()
		if len(list) != 2 || list[1].Kind != intake.KindMessage || s.jobs("message.open") != 1 {
			s.t.Fatalf("%d envelopes, %d jobs", len(list), s.jobs("message.open"))
		}
		s.write(func(ctx context.Context, tx store.Tx) error { return intake.Drop(ctx, tx, s.by, in.ID) })
		if err := s.room.Add(s.t.Context(), in); err != nil || len(s.envelopes()) != 1 {
			s.t.Errorf("a message that was opened was taken again: %v", err)
		}
		s.write(func(ctx context.Context, tx store.Tx) error {
			if _, err := intake.Waiting(ctx, tx, in.ID); !errors.Is(err, intake.ErrOpened) {
				s.t.Errorf("a dropped envelope gave %v", err)
			}
			return nil
		})
	})
}

func TestAddRefusals(t *testing.T) {
	each(t, 0, func(s *side) {
		id := intake.NewMessageID(time.Now())
		for text, code := range map[string]fault.Code{"": "fault.empty", strings.Repeat("é", intake.LongestMessage+1): "fault.long"} {
			err := s.room.Add(s.t.Context(), intake.Addition{Receipt: seal.NewReceipt(), ID: id, Text: text})
			if f := fault.Fields(err); fault.KindOf(err) != fault.Invalid || len(f) != 1 || f[0].Code != code {
				s.t.Errorf("%d bytes gave %v", len(text), err)
			}
		}
		if err := s.room.Add(s.t.Context(), intake.Addition{Receipt: seal.NewReceipt(), ID: id, Text: "x"}); fault.KindOf(err) != fault.Withheld {
			s.t.Errorf("an unknown receipt gave %v", err)
		}
	})
}

// TestWithoutAKeyNothingIsHalfWritten takes the intake key away: the report is refused as unavailable, whole.
func TestWithoutAKeyNothingIsHalfWritten(t *testing.T) {
	each(t, 0, func(s *side) {
		s.write(func(ctx context.Context, tx store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE intake_key SET retired_at = 1`)
			return err
		})
		receipt := seal.NewReceipt()
		if err := s.submit(receipt); fault.KindOf(err) != fault.Unavailable {
			s.t.Errorf("gave %v", err)
		}
		if _, err := s.room.Open(s.t.Context(), receipt); fault.KindOf(err) != fault.Withheld || len(s.envelopes()) != 0 {
			s.t.Errorf("half a report is there: %v", err)
		}
	})
}

// TestBurn throws a receipt away: it opens nothing any more, what was written to it is gone, and sending the report again makes no second one.
func TestBurn(t *testing.T) {
	each(t, 0, func(s *side) {
		ctx, receipt := s.t.Context(), seal.NewReceipt()
		if err := s.submit(receipt); err != nil {
			s.t.Fatal(err)
		}
		report := s.envelopes()[0].Report
		post := func() {
			s.write(func(ctx context.Context, tx store.Tx) error { return intake.Post(ctx, tx, s.by, report, canary) })
		}
		burnt := func() (at time.Time) {
			s.write(func(ctx context.Context, tx store.Tx) (err error) {
				at, err = intake.Burnt(ctx, tx, report)
				return err
			})
			return at
		}
		left := func() (n int) {
			s.write(func(ctx context.Context, tx store.Tx) error {
				return tx.One(ctx, `SELECT (SELECT count(*) FROM posted_reply) + (SELECT count(*) FROM receipt WHERE length(mailbox_public) > 0)`, nil, &n)
			})
			return n
		}
		post()
		if at := burnt(); !at.IsZero() || left() != 2 {
			s.t.Fatalf("burnt at %s before anybody did it, %d left", at, left())
		}
		for _, unknown := range []bool{false, true} {
			if err := s.room.Burn(ctx, receipt); (fault.KindOf(err) == fault.Withheld) != unknown {
				s.t.Errorf("burning gave %v", err)
			}
		}
		post() // reaches nobody, and is no error
		if burnt().IsZero() || left() != 0 {
			s.t.Errorf("%d are left", left())
		}
		if _, err := s.room.Open(ctx, receipt); fault.KindOf(err) != fault.Withheld {
			s.t.Errorf("it opens: %v", err)
		}
		in := intake.Addition{Receipt: receipt, ID: intake.NewMessageID(time.Now()), Text: "x"}
		if err := s.room.Add(ctx, in); fault.KindOf(err) != fault.Withheld {
			s.t.Errorf("something was added: %v", err)
		}
		if err := s.submit(receipt); err != nil || len(s.envelopes()) != 1 {
			s.t.Errorf("sent again it is another report: %v", err)
		}
		if err := s.room.Burn(ctx, seal.NewReceipt()); fault.KindOf(err) != fault.Withheld {
			s.t.Errorf("an unknown one gave %v", err)
		}
		s.write(func(ctx context.Context, tx store.Tx) error {
			if at, err := intake.Burnt(ctx, tx, "without"); err != nil || !at.IsZero() {
				s.t.Errorf("a report without a receipt is burnt at %s, %v", at, err)
			}
			return nil
		})
	})
}
