package ruleset

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// changed is the demo's rule set with pieces of its text replaced, one after another.
func changed(t testing.TB, pairs ...string) *Set {
	t.Helper()
	s, problems := Load("changed.yaml", changedText(t, pairs...))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return s
}

func changedText(t testing.TB, pairs ...string) []byte {
	t.Helper()
	text := demoText(t)
	for i := 0; i < len(pairs); i += 2 {
		if !bytes.Contains(text, []byte(pairs[i])) {
			t.Fatalf("the rule set does not say %q", pairs[i])
		}
		text = bytes.Replace(text, []byte(pairs[i]), []byte(pairs[i+1]), 1)
	}
	return text
}

func TestAComparisonWithItselfMovesNothing(t *testing.T) {
	s := demo(t)
	rapid.Check(t, func(t *rapid.T) {
		r := s.Evaluate(anyFacts(t, s), toldAt, anyTime(t))
		c := Compare(r, r)
		if c.Up() || c.Down() || len(c.Came) > 0 || len(c.Went) > 0 || c.From != r.Priority || c.To != r.Priority {
			t.Fatalf("%+v", c)
		}
		if len(c.Holding) != len(r.Triggers)+len(r.Floors) {
			t.Fatalf("%+v hold, of %+v", c.Holding, r)
		}
	})
}

// TestAComparisonTheOtherWay: what came one way went the other, and what moved has a reason.
func TestAComparisonTheOtherWay(t *testing.T) {
	a := demo(t)
	rapid.Check(t, func(t *rapid.T) {
		b := with(a, rapid.IntRange(0, len(a.Factors)-1).Draw(t, "factor"), 0, rapid.IntRange(0, 30).Draw(t, "more"))
		b.Bands = slices.Clone(a.Bands)
		at := rapid.IntRange(15, 30).Draw(t, "P1 from")
		b.Bands[0].From, b.Bands[1].To = at, at-1
		b.Unknowns.AtLeast = rapid.SampledFrom([]Priority{P1, P2, P3}).Draw(t, "at least")
		f, now := anyFacts(t, a), anyTime(t)
		there, back := Compare(a.Evaluate(f, toldAt, now), b.Evaluate(f, toldAt, now)), Compare(b.Evaluate(f, toldAt, now), a.Evaluate(f, toldAt, now))
		if there.Up() != back.Down() || there.Down() != back.Up() || len(there.Came) != len(back.Went) || len(there.Went) != len(back.Came) {
			t.Fatalf("there %+v\nback %+v", there, back)
		}
		if there.Up() && len(there.Came) == 0 || there.Down() && len(there.Went) == 0 {
			t.Fatalf("moved without a reason: %+v", there)
		}
	})
}

func TestCompare(t *testing.T) {
	base := demo(t)
	household := `{"access":"same_household","recency":"ongoing","age":"13_15","coercion":"none","form":"grooming","other_children":"no","material":"none","trusted_person":"no","protective_adult":"yes","evidence_at_risk":"no","network":"no"}`
	for name, c := range map[string]struct {
		facts, from, to string
		set             *Set
		came, went      []Cause
	}{
		"points rise": {household, "P2", "P1", changed(t, "same_household: {points: 8", "same_household: {points: 15"),
			[]Cause{{CauseFactor, "W1", "access", "same_household", 8, 15}}, nil},
		"points fall": {household, "P2", "P3", changed(t, "same_household: {points: 8", "same_household: {points: 1"),
			nil, []Cause{{CauseFactor, "W1", "access", "same_household", 8, 1}}},
		"points fall and nothing moves": {household, "P2", "P2", changed(t, "same_household: {points: 8", "same_household: {points: 7"),
			nil, []Cause{{CauseFactor, "W1", "access", "same_household", 8, 7}}},
		"bands": {household, "P2", "P1", changed(t, "P1: {from: 22}", "P1: {from: 17}", "to: 21", "to: 16"),
			[]Cause{{Kind: CauseBands}}, nil},
		"unknown facts raise further": {`{"access":"online_ended"}`, "P3", "P2", changed(t, "at_least: P3", "at_least: P2"),
			[]Cause{{Kind: CauseUnknowns}}, nil},
		"unknown facts raise sooner": {`{"access":"online_ended","recency":"ended_over_1y","age":"adult_now","coercion":"none","trusted_person":"no","form":"exposure_only","other_children":"no","material":"none","protective_adult":"yes"}`,
			"P4", "P3", changed(t, "from: 5,", "from: 2,"), []Cause{{Kind: CauseUnknowns}}, nil},
		"a floor holds": {strings.Replace(household, "{", `{"floors":["organised_group"],`, 1), "P2", "P2",
			changed(t, "same_household: {points: 8", "same_household: {points: 0"), nil, []Cause{{CauseFactor, "W1", "access", "same_household", 8, 0}}},
	} {
		f := facts(t, base, c.facts)
		got := Compare(base.Evaluate(f, time.Time{}, time.Time{}), c.set.Evaluate(f, time.Time{}, time.Time{}))
		if string(got.From) != c.from || string(got.To) != c.to {
			t.Errorf("%s: from %s (%d) to %s (%d)", name, got.From, got.SumWas, got.To, got.SumIs)
		}
		if diff := cmp.Diff(c.came, got.Came); diff != "" {
			t.Errorf("%s: came: %s", name, diff)
		}
		if diff := cmp.Diff(c.went, got.Went); diff != "" {
			t.Errorf("%s: went: %s", name, diff)
		}
	}
}

