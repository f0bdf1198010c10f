package ruleset

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A report of content in which no child is identified has a level, with its reasons, and is not scored by what nobody could know of
// a child; whatever speaks of a child in danger makes it the child's, even when its time has passed.
func TestContentIsNotScored(t *testing.T) {
	s := demo(t)
	for name, c := range map[string]struct {
		facts   string
		want    Priority
		reasons []string
	}{
		"nothing told":           {`{"content_only":true}`, "C2", nil},
		"known, and nothing new": {`{"content_only":true,"content":["known_or_duplicate"]}`, "C3", []string{"C3 known_or_duplicate"}},
		"live, though known": {`{"content_only":true,"content":["known_or_duplicate","live_or_recent"]}`, "C1",
			[]string{"C1 live_or_recent", "C3 known_or_duplicate"}},
		"a floor is not asked":    {`{"content_only":true,"floors":["repeat_within_12_months"]}`, "C2", nil},
		"a child is known":        {`{"content":["live_or_recent"]}`, "P3", nil},
		"a child is in danger":    {`{"content_only":true,"triggers":["danger_now"]}`, "P1", nil},
		"a trigger of long since": {`{"content_only":true,"triggers":["abuse_now_or_within_72h"]}`, "P2", nil},
	} {
		r := s.Evaluate(facts(t, s, c.facts), toldAt, toldAt.Add(400*time.Hour))
		var got []string
		for _, x := range r.Content {
			got = append(got, x.ID+" "+x.Name)
		}
		if r.Priority != c.want || !slices.Equal(got, c.reasons) {
			t.Errorf("%s: %s because of %v; want %s because of %v", name, r.Priority, got, c.want, c.reasons)
		}
		if r.Priority.Content() && (len(r.Factors)+len(r.Floors)+r.Sum != 0 || r.NeedsInformation) {
			t.Errorf("%s: scored by %+v", name, r)
		}
	}
}

func TestContentInWords(t *testing.T) {
	s := demo(t)
	e := s.Explain(s.Evaluate(facts(t, s, `{"content_only":true,"content":["seems_under_13"]}`), toldAt, toldAt), "ar")
	if len(e.Content) != 1 || e.Content[0].ID != "C2" || e.Content[0].Words != "بحسب كلام المبلِّغ يبدو الطفل دون 13 سنة" {
		t.Errorf("%+v", e.Content)
	}
	if rule, ok := s.Content.Rule("C1"); !ok || rule.ForwardWithin != time.Hour {
		t.Errorf("C1 is %+v", rule)
	}
}

// The order of a queue: by the time that each has, a child before content at the same time.
func TestOrderOfLevels(t *testing.T) {
	all := []Priority{"C3", "P3", "C1", "P4", "P1", "C2", "P2"}
	slices.SortFunc(all, Priority.Compare)
	if want := []Priority{"P1", "C1", "P2", "P3", "C2", "P4", "C3"}; !slices.Equal(all, want) {
		t.Errorf("got %v, want %v", all, want)
	}
	for i, p := range all {
		if p.MoreUrgent(p) || i > 0 && !all[i-1].MoreUrgent(p) || p.Content() == p.Valid() {
			t.Errorf("%s stands wrong", p)
		}
	}
	if p := Priority("C4"); p.Known() || p.Content() {
		t.Error("there is a C4")
	}
}

// What is told of content stays the same on its way through the store, and more of it is never less urgent.
func TestContentFactsTravel(t *testing.T) {
	s := demo(t)
	rapid.Check(t, func(t *rapid.T) {
		f := Facts{Values: map[string]string{}, ContentOnly: true, Content: rapid.SliceOfN(rapid.SampledFrom(s.contentNames()), 0, 4).Draw(t, "content")}
		back, err := s.ParseFacts(f.JSON())
		if err != nil || string(back.JSON()) != string(f.JSON()) || !back.ByContent() {
			t.Fatalf("%s came back as %s: %v", f.JSON(), back.JSON(), err)
		}
		more := f.Merge(Facts{ContentOnly: true, Content: []string{rapid.SampledFrom(s.Content.Levels[0].When).Draw(t, "more").Name}})
		if s.Evaluate(f, toldAt, toldAt).Priority.MoreUrgent(s.Evaluate(more, toldAt, toldAt).Priority) {
			t.Fatalf("%s is less urgent than %s", more.JSON(), f.JSON())
		}
	})
}

func TestContentFactsAreChecked(t *testing.T) {
	s := demo(t)
	for _, text := range []string{`{"content":["no_such"]}`, `{"content":"live_or_recent"}`, `{"content_only":"yes"}`, `{"content_only":1}`} {
		if _, err := s.ParseFacts([]byte(text)); err == nil {
			t.Errorf("%s was read", text)
		}
	}
	if s.Check(Facts{Content: []string{"no_such"}}) == nil {
		t.Error("a condition that is none was taken")
	}
}
