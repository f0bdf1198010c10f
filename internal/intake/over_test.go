package intake_test

import (
	"bytes"
	"context"
	"crypto/hpke"
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

const overTestSQL = `SELECT count(*) FROM audit_entry WHERE action = 'report.take_over'`

// takenFor hands a report in for somebody and gives it.
func (s *side) takenFor(receipt seal.Receipt) (taken intake.Taken) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx store.Tx) (err error) {
		taken, err = s.room.Take(ctx, tx, s.by, intake.Submission{Receipt: receipt, Told: intake.Told{Instrument: "about_me", Pack: "demo",
			Language: "ar", Reader: intake.Child, Channel: "phone", Answers: map[string][]string{"words": {canary}}}})
		return err
	})
	return taken
}

func (s *side) open(receipt seal.Receipt) (intake.Mailbox, fault.Kind) {
	box, err := s.room.Open(s.t.Context(), receipt)
	return box, fault.KindOf(err)
}

// TestTakeOver gives the person their own receipt: whoever wrote the report down has none any more, and nothing that was written is lost.
func TestTakeOver(t *testing.T) {
	each(t, 0, func(s *side) {
		old, fresh, stranger := seal.NewReceipt(), seal.NewReceipt(), seal.NewReceipt()
		report := s.takenFor(old).Report
		s.write(func(ctx context.Context, tx store.Tx) error {
			return intake.Post(ctx, tx, s.by, report, "We have read it.")
		})
		if box, _ := s.open(old); !box.TakenFor || len(box.Replies) != 1 {
			t.Fatalf("before it is taken over: %+v", box)
		}
		for range 2 { // a second time is the same
			if err := s.room.TakeOver(t.Context(), intake.Handover{Old: old, New: fresh}); err != nil {
				t.Fatal(err)
			}
		}
		s.write(func(ctx context.Context, tx store.Tx) error {
			return intake.Post(ctx, tx, s.by, report, "We are at it.")
		})
		if _, kind := s.open(old); kind != fault.Withheld {
			t.Errorf("the old receipt opens: %s", kind)
		}
		if err := s.room.Add(t.Context(), intake.Addition{Receipt: old, ID: intake.NewMessageID(time.Now()), Text: "more"}); fault.KindOf(err) != fault.Withheld {
			t.Errorf("the old receipt adds: %v", err)
		}
		if err := s.room.Burn(t.Context(), old); fault.KindOf(err) != fault.Withheld {
			t.Errorf("the old receipt burns: %v", err)
		}
		box, _ := s.open(fresh)
		if box.TakenFor || len(box.Replies) != 2 || box.Replies[0].Text != "We have read it." || box.Replies[1].Text != "We are at it." {
			t.Errorf("with the new receipt: %+v", box)
		}
		for _, no := range []intake.Handover{{Old: old, New: stranger}, {Old: fresh, New: stranger}, {Old: stranger, New: seal.NewReceipt()}} {
			if err := s.room.TakeOver(t.Context(), no); fault.KindOf(err) != fault.Withheld {
				t.Errorf("taken over again: %v", err)
			}
		}
		if again := s.takenFor(old); again.Fresh || again.Report != report || len(s.envelopes()) != 1 {
			t.Errorf("what is handed in again is another report: %+v", again)
		}
		n := 0
		s.write(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, overTestSQL, nil, &n) })
		if n != 1 {
			t.Errorf("%d entries say that it was taken over", n)
		}
	})
}

