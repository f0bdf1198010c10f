package app

import (
	"context"
	"encoding/json"
	"time"

	"amparo/internal/access"
	"amparo/internal/identity"
	"amparo/internal/jobs"
	"amparo/internal/programme"
	"amparo/internal/reveal"
	"amparo/internal/rota"
	"amparo/internal/store"
	"amparo/internal/story"
)

// newProgramme makes the room of what is taught face to face.
func (r *rooms) newProgramme(s *store.Store, opened *reveal.Room) *programme.Room {
	return programme.New(programme.Config{Store: s, Reveal: opened, Pack: r.pack, People: r.teachers, Away: isAway})
}

// teachers gives the active people of an agency, of all when it is empty, as sessions are given to them.
func (r *rooms) teachers(ctx context.Context, tx store.Tx, agency string) ([]programme.Person, error) {
	users, err := r.people.Colleagues(ctx, tx, identity.AgencyID(agency))
	list := make([]programme.Person, len(users))
	for i, u := range users {
		list[i] = programme.Person{Actor: u.Actor(), Name: u.DisplayName, Short: func(codes []string, at time.Time) (missing, expired []string) {
			missing, expired, _ = u.Short(codes, at, 0)
			return missing, expired
		}}
	}
	return list, err
}

// isAway tells whether somebody is away at a time.
func isAway(ctx context.Context, tx store.Tx, user string, at time.Time) (bool, error) {
	gone, err := rota.Away(ctx, tx, at)
	for _, one := range gone {
		if one.User == user {
			return true, err
		}
	}
	return false, err
}

// handleProgrammes has names end when they must.
func (a *App) handleProgrammes() {
	a.runner.Every("programme.sweep", programme.SweepEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		_, err := a.rooms.programme.Sweep(ctx, access.System("programme.sweep"))
		return err
	})
}

// aside puts aside after a restore what may have been taken back since the backup was made. It gives how many stories that were.
func aside(ctx context.Context, tx store.Tx, by access.Proof) (int, error) {
	if err := programme.AsideAfterRestore(ctx, tx, by); err != nil {
		return 0, err
	}
	return story.AsideAfterRestore(ctx, tx, by)
}
