package story_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/education"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/retention"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/story"
	"amparo/internal/tale"
	"amparo/internal/web/staff/stafftest"
)

// An office is a house in which stories are written.
type office struct {
	*stafftest.House
	Story *story.Room
	Tale  *tale.Room
}

func each(t *testing.T, f func(o office)) {
	t.Helper()
	stafftest.Each(t, func(t *testing.T, h *stafftest.House) {
		f(office{h, story.New(story.Config{Store: h.Main, Reveal: h.Reveal, Clock: h.Clock(), Pack: h.Pack, Held: retention.OnHold,
			Colleague: func(_ context.Context, _ store.Tx, user string) (access.Actor, bool, error) {
				for _, who := range []string{"salma", "laila", "karim"} {
					if h.ID(who) == user {
						return h.Actor(who), true, nil
					}
				}
				return access.Actor{}, false, nil
			}}), tale.New(h.Main, h.Clock())})
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

// wrong wants just these fields to be wrong.
func (o office) wrong(err error, fields ...string) {
	o.T.Helper()
	var got []string
	for _, f := range fault.Fields(err) {
		got = append(got, f.Name)
	}
	slices.Sort(got)
	if !slices.Equal(got, fields) {
		o.T.Errorf("%v are wrong, not %v: %v", got, fields, err)
	}
}

var simple = []story.Text{{Language: "en", Title: "I told my aunt", Body: "I had a bad secret. I told my aunt. She called the help line.\n\nNow I feel safe."},
	{Language: "ar", Title: "أخبرت خالتي", Body: "كان عندي سر سيئ. أخبرت خالتي. الآن أشعر بالأمان."}}

func (o office) input() story.WriteInput {
	return story.WriteInput{Draft: ident.New[string](o.Now()), Audience: education.Age10To12, Until: o.Now().AddDate(0, 6, 0), Texts: simple}
}

func (o office) page(who string, id story.ID) story.Page {
	o.T.Helper()
	p, err := o.Story.Show(o.T.Context(), o.Actor(who), id)
	o.must(err)
	return p
}

// version is that of a story, whoever may see it.
func (o office) version(id story.ID) (n int64) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error {
		return tx.One(ctx, "SELECT version FROM story WHERE id = $1", []any{string(id)}, &n)
	})
	return n
}

func (o office) count(statement string, args ...any) (n int) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error { return tx.One(ctx, statement, args, &n) })
	return n
}

func (o office) review(who string, id story.ID, yes ...string) error {
	o.T.Helper()
	return o.Story.Review(o.T.Context(), o.Actor(who), story.ReviewInput{Story: id, Version: o.version(id), Good: true, Yes: yes})
}

// published is a composite of Mona's that Salma and Laila have looked at.
func (o office) published() story.ID {
	o.T.Helper()
	id, err := o.Story.Write(o.T.Context(), o.Actor("mona"), o.input())
	o.must(err)
	o.publish(id)
	return id
}

func (o office) publish(id story.ID) {
	o.T.Helper()
	s := o.page("mona", id)
	o.must(o.Story.Submit(o.T.Context(), o.Actor("mona"), id, s.Version))
	o.must(o.review("salma", id))
	o.must(o.review("laila", id, story.Questions(s.Kind)...))
}

// board is what the public side reads once its own time is over.
func (o office) board() tale.Board {
	o.T.Helper()
	o.Advance(tale.Fresh)
	b, err := o.Tale.Look(o.T.Context())
	o.must(err)
	return b
}

