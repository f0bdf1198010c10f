package app

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/identity"
	"amparo/internal/lesson"
	"amparo/internal/shelf"
)

// newLessons makes the room of what is written to be taught, and of what of it there is to read.
func (r *rooms) newLessons(g ground) {
	at := g.people.Clock
	if at == nil {
		at = clock.System{}
	}
	r.shelf = shelf.New(shelf.Config{Store: g.stores.main, Clock: at, Pack: r.pack.Education(), Failed: func(err error) {
		g.log.Warn("what was published at the desk to be read cannot be had now", "cause", err.Error())
	}})
	r.lesson = lesson.New(lesson.Config{Store: g.stores.main, Pack: r.pack, Shelf: r.shelf, Name: func(ctx context.Context, user string) string {
		u, err := r.people.User(ctx, access.Console, identity.UserID(user))
		if err != nil && fault.KindOf(err) != fault.Withheld {
			g.log.Warn("the name of who has looked at a text cannot be read", "user", user, "cause", err.Error())
		}
		return u.DisplayName
	}})
}
