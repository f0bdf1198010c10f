package story

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/jurisdiction"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/tale"
)

// Config is what a Room needs. Every field is needed.
type Config struct {
	Store  *store.Store
	Reveal *reveal.Room
	Clock  clock.Clock
	Pack   *jurisdiction.Pack
	// Held tells whether a case or a report is held by law.
	Held func(ctx context.Context, tx store.Tx, subject string) (bool, error)
	// Colleague tells whether somebody works here who may look at stories.
	Colleague func(ctx context.Context, tx store.Tx, user string) (bool, error)
}

// A Room keeps stories. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// Most is how many stories a list has.
const Most = 200

// List gives the stories that the actor may know of, the latest first. Nothing is opened for it.
func (r *Room) List(ctx context.Context, actor access.Actor) (list []Story, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.StoryRead}); err != nil {
		return nil, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		list, err = query(ctx, tx, listSQL, grant.ScopeFor(actor, access.CaseRead).Args(Most)...)
		return err
	})
	return list, err
}

// Show opens a story for one page; that it was opened is one audit entry. A real one is fault.Withheld for whoever may not read its case.
func (r *Room) Show(ctx context.Context, actor access.Actor, id ID) (Page, error) {
	return r.open(ctx, actor, access.StoryRead, id)
}

// find gives a story, and the case of a real one.
func (r *Room) find(ctx context.Context, id ID) (s Story, file casework.ID, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		if s, err = load(ctx, tx, id); err != nil || s.Kind != tale.Real {
			return err
		}
		file, _, err = agreed(ctx, tx, id)
		return err
	})
	return s, file, err
}

func (r *Room) open(ctx context.Context, actor access.Actor, action access.Action, id ID) (p Page, err error) {
	s, file, err := r.find(ctx, id)
	if err != nil {
		return p, err
	}
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: string(id)})
	if err != nil {
		return p, err
	}
	if s.Kind == tale.Real {
		if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.CaseRead, Subject: string(file)}); err != nil {
			return p, err
		}
	}
	var texts, note, consent []byte
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		if p.Story, err = load(ctx, tx, id); err != nil {
			return err
		}
		if p.Kind == tale.Real {
			if p.Case, consent, err = agreed(ctx, tx, id); err != nil {
				return err
			}
		}
		return tx.One(ctx, sealedSQL, []any{string(id)}, &texts, &note)
	})
	if err != nil {
		return p, err
	}
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) error {
		if err := unseal(ctx, v, id, reveal.Content, cell("story", "texts", id), texts, &p.Texts); err != nil {
			return err
		}
		if err := unseal(ctx, v, id, reveal.Content, cell("story", "note", id), note, &p.Note); err != nil {
			return err
		}
		if p.Kind != tale.Real {
			return nil
		}
		p.Consent = &Consent{}
		return unseal(ctx, v, id, reveal.Identity, cell("story_consent", "body", id), consent, p.Consent)
	})
	if !p.State.Ended() {
		p.Warnings = Check(r.Pack, p.Audience, p.Texts)
	}
	return p, err
}

// tied tells whether the actor may know of the story: a real one by its case, which it gives.
func (r *Room) tied(ctx context.Context, tx store.Tx, actor access.Actor, s Story) (casework.ID, error) {
	if s.Kind != tale.Real {
		return "", nil
	}
	file, _, err := agreed(ctx, tx, s.ID)
	if err != nil {
		return "", err
	}
	_, err = grant.Decide(ctx, tx, actor, access.CaseRead, string(file))
	return file, err
}

// do changes a story that the actor may know of, in the version that was read.
func (r *Room) do(ctx context.Context, actor access.Actor, action access.Action, id ID, version int64, change func(ctx context.Context, tx store.Tx, by access.Proof, s Story) (map[string]string, error)) error {
	return door.Do(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: string(id)}, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		s, err := load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if _, err := r.tied(ctx, tx, actor, s); err != nil {
			return nil, err
		}
		if s.Version != version {
			return nil, stale()
		}
		return change(ctx, tx, by, s)
	})
}

func stale() error { return fault.New(fault.Conflict, fault.CodeStale) }

// May tells whether the actor may begin a story; a refusal is recorded.
func (r *Room) May(ctx context.Context, actor access.Actor) error {
	_, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.StoryWrite})
	return err
}
