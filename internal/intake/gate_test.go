package intake_test

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"amparo/internal/intake"
	"amparo/internal/vault/seal"
)

// TestReturningPeopleAreNotHeldUp has 200 reports sent at once, again and again, while somebody opens their mailbox and writes into it. The
// slowest of these must not wait behind the flood: with the reserve it stands behind a few reports, without it behind 200.
func TestReturningPeopleAreNotHeldUp(t *testing.T) {
	each(t, 0, func(s *side) {
		receipt := seal.NewReceipt()
		if err := s.submit(receipt); err != nil {
			s.t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var flood sync.WaitGroup
		for range 200 {
			flood.Go(func() {
				for ctx.Err() == nil {
					_, _ = s.room.Submit(ctx, intake.Submission{Receipt: seal.NewReceipt(), Told: intake.Told{Instrument: "about_me", Reader: intake.Child}})
				}
			})
		}
		var took []time.Duration
		for range 40 {
			from := time.Now()
			if _, err := s.room.Open(t.Context(), receipt); err != nil {
				s.t.Error(err)
			}
			err := s.room.Add(t.Context(), intake.Addition{Receipt: receipt, ID: intake.NewMessageID(time.Now()), Text: "I am here"})
			if err != nil {
				s.t.Error(err)
			}
			took = append(took, time.Since(from))
		}
		stop()
		flood.Wait()
		slices.SortFunc(took, cmp.Compare[time.Duration])
		s.t.Logf("opening and writing takes %v, at the worst %v", took[len(took)/2], took[len(took)-1])
		if worst := took[len(took)-1]; worst > 4*time.Second {
			s.t.Errorf("returning people wait up to %v", worst)
		}
	})
}

// TestReportsTakeTurns sends many more at once than are let through: each is taken.
func TestReportsTakeTurns(t *testing.T) {
	each(t, 0, func(s *side) {
		var all sync.WaitGroup
		for range 60 {
			all.Go(func() {
				if err := s.submit(seal.NewReceipt()); err != nil {
					s.t.Error(err)
				}
			})
		}
		all.Wait()
		if list := s.envelopes(); len(list) != 60 {
			s.t.Errorf("%d of 60 taken", len(list))
		}
	})
}

// TestGuessesWaitForEachOther answers many wrong receipts at once: they take their time, and who has a receipt does not.
func TestGuessesWaitForEachOther(t *testing.T) {
	room := intake.New(intake.Config{})
	from := time.Now()
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() { room.Mistyped(t.Context()) })
	}
	all.Wait()
	if took := time.Since(from); took < 500*time.Millisecond {
		t.Errorf("16 guesses took only %v", took)
	}
}