// TestThreePeople stand behind a composite, and what one step has not seen the next one does not do.
func TestThreePeople(t *testing.T) {
	each(t, func(o office) {
		ctx, mona, salma, laila := o.T.Context(), o.Actor("mona"), o.Actor("salma"), o.Actor("laila")
		in := o.input()
		id, err := o.Story.Write(ctx, mona, in)
		o.must(err)
		if again, err := o.Story.Write(ctx, mona, in); err != nil || again != id {
			o.T.Errorf("the form sent again is %s, %v", again, err)
		}
		o.refused(o.review("salma", id), story.CodeState)
		o.refused(o.Story.Submit(ctx, mona, id, 9), fault.CodeStale)
		o.must(o.Story.Submit(ctx, mona, id, 1))
		o.refused(o.Story.Submit(ctx, mona, id, 2), story.CodeState)
		o.refused(o.Story.Review(ctx, salma, story.ReviewInput{Story: id, Version: 1, Good: true}), fault.CodeStale)
		o.refused(o.Story.Review(ctx, mona, story.ReviewInput{Story: id, Version: 2, Good: true}), fault.CodeForbidden)
		o.wrong(o.Story.Review(ctx, salma, story.ReviewInput{Story: id, Version: 2, Back: true}), "note")
		o.wrong(o.Story.Review(ctx, salma, story.ReviewInput{Story: id, Version: 2, Note: "Neither."}), "good")
		o.wrong(o.Story.Review(ctx, salma, story.ReviewInput{Story: id, Version: 2, Good: true, Back: true, Note: "Both."}), "good")
		o.must(o.review("salma", id))
		o.refused(o.review("salma", id, story.Questions(tale.Composite)...), story.CodeSame)
		o.wrong(o.review("laila", id), "yes")
		o.wrong(o.review("laila", id, story.Questions(tale.Composite)[1:]...), "yes")
		if b := o.board(); len(b.Stories) != 0 {
			o.T.Errorf("%+v is published", b)
		}
		o.must(o.review("laila", id, story.Questions(tale.Composite)...))
		b := o.board()
		if len(b.Stories) != 2 || len(b.Of("ar")) != 1 || b.Of("en")[0].Title != "I told my aunt" || b.Stories[0].Kind != tale.Composite {
			o.T.Errorf("%+v", b)
		}

		// Salma writes a word: it is a draft again, stands nowhere, and she cannot look at it.
		p := o.page("salma", id)
		edit := story.WriteInput{Story: id, Version: p.Version, Audience: p.Audience, Until: p.Until, Texts: simple[:1]}
		_, err = o.Story.Write(ctx, salma, edit)
		o.must(err)
		_, err = o.Story.Write(ctx, salma, edit)
		o.refused(err, fault.CodeStale)
		if b := o.board(); len(b.Stories) != 0 || len(b.Removed) != 2 {
			o.T.Errorf("what was written anew stands: %+v", b)
		}
		o.must(o.Story.Submit(ctx, mona, id, o.version(id)))
		o.refused(o.review("salma", id), story.CodeOwn)
		o.must(o.Story.Review(ctx, laila, story.ReviewInput{Story: id, Version: o.version(id), Back: true, Note: "Say it more kindly."}))
		if p := o.page("mona", id); p.State != story.Draft || p.Note != "Say it more kindly." || p.CheckedBy != "" {
			o.T.Errorf("%+v", p)
		}
		if n := o.count("SELECT count(*) FROM audit_entry WHERE action LIKE 'story.%' AND subjects LIKE '%' || $1 || '%'", string(id)); n < 9 {
			o.T.Errorf("%d entries", n)
		}
		if n := o.count("SELECT count(*) FROM audit_entry WHERE detail LIKE '%aunt%' OR detail LIKE '%kindly%'"); n != 0 {
			o.T.Error("the log has words of a story")
		}
	})
}

// TestRepublished: what comes back is not said to be gone.
func TestRepublished(t *testing.T) {
	each(t, func(o office) {
		id := o.published()
		p := o.page("mona", id)
		_, err := o.Story.Write(o.T.Context(), o.Actor("mona"), story.WriteInput{Story: id, Version: p.Version, Audience: p.Audience, Until: p.Until, Texts: simple[:1]})
		o.must(err)
		o.publish(id)
		if b := o.board(); len(b.Stories) != 1 || len(b.Removed) != 1 || b.Removed[0].Language != "ar" {
			o.T.Errorf("%+v", b)
		}
	})
}

