package mailbox

import (
	"context"
	"math"

	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/intake"
	"amparo/internal/store"
)

const (
	insertSQL = `INSERT INTO mailbox_message (id, report, number, sender, author, sealed, at, read_at)
		VALUES ($1, $2, (SELECT coalesce(max(m.number), 0) + 1 FROM mailbox_message m WHERE m.report = $2), $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO NOTHING`
	sameSQL   = `SELECT count(*) FROM mailbox_message WHERE id = $1 AND report = $2 AND sender = $3 AND author = $4`
	threadSQL = `SELECT id, number, sender, author, sealed, at, read_at FROM mailbox_message WHERE report = $1 ORDER BY number`
	readSQL   = `UPDATE mailbox_message SET read_at = $3 WHERE report = $1 AND sender = 'reporter' AND read_at = 0 AND number <= $2`
	leftSQL   = `SELECT count(*) FROM mailbox_message WHERE report = $1 AND sender = 'reporter' AND number > $2`

	sentSQL = `SELECT count(*) FROM mailbox_message WHERE report = $1 AND sender = 'staff'`

	followSQL    = `INSERT INTO mailbox_follow (report, subject) VALUES ($1, $2) ON CONFLICT (report, subject) DO NOTHING`
	followersSQL = `SELECT subject FROM mailbox_follow WHERE report = $1 ORDER BY subject`
	unread       = `m.sender = 'reporter' AND m.read_at = 0`
	unheardSQL   = `SELECT count(*) FROM mailbox_message m WHERE m.report = $1 AND ` + unread
	unreadHere   = `SELECT m.report, count(*) FROM mailbox_message m WHERE ` + unread + `
		AND NOT EXISTS (SELECT 1 FROM mailbox_follow f WHERE f.report = m.report) AND `
	unreadThrough = `SELECT f.subject, count(*) FROM mailbox_message m JOIN mailbox_follow f ON f.report = m.report WHERE ` + unread + ` AND `
	unreadSQL     = unreadHere + `EXISTS (SELECT 1 FROM access_grant g WHERE g.subject = m.report AND ` + grant.TiedSQL + `) GROUP BY m.report`
	// unreadOfSQL and unreadFollowedOfSQL ask for many subjects at once; arguments that are left over are empty.
	unreadOfSQL         = unreadHere + `m.report IN (` + store.Many + `) GROUP BY m.report`
	unreadFollowedOfSQL = unreadThrough + `f.subject IN (` + store.Many + `) GROUP BY f.subject`
	unfollowSQL         = `DELETE FROM mailbox_follow WHERE report = $1`
	waitingSQL          = `SELECT count(*) FROM mailbox_message WHERE report = $1 AND sender = 'reporter' AND read_at = 0`
	// waitsForSQL counts what waits for a subject beside one report: in what it follows, and in itself.
	waitsForSQL = `SELECT count(*) FROM mailbox_message m WHERE m.sender = 'reporter' AND m.read_at = 0 AND m.report <> $2
		AND (m.report IN (SELECT f.report FROM mailbox_follow f WHERE f.subject = $1)
			OR m.report = $1 AND NOT EXISTS (SELECT 1 FROM mailbox_follow o WHERE o.report = $1))`
	unreadFollowedSQL = unreadThrough + `EXISTS (SELECT 1 FROM access_grant g WHERE g.subject = f.subject AND ` + grant.TiedSQL + `) GROUP BY f.subject`
)

// a row is a message with its words still sealed.
type row struct {
	Message
	sealed []byte
}

// insert stores a message; false says that its id was there already.
func insert(ctx context.Context, tx store.Tx, report intake.ReportID, r row) (bool, error) {
	rows, err := tx.Exec(ctx, insertSQL, string(r.ID), string(report), string(r.Sender), r.Author, r.sealed, clock.Micro(r.At), clock.Micro(r.Read))
	return rows == 1, err
}

// same tells whether the id is that of a message of the report by the same person.
func same(ctx context.Context, tx store.Tx, report intake.ReportID, r row) (bool, error) {
	var n int
	err := tx.One(ctx, sameSQL, []any{string(r.ID), string(report), string(r.Sender), r.Author}, &n)
	return n == 1, err
}

func thread(ctx context.Context, tx store.Tx, report intake.ReportID) (list []row, err error) {
	err = tx.Each(ctx, threadSQL, []any{string(report)}, func(scan func(...any) error) error {
		var r row
		var at, read int64
		if err := scan(&r.ID, &r.Number, &r.Sender, &r.Author, &r.sealed, &at, &read); err != nil {
			return err
		}
		r.At, r.Read = clock.FromMicro(at), clock.FromMicro(read)
		list = append(list, r)
		return nil
	})
	return list, err
}

// markRead marks the messages up to a number as read and gives how many came after them.
func markRead(ctx context.Context, tx store.Tx, report intake.ReportID, upTo int64) (left int, err error) {
	if upTo == 0 {
		upTo = math.MaxInt64
	}
	_, err = tx.Exec(ctx, readSQL, string(report), upTo, clock.Micro(tx.Now))
	if err != nil {
		return 0, err
	}
	err = tx.One(ctx, leftSQL, []any{string(report), upTo}, &left)
	return left, err
}

func followers(ctx context.Context, tx store.Tx, report intake.ReportID) (list []string, err error) {
	err = tx.Each(ctx, followersSQL, []any{string(report)}, func(scan func(...any) error) error {
		var subject string
		err := scan(&subject)
		list = append(list, subject)
		return err
	})
	return list, err
}

func tally(ctx context.Context, tx store.Tx, into map[string]int, statement string, args []any) error {
	return tx.Each(ctx, statement, args, adding(into))
}

// adding reads a subject and a number, and adds that to the subject's.
func adding(into map[string]int) func(scan func(...any) error) error {
	return func(scan func(...any) error) error {
		var subject string
		var n int
		err := scan(&subject, &n)
		into[subject] += n
		return err
	}
}
