package intake_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
	"strconv"
	"testing"
	"time"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/intake"
	"amparo/internal/vault/seal"
)

// work finds the number that a proof of work asks for.
func work(challenge string, price intake.Price) string {
	for n := 0; ; n++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s:%d", challenge, n))
		if bits.LeadingZeros64(binary.BigEndian.Uint64(sum[:8])) >= int(price) {
			return strconv.Itoa(n)
		}
	}
}

// flood sends n reports and gives the receipt and the price of the last one.
func (s *side) flood(n int) (last seal.Receipt, owes intake.Price) {
	s.t.Helper()
	for range n {
		last = seal.NewReceipt()
		if err := s.submit(last); err != nil {
			s.t.Fatal(err)
		}
	}
	return last, s.owes(last)
}

func (s *side) owes(r seal.Receipt) intake.Price {
	s.t.Helper()
	box, err := s.room.Open(s.t.Context(), r)
	if err != nil {
		s.t.Fatal(err)
	}
	return box.Owes
}

// TestPriceRisesWithTheFlood sends more and more within a minute: every report is taken, and what is owed rises to the most and no further.
func TestPriceRisesWithTheFlood(t *testing.T) {
	each(t, 3, func(s *side) {
		for i, want := range []intake.Price{0, 0, 0, 14, 14, 14, 14, 14, 14, 14, 14, 14, 15} {
			if _, owes := s.flood(1); owes != want {
				s.t.Errorf("report %d owes %d, not %d", i+1, owes, want)
			}
		}
		if _, owes := s.flood(60); owes != intake.MostPrice || owes.Wait() != time.Minute {
			s.t.Errorf("at the top it owes %d, or %v", owes, owes.Wait())
		}
		if list := s.envelopes(); len(list) != 73 {
			s.t.Errorf("%d of 73 taken", len(list))
		}
	})
}

// TestProofIsOfOneReport pays with a proof of work, with another's, and with none.
func TestProofIsOfOneReport(t *testing.T) {
	each(t, 1, func(s *side) {
		first, _ := s.flood(2)
		second, price := s.flood(1)
		proof := work(s.room.Challenge(second), price)
		for name, try := range map[string]struct {
			receipt seal.Receipt
			proof   string
		}{"another's": {first, proof}, "words": {second, "let me in"}, "a long number": {second, proof + "000000000000000000000"}, "a sign": {second, "-" + proof}} {
			if _, err := s.room.Settle(s.t.Context(), try.receipt, try.proof); fault.KindOf(err) != fault.Invalid {
				s.t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := s.room.Settle(s.t.Context(), seal.NewReceipt(), proof); fault.KindOf(err) != fault.Withheld {
			s.t.Errorf("an unknown receipt gave %v", err)
		}
		for range 2 { // paying twice is paying once
			if left, err := s.room.Settle(s.t.Context(), second, proof); err != nil || left != 0 {
				s.t.Errorf("paid: %v, %v", left, err)
			}
		}
		if s.owes(second) != 0 || s.owes(first) == 0 || s.jobs(string(intake.ReportSettled)) != 1 {
			s.t.Errorf("second owes %d, first %d; %d jobs", s.owes(second), s.owes(first), s.jobs(string(intake.ReportSettled)))
		}
	})
}

// TestWaitingPays comes back with the receipt too early, and then late enough.
func TestWaitingPays(t *testing.T) {
	now := time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)
	eachAt(t, clock.Func(func() time.Time { return now }), 1, func(s *side) {
		now = now.Add(time.Hour)
		receipt, _ := s.flood(2)
		now = now.Add(8 * time.Second)
		if left, err := s.room.Settle(s.t.Context(), receipt, ""); err != nil || left != 12*time.Second || s.owes(receipt) == 0 {
			s.t.Errorf("too early: %v, %v", left, err)
		}
		now = now.Add(12 * time.Second)
		if left, err := s.room.Settle(s.t.Context(), receipt, ""); err != nil || left != 0 || s.owes(receipt) != 0 {
			s.t.Errorf("late enough: %v, %v", left, err)
		}
	})
}
