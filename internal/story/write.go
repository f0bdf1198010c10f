package story

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base32"
	"slices"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/tale"
)

// A WriteInput is a story as somebody has written it.
type WriteInput struct {
	Story    ID     // empty begins a composite
	Draft    string // drawn when the form was made, so that a form sent twice is one story; of a new one
	Version  int64  // that was read; of one that is there
	Audience education.Audience
	Until    time.Time
	Texts    []Text // those that are empty are left out
}

// Write keeps what somebody has written: a new composite, or what a story says now, which is a draft again by that, and not published any more. What is
// too long or in no language of the country is fault.Invalid; what breaks a limit is kept, with warnings, until somebody is to look at it. A version
// other than the latest is fault.Conflict.
func (r *Room) Write(ctx context.Context, actor access.Actor, in WriteInput) (ID, error) {
	if err := r.checkTexts(&in); err != nil {
		return "", err
	}
	if in.Story == "" {
		return r.begin(ctx, actor, in)
	}
	if err := r.apart(ctx, actor, in.Story); err != nil {
		return in.Story, err
	}
	return in.Story, r.do(ctx, actor, access.StoryWrite, in.Story, in.Version, func(ctx context.Context, tx store.Tx, by access.Proof, s Story) (map[string]string, error) {
		if s.State.Ended() {
			return nil, fault.New(fault.Conflict, CodeState)
		}
		if s.Kind == tale.Real {
			until, err := r.inForce(ctx, tx, s.ID)
			if err != nil {
				return nil, err
			}
			if in.Until.After(until) {
				return nil, fault.New(fault.Invalid, "fault.form").With("until", "fault.story_until")
			}
		}
		texts, err := r.seal(ctx, s.ID, reveal.Content, cell("story", "texts", s.ID), in.Texts)
		if err != nil {
			return nil, err
		}
		if !s.wrote(actor.ID) {
			s.Writers = append(s.Writers, actor.ID)
		}
		if err := tale.Take(ctx, tx, by, s.Code); err != nil {
			return nil, err
		}
		return map[string]string{"state": string(Draft)}, changed(tx.Exec(ctx, textsSQL, string(s.ID), s.Version, string(in.Audience), clock.Micro(in.Until), texts, []byte{}, strings.Join(s.Writers, " ")))
	})
}

// apart refuses the colleague who weighs what is best for the child: they do not write what they weigh.
func (r *Room) apart(ctx context.Context, actor access.Actor, id ID) error {
	if file, err := r.find(ctx, id); err != nil || file == "" {
		return nil // what is not there is answered by whoever looks for it next
	}
	p, err := r.open(ctx, actor, access.StoryWrite, id)
	if err == nil && p.Weighs(actor.ID) {
		err = fault.New(fault.Forbidden, CodeWeigher)
	}
	return err
}

// Weighs tells whether somebody is the colleague who weighs what is best for the child.
func (p Page) Weighs(user string) bool {
	return p.Consent != nil && p.Consent.By == Guardian && p.Consent.Weighed == user
}

// checkTexts tells whether what was written can be kept.
func (r *Room) checkTexts(in *WriteInput) error {
	f := instrument.CheckInput()
	now := r.Clock.Now()
	f.Is(slices.Contains(education.Audiences, in.Audience), "audience", "fault.answer_required")
	f.Is(in.Until.After(now) && !in.Until.After(longest(now)), "until", "fault.story_until")
	var kept []Text
	for _, t := range in.Texts {
		f.Line("title_"+t.Language, &t.Title, LongestTitle, false)
		f.Text("body_"+t.Language, &t.Body, LongestBody, false)
		f.Is(r.speaks(t.Language), "body_"+t.Language, "fault.answer_code")
		f.Is(!slices.ContainsFunc(kept, func(other Text) bool { return other.Language == t.Language }), "body_"+t.Language, "fault.answer_code")
		f.Is(t.Title != "" || t.Body == "", "title_"+t.Language, "fault.empty")
		f.Is(t.Body != "" || t.Title == "", "body_"+t.Language, "fault.empty")
		if t.Title != "" {
			kept = append(kept, t)
		}
	}
	in.Texts = kept
	return f.Err()
}

func (r *Room) speaks(language string) bool {
	for _, l := range r.Pack.Languages() {
		if l.Code == language {
			return true
		}
	}
	return false
}

// begin keeps a new composite.
func (r *Room) begin(ctx context.Context, actor access.Actor, in WriteInput) (ID, error) {
	id, err := drawn(actor, in.Draft, in)
	if err != nil {
		return "", err
	}
	s := Story{ID: id, Kind: tale.Composite, Audience: in.Audience, Until: in.Until}
	return id, r.add(ctx, actor, s, in.Texts, func(context.Context, store.Tx, access.Proof) error { return nil })
}

// drawn gives the id of what a form makes: the same for the same form of the same person.
func drawn(actor access.Actor, draft string, in any) (ID, error) {
	if ident.Check(draft) != nil {
		return "", fault.New(fault.Invalid, "fault.form")
	}
	return ident.OfForm(ID(draft), actor.ID, in)
}

