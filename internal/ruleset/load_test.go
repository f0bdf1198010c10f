package ruleset

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Every fault of the broken file is named, each in the line that ends with the comment `# !` and words of the message.
// A line may expect several, with ` # ! ` between them.
func TestEveryProblemAtOnce(t *testing.T) {
	data, err := os.ReadFile("testdata/broken.yaml")
	if err != nil {
		t.Fatal(err)
	}
	type expected struct {
		line int
		text string
	}
	var want []expected
	for i, line := range strings.Split(string(data), "\n") {
		for _, text := range strings.Split(line, " # ! ")[1:] {
			want = append(want, expected{i + 1, strings.TrimSpace(text)})
		}
	}
	s, problems := Load("broken.yaml", data)
	if s != nil || len(want) < 40 {
		t.Fatalf("set %v, %d faults expected", s, len(want))
	}
	for _, p := range problems {
		found := false
		for i, w := range want {
			if w.line == p.Line && strings.Contains(p.Message, w.text) {
				want = append(want[:i], want[i+1:]...)
				found = true
				break
			}
		}
		if !found || p.File != "broken.yaml" {
			t.Errorf("not expected: %s", p)
		}
	}
	for _, w := range want {
		t.Errorf("line %d: not reported: %s", w.line, w.text)
	}
}

// Small changes to the good file, each with the one problem it must give.
func TestOneProblem(t *testing.T) {
	good := string(demoText(t))
	for _, c := range []struct{ name, old, new, want string }{
		{"missing top key", "version: 1.0.0\n", "", `"version" is missing`},
		{"overlap", "P2: {from: 14, to: 21}", "P2: {from: 13, to: 21}", "P2 and P3 overlap: P2 starts at 13, P3 ends at 13"},
		{"gap", "P3: {from: 7, to: 13}", "P3: {from: 8, to: 13}", "sums from 7 to 7 belong to no band: P3 must start at 7"},
		{"last band not at 0", "P4: {from: 0, to: 6}", "P4: {from: 1, to: 6}", "P4 must start at 0, got 1"},
		{"band backwards", "P4: {from: 0, to: 6}", "P4: {from: 9, to: 6}", "ends at 6, before it starts at 9"},
		{"unreachable band", "P1: {from: 22}", "P1: {from: 44}", "no answers give more than 43 points"},
		{"end for the top band", "P1: {from: 22}", "P1: {from: 22, to: 43}", `unknown key "to"; expected from`},
		{"band missing", "  P1: {from: 22}\n", "", `"P1" is missing`},
		{"unknowns as least urgent", "at_least: P3", "at_least: P4", "expected P1, P2 or P3"},
		{"unknowns out of range", "{from: 5,", "{from: 13,", "expected a whole number from 1 to 12"},
		{"trigger missing", "  - {id: T1, name: danger_now, words", "  - {id: T8, name: other, words", "trigger: T1 danger_now is missing"},
		{"trigger under a wrong id", "{id: T1, name: danger_now", "{id: T9, name: danger_now", "the id of danger_now is T1, got T9"},
		{"time in the name not kept", "lapses_after: 120h", "lapses_after: 96h", `expected 120h as in the name, got "96h"`},
		{"lapse missing", "name: abuse_now_or_within_72h, lapses_after: 72h,", "name: abuse_now_or_within_72h,", "lapses_after: 72h is missing"},
		{"lapse without a time", "name: danger_now,", "name: danger_now, lapses_after: 24h,", "only a trigger with a time in its name lapses"},
		{"vulnerability that lowers", `"3": {points: 3`, `"3": {points: 1`, "more vulnerability never gives fewer points: 3 gives 1 after 2"},
		{"a negative point", "same_household: {points: 8", "same_household: {points: -8", "expected a whole number from 0 to 100"},
		{"a factor for a trait", "name: recency", "name: religion", `"religion" is refused: protected characteristics`},
		{"a trigger for a trait", "name: missing_or_held", "name: migrant_child", `"migrant" is refused: protected characteristics`},
		{"a code for a trait", "in_person_regular:", "same_ethnicity:", `"ethnicity" is refused: protected characteristics`},
		{"an alias", "version: 1.0.0", "version: &v 1.0.0\nid: *v", `key "id" stands twice`},
		{"content level missing", "  - level: C3", "  - level: C2", "content: level C2 stands twice"},
		{"condition twice", "name: outside_remit", "name: live_or_recent", "condition live_or_recent stands twice"},
		{"two documents", "# Any one makes", "---\n# Any one makes", "expected one document"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(good, c.old) != 1 {
				t.Fatalf("%q stands %d times", c.old, strings.Count(good, c.old))
			}
			s, problems := Load("x.yaml", []byte(strings.Replace(good, c.old, c.new, 1)))
			if s != nil || !strings.Contains(fmt.Sprint(problems), c.want) {
				t.Errorf("want %q, got %v", c.want, problems)
			}
		})
	}
}

