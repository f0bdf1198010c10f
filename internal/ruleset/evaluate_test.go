package ruleset

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

var toldAt = time.Date(2026, 3, 1, 22, 15, 0, 0, time.UTC)

type example struct {
	Name   string
	Facts  string
	Hours  *int
	ByHand string `yaml:"by_hand"`
	Want   outcome
}

type outcome struct {
	Sum      int
	Priority Priority
	Triggers []string
	Floors   []string
	Unknown  int
	Needs    bool
	Lapsed   []string
	Lowered  bool
	Next     int // hours after the facts were told; 0 for none
}

func examples(t *testing.T) []example {
	t.Helper()
	data, err := os.ReadFile("testdata/cases.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	dec.KnownFields(true)
	var list []example
	if err := dec.Decode(&list); err != nil {
		t.Fatal(err)
	}
	return list
}

func outcomeOf(r Result) outcome {
	o := outcome{Sum: r.Sum, Priority: r.Priority, Unknown: len(r.Unknown), Needs: r.NeedsInformation, Lowered: r.Lowered()}
	o.Triggers = names(r.Triggers, func(x Reason) string { return x.ID })
	o.Floors = names(r.Floors, func(x Reason) string { return x.ID })
	if len(r.Lapsed) > 0 {
		o.Lapsed = names(r.Lapsed, func(x Lapse) string { return x.ID })
	}
	if !r.NextLapse.IsZero() {
		o.Next = int(r.NextLapse.Sub(toldAt) / time.Hour)
	}
	return o
}

func TestCases(t *testing.T) {
	s := demo(t)
	list := examples(t)
	if len(list) < 30 {
		t.Fatalf("only %d cases", len(list))
	}
	for _, c := range list {
		t.Run(c.Name, func(t *testing.T) {
			var told, now time.Time
			if c.Hours != nil {
				told, now = toldAt, toldAt.Add(time.Duration(*c.Hours)*time.Hour)
			}
			r := s.Evaluate(facts(t, s, c.Facts), told, now)
			if diff := cmp.Diff(c.Want, outcomeOf(r)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			points := names(r.Factors, func(x Scored) string { return strconv.Itoa(x.Points) })
			if got := strings.Join(points, "+"); got != c.ByHand {
				t.Errorf("got %s, by hand %s", got, c.ByHand)
			}
		})
	}
}

// What the result promises about NextLapse: nothing changes before it, and something does at it.
func TestNextLapseIsWhenTheResultChanges(t *testing.T) {
	s := demo(t)
	f := facts(t, s, `{"triggers":["abuse_now_or_within_72h","assault_within_120h","extortion_deadline_within_24h"]}`)
	at, steps := toldAt, 0
	for r := s.Evaluate(f, toldAt, at); !r.NextLapse.IsZero(); steps++ {
		before := s.Evaluate(f, toldAt, r.NextLapse.Add(-time.Microsecond))
		if diff := cmp.Diff(r, before); diff != "" {
			t.Errorf("changed before the lapse:\n%s", diff)
		}
		after := s.Evaluate(f, toldAt, r.NextLapse)
		if len(after.Lapsed) != len(r.Lapsed)+1 || after.Lapsed[len(after.Lapsed)-1].At.After(toldAt.Add(120*time.Hour)) {
			t.Errorf("at %v lapsed %v", r.NextLapse, after.Lapsed)
		}
		r = after
	}
	if steps != 3 {
		t.Errorf("%d lapses, want 3", steps)
	}
}

func TestClockThatRunsBackLapsesNothing(t *testing.T) {
	s := demo(t)
	f := facts(t, s, `{"triggers":["extortion_deadline_within_24h"]}`)
	if r := s.Evaluate(f, toldAt, toldAt.Add(-time.Hour)); r.Priority != P1 || len(r.Lapsed) != 0 {
		t.Errorf("got %s, lapsed %v", r.Priority, r.Lapsed)
	}
}

// Facts made by hand with names that the set lacks never make a report less urgent than "not known".
func TestForeignNamesCountAsNotTold(t *testing.T) {
	s := demo(t)
	f := Facts{Values: map[string]string{"access": "nonsense", "colour": "blue", "age": "0_7"}, Triggers: []string{"nonsense"}}
	r := s.Evaluate(f, time.Time{}, time.Time{})
	want := s.Evaluate(Facts{Values: map[string]string{"age": "0_7"}}, time.Time{}, time.Time{})
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
}
