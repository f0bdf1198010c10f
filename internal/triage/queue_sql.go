package triage

import (
	"context"
	"math"
	"slices"
	"strings"
	"unicode"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/grant"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
)

const (
	// sieveSQL leaves out what a filter does not show, as far as a report tells by itself; $16 has areas between blanks.
	sieveSQL = task.PlacesSQL + `JOIN report r ON r.id = q.subject AND ($13 = '' OR r.language = $13) AND ($14 = '' OR r.channel = $14)
		AND q.due_at <= $15 AND ($16 = '' OR $16 LIKE '% ' || r.area || ' %') ` + task.OnwardSQL
	mineSQL = task.PlacesSQL + `JOIN access_grant m ON m.subject = q.subject AND m.grantee = $13 AND m.relation = 'claimant' AND m.ended_at = 0 ` +
		task.OnwardSQL
	burstSQL = task.PlacesSQL + `JOIN report r ON r.id = q.subject AND r.quarantine = 1 AND r.state <> 'resolved' ` + task.OnwardSQL
	namedSQL = `SELECT r.id FROM report r JOIN task_queue q ON q.subject = r.id WHERE q.listed = 1
		AND upper(substr(r.id, length(r.id) - 4)) IN ($7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
		AND EXISTS (SELECT 1 FROM access_grant g WHERE g.subject = r.id AND ` + grant.TiedSQL + `)`
	namedAtOnce = 20
)

// walk gives the places that a filter shows, after one, at most most of them. It reads no further than it must.
func (r *Room) walk(ctx context.Context, tx store.Tx, actor access.Actor, f Filter, after task.Place, most int) (list []task.Place, err error) {
	s := task.Span{After: after, Rank: rankOf(f.Priority), Most: most}
	for {
		some, err := r.sift(ctx, tx, actor, f, s)
		if err != nil {
			return nil, err
		}
		fit, err := r.fitting(ctx, tx, actor, f, some)
		if err != nil {
			return nil, err
		}
		if list = append(list, fit...); len(some) < s.Most || len(list) >= most {
			return list[:min(most, len(list))], nil
		}
		s.After = some[len(some)-1]
	}
}

// sift reads a part of the queue, narrowed by the filter as far as a statement can.
func (r *Room) sift(ctx context.Context, tx store.Tx, actor access.Actor, f Filter, s task.Span) ([]task.Place, error) {
	switch {
	case f.Burst:
		return task.Sifted(ctx, tx, actor, access.ReportRead, s, burstSQL)
	case f.Whose == Mine:
		return task.Sifted(ctx, tx, actor, access.ReportRead, s, mineSQL, actor.ID)
	case f.Language == "" && f.Channel == "" && f.Area == "" && f.Whose != Late:
		return task.Queued(ctx, tx, actor, access.ReportRead, s)
	}
	due, areas := int64(math.MaxInt64), ""
	if f.Whose == Late {
		due = clock.Micro(tx.Now)
	}
	if f.Area != "" {
		areas = " " + strings.Join(r.areas(f.Area), " ") + " "
	}
	return task.Sifted(ctx, tx, actor, access.ReportRead, s, sieveSQL, f.Language, f.Channel, due, areas)
}

// areas gives an area and all that lie in it.
func (r *Room) areas(wide string) []string {
	list := []string{wide}
	for _, a := range r.Pack.Areas(r.Pack.Default(), wide) {
		if a.Code != wide {
			list = append(list, r.areas(a.Code)...)
		}
	}
	return list
}

// named finds the reports of the queue that words mean by their handles, of those that the actor may see. A handle of two leads to
// neither: its report is empty.
func (r *Room) named(ctx context.Context, actor access.Actor, words string) (map[string]report.ID, error) {
	all := handlesIn(words)
	found := map[string]report.ID{}
	return found, r.Store.Read(ctx, func(tx store.Tx) error {
		clear(found)
		for some := range slices.Chunk(all, namedAtOnce) {
			args := make([]any, namedAtOnce)
			for i := range args {
				args[i] = ""
				if i < len(some) {
					args[i] = some[i]
				}
			}
			err := tx.Each(ctx, namedSQL, grant.ScopeFor(actor, access.ReportRead).Args(args...), func(scan func(...any) error) error {
				var id report.ID
				err := scan(&id)
				name := report.Handle(id)
				if _, twice := found[name]; twice {
					id = ""
				}
				found[name] = id
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// handlesIn gives the words that could be handles, each once.
func handlesIn(words string) (list []string) {
	for _, w := range strings.FieldsFunc(strings.ToUpper(words), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsNumber(c) }) {
		if report.IsHandle(w) && !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return list
}
