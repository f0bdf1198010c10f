package ruleset

import (
	"strings"
	"testing"
	"time"
	"unicode"
)

// The points of the triage notes, in the order of the vocabulary's codes.
func TestDemoPoints(t *testing.T) {
	want := [][]int{
		{0, 1, 3, 3, 4, 6, 8}, {0, 1, 2, 2, 4}, {0, 1, 2, 2, 3, 4}, {0, 1, 2, 4, 5}, {0, 1, 3}, {1, 2, 2, 3, 3, 4, 4, 4},
		{0, 1, 2, 3}, {0, 0, 1, 2}, {0, 1, 2, 3, 0}, {0, 1, 2}, {0, 0, 1}, {0, 0, 4},
	}
	s := demo(t)
	if len(s.Factors) != len(want) {
		t.Fatalf("%d factors", len(s.Factors))
	}
	for i, f := range s.Factors {
		for j, c := range f.Codes {
			if c.Points != want[i][j] {
				t.Errorf("%s %s gives %d points, want %d", f.Name, c.Name, c.Points, want[i][j])
			}
		}
	}
	if highest(s.Factors) != 43 {
		t.Errorf("the highest sum is %d, want 43", highest(s.Factors))
	}
}

func TestDemoLapses(t *testing.T) {
	want := map[string]time.Duration{"T2": 72 * time.Hour, "T4": 120 * time.Hour, "T5": 24 * time.Hour, "T7": 24 * time.Hour}
	s := demo(t)
	if s.Name() != "demo-csea 1.0.0" || len(s.Triggers) != 7 || len(s.Floors) != 7 {
		t.Fatalf("got %s with %d triggers and %d floors", s.Name(), len(s.Triggers), len(s.Floors))
	}
	for _, trigger := range s.Triggers {
		if trigger.LapsesAfter != want[trigger.ID] {
			t.Errorf("%s lapses after %v", trigger.ID, trigger.LapsesAfter)
		}
	}
}

// Every Arabic text must be Arabic, every English one must not be, and no two codes of one factor may say the same.
func TestDemoWords(t *testing.T) {
	for where, w := range allWords(demo(t)) {
		arabic := func(r rune) bool { return unicode.Is(unicode.Arabic, r) }
		if strings.ContainsFunc(w["en"], arabic) || !strings.ContainsFunc(w["ar"], arabic) {
			t.Errorf("%s: the languages are mixed up: %v", where, w)
		}
		if strings.ContainsFunc(w["ar"], func(r rune) bool { return unicode.Is(unicode.Latin, r) }) {
			t.Errorf("%s: Latin letters in %q", where, w["ar"])
		}
		for _, bad := range []string{"porn", "prostitute", "victim", "disclose", "client", "predator", "paedo", "sexting", "revenge"} {
			if strings.Contains(strings.ToLower(w["en"]), bad) {
				t.Errorf("%s says %q", where, bad)
			}
		}
	}
	for _, f := range demo(t).Factors {
		for _, lang := range []string{"en", "ar"} {
			said := map[string]bool{}
			for _, c := range f.Codes {
				if said[c.Words[lang]] {
					t.Errorf("%s says %q twice", f.Name, c.Words[lang])
				}
				said[c.Words[lang]] = true
			}
		}
	}
}

func allWords(s *Set) map[string]Words {
	all := map[string]Words{}
	for _, f := range s.Factors {
		all[f.ID] = f.Words
		for _, c := range f.Codes {
			all[f.Name+"."+c.Name] = c.Words
		}
	}
	for _, x := range s.Triggers {
		all[x.ID] = x.Words
	}
	for _, x := range s.Floors {
		all[x.ID] = x.Words
	}
	for _, r := range s.Content.Levels {
		all[string(r.Level)] = r.Words
		for _, c := range r.When {
			all[c.Name] = c.Words
		}
	}
	return all
}
