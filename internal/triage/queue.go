package triage

import (
	"cmp"
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A Line is what the duty queue shows of a report. All of it down to Holder can be read without opening anything.
type Line struct {
	report.Report
	Standing
	Next task.Kind // its most urgent open task; empty when there is none
	Due  time.Time // by when that is to be done; zero when there is none
	Held bool      // the clock of that stands still
	// Missing are the items of the checklist without which it does not leave triage, and MissingForCase those without which no
	// case comes of it. Lines of the queue have neither.
	Missing, MissingForCase []string
	Translation             bool   // nobody of the desk who may know of it speaks its language
	Holder                  string // the user id of who has claimed it; empty while nobody has
	// Reasons say why it stands where it does. Sealed is why they cannot be opened; nil when they are there.
	Reasons ruleset.Result
	Sealed  error
}

// A Queue is one page of the duty queue.
type Queue struct {
	Lines []Line
	Total int         // lines of all pages that the filter shows
	All   int         // lines without the filter
	First report.ID   // the most urgent one that nobody has, whatever the filter; empty when somebody has each
	Seen  []report.ID // all reports of the queue, whatever the filter
	Note  Note        // what the shift before has written; the zero Note when it has not
}

// Queue gives some lines of the duty queue: the reports without an outcome that the actor may see, the most urgent first. It
// leaves out the first skip of them and gives at most most. That their reasons were opened is one audit entry. A line
// whose reasons cannot be opened is there without them: one broken report never hides the others.
func (r *Room) Queue(ctx context.Context, actor access.Actor, skip, most int) (Queue, error) {
	return r.Filtered(ctx, actor, Filter{}, skip, most)
}

// Filtered is Queue with the lines alone that the filter shows.
func (r *Room) Filtered(ctx context.Context, actor access.Actor, f Filter, skip, most int) (Queue, error) {
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReportList})
	if err != nil {
		return Queue{}, err
	}
	var q Queue
	var rows []row
	var note sealedNote
	var now time.Time
	var set *ruleset.Set
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		now = tx.Now
		if set, err = r.rules(ctx, tx); err != nil {
			return err
		}
		if q, note, err = r.page(ctx, tx, actor, r.tidy(f), skip, most); err != nil {
			return err
		}
		rows, err = r.prepare(ctx, tx, q.Lines)
		return err
	})
	if err != nil {
		return Queue{}, err
	}
	return q, r.Reveal.Show(ctx, by, func(v *reveal.View) (err error) {
		for i := range q.Lines {
			r.explain(ctx, v, &q.Lines[i], rows[i], set, now)
		}
		if q.Note, err = note.open(ctx, v); err != nil {
			return err
		}
		return ctx.Err()
	})
}

// page gives what a page of the queue shows, with all that is sealed still sealed.
func (r *Room) page(ctx context.Context, tx store.Tx, actor access.Actor, f Filter, skip, most int) (q Queue, note sealedNote, err error) {
	all, err := r.Lines(ctx, tx, actor)
	if err != nil {
		return q, note, err
	}
	q = Queue{All: len(all), First: firstWaiting(all)}
	for _, l := range all {
		q.Seen = append(q.Seen, l.ID)
	}
	shown, err := r.filtered(ctx, tx, actor, all, f)
	if err != nil {
		return q, note, err
	}
	q.Total = len(shown)
	q.Lines = shown[min(max(skip, 0), len(shown)):]
	q.Lines = q.Lines[:min(most, len(q.Lines))]
	if err := r.translate(ctx, tx, q.Lines); err != nil {
		return q, note, err
	}
	note, err = noteOf(ctx, tx, actor)
	return q, note, err
}

