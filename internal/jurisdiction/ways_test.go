package jurisdiction

import (
	"slices"
	"testing"

	"amparo/internal/instrument"
	"amparo/internal/ruleset"
)

// TestEveryWayInIsAsUrgent tells each thing that cannot wait by every way in, with the pages between that lead there: each time it is P1.
func TestEveryWayInIsAsUrgent(t *testing.T) {
	p := demo(t)
	for _, way := range []string{"under_13", "about_me", "worried", "past", "professional"} {
		in := p.Instrument(way)
		silent := map[bool]ruleset.Priority{false: ruleset.P3, true: ruleset.P2}[way == "under_13"] // who comes this way has told their age
		if got := p.RuleSet().Evaluate(ruleset.Facts(in.Facts(nil)), begin, begin).Priority; got != silent {
			t.Errorf("%s: when nothing more is said it is %s, want %s", way, got, silent)
		}
		for trigger, told := range map[string]instrument.Answers{
			"danger_now":                           {"danger": {"yes"}},
			"abuse_now_or_within_72h":              {"when": {"now"}},
			"self_harm_risk":                       {"feel": {"may_act"}},
			"assault_within_120h":                  {"what": {"touch"}, "when": {"month"}, "doctor": {"yes"}},
			"contact_abuse_with_access_within_24h": {"what": {"touch"}, "reach": {"often"}, "alone": {"yes"}},
			"missing_or_held":                      {"what": {"taken"}, "danger": {"held"}}, // of long ago it is asked apart from what was then
			"extortion_deadline_within_24h":        {"pressure": {"demand"}, "deadline": {"soon"}},
		} {
			f := in.Facts(told)
			result := p.RuleSet().Evaluate(ruleset.Facts(f), begin, begin)
			if !slices.Contains(f.Triggers, trigger) || result.Priority != ruleset.P1 {
				t.Errorf("%s: %s gives %v and is %s", way, trigger, f.Triggers, result.Priority)
			}
		}
	}
}