// TestLimits: what breaks one is kept with its warnings, and goes no further.
func TestLimits(t *testing.T) {
	each(t, func(o office) {
		ctx, mona := o.T.Context(), o.Actor("mona")
		for want, body := range map[fault.Code]string{
			"story.warn_form": "![a](b)", "story.warn_number": "It was in May 2030.", "story.warn_words": strings.Repeat("We go. ", 130),
			"story.warn_grade":    "Notwithstanding statutory considerations, professionals communicate.",
			"story.warn_sentence": "I go and you go and we go and they go and he goes and she goes.", "story.warn_word": "He was a predator.",
			"story.warn_address": "See www.example.org or a@b.",
		} {
			in := o.input()
			in.Texts = []story.Text{{Language: "en", Title: "A day", Body: body}}
			id, err := o.Story.Write(ctx, mona, in)
			o.must(err)
			if p := o.page("mona", id); !slices.ContainsFunc(p.Warnings, func(w story.Warning) bool { return w.Code == want && w.Language == "en" }) {
				o.T.Errorf("%s is not warned of: %+v", want, p.Warnings)
			}
			o.refused(o.Story.Submit(ctx, mona, id, 1), story.CodeLimits)
		}
		in := o.input()
		in.Texts = nil
		id, err := o.Story.Write(ctx, mona, in)
		o.must(err)
		o.refused(o.Story.Submit(ctx, mona, id, 1), story.CodeLimits)
		_, err = o.Story.Write(ctx, mona, story.WriteInput{Draft: in.Draft, Until: o.Now().AddDate(1, 0, 1), Texts: []story.Text{{Language: "de", Title: "A", Body: "B"},
			{Language: "en", Title: strings.Repeat("x", 101), Body: "B"}, {Language: "ar", Title: "A"}, {Language: "fr", Body: "B"}}})
		o.wrong(err, "audience", "body_ar", "body_de", "title_en", "title_fr", "until")
		_, err = o.Story.Write(ctx, mona, story.WriteInput{Audience: education.Parent, Until: o.Now().AddDate(0, 1, 0)})
		o.refused(err, "fault.form")
	})
}

const refusalsTestSQL = "SELECT count(*) FROM audit_entry WHERE outcome = 'refused'"

// TestHowItIsWrittenIsNoMatter: a number is one in every script and shape, and so is an address.
func TestHowItIsWrittenIsNoMatter(t *testing.T) {
	each(t, func(o office) {
		for body, want := range map[string]fault.Code{"I was ①②.": "story.warn_number", "I was １２.": "story.warn_number", "I was १२.": "story.warn_number", "I was ٤.": "story.warn_number", "I was ½.": "story.warn_number",
			"It is help.example now.": "story.warn_address", "See ＷＷＷ.example": "story.warn_address", "Ask me＠home.": "story.warn_address", "I said yes. She did, too.": ""} {
			var got fault.Code
			for _, w := range story.Check(o.Pack, education.Everyone, []story.Text{{Language: "en", Title: "A day", Body: body}}) {
				if w.Code == "story.warn_number" || w.Code == "story.warn_address" {
					got = w.Code
				}
			}
			if got != want {
				o.T.Errorf("%q: %q, want %q", body, got, want)
			}
		}
	})
}

