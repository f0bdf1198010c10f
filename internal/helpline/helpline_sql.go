package helpline

import (
	"context"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/intake"
	"amparo/internal/store"
)

const (
	columns = `id, channel, state, version, report, begun_at, saved_at`

	beginSQL = `INSERT INTO call_draft (id, author, agency, channel, state, version, content, receipt, report, begun_at, saved_at)
		VALUES ($1, $2, $3, $4, 'open', 1, $5, $6, '', $7, $7)`
	mineSQL    = `SELECT ` + columns + `, agency, content, receipt FROM call_draft WHERE id = $1 AND author = $2 AND state <> 'spent'`
	ownSQL     = `SELECT ` + columns + `, agency, content, receipt FROM call_draft WHERE id = $1 AND author = $2`
	anySQL     = `SELECT ` + columns + `, agency, content, receipt FROM call_draft WHERE id = $1`
	draftsSQL  = `SELECT ` + columns + ` FROM call_draft WHERE author = $1 AND state IN ('open', 'handed', 'unfinished') ORDER BY begun_at, id`
	saveSQL    = `UPDATE call_draft SET content = $2, channel = $3, version = version + 1, saved_at = $4 WHERE id = $1`
	turnSQL    = `UPDATE call_draft SET state = $2, content = $3, receipt = $4, report = $5, version = version + 1, saved_at = $6 WHERE id = $1`
	restateSQL = `UPDATE call_draft SET state = $2, version = version + 1, saved_at = $3 WHERE id = $1`
	lyingSQL   = `SELECT count(*), COALESCE(min(begun_at), 0) FROM call_draft WHERE agency = $1 AND state = 'open'`
	olderSQL   = `SELECT id FROM call_draft WHERE state = $1 AND saved_at <= $2 ORDER BY saved_at LIMIT 100`
	removeSQL  = `DELETE FROM call_draft WHERE id = $1 AND state = 'spent'`

	countSQL = `INSERT INTO call_tally (agency, day, channel, kind, calls) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (agency, day, channel, kind) DO UPDATE SET calls = call_tally.calls + $5`
	talliesSQL = `SELECT day, channel, kind, calls FROM call_tally WHERE agency = $1 AND day >= $2 AND calls > 0 ORDER BY day DESC, channel, kind`
	silentSQL  = `SELECT COALESCE(sum(calls), 0) FROM call_tally WHERE agency = $1 AND day = $2 AND kind = 'silent'`

	closeSQL = `INSERT INTO call_closing (id, author, agency, day, channel, kind, draft, closed_at, back_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)
		ON CONFLICT (id) DO NOTHING`
	closingSQL  = `SELECT channel, kind, draft, day, agency, closed_at, back_at FROM call_closing WHERE id = $1 AND author = $2`
	closingsSQL = `SELECT id, channel, kind, draft, closed_at FROM call_closing WHERE author = $1 AND back_at = 0 AND closed_at > $2
		ORDER BY closed_at DESC, id DESC`
	backSQL   = `UPDATE call_closing SET back_at = $2 WHERE id = $1`
	forgetSQL = `DELETE FROM call_closing WHERE closed_at <= $1`
)

// a row is a draft as it is stored.
type row struct {
	Draft
	agency           string
	content, receipt []byte
}

func scanDraft(d *Draft, begun, saved *int64) []any {
	return []any{&d.ID, &d.Channel, &d.State, &d.Version, &d.Report, begun, saved}
}

// mine finds a draft of somebody. One of another is not there.
func mine(ctx context.Context, tx store.Tx, actor access.Actor, id DraftID) (row, error) {
	return one(ctx, tx, mineSQL, string(id), actor.ID)
}

func one(ctx context.Context, tx store.Tx, statement string, args ...any) (r row, err error) {
	var begun, saved int64
	err = tx.One(ctx, statement, args, append(scanDraft(&r.Draft, &begun, &saved), &r.agency, &r.content, &r.receipt)...)
	r.Begun, r.Saved = clock.FromMicro(begun), clock.FromMicro(saved)
	if errors.Is(err, store.ErrNoRow) {
		err = fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return r, err
}

func draftsOf(ctx context.Context, tx store.Tx, author string) (list []Draft, err error) {
	err = tx.Each(ctx, draftsSQL, []any{author}, func(scan func(...any) error) error {
		var d Draft
		var begun, saved int64
		err := scan(scanDraft(&d, &begun, &saved)...)
		d.Begun, d.Saved = clock.FromMicro(begun), clock.FromMicro(saved)
		list = append(list, d)
		return err
	})
	return list, err
}

// older finds drafts of a state whose last change is as old.
func older(ctx context.Context, tx store.Tx, state State, since time.Time) (list []DraftID, err error) {
	err = tx.Each(ctx, olderSQL, []any{string(state), clock.Micro(since)}, func(scan func(...any) error) error {
		var id DraftID
		err := scan(&id)
		list = append(list, id)
		return err
	})
	return list, err
}

// turn brings a draft into another state with what is sealed of it then.
func turn(ctx context.Context, tx store.Tx, id DraftID, to State, receipt []byte, report intake.ReportID) error {
	_, err := tx.Exec(ctx, turnSQL, string(id), string(to), []byte{}, receipt, string(report), clock.Micro(tx.Now))
	return err
}

// restate brings a draft into another state with all that stands in it.
func restate(ctx context.Context, tx store.Tx, id DraftID, to State) error {
	_, err := tx.Exec(ctx, restateSQL, string(id), string(to), clock.Micro(tx.Now))
	return err
}

func count(ctx context.Context, tx store.Tx, agency string, t Tally) error {
	_, err := tx.Exec(ctx, countSQL, agency, t.Day, string(t.Channel), string(t.Kind), t.Calls)
	return err
}

func talliesSince(ctx context.Context, tx store.Tx, agency, day string) (list []Tally, err error) {
	err = tx.Each(ctx, talliesSQL, []any{agency, day}, func(scan func(...any) error) error {
		var t Tally
		err := scan(&t.Day, &t.Channel, &t.Kind, &t.Calls)
		list = append(list, t)
		return err
	})
	return list, err
}

func closingsOf(ctx context.Context, tx store.Tx, author string) (list []Closing, err error) {
	err = tx.Each(ctx, closingsSQL, []any{author, clock.Micro(tx.Now.Add(-UndoWithin))}, func(scan func(...any) error) error {
		var c Closing
		var at int64
		err := scan(&c.ID, &c.Channel, &c.Kind, &c.Draft, &at)
		c.At = clock.FromMicro(at)
		list = append(list, c)
		return err
	})
	return list, err
}
