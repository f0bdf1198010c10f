package app

import (
	"context"
	"encoding/json"
	"slices"
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

// storyColleagues are those who work here and may look at stories, by name.
func (r *rooms) storyColleagues(ctx context.Context, tx store.Tx) (list []access.Actor, err error) {
	users, err := r.people.Colleagues(ctx, tx, "")
	for _, u := range users {
		if who := u.Actor(); access.May(who, access.StoryReview) {
			list = append(list, who)
		}
	}
	return list, err
}

// looksAtStories gives one of them.
func (r *rooms) looksAtStories(ctx context.Context, tx store.Tx, user string) (access.Actor, bool, error) {
	all, err := r.storyColleagues(ctx, tx)
	i := slices.IndexFunc(all, func(a access.Actor) bool { return a.ID == user })
	if err != nil || i < 0 {
		return access.Actor{}, false, err
	}
	return all[i], true, nil
}

// storyColleagues are the ids of those who may look at stories, by name.
func (a *App) storyColleagues(ctx context.Context) (list []string, err error) {
	err = a.stores.main.Read(ctx, func(tx store.Tx) error {
		all, err := a.rooms.storyColleagues(ctx, tx)
		list = nil
		for _, one := range all {
			list = append(list, one.ID)
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
