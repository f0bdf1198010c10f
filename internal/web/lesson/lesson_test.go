package lesson_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/lang"
	"amparo/internal/lesson"
	"amparo/internal/page/browsertest"
	"amparo/internal/shelf"
	"amparo/internal/store"
	web "amparo/internal/web/lesson"
	"amparo/internal/web/staff/stafftest"
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
	Lesson *lesson.Room
	Shelf  *shelf.Room
}

func each(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		o := office{h, nil, shelf.New(shelf.Config{Store: h.Main, Clock: h.Clock(), Pack: h.Pack.Education()})}
		name := func(_ context.Context, user string) string { return "Colleague " + user[:4] }
		o.Lesson = lesson.New(lesson.Config{Store: h.Main, Pack: h.Pack, Shelf: o.Shelf, Name: name})
		all, err := lang.Load()
		o.must(err)
		words, err := all.Only("en", "fr", "es", "ar", "sw")
		o.must(err)
		o.must(web.Add(h.Site, web.Config{Lesson: o.Lesson, Pack: h.Pack, Clock: h.Clock(), Words: words, Name: name}))
		f(t, o)
	})
}

func (o office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

var risks = education.Key{Audience: education.Everyone, Topic: education.Risks}

// begun is a version of a text in a language that Mona has begun from the pack's, by its address.
func (o office) begun(language string) string {
	o.T.Helper()
	at := web.Path(language, risks)
	p := o.SignIn("mona").Get(at).Wants(ok, "Version 1, of the pack").Submit(at, "from", lesson.FromPack)
	to, _, found := strings.Cut(p.Location, "/write")
	if p.Status != http.StatusSeeOther || !found {
		o.T.Fatalf("%d %q %s", p.Status, p.Location, p.Text)
	}
	return to
}

// TestFromDraftToTakenBack goes the whole way from page to page, with what each one refuses.
func TestFromDraftToTakenBack(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		mona, salma, laila := o.SignIn("mona"), o.SignIn("salma"), o.SignIn("laila")
		mona.Get("/texts").Wants(ok, "Nothing waits", "There is no draft", "Nothing is published here")
		mona.Get("/texts/find?language=en&audience=everyone&topic=risks").Leads(web.Path("en", risks))
		mona.Get("/texts/find?language=xx&audience=everyone&topic=risks").Wants(gone)
		form := mona.Get(web.Path("en", risks)).Hidden(web.Path("en", risks))
		at, _, _ := strings.Cut(mona.Send(web.Path("en", risks), form).Location, "/write")
		if again, _, _ := strings.Cut(mona.Send(web.Path("en", risks), form).Location, "/write"); again != at {
			t.Errorf("the form sent twice made %s and %s", at, again)
		}
		salma.Get(web.Path("en", risks)).Wants(ok, "Being written", "Version 2")
		edit := mona.Get(at+"/write").Wants(ok, "Words of the text", "School grade", "Characters of text 1 for telephones")
		edit.Submit(at+"/write", "title", "Our own risks").Follow().Wants(ok, "It is kept as a draft", "Our own risks")
		edit.Submit(at+"/write", "title", "Our own risks").Leads(at + "?done=lesson_written") // the form sent twice
		wrong := edit.Submit(at+"/write", "title", strings.Repeat("long ", lesson.LongestLine)).Wants(bad)
		wrong.Submit(at+"/write", "title", "Mended, and still out of date").Wants(conflict, "Somebody has changed this version")
		p := edit.Submit(at+"/write", "title", "Typed while it changed").Wants(conflict, "Somebody has changed this version", "Taken out: Our own risks", "Put in: Typed while it changed")
		if !strings.Contains(p.Body, `value="Typed while it changed"`) {
			t.Error("what was typed is lost")
		}
		p.Submit(at + "/write").Leads(at + "?done=lesson_written") // whoever has seen it may
		mona.Get(at+"/write").Submit(at+"/write", "title", "").Leads(at + "?done=lesson_written")
		mona.Get(at).Wants(ok, "It has from 1 to 60 characters").Submit(at+"/submit").Wants(conflict, "One thing has to be mended first")
		mona.Get(at+"/write").Submit(at+"/write", "title", "Our own risks").Leads(at + "?done=lesson_written")
		mona.Get(at).Submit(at + "/submit").Leads(at + "?done=lesson_submitted")
		if mona.Get(at).Form(at+"/review") != nil {
			t.Error("who wrote it is asked to look at it")
		}
		p = salma.Get(at).Wants(ok, "Look at how it is said", "What differs from what readers are given")
		p.Submit(at + "/review").Wants(bad)
		p.Submit(at+"/review", "good", "no", "note", "").Wants(bad)
		p.Submit(at+"/review", "good", "yes").Leads(at + "?done=lesson_reviewed")
		laila.Send(at+"/review", p.Hidden(at+"/review")).Wants(conflict)
		if salma.Get(at).Form(at+"/review") != nil {
			t.Error("who looked at its language is asked to look at its safety")
		}
		laila.Get("/texts").Wants(ok, "Waits for a look at its safety")
		laila.Get(at).Wants(ok, "Look at whether it is safe").Submit(at+"/review", "good", "yes").Leads(at + "?done=lesson_reviewed")
		if m := o.now(); m.Title != "Our own risks" || m.Version != 2 {
			t.Errorf("%+v", m)
		}
		id := strings.TrimPrefix(at, "/texts/")
		laila.Get(web.Path("en", risks)+"/compare?from=pack&to="+id).Wants(ok, "What differs: Version 1 of the pack and Version 2", "Taken out:", "Put in: Our own risks")
		file := laila.Get(at + "/file").Wants(ok)
		if !strings.HasPrefix(file.Body, "---\ntitle: Our own risks\n") || file.Head.Get("Content-Disposition") != `attachment; filename="en.everyone.risks.md"` || !strings.Contains(file.Body, "safeguarding: Colleague ") {
			t.Errorf("%v %s", file.Head, file.Body)
		}
		mona.Get(at+"/write").Wants(conflict, "It does not stand so any more")
		// One press, from the list, by somebody who has nothing to do with it.
		o.SignIn("karim").Get("/texts").Wants(ok, "Published here").Submit(at+"/withdraw").Leads("/texts?done=lesson_withdrawn").Follow().Wants(ok, "It is taken back")
		if m := o.now(); m.Version != 1 {
			t.Errorf("%+v", m)
		}
		mona.Get(at).Wants(ok, "Taken back", "Ended by")
	})
}

