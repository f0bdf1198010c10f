package triage

import (
	"context"
	"fmt"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

// A Line is what the duty queue shows of a report: by priority, then by what is due first, then the longest waiting. A report with an
// outcome is there while something in it still waits, such as an answer to be read. All of it down to Holder can be read without
// opening anything.
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
	Total int       // lines of all pages that the filter shows, up to MostCounted
	More  bool      // there are more of these than MostCounted
	All   int       // lines without the filter, up to MostCounted
	Rest  bool      // there are more of these than MostCounted
	First report.ID // the most urgent one that nobody has, whatever the filter; empty when somebody has each
	Flood int       // reports of a burst that nobody has, whatever the filter, up to MostCounted and one more
	After string    // where the next page begins; empty when there is none
	Note  Note      // what the shift before has written; the zero Note when it has not
	// Named are the reports of the queue that the note means, by their handles; one that two of them have leads to neither.
	Named map[string]report.ID
}

// MostCounted is how far the lines of the queue are counted: a page of it costs the same however many there are.
const MostCounted = 100

// A Stretch says which lines of the queue are asked for.
type Stretch struct {
	After string // of the page before; empty for the first page
	Skip  int    // without After: how many lines are left out
	Most  int
}

// Queue gives some lines of the duty queue: the reports without an outcome that the actor may see, the most urgent first. It
// leaves out the first skip of them and gives at most most. That their reasons were opened is one audit entry. A line
// whose reasons cannot be opened is there without them: one broken report never hides the others.
func (r *Room) Queue(ctx context.Context, actor access.Actor, skip, most int) (Queue, error) {
	return r.Filtered(ctx, actor, Filter{}, Stretch{Skip: skip, Most: most})
}

// Filtered is Queue with the lines alone that the filter shows.
func (r *Room) Filtered(ctx context.Context, actor access.Actor, f Filter, part Stretch) (Queue, error) {
	l, err := r.Look(ctx, actor, f, part)
	if err != nil {
		return Queue{}, err
	}
	return l.Open(ctx)
}

// A Look is a page of the queue with all that is sealed still sealed.
type Look struct {
	room *Room
	by   access.Proof
	page Queue
	rows map[string]row
	note sealedNote
	set  *ruleset.Set
	now  time.Time
	of   string // what was asked for
}

// Look reads a page of the queue and opens nothing, so that it leaves no entry.
func (r *Room) Look(ctx context.Context, actor access.Actor, f Filter, part Stretch) (*Look, error) {
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReportList})
	if err != nil {
		return nil, err
	}
	f = r.tidy(f)
	l := &Look{room: r, by: by, of: fmt.Sprint(f, part)}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		l.now = tx.Now
		if l.set, err = r.Rulebook.Rules(ctx, tx); err != nil {
			return err
		}
		if l.page, l.note, err = r.page(ctx, tx, actor, f, part); err != nil {
			return err
		}
		l.rows, err = latestRows(ctx, tx, l.Shown())
		return err
	})
	return l, err
}

// Shown are the reports that the page shows.
func (l *Look) Shown() []string { return idsOf(l.page.Lines) }

// Open opens what the page shows of each of its lines; that it did is one audit entry.
func (l *Look) Open(ctx context.Context) (Queue, error) {
	q := l.page
	err := l.room.Reveal.Show(ctx, l.by, func(v *reveal.View) (err error) {
		v.Warm(ctx, l.Shown())
		for i := range q.Lines {
			line := &q.Lines[i]
			l.room.explain(ctx, v, line, l.rows[string(line.ID)], l.set, l.now)
		}
		if q.Note, err = l.note.open(ctx, v); err != nil {
			return err
		}
		return ctx.Err()
	})
	if err != nil || q.Note.Words == "" {
		return q, err
	}
	q.Named, err = l.room.named(ctx, l.by.Actor(), q.Note.Words)
	return q, err
}

