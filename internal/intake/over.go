package intake

import (
	"context"
	"errors"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/fault"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

const (
	takenForSQL = `UPDATE receipt SET taken_for = 1 WHERE lookup = $1`
	overSQL     = `UPDATE receipt SET lookup = $2, mailbox_public = $3, taken_for = 0 WHERE lookup = $1 AND burnt_at = 0`
	formerSQL   = `INSERT INTO receipt_former (lookup, report) VALUES ($1, $2)`
	formerlySQL = `SELECT report FROM receipt_former WHERE lookup = $1`
	resealSQL   = `UPDATE posted_reply SET sealed = $2 WHERE id = $1`
)

// A Handover is a receipt that takes the place of another.
type Handover struct{ Old, New seal.Receipt }

// TakeOver gives the mailbox of a report that somebody else wrote down another receipt, in place of the one that they have seen: that
// opens nothing any more, and what was written so far is read with the new one. Doing it again with the same two changes nothing. An
// old receipt that is unknown, burnt, or of a report that nobody else wrote down is fault.Withheld "fault.receipt_unknown".
func (r *Room) TakeOver(ctx context.Context, in Handover) error {
	before, after := in.Old.LookupID(r.Pepper), in.New.LookupID(r.Pepper)
	return r.Store.Write(ctx, func(tx store.Tx) error {
		if err := tx.Holding(ctx, before); err != nil {
			return err
		}
		if done, err := formerly(ctx, tx, before); err != nil || done != "" {
			return r.sure(ctx, tx, after, done, err)
		}
		row, err := findReceipt(ctx, tx, before)
		if err != nil {
			return err
		}
		if row.takenFor != 1 {
			return fault.New(fault.Withheld, "fault.receipt_unknown")
		}
		if err := errors.Join(tx.Holding(ctx, before, after), reseal(ctx, tx, in, row.report)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, overSQL, before, after, in.New.MailboxPublic()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, formerSQL, before, string(row.report)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Actor: access.Anyone, Action: Over, Outcome: audit.Done, Subjects: []string{string(row.report)}})
	})
}

// sure gives no error when a receipt is the one that a report was taken over with.
func (r *Room) sure(ctx context.Context, tx store.Tx, lookup string, report ReportID, err error) error {
	if err != nil {
		return err
	}
	row, err := findReceipt(ctx, tx, lookup)
	if err == nil && row.report != report {
		err = fault.New(fault.Withheld, "fault.receipt_unknown")
	}
	return err
}

// reseal seals every reply that one receipt opens so that the other opens it.
func reseal(ctx context.Context, tx store.Tx, in Handover, report ReportID) error {
	fresh, err := sealedReplies(ctx, tx, report)
	if err != nil {
		return err
	}
	for _, one := range fresh {
		binding := replyBinding(report, one.id)
		plain, err := in.Old.OpenMailbox(binding, one.sealed)
		if err != nil {
			return err
		}
		again, err := seal.SealToMailbox(in.New.MailboxPublic(), binding, plain)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, resealSQL, one.id, again); err != nil {
			return err
		}
	}
	return nil
}

// formerly gives the report whose receipt was taken over from a look-up id; empty when there is none.
func formerly(ctx context.Context, tx store.Tx, lookup string) (report ReportID, err error) {
	err = tx.One(ctx, formerlySQL, []any{lookup}, &report)
	if errors.Is(err, store.ErrNoRow) {
		return "", nil
	}
	return report, err
}
