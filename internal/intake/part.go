package intake

import (
	"context"
	"errors"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/store"
)

// steps are the steps of progress that are no end, in their order.
var steps = []Progress{Received, Reading, Working}

// Furthest is what a reporter sees of several reports behind one receipt: the furthest step of those that have not ended, and Finished
// when all have.
func Furthest(all []Progress) Progress {
	far := -1
	for _, p := range all {
		far = max(far, slices.Index(steps, p))
	}
	if far < 0 {
		return Finished
	}
	return steps[far]
}

// AddPart puts a second report behind the receipt of a first one, as far as the matter is by now. Doing it again changes nothing.
func AddPart(ctx context.Context, tx store.Tx, _ access.Proof, first, second ReportID) error {
	root, err := ReceiptOf(ctx, tx, first)
	if err != nil {
		return err
	}
	var now Progress
	if err := tx.One(ctx, stepSQL, []any{string(root)}, &now); err != nil {
		return err
	}
	for _, one := range []ReportID{root, second} {
		if _, err := tx.Exec(ctx, insertPartSQL, string(one), string(root), string(now)); err != nil {
			return err
		}
	}
	return nil
}

// DropPart takes a second report from behind the receipt again, and shows how far the others are.
func DropPart(ctx context.Context, tx store.Tx, _ access.Proof, second ReportID) error {
	root, err := ReceiptOf(ctx, tx, second)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, dropPartSQL, string(second)); err != nil {
		return err
	}
	return show(ctx, tx, root, Finished)
}

// ReceiptOf gives the report that came in with the receipt: the report itself, unless it was split off from another.
func ReceiptOf(ctx context.Context, tx store.Tx, report ReportID) (first ReportID, err error) {
	err = tx.One(ctx, receiptOfSQL, []any{string(report)}, &first)
	if errors.Is(err, store.ErrNoRow) {
		return report, nil
	}
	return first, err
}

// Parts gives every report behind the receipt of one, itself among them.
func Parts(ctx context.Context, tx store.Tx, report ReportID) ([]ReportID, error) {
	first, err := ReceiptOf(ctx, tx, report)
	if err != nil {
		return nil, err
	}
	list, _, err := parts(ctx, tx, first)
	if err == nil && !slices.Contains(list, report) {
		list = append(list, report)
	}
	return list, err
}

// Receipts gives those of some reports whose reporters are others than those of the ones before them, and than those of who was told.
func Receipts(ctx context.Context, tx store.Tx, list []ReportID, told ...ReportID) (fresh []ReportID, err error) {
	known := map[ReportID]bool{}
	for i, one := range slices.Concat(told, list) {
		first, err := ReceiptOf(ctx, tx, one)
		if err != nil {
			return nil, err
		}
		if i >= len(told) && !known[first] {
			fresh = append(fresh, one)
		}
		known[first] = true
	}
	return fresh, nil
}

// Shown gives how far all is that came in with the receipt of a report, as its reporter is shown it, and since when. It is store.ErrNoRow
// when there is no such receipt.
func Shown(ctx context.Context, tx store.Tx, _ access.Proof, report ReportID) (p Progress, since time.Time, err error) {
	var at int64
	err = tx.One(ctx, shownSQL, []any{string(report)}, &p, &at)
	return p, clock.FromMicro(at), err
}

// show shows the reporter how far all that is behind the receipt is; where there is one report alone, the progress that is given.
func show(ctx context.Context, tx store.Tx, first ReportID, p Progress) error {
	_, all, err := parts(ctx, tx, first)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		p = Furthest(all)
	}
	_, err = tx.Exec(ctx, progressSQL, string(first), string(p), clock.Micro(tx.Now))
	return err
}

func parts(ctx context.Context, tx store.Tx, first ReportID) (list []ReportID, all []Progress, err error) {
	err = tx.Each(ctx, partsSQL, []any{string(first)}, func(scan func(...any) error) error {
		var one ReportID
		var p Progress
		err := scan(&one, &p)
		list, all = append(list, one), append(all, p)
		return err
	})
	return list, all, err
}
