package helpline_test

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/helpline"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
)

const canary = "the purple lighthouse hums"

// TestADraftIsItsAuthorsAlone holds everybody else off, the supervisor too: to them it is not there.
func TestADraftIsItsAuthorsAlone(t *testing.T) {
	each(t, func(l *line) {
		ctx, id := t.Context(), l.begin(hani, "worried")
		version, err := l.room.Autosave(ctx, hani, writes(id, 1, "worried", canary, nil))
		l.must(err)
		for _, who := range []access.Actor{huda, salma} {
			before := l.number(l.main, refusedTestSQL, who.ID)
			_, err := l.room.Read(ctx, who, id)
			l.refuses("read", err, fault.Withheld)
			_, err = l.room.Glance(ctx, who, id)
			l.refuses("glance", err, fault.Withheld)
			_, err = l.room.Autosave(ctx, who, writes(id, version, "worried", "x", nil))
			l.refuses("autosave", err, fault.Withheld)
			_, err = l.room.Save(ctx, who, writes(id, version, "worried", "x", nil))
			l.refuses("save", err, fault.Withheld)
			l.refuses("hand in", l.room.HandIn(ctx, who, helpline.HandInput{Draft: id, Version: version}), fault.Withheld)
			_, err = l.room.Handout(ctx, who, id)
			l.refuses("handout", err, fault.Withheld)
			l.refuses("given", l.room.Given(ctx, who, id), fault.Withheld)
			l.refuses("close", l.room.Close(ctx, who, helpline.CloseInput{ID: helpline.NewClosingID(start), Channel: "phone", Kind: helpline.Silent, Draft: id}), fault.Withheld)
			if n := l.number(l.main, refusedTestSQL, who.ID) - before; n != 8 {
				t.Errorf("%d refusals of %s are recorded", n, who.ID)
			}
			if len(l.board(who).Drafts) != 0 || l.number(l.main, openedTestSQL, who.ID) != 0 {
				t.Errorf("%s sees something of it", who.ID)
			}
		}
		_, err = l.room.Begin(ctx, mona, helpline.BeginInput{Channel: "phone", Way: "worried", Language: "en"})
		l.refuses("a case manager begins", err, fault.Forbidden)
		_, err = l.room.Board(ctx, mona)
		l.refuses("a case manager looks", err, fault.Forbidden)
		if p := l.read(id); p.Text != canary || p.Version != 2 || p.Language != "sw" {
			t.Errorf("its author reads %+v", p)
		}
		if content, _ := l.stored(id); bytes.Contains(content, []byte("lighthouse")) {
			t.Error("it is not sealed")
		}
		if b := l.board(salma); b.Lying != 1 || !b.Oldest.Equal(start) {
			t.Errorf("the supervisor counts %d since %s", b.Lying, b.Oldest)
		}
		if b := l.board(hani); b.Lying != 0 || b.Tallies != nil || len(b.Drafts) != 1 {
			t.Errorf("a counsellor counts: %+v", b)
		}
	})
}

// TestWhatIsRefused names every wrong field.
func TestWhatIsRefused(t *testing.T) {
	each(t, func(l *line) {
		ctx := t.Context()
		_, err := l.room.Begin(ctx, hani, helpline.BeginInput{Channel: "web_form", Way: "other", Language: "xx"})
		if fields := fault.Fields(err); len(fields) != 3 {
			t.Errorf("wrong fields: %v", fields)
		}
		l.refuses("a kind that is none", l.room.Close(ctx, hani, helpline.CloseInput{ID: helpline.NewClosingID(start), Channel: "phone", Kind: helpline.Told}), fault.Invalid)
		l.refuses("an id that is none", l.room.Close(ctx, hani, helpline.CloseInput{ID: "x y", Channel: "phone", Kind: helpline.Silent}), fault.Invalid)
		id := l.begin(hani, "worried")
		_, err = l.room.Autosave(ctx, hani, writes(id, 1, "other", "x", nil))
		l.refuses("a way that is none", err, fault.Invalid)
	})
}

