package lesson

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/store"
)

// From what a version is begun, beside the id of a version of the desk.
const (
	FromPack  = "pack"  // what the pack has
	FromEmpty = "empty" // nothing but the sections that the topic needs
)

// A BeginInput begins a version.
type BeginInput struct {
	Draft string // drawn when the form was made, so that a form sent twice is one version
	Text  Text
	From  string // FromPack, FromEmpty, or the id of a version of the same text
}

// Begin begins a version of a text as a draft. Where one is being written already it is fault.Conflict CodeBegun; whoever has begun too many is
// fault.Conflict CodeMany. It needs access.LessonWrite.
func (r *Room) Begin(ctx context.Context, actor access.Actor, in BeginInput) (ID, error) {
	if err := r.May(ctx, actor); err != nil {
		return "", err
	}
	if ident.Check(in.Draft) != nil {
		return "", fault.New(fault.Invalid, "fault.form")
	}
	if err := r.known(in.Text); err != nil {
		return "", err
	}
	id := ident.Of(ID(in.Draft), strings.Join([]string{actor.ID, in.Text.Language, string(in.Text.Audience), string(in.Text.Topic)}, " "))
	return id, door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.LessonWrite, Subject: string(id)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		l := Lesson{ID: id, Text: in.Text, State: Draft}
		if _, err := load(ctx, tx, id); fault.KindOf(err) != fault.Withheld {
			return told(l), err // by the same form
		}
		if err := r.room(ctx, tx, by, in.Text); err != nil {
			return nil, err
		}
		m, err := r.from(ctx, tx, in)
		if err != nil {
			return nil, err
		}
		if l.Number, err = r.next(ctx, tx, in.Text); err != nil {
			return nil, err
		}
		m.Version, m.ReviewedBy = l.Number, nobody
		m.ReviewBy = tx.Now.In(r.Pack.Zone()).AddDate(1, 0, -1).Format(time.DateOnly)
		source, err := m.File()
		if err != nil {
			return nil, err
		}
		return told(l), insert(ctx, tx, by, l, source)
	})
}

// nobody is what a version says of its reviewers until it has them.
var nobody = education.Review{Language: education.Nobody, Safeguarding: education.Nobody}

// room tells whether a version may be begun.
func (r *Room) room(ctx context.Context, tx store.Tx, by access.Proof, t Text) error {
	switch n, err := count(ctx, tx, openSQL, t); {
	case err != nil:
		return err
	case n > 0:
		return fault.New(fault.Conflict, CodeBegun)
	}
	var mine int
	switch err := tx.One(ctx, begunSQL, []any{by.Actor().ID}, &mine); {
	case err != nil:
		return err
	case mine >= MostDrafts:
		return fault.New(fault.Conflict, CodeMany, "Max", MostDrafts)
	}
	return nil
}

// next is the number of the next version of a text.
func (r *Room) next(ctx context.Context, tx store.Tx, t Text) (int, error) {
	n, err := count(ctx, tx, highestSQL, t)
	if m := r.Pack.Education().Module(t.Language, t.Key); m != nil {
		n = max(n, m.Version)
	}
	return n + 1, err
}

// from gives the words that a version begins with.
func (r *Room) from(ctx context.Context, tx store.Tx, in BeginInput) (education.Module, error) {
	switch in.From {
	case FromPack:
		m := r.Pack.Education().Module(in.Text.Language, in.Text.Key)
		if m == nil {
			return education.Module{}, fault.New(fault.Withheld, fault.CodeWithheld)
		}
		return *m, nil
	case FromEmpty:
		return empty(in.Text), nil
	}
	l, err := load(ctx, tx, ID(in.From))
	if err != nil {
		return education.Module{}, err
	}
	if l.Text != in.Text {
		return education.Module{}, fault.New(fault.Withheld, fault.CodeWithheld)
	}
	m, err := words(ctx, tx, l)
	if err != nil {
		return education.Module{}, err
	}
	return *m, nil
}

// empty is a text with nothing but the sections that its topic needs.
func empty(t Text) education.Module {
	var b strings.Builder
	for _, id := range education.Sections[t.Topic] {
		b.WriteString("## … {#" + id + "}\n\n")
	}
	return education.Module{Key: t.Key, Language: t.Language, Text: b.String()}
}

// A WriteInput is a version as somebody has written it.
type WriteInput struct {
	Lesson  ID
	Version int64             // that was read
	Words   *education.Module // title, summary, text and so on; what the program sets is not taken from it
	Latest  bool              // a translation says what the text in the first language says now
	Of      int               // the version of that text that the writer has seen beside it
}

// Write keeps what somebody has written. One that waits is a draft again by that. What cannot be kept is fault.Invalid; what breaks a limit is kept, and
// told, until somebody is to look at it. A version other than the latest is fault.Conflict, unless it says the same already, as when a form was sent twice.
// It needs access.LessonWrite.
func (r *Room) Write(ctx context.Context, actor access.Actor, in WriteInput) error {
	if err := r.May(ctx, actor); err != nil {
		return err
	}
	said, err := clean(in.Words)
	if err != nil {
		return err
	}
	first, err := r.first(ctx, in)
	if err != nil {
		return err
	}
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.LessonWrite, Subject: string(in.Lesson)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		l, err := load(ctx, tx, in.Lesson)
		if err != nil {
			return nil, err
		}
		if !l.State.Open() {
			return nil, fault.New(fault.Conflict, CodeState)
		}
		before, err := words(ctx, tx, l)
		if err != nil {
			return nil, err
		}
		source, err := r.fit(said, before, l, in.Latest, first).File()
		if err != nil {
			return nil, err
		}
		if l.Version != in.Version {
			return told(l), r.same(before, source, l, by)
		}
		if !l.wrote(by.Actor().ID) {
			l.Writers = append(l.Writers, by.Actor().ID)
		}
		l.State = Draft
		return told(l), changed(tx.Exec(ctx, writeSQL, string(l.ID), l.Version, string(source), strings.Join(l.Writers, " ")))
	})
}

