package mailbox

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

// pass keeps what the reporter said for every other report behind the receipt, under its own keys, and tells whoever has that.
func (r *Room) pass(ctx context.Context, tx store.Tx, by access.Proof, e intake.Envelope, text string) error {
	all, err := intake.Parts(ctx, tx, e.Report)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one == e.Report {
			continue
		}
		id := ident.Of(ID(e.ID), string(one))
		sealed, err := r.Reveal.Seal(ctx, string(one), reveal.Content, cell(id), []byte(text))
		if err != nil {
			return err
		}
		fresh, err := insert(ctx, tx, one, row{Message{ID: id, Sender: Reporter, At: e.Received}, sealed})
		if err != nil || !fresh {
			return err
		}
		if err := r.nudge(ctx, tx, by, one); err != nil {
			return err
		}
	}
	return nil
}

// PostAll keeps the same words in the threads of some reports, and posts them once to each of their reporters, but for the reporter of
// who was told already.
func (r *Room) PostAll(ctx context.Context, tx store.Tx, by access.Proof, list []intake.ReportID, text string, told ...intake.ReportID) error {
	text, err := tidy(text)
	if err != nil {
		return err
	}
	for _, one := range list {
		if _, err := r.Keep(ctx, tx, by, one, NewID(tx.Now), text); err != nil {
			return err
		}
	}
	fresh, err := intake.Receipts(ctx, tx, list, told...)
	if err != nil {
		return err
	}
	for _, one := range fresh {
		if err := intake.Post(ctx, tx, by, one, text); err != nil {
			return err
		}
	}
	return nil
}

// Sent counts what staff have said in a report. Who may know it was decided by the caller.
func Sent(ctx context.Context, tx store.Tx, report intake.ReportID) (n int, err error) {
	err = tx.One(ctx, sentSQL, []any{string(report)}, &n)
	return n, err
}

// Unheard counts what the reporter has said in a report that nobody has read there. Who may know it was decided by the caller.
func Unheard(ctx context.Context, tx store.Tx, report intake.ReportID) (n int, err error) {
	err = tx.One(ctx, unheardSQL, []any{string(report)}, &n)
	return n, err
}