func TestNotYAMLNamesTheLine(t *testing.T) {
	for _, c := range []struct {
		text string
		line int
		want string
	}{
		{"", 1, "empty"},
		{"# nothing\n", 1, "empty"},
		{"id: a\nversion: [1\n", 2, "not YAML"},
		{"id: a\nb: c: d\n", 2, "not YAML"},
		{"id: a\nb: c\nd: {e: 1\nf: 2\n", 3, "not YAML"},
		{"id: a\nb: c\n- d\n", 3, "not YAML"},
		{"id: a\nb: c\nd: *e\n", 3, "not YAML"},
		{"id: a\n\tb: c\n", 2, "not YAML"},
		{"- id\n", 1, "expected a mapping, got a list"},
		{"id: \"a\x00\"\n", 1, "not YAML"},
		{strings.Repeat("#", MaxFile+1), 1, "at most 1 MiB"},
	} {
		s, problems := Load("x.yaml", []byte(c.text))
		if s != nil || len(problems) == 0 || problems[0].Line != c.line || !strings.Contains(problems[0].Message, c.want) {
			t.Errorf("%.30q: got %v", c.text, problems)
		}
	}
}

func TestAliasesAreNotFollowed(t *testing.T) {
	bomb := "id: &a [x, x]\nversion: &b [*a, *a]\nlanguages: [*b, *b]\n"
	_, problems := Load("x.yaml", []byte(bomb))
	if !strings.Contains(fmt.Sprint(problems), "x.yaml:3: languages: expected text, got an alias") {
		t.Errorf("got %v", problems)
	}
}

// A pack may add triggers and floors after the standard ones, and every one of them works.
func TestPackAddsATriggerAndAFloor(t *testing.T) {
	text := strings.Replace(string(demoText(t)), "triggers:\n", "triggers:\n  - {id: T8, name: forced_marriage_within_48h, lapses_after: 48h, words: {en: x, ar: س}}\n", 1)
	text = strings.Replace(text, "floors:\n", "floors:\n  - {id: FL8, name: school_with_many_reports, words: {en: x, ar: س}}\n", 1)
	s, problems := Load("x.yaml", []byte(text))
	if s == nil {
		t.Fatal(problems)
	}
	if s.Triggers[7].ID != "T8" || s.Floors[7].ID != "FL8" {
		t.Errorf("got %v and %v", s.triggerNames(), s.floorNames())
	}
	f := facts(t, s, `{"triggers":["forced_marriage_within_48h"],"floors":["school_with_many_reports"]}`)
	r := s.Evaluate(f, toldAt, toldAt)
	if r.Priority != P1 || r.Triggers[0].ID != "T8" || r.Floors[0].ID != "FL8" || outcomeOf(r).Next != 48 {
		t.Errorf("got %+v", outcomeOf(r))
	}
}

func TestProtectedCharacteristics(t *testing.T) {
	for _, name := range []string{"race", "child_race", "religion", "religious_group", "gender", "gender_identity", "class", "social_class",
		"language", "ethnicity", "nationality", "migration_status", "immigrant", "caste", "disability", "skin_colour", "sex", "Race"} {
		if protectedIn(name) == "" {
			t.Errorf("%s passes", name)
		}
	}
	s := demo(t)
	fine := append(append(s.factorNames(), s.triggerNames()...), s.floorNames()...)
	for _, name := range append(fine, "sexual_extortion", "traced", "classroom", "trace_found", "original_image") {
		if part := protectedIn(name); part != "" {
			t.Errorf("%s is refused for %s", name, part)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(demoText(f))
	for _, seed := range []string{"", "id: a", "a: &a [*a]", "<<: {id: x}", "!!int x: 1", "? [a]\n: b", "---\n---\n", "id: !!binary aGk=", "- - - -", "id: |\n  x\n\ty"} {
		f.Add([]byte(seed))
	}
	if broken, err := os.ReadFile("testdata/broken.yaml"); err == nil {
		f.Add(broken)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, problems := Load("f.yaml", data)
		if (s == nil) != (len(problems) > 0) {
			t.Fatalf("set %v with problems %v", s, problems)
		}
		lines := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) + bytes.Count(data, []byte("\u0085")) + bytes.Count(data, []byte("\u2028")) + bytes.Count(data, []byte("\u2029")) + 1
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines+1 || p.Message == "" || p.File != "f.yaml" {
				t.Fatalf("%d lines, problem %+v", lines, p)
			}
		}
		if s != nil {
			whole(t, s)
		}
	})
}

// whole fails unless s can answer whatever it may be asked.
func whole(t *testing.T, s *Set) {
	if len(s.Factors) != 12 || len(s.Triggers) < 7 || len(s.Floors) < 7 || len(s.Bands) != 4 || len(s.Content.Levels) != 3 || len(s.Languages) == 0 {
		t.Fatalf("an incomplete set: %+v", s)
	}
	every := Facts{Values: map[string]string{}, Triggers: s.triggerNames(), Floors: s.floorNames()}
	for _, f := range s.Factors {
		every.Values[f.Name] = f.Codes[0].Name
	}
	if err := s.Check(every); err != nil {
		t.Fatal(err)
	}
	for where, w := range allWords(s) {
		for _, lang := range s.Languages {
			if w[lang] == "" {
				t.Fatalf("%s has no words in %s", where, lang)
			}
		}
	}
	if r := s.Evaluate(every, toldAt, toldAt); r.Priority != P1 {
		t.Fatalf("every trigger gives %s", r.Priority)
	}
}

// The pack's file stays plain YAML: no anchors, aliases or tags that a translator would stumble over.
func TestDemoFileIsPlain(t *testing.T) {
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Anchor != "" || n.Kind == yaml.AliasNode || n.Style&yaml.TaggedStyle != 0 {
			t.Errorf("line %d is not plain", n.Line)
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(demoText(t), &doc); err != nil {
		t.Fatal(err)
	}
	walk(&doc)
}
