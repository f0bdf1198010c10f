package story_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/lang"
	"amparo/internal/page/browsertest"
	"amparo/internal/retention"
	"amparo/internal/store"
	"amparo/internal/story"
	"amparo/internal/tale"
	"amparo/internal/web/staff/stafftest"
	web "amparo/internal/web/story"
)

const (
	ok       = http.StatusOK
	bad      = http.StatusBadRequest
	refused  = http.StatusForbidden
	gone     = http.StatusNotFound
	conflict = http.StatusConflict
)

// An office is a house with the pages.
type office struct {
	*stafftest.House
	Story *story.Room
}

func each(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		o := office{h, nil}
		reviewers := []string{h.ID("salma"), h.ID("laila")}
		o.Story = story.New(story.Config{Store: h.Main, Reveal: h.Reveal, Clock: h.Clock(), Pack: h.Pack, Held: retention.OnHold,
			Colleague: func(_ context.Context, _ store.Tx, user string) (access.Actor, bool, error) {
				for _, who := range []string{"salma", "laila"} {
					if h.ID(who) == user {
						return h.Actor(who), true, nil
					}
				}
				return access.Actor{}, false, nil
			}})
		all, err := lang.Load()
		o.must(err)
		words, err := all.Only("en", "fr", "es", "ar", "sw")
		o.must(err)
		o.must(web.Add(h.Site, web.Config{Story: o.Story, Pack: h.Pack, Clock: h.Clock(), Words: words,
			Name:       func(_ context.Context, user string) string { return "Colleague " + user[:4] },
			Colleagues: func(context.Context) ([]string, error) { return reviewers, nil }}))
		f(t, o)
	})
}

func (o office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

func (o office) board() tale.Board {
	o.T.Helper()
	b, err := tale.New(o.Main, o.Clock()).Look(o.T.Context())
	o.must(err)
	return b
}

// written is a composite of Mona's, by its address.
func (o office) written() string {
	o.T.Helper()
	p := o.SignIn("mona").Get("/stories/new").Wants(ok, "Write a story put together")
	p = p.Submit("/stories/new", "audience", "10_12", "title_en", "I told my aunt", "body_en", "I had a bad secret. I told my aunt.", "title_fr", "", "body_fr", "").Follow().Wants(ok, "It is kept as a draft", "I told my aunt")
	list := o.SignIn("mona").Get("/stories").Links()
	i := slices.IndexFunc(list, func(l string) bool { return len(l) > 30 })
	if i < 0 {
		o.T.Fatalf("the list has no story: %v, %s", list, p.Text)
	}
	return list[i]
}

// TestFromDraftToWithdrawn goes the whole way from page to page, with what each one refuses.
func TestFromDraftToWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		mona := o.SignIn("mona")
		mona.Get("/stories").Wants(ok, "Nothing is published", "Nothing waits")
		mona.Get("/stories/new").Submit("/stories/new", "audience", "", "title_en", "Kept as typed", "until", "2030-01-01").Wants(bad, "Give a day after today")
		at := o.written()
		edit := mona.Get(at+"/write").Wants(ok, "it is a draft again")
		edit.Submit(at+"/write", "body_en", "I was 12 in 2030.").Follow().Wants(ok, "It has a number")
		p := mona.Get(at)
		p.Submit(at+"/submit").Wants(conflict, "One thing has to be mended first")
		if p := edit.Submit(at+"/write", "title_en", "Typed while it changed").Wants(conflict, "Somebody has changed this story"); !strings.Contains(p.Body, "Typed while it changed") {
			t.Error("what was typed is lost")
		}
		mona.Get(at+"/write").Submit(at+"/write", "body_en", "I had a bad secret. I told my aunt.").Leads(at + "?done=story_written")
		mona.Get(at).Submit(at + "/submit").Leads(at + "?done=story_submitted")
		if mona.Get(at).Form(at+"/review") != nil {
			t.Error("who wrote it is asked to look at it")
		}
		salma, laila := o.SignIn("salma"), o.SignIn("laila")
		salma.Get("/stories").Wants(ok, "Waits for a look at its language")
		p = salma.Get(at).Wants(ok, "Look at how it is said")
		p.Submit(at + "/review").Wants(bad)
		p.Submit(at+"/review", "good", "no", "note", "").Wants(bad)
		p.Submit(at+"/review", "note", "Nobody has chosen yet.").Wants(bad, "Nobody has chosen yet.") // and it is not sent back
		p.Submit(at+"/review", "good", "yes").Leads(at + "?done=story_reviewed")
		laila.Send(at+"/review", p.Hidden(at+"/review")).Wants(conflict)
		if salma.Get(at).Form(at+"/review") != nil {
			t.Error("who looked at its language is asked to look at its safety")
		}
		p = laila.Get(at).Wants(ok, "Can nobody be recognised?")
		p.Submit(at+"/review", "good", "yes").Wants(bad, "All of it must be so")
		answers := []string{"good", "yes"}
		for _, q := range story.Questions(tale.Composite) {
			answers = append(answers, "yes", q)
		}
		form := p.Hidden(at + "/review")
		for i := 0; i < len(answers); i += 2 {
			form.Add(answers[i], answers[i+1])
		}
		laila.Send(at+"/review", form).Leads(at + "?done=story_reviewed")
		if b := o.board(); len(b.Stories) != 1 || b.Stories[0].Title != "I told my aunt" {
			t.Errorf("%+v", b)
		}
		// One press, from the list, by somebody who has nothing to do with it.
		o.SignIn("karim").Get("/stories").Wants(ok, "Published now").Submit(at+"/withdraw").Leads("/stories?done=story_withdrawn").Follow().Wants(ok, "It is taken back")
		if b := o.board(); len(b.Stories) != 0 || len(b.Removed) != 1 {
			t.Errorf("%+v", b)
		}
		mona.Get(at).Wants(ok, "Taken back", "Somebody of whom it tells has asked")
	})
}

