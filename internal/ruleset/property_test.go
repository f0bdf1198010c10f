package ruleset

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func anyFacts(t *rapid.T, s *Set) Facts {
	f := Facts{Values: map[string]string{}}
	for _, factor := range s.Factors {
		if rapid.Bool().Draw(t, factor.Name+" told") {
			f.Values[factor.Name] = rapid.SampledFrom(factor.codeNames()).Draw(t, factor.Name)
		}
	}
	f.Triggers = rapid.SliceOfN(rapid.SampledFrom(s.triggerNames()), 0, 3).Draw(t, "triggers")
	f.Floors = rapid.SliceOfN(rapid.SampledFrom(s.floorNames()), 0, 3).Draw(t, "floors")
	f.Content = rapid.SliceOfN(rapid.SampledFrom(s.contentNames()), 0, 2).Draw(t, "content")
	return f
}

func anyTime(t *rapid.T) time.Time {
	return toldAt.Add(time.Duration(rapid.IntRange(0, 130).Draw(t, "hours")) * time.Hour)
}

// with gives a set in which one code has more points.
func with(s *Set, factor, code, more int) *Set {
	changed := *s
	changed.Factors = slices.Clone(s.Factors)
	changed.Factors[factor].Codes = slices.Clone(s.Factors[factor].Codes)
	changed.Factors[factor].Codes[code].Points += more
	return &changed
}

func TestMorePointsAreNeverLessUrgent(t *testing.T) {
	s := demo(t)
	rapid.Check(t, func(t *rapid.T) {
		f, now := anyFacts(t, s), anyTime(t)
		factor := rapid.IntRange(0, len(s.Factors)-1).Draw(t, "factor")
		code := rapid.IntRange(0, len(s.Factors[factor].Codes)-1).Draw(t, "code")
		before := s.Evaluate(f, toldAt, now)
		after := with(s, factor, code, rapid.IntRange(1, 30).Draw(t, "more")).Evaluate(f, toldAt, now)
		if before.Priority.MoreUrgent(after.Priority) || after.Sum < before.Sum {
			t.Fatalf("from %s (%d) to %s (%d)", before.Priority, before.Sum, after.Priority, after.Sum)
		}
	})
}

// A known answer that weighs more, and any further trigger or floor, never makes a report less urgent.
func TestWorseFactsAreNeverLessUrgent(t *testing.T) {
	s := demo(t)
	rapid.Check(t, func(t *rapid.T) {
		f, now := anyFacts(t, s), anyTime(t)
		worse := f.Merge(Facts{
			Triggers: []string{rapid.SampledFrom(s.triggerNames()).Draw(t, "another trigger")},
			Floors:   []string{rapid.SampledFrom(s.floorNames()).Draw(t, "another floor")},
		})
		factor := rapid.SampledFrom(s.Factors).Draw(t, "factor")
		if now, known := worse.Values[factor.Name]; known {
			to := rapid.SampledFrom(factor.Codes).Draw(t, "to")
			if from, _ := factor.Code(now); to.Points >= from.Points && to.Name != Unknown {
				worse.Values[factor.Name] = to.Name
			}
		}
		a, b := s.Evaluate(f, toldAt, now), s.Evaluate(worse, toldAt, now)
		if a.Priority.MoreUrgent(b.Priority) {
			t.Fatalf("%s became %s", a.Priority, b.Priority)
		}
	})
}

func TestOrderMeansNothing(t *testing.T) {
	s := demo(t)
	rapid.Check(t, func(t *rapid.T) {
		f, now := anyFacts(t, s), anyTime(t)
		g := Facts{Values: f.Values, Triggers: rapid.Permutation(f.Triggers).Draw(t, "triggers again"), Floors: rapid.Permutation(f.Floors).Draw(t, "floors again"),
			Content: f.Content, ContentOnly: f.ContentOnly}
		g.Triggers = append(g.Triggers, f.Triggers...)
		if diff := cmp.Diff(s.Evaluate(f, toldAt, now), s.Evaluate(g, toldAt, now)); diff != "" {
			t.Fatal(diff)
		}
		if !bytes.Equal(f.JSON(), g.JSON()) {
			t.Fatalf("%s and %s", f.JSON(), g.JSON())
		}
	})
}

func TestJSONComesBack(t *testing.T) {
	s := demo(t)
	rapid.Check(t, func(t *rapid.T) {
		f, now := anyFacts(t, s), anyTime(t)
		g, err := s.ParseFacts(f.JSON())
		if err != nil || !bytes.Equal(f.JSON(), g.JSON()) {
			t.Fatalf("%s came back as %s: %v", f.JSON(), g.JSON(), err)
		}
		if diff := cmp.Diff(s.Evaluate(f, toldAt, now), s.Evaluate(g, toldAt, now)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Time alone only ever lowers, never below what stays true, and a lowered result says so.
func TestTimeOnlyLowersAndSaysSo(t *testing.T) {
	s := demo(t)
	rapid.Check(t, func(t *rapid.T) {
		f, now := anyFacts(t, s), anyTime(t)
		fresh, r := s.Evaluate(f, time.Time{}, now), s.Evaluate(f, toldAt, now)
		if r.Priority.MoreUrgent(fresh.Priority) || r.BeforeLapse != fresh.Priority {
			t.Fatalf("fresh %s, now %s, before lapse %s", fresh.Priority, r.Priority, r.BeforeLapse)
		}
		if r.Lowered() != (fresh.Priority != r.Priority) || r.Lowered() && len(r.Lapsed) == 0 {
			t.Fatalf("from %s to %s with %v", fresh.Priority, r.Priority, r.Lapsed)
		}
		if len(r.Triggers)+len(r.Lapsed) != len(fresh.Triggers) || r.LowestAllowed().MoreUrgent(r.Priority) {
			t.Fatalf("triggers %v and %v", r.Triggers, r.Lapsed)
		}
	})
}

// Both orders of merging agree where the facts do not contradict each other, and merging is idempotent.
func TestMergeKeepsFacts(t *testing.T) {
	s := demo(t)
	rapid.Check(t, func(t *rapid.T) {
		f, g := anyFacts(t, s), anyFacts(t, s)
		m := f.Merge(g)
		if !bytes.Equal(m.Merge(g).JSON(), m.JSON()) || !bytes.Equal(m.Merge(Facts{}).JSON(), m.JSON()) || !bytes.Equal((Facts{}).Merge(m).JSON(), m.JSON()) {
			t.Fatalf("merging again changes %s", m.JSON())
		}
		for name := range f.known() {
			if m.Values[name] == "" || m.Values[name] == Unknown {
				t.Fatalf("%s was known and is lost", name)
			}
		}
		if err := s.Check(m); err != nil {
			t.Fatal(err)
		}
	})
}
