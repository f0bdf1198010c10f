package intake

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
	"amparo/internal/vault/seal"
)

const (
	insertReceiptSQL = `INSERT INTO receipt (lookup, report, mailbox_public, reader, language, progress, progress_at, received_at, owes)
		VALUES ($1, $2, $3, $4, $5, 'received', $6, $6, $7) ON CONFLICT (lookup) DO NOTHING`
	findReceiptSQL = `SELECT report, reader, language, progress, progress_at, received_at, owes, taken_for FROM receipt WHERE lookup = $1 AND burnt_at = 0`
	behindSQL      = `SELECT report, received_at, owes FROM receipt WHERE lookup = $1`
	burnSQL        = `UPDATE receipt SET burnt_at = $2, mailbox_public = $3 WHERE report = $1`
	burntSQL       = `SELECT burnt_at FROM receipt WHERE report = $1`
	arriveSQL      = `INSERT INTO arrival (at, salt) VALUES ($1, $2)`
	sinceSQL       = `SELECT count(*) FROM (SELECT 1 FROM arrival WHERE at > $1 AND at <= $3 LIMIT $2) AS recent`
	forgetSQL      = `DELETE FROM arrival WHERE at <= $1`
	settleSQL      = `UPDATE receipt SET owes = 0 WHERE report = $1`
	owesSQL        = `SELECT owes FROM receipt WHERE report = $1`
	withdrawSQL    = `DELETE FROM receipt WHERE report = $1`
	publicSQL      = `SELECT mailbox_public FROM receipt WHERE report = $1`
	receiptOfSQL   = `SELECT receipt_of FROM receipt_part WHERE report = $1`
	partsSQL       = `SELECT report, progress FROM receipt_part WHERE receipt_of = $1 ORDER BY report`
	stepSQL        = `SELECT progress FROM receipt WHERE report = $1`
	shownSQL       = `SELECT progress, progress_at FROM receipt WHERE report = $1`
	insertPartSQL  = `INSERT INTO receipt_part (report, receipt_of, progress) VALUES ($1, $2, $3) ON CONFLICT (report) DO NOTHING`
	movePartSQL    = `UPDATE receipt_part SET progress = $2 WHERE report = $1`
	dropPartSQL    = `DELETE FROM receipt_part WHERE report = $1`
	progressSQL    = `UPDATE receipt SET progress = $2, progress_at = $3 WHERE report = $1 AND progress <> $2`

	insertEnvelopeSQL = `INSERT INTO envelope (id, kind, report, key_id, sealed, quarantine, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	findEnvelopeSQL   = `SELECT id, kind, report, key_id, sealed, quarantine, received_at FROM envelope WHERE id = $1`
	dropSQL           = `DELETE FROM envelope WHERE id = $1`
	sealedToSQL       = `SELECT count(*) FROM (SELECT 1 FROM envelope WHERE key_id = $1 LIMIT 1) AS first`
	messageWaitsSQL   = `SELECT count(*) FROM envelope WHERE report = $1 AND kind = 'message'`
	claimMessageSQL   = `INSERT INTO message_id (id, report) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`

	postSQL    = `INSERT INTO posted_reply (id, report, sealed, posted_at) VALUES ($1, $2, $3, $4)`
	unpostSQL  = `DELETE FROM posted_reply WHERE report = $1`
	repliesSQL = `SELECT id, sealed, posted_at FROM posted_reply WHERE report = $1 ORDER BY posted_at, id`
)

func insertReceipt(ctx context.Context, tx store.Tx, lookup string, report ReportID, public []byte, told Told, owes Price) (fresh bool, err error) {
	if err := tx.Holding(ctx, lookup); err != nil {
		return false, err
	}
	rows, err := tx.Exec(ctx, insertReceiptSQL, lookup, string(report), public, string(told.Reader), told.Language, clock.Micro(tx.Now), int64(owes))
	return rows == 1, err
}

// takenBefore gives the report that came in with a receipt, also one that was burnt since.
func takenBefore(ctx context.Context, tx store.Tx, lookup string) (before Taken, err error) {
	var received int64
	err = tx.One(ctx, behindSQL, []any{lookup}, &before.Report, &received, &before.Owes)
	before.Received = clock.FromMicro(received)
	return before, err
}

// arrive notes that a report came in now.
func arrive(ctx context.Context, tx store.Tx) error {
	_, err := tx.Exec(ctx, arriveSQL, clock.Micro(tx.Now), rand.Text())
	return err
}

// receivedSince counts the reports since an instant, up to a limit: telling whether there were so many costs no more in a
// flood than at other times.
func receivedSince(ctx context.Context, tx store.Tx, at time.Time, limit int) (n int, err error) {
	err = tx.One(ctx, sinceSQL, []any{clock.Micro(at), limit, clock.Micro(tx.Now.Add(time.Minute))}, &n)
	return n, err
}

type receiptRow struct {
	report     ReportID
	reader     Reader
	language   string
	progress   Progress
	progressAt int64
	receivedAt int64
	owes       Price
	takenFor   int64
}

func (r receiptRow) received() time.Time { return clock.FromMicro(r.receivedAt) }

func findReceipt(ctx context.Context, tx store.Tx, lookup string) (row receiptRow, err error) {
	if err := tx.Holding(ctx, lookup); err != nil {
		return row, err
	}
	err = tx.One(ctx, findReceiptSQL, []any{lookup}, &row.report, &row.reader, &row.language, &row.progress, &row.progressAt, &row.receivedAt, &row.owes, &row.takenFor)
	if errors.Is(err, store.ErrNoRow) {
		return row, fault.New(fault.Withheld, "fault.receipt_unknown")
	}
	return row, err
}

func insertEnvelope(ctx context.Context, tx store.Tx, e Envelope) error {
	quarantine := 0
	if e.Quarantined {
		quarantine = 1
	}
	_, err := tx.Exec(ctx, insertEnvelopeSQL, string(e.ID), e.Kind, string(e.Report), e.KeyID, e.Sealed, quarantine, clock.Micro(e.Received))
	return err
}

func findEnvelope(ctx context.Context, tx store.Tx, id EnvelopeID) (e Envelope, err error) {
	var quarantine, received int64
	err = tx.One(ctx, findEnvelopeSQL, []any{string(id)}, &e.ID, &e.Kind, &e.Report, &e.KeyID, &e.Sealed, &quarantine, &received)
	e.Quarantined, e.Received = quarantine == 1, clock.FromMicro(received)
	return e, err
}

// claimMessage notes a message's id for good, so that the same message is not taken twice, even after it was opened.
func claimMessage(ctx context.Context, tx store.Tx, id EnvelopeID, report ReportID) (fresh bool, err error) {
	rows, err := tx.Exec(ctx, claimMessageSQL, string(id), string(report))
	return rows == 1, err
}

func mailboxPublic(ctx context.Context, tx store.Tx, report ReportID) (public []byte, err error) {
	err = tx.One(ctx, publicSQL, []any{string(report)}, &public)
	return public, err
}

// a sealedReply is a reply as it is stored.
type sealedReply struct {
	id     string
	sealed []byte
	at     time.Time
}

// sealedReplies gives what was written to a reporter, oldest first.
func sealedReplies(ctx context.Context, tx store.Tx, report ReportID) (list []sealedReply, err error) {
	err = tx.Each(ctx, repliesSQL, []any{string(report)}, func(scan func(...any) error) error {
		var one sealedReply
		var at int64
		err := scan(&one.id, &one.sealed, &at)
		one.at = clock.FromMicro(at)
		list = append(list, one)
		return err
	})
	return list, err
}

func openReplies(ctx context.Context, tx store.Tx, receipt seal.Receipt, report ReportID) (list []Reply, err error) {
	sealed, err := sealedReplies(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	for _, one := range sealed {
		text, err := receipt.OpenMailbox(replyBinding(report, one.id), one.sealed)
		if err != nil {
			return nil, err
		}
		list = append(list, Reply{At: one.at, Text: string(text)})
	}
	return list, nil
}
