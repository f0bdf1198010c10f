package story

import (
	"cmp"
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
	// Colleague gives somebody who works here and may look at stories; false for everybody else.
	Colleague func(ctx context.Context, tx store.Tx, user string) (access.Actor, bool, error)
}

// A Room keeps stories. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// Most is how many stories that have ended a list has, and MostOpen how many that one person began may be neither published nor ended at once.
const (
	Most     = 200
	MostOpen = 30
)

// List gives the stories that the actor may know of: those that are published, those that wait, drafts, and the latest of those that have ended. Nothing is
// opened for it.
func (r *Room) List(ctx context.Context, actor access.Actor) (list []Story, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.StoryRead}); err != nil {
		return nil, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) {
		scope := grant.ScopeFor(actor, access.CaseRead)
		if list, err = query(ctx, tx, openSQL, scope.Args()...); err != nil {
			return err
		}
		ended, err := query(ctx, tx, endedSQL, scope.Args(Most)...)
		list = append(list, ended...)
		return err
	})
	return list, err
}

// Show opens a story for one page; that it was opened is one audit entry. A real one is fault.Withheld for whoever may not read its case.
func (r *Room) Show(ctx context.Context, actor access.Actor, id ID) (Page, error) {
	return r.open(ctx, actor, access.StoryRead, id)
}

// find gives the case of a real story; empty for a composite.
func (r *Room) find(ctx context.Context, id ID) (file casework.ID, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		file = ""
		s, err := load(ctx, tx, id)
		if err == nil && s.Kind == tale.Real {
			file, _, err = agreed(ctx, tx, id)
		}
		return err
	})
	return file, err
}

func (r *Room) open(ctx context.Context, actor access.Actor, action access.Action, id ID) (p Page, err error) {
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: string(id)})
	if err != nil {
		return p, err
	}
	file, lost := r.find(ctx, id)
	if fault.KindOf(lost) == fault.Withheld {
		file = casework.ID(id) // what is not there is answered, and recorded, as what the actor may not know of
	} else if lost != nil {
		return p, lost
	}
	if file != "" {
		if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.CaseRead, Subject: string(file)}); err != nil {
			return p, err
		}
	}
	if lost != nil {
		return p, lost
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
			if p.Weighed, err = weighed(ctx, tx, id); err != nil {
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

// load gives a story. What is not there is answered as what the actor may not know of.
func (r *Room) load(ctx context.Context, tx store.Tx, actor access.Actor, id ID) (Story, error) {
	s, err := load(ctx, tx, id)
	if fault.KindOf(err) == fault.Withheld {
		_, refused := grant.Decide(ctx, tx, actor, access.CaseRead, string(id))
		err = cmp.Or(refused, err)
	}
	return s, err
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
		s, err := r.load(ctx, tx, actor, id)
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
