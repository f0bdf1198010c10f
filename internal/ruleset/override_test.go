package ruleset

import (
	"reflect"
	"testing"
	"time"

	"amparo/internal/fault"
)

func TestPriorityOrder(t *testing.T) {
	list := Priorities()
	for i, a := range list {
		for j, b := range list {
			if a.MoreUrgent(b) != (i < j) {
				t.Errorf("%s more urgent than %s: %v", a, b, a.MoreUrgent(b))
			}
		}
		if p, err := ParsePriority(string(a)); err != nil || p != a {
			t.Errorf("%s: got %s, %v", a, p, err)
		}
	}
	for _, s := range []string{"", "P0", "P5", "p1", "P11", " P1"} {
		if _, err := ParsePriority(s); fault.CodeOf(err) != CodeNoPriority || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: got %v", s, err)
		}
	}
}

func TestCheckOverride(t *testing.T) {
	s := demo(t)
	const calm = `"access":"none","recency":"ended_over_1y","age":"16_17","coercion":"none","trusted_person":"no","form":"exposure_only","other_children":"no","material":"none"`
	const unclear = `{"access":"none"}` // sum 11, P3
	const p1ByBand = `{"access":"same_household","recency":"ongoing","age":"0_7","coercion":"threats","form":"contact_abuse"}`
	for _, c := range []struct {
		name       string
		facts      string
		after      time.Duration
		to         Priority
		supervisor bool
		want       fault.Code // "" for allowed
	}{
		{"anyone raises", `{` + calm + `}`, 0, P1, false, ""},
		{"anyone confirms", `{` + calm + `}`, 0, P4, false, ""},
		{"a responder does not lower", unclear, 0, P4, false, CodeLowerSupervisor},
		{"a supervisor lowers", unclear, 0, P4, true, ""},
		{"a supervisor lowers a high sum", p1ByBand, 0, P3, true, ""},
		{"not below a floor", `{"floors":["active_extortion"]}`, 0, P3, true, CodeBelowFact},
		{"from the band down to the floor", p1ByBand[:len(p1ByBand)-1] + `,"floors":["active_extortion"]}`, 0, P2, true, ""},
		{"not below a trigger", `{"triggers":["assault_within_120h"]}`, time.Hour, P2, true, CodeBelowFact},
		{"below a trigger that lapsed", `{"triggers":["assault_within_120h"]}`, 120 * time.Hour, P4, true, ""},
		{"a responder confirms what a lapse left", `{"triggers":["assault_within_120h"]}`, 120 * time.Hour, P2, false, ""},
		{"a responder does not lower further", `{"triggers":["assault_within_120h"]}`, 120 * time.Hour, P3, false, CodeLowerSupervisor},
		{"no such priority", `{}`, 0, "P0", true, CodeNoPriority},
		{"no priority", `{}`, 0, "", true, CodeNoPriority},
	} {
		err := s.CheckOverride(facts(t, s, c.facts), toldAt, toldAt.Add(c.after), c.to, c.supervisor)
		if (err == nil) != (c.want == "") || err != nil && fault.CodeOf(err) != c.want {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

func TestRefusedOverrideSaysWhatHolds(t *testing.T) {
	s := demo(t)
	f := facts(t, s, `{"triggers":["self_harm_risk"],"floors":["organised_group"]}`)
	err := s.CheckOverride(f, toldAt, toldAt, P2, true)
	p := fault.Params(err)
	if p["lowest"] != P1 || !reflect.DeepEqual(p["facts"], []string{"self_harm_risk", "organised_group"}) {
		t.Errorf("got %v", p)
	}
	if err := s.CheckOverride(f, toldAt, toldAt, P2, false); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("got %v", err)
	}
}

func TestLowestAllowed(t *testing.T) {
	s := demo(t)
	for text, want := range map[string]Priority{
		`{}`: P4, `{"access":"same_household"}`: P4, `{"floors":["active_extortion"]}`: P2,
		`{"triggers":["extortion_deadline_within_24h"]}`:                              P1,
		`{"triggers":["danger_now"],"floors":["active_extortion"]}`:                   P1,
		`{"floors":["active_extortion","organised_group"],"access":"same_household"}`: P2,
	} {
		if got := s.LowestAllowed(facts(t, s, text)); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