// Lines gives the whole duty queue of the actor, the most urgent first: by priority, then by what is due first, then the
// longest waiting. A report with an outcome is there while something in it still waits, such as an answer to be read.
// Nothing is opened, so Reasons and Holder stay empty.
func (r *Room) Lines(ctx context.Context, tx store.Tx, actor access.Actor) ([]Line, error) {
	reports, err := report.Unresolved(ctx, tx, actor)
	if err != nil {
		return nil, err
	}
	tasks, err := task.FirstDue(ctx, tx, actor, access.ReportRead)
	if err != nil {
		return nil, err
	}
	if reports, err = withResolved(ctx, tx, reports, tasks); err != nil {
		return nil, err
	}
	stand, err := standings(ctx, tx, reports)
	if err != nil {
		return nil, err
	}
	list := make([]Line, len(reports))
	for i, one := range reports {
		next := tasks[string(one.ID)]
		list[i] = Line{Report: one, Standing: stand[string(one.ID)], Next: next.Kind, Due: next.Due, Held: next.Paused(tx.Now)}
	}
	slices.SortStableFunc(list, byUrgency)
	return list, nil
}

// withResolved adds the reports that have an outcome and an open task all the same.
func withResolved(ctx context.Context, tx store.Tx, reports []report.Report, tasks map[string]task.Task) ([]report.Report, error) {
	known := map[string]bool{}
	for _, one := range reports {
		known[string(one.ID)] = true
	}
	for subject := range tasks {
		if known[subject] {
			continue
		}
		kept, _, err := report.Load(ctx, tx, report.ID(subject))
		if fault.KindOf(err) == fault.Withheld {
			continue // its envelope is not opened yet, or it is no report
		}
		if err != nil {
			return nil, err
		}
		reports = append(reports, kept)
	}
	return reports, nil
}

func byUrgency(a, b Line) int {
	undated := func(l Line) int {
		if l.Due.IsZero() {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(undated(a), undated(b)), a.Due.Compare(b.Due),
		a.Received.Compare(b.Received), cmp.Compare(a.ID, b.ID))
}

func firstWaiting(list []Line) report.ID {
	for _, l := range list {
		if l.State == report.Waiting {
			return l.ID
		}
	}
	return ""
}

// prepare finds who has each of the lines, and its latest assessment.
func (r *Room) prepare(ctx context.Context, tx store.Tx, lines []Line) (rows []row, err error) {
	for i := range lines {
		l := &lines[i]
		if l.Holder, err = grant.Holder(ctx, tx, string(l.ID), access.Claimant); err != nil {
			return nil, err
		}
		latest, err := latestRow(ctx, tx, string(l.ID))
		if err != nil {
			return nil, err
		}
		rows = append(rows, latest)
	}
	return rows, nil
}

// explain opens the latest assessment of a line and puts its reasons there, those of the set.
func (r *Room) explain(ctx context.Context, v *reveal.View, l *Line, latest row, set *ruleset.Set, now time.Time) {
	a, err := latest.open(ctx, v, r.pack, string(l.ID))
	if l.Sealed = err; err == nil {
		l.Reasons = set.Evaluate(a.Facts, a.Told, now)
	}
}

// Glance gives what can be read of a report without opening anything, to whoever may do the action on it. A refusal is
// recorded.
func (r *Room) Glance(ctx context.Context, actor access.Actor, action access.Action, id report.ID) (l Line, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: string(id)}); err != nil {
		return l, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		l, err = r.one(ctx, tx, id)
		return err
	})
	return l, err
}

// one gives the line of one report.
func (r *Room) one(ctx context.Context, tx store.Tx, id report.ID) (Line, error) {
	kept, _, err := report.Load(ctx, tx, id)
	if err != nil {
		return Line{}, err
	}
	s, err := standing(ctx, tx, string(id))
	if err != nil {
		return Line{}, err
	}
	next, _, err := task.Next(ctx, tx, string(id))
	if err != nil {
		return Line{}, err
	}
	l := Line{Report: kept, Standing: s, Next: next.Kind, Due: next.Due, Held: next.Paused(tx.Now)}
	return l, first(
		func() error { l.Holder, err = grant.Holder(ctx, tx, string(id), access.Claimant); return err },
		func() error {
			lines := []Line{l}
			err := r.translate(ctx, tx, lines)
			l.Translation = lines[0].Translation
			return err
		},
		func() error { l.Missing, err = r.missing(ctx, tx, id, ""); return err },
		func() error { l.MissingForCase, err = r.missing(ctx, tx, id, report.OpenedCase); return err },
	)
}
