package lesson

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/jurisdiction"
	"amparo/internal/shelf"
	"amparo/internal/store"
)

// Config is what a Room needs. Every field is needed.
type Config struct {
	Store *store.Store
	Pack  *jurisdiction.Pack
	Shelf *shelf.Room // what is shown
	// Name gives what a colleague is called, by user id: a file says who has looked at it. Empty when nobody has the id.
	Name func(ctx context.Context, user string) string
}

// A Room keeps what is written to be taught. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// An Overview is what there is to do.
type Overview struct {
	List    []Lesson // what waits first, then what is published, then drafts
	Overdue []Text   // texts that are shown and were to be looked at again by now
	Today   string   // in the country
}

// List gives what there is to do. It needs access.LessonRead.
func (r *Room) List(ctx context.Context, actor access.Actor) (o Overview, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.LessonRead}); err != nil {
		return o, err
	}
	library, err := r.Shelf.Renew(ctx)
	if err != nil {
		return o, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		o = Overview{Today: r.today(tx)}
		for _, language := range r.languages() {
			for _, a := range education.Audiences {
				for _, m := range library.For(language, a) {
					if m.ReviewBy < o.Today {
						o.Overdue = append(o.Overdue, Text{language, m.Key})
					}
				}
			}
		}
		o.List, err = query(ctx, tx, listSQL, Most)
		return err
	})
	return o, err
}

// languages are those of the pack, the first one first.
func (r *Room) languages() []string {
	list := []string{r.Pack.Default()}
	for _, l := range r.Pack.Languages() {
		if l.Code != r.Pack.Default() {
			list = append(list, l.Code)
		}
	}
	return list
}

func (r *Room) today(tx store.Tx) string { return tx.Now.In(r.Pack.Zone()).Format(time.DateOnly) }

// known tells whether there can be such a text.
func (r *Room) known(t Text) error {
	if !slices.Contains(r.languages(), t.Language) || !slices.Contains(education.Audiences, t.Audience) || !slices.Contains(education.Topics, t.Topic) {
		return fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return nil
}

// Of gives everything about a text. One that cannot be is fault.Withheld. It needs access.LessonRead.
func (r *Room) Of(ctx context.Context, actor access.Actor, t Text) (s Standing, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.LessonRead}); err != nil {
		return s, err
	}
	if err := r.known(t); err != nil {
		return s, err
	}
	library, err := r.Shelf.Renew(ctx)
	if err != nil {
		return s, err
	}
	s = Standing{Text: t, Pack: r.Pack.Education().Module(t.Language, t.Key), Shown: library.Module(t.Language, t.Key)}
	first := library.Module(r.Pack.Default(), t.Key)
	s.Stale = t.Language != r.Pack.Default() && s.Shown != nil && first != nil && s.Shown.Follows < first.Version
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		s.Open = nil
		if s.History, err = history(ctx, tx, t); err != nil {
			return err
		}
		if i := slices.IndexFunc(s.History, func(l Lesson) bool { return l.State.Open() }); i >= 0 {
			s.Open = &s.History[i]
		}
		return nil
	})
	return s, err
}

// Show gives one version with its words, what is wrong with it, and the text that it follows. It needs access.LessonRead.
func (r *Room) Show(ctx context.Context, actor access.Actor, id ID) (Sheet, error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.LessonRead, Subject: string(id)}); err != nil {
		return Sheet{}, err
	}
	return r.sheet(ctx, id)
}

func (r *Room) sheet(ctx context.Context, id ID) (s Sheet, err error) {
	library, err := r.Shelf.Renew(ctx)
	if err != nil {
		return s, err
	}
	var today string
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		today = r.today(tx)
		if s.Lesson, err = load(ctx, tx, id); err != nil {
			return err
		}
		s.Module, err = words(ctx, tx, s.Lesson)
		return err
	})
	if err != nil {
		return s, err
	}
	if !s.State.Open() {
		today = "" // its day was right when it was published
	}
	return s, r.judge(&s, library, today)
}

// judge fills in what is told about the words of a version. Today is empty where its day is not judged.
func (r *Room) judge(s *Sheet, library *education.Library, today string) error {
	if s.Language != r.Pack.Default() {
		s.First = library.Module(r.Pack.Default(), s.Key)
	}
	s.Measures = r.Pack.EducationLimits().Measures(s.Module)
	file, err := s.Module.File()
	if err != nil {
		return err
	}
	_, s.Findings = r.Pack.CheckModule(s.Language, s.Key, file, library)
	if today != "" {
		s.Findings = append(s.Findings, until(s.Module.ReviewBy, today)...)
	}
	return nil
}

// FindUntil is the code of a day by which a text is looked at again that is past, or later than in a year.
const FindUntil = "until"

// until judges the day by which a text is looked at again, as the pack does: after today, and within a year.
func until(day, today string) []jurisdiction.Finding {
	now, err := time.Parse(time.DateOnly, today)
	at, wrong := time.Parse(time.DateOnly, day)
	if err != nil || wrong != nil || at.After(now) && !at.After(now.AddDate(1, 0, 0)) {
		return nil // what is no day the pack's own check tells
	}
	return []jurisdiction.Finding{{Field: "review_by", Code: FindUntil, Message: "expected a day after today, and within a year"}}
}

// within is a fault when something is wrong.
func within(list []jurisdiction.Finding) error {
	if len(list) == 0 {
		return nil
	}
	return fault.New(fault.Conflict, CodeLimits, "Count", len(list))
}

// May tells whether the actor may write; a refusal is recorded.
func (r *Room) May(ctx context.Context, actor access.Actor) error {
	_, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.LessonWrite})
	return err
}

// do changes a version in the version that was read.
func (r *Room) do(ctx context.Context, actor access.Actor, action access.Action, id ID, version int64, change func(ctx context.Context, tx store.Tx, by access.Proof, l Lesson) (map[string]string, error)) error {
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: string(id)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		l, err := load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if l.Version != version {
			return nil, stale()
		}
		return change(ctx, tx, by, l)
	})
}

// told is what the audit log says of a version.
func told(l Lesson) map[string]string {
	return map[string]string{"state": string(l.State), "language": l.Language, "audience": string(l.Audience), "topic": string(l.Topic)}
}