// page gives what a page of the queue shows, with all that is sealed still sealed.
func (r *Room) page(ctx context.Context, tx store.Tx, actor access.Actor, f Filter, part Stretch) (q Queue, note sealedNote, err error) {
	shown, err := r.counted(ctx, tx, actor, f, part, &q)
	if err != nil {
		return q, note, err
	}
	if len(shown) > part.Most {
		shown = shown[:part.Most]
		if part.Most > 0 {
			q.After = shown[part.Most-1].String()
		}
	}
	free, err := task.Queued(ctx, tx, actor, access.ReportRead, task.Span{Free: true, Most: 1})
	if err != nil {
		return q, note, err
	}
	if len(free) > 0 {
		q.First = report.ID(free[0].Subject)
	}
	if q.Flood, err = report.Flood(ctx, tx, actor, MostCounted+1); err != nil {
		return q, note, err
	}
	if q.Lines, err = r.lines(ctx, tx, shown); err != nil {
		return q, note, err
	}
	if err := r.translate(ctx, tx, q.Lines); err != nil {
		return q, note, err
	}
	note, err = noteOf(ctx, tx, actor)
	return q, note, err
}

// counted counts as far as is counted, and gives the places of the page that is asked for, with one more when there is a next page.
func (r *Room) counted(ctx context.Context, tx store.Tx, actor access.Actor, f Filter, part Stretch, q *Queue) ([]task.Place, error) {
	after, skip := task.PlaceOf(part.After), max(part.Skip, 0)
	if after.Subject != "" {
		skip = 0 // however far down it says that the page is
	}
	top, err := r.walk(ctx, tx, actor, f, task.Place{}, max(MostCounted, skip+part.Most)+1)
	if err != nil {
		return nil, err
	}
	all := top
	if f != (Filter{}) {
		if all, err = r.walk(ctx, tx, actor, Filter{}, task.Place{}, MostCounted+1); err != nil {
			return nil, err
		}
	}
	q.Total, q.More = min(len(top), MostCounted), len(top) > MostCounted
	q.All, q.Rest = min(len(all), MostCounted), len(all) > MostCounted
	if after.Subject != "" {
		return r.walk(ctx, tx, actor, f, after, part.Most+1)
	}
	return top[min(skip, len(top)):], nil
}

// lines gives the lines of places, in their order. Nothing is opened, so Reasons stay empty.
func (r *Room) lines(ctx context.Context, tx store.Tx, places []task.Place) ([]Line, error) {
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.Subject
	}
	var reports map[report.ID]report.Report
	var stand map[string]Standing
	var tasks map[string]task.Task
	var holders map[string]string
	err := first(
		func() (err error) { reports, err = report.Some(ctx, tx, ids); return err },
		func() (err error) { stand, err = standings(ctx, tx, ids); return err },
		func() (err error) { tasks, err = task.NextOf(ctx, tx, ids); return err },
		func() (err error) { holders, err = grant.HoldersOf(ctx, tx, access.Claimant, ids); return err },
	)
	if err != nil {
		return nil, err
	}
	list := make([]Line, len(ids))
	for i, id := range ids {
		next := tasks[id]
		list[i] = Line{Report: reports[report.ID(id)], Standing: stand[id], Next: next.Kind, Due: next.Due, Held: next.Paused(tx.Now), Holder: holders[id]}
	}
	return list, nil
}

func idsOf(lines []Line) []string {
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = string(l.ID)
	}
	return ids
}

// Pressing counts the reports for which somebody is called at any hour, and that nobody has, of those that the actor may see, up to most.
func (r *Room) Pressing(ctx context.Context, tx store.Tx, actor access.Actor, most int) (n int, err error) {
	for _, p := range []ruleset.Priority{ruleset.P1, ruleset.Priority(ruleset.C1)} {
		list, err := task.Queued(ctx, tx, actor, access.ReportRead, task.Span{Rank: rankOf(p), Free: true, Most: most})
		if err != nil {
			return 0, err
		}
		n += len(list)
	}
	return min(n, most), nil
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