// TestWhoMay: everybody else is refused everything.
func TestWhoMay(t *testing.T) {
	each(t, func(o office) {
		ctx, id := o.T.Context(), o.published()
		for _, who := range []string{"huda", "dana", "adam", "aida"} {
			actor := o.Actor(who)
			_, list := o.Story.List(ctx, actor)
			_, show := o.Story.Show(ctx, actor, id)
			_, write := o.Story.Write(ctx, actor, o.input())
			for _, err := range []error{list, show, write, o.Story.Submit(ctx, actor, id, 4), o.Story.Withdraw(ctx, actor, id, story.AskedFor),
				o.Story.Review(ctx, actor, story.ReviewInput{Story: id, Version: 4, Good: true})} {
				if kind := fault.KindOf(err); kind != fault.Forbidden {
					o.T.Errorf("%s: %v", who, err)
				}
			}
		}
		refusals := o.count(refusalsTestSQL)
		_, err := o.Story.Show(ctx, o.Actor("mona"), "no such") // is as what is hidden from her
		o.refused(err, fault.CodeWithheld)
		o.refused(o.Story.Withdraw(ctx, o.Actor("mona"), "no such", story.AskedFor), fault.CodeWithheld)
		if n := o.count(refusalsTestSQL); n != refusals+2 {
			o.T.Errorf("%d refusals are in the log", n-refusals)
		}
	})
}

// TestWithdrawn: one press, from any state, by whoever may, and never back.
func TestWithdrawn(t *testing.T) {
	each(t, func(o office) {
		ctx, id := o.T.Context(), o.published()
		o.board()
		o.wrong(o.Story.Withdraw(ctx, o.Actor("karim"), id, story.Reopened), "why")
		o.must(o.Story.Withdraw(ctx, o.Actor("karim"), id, story.AskedFor))
		o.must(o.Story.Withdraw(ctx, o.Actor("salma"), id, story.Mistaken))
		if b := o.board(); len(b.Stories) != 0 || len(b.Removed) != 2 {
			o.T.Errorf("%+v", b)
		}
		p := o.page("mona", id)
		if p.State != story.Withdrawn || p.EndedBy != o.ID("karim") || p.Why != story.AskedFor {
			o.T.Errorf("%+v", p)
		}
		_, err := o.Story.Write(ctx, o.Actor("mona"), story.WriteInput{Story: id, Version: p.Version, Audience: p.Audience, Until: p.Until, Texts: simple})
		o.refused(err, story.CodeState)
		o.refused(o.Story.Submit(ctx, o.Actor("mona"), id, p.Version), story.CodeState)
		o.refused(o.review("laila", id), story.CodeState)
	})
}

// TestExpires by the clock alone; the job only tidies up.
func TestExpires(t *testing.T) {
	each(t, func(o office) {
		id := o.published()
		if n, err := o.Story.Sweep(o.T.Context(), access.System("story.sweep")); n != 0 || err != nil {
			o.T.Errorf("%d, %v", n, err)
		}
		o.board()
		o.Advance(200 * 24 * time.Hour)
		if b, err := o.Tale.Look(o.T.Context()); err != nil || len(b.Stories) != 0 {
			o.T.Errorf("%+v, %v", b, err)
		}
		if n, err := o.Story.Sweep(o.T.Context(), access.System("story.sweep")); n != 1 || err != nil {
			o.T.Errorf("%d, %v", n, err)
		}
		if p := o.page("mona", id); p.State != story.Expired || p.Why != story.OverTime || p.EndedBy != "" {
			o.T.Errorf("%+v", p)
		}
		if b := o.board(); len(b.Removed) != 2 {
			o.T.Errorf("%+v", b)
		}
	})
}

// closed is a case of Mona's that is closed.
func (o office) closed() casework.ID {
	o.T.Helper()
	id := o.Case()
	o.close(id)
	return id
}

func (o office) caseVersion(id casework.ID) (n int64) {
	o.T.Helper()
	o.Read(func(ctx context.Context, tx store.Tx) error {
		return tx.One(ctx, "SELECT version FROM case_file WHERE id = $1", []any{string(id)}, &n)
	})
	return n
}

func (o office) close(id casework.ID) {
	o.T.Helper()
	o.must(o.Casework.Close(o.T.Context(), o.Actor("salma"), casework.CloseInput{Case: id, Reason: o.Pack.ClosureReasons("")[0].Code, Note: "All is well.", ChildTold: true,
		Override: "Nothing is left to do.", Version: o.caseVersion(id)}))
}

