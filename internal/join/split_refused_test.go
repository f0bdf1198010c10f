package join_test

import (
	"strings"
	"sync"
	"testing"

	"amparo/internal/fault"
	"amparo/internal/join"
	"amparo/internal/jurisdiction"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/triage"
)

// TestWhatCannotBeUndone holds that nothing that was done with the second is lost.
func TestWhatCannotBeUndone(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		for name, do := range map[string]func(first, second matter){
			"a reply":             func(_, second matter) { h.must(h.reply("huda", second.id, "Tell us of your cousin.")) },
			"an outcome":          func(_, second matter) { h.finish("huda", second) },
			"the first's outcome": func(first, _ matter) { h.finish("huda", first) },
			"what waits to be read": func(first, _ matter) {
				h.Add(first.receipt, "is somebody there?")
				h.must(h.Mailbox.MarkRead(t.Context(), h.Actor("huda"), first.id, string(first.id), 0))
			},
			"what became known of it": func(_, second matter) {
				h.must(h.Triage.Amend(t.Context(), h.Actor("huda"), triage.AmendInput{Report: second.id, Sequence: h.standing(second.id).Sequence,
					Facts: ruleset.Facts{Triggers: []string{"danger_now"}}, Reason: "She is in danger now."}))
			},
			"a split of the second": func(_, second matter) { h.split("huda", second, "words", "Dina") },
			"a report joined to it": func(_, second matter) { h.must(h.join("huda", h.ready("huda"), string(second.id))) },
		} {
			m := h.two()
			second := h.split("huda", m, "words", "My cousin Dina is afraid.")
			do(m, second)
			if err := h.undoSplit("salma", m, second); string(fault.CodeOf(err)) != "fault.split_used" && string(fault.CodeOf(err)) != "fault.not_split" {
				t.Errorf("with %s: undoing gave %v", name, err)
			}
			if p, err := h.Join.Show(t.Context(), h.Actor("salma"), m.id); err != nil || len(p.Halves) != 1 || p.Halves[0].Undo {
				t.Errorf("with %s: the page offers %+v, %v", name, p.Halves, err)
			}
			if h.report(second.id).Outcome == report.SplitUndone || h.number(openTestSQL) != 0 {
				t.Errorf("with %s: a refusal changed something", name)
			}
		}
		m, other := h.two(), h.two()
		second := h.split("huda", m, "words", "Dina")
		h.wants("undoing it at another", h.undoSplit("huda", other, second), "fault.not_split")
		h.must(h.Triage.Hand(t.Context(), h.Actor("huda"), triage.HandInput{Report: second.id, To: h.ID("laila")}))
		h.wants("undoing what somebody else has", h.undoSplit("huda", m, second), "forbidden")
		h.must(h.undoSplit("salma", m, second))
	})
}

// TestWhatASplitNamesIsTheFirstsOwn holds that whoever is named in what goes along does not read the first again when a join is undone that
// had kept it from them as well.
func TestWhatASplitNamesIsTheFirstsOwn(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		m := h.two()
		joined := h.ready("huda", "must_not_know", "Laila Sabri")
		h.must(h.join("huda", joined, string(m.id)))
		second := h.split("huda", m, "words", "My cousin Dina is afraid.", "must_not_know", "Laila Sabri")
		h.must(h.Join.Undo(t.Context(), h.Actor("salma"), joined.id))
		for _, one := range []matter{m, second} {
			if !h.kept(string(one.id), "laila") {
				t.Errorf("%s is not kept from who is named there", one.id)
			}
		}
	})
}

