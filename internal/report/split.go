package report

import (
	"context"
	"errors"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A Split says that a report was split off from another: it holds a part of what was told there, and is worked by itself.
type Split struct {
	Report   ID // the second
	From     ID // the first
	At       time.Time
	By       string
	Undone   time.Time // zero while it holds
	UndoneBy string
}

const (
	splitSQL = `INSERT INTO report_split (report, from_report, split_at, split_by, undone_at, undone_by) VALUES ($1, $2, $3, $4, 0, '')
		ON CONFLICT DO NOTHING`
	unsplitSQL = `UPDATE report_split SET undone_at = $2, undone_by = $3 WHERE report = $1 AND undone_at = 0`
	endSQL     = `UPDATE report SET state = 'resolved', outcome = 'split_undone', resolved_at = $2, resolved_by = $3, version = version + 1
		WHERE id = $1 AND state <> 'resolved'`
	changedSQL = `UPDATE report SET version = version + 1 WHERE id = $1 AND state <> 'resolved'`

	cut       = `report, from_report, split_at, split_by, undone_at, undone_by`
	splitsSQL = `SELECT ` + cut + ` FROM report_split WHERE $1 IN (report, from_report) ORDER BY split_at, report`
)

// SplitOff stores a report that is split off from another, which has changed by it. What came in was counted when that did, and is not
// counted again. An id that is there already is ErrKept and changes nothing; a first one with an outcome is fault.Conflict
// "fault.resolved".
func SplitOff(ctx context.Context, tx store.Tx, by access.Proof, r Report, s Sealed, from ID) error {
	if err := insert(ctx, tx, by, r, s); err != nil {
		return err
	}
	rows, err := tx.Exec(ctx, splitSQL, string(r.ID), string(from), clock.Micro(tx.Now), by.Actor().ID)
	if err == nil && rows == 0 {
		err = ErrKept
	}
	if err != nil {
		return err
	}
	return move(ctx, tx, changedSQL, "fault.resolved", string(from))
}

// Unsplit ends a split: the second report has the outcome SplitUndone from now on, and both have changed. A report that is not split
// off is fault.Conflict "fault.not_split", one that has its outcome, or whose first one has, fault.Conflict "fault.resolved".
func Unsplit(ctx context.Context, tx store.Tx, by access.Proof, id ID) error {
	s, holds, err := SplitOf(ctx, tx, id)
	if err != nil {
		return err
	}
	if !holds {
		return fault.New(fault.Conflict, "fault.not_split")
	}
	if err := move(ctx, tx, unsplitSQL, "fault.not_split", string(id), clock.Micro(tx.Now), by.Actor().ID); err != nil {
		return err
	}
	if err := move(ctx, tx, endSQL, "fault.resolved", string(id), clock.Micro(tx.Now), by.Actor().ID); err != nil {
		return err
	}
	if err := task.Pass(ctx, tx, by, string(id), task.Left); err != nil {
		return err
	}
	return move(ctx, tx, changedSQL, "fault.resolved", string(s.From))
}

// SplitOf gives the split that a report came of, while it holds; false when there is none.
func SplitOf(ctx context.Context, tx store.Tx, id ID) (Split, bool, error) {
	all, err := Splits(ctx, tx, id)
	for _, s := range all {
		if s.Report == id && s.Undone.IsZero() {
			return s, true, nil
		}
	}
	return Split{}, false, err
}

// Splits gives every split of the report, that which it came of and those from it, ended ones too, the oldest first.
func Splits(ctx context.Context, tx store.Tx, id ID) (list []Split, err error) {
	err = tx.Each(ctx, splitsSQL, []any{string(id)}, func(scan func(...any) error) error {
		s, err := scanSplit(scan)
		list = append(list, s)
		return err
	})
	return list, err
}

func scanSplit(scan func(...any) error) (s Split, err error) {
	var at, undone int64
	err = scan(&s.Report, &s.From, &at, &s.By, &undone, &s.UndoneBy)
	s.At, s.Undone = clock.FromMicro(at), clock.FromMicro(undone)
	return s, err
}

const splitAsSQL = `SELECT ` + cut + ` FROM report_split WHERE report = $1`

// SplitAs gives the split by which a report came to be, also when it was undone; false when there is none.
func SplitAs(ctx context.Context, tx store.Tx, id ID) (Split, bool, error) {
	s, err := scanSplit(func(dest ...any) error { return tx.One(ctx, splitAsSQL, []any{string(id)}, dest...) })
	if errors.Is(err, store.ErrNoRow) {
		return s, false, nil
	}
	return s, err == nil, err
}
