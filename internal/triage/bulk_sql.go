package triage

import (
	"context"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/task"
)

const (
	insertBulkSQL = `INSERT INTO bulk_outcome (id, outcome, made_at, made_by, undone_at, undone_by) VALUES ($1, $2, $3, $4, 0, '')
		ON CONFLICT (id) DO NOTHING`
	bulkSQL     = `SELECT id, outcome, made_at, made_by, undone_at, undone_by FROM bulk_outcome WHERE id = $1`
	undoBulkSQL = `UPDATE bulk_outcome SET undone_at = $2, undone_by = $3 WHERE id = $1 AND undone_at = 0`
	// bulksSQL lists those since a time of which the reader may see a report, with how many, and how many of these still have it; $7 is the time.
	bulksSQL = `SELECT b.id, b.outcome, b.made_at, b.made_by, b.undone_at, b.undone_by, count(*), count(CASE WHEN br.undone_at = 0 THEN 1 END) FROM bulk_outcome b JOIN bulk_report br ON br.bulk = b.id
		WHERE b.made_at > $7 AND br.report ` + grant.VisibleSQL + ` GROUP BY b.id, b.outcome, b.made_at, b.made_by, b.undone_at, b.undone_by
		ORDER BY b.made_at DESC, b.id LIMIT 20`
	insertBulkReportSQL = `INSERT INTO bulk_report (bulk, report, done_at, undone_at) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING`
	undoBulkReportSQL   = `UPDATE bulk_report SET undone_at = $3 WHERE bulk = $1 AND report = $2 AND undone_at = 0`
	bulkReportsSQL      = `SELECT br.report FROM bulk_report br WHERE br.bulk = $7 AND br.undone_at = 0 AND br.report ` + grant.VisibleSQL + ` ORDER BY br.report`
)

// A Bulked is an outcome that was given to many reports at once.
type Bulked struct {
	ID       BulkID
	Outcome  report.Outcome
	At       time.Time
	By       string
	Undone   time.Time // when somebody first took it back, of what they may see; zero when nobody has
	UndoneBy string
	Count    int // reports that the reader may see
	Left     int // those of them that still have the outcome
}

func scanBulk(scan func(...any) error, more ...any) (b Bulked, err error) {
	var at, undone int64
	err = scan(append([]any{&b.ID, &b.Outcome, &at, &b.By, &undone, &b.UndoneBy}, more...)...)
	b.At, b.Undone = clock.FromMicro(at), clock.FromMicro(undone)
	return b, err
}

func insertBulk(ctx context.Context, tx store.Tx, in Bulk, who string) error {
	_, err := tx.Exec(ctx, insertBulkSQL, string(in.ID), string(in.Outcome), clock.Micro(tx.Now), who)
	return err
}

func bulk(ctx context.Context, tx store.Tx, id BulkID) (Bulked, error) {
	b, err := scanBulk(func(dest ...any) error { return tx.One(ctx, bulkSQL, []any{string(id)}, dest...) })
	if errors.Is(err, store.ErrNoRow) {
		return b, fault.New(fault.Conflict, CodeBulkLate)
	}
	return b, err
}

func insertBulkReport(ctx context.Context, tx store.Tx, id BulkID, one report.ID) (fresh bool, err error) {
	rows, err := tx.Exec(ctx, insertBulkReportSQL, string(id), string(one), clock.Micro(tx.Now))
	return rows == 1, err
}

// undoBulkReport notes that a report of a bulk outcome is on the desk again; once only.
func undoBulkReport(ctx context.Context, tx store.Tx, id BulkID, one report.ID) error {
	rows, err := tx.Exec(ctx, undoBulkReportSQL, string(id), string(one), clock.Micro(tx.Now))
	if err == nil && rows == 0 {
		return fault.New(fault.Conflict, fault.CodeStale)
	}
	return err
}

func bulkReports(ctx context.Context, tx store.Tx, actor access.Actor, id BulkID) (list []report.ID, err error) {
	args := grant.ScopeFor(actor, access.ReportBulk).Args(string(id))
	err = tx.Each(ctx, bulkReportsSQL, args, func(scan func(...any) error) error {
		var one report.ID
		err := scan(&one)
		list = append(list, one)
		return err
	})
	return list, err
}

// Bulks gives the outcomes that were given to many reports and can still be taken back, the latest first.
func (r *Room) Bulks(ctx context.Context, actor access.Actor) (list []Bulked, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.DeskBulk}); err != nil {
		return nil, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		list = nil
		args := grant.ScopeFor(actor, access.ReportBulk).Args(clock.Micro(tx.Now.Add(-UndoWithin)))
		return tx.Each(ctx, bulksSQL, args, func(scan func(...any) error) error {
			var n, left int
			b, err := scanBulk(scan, &n, &left)
			b.Count, b.Left = n, left
			list = append(list, b)
			return err
		})
	})
	return list, err
}

// A BulkLine is a report of a burst that nobody has begun to read, with why it may not get an outcome with many others; nil when it may.
type BulkLine struct {
	Line
	Bar error
}

// OfBurst gives the reports of a burst that nobody has, the first MostBulk in the order of the queue. That they were opened is one audit entry.
func (r *Room) OfBurst(ctx context.Context, actor access.Actor) (list []BulkLine, err error) {
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.DeskBulk})
	if err != nil {
		return nil, err
	}
	var rows map[string]row
	var sealed map[report.ID]report.Sealed
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		places, err := r.walk(ctx, tx, actor, Filter{Burst: true, Whose: Nobodys}, task.Place{}, MostBulk)
		if err != nil {
			return err
		}
		lines, err := r.lines(ctx, tx, places)
		if err != nil {
			return err
		}
		list = make([]BulkLine, len(lines))
		for i, l := range lines {
			list[i].Line = l
		}
		if rows, err = latestRows(ctx, tx, idsOf(lines)); err != nil {
			return err
		}
		sealed, err = report.SealedOf(ctx, tx, idsOf(lines))
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		for i, l := range list {
			list[i].Bar = r.isPlain(ctx, v, l.Report, sealed[l.ID], rows[string(l.ID)])
		}
		return ctx.Err()
	})
}