// add keeps a new story, and what goes with it. One that is there already, by the same form, is left as it is.
func (r *Room) add(ctx context.Context, actor access.Actor, s Story, texts []Text, more func(ctx context.Context, tx store.Tx, by access.Proof) error) error {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.StoryWrite, Subject: string(s.ID)}); err != nil {
		return err
	}
	if err := r.Reveal.MakeKeys(ctx, string(s.ID)); err != nil {
		return err
	}
	sealed, err := r.seal(ctx, s.ID, reveal.Content, cell("story", "texts", s.ID), texts)
	if err != nil {
		return err
	}
	s.Code = r.newCode()
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: access.StoryWrite, Subject: string(s.ID)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		detail := map[string]string{"state": string(Draft), "kind": string(s.Kind)}
		if _, err := load(ctx, tx, s.ID); fault.KindOf(err) != fault.Withheld {
			return detail, err // by the same form
		}
		if n, err := begun(ctx, tx, actor.ID); err != nil || n >= MostOpen {
			return nil, cmp.Or(err, error(fault.New(fault.Conflict, CodeMany, "Max", MostOpen)))
		}
		if err := insert(ctx, tx, by, s, sealed); err != nil {
			return nil, err
		}
		return detail, more(ctx, tx, by)
	})
}

// newCode draws a name for the public side, that tells nothing and is that of no text of the country.
func (r *Room) newCode() string {
	for {
		var raw [4]byte
		rand.Read(raw[:]) // never fails: the program ends when the system has no randomness
		code := strings.ToLower(base32.StdEncoding.EncodeToString(raw[:])[:6])
		if _, taken := r.Pack.Education().Of(code); !taken {
			return code
		}
	}
}

// A BeginInput begins a real story by the consent of whoever it is of.
type BeginInput struct {
	Draft    string // drawn when the form was made
	Case     casework.ID
	Audience education.Audience
	Consent  Consent
}

// Begin keeps a consent and the story that will be written by it, still without words. Whoever may not read the case is answered as if there were none;
// a case that is open or held is fault.Conflict CodeOpen or CodeHeld; what the consent lacks is fault.Invalid with every field.
func (r *Room) Begin(ctx context.Context, actor access.Actor, in BeginInput) (ID, error) {
	id, err := drawn(actor, in.Draft, in)
	if err != nil {
		return "", err
	}
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.CaseRead, Subject: string(in.Case)}); err != nil {
		return "", err
	}
	if err := r.Store.Read(ctx, func(tx store.Tx) error { return r.checkConsent(ctx, tx, actor, &in) }); err != nil {
		return "", err
	}
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.StoryWrite}); err != nil {
		return "", err
	}
	if err := r.Reveal.MakeKeys(ctx, string(id)); err != nil {
		return "", err
	}
	sealed, err := r.seal(ctx, id, reveal.Identity, cell("story_consent", "body", id), in.Consent)
	if err != nil {
		return "", err
	}
	s := Story{ID: id, Kind: tale.Real, Audience: in.Audience, Until: in.Consent.Until}
	return id, r.add(ctx, actor, s, nil, func(ctx context.Context, tx store.Tx, by access.Proof) error {
		if _, err := grant.Decide(ctx, tx, actor, access.CaseRead, string(in.Case)); err != nil {
			return err
		}
		if err := r.ended(ctx, tx, in.Case); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, consentSQL, string(id), string(in.Case), sealed, clock.Micro(in.Consent.Until), clock.Micro(tx.Now), actor.ID)
		return err
	})
}

// checkConsent tells whether a consent is whole.
func (r *Room) checkConsent(ctx context.Context, tx store.Tx, actor access.Actor, in *BeginInput) error {
	f, c := instrument.CheckInput(), &in.Consent
	f.Is(slices.Contains(education.Audiences, in.Audience), "audience", "fault.answer_required")
	f.Is(slices.Contains(Givers, c.By), "by", "fault.answer_required")
	f.Is(c.By != ThePerson || c.Adult, "adult", "fault.story_adult")
	if c.By == Guardian {
		colleague, weighs, err := r.Colleague(ctx, tx, c.Weighed)
		if err != nil {
			return err
		}
		if weighs {
			_, unable := grant.Decide(ctx, tx, colleague, access.CaseRead, string(in.Case))
			weighs = unable == nil
		}
		f.Is(c.Assent, "assent", "fault.story_assent")
		f.Text("best_interests", &c.BestInterests, LongestWords, true)
		f.Is(weighs && c.Weighed != actor.ID, "weighed", "fault.story_weighed")
	}
	for _, code := range Said {
		if !slices.Contains(c.Said, code) {
			f.Is(false, "said", "fault.story_said")
			break
		}
	}
	f.Text("for", &c.For, LongestWords, true)
	f.Is(!c.Given.IsZero() && !c.Given.After(tx.Now), "given", "fault.story_given")
	f.Is(c.Until.After(tx.Now) && !c.Until.After(longest(c.Given)), "until", "fault.story_until")
	f.Is(len(c.Ways) > 0 && !slices.ContainsFunc(c.Ways, func(w Way) bool { return !slices.Contains(Ways, w) }), "ways", "fault.answer_required")
	if err := f.Err(); err != nil {
		return err
	}
	return r.ended(ctx, tx, in.Case)
}

// ended tells whether a story may be told from a case: it is closed, so is every other that came of the same reports, and neither it nor they are held.
func (r *Room) ended(ctx context.Context, tx store.Tx, file casework.ID) error {
	reports, err := casework.Reports(ctx, tx, file)
	if err != nil {
		return err
	}
	subjects, files := []string{string(file)}, []casework.ID{file}
	for _, one := range reports {
		others, err := casework.Of(ctx, tx, one)
		if err != nil {
			return err
		}
		subjects, files = append(subjects, string(one)), append(files, others...)
	}
	for _, one := range files {
		if state, err := casework.StateOf(ctx, tx, one); err != nil {
			return err
		} else if state != casework.Closed {
			return fault.New(fault.Conflict, CodeOpen)
		}
	}
	for _, one := range subjects {
		if held, err := r.Held(ctx, tx, one); err != nil {
			return err
		} else if held {
			return fault.New(fault.Conflict, CodeHeld)
		}
	}
	return nil
}
