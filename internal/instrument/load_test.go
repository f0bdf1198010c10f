package instrument

import (
	"strings"
	"testing"
)

// good is a whole small instrument; each case below breaks one line of it.
const good = `id: small
version: 1.0.0
languages: [en, ar]
reader: child
name: {en: Small, ar: صغير}
answers:
  unknown: {en: I don't know, ar: لا أعرف}
  prefers_not_to_say: {en: I'd rather not say, ar: أفضل ألا أقول}
pages:
  - id: first
    title: {en: First, ar: أول}
    questions:
      - id: colour
        kind: single
        codes:
          red: {words: {en: Red, ar: أحمر}, facts: {access: none, triggers: [danger_now]}}
          blue: {words: {en: Blue, ar: أزرق}, facts: {vulnerability: 1}}
  - id: second
    title: {en: Second, ar: ثان}
    when: colour=red|unknown
    questions:
      - id: more
        kind: longtext
        max_length: 20
      - id: where
        kind: area
        label: {en: Where, ar: أين}
derive:
  - when: {all: [colour=red], none: [colour=blue]}
    facts: {floors: [active_extortion]}
`

// small is good with the label that its second page needs.
func small(t testing.TB) *Instrument {
	t.Helper()
	in, problems := Load("small.yaml", []byte(withLabel(good)))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return in
}

func withLabel(text string) string {
	return strings.Replace(text, "        max_length: 20\n", "        max_length: 20\n        label: {en: More, ar: المزيد}\n", 1)
}

