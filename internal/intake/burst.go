package intake

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/bits"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/fault"
	"amparo/internal/jobs"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

// A Price is what a report that came in a burst owes before it counts as any other: a proof of work with so many zero bits, or the
// wait that stands for it. 0 is nothing. Nobody pays before a report is taken.
type Price int

// The least and the most that is ever owed. An old phone tries some 30,000 numbers a second, so that the most is about two seconds of it.
const (
	LeastPrice Price = 14
	MostPrice  Price = 16
)

// waitUnit is the wait that stands for the least price.
const waitUnit = 20 * time.Second

// Wait is how long after the report whoever comes back with the receipt has paid by waiting.
func (p Price) Wait() time.Duration {
	if p <= 0 {
		return 0
	}
	return waitUnit * time.Duration(min(p, MostPrice)-LeastPrice+1)
}

// priceAt is what is owed when n reports came within a minute of which limit are not marked: one bit more each time that it is four times
// as many.
func priceAt(n, limit int) Price {
	if n < limit {
		return 0
	}
	p := LeastPrice
	for step := limit * 4; n >= step && p < MostPrice; step *= 4 {
		p++
	}
	return p
}

// counted is how many reports of a minute are counted: as many as make the most be owed.
func counted(limit int) int { return limit << (2 * (MostPrice - LeastPrice)) }

// Challenge is what the proof of work for a report is made over. Only the public side can make it, and it is another for every receipt:
// no proof can be made before the report was taken, or serve for two.
func (r *Room) Challenge(receipt seal.Receipt) string {
	sum := sha256.Sum256([]byte("amparo burst 1 " + receipt.LookupID(r.Pepper)))
	return hex.EncodeToString(sum[:16])
}

// longestProof keeps what is hashed in one block.
const longestProof = 20

// proves tells whether the hash of the challenge with a number begins with as many zero bits as are owed.
func (p Price) proves(challenge, number string) bool {
	if number == "" || len(number) > longestProof || strings.Trim(number, "0123456789") != "" {
		return false
	}
	sum := sha256.Sum256([]byte(challenge + ":" + number))
	return bits.LeadingZeros64(binary.BigEndian.Uint64(sum[:8])) >= int(p)
}

// ReportSettled is enqueued when a report that came in a burst counts as any other from now on. Its payload is a Settled.
const ReportSettled jobs.Kind = "report.settled"

// Settled is the payload of ReportSettled.
type Settled struct {
	Report ReportID `json:"report"`
}

// Settle takes what is owed for the report behind a receipt: the number of a proof of work, or, when that is empty, that whoever has the
// receipt came back after Price.Wait. It gives how long is still to be waited; nothing when all is paid, also before. A proof that proves
// nothing is fault.Invalid "fault.form_broken", an unknown receipt fault.Withheld "fault.receipt_unknown". Nothing is ever lost by it.
func (r *Room) Settle(ctx context.Context, receipt seal.Receipt, proof string) (left time.Duration, err error) {
	challenge, paid := r.Challenge(receipt), false
	err = r.Store.Write(ctx, func(tx store.Tx) error {
		paid, left = false, 0
		row, err := findReceipt(ctx, tx, receipt.LookupID(r.Pepper))
		if err != nil || row.owes == 0 {
			return err
		}
		if proof != "" && !row.owes.proves(challenge, proof) {
			return fault.New(fault.Invalid, "fault.form_broken")
		}
		if left = row.received().Add(row.owes.Wait()).Sub(tx.Now); proof == "" && left > 0 {
			return nil
		}
		paid, left = true, 0
		return r.settle(ctx, tx, row.report)
	})
	if paid && err == nil {
		r.Wake()
	}
	return left, err
}

// settle notes that nothing is owed any more, and tells the case side.
func (r *Room) settle(ctx context.Context, tx store.Tx, report ReportID) error {
	if _, err := tx.Exec(ctx, settleSQL, string(report)); err != nil {
		return err
	}
	job := jobs.Job{Kind: ReportSettled, Key: string(ReportSettled) + ":" + string(report), Payload: Settled{report}, At: tx.Now}
	if err := jobs.Enqueue(ctx, tx, job); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Actor: access.Anyone, Action: Settling, Outcome: audit.Done, Subjects: []string{string(report)}})
}

// Owes is what the report that came in with a receipt still owes; nothing when no receipt is its own.
func Owes(ctx context.Context, tx store.Tx, report ReportID) (p Price, err error) {
	if err = tx.One(ctx, owesSQL, []any{string(report)}, &p); errors.Is(err, store.ErrNoRow) {
		return 0, nil
	}
	return p, err
}
