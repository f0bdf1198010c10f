package story

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/instrument"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/tale"
)

// untilSQL reads until when a consent holds.
const untilSQL = `SELECT until_at FROM story_consent WHERE story = $1`

// inForce gives until when the consent of a real story holds; one whose time is over is fault.Conflict CodeConsent.
func (r *Room) inForce(ctx context.Context, tx store.Tx, id ID) (time.Time, error) {
	var micro int64
	if err := tx.One(ctx, untilSQL, []any{string(id)}, &micro); err != nil {
		return time.Time{}, err
	}
	until := clock.FromMicro(micro)
	if !until.After(tx.Now) {
		return until, fault.New(fault.Conflict, CodeConsent)
	}
	return until, nil
}

// fit tells whether a story, as it was opened, may go on towards being published: it breaks no limit; a real one has its consent, was weighed where a guardian gave
// that, and has a case that is closed and not held.
func (r *Room) fit(ctx context.Context, tx store.Tx, s Story, p Page) error {
	if err := within(p.Warnings); err != nil {
		return err
	}
	if !s.Until.After(tx.Now) {
		return fault.New(fault.Conflict, CodeConsent)
	}
	if s.Kind != tale.Real {
		return nil
	}
	if _, err := r.inForce(ctx, tx, s.ID); err != nil {
		return err
	}
	if p.Consent.By == Guardian && p.Weighed.IsZero() {
		return fault.New(fault.Conflict, CodeUnweighed)
	}
	file, _, err := agreed(ctx, tx, s.ID)
	if err != nil {
		return err
	}
	return r.ended(ctx, tx, file)
}

// Submit asks two colleagues to look at a draft. One that breaks a limit is fault.Conflict CodeLimits.
func (r *Room) Submit(ctx context.Context, actor access.Actor, id ID, version int64) error {
	p, err := r.open(ctx, actor, access.StoryWrite, id)
	if err != nil {
		return err
	}
	return r.do(ctx, actor, access.StoryWrite, id, version, func(ctx context.Context, tx store.Tx, by access.Proof, s Story) (map[string]string, error) {
		if s.State != Draft {
			return nil, fault.New(fault.Conflict, CodeState)
		}
		if s.Version != p.Version {
			return nil, stale()
		}
		if err := r.fit(ctx, tx, s, p); err != nil {
			return nil, err
		}
		s.State = Language
		return map[string]string{"state": string(s.State)}, stand(ctx, tx, by, s, []byte{})
	})
}

// Weigh keeps that the colleague whom a guardian's consent names has weighed what is best for the child: without it no step is taken towards publishing. Anybody
// else is fault.Forbidden CodeWeigher, any other story fault.Conflict CodeState; once more changes nothing.
func (r *Room) Weigh(ctx context.Context, actor access.Actor, id ID, version int64) error {
	p, err := r.open(ctx, actor, access.StoryReview, id)
	if err != nil {
		return err
	}
	return r.do(ctx, actor, access.StoryReview, id, version, func(ctx context.Context, tx store.Tx, _ access.Proof, s Story) (map[string]string, error) {
		switch {
		case s.Version != p.Version:
			return nil, stale()
		case p.Consent == nil || p.Consent.By != Guardian || s.State.Ended():
			return nil, fault.New(fault.Conflict, CodeState)
		case !p.Weighs(actor.ID):
			return nil, fault.New(fault.Forbidden, CodeWeigher)
		}
		detail := map[string]string{"weighed": "yes"}
		if !p.Weighed.IsZero() {
			return detail, nil
		}
		return detail, changed(tx.Exec(ctx, weighSQL, string(id), clock.Micro(tx.Now)))
	})
}

// A ReviewInput is what somebody says who has looked at a story.
type ReviewInput struct {
	Story   ID
	Version int64
	Good    bool     // it may go on
	Back    bool     // it is sent back; one of both is needed
	Note    string   // why it is sent back; needed then
	Yes     []string // of Questions, those answered by yes; all are needed to publish
}

// Review takes a story one step on, or sends it back: first for its language, then for its safety, by which it is published. Whoever wrote any of it is
// fault.Forbidden CodeOwn, and who looked at its language fault.Forbidden CodeSame; a limit that is broken is fault.Conflict CodeLimits, and a question
// about being recognised that is not answered by yes is fault.Invalid with the field "yes".
func (r *Room) Review(ctx context.Context, actor access.Actor, in ReviewInput) error {
	p, err := r.open(ctx, actor, access.StoryReview, in.Story)
	if err != nil {
		return err
	}
	return r.do(ctx, actor, access.StoryReview, in.Story, in.Version, func(ctx context.Context, tx store.Tx, by access.Proof, s Story) (map[string]string, error) {
		if s.Version != p.Version {
			return nil, stale()
		}
		if err := in.check(actor, s); err != nil {
			return nil, err
		}
		if in.Back {
			note, err := r.seal(ctx, s.ID, reveal.Content, cell("story", "note", s.ID), in.Note)
			if err != nil {
				return nil, err
			}
			s.State, s.CheckedBy = Draft, ""
			return map[string]string{"state": string(s.State)}, stand(ctx, tx, by, s, note)
		}
		if err := r.fit(ctx, tx, s, p); err != nil {
			return nil, err
		}
		if s.State == Language {
			s.State, s.CheckedBy = Safeguarding, actor.ID
			return map[string]string{"state": string(s.State)}, stand(ctx, tx, by, s, []byte{})
		}
		s.State, s.Published, s.PublishedBy = Published, tx.Now, actor.ID
		if err := stand(ctx, tx, by, s, []byte{}); err != nil {
			return nil, err
		}
		return map[string]string{"state": string(s.State), "code": s.Code}, tale.Put(ctx, tx, by, public(s, p.Texts))
	})
}

// check tells whether somebody may say so.
func (in *ReviewInput) check(actor access.Actor, s Story) error {
	switch {
	case !s.State.Waits():
		return fault.New(fault.Conflict, CodeState)
	case s.wrote(actor.ID):
		return fault.New(fault.Forbidden, CodeOwn)
	case s.State == Safeguarding && s.CheckedBy == actor.ID:
		return fault.New(fault.Forbidden, CodeSame)
	}
	f := instrument.CheckInput()
	f.Is(in.Good != in.Back, "good", "fault.answer_required")
	f.Text("note", &in.Note, LongestWords, in.Back)
	if in.Good && s.State == Safeguarding {
		f.Is(!slices.ContainsFunc(Questions(s.Kind), func(q string) bool { return !slices.Contains(in.Yes, q) }), "yes", "fault.story_yes")
	}
	return f.Err()
}

// public is what the public side reads of a story.
func public(s Story, texts []Text) (list []tale.Story) {
	for _, t := range texts {
		list = append(list, tale.Story{Code: s.Code, Language: t.Language, Audience: s.Audience, Kind: s.Kind, Title: t.Title, Body: t.Body, Published: s.Published, Until: s.Until})
	}
	return list
}