// TestWhoMustNotKnowOfEither holds that both are kept from whoever is named in one, at the split and afterwards.
func TestWhoMustNotKnowOfEither(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		m := h.two()
		third := h.split("huda", m, "words", "a page")
		second := h.split("huda", m, "words", "My cousin Dina is afraid.", "must_not_know", "Laila Sabri")
		for _, one := range []matter{m, second, third} {
			if !h.kept(string(one.id), "laila") || !h.kept(string(one.id), "omar") {
				t.Errorf("%s is not kept from them", one.id)
			}
		}
		h.confirm("huda", m)
		h.answer("huda", m.id)
		file := h.opened("huda", m, "Sami")
		h.must(h.Triage.Declare(t.Context(), h.Actor("salma"), second.id, h.ID("salma")))
		for _, one := range []string{string(m.id), string(second.id), string(third.id), string(file)} {
			if !h.kept(one, "salma") {
				t.Errorf("%s is not kept from who declared it at the second", one)
			}
		}
		h.must(h.Casework.Declare(t.Context(), h.Actor("mona"), file, h.ID("mona")))
		if !h.kept(string(second.id), "mona") || !h.kept(string(third.id), "mona") {
			t.Error("what was declared at the case of the first is not known at the second")
		}
		if _, err := h.Join.Show(t.Context(), h.Actor("salma"), m.id); fault.KindOf(err) != fault.Withheld {
			t.Errorf("salma is shown the first: %v", err)
		}
		own := h.two()
		back := h.split("huda", own, "words", "Dina", "must_not_know", "Huda Salem")
		for _, one := range []matter{own, back} {
			if r := h.report(one.id); r.State != report.Waiting || h.tasks(string(one.id))[triage.TaskStart].Owner != "" || !h.kept(string(one.id), "huda") {
				t.Errorf("what the holder must not know is %s", r.State)
			}
		}
		if clock, want := h.tasks(string(back.id))[triage.TaskStart], h.Pack.Targets().Due(jurisdiction.HumanTriageStarted, string(h.standing(back.id).Priority), h.report(own.id).Received); !clock.Due.Equal(want) {
			t.Errorf("its clock runs until %s, want %s", clock.Due, want)
		}
	})
}

// TestWhatCannotBeSplit holds the refusals.
func TestWhatCannotBeSplit(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		m := h.two()
		h.keep(string(m.id), "laila")
		try := func(who string, in join.SplitInput) error {
			_, err := h.Join.Split(t.Context(), h.Actor(who), in)
			return err
		}
		for who, want := range map[string]string{"omar": "withheld", "nour": "withheld", "mona": "withheld", "adam": "withheld", "aida": "withheld", "laila": "withheld"} {
			h.wants(who, try(who, h.part(m, "words", "Dina")), want)
		}
		other := h.ready("huda", "words", "two things")
		h.wants("another duty officer", try("omar", h.part(other, "words", "x")), "forbidden")
		h.wants("nothing", try("huda", h.part(m, "words", " \n", "nothing", "x")), "invalid")
		h.wants("too long", try("huda", h.part(m, "words", strings.Repeat("a word ", 10_000))), "invalid")
		in := h.part(m, "words", "Dina")
		in.Area = "nowhere"
		h.wants("a made-up area", try("huda", in), "invalid")
		in = h.part(m, "words", "Dina")
		in.ID = "x"
		h.wants("a broken form", try("huda", in), "fault.form_broken")
		in = h.part(m, "words", "Dina")
		in.Version--
		h.wants("an older page", try("huda", in), string(fault.CodeStale))
		in = h.part(m, "words", "Dina")
		in.Sequence--
		h.wants("an older priority", try("huda", in), string(fault.CodeStale))
		in = h.part(m, "words", "Dina")
		in.ID = m.id // the id of something else
		id, err := h.Join.Split(t.Context(), h.Actor("salma"), in)
		if err != nil || id == m.id || h.said("huda", m.id).Content["words"][0] == "Dina" {
			t.Errorf("a chosen id gave %s, %v", id, err)
		}
		h.finish("huda", m)
		h.wants("what has its outcome", try("huda", h.part(m, "words", "Dina")), "fault.resolved")
		if h.number(splitsTestSQL) != 1 || !strings.Contains(h.log("done"), string(id)) || strings.Count(h.log("refused"), "\n") < 5 {
			t.Errorf("%d splits; refused: %s", h.number(splitsTestSQL), h.log("refused"))
		}
	})
}

// TestSplitOnce sends one form many times at once, and two forms from two pages.
func TestSplitOnce(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		m := h.two()
		same, another := h.part(m, "words", "Dina"), h.part(m, "words", "Sami")
		ids, errs := make([]report.ID, 6), make([]error, 6)
		var group sync.WaitGroup
		for i := range ids {
			in := same
			if i >= 4 {
				in = another
			}
			group.Go(func() { ids[i], errs[i] = h.Join.Split(t.Context(), h.Actor("huda"), in) })
		}
		group.Wait()
		made := map[report.ID]bool{}
		for i, err := range errs {
			if err == nil {
				made[ids[i]] = true
			} else if fault.CodeOf(err) != fault.CodeStale {
				t.Errorf("split %d gave %v", i, err)
			}
		}
		if len(made) != 1 || h.number(splitsTestSQL) != 1 {
			t.Errorf("%d splits, %v", h.number(splitsTestSQL), errs)
		}
	})
}
