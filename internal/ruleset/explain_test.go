package ruleset

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/fault"
)

// The published format: the golden files are what `amparo triage explain` prints.
func TestExplainGolden(t *testing.T) {
	s := demo(t)
	f := facts(t, s, `{"access":"online_ongoing","age":"13_15","vulnerability":0,"triggers":["danger_now"],"floors":["active_extortion"]}`)
	r := s.Evaluate(f, time.Time{}, time.Time{})
	for _, lang := range []string{"en", "ar"} {
		got, err := json.MarshalIndent(s.Explain(r, lang), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile("testdata/explain." + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
			t.Errorf("%s: -golden +got\n%s", lang, diff)
		}
	}
}

func TestExplainOfNothingHasNoNull(t *testing.T) {
	s := demo(t)
	text := `{"access":"none","recency":"ongoing","age":"0_7","coercion":"none","trusted_person":"no","form":"grooming","other_children":"no",
		"material":"none","vulnerability":0,"protective_adult":"yes","evidence_at_risk":"no","network":"no"}`
	for _, f := range []Facts{{}, facts(t, s, text)} {
		e := s.Explain(s.Evaluate(f, toldAt, toldAt), "en")
		v := reflect.ValueOf(e)
		for i := range v.NumField() {
			if v.Field(i).Kind() == reflect.Slice && v.Field(i).IsNil() {
				t.Errorf("%s is nil", v.Type().Field(i).Name)
			}
		}
		sum := 0
		for _, x := range e.Factors {
			sum += x.Points
		}
		if sum != e.Sum || len(e.Factors) != 12 {
			t.Errorf("%d factors give %d, the sum is %d", len(e.Factors), sum, e.Sum)
		}
	}
}

func TestWordsFallBack(t *testing.T) {
	s := demo(t)
	w := Words{"en": "shelter", "ar": "مأوى"}
	for lang, want := range map[string]string{"en": "shelter", "ar": "مأوى", "ar-EG": "مأوى", "fr": "shelter", "": "shelter", "-": "shelter"} {
		if got := s.Say(w, lang); got != want {
			t.Errorf("%q: got %q", lang, got)
		}
	}
}

func TestContentLevel(t *testing.T) {
	s := demo(t)
	for _, c := range []struct {
		facts []string
		want  Level
	}{
		{nil, C2},
		{[]string{"live_or_recent"}, C1},
		{[]string{"child_or_place_identifiable"}, C1},
		{[]string{"new_or_unknown_material"}, C2},
		{[]string{"threat_of_spread"}, C2},
		{[]string{"seems_under_13"}, C2},
		{[]string{"known_or_duplicate"}, C3},
		{[]string{"outside_remit"}, C3},
		{[]string{"known_or_duplicate", "threat_of_spread"}, C2},
		{[]string{"outside_remit", "seems_under_13", "live_or_recent"}, C1},
	} {
		if got, err := s.ContentLevel(c.facts); err != nil || got != c.want {
			t.Errorf("%v: got %s, %v", c.facts, got, err)
		}
	}
	_, err := s.ContentLevel([]string{"live_or_recent", "danger_now"})
	const allowed = "live_or_recent, child_or_place_identifiable, new_or_unknown_material, threat_of_spread, seems_under_13, known_or_duplicate, outside_remit"
	if fault.CodeOf(err) != CodeFactsName || fault.Params(err)["allowed"] != allowed {
		t.Errorf("got %v %v", err, fault.Params(err))
	}
	for i, want := range []time.Duration{time.Hour, 24 * time.Hour, 72 * time.Hour} {
		if got := s.Content.Levels[i].ForwardWithin; got != want {
			t.Errorf("%s is forwarded within %v", s.Content.Levels[i].Level, got)
		}
	}
}
