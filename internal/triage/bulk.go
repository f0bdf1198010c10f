package triage

import (
	"context"
	"slices"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A BulkID names an outcome that was given to many reports at once. The form that asks for it draws it, so that asking again goes on where
// it was and does nothing twice.
type BulkID string

// What a bulk outcome may be.
const (
	MostBulk   = 500            // reports at once
	UndoWithin = 24 * time.Hour // for which all of it can be taken back
)

// Why a report does not get an outcome with many others, as the kind fault.Conflict.
const (
	CodeBulkWords   fault.Code = "fault.bulk_words"   // somebody told something in words of their own
	CodeBulkTrigger fault.Code = "fault.bulk_trigger" // something makes it most urgent, or did
	CodeBulkDecided fault.Code = "fault.bulk_decided" // a person has decided on its priority
	CodeBulkWrote   fault.Code = "fault.bulk_wrote"   // its reporter wrote since
	CodeBulkOthers  fault.Code = "fault.bulk_others"  // others are joined to it
	CodeBulkLate    fault.Code = "fault.bulk_late"    // of all of them: it is too late to take it back
)

// A Bulk gives many reports of a burst one outcome.
type Bulk struct {
	ID      BulkID
	Outcome report.Outcome // of report.BulkOutcomes
	Reports []report.ID
	// Words gives what the reporter of each is told, in their language.
	Words func(l Line) (string, error)
}

// A BulkResult says what became of each report.
type BulkResult struct {
	Done    []report.ID
	Refused map[report.ID]error // why not, for each that was left as it was
}

// NewBulkID draws the id of a bulk outcome.
func NewBulkID(now time.Time) BulkID { return ident.New[BulkID](now) }

// FinishMany gives one outcome to reports that came in a burst, that nobody has begun to read, in which nothing was told in own words and
// nothing makes them most urgent. Each is looked at by itself, in a transaction of its own: one that may not be ended so, or that the actor
// may not end, is left as it was, and is among those refused. Each reporter is told. It can be taken back with UndoMany.
func (r *Room) FinishMany(ctx context.Context, actor access.Actor, in Bulk) (BulkResult, error) {
	result := BulkResult{Refused: map[report.ID]error{}}
	if err := r.beginBulk(ctx, actor, in); err != nil {
		return result, err
	}
	for _, id := range in.Reports {
		switch err := r.finishOne(ctx, actor, in, id); {
		case err == nil:
			result.Done = append(result.Done, id)
		case passing(err):
			result.Refused[id] = err
		default:
			return result, err
		}
	}
	return result, nil
}

// passing tells whether an error is about the one report, and the others go on.
func passing(err error) bool {
	return slices.Contains([]fault.Kind{fault.Conflict, fault.Withheld, fault.Forbidden}, fault.KindOf(err))
}

// Check tells what of it cannot be, with the fields "outcome" and "report".
func (in Bulk) Check() error {
	wrong := fault.New(fault.Invalid, "fault.form")
	if !slices.Contains(report.BulkOutcomes, in.Outcome) {
		wrong.With("outcome", "fault.answer_code")
	}
	switch n := len(in.Reports); {
	case n == 0:
		wrong.With("report", "fault.bulk_none")
	case n > MostBulk:
		wrong.With("report", "fault.bulk_most", "Max", MostBulk)
	}
	for _, id := range in.Reports {
		if ident.Check(string(id)) != nil {
			return fault.New(fault.Withheld, fault.CodeWithheld)
		}
	}
	if wrong.Wrong() {
		return wrong
	}
	return ident.Check(string(in.ID))
}

// beginBulk notes that the actor gives an outcome to many. Beginning the same again is no error.
func (r *Room) beginBulk(ctx context.Context, actor access.Actor, in Bulk) error {
	q := door.Request{Actor: actor, Action: access.DeskBulk}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
		if err := in.Check(); err != nil {
			return nil, err
		}
		if err := insertBulk(ctx, tx, in, actor.ID); err != nil {
			return nil, err
		}
		b, err := bulk(ctx, tx, in.ID)
		if err == nil && (b.By != actor.ID || b.Outcome != in.Outcome || !b.Undone.IsZero()) {
			err = fault.New(fault.Conflict, fault.CodeStale)
		}
		return map[string]string{"did": "finish", "bulk": string(in.ID), "outcome": string(in.Outcome)}, err
	})
}