// TestHandingIn takes a report that has all that was taken down, once, and gives the receipt until the caller has it.
func TestHandingIn(t *testing.T) {
	each(t, func(l *line) {
		ctx, id := t.Context(), l.begin(hani, "worried")
		_, err := l.room.Save(ctx, hani, writes(id, 1, "worried", canary, instrument.Answers{
			"danger": {"yes_now"}, "must_not_know": {"Huda"}, "number": {"555 0100"}}))
		l.must(err)
		l.refuses("of a version that is not there", l.room.HandIn(ctx, hani, helpline.HandInput{Draft: id, Version: 1}), fault.Conflict)
		h := l.handIn(id)
		l.must(l.room.HandIn(ctx, hani, helpline.HandInput{Draft: id, Version: 2})) // the back button
		all := l.told()
		if len(all) != 1 {
			t.Fatalf("%d reports", len(all))
		}
		told := all[0]
		text := strings.Join(told.Answers["words"], "\n")
		if told.Channel != "phone" || told.Language != "sw" || told.Reader != intake.Adult || told.Instrument != "worried" ||
			!slices.Equal(told.Answers["must_not_know"], []string{"Huda"}) || !strings.Contains(text, canary) {
			t.Errorf("told %+v", told)
		}
		if len(told.Answers["number"]) != 0 || !strings.Contains(text, "Your number: 555 0100") {
			t.Errorf("a number that nobody asked for is lost: %q", text)
		}
		box, err := l.intake.Open(ctx, h.Receipt)
		if err != nil || !box.TakenFor || h.Language != "sw" || h.Report == "" {
			t.Errorf("the receipt opens %+v, %v", box, err)
		}
		_, err = l.room.Read(ctx, hani, id)
		l.refuses("it is written on", err, fault.Conflict)
		_, err = l.room.Autosave(ctx, hani, writes(id, 3, "worried", "more", nil))
		l.refuses("it is saved", err, fault.Conflict)
		for range 2 {
			l.must(l.room.Given(ctx, hani, id))
		}
		_, err = l.room.Handout(ctx, hani, id)
		l.refuses("the receipt is shown again", err, fault.Withheld)
		if content, receipt := l.stored(id); len(content)+len(receipt) != 0 {
			t.Error("something is still stored")
		}
		l.sweep()
		if l.number(l.main, rowsTestSQL, string(id)) != 0 || l.number(l.keys, keysTestSQL, string(id)) != 0 {
			t.Error("the draft or its keys are still there")
		}
		if l.tallied(helpline.Told) != 1 {
			t.Error("it is not counted once")
		}
	})
}

// TestDangerIsPromisedAsToWhoWrites gives a caller the words of the public form.
func TestDangerIsPromisedAsToWhoWrites(t *testing.T) {
	each(t, func(l *line) {
		for _, p := range l.pack.Instrument("about_me").Pages {
			for _, q := range p.Questions {
				for _, c := range q.Codes {
					if slices.Contains(l.pack.Instrument("about_me").Facts(instrument.Answers{q.ID: {c.Name}}).Triggers, "danger_now") {
						id := l.begin(hani, "about_me")
						_, err := l.room.Save(t.Context(), hani, writes(id, 1, "about_me", "", instrument.Answers{q.ID: {c.Name}}))
						l.must(err)
						if h := l.handIn(id); h.Promise.Situation != jurisdiction.Danger || !h.Promise.Urgent() || h.Promise.Reader != jurisdiction.Child {
							t.Errorf("promised %+v", h.Promise)
						}
						return
					}
				}
			}
		}
		t.Error("no answer says that there is danger")
	})
}

// TestTwoWindows puts together what was written in two windows, and lets no autosave write over another.
func TestTwoWindows(t *testing.T) {
	each(t, func(l *line) {
		ctx, id := t.Context(), l.begin(hani, "worried")
		_, err := l.room.Autosave(ctx, hani, writes(id, 1, "worried", "first window", instrument.Answers{"danger": {"no"}, "when": {"year"}, "must_not_know": {"Ann"}, "say": {"kept"}}))
		l.must(err)
		_, err = l.room.Autosave(ctx, hani, writes(id, 1, "worried", "second window", nil))
		l.refuses("an autosave over another", err, fault.Conflict)
		together, err := l.room.Save(ctx, hani, writes(id, 1, "worried", "second window", instrument.Answers{"when": {"month"}, "must_not_know": {"Bob"}}))
		p := l.read(id)
		if err != nil || !together || !strings.Contains(p.Text, "first window") || !strings.Contains(p.Text, "second window") ||
			!slices.Equal(p.Answers["must_not_know"], []string{"Ann", "Bob"}) || !slices.Equal(p.Answers["danger"], []string{"no"}) ||
			!slices.Equal(p.Answers["when"], []string{"month"}) || !slices.Equal(p.Answers["say"], []string{"kept"}) {
			t.Errorf("together %v, %v: %+v", together, err, p)
		}
		when, _ := l.pack.Instrument("worried").Question("when")
		if !strings.Contains(p.Text, when.Label.Words("en")+": ") {
			t.Errorf("the answer that gave way is lost: %q", p.Text)
		}
		if together, err := l.room.Save(ctx, hani, writes(id, p.Version, "worried", p.Text, p.Answers)); err != nil || together {
			t.Errorf("one window alone: %v, %v", together, err)
		}
	})
}

