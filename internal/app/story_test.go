package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/config"
	"amparo/internal/identity"
	"amparo/internal/insight"
	"amparo/internal/store"
	"amparo/internal/story"
	"amparo/internal/tale"
)

// soon is within what a story that was taken back must be gone everywhere. What a shared cache may keep comes to it.
const soon = time.Minute - tale.Shared

// TestAStoryIsGoneEverywhereWithinAMinute publishes the stories of a demonstration, finds them where people and platforms find them, takes one back with
// one press, and measures how long it stands anywhere. The public side and the desk are served as they are for people.
func TestAStoryIsGoneEverywhereWithinAMinute(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		a, _ := opened(t, demonstration(d))
		stop := serve(t, a)
		public := "http://" + a.public.Listener.Addr().String()
		stories, err := a.rooms.story.List(t.Context(), a.actor(t, "lead"))
		must(t, err)
		if len(stories) != 2 || stories[0].State != story.Published {
			t.Fatalf("%+v", stories)
		}
		code, id := stories[0].Code, stories[0].ID
		titles := map[string]string{}
		var board tale.Board
		look(t, a.stores.main, func(ctx context.Context, tx store.Tx) error {
			board, err = tale.New(a.stores.main, clock.System{}).Look(ctx)
			return err
		})
		for _, s := range board.Stories {
			if s.Code == code {
				titles[s.Language] = s.Title
			}
		}
		if len(titles) != 5 {
			t.Fatalf("it is in %v", titles)
		}
		// stands names every place where the story can be read.
		stands := func() (list []string) {
			places := map[string]string{"/sign/index.json": code, "/sign/feed.atom": "<title>" + titles["en"] + "</title>"}
			for tag, title := range titles {
				places["/read/more?l="+tag], places["/read/"+code+"?l="+tag] = title, title
			}
			for path, text := range places {
				if _, body := ask(t, public+path); strings.Contains(body, text) {
					list = append(list, path)
				}
			}
			slices.Sort(list)
			return list
		}
		if all := stands(); len(all) != 12 {
			t.Fatalf("it stands in %v", all)
		}
		var index struct {
			Stories []map[string]string `json:"stories"`
		}
		_, body := ask(t, public+"/sign/index.json")
		must(t, json.Unmarshal([]byte(body), &index))
		if len(index.Stories) != 10 || index.Stories[0]["valid_until"] == "" || !strings.Contains(index.Stories[0]["mark"], " ") || strings.Contains(index.Stories[0]["text"], "**") {
			t.Errorf("%+v", index.Stories)
		}

		began := time.Now()
		must(t, a.rooms.story.Withdraw(t.Context(), a.actor(t, "manager2"), id, story.AskedFor))
		for len(stands()) > 0 {
			if time.Since(began) > soon {
				t.Fatalf("after %s it stands in %v", time.Since(began), stands())
			}
			time.Sleep(200 * time.Millisecond)
		}
		t.Logf("it was gone everywhere after %s", time.Since(began).Round(100*time.Millisecond))
		if _, body := ask(t, public+"/sign/feed.atom"); strings.Count(body, "<deleted-entry") != 5 || !strings.Contains(body, "/read/"+code+"?l=en") {
			t.Errorf("the feed does not say that it is gone: %s", body)
		}
		if status, _ := ask(t, public+"/read/"+code+"?l=en"); status != 404 {
			t.Errorf("its page is %d", status)
		}
		must(t, stop())
	})
}

// TestTheYearIsCounted by the job, from the system itself, and the public side shows it.
func TestTheYearIsCounted(t *testing.T) {
	engines(t, func(t *testing.T, d config.Data) {
		a, _ := opened(t, demonstration(d))
		must(t, a.rooms.insight(a.stores.main).TellYear(t.Context(), access.System(insight.YearJob)))
		stop := serve(t, a)
		if status, body := ask(t, "http://"+a.public.Listener.Addr().String()+"/read/year?l=en"); status != 200 || !strings.Contains(body, "Reports that came in") {
			t.Errorf("%d %s", status, body)
		}
		must(t, stop())
	})
}

// actor is a made-up user by sign-in name.
func (a *App) actor(t *testing.T, name string) access.Actor {
	t.Helper()
	users, err := a.rooms.people.Users(t.Context(), access.Console)
	must(t, err)
	i := slices.IndexFunc(users, func(u identity.User) bool { return u.Name == name })
	if i < 0 {
		t.Fatalf("nobody is called %s", name)
	}
	return users[i].Actor()
}