func TestLoadTellsLineAndWhatIsExpected(t *testing.T) {
	cases := map[string]struct {
		from, to string
		want     string
	}{
		"a label missing":      {"\n        label: {en: More, ar: المزيد}", "", `x.yaml:22: question more: "label" is missing: only a question that is alone on its page does without`},
		"unknown key":          {"    when: colour", "    wen: colour", `x.yaml:20: page: unknown key "wen"; expected id, title, questions, intro, picture, when`},
		"a page twice":         {"- id: second", "- id: first", `x.yaml:18: page: id "first" stands twice, first in line 10`},
		"a question twice":     {"- id: more", "- id: colour", `x.yaml:22: question: id "colour" stands twice, first in line 13`},
		"a code twice":         {"blue: {words", "red: {words", `x.yaml:17: question colour: codes: "red" stands twice, first in line 16`},
		"a language missing":   {"{en: Blue, ar: أزرق}", "{en: Blue}", `x.yaml:17: question colour: code blue: words: words in "ar" are missing; expected words in each of its languages`},
		"a strange language":   {"{en: Blue, ar: أزرق}", "{en: Blue, ar: أزرق, fr: Bleu}", `x.yaml:17: question colour: code blue: words: words in "fr", which is not one of the languages en, ar`},
		"a later question":     {"    title: {en: First, ar: أول}", "    title: {en: First, ar: أول}\n    when: where=unknown", `x.yaml:12: page first: when: question "where" is not asked before this page: it stands in line 27`},
		"its own question":     {"    title: {en: First, ar: أول}", "    title: {en: First, ar: أول}\n    when: colour=red", `x.yaml:12: page first: when: question "colour" is not asked before this page: it stands in line 14`},
		"an unknown question":  {"when: colour=red|unknown", "when: color=red", `x.yaml:20: page second: when: unknown question "color"; expected colour, more, where`},
		"an unknown code":      {"when: colour=red|unknown", "when: colour=red|green", `x.yaml:20: page second: when: question "colour" has no code "green"; expected red, blue, unknown, prefers_not_to_say`},
		"words decide":         {"none: [colour=blue]", "none: [more=x]", `x.yaml:30: derive: when: question "more" is answered in words, and words decide nothing`},
		"a broken condition":   {"when: colour=red|unknown", "when: colour is red", `x.yaml:20: page second: when: expected a condition like "question=code" or "question=code|code", got "colour is red"`},
		"required for nothing": {"        kind: area", "        kind: area\n        required: true", `x.yaml:28: question where: a required question says in "safety" what would be unsafe without an answer`},
		"safety for nothing":   {"        kind: area", "        kind: area\n        safety: it is", `x.yaml:28: question where: "safety" belongs to a question with "required: true"`},
		"a strange kind":       {"kind: area", "kind: file", `x.yaml:27: question where: kind: expected one of single, multi, text, longtext, area, contact_way, times, accounts, names, got "file"`},
		"a contact way":        {"kind: single", "kind: contact_way", `x.yaml:16: question colour: code red: expected one of none, mailbox_only, phone, sms_plain, email, via_trusted_adult, via_helpline, in_person`},
		"codes for words":      {"        kind: longtext", "        kind: longtext\n        codes: {a: {words: {en: A, ar: أ}}}", `x.yaml:24: question more: "codes" does not go with kind "longtext"`},
		"no codes":             {"kind: area", "kind: multi", `x.yaml:26: question where: "codes" is missing`},
		"a long answer":        {"max_length: 20", "max_length: 0", `x.yaml:24: question more: max_length: expected a whole number from 1 to 20000, got "0"`},
		"unknown as a fact":    {"access: none", "access: unknown", `x.yaml:16: question colour: code red: facts: access: leave this line out: what has no fact is unknown`},
		"too much counted":     {"vulnerability: 1", "vulnerability: 4", `x.yaml:17: question colour: code blue: facts: vulnerability: expected a whole number from 0 to 3, got "4"`},
		"a version":            {"version: 1.0.0", "version: one", `x.yaml:2: version: expected a version like "1.0.0", got "one"`},
		"a language tag":       {"[en, ar]", "[en, ar, Xx_y]", `x.yaml:3: languages: expected a language tag like "ar" or "pt-BR", got "Xx_y"`},
		"a reader":             {"reader: child", "reader: cat", `x.yaml:4: reader: expected one of child, adult, got "cat"`},
		"no name":              {"name: {en: Small, ar: صغير}\n", "", `x.yaml:1: instrument: "name" is missing`},
		"an alias":             {"{en: Blue, ar: أزرق}", "*x", `x.yaml:1: not YAML: unknown anchor 'x' referenced`},
		"not YAML":             {"reader: child", "reader: {child", `x.yaml:4: not YAML: did not find expected ',' or '}'`},
		"a second document":    {"derive:", "---\nderive:", `x.yaml:29: expected one document: a second one starts here`},
		"an empty list":        {"[danger_now]", "[]", `x.yaml:16: question colour: code red: facts: triggers: expected a list of at least one, got an empty list`},
		"true":                 {"        kind: area", "        kind: area\n        plain: perhaps", `x.yaml:28: question where: plain: expected true or false, got "perhaps"`},
		"content of nothing":   {"derive:", "content_only: colour=pink\nderive:", `x.yaml:29: content_only: question "colour" has no code "pink"; expected red, blue, unknown, prefers_not_to_say`},
		"a reviewer":           {"reader: child", "reader: child\nreviewed_by: {fr: A}", `x.yaml:5: reviewed_by: "fr" is not one of the languages en, ar`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(withLabel(good), c.from, c.to, 1)
			if text == withLabel(good) {
				t.Fatal("the case breaks nothing")
			}
			in, problems := Load("x.yaml", []byte(text))
			if in != nil || len(problems) == 0 || !has(problems, c.want) {
				t.Errorf("got %v, want %s", problems, c.want)
			}
		})
	}
}

func has(problems []Problem, want string) bool {
	for _, p := range problems {
		if p.String() == want {
			return true
		}
	}
	return false
}