// finishOne ends one of the reports.
func (r *Room) finishOne(ctx context.Context, actor access.Actor, in Bulk, id report.ID) error {
	q := door.Request{Actor: actor, Action: access.ReportBulk, Subject: string(id)}
	by, err := door.See(ctx, r.Store, q)
	if err != nil {
		return err
	}
	line, sequence, err := r.plain(ctx, by, id)
	if err != nil {
		return err
	}
	words, err := in.Words(line)
	if err != nil {
		return err
	}
	res, err := Resolution{Report: id, Outcome: in.Outcome, Message: words}.tidy()
	if err != nil {
		return err
	}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		b, err := bulk(ctx, tx, in.ID)
		if err == nil && !b.Undone.IsZero() { // somebody takes it back while it is being given
			err = fault.New(fault.Conflict, fault.CodeStale)
		}
		if err != nil {
			return nil, err
		}
		fresh, err := insertBulkReport(ctx, tx, in.ID, id)
		if err != nil || !fresh {
			return map[string]string{"bulk": string(in.ID)}, err
		}
		return map[string]string{"bulk": string(in.ID), "outcome": string(in.Outcome)}, first(
			func() error { return untouched(ctx, tx, id, sequence) },
			func() error { return report.ResolveUnread(ctx, tx, by, id, in.Outcome) },
			func() error { _, err := tx.Exec(ctx, settleSQL, string(id)); return err },
			func() error { return intake.Post(ctx, tx, by, id, res.Message) },
			func() error { return r.copy(ctx, tx, by, res) },
			func() error { return task.Cancel(ctx, tx, by, string(id)) },
			func() error { return intake.SetProgress(ctx, tx, by, id, intake.Finished) },
		)
	})
}

// untouched tells whether nothing has happened to a report since it was looked at, and nobody has decided on it, joined to it or written.
func untouched(ctx context.Context, tx store.Tx, id report.ID, sequence int64) error {
	now, err := standing(ctx, tx, string(id))
	if err != nil {
		return err
	}
	waits, err := mailbox.Waits(ctx, tx, id)
	if err != nil {
		return err
	}
	written, err := intake.MessageWaits(ctx, tx, id)
	if err != nil {
		return err
	}
	with, err := report.With(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case now.Confirmed:
		return fault.New(fault.Conflict, CodeBulkDecided)
	case now.Sequence != sequence:
		return fault.New(fault.Conflict, fault.CodeStale)
	case waits > 0 || written:
		return fault.New(fault.Conflict, CodeBulkWrote)
	case len(with) > 1:
		return fault.New(fault.Conflict, CodeBulkOthers)
	}
	return nil
}

// plain opens a report and gives its line with the number of its standing. When it may not be ended with many others the error says why.
func (r *Room) plain(ctx context.Context, by access.Proof, id report.ID) (l Line, sequence int64, err error) {
	var sealed report.Sealed
	var latest row
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		return first(
			func() (err error) { l, err = r.one(ctx, tx, id); return err },
			func() (err error) { _, sealed, err = report.Load(ctx, tx, id); return err },
			func() (err error) { latest, err = latestRow(ctx, tx, string(id)); return err },
		)
	})
	if err != nil {
		return l, 0, err
	}
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) error { return r.isPlain(ctx, v, l.Report, sealed, latest) })
	return l, latest.a.Sequence, err
}

