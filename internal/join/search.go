package join

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
)

// Most is how many hits a search or a page shows.
const Most = 50

// A Hit is a report or a case that a search has found, or that may be about the same, with why and what a list may show of it.
// Nothing of it was opened.
type Hit struct {
	match.Likeness
	Priority ruleset.Priority
	Report   report.Report // of a report
	File     casework.Case // of a case
}

// When is when the report came in, or the case was opened.
func (h Hit) When() time.Time {
	if h.Case {
		return h.File.Opened
	}
	return h.Report.Received
}

// Open tells whether a report can be joined to it.
func (h Hit) Open() bool {
	if h.Case {
		return h.File.State == casework.Open
	}
	return h.Report.State != report.Resolved
}

// Found is what a search has found.
type Found struct {
	Hits []Hit
	More bool // there are more than Most; these are not shown
}

// MaySearch tells whether the actor may search at all. A refusal is recorded.
func (r *Room) MaySearch(ctx context.Context, actor access.Actor) error {
	_, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReportSearch})
	return err
}

// Search looks for what the words say among the reports and cases that the actor may read, as match.Room.Search does.
func (r *Room) Search(ctx context.Context, actor access.Actor, words string) (f Found, err error) {
	_, err = r.Match.Search(ctx, actor, words, func(ctx context.Context, tx store.Tx, list []match.Likeness) (err error) {
		f, err = found(ctx, tx, list)
		return err
	})
	return f, err
}

// found reads what may be shown of likenesses, of the first Most of them.
func found(ctx context.Context, tx store.Tx, list []match.Likeness) (f Found, err error) {
	f.More = len(list) > Most
	list = list[:min(Most, len(list))]
	var ids []string
	for _, l := range list {
		if !l.Case {
			ids = append(ids, l.Subject)
		}
	}
	reports, err := report.Some(ctx, tx, ids)
	if err != nil {
		return Found{}, err
	}
	stand, err := triage.NowOf(ctx, tx, ids)
	if err != nil {
		return Found{}, err
	}
	for _, l := range list {
		h := Hit{Likeness: l, Report: reports[report.ID(l.Subject)], Priority: stand[l.Subject].Priority}
		if l.Case {
			if h.File, err = casework.Find(ctx, tx, casework.ID(l.Subject)); err != nil {
				return Found{}, err
			}
			h.Priority = h.File.Priority
		}
		f.Hits = append(f.Hits, h)
	}
	return f, nil
}

func hit(ctx context.Context, tx store.Tx, l match.Likeness) (Hit, error) {
	f, err := found(ctx, tx, []match.Likeness{l})
	if err == nil && (len(f.Hits) != 1 || !l.Case && f.Hits[0].Report.ID == "") {
		err = fault.New(fault.Withheld, fault.CodeWithheld)
	}
	if err != nil {
		return Hit{}, err
	}
	return f.Hits[0], nil
}

// Alike gives what may be about the same as a report, of what the actor may read, the strongest first: without what it is joined
// to, or what is joined to it, and without the cases that came of it.
func Alike(ctx context.Context, tx store.Tx, actor access.Actor, id report.ID) (Found, error) {
	list, err := match.Alike(ctx, tx, actor, string(id))
	if err != nil {
		return Found{}, err
	}
	known, err := group(ctx, tx, string(id))
	if err != nil {
		return Found{}, err
	}
	return found(ctx, tx, slices.DeleteFunc(list, func(l match.Likeness) bool { return slices.Contains(known, l.Subject) }))
}