func (o office) reopen(id casework.ID) {
	o.T.Helper()
	o.must(o.Casework.Reopen(o.T.Context(), o.Actor("salma"), casework.ReopenInput{Case: id, Reason: "More was told.", Version: o.caseVersion(id)}))
}

func (o office) consent(file casework.ID) story.BeginInput {
	return story.BeginInput{Draft: ident.New[string](o.Now()), Case: file, Audience: education.Age13To15, Consent: story.Consent{By: story.ThePerson, Adult: true, Said: story.Said,
		For: "A page for others of the same age.", Given: o.Now(), Until: o.Now().AddDate(0, 3, 0), Ways: story.Ways}}
}

// begun is a real story from a case, with words.
func (o office) begun(file casework.ID) story.ID {
	o.T.Helper()
	id, err := o.Story.Begin(o.T.Context(), o.Actor("mona"), o.consent(file))
	o.must(err)
	p := o.page("mona", id)
	_, err = o.Story.Write(o.T.Context(), o.Actor("mona"), story.WriteInput{Story: id, Version: p.Version, Audience: p.Audience, Until: p.Until, Texts: simple})
	o.must(err)
	return id
}

// TestAConsentIsWhole, or there is no story.
func TestAConsentIsWhole(t *testing.T) {
	each(t, func(o office) {
		ctx, file := o.T.Context(), o.closed()
		for name, c := range map[string]struct {
			change func(in *story.BeginInput)
			fields []string
		}{
			"under age":            {func(in *story.BeginInput) { in.Consent.Adult = false }, []string{"adult"}},
			"not all said":         {func(in *story.BeginInput) { in.Consent.Said = story.Said[1:] }, []string{"said"}},
			"nobody":               {func(in *story.BeginInput) { in.Consent.By = "" }, []string{"by"}},
			"for nothing":          {func(in *story.BeginInput) { in.Consent.For = " " }, []string{"for"}},
			"without end":          {func(in *story.BeginInput) { in.Consent.Until = o.Now().AddDate(1, 0, 1) }, []string{"until"}},
			"over":                 {func(in *story.BeginInput) { in.Consent.Until = o.Now() }, []string{"until"}},
			"given tomorrow":       {func(in *story.BeginInput) { in.Consent.Given = o.Now().AddDate(0, 0, 1) }, []string{"given"}},
			"no way back":          {func(in *story.BeginInput) { in.Consent.Ways = nil }, []string{"ways"}},
			"another way back":     {func(in *story.BeginInput) { in.Consent.Ways = []story.Way{"letter"} }, []string{"ways"}},
			"for no audience":      {func(in *story.BeginInput) { in.Audience = "" }, []string{"audience"}},
			"a guardian alone":     {func(in *story.BeginInput) { in.Consent.By = story.Guardian }, []string{"assent", "best_interests", "weighed"}},
			"weighed by the same":  {func(in *story.BeginInput) { o.guardian(in, "mona") }, []string{"weighed"}},
			"weighed by somebody":  {func(in *story.BeginInput) { o.guardian(in, "huda") }, []string{"weighed"}},
			"without the case":     {func(in *story.BeginInput) { o.guardian(in, "karim") }, []string{"weighed"}},
			"the child says no":    {func(in *story.BeginInput) { o.guardian(in, "laila"); in.Consent.Assent = false }, []string{"assent"}},
			"nothing of the child": {func(in *story.BeginInput) { o.guardian(in, "laila"); in.Consent.BestInterests = "" }, []string{"best_interests"}},
		} {
			in := o.consent(file)
			c.change(&in)
			_, err := o.Story.Begin(ctx, o.Actor("mona"), in)
			o.T.Log(name)
			o.wrong(err, c.fields...)
		}
		in := o.consent(file)
		o.guardian(&in, "laila")
		id, err := o.Story.Begin(ctx, o.Actor("mona"), in)
		o.must(err)
		if p := o.page("salma", id); p.Consent.Weighed != o.ID("laila") || p.Case != file || len(p.Texts) != 0 || p.Kind != tale.Real {
			o.T.Errorf("%+v", p)
		}
		if n := o.count("SELECT count(*) FROM story_consent WHERE story = $1 AND length(body) > 0", string(id)); n != 1 {
			o.T.Errorf("%d consents", n)
		}
	})
}

