package lesson_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/jurisdiction"
	"amparo/internal/lesson"
	"amparo/internal/shelf"
	"amparo/internal/store"
	"amparo/internal/web/staff/stafftest"
	"amparo/packs"
)

// An office is a house in which texts are written.
type office struct {
	*stafftest.House
	Lesson *lesson.Room
	Shelf  *shelf.Room // of another process: the public one
}

func each(t *testing.T, f func(o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		read := func() *shelf.Room {
			return shelf.New(shelf.Config{Store: h.Main, Clock: h.Clock(), Pack: h.Pack.Education()})
		}
		f(office{h, lesson.New(lesson.Config{Store: h.Main, Pack: h.Pack, Shelf: read(), Name: func(context.Context, string) string { return "Colleague" }}), read()})
	})
}

func (o office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

// refused wants an error of a code.
func (o office) refused(err error, code fault.Code) {
	o.T.Helper()
	if fault.CodeOf(err) != code {
		o.T.Errorf("it gave %v, not %s", err, code)
	}
}

var risks = education.Key{Audience: education.Everyone, Topic: education.Risks}

func (o office) begin(who string, t lesson.Text, from string) (lesson.ID, error) {
	return o.Lesson.Begin(o.T.Context(), o.Actor(who), lesson.BeginInput{Draft: ident.New[string](o.Now()), Text: t, From: from})
}

func (o office) sheet(id lesson.ID) lesson.Sheet {
	o.T.Helper()
	s, err := o.Lesson.Show(o.T.Context(), o.Actor("laila"), id)
	o.must(err)
	return s
}

func (o office) write(who string, id lesson.ID, change func(m *education.Module)) error {
	s := o.sheet(id)
	m := *s.Module
	change(&m)
	in := lesson.WriteInput{Lesson: id, Version: s.Version, Words: &m}
	if s.First != nil {
		in.Latest, in.Of = true, s.First.Version
	}
	return o.Lesson.Write(o.T.Context(), o.Actor(who), in)
}

func (o office) review(who string, id lesson.ID) error {
	return o.Lesson.Review(o.T.Context(), o.Actor(who), lesson.ReviewInput{Lesson: id, Version: o.sheet(id).Version, Good: true})
}

// published is a version of a text of Mona's with another title, that Salma and Laila have looked at.
func (o office) published(t lesson.Text, title string) lesson.ID {
	o.T.Helper()
	id, err := o.begin("mona", t, lesson.FromPack)
	o.must(err)
	o.must(o.write("mona", id, func(m *education.Module) { m.Title = title }))
	o.publish(id)
	return id
}

func (o office) publish(id lesson.ID) {
	o.T.Helper()
	o.must(o.Lesson.Submit(o.T.Context(), o.Actor("mona"), id, o.sheet(id).Version))
	o.must(o.review("salma", id))
	o.must(o.review("laila", id))
}

// title is that of the text which the public process gives.
func (o office) title(t lesson.Text) string {
	o.T.Helper()
	if m := o.Shelf.Look(o.T.Context()).Module(t.Language, t.Key); m != nil {
		return m.Title
	}
	return ""
}

var english = lesson.Text{Language: "en", Key: risks}

// TestThreePeople stand behind what is published, and each step refuses what is not its own.
func TestThreePeople(t *testing.T) {
	each(t, func(o office) {
		ctx, mona, salma := o.T.Context(), o.Actor("mona"), o.Actor("salma")
		in := lesson.BeginInput{Draft: ident.New[string](o.Now()), Text: english, From: lesson.FromPack}
		id, err := o.Lesson.Begin(ctx, mona, in)
		o.must(err)
		if again, err := o.Lesson.Begin(ctx, mona, in); err != nil || again != id {
			o.T.Errorf("the form sent again is %s, %v", again, err)
		}
		if _, err := o.begin("salma", english, lesson.FromEmpty); fault.CodeOf(err) != lesson.CodeBegun {
			o.T.Errorf("two versions are written at a time: %v", err)
		}
		if s := o.sheet(id); s.Number != o.Pack.Education().Module("en", risks).Version+1 || s.State != lesson.Draft || len(s.Findings) != 0 {
			o.T.Errorf("%+v %v", s.Lesson, s.Findings)
		}
		o.refused(o.review("salma", id), lesson.CodeState)
		o.must(o.write("salma", id, func(m *education.Module) { m.Summary = "How you can stay safe." }))
		o.refused(o.Lesson.Submit(ctx, mona, id, 1), fault.CodeStale)
		o.must(o.Lesson.Submit(ctx, mona, id, o.sheet(id).Version))
		o.refused(o.Lesson.Submit(ctx, mona, id, o.sheet(id).Version), lesson.CodeState)
		o.refused(o.review("salma", id), lesson.CodeOwn) // she wrote a word of it
		o.refused(o.review("mona", id), fault.CodeForbidden)
		o.must(o.review("laila", id))
		o.refused(o.review("laila", id), lesson.CodeSame)
		back := lesson.ReviewInput{Lesson: id, Version: o.sheet(id).Version, Back: true}
		o.refused(o.Lesson.Review(ctx, o.Actor("laila"), back), lesson.CodeSame)
		o.refused(o.Lesson.Review(ctx, salma, back), lesson.CodeOwn)
		if got := o.title(english); got != o.Pack.Education().Module("en", risks).Title {
			o.T.Errorf("what only one has looked at is shown: %s", got)
		}
	})
}

// TestSentBack: it is a draft again with what to change, and whoever writes anew begins the way anew.
func TestSentBack(t *testing.T) {
	each(t, func(o office) {
		id, err := o.begin("mona", english, lesson.FromPack)
		o.must(err)
		o.must(o.Lesson.Submit(o.T.Context(), o.Actor("mona"), id, 1))
		in := lesson.ReviewInput{Lesson: id, Version: 2, Back: true}
		if err := o.Lesson.Review(o.T.Context(), o.Actor("salma"), in); len(fault.Fields(err)) != 1 {
			o.T.Errorf("sent back without a word: %v", err)
		}
		in.Note = "Say it in fewer words."
		o.must(o.Lesson.Review(o.T.Context(), o.Actor("salma"), in))
		if s := o.sheet(id); s.State != lesson.Draft || s.Note != in.Note {
			o.T.Errorf("%+v", s.Lesson)
		}
		o.must(o.Lesson.Submit(o.T.Context(), o.Actor("mona"), id, o.sheet(id).Version))
		o.must(o.review("salma", id))
		o.must(o.write("mona", id, func(m *education.Module) { m.Title = "Written anew" }))
		if s := o.sheet(id); s.State != lesson.Draft || s.CheckedBy != "" || s.Module.Title != "Written anew" {
			o.T.Errorf("%+v", s.Lesson)
		}
	})
}

// TestLimitsRefuse: while somebody writes it is told, and when somebody is to look it is refused, in all that amparo pack check would refuse.
func TestLimitsRefuse(t *testing.T) {
	long := strings.Repeat("very ", 30) + "long."
	wrong := map[string]func(m *education.Module){
		"title shape":     func(m *education.Module) { m.Title = "" },
		"body section":    func(m *education.Module) { m.Text = strings.Replace(m.Text, "{#signs}", "{#other}", 1) },
		"body form_kind":  func(m *education.Module) { m.Text += "\n\n> A quotation.\n" },
		"body form_link":  func(m *education.Module) { m.Text += "\n\n[Here](https://example.org).\n" },
		"body form_no_id": func(m *education.Module) { m.Text += "\n\n## More\n\nText.\n" },
		"body sentence":   func(m *education.Module) { m.Text += "\n\n" + long + "\n" },
		"summary word":    func(m *education.Module) { m.Summary = "What predators do." },
		"skills digit":    func(m *education.Module) { m.Skills[0] = "I know ٣ ways." },
		"easy easy":       func(m *education.Module) { m.Easy[0].Say = long[:60] },
		"easy shape":      func(m *education.Module) { m.Easy[0].Picture = "sword" },
		"check fits": func(m *education.Module) {
			for i := range m.Check[0].Answers {
				m.Check[0].Answers[i].Fits = false
			}
		},
		"check shape":         func(m *education.Module) { m.Check = m.Check[:1] },
		"sms sms":             func(m *education.Module) { m.SMS[0] = strings.Repeat("لا تخف ", 20) },
		"sms place":           func(m *education.Module) { m.SMS[0] = "Call {{.Helpline}}." },
		"review_by until":     func(m *education.Module) { m.ReviewBy = "2050-01-01" },
		"review_by day":       func(m *education.Module) { m.ReviewBy = "2026-13-45" },
		"opportunities shape": func(m *education.Module) { m.Opportunities = nil },
	}
	each(t, func(o office) {
		id, err := o.begin("mona", english, lesson.FromPack)
		o.must(err)
		first := *o.sheet(id).Module
		for name, change := range wrong {
			o.must(o.write("mona", id, func(m *education.Module) {
				again, err := education.ReadFile("en", risks, o.source(id))
				o.must(err)
				*m = *again
				m.Title, m.Summary, m.Text, m.ReviewBy, m.Opportunities, m.Skills, m.Easy, m.Check, m.SMS = first.Title, first.Summary, first.Text, first.ReviewBy, slices.Clone(first.Opportunities),
					slices.Clone(first.Skills), slices.Clone(first.Easy), deep(first.Check), slices.Clone(first.SMS)
				change(m)
			}))
			s := o.sheet(id)
			if !slices.ContainsFunc(s.Findings, func(f jurisdiction.Finding) bool { return f.Field+" "+f.Code == name }) {
				o.T.Errorf("%s is not found: %v", name, s.Findings)
			}
			o.refused(o.Lesson.Submit(o.T.Context(), o.Actor("mona"), id, s.Version), lesson.CodeLimits)
		}
		in := lesson.WriteInput{Lesson: id, Version: o.sheet(id).Version, Words: &education.Module{Title: strings.Repeat("x ", lesson.LongestLine), Text: strings.Repeat("a b ", lesson.LongestBody)}}
		if err := o.Lesson.Write(o.T.Context(), o.Actor("mona"), in); len(fault.Fields(err)) != 2 {
			o.T.Errorf("%v", err)
		}
	})
}

func deep(list []education.Question) (out []education.Question) {
	for _, q := range list {
		q.Answers = slices.Clone(q.Answers)
		out = append(out, q)
	}
	return out
}

// source is what is kept of a version.
func (o office) source(id lesson.ID) (data []byte) {
	o.T.Helper()
	var text string
	o.Read(func(ctx context.Context, tx store.Tx) error {
		return tx.One(ctx, "SELECT source FROM lesson WHERE id = $1", []any{string(id)}, &text)
	})
	return []byte(text)
}

// TestPublishedAndTakenBack: the public process has it within its time and not before, and no longer than that once it is taken back.
func TestPublishedAndTakenBack(t *testing.T) {
	each(t, func(o office) {
		packs := o.title(english)
		id := o.published(english, "Our own risks")
		if got := o.title(english); got != packs {
			o.T.Errorf("the library of another process changed within its time: %s", got)
		}
		o.Advance(shelf.Fresh)
		if got := o.title(english); got != "Our own risks" {
			o.T.Errorf("after its time it gives %q", got)
		}
		same := o.Shelf.Look(o.T.Context())
		o.Advance(shelf.Fresh)
		if o.Shelf.Look(o.T.Context()) != same {
			o.T.Error("a library is made though nothing has changed")
		}
		m := same.Module("en", risks)
		if !m.Reviewed() || strings.Contains(m.ReviewedBy.Language+m.ReviewedBy.Safeguarding, "Colleague") {
			o.T.Errorf("%+v", m.ReviewedBy)
		}
		next, err := o.begin("mona", english, string(id))
		o.must(err)
		o.must(o.write("mona", next, func(m *education.Module) { m.Title = "Our second risks" }))
		o.refused(o.Lesson.Withdraw(o.T.Context(), o.Actor("salma"), next), lesson.CodeState)
		o.publish(next)
		if a, b := o.sheet(id), o.sheet(next); a.State != lesson.Former || b.State != lesson.Published || b.Number != a.Number+1 || a.Module.Title != "Our own risks" {
			o.T.Errorf("%+v %+v", a.Lesson, b.Lesson)
		}
		o.Advance(shelf.Fresh)
		if got := o.title(english); got != "Our second risks" {
			o.T.Errorf("it gives %q", got)
		}
		o.must(o.Lesson.Withdraw(o.T.Context(), o.Actor("mona"), next))
		o.must(o.Lesson.Withdraw(o.T.Context(), o.Actor("laila"), next))
		if s := o.sheet(next); s.State != lesson.Withdrawn || s.EndedBy != o.Actor("mona").ID {
			o.T.Errorf("%+v", s.Lesson)
		}
		o.Advance(shelf.Fresh)
		if got := o.title(english); got != packs {
			o.T.Errorf("taken back, and it gives %q", got)
		}
		third, err := o.begin("mona", english, string(next))
		o.must(err)
		if s := o.sheet(third); s.Number != o.sheet(next).Number+1 {
			o.T.Errorf("a number comes again: %+v", s.Lesson)
		}
	})
}

// TestWithoutADatabase: what was read last is given for a time, then the pack's; nothing that was taken back comes back.
func TestWithoutADatabase(t *testing.T) {
	each(t, func(o office) {
		packs := o.title(english)
		o.published(english, "Our own risks")
		o.Advance(shelf.Fresh)
		if got := o.title(english); got != "Our own risks" {
			o.T.Fatalf("it gives %q", got)
		}
		told := 0
		room := shelf.New(shelf.Config{Store: o.Main, Clock: o.Clock(), Pack: o.Pack.Education(), Failed: func(error) { told++ }})
		room.Look(o.T.Context())
		o.must(o.Main.Write(o.T.Context(), func(tx store.Tx) error {
			_, err := tx.Exec(o.T.Context(), "ALTER TABLE shelf_text RENAME TO shelf_gone")
			return err
		}))
		o.Advance(shelf.Fresh)
		if got := room.Look(o.T.Context()).Module("en", risks).Title; got != "Our own risks" || told != 1 {
			o.T.Errorf("just after it gives %q, told %d times", got, told)
		}
		o.Advance(shelf.Hold - shelf.Fresh)
		if room.Look(o.T.Context()) != o.Pack.Education() {
			o.T.Error("what could have been taken back is still given")
		}
		o.must(o.Main.Write(o.T.Context(), func(tx store.Tx) error {
			_, err := tx.Exec(o.T.Context(), "ALTER TABLE shelf_gone RENAME TO shelf_text")
			return err
		}))
		o.Advance(shelf.Fresh)
		if got := room.Look(o.T.Context()).Module("en", risks).Title; got != "Our own risks" {
			o.T.Errorf("when it can be asked again it gives %q, the pack's is %q", got, packs)
		}
	})
}

// TestTranslation: it follows what the writer has seen, and is out of date when that changes.
func TestTranslation(t *testing.T) {
	each(t, func(o office) {
		arabic := lesson.Text{Language: "ar", Key: risks}
		id, err := o.begin("mona", arabic, lesson.FromEmpty)
		o.must(err)
		s := o.sheet(id)
		if s.First == nil || s.First.Language != "en" || s.Module.Follows != 0 || !strings.Contains(s.Module.Text, "{#signs}") {
			o.T.Errorf("%+v", s.Module)
		}
		if !slices.ContainsFunc(s.Findings, func(f jurisdiction.Finding) bool { return f.Code == jurisdiction.FindFollow }) {
			o.T.Errorf("nobody has said what it follows: %v", s.Findings)
		}
		o.must(o.Lesson.Drop(o.T.Context(), o.Actor("mona"), id, s.Version))
		o.published(english, "Our own risks")
		at, err := o.Lesson.Of(o.T.Context(), o.Actor("mona"), arabic)
		o.must(err)
		if !at.Stale || at.Open != nil {
			o.T.Errorf("%+v", at)
		}
		id, err = o.begin("mona", arabic, lesson.FromPack)
		o.must(err)
		before := o.sheet(id)
		o.must(o.Lesson.Write(o.T.Context(), o.Actor("mona"), lesson.WriteInput{Lesson: id, Version: before.Version, Words: before.Module, Latest: true, Of: before.First.Version + 5}))
		if s := o.sheet(id); s.Module.Follows != before.Module.Follows {
			o.T.Errorf("it follows what nobody has seen: %d", s.Module.Follows)
		}
		o.must(o.write("mona", id, func(*education.Module) {}))
		if s := o.sheet(id); s.Module.Follows != s.First.Version || s.First.Title != "Our own risks" {
			o.T.Errorf("%+v", s.Module)
		}
		o.publish(id)
		if at, err = o.Lesson.Of(o.T.Context(), o.Actor("mona"), arabic); err != nil || at.Stale || at.Live() == nil {
			o.T.Errorf("%+v, %v", at, err)
		}
	})
}

// TestExport: the file of a published version lies in the pack as it is, and the pack passes.
func TestExport(t *testing.T) {
	each(t, func(o office) {
		id := o.published(english, "Risks: what \"to\" know")
		f, err := o.Lesson.Export(o.T.Context(), o.Actor("mona"), id)
		o.must(err)
		if f.Path != "education/en/everyone/risks.md" || string(f.Data) != string(o.source(id)) {
			o.T.Errorf("%s\n%s", f.Path, f.Data)
		}
		dir := o.T.TempDir()
		demo, err := fs.Sub(packs.FS, "demo")
		o.must(err)
		o.must(os.CopyFS(dir, demo))
		o.must(os.WriteFile(filepath.Join(dir, f.Path), f.Data, 0o600))
		pack, problems := jurisdiction.LoadDir(dir, o.Now())
		if len(problems) != 0 {
			o.T.Fatalf("%v", problems)
		}
		m := pack.Education().Module("en", risks)
		if m.Title != "Risks: what \"to\" know" || !m.Reviewed() || m.Version != o.sheet(id).Number {
			o.T.Errorf("%+v", m)
		}
		if live := pack.LiveProblems(); slices.ContainsFunc(live, func(p jurisdiction.Problem) bool { return p.File == f.Path }) {
			o.T.Errorf("%v", live)
		}
		again, err := m.File()
		if err != nil || string(again) != string(f.Data) {
			o.T.Errorf("read and written again it is\n%s", again)
		}
		draft, err := o.begin("mona", english, lesson.FromPack)
		o.must(err)
		_, err = o.Lesson.Export(o.T.Context(), o.Actor("mona"), draft)
		o.refused(err, lesson.CodeState)
	})
}

// TestCompare: what was taken out and put in, by field.
func TestCompare(t *testing.T) {
	each(t, func(o office) {
		id := o.published(english, "Our own risks")
		c, err := o.Lesson.Compare(o.T.Context(), o.Actor("mona"), english, lesson.FromPack, string(id))
		o.must(err)
		var changed []string
		for _, d := range c.Parts {
			if d.Changed() {
				changed = append(changed, d.Field)
			}
		}
		if !slices.Equal(changed, []string{"title", "review_by"}) {
			o.T.Errorf("%v differ", changed)
		}
		_, err = o.Lesson.Compare(o.T.Context(), o.Actor("mona"), lesson.Text{Language: "ar", Key: risks}, lesson.FromPack, string(id))
		if fault.KindOf(err) != fault.Withheld {
			o.T.Errorf("versions of two texts are compared: %v", err)
		}
	})
}

// TestBounded: nobody begins more than so many, and a pack that was raised meanwhile is still overtaken.
func TestBounded(t *testing.T) {
	each(t, func(o office) {
		n := 0
		for _, a := range education.Audiences {
			for _, topic := range education.Topics {
				_, err := o.begin("mona", lesson.Text{Language: "en", Key: education.Key{Audience: a, Topic: topic}}, lesson.FromPack)
				if n++; n > lesson.MostDrafts {
					o.refused(err, lesson.CodeMany)
					return
				}
				o.must(err)
			}
		}
	})
}

// TestOverdue: what was to be looked at again by now is listed.
func TestOverdue(t *testing.T) {
	each(t, func(o office) {
		o.Advance(0)
		l, err := o.Lesson.List(o.T.Context(), o.Actor("laila"))
		o.must(err)
		if (o.Now().After(time.Date(2027, 11, 2, 0, 0, 0, 0, time.UTC))) != (len(l.Overdue) > 0) {
			o.T.Errorf("%d are overdue at %v", len(l.Overdue), o.Now())
		}
	})
}

// TestMayNot: every use case is refused whoever has no permission for it, and the refusal is in the log.
func TestMayNot(t *testing.T) {
	each(t, func(o office) {
		ctx, id := o.T.Context(), o.published(english, "Our own risks")
		for _, who := range []string{"huda", "omar", "lina", "adam", "aida", "mona", "salma"} {
			actor := o.Actor(who)
			for action, do := range map[access.Action]func() error{
				access.LessonRead:     func() error { _, err := o.Lesson.Show(ctx, actor, id); return err },
				access.LessonWrite:    func() error { return o.Lesson.Submit(ctx, actor, id, 99) },
				access.LessonReview:   func() error { return o.Lesson.Review(ctx, actor, lesson.ReviewInput{Lesson: id, Version: 99}) },
				access.LessonWithdraw: func() error { return o.Lesson.Withdraw(ctx, actor, "nothing") },
			} {
				if refused := fault.KindOf(do()) == fault.Forbidden; refused == access.May(actor, action) {
					o.T.Errorf("%s %s: refused is %v", who, action, refused)
				}
			}
		}
	})
}