// same is nil when a draft says already what is to be written, by the same person; else it has changed since it was read.
func (r *Room) same(before *education.Module, source []byte, l Lesson, by access.Proof) error {
	kept, err := before.File()
	if err != nil {
		return err
	}
	if l.State == Draft && l.wrote(by.Actor().ID) && bytes.Equal(kept, source) {
		return nil
	}
	return stale()
}

// first gives the version of the text in the first language that the writer says to have followed; 0 for none, and when it is not the one that is shown.
func (r *Room) first(ctx context.Context, in WriteInput) (int, error) {
	if !in.Latest || in.Of == 0 {
		return 0, nil
	}
	library, err := r.Shelf.Renew(ctx)
	if err != nil {
		return 0, err
	}
	var l Lesson
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		l, err = load(ctx, tx, in.Lesson)
		return err
	})
	if err != nil {
		return 0, err
	}
	if m := library.Module(r.Pack.Default(), l.Key); m != nil && m.Version == in.Of && l.Language != r.Pack.Default() {
		return m.Version, nil
	}
	return 0, nil
}

// fit gives what was written with what the program sets.
func (r *Room) fit(said education.Module, before *education.Module, l Lesson, latest bool, first int) *education.Module {
	said.Key, said.Language, said.Version, said.ReviewedBy, said.Follows = l.Key, l.Language, l.Number, nobody, before.Follows
	if latest && first != 0 {
		said.Follows = first
	}
	return &said
}

// Try judges what somebody has typed, and keeps nothing. It needs access.LessonWrite.
func (r *Room) Try(ctx context.Context, actor access.Actor, in WriteInput) (Sheet, error) {
	if err := r.May(ctx, actor); err != nil {
		return Sheet{}, err
	}
	s, err := r.sheet(ctx, in.Lesson)
	if err != nil {
		return s, err
	}
	said, wrong := clean(in.Words)
	first, err := r.first(ctx, in)
	if err != nil {
		return s, err
	}
	file, err := r.fit(said, s.Module, s.Lesson, in.Latest, first).File()
	if err != nil {
		return s, err
	}
	if s.Module, err = education.ReadFile(s.Language, s.Key, file); err != nil {
		return s, err
	}
	library, err := r.Shelf.Renew(ctx)
	if err != nil {
		return s, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error { return r.judge(&s, library, r.today(tx)) })
	if err != nil {
		return s, err
	}
	return s, wrong
}

// clean makes what was typed fit to be kept: one-line fields are one line, and what is empty is left out. What is too long is fault.Invalid by field.
func clean(said *education.Module) (m education.Module, err error) {
	f := instrument.CheckInput()
	line := func(field string, text *string) {
		f.Line(field, text, LongestLine, false)
	}
	lines := func(field string, from []string) (list []string) {
		for _, t := range from {
			if line(field, &t); t != "" {
				list = append(list, t)
			}
		}
		f.Is(len(list) <= MostLines, field, "fault.lesson_lines")
		return list
	}
	m = education.Module{Title: said.Title, Summary: said.Summary, Text: said.Text, ReviewBy: said.ReviewBy}
	line("title", &m.Title)
	line("summary", &m.Summary)
	line("review_by", &m.ReviewBy)
	f.Text("body", &m.Text, LongestBody, false)
	m.Opportunities, m.Skills, m.SMS = lines("opportunities", said.Opportunities), lines("skills", said.Skills), lines("sms", said.SMS)
	for _, e := range said.Easy {
		if line("easy", &e.Say); e.Say != "" {
			e.Picture = education.DrawnName(e.Picture)
			m.Easy = append(m.Easy, e)
		}
	}
	for _, q := range said.Check {
		q.Answers = slices.Clone(q.Answers)
		line("check", &q.Ask)
		for i := range q.Answers {
			line("check", &q.Answers[i].Say)
			line("check", &q.Answers[i].Because)
		}
		q.Answers = slices.DeleteFunc(q.Answers, func(a education.Answer) bool { return a.Say == "" && a.Because == "" })
		if q.Ask != "" || len(q.Answers) > 0 {
			m.Check = append(m.Check, q)
		}
	}
	f.Is(len(m.Easy) <= MostLines, "easy", "fault.lesson_lines")
	f.Is(len(m.Check) <= MostLines, "check", "fault.lesson_lines")
	return m, f.Err()
}

// Tidy gives what was typed as it would be kept, however long it is. It is pure.
func Tidy(said *education.Module) education.Module {
	m, _ := clean(said)
	return m
}

// Drop throws a draft away, in the version that was read; what was published is never thrown away. It needs access.LessonWrite.
func (r *Room) Drop(ctx context.Context, actor access.Actor, id ID, version int64) error {
	return r.do(ctx, actor, access.LessonWrite, id, version, func(ctx context.Context, tx store.Tx, _ access.Proof, l Lesson) (map[string]string, error) {
		if l.State != Draft {
			return nil, fault.New(fault.Conflict, CodeState)
		}
		detail := told(l)
		detail["state"] = "dropped"
		return detail, changed(tx.Exec(ctx, dropSQL, string(l.ID), l.Version))
	})
}