// TestWeighed: what a guardian has agreed to goes no step on before the colleague whom it names has weighed it, who writes nothing of it.
func TestWeighed(t *testing.T) {
	each(t, func(o office) {
		ctx, mona, laila := o.T.Context(), o.Actor("mona"), o.Actor("laila")
		in := o.consent(o.closed())
		o.guardian(&in, "laila")
		id, err := o.Story.Begin(ctx, mona, in)
		o.must(err)
		write := func(who string) error {
			p := o.page("mona", id)
			_, err := o.Story.Write(ctx, o.Actor(who), story.WriteInput{Story: id, Version: p.Version, Audience: p.Audience, Until: p.Until, Texts: simple})
			return err
		}
		o.refused(write("laila"), story.CodeWeigher)
		o.must(write("mona"))
		o.refused(o.Story.Submit(ctx, mona, id, o.version(id)), story.CodeUnweighed)
		o.refused(o.Story.Weigh(ctx, o.Actor("salma"), id, o.version(id)), story.CodeWeigher)
		o.refused(o.Story.Weigh(ctx, mona, id, o.version(id)), fault.CodeForbidden)
		o.refused(o.Story.Weigh(ctx, laila, id, 1), fault.CodeStale)
		o.must(o.Story.Weigh(ctx, laila, id, o.version(id)))
		at := o.page("mona", id).Weighed
		o.Advance(time.Hour)
		o.must(o.Story.Weigh(ctx, laila, id, o.version(id)))
		if p := o.page("mona", id); at.IsZero() || !p.Weighed.Equal(at) {
			o.T.Errorf("weighed at %s, then at %s", at, p.Weighed)
		}
		o.publish(id)
		if b := o.board(); len(b.Stories) != 2 {
			o.T.Errorf("%+v", b)
		}
		o.must(o.Story.Withdraw(ctx, mona, id, story.AskedFor))
		o.refused(o.Story.Weigh(ctx, laila, id, o.version(id)), story.CodeState)
	})
}

// TestSoMany of one person may wait at once; what is published and what waits is in every list.
func TestSoMany(t *testing.T) {
	each(t, func(o office) {
		ctx, mona, first := o.T.Context(), o.Actor("mona"), o.published()
		o.Advance(time.Minute)
		for range story.MostOpen {
			_, err := o.Story.Write(ctx, mona, o.input())
			o.must(err)
		}
		_, err := o.Story.Write(ctx, mona, o.input())
		o.refused(err, story.CodeMany)
		_, err = o.Story.Write(ctx, o.Actor("salma"), o.input())
		o.must(err)
		list, err := o.Story.List(ctx, mona)
		o.must(err)
		if len(list) != story.MostOpen+2 || list[0].ID != first {
			o.T.Errorf("the list has %d", len(list))
		}
		o.must(o.Story.Withdraw(ctx, mona, list[2].ID, story.Mistaken))
		_, err = o.Story.Write(ctx, mona, o.input())
		o.must(err)
	})
}

func (o office) guardian(in *story.BeginInput, weighed string) {
	c := &in.Consent
	c.By, c.Adult, c.Assent, c.BestInterests, c.Weighed = story.Guardian, false, true, "They want to, and it can do no harm.", o.ID(weighed)
}