const versionTestSQL = `SELECT version FROM case_file WHERE id = $1`

// closed is a case of Mona's that is closed.
func (o office) closed() casework.ID {
	o.T.Helper()
	id := o.Case()
	var n int64
	o.Read(func(ctx context.Context, tx store.Tx) error {
		return tx.One(ctx, versionTestSQL, []any{string(id)}, &n)
	})
	o.must(o.Casework.Close(o.T.Context(), o.Actor("salma"), casework.CloseInput{Case: id, Reason: o.Pack.ClosureReasons("")[0].Code, Note: "All is well.", ChildTold: true,
		Override: "Nothing is left to do.", Version: n}))
	return id
}

// consent sends the form of a consent, with what is changed.
func (o office) consent(b *stafftest.Browser, file string, change ...string) stafftest.Page {
	o.T.Helper()
	form := b.Get("/stories/begin").Wants(ok, "Only from a case that is closed").Hidden("/stories/begin")
	for name, value := range map[string]string{"case": file, "audience": "13_15", "by": "person", "adult": "yes", "for": "A page.", "given": o.Now().Format(time.DateOnly),
		"until": o.Now().AddDate(0, 2, 0).Format(time.DateOnly)} {
		form.Set(name, value)
	}
	form["said"], form["ways"] = story.Said, []string{"mailbox", "colleague"}
	for i := 0; i < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return b.Send("/stories/begin", form)
}

// TestAConsent begins a real story; nobody who may not read the case learns anything.
func TestAConsent(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		file := string(o.closed())
		mona := o.SignIn("mona")
		if p := o.consent(mona, file, "adult", "", "said", "until", "for", "Kept as typed."); p.Status != bad || !strings.Contains(p.Body, "Kept as typed.") {
			t.Errorf("%d %s", p.Status, p.Text)
		}
		o.consent(mona, file, "by", "guardian", "adult", "").Wants(bad, "Without the child", "Choose a colleague other than yourself")
		o.consent(o.SignIn("karim"), file).Wants(bad, "There is no case with this number that you may read")
		o.consent(mona, "nothing").Wants(bad, "There is no case with this number that you may read")
		p := o.consent(mona, file)
		if p.Status != http.StatusSeeOther || !strings.HasSuffix(p.Location, "/write?done=story_begun") {
			t.Fatalf("%d %s", p.Status, p.Text)
		}
		at, _, _ := strings.Cut(p.Location, "/write")
		mona.Get(at).Wants(ok, "One person's, with their consent", "What they agreed to", "The person, who is 18 or older")
		o.SignIn("karim").Get(at).Wants(gone)
		if slices.Contains(o.SignIn("karim").Get("/stories").Links(), at) {
			t.Error("a list has it for whoever may not read the case")
		}
		o.SignIn("salma").Get(at).Wants(ok, "To the case")
		p = o.consent(mona, file, "by", "guardian", "adult", "", "assent", "yes", "best_interests", "It can do no harm.", "weighed", o.ID("laila"))
		at, _, _ = strings.Cut(p.Location, "/write")
		mona.Get(at).Wants(ok, "not yet; ask them").Submit(at + "/submit").Wants(conflict)
		laila := o.SignIn("laila")
		form := laila.Get(at).Wants(ok, "Is this best for the child?")
		if form.Form(at+"/submit") != nil || slices.Contains(form.Links(), at+"/write") {
			t.Error("who weighs it is asked to write it")
		}
		laila.Get(at+"/write").Submit(at+"/write", "audience", "10_12", "title_en", "A", "body_en", "B").Wants(refused, "does not write the story")
		form.Submit(at+"/weigh").Follow().Wants(ok, "It is kept that you have weighed it")
		if laila.Get(at).Form(at+"/weigh") != nil {
			t.Error("what was weighed is asked for again")
		}
		if strings.Contains(mona.Get(at).Text, "not yet; ask them") {
			t.Error("nobody has weighed it")
		}
	})
}