// now is the text that readers are given.
func (o office) now() *education.Module {
	o.T.Helper()
	l, err := o.Shelf.Renew(o.T.Context())
	o.must(err)
	return l.Module("en", risks)
}

// TestCheckAndAddKeepNothingAndLoseNothing: without scripts, checking says what is wrong by field, and a line is added, with all that was typed.
func TestCheckAndAddKeepNothingAndLoseNothing(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		at, mona := o.begun("en"), o.SignIn("mona")
		p := mona.Get(at + "/write")
		typed := []string{"title", "Typed title", "summary", "What predators do.", "body", "## Risks {#risks}\n\nShort.", "skills", "One.\nTwo.", "easy_say_0", "Typed easy", "check_ask_0", "Typed question"}
		p = p.Submit(at+"/write", append(typed, "do", "check")...).Wants(ok, "The section {#signs} is missing", "predators is a word that we do not use", "It has 2 words")
		keeps := func(p stafftest.Page) {
			t.Helper()
			for _, want := range []string{`value="Typed title"`, `value="What predators do."`, "Short.</textarea>", "One.\nTwo.</textarea>", `value="Typed easy"`, `value="Typed question"`} {
				if !strings.Contains(p.Body, want) {
					t.Errorf("%s is lost", want)
				}
			}
		}
		keeps(p)
		if strings.Count(p.Body, `aria-invalid="true"`) < 2 {
			t.Error("no field says that it is wrong")
		}
		lines := strings.Count(p.Body, `name="easy_say_`)
		p = p.Submit(at+"/write", "do", "easy").Wants(ok)
		keeps(p)
		if n := strings.Count(p.Body, `name="easy_say_`); n != lines+1 && lines < 8 {
			t.Errorf("there are %d lines of easy read, there were %d", n, lines)
		}
		p = p.Submit(at+"/write", "do", "question").Wants(ok)
		keeps(p)
		if mona.Get(at).Has("Typed title") {
			t.Error("checking kept it")
		}
		p.Submit(at + "/write").Leads(at + "?done=lesson_written")
		mona.Get(at).Wants(ok, "Typed title", "Typed easy")
		mona.Get(at+"/write").Submit(at+"/write", "title", strings.Repeat("long ", lesson.LongestLine)).Wants(bad, "400")
		mona.Get(at).Submit(at + "/drop").Leads("/texts?done=lesson_dropped")
		mona.Get(at).Wants(gone)
	})
}

// TestATranslationHasBesideItWhatItFollows.
func TestATranslationHasBesideItWhatItFollows(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		at, mona := o.begun("ar"), o.SignIn("mona")
		title := o.Pack.Education().Module("en", risks).Title
		mona.Get(at+"/write").Wants(ok, "version 1: the text that this one follows", title, "This says what version 1 of the text in")
		mona.Get(at+"/write").Submit(at+"/write", "sms", "ثمة من يساعدك.", "do", "check").Wants(ok, "ثمة is a hard word. Say instead: هناك")
	})
}

