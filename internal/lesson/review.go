package lesson

import (
	"context"
	"strings"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/instrument"
	"amparo/internal/shelf"
	"amparo/internal/store"
)

// Submit asks two colleagues to look at a draft. One that breaks a limit is fault.Conflict CodeLimits. It needs access.LessonWrite.
func (r *Room) Submit(ctx context.Context, actor access.Actor, id ID, version int64) error {
	if err := r.May(ctx, actor); err != nil {
		return err
	}
	s, err := r.sheet(ctx, id)
	if err != nil {
		return err
	}
	return r.do(ctx, actor, access.LessonWrite, id, version, func(ctx context.Context, tx store.Tx, by access.Proof, l Lesson) (map[string]string, error) {
		if l.State != Draft {
			return nil, fault.New(fault.Conflict, CodeState)
		}
		if l.Version != s.Version {
			return nil, stale()
		}
		if err := within(s.Findings); err != nil {
			return nil, err
		}
		l.State, l.Note = Language, ""
		return told(l), stand(ctx, tx, by, l)
	})
}

// A ReviewInput is what somebody says who has looked at a version.
type ReviewInput struct {
	Lesson  ID
	Version int64
	Good    bool   // it may go on
	Back    bool   // it is sent back; one of both is needed
	Note    string // what is to be changed; needed then
}

// Review takes a version one step on, or sends it back: first for its language, then for its safety, by which it is published. Whoever wrote any of it is
// fault.Forbidden CodeOwn, and who looked at its language fault.Forbidden CodeSame; a limit that is broken is fault.Conflict CodeLimits. It needs
// access.LessonReview.
func (r *Room) Review(ctx context.Context, actor access.Actor, in ReviewInput) error {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.LessonReview, Subject: string(in.Lesson)}); err != nil {
		return err
	}
	s, err := r.sheet(ctx, in.Lesson)
	if err != nil {
		return err
	}
	var names education.Review
	if s.State == Safeguarding {
		names = r.names(ctx, s.CheckedBy, actor.ID)
	}
	return r.do(ctx, actor, access.LessonReview, in.Lesson, in.Version, func(ctx context.Context, tx store.Tx, by access.Proof, l Lesson) (map[string]string, error) {
		if l.Version != s.Version {
			return nil, stale()
		}
		if err := in.check(actor, l); err != nil {
			return nil, err
		}
		if in.Back {
			l.State, l.CheckedBy, l.Note = Draft, "", in.Note
			return told(l), stand(ctx, tx, by, l)
		}
		if err := within(s.Findings); err != nil {
			return nil, err
		}
		if l.State == Language {
			l.State, l.CheckedBy, l.Note = Safeguarding, actor.ID, ""
			return told(l), stand(ctx, tx, by, l)
		}
		return r.publish(ctx, tx, by, l, *s.Module, names)
	})
}

// check tells whether somebody may say so.
func (in *ReviewInput) check(actor access.Actor, l Lesson) error {
	switch {
	case !l.State.Waits():
		return fault.New(fault.Conflict, CodeState)
	case l.wrote(actor.ID):
		return fault.New(fault.Forbidden, CodeOwn)
	case l.State == Safeguarding && l.CheckedBy == actor.ID:
		return fault.New(fault.Forbidden, CodeSame)
	}
	f := instrument.CheckInput()
	f.Is(in.Good != in.Back, "good", "fault.answer_required")
	f.Text("note", &in.Note, LongestNote, in.Back)
	return f.Err()
}

// names are those of two colleagues as a file has them: two that differ, and neither is the word for nobody.
func (r *Room) names(ctx context.Context, language, safeguarding string) education.Review {
	name := func(user string) string {
		name := strings.Join(strings.Fields(r.Name(ctx, user)), " ")
		if runes := []rune(name); len(runes) > longestName {
			name = string(runes[:longestName])
		}
		if name == "" || strings.EqualFold(name, education.Nobody) {
			return "user " + user
		}
		return name
	}
	v := education.Review{Language: name(language), Safeguarding: name(safeguarding)}
	if v.Language == v.Safeguarding {
		v.Safeguarding += " (2)"
	}
	return v
}

// longestName is how much of a name a file has.
const longestName = 100

// publish publishes a version: what was published before is a former one, and readers are given this.
func (r *Room) publish(ctx context.Context, tx store.Tx, by access.Proof, l Lesson, m education.Module, names education.Review) (map[string]string, error) {
	if mine := r.Pack.Education().Module(l.Language, l.Key); mine != nil && l.Number <= mine.Version { // the pack has changed since it was begun
		var err error
		if l.Number, err = r.next(ctx, tx, l.Text); err != nil {
			return nil, err
		}
	}
	m.Version, m.ReviewedBy = l.Number, names
	source, err := m.File()
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, formerSQL, l.Language, string(l.Audience), string(l.Topic), clock.Micro(tx.Now), by.Actor().ID); err != nil {
		return nil, err
	}
	if err := changed(tx.Exec(ctx, publishSQL, string(l.ID), l.Version, l.Number, string(source), clock.Micro(tx.Now), by.Actor().ID)); err != nil {
		return nil, err
	}
	l.State = Published
	return told(l), shelf.Put(ctx, tx, by, m)
}

// Withdraw takes a published version back: readers are given what the pack has, or nothing. It asks for no version, and once more changes nothing. It needs
// access.LessonWithdraw.
func (r *Room) Withdraw(ctx context.Context, actor access.Actor, id ID) error {
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.LessonWithdraw, Subject: string(id)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		l, err := load(ctx, tx, id)
		switch {
		case err != nil:
			return nil, err
		case l.State == Withdrawn:
			return told(l), nil
		case l.State != Published:
			return nil, fault.New(fault.Conflict, CodeState)
		}
		if _, err := tx.Exec(ctx, endSQL, string(id), clock.Micro(tx.Now), by.Actor().ID); err != nil {
			return nil, err
		}
		l.State = Withdrawn
		return told(l), shelf.Take(ctx, tx, by, l.Language, l.Key)
	})
}