// TestShortWordsAreWords keeps what one window has though the other has it inside other words, and says twice nothing that is the same.
func TestShortWordsAreWords(t *testing.T) {
	each(t, func(l *line) {
		for name, c := range map[string]struct{ there, typed, want string }{
			"inside other words": {"He said do not go home tonight", "go home", "He said do not go home tonight\n\ngo home"},
			"typed on":           {"He said", "He said do not go", "He said do not go"},
			"the same":           {"He said", "He said", "He said"},
			"a paragraph of it":  {"One.\n\nTwo.", "Two.", "One.\n\nTwo."},
		} {
			id := l.begin(hani, "worried")
			_, err := l.room.Autosave(t.Context(), hani, writes(id, 1, "worried", c.there, nil))
			l.must(err)
			_, err = l.room.Save(t.Context(), hani, writes(id, 1, "worried", c.typed, nil))
			l.must(err)
			if got := l.read(id).Text; got != c.want {
				t.Errorf("%s: %q", name, got)
			}
		}
	})
}

// TestManyWindowsAtOnce lets many save by hand at the same time: no word is lost.
func TestManyWindowsAtOnce(t *testing.T) {
	each(t, func(l *line) {
		id := l.begin(hani, "worried")
		words := []string{"alpha", "bravo", "charlie"}
		var all sync.WaitGroup
		for _, w := range words {
			all.Go(func() {
				if _, err := l.room.Save(t.Context(), hani, writes(id, 1, "worried", w, nil)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, w := range words {
			if text := l.read(id).Text; !strings.Contains(text, w) {
				t.Errorf("%s is lost: %q", w, text)
			}
		}
	})
}

// TestAnotherWay keeps what the other questions ask, too, and puts the rest into the words.
func TestAnotherWay(t *testing.T) {
	each(t, func(l *line) {
		from, to := l.pack.Instrument("worried"), l.pack.Instrument("under_13")
		got := helpline.Turn(from, to, helpline.Notes{Way: "worried", Language: "en", Text: "heard", Answers: instrument.Answers{
			"must_not_know": {"Ann"}, "find": {"the blue house"}, "words": {"seen"}, "you": {"relative"}}}, "en")
		if got.Way != "under_13" || !slices.Equal(got.Answers["must_not_know"], []string{"Ann"}) || !slices.Equal(got.Answers["words"], []string{"seen"}) {
			t.Errorf("turned to %+v", got)
		}
		for _, want := range []string{"heard", "the blue house", "Who are you to the child?: Other relative"} {
			if !strings.Contains(got.Text, want) {
				t.Errorf("%q is lost: %q", want, got.Text)
			}
		}
		if got.Answers["find"] != nil || got.Answers["you"] != nil {
			t.Errorf("answers that nobody asks for stay: %v", got.Answers)
		}
	})
}

// TestNoReportVanishes hands in what its author did not go on with, tells them, and clears away what nothing stands in.
func TestNoReportVanishes(t *testing.T) {
	each(t, func(l *line) {
		ctx, id, bare := t.Context(), l.begin(hani, "worried"), l.begin(hani, "worried")
		_, err := l.room.Save(ctx, hani, writes(id, 1, "worried", canary, nil))
		l.must(err)
		l.clock.pass(helpline.Abandoned - time.Minute)
		if l.sweep(); len(l.told()) != 0 || len(l.board(hani).Drafts) != 2 {
			t.Fatal("it is handed in too early")
		}
		l.clock.pass(time.Minute)
		for range 2 {
			l.sweep()
		}
		all := l.told()
		if len(all) != 1 || !strings.HasPrefix(all[0].Answers["words"][0], "UNFINISHED en") || !strings.Contains(all[0].Answers["words"][0], canary) {
			t.Fatalf("handed in %+v", all)
		}
		if got := states(l.board(hani).Drafts); !slices.Equal(got, []helpline.State{helpline.Unfinished}) || l.number(l.main, rowsTestSQL, string(bare)) != 0 {
			t.Errorf("its author sees %v", got)
		}
		if content, receipt := l.stored(id); len(content)+len(receipt) != 0 || l.tallied(helpline.Told) != 1 {
			t.Error("something is still stored, or it is not counted")
		}
		l.must(l.room.Given(ctx, hani, id))
		if l.sweep(); len(l.board(hani).Drafts) != 0 || l.number(l.main, rowsTestSQL, string(id)) != 0 {
			t.Error("what its author has read is still there")
		}
	})
}

// TestAReceiptIsNotKept forgets it when nobody says that the caller has it.
func TestAReceiptIsNotKept(t *testing.T) {
	each(t, func(l *line) {
		id := l.begin(hani, "worried")
		_, err := l.room.Save(t.Context(), hani, writes(id, 1, "worried", canary, nil))
		l.must(err)
		l.handIn(id)
		l.clock.pass(helpline.ReceiptLife)
		_, err = l.room.Handout(t.Context(), hani, id)
		l.refuses("it is still shown before the job has come by", err, fault.Conflict)
		if list := l.board(hani).Drafts; len(list) != 0 {
			t.Errorf("the board leads to it: %+v", list)
		}
		l.sweep()
		_, err = l.room.Handout(t.Context(), hani, id)
		l.refuses("it is still shown", err, fault.Withheld)
		if l.number(l.keys, keysTestSQL, string(id)) != 0 {
			t.Error("its keys are still there")
		}
	})
}

// TestClosingInOneStep counts a call once, by day, channel and kind, and can be taken back for a while, by whoever did it.
func TestClosingInOneStep(t *testing.T) {
	each(t, func(l *line) {
		ctx := t.Context()
		in := helpline.CloseInput{ID: helpline.NewClosingID(start), Channel: "phone", Kind: helpline.Silent}
		for range 2 { // a second press
			l.must(l.room.Close(ctx, hani, in))
		}
		other := in
		other.Kind = helpline.Abusive // the back button, and another
		l.must(l.room.Close(ctx, hani, other))
		if l.tallied(helpline.Silent) != 1 || l.tallied(helpline.Abusive) != 1 || l.board(huda).Silent != 1 {
			t.Fatalf("counted %+v", l.board(salma))
		}
		mine := l.board(hani).Closings
		if len(mine) != 2 || len(l.board(huda).Closings) != 0 {
			t.Fatalf("to be taken back: %+v", mine)
		}
		for _, c := range mine {
			l.refuses("taken back by another", l.room.TakeBack(ctx, salma, c.ID), fault.Withheld)
		}
		for range 2 {
			l.must(l.room.TakeBack(ctx, hani, mine[0].ID))
		}
		old := in
		if mine[0].Kind == helpline.Abusive {
			old = other
		}
		l.refuses("closed by the page of a closing that was taken back", l.room.Close(ctx, hani, old), fault.Conflict)
		l.clock.pass(helpline.UndoWithin)
		l.refuses("taken back too late", l.room.TakeBack(ctx, hani, mine[1].ID), fault.Conflict)
		if l.tallied(helpline.Silent)+l.tallied(helpline.Abusive) != 1 || len(l.board(hani).Closings) != 0 {
			t.Errorf("after taking back: %+v", l.board(salma))
		}
	})
}

// TestClosingADraft keeps what was taken down for as long as the closing can be taken back, and no longer.
func TestClosingADraft(t *testing.T) {
	each(t, func(l *line) {
		ctx, id := t.Context(), l.begin(hani, "worried")
		_, err := l.room.Save(ctx, hani, writes(id, 1, "worried", canary, nil))
		l.must(err)
		shut := func() {
			l.must(l.room.Close(ctx, hani, helpline.CloseInput{ID: helpline.NewClosingID(l.clock.Now()), Channel: "phone", Kind: helpline.Test, Draft: id}))
		}
		shut()
		_, err = l.room.Read(ctx, hani, id)
		l.refuses("a closed draft is read", err, fault.Conflict)
		l.refuses("a closed draft is handed in", l.room.HandIn(ctx, hani, helpline.HandInput{Draft: id, Version: 3}), fault.Conflict)
		l.must(l.room.TakeBack(ctx, hani, l.board(hani).Closings[0].ID))
		if p := l.read(id); p.Text != canary || l.tallied(helpline.Test) != 0 {
			t.Errorf("taken back: %+v", p)
		}
		shut()
		l.clock.pass(helpline.UndoWithin + time.Minute)
		l.sweep()
		if l.number(l.main, rowsTestSQL, string(id)) != 0 || l.number(l.keys, keysTestSQL, string(id)) != 0 || len(l.told()) != 0 {
			t.Error("it is still there, or a report")
		}
	})
}

// TestTheDayIsTheCountrys counts what comes after midnight there on the new day, whatever day it is elsewhere.
func TestTheDayIsTheCountrys(t *testing.T) {
	each(t, func(l *line) {
		y, m, d := start.In(l.pack.Zone()).Date()
		midnight := time.Date(y, m, d+1, 0, 0, 1, 0, l.pack.Zone())
		l.clock.pass(midnight.Sub(start))
		l.must(l.room.Close(t.Context(), hani, helpline.CloseInput{ID: helpline.NewClosingID(start), Channel: "phone", Kind: helpline.Silent}))
		if b := l.board(salma); b.Today != midnight.Format(time.DateOnly) || len(b.Tallies) != 1 || b.Tallies[0].Day != b.Today {
			t.Errorf("counted on %+v", b)
		}
	})
}
