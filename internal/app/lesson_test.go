package app

import (
	"strings"
	"testing"
	"time"

	"amparo/internal/config"
	"amparo/internal/education"
	"amparo/internal/ident"
	"amparo/internal/lesson"
	"amparo/internal/shelf"
)

// TestATextIsThereAndGoneInTime publishes a text at the desk of a whole program and takes it back, and looks for it where people read.
func TestATextIsThereAndGoneInTime(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		a, _ := opened(t, demonstration(d))
		stop := serve(t, a)
		public, ctx := "http://"+a.public.Listener.Addr().String(), t.Context()
		text := lesson.Text{Language: "en", Key: education.Key{Audience: education.Everyone, Topic: education.Risks}}
		const title = "A title that the desk gave it"
		// stands tells in how many of the places where people find a text they find this one.
		stands := func() (n int) {
			for _, path := range []string{"/read?l=en", "/read/" + text.Code() + "?l=en"} {
				if _, body := ask(t, public+path); strings.Contains(body, title) {
					n++
				}
			}
			return n
		}
		wait := func(places int, most time.Duration) {
			t.Helper()
			began := time.Now()
			for stands() != places {
				if time.Since(began) > most {
					t.Fatalf("after %s it stands in %d places, not %d", time.Since(began), stands(), places)
				}
				time.Sleep(200 * time.Millisecond)
			}
			t.Logf("it stood in %d places after %s", places, time.Since(began).Round(100*time.Millisecond))
		}
		wait(0, 0)
		writer, one, two := a.actor(t, "manager"), a.actor(t, "lead"), a.actor(t, "supervisor")
		id, err := a.rooms.lesson.Begin(ctx, writer, lesson.BeginInput{Draft: ident.New[string](time.Now()), Text: text, From: lesson.FromPack})
		must(t, err)
		s, err := a.rooms.lesson.Show(ctx, writer, id)
		must(t, err)
		s.Module.Title = title
		must(t, a.rooms.lesson.Write(ctx, writer, lesson.WriteInput{Lesson: id, Version: 1, Words: s.Module}))
		must(t, a.rooms.lesson.Submit(ctx, writer, id, 2))
		must(t, a.rooms.lesson.Review(ctx, one, lesson.ReviewInput{Lesson: id, Version: 3, Good: true}))
		if stands() != 0 {
			t.Error("it is shown before a second colleague has looked at it")
		}
		must(t, a.rooms.lesson.Review(ctx, two, lesson.ReviewInput{Lesson: id, Version: 4, Good: true}))
		wait(2, shelf.Fresh+time.Second)
		must(t, a.rooms.lesson.Withdraw(ctx, writer, id))
		wait(0, shelf.Fresh+time.Second) // and with what shared caches may keep it is less than a minute
		must(t, stop())
	})
}