func TestCompareNamesTriggersAndFloors(t *testing.T) {
	s := demo(t)
	a := s.Evaluate(facts(t, s, `{"floors":["active_extortion"]}`), time.Time{}, time.Time{})
	b := s.Evaluate(facts(t, s, `{"triggers":["danger_now"],"floors":["organised_group"]}`), time.Time{}, time.Time{})
	got := Compare(a, b)
	want := Comparison{From: P2, To: P1, SumWas: a.Sum, SumIs: b.Sum,
		Came: []Cause{{Kind: CauseTrigger, ID: "T1", Name: "danger_now"}, {Kind: CauseFloor, ID: "FL4", Name: "organised_group"}},
		Went: []Cause{{Kind: CauseFloor, ID: "FL1", Name: "active_extortion"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoadOver(t *testing.T) {
	base := demo(t)
	if s, problems := LoadOver(base, "new.yaml", changedText(t, "P1: {from: 22}", "P1: {from: 20}", "to: 21", "to: 19", "from: 5,", "from: 4,")); s == nil {
		t.Errorf("a set that only weighs otherwise: %v", problems)
	}
	extra := "  - id: T8\n    name: child_alone_tonight\n    words: {en: \"Alone\", ar: \"وحده\"}\n"
	for name, c := range map[string]struct {
		base  *Set
		text  []byte
		words []string
	}{
		"broken": {base, changedText(t, "P1: {from: 22}", "P1: {from: -1}", "version: 1.0.0", "version: one"),
			[]string{`new.yaml:5: version: expected a version like "1.0.0"`, `new.yaml:10: bands: P1: from: expected a whole number`}},
		"a standard floor left out": {base, changedText(t, "name: organised_group", "name: organised_groups"), []string{"floor"}},
		"unknown facts count later": {base, changedText(t, "from: 5,", "from: 6,"),
			[]string{"new.yaml:16: unknowns: from: at most 5, as in demo-csea 1.0.0, got 6: not knowing may not count later"}},
		"a fact that no question tells": {base, changedText(t, "\ntriggers:\n", "\ntriggers:\n"+extra), []string{"trigger: child_alone_tonight is not in demo-csea 1.0.0"}},
		"a trigger of the pack is left out": {changed(t, "\ntriggers:\n", "\ntriggers:\n"+extra), demoText(t),
			[]string{"trigger: child_alone_tonight of demo-csea 1.0.0 is missing: what holds a report up"}},
		"unknown facts raise less": {changed(t, "at_least: P3, nothing_answered: P3", "at_least: P2, nothing_answered: P2"), demoText(t),
			[]string{"at_least: not less urgent than P2", "nothing_answered: not less urgent than P2"}},
	} {
		s, problems := LoadOver(c.base, "new.yaml", c.text)
		if s != nil {
			t.Errorf("%s: accepted", name)
		}
		var all strings.Builder
		for _, p := range problems {
			all.WriteString(p.String() + "\n")
		}
		for _, words := range c.words {
			if !strings.Contains(all.String(), words) {
				t.Errorf("%s: no problem says %q:\n%s", name, words, all.String())
			}
		}
	}
}

func TestKeyLine(t *testing.T) {
	for text, want := range map[string]int{"a: 1\nid: x\nversion: 2\n": 3, "- version": 1, "": 1, ": :\n\t": 1} {
		if got := KeyLine([]byte(text), "version"); got != want {
			t.Errorf("%q: line %d, want %d", text, got, want)
		}
	}
}