// TestNeverFromAnOpenCase, nor from one that is held, nor by whoever may not know of it.
func TestNeverFromAnOpenCase(t *testing.T) {
	each(t, func(o office) {
		ctx, mona, file := o.T.Context(), o.Actor("mona"), o.Case()
		_, err := o.Story.Begin(ctx, mona, o.consent(file))
		o.refused(err, story.CodeOpen)
		o.close(file)
		for _, who := range []string{"karim", "huda"} {
			if _, err := o.Story.Begin(ctx, o.Actor(who), o.consent(file)); fault.KindOf(err) != fault.Withheld && fault.KindOf(err) != fault.Forbidden {
				o.T.Errorf("%s begins one: %v", who, err)
			}
		}
		o.must(o.Retention.HoldOn(ctx, o.Actor("salma"), string(file), "A court asks."))
		_, err = o.Story.Begin(ctx, mona, o.consent(file))
		o.refused(err, story.CodeHeld)
		s, err := o.Retention.See(ctx, o.Actor("salma"), string(file))
		o.must(err)
		o.must(o.Retention.Lift(ctx, o.Actor("salma"), string(file), s.Hold.ID))

		var told string // the report that led to it
		o.must(o.Main.Read(ctx, func(tx store.Tx) error {
			reports, err := casework.Reports(ctx, tx, file)
			told = string(reports[0])
			return err
		}))
		o.must(o.Retention.HoldOn(ctx, o.Actor("salma"), told, "A court asks for what was told."))
		_, err = o.Story.Begin(ctx, mona, o.consent(file))
		o.refused(err, story.CodeHeld)
		s, err = o.Retention.See(ctx, o.Actor("salma"), told)
		o.must(err)
		o.must(o.Retention.Lift(ctx, o.Actor("salma"), told, s.Hold.ID))

		id := o.begun(file)
		for who, want := range map[string]bool{"mona": true, "salma": true, "karim": false} {
			list, err := o.Story.List(ctx, o.Actor(who))
			o.must(err)
			_, seen := o.Story.Show(ctx, o.Actor(who), id)
			if (len(list) == 1) != want || (seen == nil) != want {
				o.T.Errorf("%s: %d, %v", who, len(list), seen)
			}
		}
		o.refused(o.Story.Withdraw(ctx, o.Actor("karim"), id, story.AskedFor), fault.CodeWithheld)
		o.must(o.Story.Submit(ctx, mona, id, o.version(id)))
		o.must(o.review("salma", id))
		o.reopen(file)
		o.refused(o.review("laila", id, story.Questions(tale.Real)...), story.CodeOpen)
		o.close(file)
		o.wrong(o.review("laila", id, story.Questions(tale.Composite)...), "yes") // the person has not seen it
		o.must(o.review("laila", id, story.Questions(tale.Real)...))
		if b := o.board(); len(b.Stories) != 2 || b.Stories[0].Kind != tale.Real {
			o.T.Errorf("%+v", b)
		}
		for range 2 { // it is public, and somebody has asked him; a second press changes nothing
			o.must(o.Story.Withdraw(ctx, o.Actor("karim"), id, story.AskedFor))
		}
		if n := o.count("SELECT length(texts) + length(note) FROM story WHERE id = $1", string(id)); n != 0 {
			o.T.Errorf("%d bytes are left of it", n)
		}
	})
}