func TestLoadTellsEverythingAtOnce(t *testing.T) {
	text := withLabel(good)
	for _, change := range [][2]string{{"reader: child", "reader: cat"}, {"version: 1.0.0", "version: one"}, {"- id: second", "- id: first"}, {"colour=blue]", "colour=grey]"}} {
		text = strings.Replace(text, change[0], change[1], 1)
	}
	_, problems := Load("x.yaml", []byte(text))
	var lines []int
	for _, p := range problems {
		lines = append(lines, p.Line)
	}
	if len(lines) != 4 || lines[0] != 2 || lines[1] != 4 || lines[2] != 18 || lines[3] != 30 {
		t.Errorf("got %v", problems)
	}
}

func TestLoadRefusesWhatIsNoInstrument(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "x.yaml:1: the file is empty: expected an instrument",
		"# only a word":                "x.yaml:1: the file is empty: expected an instrument",
		"- a":                          "x.yaml:1: instrument: expected a mapping, got a list",
		"a: 1\na: 2":                   `x.yaml:2: instrument: "a" stands twice, first in line 1`,
		"pages: [{}]":                  `x.yaml:1: page: "questions" is missing`,
		"pages: nothing":               `x.yaml:1: pages: expected a list of at least one, got "nothing"`,
		strings.Repeat("#", maxFile+1): "x.yaml:1: expected a file of at most 1 MiB",
	} {
		in, problems := Load("x.yaml", []byte(text))
		if in != nil || !has(problems, want) {
			t.Errorf("got %v, want %s", problems, want)
		}
	}
}

func TestTooManyQuestionsOnAPage(t *testing.T) {
	many := strings.Replace(withLabel(good), "    questions:\n      - id: more", "    questions:\n      - {id: a1, kind: text, label: {en: A, ar: أ}}\n      - {id: a2, kind: text, label: {en: A, ar: أ}}\n      - id: more", 1)
	_, problems := Load("x.yaml", []byte(many))
	if !has(problems, "x.yaml:22: page second: expected at most 3 questions, got 4") {
		t.Errorf("got %v", problems)
	}
}

func TestConditionsAreNotDeep(t *testing.T) {
	deep := strings.Repeat("{any: [", 6) + "colour=red" + strings.Repeat("]}", 6)
	_, problems := Load("x.yaml", []byte(strings.Replace(withLabel(good), "colour=red|unknown", deep, 1)))
	if !has(problems, "x.yaml:20: page second: when: any: any: any: any: conditions stand more than 4 deep") {
		t.Errorf("got %v", problems)
	}
}

func TestCheckFactsNamesWhatIsNotKnown(t *testing.T) {
	problems := small(t).CheckFacts(FactNames{Factors: map[string][]string{"access": {"unknown", "online_ended"}}, Triggers: []string{"a", "b"}, Floors: []string{"active_extortion"}})
	want := []string{
		`small.yaml:16: facts: access has no code "none"; expected online_ended`,
		`small.yaml:16: facts: unknown trigger "danger_now"; expected a, b`,
		`small.yaml:17: facts: unknown factor "vulnerability"; expected access`,
	}
	for i, w := range want {
		if i >= len(problems) || problems[i].String() != w {
			t.Fatalf("got %v, want %v", problems, want)
		}
	}
	if len(problems) != len(want) {
		t.Errorf("got %v", problems)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(withLabel(good)))
	f.Add([]byte(good))
	f.Add([]byte("pages: [{id: a, questions: [{id: b, kind: single, codes: {c: {words: 1}}}]}]"))
	f.Add([]byte("a: &x [*x]"))
	f.Add([]byte("? {a: b}\n: c"))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, problems := Load("x.yaml", data)
		if (in == nil) != (len(problems) > 0) {
			t.Fatalf("an instrument and problems, or neither: %v", problems)
		}
		for _, p := range problems {
			if p.File != "x.yaml" || p.Line < 1 || p.Message == "" {
				t.Errorf("got %+v", p)
			}
		}
		if in != nil {
			in.Summary(Answers{}, "en")
			in.Facts(Answers{})
		}
	})
}
