package app

import (
	"context"
	"encoding/json"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/insight"
	"amparo/internal/jobs"
	"amparo/internal/retention"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/story"
	"amparo/internal/tale"
)

// countEvery is how often the year is counted; it only changes from day to day.
const countEvery = 24 * time.Hour

// newStory makes the room of what became of reports.
func (r *rooms) newStory(s *store.Store, opened *reveal.Room, at clock.Clock) *story.Room {
	if at == nil {
		at = clock.System{}
	}
	return story.New(story.Config{Store: s, Reveal: opened, Clock: at, Pack: r.pack, Held: retention.OnHold, Colleague: r.looksAtStories})
}

// looksAtStories tells whether somebody works here who may look at stories.
func (r *rooms) looksAtStories(ctx context.Context, tx store.Tx, user string) (bool, error) {
	users, err := r.people.Colleagues(ctx, tx, "")
	for _, u := range users {
		if string(u.ID) == user {
			return access.May(u.Actor(), access.StoryReview), err
		}
	}
	return false, err
}

// storyColleagues are those who may look at stories, by name.
func (a *App) storyColleagues(ctx context.Context) (list []string, err error) {
	err = a.stores.main.Read(ctx, func(tx store.Tx) error {
		list = nil
		users, err := a.rooms.people.Colleagues(ctx, tx, "")
		for _, u := range users {
			if access.May(u.Actor(), access.StoryReview) {
				list = append(list, string(u.ID))
			}
		}
		return err
	})
	return list, err
}

// handleStories has stories end when they must, and counts the year.
func (a *App) handleStories() {
	a.runner.Every("story.sweep", story.SweepEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		_, err := a.rooms.story.Sweep(ctx, access.System("story.sweep"))
		return err
	})
	a.runner.Every("story.forget", forgetEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		return a.stores.main.Write(ctx, func(tx store.Tx) error { return tale.Prune(ctx, tx) })
	})
	a.runner.Every(insight.YearJob, countEvery, func(ctx context.Context, _ json.RawMessage, _ jobs.Done) error {
		return a.rooms.insight(a.stores.main).TellYear(ctx, access.System(insight.YearJob))
	})
}
