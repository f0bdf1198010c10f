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
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

// Whose says which lines of the queue a filter shows, by who has them.
type Whose string

// What a filter may show.
const (
	Everybodys Whose = ""
	Mine       Whose = "mine"
	Nobodys    Whose = "nobody"
	Late       Whose = "late" // whoever has them: their next step is overdue
)

// A Filter shows some lines of the queue; what is empty in it leaves nothing out.
type Filter struct {
	Priority    ruleset.Priority // or a level of content
	Area        string           // and every area in it
	Language    string
	Channel     string
	Whose       Whose
	Translation bool // only what nobody of the desk could read in its language
	Burst       bool // only what came in a burst
}

// tidy gives the filter with codes that the country does not know left out.
func (r *Room) tidy(f Filter) Filter {
	if !f.Priority.Known() {
		f.Priority = ""
	}
	if f.Area != "" && !r.Pack.AreaKnown(f.Area) {
		f.Area = ""
	}
	if !slices.Contains([]Whose{Mine, Nobodys, Late}, f.Whose) {
		f.Whose = Everybodys
	}
	f.Language, f.Channel = code(f.Language), code(f.Channel)
	return f
}

// code is a short code; empty for what cannot be one.
func code(s string) string {
	for _, c := range s {
		if c != '_' && c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return ""
		}
	}
	if len(s) > 40 {
		return ""
	}
	return s
}

// fitting gives those of the places that the filter shows. Nothing is opened for it.
func (r *Room) fitting(ctx context.Context, tx store.Tx, actor access.Actor, f Filter, places []task.Place) ([]task.Place, error) {
	f.Priority = "" // the span has it
	if f == (Filter{}) || len(places) == 0 {
		return places, nil
	}
	all, err := r.lines(ctx, tx, places)
	if err != nil {
		return nil, err
	}
	if f.Translation {
		if err := r.translate(ctx, tx, all); err != nil {
			return nil, err
		}
	}
	var list []task.Place
	for i, l := range all {
		if r.shows(f, l, actor.ID, tx.Now) {
			list = append(list, places[i])
		}
	}
	return list, nil
}

func (r *Room) shows(f Filter, l Line, me string, now time.Time) bool {
	return (f.Language == "" || l.Language == f.Language) && (f.Channel == "" || string(l.Channel) == f.Channel) &&
		(f.Area == "" || r.within(l.Area, f.Area)) && (!f.Translation || l.Translation) && f.Whose.shows(l, me, now) && (!f.Burst || l.Quarantined)
}

func (w Whose) shows(l Line, me string, now time.Time) bool {
	switch w {
	case Mine:
		return l.Holder == me
	case Nobodys:
		return l.Holder == ""
	case Late:
		return l.Late(now)
	}
	return true
}

// within tells whether an area is another, or lies in it.
func (r *Room) within(area, wide string) bool {
	for area != wide {
		a, ok := r.Pack.Area(area, "")
		if !ok || a.Parent == area {
			return false
		}
		area = a.Parent
	}
	return true
}

// A FilterID names a filter that somebody keeps.
type FilterID string

// A SavedFilter is a filter that somebody keeps under a name.
type SavedFilter struct {
	ID   FilterID
	Name string
	Filter
}

// What a kept filter may be.
const (
	LongestFilterName = 40
	MostFilters       = 12 // of one person
)

const (
	insertFilterSQL = `INSERT INTO queue_filter (id, user_id, name, priority, area, language, channel, whose, translation, made_at, burst)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (user_id, name) DO UPDATE SET priority = $4, area = $5, language = $6, channel = $7, whose = $8, translation = $9, burst = $11`
	deleteFilterSQL = `DELETE FROM queue_filter WHERE id = $1 AND user_id = $2`
	countFiltersSQL = `SELECT count(*) FROM queue_filter WHERE user_id = $1 AND name <> $2`
	filtersSQL      = `SELECT id, name, priority, area, language, channel, whose, translation, burst FROM queue_filter WHERE user_id = $1 ORDER BY name, id`
)

// KeepFilter keeps a filter for the actor under a name; one of that name is replaced. The name stands in the open: it says nothing of
// a child or of a report. What can not be kept is fault.Invalid with the field "name".
func (r *Room) KeepFilter(ctx context.Context, actor access.Actor, name string, f Filter) error {
	name, _ = instrument.CleanText(name, 0)
	name = strings.Join(strings.Fields(name), " ")
	f = r.tidy(f)
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.DeskFilter}, func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
		wrong := fault.New(fault.Invalid, "fault.form")
		switch n := len([]rune(name)); {
		case n == 0:
			wrong.With("name", "fault.empty")
		case n > LongestFilterName:
			wrong.With("name", "fault.long", "Max", LongestFilterName)
		}
		if f == (Filter{}) && !wrong.Wrong() {
			wrong.With("name", "fault.filter_empty")
		}
		var kept int
		if err := tx.One(ctx, countFiltersSQL, []any{actor.ID, name}, &kept); err != nil {
			return nil, err
		}
		if kept >= MostFilters && !wrong.Wrong() {
			wrong.With("name", "fault.filters_most", "Max", MostFilters)
		}
		if wrong.Wrong() {
			return nil, wrong
		}
		_, err := tx.Exec(ctx, insertFilterSQL, ident.New[string](tx.Now), actor.ID, name, string(f.Priority), f.Area, f.Language, f.Channel,
			string(f.Whose), bit(f.Translation), clock.Micro(tx.Now), bit(f.Burst))
		return map[string]string{"did": "keep"}, err
	})
}

// DropFilter takes a filter of the actor's own away; one that is gone already is no error.
func (r *Room) DropFilter(ctx context.Context, actor access.Actor, id FilterID) error {
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.DeskFilter}, func(ctx context.Context, tx store.Tx, _ access.Proof) (map[string]string, error) {
		_, err := tx.Exec(ctx, deleteFilterSQL, string(id), actor.ID)
		return map[string]string{"did": "drop"}, err
	})
}

// Filters gives the filters that the actor keeps.
func (r *Room) Filters(ctx context.Context, actor access.Actor) (list []SavedFilter, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		list = nil
		return tx.Each(ctx, filtersSQL, []any{actor.ID}, func(scan func(...any) error) error {
			var s SavedFilter
			var translation, burst int
			err := scan(&s.ID, &s.Name, &s.Priority, &s.Area, &s.Language, &s.Channel, &s.Whose, &translation, &burst)
			s.Translation, s.Burst = translation == 1, burst == 1
			list = append(list, s)
			return err
		})
	})
	return list, err
}