// TestEveryRouteWithEveryRole holds what each route does against the table of permissions, and the menu with it.
func TestEveryRouteWithEveryRole(t *testing.T) {
	needs := map[string]access.Action{"GET /stories": access.StoryRead, "GET /stories/new": access.StoryWrite, "POST /stories/new": access.StoryWrite, "GET /stories/begin": access.StoryWrite,
		"POST /stories/begin": access.StoryWrite, "GET /stories/{id}": access.StoryRead, "GET /stories/{id}/write": access.StoryWrite, "POST /stories/{id}/write": access.StoryWrite,
		"POST /stories/{id}/submit": access.StoryWrite, "POST /stories/{id}/review": access.StoryReview, "POST /stories/{id}/withdraw": access.StoryWithdraw, "POST /stories/{id}/weigh": access.StoryReview}
	each(t, func(t *testing.T, o office) {
		at := o.written()
		id, seen := strings.TrimPrefix(at, "/stories/"), 0
		for _, pattern := range o.Site.Routes() {
			if strings.Contains(pattern, " /stories") {
				seen++
				if needs[pattern] == "" {
					t.Errorf("%s is not held against the table", pattern)
				}
			}
		}
		if seen != len(needs) {
			t.Errorf("there are %d routes", seen)
		}
		for _, who := range []string{"huda", "omar", "nour", "mona", "karim", "lina", "dana", "adam", "aida", "salma", "laila"} {
			b, actor := o.SignIn(who), o.Actor(who)
			for pattern, action := range needs {
				method, path, _ := strings.Cut(strings.ReplaceAll(pattern, "{id}", id), " ")
				may, p := access.May(actor, action), stafftest.Page{}
				if method == "GET" {
					p = b.Get(path)
				} else {
					p = b.Post(path, "audience", "10_12", "until", "2031-05-01")
				}
				if may && !slices.Contains([]int{ok, bad, conflict}, p.Status) || !may && (p.Status != refused || p.Has("my aunt")) {
					t.Errorf("%s by %s: %d", pattern, who, p.Status)
				}
			}
			if linked := slices.Contains(b.Get("/account").Links(), "/stories"); linked != access.May(actor, access.StoryRead) {
				t.Errorf("%s: the menu has the page: %v", who, linked)
			}
		}
		if p := o.Visitor().Get("/stories"); p.Status == ok {
			t.Error("a visitor sees the page")
		}
		o.SignIn("salma").Get("/stories/nothing").Wants(gone)
	})
}

// TestInTheBrowser looks at each page in both directions of writing, on a telephone and on a desk. What a browser shows is the same on both engines.
func TestInTheBrowser(t *testing.T) {
	ran := false
	each(t, func(t *testing.T, o office) {
		if ran {
			return
		}
		ran = true
		at := o.written()
		o.SignIn("mona").Get(at).Submit(at + "/submit").Leads(at + "?done=story_submitted")
		for _, tag := range []string{"en", "ar"} {
			b, base := o.Browse(t, "salma", tag)
			for _, path := range []string{"/stories", "/stories/new", "/stories/begin", at, at + "/write"} {
				browsertest.Do(t, b, chromedp.Navigate(base+path))
				for _, width := range []int64{320, 1200} {
					browsertest.Resize(t, b, width, 900)
					browsertest.NoSideways(t, b)
				}
				browsertest.Axe(t, b)
			}
			browsertest.Screenshot(t, b, "story-"+tag)
		}
	})
}
