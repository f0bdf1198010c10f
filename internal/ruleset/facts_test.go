package ruleset

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/fault"
)

func TestParseFacts(t *testing.T) {
	s := demo(t)
	got := facts(t, s, ` {"access":"online_ongoing","age":"13_15","vulnerability":0,"coercion":"unknown",
		"triggers":["self_harm_risk","danger_now","danger_now"],"floors":["active_extortion"]} `)
	want := Facts{
		Values:   map[string]string{"access": "online_ongoing", "age": "13_15", "vulnerability": "0", "coercion": "unknown"},
		Triggers: []string{"danger_now", "self_harm_risk"},
		Floors:   []string{"active_extortion"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseFactsRefuses(t *testing.T) {
	const shape, twice, noName, noCode = CodeFactsShape, CodeFactsRepeated, CodeFactsName, CodeFactsCode
	for _, c := range []struct {
		text string
		code fault.Code
		says string
	}{
		{``, shape, "expected one JSON object"},
		{`[]`, shape, "expected one JSON object"},
		{`null`, shape, "expected one JSON object"},
		{`{} {}`, shape, "nothing after it"},
		{`{}x`, shape, "nothing after it"},
		{`{"age":"13_15"`, shape, "expected one JSON object"},
		{`{"age":"13_15",}`, shape, "expected one JSON object"},
		{`{"acess":"none"}`, noName, `there is no "acess"; allowed: access, recency, age, coercion, trusted_person, form, other_children, material, vulnerability, protective_adult, evidence_at_risk, network, triggers, floors`},
		{`{"W1":"none"}`, noName, "allowed: access"},
		{`{"Access":"none"}`, noName, "allowed: access"},
		{`{"gender":"girl"}`, noName, "allowed: access"},
		{`{"age":"12"}`, noCode, `age: there is no code "12"; allowed: adult_now, 16_17, 13_15, unknown, 8_12, 0_7`},
		{`{"age":13}`, shape, "age: expected one of adult_now"},
		{`{"age":null}`, shape, "age: expected one of adult_now"},
		{`{"age":["13_15"]}`, shape, "age: expected one of adult_now"},
		{`{"age":{"a":1}}`, shape, "age: expected one of adult_now"},
		{`{"network":true}`, shape, "network: expected one of no, unknown, yes"},
		{`{"vulnerability":4}`, noCode, `there is no code "4"; allowed: 0, 1, 2, 3, unknown (numbers without quotes)`},
		{`{"vulnerability":-1}`, noCode, "allowed: 0, 1, 2, 3, unknown"},
		{`{"vulnerability":1.0}`, noCode, "allowed: 0, 1, 2, 3, unknown"},
		{`{"vulnerability":"2"}`, shape, "expected one of 0, 1, 2, 3, unknown (numbers without quotes)"},
		{`{"age":"13_15","age":"0_7"}`, twice, `"age" stands twice`},
		{`{"triggers":[],"triggers":[]}`, twice, `"triggers" stands twice`},
		{`{"triggers":["T1"]}`, noName, `triggers: there is no "T1"; allowed: danger_now, abuse_now_or_within_72h`},
		{`{"triggers":["active_extortion"]}`, noName, "triggers: there is no"},
		{`{"floors":["danger_now"]}`, noName, `floors: there is no "danger_now"; allowed: active_extortion`},
		{`{"triggers":"danger_now"}`, shape, "triggers: expected a list of names"},
		{`{"triggers":null}`, shape, "triggers: expected a list of names"},
		{`{"triggers":[1]}`, shape, "triggers: expected a list of names"},
		{`{"floors":[["active_extortion"]]}`, shape, "floors: expected a list of names"},
		{`{"floors":[null]}`, shape, "floors: expected a list of names"},
		{`{"` + strings.Repeat("a", 5000) + `":1}`, noName, strings.Repeat("a", 40) + "…"},
		{`{"a":"` + strings.Repeat("a", maxFacts) + `"}`, shape, "at most 64 KiB"},
		{strings.Repeat("[", 30000), shape, "expected one JSON object"},
		{"{\"\\u0000\\n\":1}", noName, `there is no "\x00\n"`},
	} {
		_, err := demo(t).ParseFacts([]byte(c.text))
		if fault.KindOf(err) != fault.Invalid || fault.CodeOf(err) != c.code || !strings.Contains(errors.Unwrap(err).Error(), c.says) {
			t.Errorf("%.60s: got %v", c.text, err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("%.60s: more than one line", c.text)
		}
	}
}

// What the stranger wrote must not travel in the parameters that are shown; what is allowed must.
func TestParametersHoldOnlyWhatIsAllowed(t *testing.T) {
	_, err := demo(t).ParseFacts([]byte(`{"network":"<b>strange</b>"}`))
	p := fault.Params(err)
	if p["name"] != "network" || p["allowed"] != "no, unknown, yes" || len(p) != 2 {
		t.Errorf("got %v", p)
	}
}

func TestCheck(t *testing.T) {
	s := demo(t)
	for _, c := range []struct {
		facts Facts
		code  fault.Code
	}{
		{Facts{}, fault.CodeInternal},
		{Facts{Values: map[string]string{"age": "0_7", "vulnerability": "3"}, Triggers: []string{"danger_now"}, Floors: []string{"active_extortion"}}, fault.CodeInternal},
		{Facts{Values: map[string]string{"ages": "0_7"}}, CodeFactsName},
		{Facts{Values: map[string]string{"age": ""}}, CodeFactsCode},
		{Facts{Values: map[string]string{"vulnerability": "4"}}, CodeFactsCode},
		{Facts{Triggers: []string{"T1"}}, CodeFactsName},
		{Facts{Floors: []string{"danger_now"}}, CodeFactsName},
	} {
		err := s.Check(c.facts)
		if fine := c.code == fault.CodeInternal; fine != (err == nil) || !fine && fault.CodeOf(err) != c.code {
			t.Errorf("%v: got %v", c.facts, err)
		}
	}
}

func TestCanonicalJSON(t *testing.T) {
	for _, c := range []struct {
		facts Facts
		want  string
	}{
		{Facts{}, `{}`},
		{Facts{Values: map[string]string{"age": "unknown"}, Triggers: []string{}}, `{}`},
		{
			Facts{
				Values:   map[string]string{"vulnerability": "2", "age": "0_7", "access": "none", "form": "unknown"},
				Triggers: []string{"self_harm_risk", "danger_now", "self_harm_risk"}, Floors: []string{"organised_group"},
			},
			`{"access":"none","age":"0_7","floors":["organised_group"],"triggers":["danger_now","self_harm_risk"],"vulnerability":2}`,
		},
		{Facts{Values: map[string]string{"vulnerability": "many"}}, `{"vulnerability":"many"}`},
	} {
		if got := string(c.facts.JSON()); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestMerge(t *testing.T) {
	first := Facts{Values: map[string]string{"age": "13_15", "access": "none", "form": "unknown"}, Triggers: []string{"self_harm_risk"}, Floors: []string{"organised_group"}}
	later := Facts{Values: map[string]string{"age": "8_12", "access": "unknown", "network": "yes"}, Triggers: []string{"danger_now", "self_harm_risk"}}
	wantFirst, wantLater := string(first.JSON()), string(later.JSON())
	got := string(first.Merge(later).JSON())
	if want := `{"access":"none","age":"8_12","floors":["organised_group"],"network":"yes","triggers":["danger_now","self_harm_risk"]}`; got != want {
		t.Errorf("got %s", got)
	}
	if string(first.JSON()) != wantFirst || string(later.JSON()) != wantLater || first.Values["form"] != "unknown" {
		t.Error("merging changed what was merged")
	}
	if empty := (Facts{}).Merge(Facts{}); empty.Answered() || string(empty.JSON()) != "{}" {
		t.Errorf("nothing merged with nothing gives %v", empty)
	}
}

func FuzzParseFacts(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"access":"online_ongoing","age":"13_15","vulnerability":0,"triggers":["danger_now"],"floors":["active_extortion"]}`,
		`{"vulnerability":"unknown"}`, `{"age":"13_15","age":"13_15"}`, `{"vulnerability":1e0}`, `{"triggers":[]}`, `{"\u0061ge":"0_7"}`,
		`{"age":"0_7"}{}`, "\xef\xbb\xbf{}", `{"floors":[["x"]]}`, "{\"\xff\":1}",
	} {
		f.Add([]byte(seed))
	}
	s := demo(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := s.ParseFacts(data)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid || strings.Contains(err.Error(), "\n") {
				t.Fatalf("got %v", err)
			}
			return
		}
		if err := s.Check(got); err != nil {
			t.Fatalf("parsed, but %v", err)
		}
		again, err := s.ParseFacts(got.JSON())
		if err != nil || !bytes.Equal(again.JSON(), got.JSON()) {
			t.Fatalf("%s does not come back: %v", got.JSON(), err)
		}
		if r := s.Evaluate(got, toldAt, toldAt); !r.Priority.Valid() || r.Sum < 1 || r.Sum > 43 {
			t.Fatalf("got %s with sum %d", r.Priority, r.Sum)
		}
	})
}
