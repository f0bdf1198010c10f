package reach_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/lang"
	"amparo/internal/lesson"
	"amparo/internal/page/browsertest"
	"amparo/internal/reach"
	"amparo/internal/shelf"
	"amparo/internal/signpost"
	web "amparo/internal/web/reach"
	"amparo/internal/web/staff/stafftest"
)

func reaches(h *stafftest.House) *reach.Room {
	return reach.New(reach.Config{Store: h.Main, Pack: h.Pack, Shelf: shelf.New(shelf.Config{Store: h.Main, Clock: h.Clock(), Pack: h.Pack.Education()})})
}

func each(t *testing.T, f func(t *testing.T, h *stafftest.House)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		all, err := lang.Load()
		if err != nil {
			t.Fatal(err)
		}
		words, err := all.Only("en", "fr", "es", "ar", "sw")
		if err != nil {
			t.Fatal(err)
		}
		if err := web.Add(h.Site, web.Config{Pack: h.Pack, Reach: reaches(h), Words: words}); err != nil {
			t.Fatal(err)
		}
		f(t, h)
	})
}

// routes are all of the page's, each with the action that it needs.
var routes = map[string]access.Action{"GET /reach": access.EducationRead}

// TestEveryRouteWithEveryRole holds what each route does against the table of permissions, and the menu with it.
func TestEveryRouteWithEveryRole(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		for _, pattern := range h.Site.Routes() {
			if strings.Contains(pattern, "/reach") && routes[pattern] == "" {
				t.Errorf("%s is not held against the table", pattern)
			}
		}
		allowed := 0
		for _, who := range []string{"huda", "omar", "nour", "mona", "karim", "lina", "salma", "laila", "adam", "aida"} {
			b := h.SignIn(who)
			_, want := access.Decide(h.Actor(who), access.EducationRead)
			p := b.Get("/reach")
			switch {
			case want != nil && (fault.KindOf(want) != fault.Forbidden || p.Status != httpx.StatusOf(want)):
				t.Errorf("%s: %d", who, p.Status)
			case want == nil && p.Status != 200:
				t.Errorf("%s may not see it: %d", who, p.Status)
			case want == nil:
				allowed++
			}
			if linked := slices.Contains(b.Get("/account").Links(), "/reach"); linked != (want == nil) {
				t.Errorf("%s: the menu has the page: %v", who, linked)
			}
		}
		if allowed != 3 {
			t.Errorf("%d were allowed, not a supervisor, a service lead and an administrator", allowed)
		}
		if p := h.Visitor().Get("/reach"); p.Status == 200 {
			t.Error("a visitor sees the page")
		}
	})
}

// TestWhatItTells: what there must be is there, and what was served is counted by day.
func TestWhatItTells(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		room := signpost.New(signpost.Config{Store: h.Main, Clock: h.Clock(), Zone: h.Pack.Zone()})
		code := h.Pack.Signposts("en")[0].Code()
		for range 7 {
			room.Count(code, "sw", "")
		}
		if err := room.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		o, err := reaches(h).Read(t.Context(), h.Actor("laila"))
		if err != nil {
			t.Fatal(err)
		}
		if there, required := o.Covered(); there != required || required != 100 || len(o.Cells) != 7*5*5*5 || o.Languages[0] != "en" {
			t.Errorf("%d of %d, %d cells, %v", there, required, len(o.Cells), o.Languages)
		}
		if len(o.Served) != 1 || o.Served[0].Served != 7 || o.Served[0].Day != o.Today {
			t.Errorf("%+v", o.Served)
		}
		if overdue := h.Now().Year() > 2027; overdue != (len(o.Overdue) == 35) {
			t.Errorf("%d texts were to be looked at again", len(o.Overdue))
		}
		text := h.SignIn("laila").Get("/reach").Text
		for _, want := range []string{"100 of the 100", "○ not reviewed", "Easy read", "Texts for telephones", "Print", "7 were served", "You can tell someone."} {
			if !strings.Contains(text, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
	})
}

// TestEachFormatOfEachText has a place in the grid, which leads to the text for whoever may write and to nothing for others.
func TestEachFormatOfEachText(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		links := func(who string) (n int) {
			for _, l := range h.SignIn(who).Get("/reach").Links() {
				if strings.HasPrefix(l, "/texts/of/") {
					n++
				}
			}
			return n
		}
		if n := links("laila"); n < 7*5*5*5 {
			t.Errorf("there are %d ways to texts", n)
		}
		if n := links("adam"); n >= 7*5*5*5 {
			t.Errorf("whoever may not write is led to %d texts", n)
		}
	})
}

// TestTheDeskCounts: what was published at the desk is in the grid at once, and makes its translations out of date.
func TestTheDeskCounts(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ctx, key := t.Context(), education.Key{Audience: education.Everyone, Topic: education.Risks}
		room := lesson.New(lesson.Config{Store: h.Main, Pack: h.Pack, Shelf: shelf.New(shelf.Config{Store: h.Main, Clock: h.Clock(), Pack: h.Pack.Education()}),
			Name: func(context.Context, string) string { return "Colleague" }})
		states := func() (list []education.Cell) {
			o, err := reaches(h).Read(ctx, h.Actor("laila"))
			must(err)
			for _, c := range o.Cells {
				if c.Key == key && c.Format == education.AsEasy && (c.Language == "en" || c.Language == "ar") {
					list = append(list, c)
				}
			}
			return list
		}
		if s := states(); len(s) != 2 || s[0].Reviewed || s[1].Stale {
			t.Fatalf("%+v", s)
		}
		id, err := room.Begin(ctx, h.Actor("mona"), lesson.BeginInput{Draft: ident.New[string](h.Now()), Text: lesson.Text{Language: "en", Key: key}, From: lesson.FromPack})
		must(err)
		must(room.Submit(ctx, h.Actor("mona"), id, 1))
		// Mona began it, and no word of it is hers: somebody else looks at it all the same.
		must(room.Review(ctx, h.Actor("salma"), lesson.ReviewInput{Lesson: id, Version: 2, Good: true}))
		must(room.Review(ctx, h.Actor("laila"), lesson.ReviewInput{Lesson: id, Version: 3, Good: true}))
		if s := states(); !s[0].Reviewed || s[0].Version != 2 || !s[0].There || !s[1].Stale {
			t.Errorf("%+v", s)
		}
		must(room.Withdraw(ctx, h.Actor("mona"), id))
		if s := states(); s[0].Reviewed || s[1].Stale {
			t.Errorf("%+v", s)
		}
	})
}

func TestInTheBrowser(t *testing.T) {
	ran := false
	each(t, func(t *testing.T, h *stafftest.House) {
		if ran {
			return
		}
		ran = true
		for _, tag := range []string{"en", "ar"} {
			b, base := h.Browse(t, "laila", tag)
			browsertest.Do(t, b, chromedp.Navigate(base+"/reach"), chromedp.Click("details summary"))
			for _, width := range []int64{320, 1200} {
				browsertest.Resize(t, b, width, 900)
				browsertest.NoSideways(t, b)
			}
			browsertest.Axe(t, b)
			browsertest.Screenshot(t, b, "reach-"+tag)
		}
	})
}