// isPlain tells by what was told whether a report may be ended with many others.
func (r *Room) isPlain(ctx context.Context, v *reveal.View, kept report.Report, sealed report.Sealed, latest row) error {
	a, err := latest.open(ctx, v, r.pack, string(kept.ID))
	if err != nil {
		return err
	}
	if len(a.Facts.Triggers) > 0 || a.Priority.Wakes() {
		return fault.New(fault.Conflict, CodeBulkTrigger)
	}
	content, err := openAnswers(ctx, v, kept.ID, reveal.Content, "content", sealed.Content)
	if err != nil {
		return err
	}
	identity, err := openAnswers(ctx, v, kept.ID, reveal.Identity, "identity", sealed.Identity)
	if err == nil && inWords(r.Instrument(kept.Instrument), whole(content, identity)) {
		err = fault.New(fault.Conflict, CodeBulkWords)
	}
	return err
}

// inWords tells whether anything was told in own words. What no list of questions knows counts as that.
func inWords(in *instrument.Instrument, told instrument.Answers) bool {
	for id, values := range told {
		if !Chosen(in, id) && strings.TrimSpace(strings.Join(values, "")) != "" {
			return true
		}
	}
	return false
}

// UndoMany takes a bulk outcome back: every report of it that nobody has touched since is on the desk again as it was, with its clocks
// running from when it came in, and its reporter is told a quiet line. It gives the number of those. Later than UndoWithin, and when nothing
// of it is left that the actor may see, it is fault.Conflict CodeBulkLate.
func (r *Room) UndoMany(ctx context.Context, actor access.Actor, id BulkID, words func(report.Report) string) (n int, err error) {
	list, err := r.beginUndo(ctx, actor, id)
	if err != nil {
		return 0, err
	}
	for _, one := range list {
		switch err := r.undoOne(ctx, actor, id, one, words); {
		case err == nil:
			n++
		case !passing(err):
			return n, err
		}
	}
	return n, nil
}

// beginUndo notes that a bulk outcome is taken back, and gives its reports that are not on the desk again.
func (r *Room) beginUndo(ctx context.Context, actor access.Actor, id BulkID) (list []report.ID, err error) {
	q := door.Request{Actor: actor, Action: access.DeskBulk}
	err = door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
		b, err := bulk(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		all, err := bulkReports(ctx, tx, actor, id)
		if err == nil && (len(all) == 0 || tx.Now.Sub(b.At) > UndoWithin) {
			err = fault.New(fault.Conflict, CodeBulkLate)
		}
		if err != nil {
			return nil, err
		}
		list = all
		_, err = tx.Exec(ctx, undoBulkSQL, string(id), clock.Micro(tx.Now), actor.ID)
		return map[string]string{"did": "undo", "bulk": string(id)}, err
	})
	return list, err
}

func (r *Room) undoOne(ctx context.Context, actor access.Actor, id BulkID, one report.ID, words func(report.Report) string) error {
	return r.do(ctx, actor, access.ReportBulk, one, func(ctx context.Context, tx store.Tx, by access.Proof) error {
		kept, _, err := report.Load(ctx, tx, one)
		if err != nil {
			return err
		}
		if err := undoBulkReport(ctx, tx, id, one); err != nil {
			return err
		}
		now, err := standing(ctx, tx, string(one))
		if err != nil {
			return err
		}
		said := Resolution{Report: one, Message: words(kept)}
		return first(
			func() error { return report.Reopen(ctx, tx, by, one, kept.ResolvedAt) },
			func() error { _, err := tx.Exec(ctx, unsettleSQL, string(one)); return err },
			func() error {
				return r.start(ctx, tx, by, string(one), kept.Agency, now.Priority, kept.Received)
			},
			func() error { return r.seek(ctx, tx, by, string(one), kept.Agency, now.Priority, kept.Received) },
			func() error { return intake.Post(ctx, tx, by, one, said.Message) },
			func() error { return r.copy(ctx, tx, by, said) },
			func() error { return intake.SetProgress(ctx, tx, by, one, intake.Received) },
		)
	})
}