// TestTheCaseTakesItBack: when it is open again, held or erased, and when the consent is over.
func TestTheCaseTakesItBack(t *testing.T) {
	for want, change := range map[story.Reason]func(o office, file casework.ID){
		story.Reopened: func(o office, file casework.ID) { o.reopen(file) },
		story.HeldByLaw: func(o office, file casework.ID) {
			o.must(o.Retention.HoldOn(o.T.Context(), o.Actor("salma"), string(file), "A court asks."))
		},
		story.OverTime: func(o office, _ casework.ID) { o.Advance(100 * 24 * time.Hour) },
		story.Erased: func(o office, file casework.ID) {
			ctx := o.T.Context()
			o.must(o.Retention.Ask(ctx, o.Actor("salma"), string(file), retention.AskedFor))
			s, err := o.Retention.See(ctx, o.Actor("laila"), string(file))
			o.must(err)
			o.must(o.Retention.Confirm(ctx, o.Actor("laila"), string(file), s.Erasure.ID, true))
		},
	} {
		t.Run(string(want), func(t *testing.T) {
			each(t, func(o office) {
				ctx, file := o.T.Context(), o.closed()
				id, draft := o.begun(file), o.begun(file)
				o.publish(id)
				if b := o.board(); len(b.Stories) != 2 {
					o.T.Fatalf("%+v", b)
				}
				change(o, file)
				ended := 2
				if want == story.Erased {
					ended = 0 // it was in the same transaction
				}
				if n, err := o.Story.Sweep(ctx, access.System("story.sweep")); n != ended || err != nil {
					o.T.Errorf("%d, %v", n, err)
				}
				for _, one := range []story.ID{id, draft} {
					if n := o.count("SELECT count(*) FROM story WHERE id = $1 AND ended_why = $2 AND length(texts) = 0 AND ended_by = ''", string(one), string(want)); n != 1 {
						o.T.Errorf("%s is not ended", one)
					}
				}
				if b := o.board(); len(b.Stories) != 0 || len(b.Removed) != 2 {
					o.T.Errorf("%+v", b)
				}
				left := o.count("SELECT count(*) FROM story_consent WHERE case_id = $1", string(file))
				keys := o.count("SELECT count(*) FROM story WHERE destroyed_at > 0")
				if want == story.Erased && (left != 0 || keys != 2) || want != story.Erased && (left != 2 || keys != 0) {
					o.T.Errorf("%d consents are left, of %d the keys are destroyed", left, keys)
				}
				if n, err := o.Story.Sweep(ctx, access.System("story.sweep")); n != 0 || err != nil {
					o.T.Errorf("again: %d, %v", n, err)
				}
			})
		})
	}
}

// TestAfterARestore: what was public when a backup was made is a draft, and is public again when two people have looked at it.
func TestAfterARestore(t *testing.T) {
	each(t, func(o office) {
		id := o.published()
		by, err := access.Own(access.System("test"), "backup.restore")
		o.must(err)
		o.must(o.Main.Write(o.T.Context(), func(tx store.Tx) error {
			n, err := story.AsideAfterRestore(o.T.Context(), tx, by)
			if n != 1 {
				o.T.Errorf("%d were put aside", n)
			}
			return err
		}))
		if b := o.board(); len(b.Stories) != 0 || len(b.Removed) != 2 {
			o.T.Errorf("%+v", b)
		}
		if p := o.page("mona", id); p.State != story.Draft {
			o.T.Errorf("it is %s", p.State)
		}
		o.publish(id)
		if b := o.board(); len(b.Stories) != 2 {
			o.T.Errorf("%+v", b)
		}
	})
}

// TestKeysAreDestroyed: after an erasure, what a backup still has of the words opens nowhere.
func TestKeysAreDestroyed(t *testing.T) {
	each(t, func(o office) {
		ctx, file := o.T.Context(), o.closed()
		id := o.begun(file)
		var texts []byte
		o.Read(func(ctx context.Context, tx store.Tx) error {
			return tx.One(ctx, "SELECT texts FROM story WHERE id = $1", []any{string(id)}, &texts)
		})
		by, err := access.Own(access.System("test"), access.StoryRead)
		o.must(err)
		opens := func() error {
			return o.Reveal.Show(ctx, by, func(v *reveal.View) error {
				_, err := v.Open(ctx, string(id), reveal.Content, reveal.Cell{Table: "story", Column: "texts", Row: string(id)}, texts)
				return err
			})
		}
		o.must(opens())
		o.must(o.Retention.Ask(ctx, o.Actor("salma"), string(file), retention.AskedFor))
		s, err := o.Retention.See(ctx, o.Actor("laila"), string(file))
		o.must(err)
		o.must(o.Retention.Confirm(ctx, o.Actor("laila"), string(file), s.Erasure.ID, true))
		_, err = o.Story.Sweep(ctx, access.System("story.sweep"))
		o.must(err)
		if opens() == nil {
			o.T.Error("the words still open")
		}
	})
}