// TestOwnOrBurntIsNotTakenOver: whoever reported themselves has nobody to take it over from, and what is burnt stays burnt.
func TestOwnOrBurntIsNotTakenOver(t *testing.T) {
	each(t, 0, func(s *side) {
		own, burnt := seal.NewReceipt(), seal.NewReceipt()
		if err := s.submit(own); err != nil {
			t.Fatal(err)
		}
		s.takenFor(burnt)
		if err := s.room.Burn(t.Context(), burnt); err != nil {
			t.Fatal(err)
		}
		for _, old := range []seal.Receipt{own, burnt} {
			fresh := seal.NewReceipt()
			if err := s.room.TakeOver(t.Context(), intake.Handover{Old: old, New: fresh}); fault.KindOf(err) != fault.Withheld {
				t.Errorf("taken over: %v", err)
			}
			if _, kind := s.open(fresh); kind != fault.Withheld {
				t.Error("a receipt that was refused opens something")
			}
		}
		if box, kind := s.open(own); kind != "" && box.TakenFor {
			t.Error("what somebody told themselves can be taken over")
		}
	})
}

// TestTakenOverOnce lets many take it over at the same time, while a reply is written: one has it, and reads every reply.
func TestTakenOverOnce(t *testing.T) {
	each(t, 0, func(s *side) {
		old := seal.NewReceipt()
		report := s.takenFor(old).Report
		fresh := make([]seal.Receipt, 4)
		won := make([]bool, len(fresh))
		var all sync.WaitGroup
		for i := range fresh {
			fresh[i] = seal.NewReceipt()
			all.Go(func() { won[i] = s.room.TakeOver(t.Context(), intake.Handover{Old: old, New: fresh[i]}) == nil })
			all.Go(func() {
				if err := s.main.Write(t.Context(), func(tx store.Tx) error { return intake.Post(t.Context(), tx, s.by, report, "a reply") }); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		winners := 0
		for i, receipt := range fresh {
			box, kind := s.open(receipt)
			if won[i] {
				winners++
			}
			if won[i] && len(box.Replies) != len(fresh) || !won[i] && kind != fault.Withheld {
				t.Errorf("won %v, reads %d replies, %s", won[i], len(box.Replies), kind)
			}
		}
		if winners != 1 {
			t.Errorf("%d have taken it over", winners)
		}
	})
}

// TestTheRoleOfThePublicSideTakesOver does it with no more rights than the public side has as a process of its own.
func TestTheRoleOfThePublicSideTakesOver(t *testing.T) {
	address := storetest.Migrated(t)
	roles := storetest.Roles(t, address)
	owner := atDatabase(t, address)
	if err := owner.Grant(t.Context(), store.Main, roles); err != nil {
		t.Fatal(err)
	}
	private, err := hpke.MLKEM768X25519().GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	by, err := access.Own(access.System("test"), access.ReportRead)
	if err != nil {
		t.Fatal(err)
	}
	pepper := secret.Bytes(bytes.Repeat([]byte{7}, 32))
	s := &side{t: t, main: owner, room: intake.New(intake.Config{Store: owner, Pepper: pepper}), by: by}
	s.write(func(ctx context.Context, tx store.Tx) error {
		_, err := tx.Exec(ctx, keyTestSQL, ident.New[string](tx.Now), private.PublicKey().Bytes(), clock.Micro(tx.Now))
		return err
	})
	old, fresh := seal.NewReceipt(), seal.NewReceipt()
	report := s.takenFor(old).Report
	s.write(func(ctx context.Context, tx store.Tx) error {
		return intake.Post(ctx, tx, by, report, "We have read it.")
	})
	front := intake.New(intake.Config{Store: atDatabase(t, storetest.As(t, address, roles[store.PublicSide])), Pepper: pepper})
	for range 2 {
		if err := front.TakeOver(t.Context(), intake.Handover{Old: old, New: fresh}); err != nil {
			t.Fatal(err)
		}
	}
	if box, err := front.Open(t.Context(), fresh); err != nil || box.TakenFor || len(box.Replies) != 1 || box.Replies[0].Text != "We have read it." {
		t.Errorf("with the new receipt: %+v, %v", box, err)
	}
	if _, err := front.Open(t.Context(), old); fault.KindOf(err) != fault.Withheld {
		t.Errorf("the old receipt gives %v", err)
	}
}

func atDatabase(t *testing.T, address string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Database: address, Schema: "amparo", MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