// TestEveryRouteWithEveryRole holds what each route does against the table of permissions, and the menu with it.
func TestEveryRouteWithEveryRole(t *testing.T) {
	const one = "/texts/of/{language}/{audience}/{topic}"
	needs := map[string]access.Action{"GET /texts": access.LessonRead, "GET /texts/find": access.LessonRead, "GET " + one: access.LessonRead, "POST " + one: access.LessonWrite,
		"GET " + one + "/compare": access.LessonRead, "GET /texts/{id}": access.LessonRead, "GET /texts/{id}/file": access.LessonRead, "GET /texts/{id}/write": access.LessonWrite,
		"POST /texts/{id}/write": access.LessonWrite, "POST /texts/{id}/submit": access.LessonWrite, "POST /texts/{id}/drop": access.LessonWrite, "POST /texts/{id}/review": access.LessonReview,
		"POST /texts/{id}/withdraw": access.LessonWithdraw}
	each(t, func(t *testing.T, o office) {
		at, seen := o.begun("en"), 0
		o.SignIn("mona").Get(at+"/write").Submit(at+"/write", "title", "Our own risks")
		id := strings.TrimPrefix(at, "/texts/")
		for _, pattern := range o.Site.Routes() {
			if strings.Contains(pattern, " /texts") {
				seen++
				if needs[pattern] == "" {
					t.Errorf("%s is not held against the table", pattern)
				}
			}
		}
		if seen != len(needs) {
			t.Errorf("there are %d routes", seen)
		}
		fill := strings.NewReplacer("{id}", id, "{language}", "en", "{audience}", "everyone", "{topic}", "risks")
		for _, who := range []string{"huda", "omar", "nour", "mona", "karim", "lina", "dana", "adam", "aida", "salma", "laila"} {
			b, actor := o.SignIn(who), o.Actor(who)
			for pattern, action := range needs {
				method, path, _ := strings.Cut(fill.Replace(pattern), " ")
				may, p := access.May(actor, action), stafftest.Page{}
				switch {
				case strings.HasSuffix(path, "/compare"):
					p = b.Get(path + "?from=pack&to=" + id)
				case strings.HasSuffix(path, "/find"):
					p = b.Get(path + "?language=en&audience=everyone&topic=risks")
				case method == "GET":
					p = b.Get(path)
				default:
					p = b.Post(path, "version", "99")
				}
				if may && !slices.Contains([]int{ok, bad, conflict, http.StatusSeeOther}, p.Status) || !may && (p.Status != refused || p.Has("Our own risks")) {
					t.Errorf("%s by %s: %d", pattern, who, p.Status)
				}
				if !may && !o.logged(action, actor.ID) {
					t.Errorf("%s by %s: the refusal is not in the log", pattern, who)
				}
			}
			if linked := slices.Contains(b.Get("/account").Links(), "/texts"); linked != access.May(actor, access.LessonRead) {
				t.Errorf("%s: the menu has the page: %v", who, linked)
			}
		}
		if p := o.Visitor().Get("/texts"); p.Status == ok {
			t.Error("a visitor sees the page")
		}
		o.SignIn("salma").Get("/texts/nothing").Wants(gone)
		o.SignIn("salma").Get("/texts/of/en/everyone/nothing").Wants(gone)
	})
}

// logged tells whether a refusal of somebody is in the log.
func (o office) logged(action access.Action, user string) bool {
	o.T.Helper()
	n := 0
	o.Read(func(ctx context.Context, tx store.Tx) error {
		return tx.One(ctx, "SELECT count(*) FROM audit_entry WHERE outcome = 'refused' AND action = $1 AND actor_id = $2", []any{string(action), user}, &n)
	})
	return n > 0
}

// TestInTheBrowser looks at each page in both directions of writing, on a telephone and on a desk, and goes through the form by keyboard. What a browser
// shows is the same on both engines.
func TestInTheBrowser(t *testing.T) {
	ran := false
	each(t, func(t *testing.T, o office) {
		if ran {
			return
		}
		ran = true
		at := o.begun("ar")
		id := strings.TrimPrefix(at, "/texts/")
		o.SignIn("mona").Get(at+"/write").Submit(at+"/write", "title", "عنوان جديد")
		o.SignIn("mona").Get(at).Submit(at + "/submit").Leads(at + "?done=lesson_submitted")
		of := web.Path("ar", risks)
		for _, tag := range []string{"en", "ar"} {
			b, base := o.Browse(t, "salma", tag)
			for name, path := range map[string]string{"list": "/texts", "text": of, "compare": of + "/compare?from=pack&to=" + id, "show": at, "write": at + "/write"} {
				browsertest.Do(t, b, chromedp.Navigate(base+path))
				for _, width := range []int64{320, 1200} {
					browsertest.Resize(t, b, width, 900)
					browsertest.NoSideways(t, b)
				}
				browsertest.Axe(t, b)
				browsertest.Do(t, b, chromedp.Navigate(base+path))
				browsertest.Screenshot(t, b, "lesson-"+name+"-"+tag)
			}
		}
	})
}
