package instrument

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// leftOut says which facts a way does not lead to although about_me does, and for what reason. A reason for what can be told is a
// mistake, too.
var leftOut = map[string]map[string]string{
	"under_13": {
		"age=16_17":              "whoever comes this way is younger",
		"age=adult_now":          "whoever comes this way is younger",
		"recency=ended_over_1y":  "a young child does not count months; what was long ago weighs as within a year",
		"material=none":          "a young child cannot know that there are none",
		"material=known":         "whether pictures were reported before is for the desk to find out",
		"network=no":             "a young child cannot know it, and there are fewer questions",
		"network=yes":            "a young child cannot know it; that other children are harmed is asked",
		"floors=organised_group": "a young child cannot know it; that other children are harmed is asked",
		"evidence_at_risk=no":    "a young child cannot know it",
		"evidence_at_risk=yes":   "a young child cannot know it",
		"vulnerability=0":        "fewer questions; a helper asks when they talk",
		"vulnerability=1":        "fewer questions; a helper asks when they talk",
	},
	"worried": {
		"floors=child_reports_own_ongoing_abuse": "nobody but the child can tell it",
	},
	"professional": {
		"floors=child_reports_own_ongoing_abuse": "nobody but the child can tell it",
	},
	"past": {
		"age=0_7":                                "they were a child then, and are not now",
		"age=8_12":                               "they were a child then, and are not now",
		"vulnerability=0":                        "it is about what makes a child easier to harm, and they are not one now",
		"vulnerability=1":                        "it is about what makes a child easier to harm, and they are not one now",
		"floors=under_8_contact_or_exploitation": "they were a child then, and are not now",
	},
}

// TestEveryWayTellsTheSame holds that whoever comes in by any way can tell what they could by another, in other words: the rules
// then decide the same for each.
func TestEveryWayTellsTheSame(t *testing.T) {
	all := demo(t, "about_me").FactsGiven()
	for _, name := range ways {
		given := demo(t, name).FactsGiven()
		for _, fact := range all {
			if reason := leftOut[name][fact]; slices.Contains(given, fact) == (reason != "") {
				t.Errorf("%s: %s can be told: %t; the reason why not: %q", name, fact, reason != "", reason)
			}
		}
		for fact := range leftOut[name] {
			if !slices.Contains(all, fact) {
				t.Errorf("%s: nobody can tell %s, and a reason is given", name, fact)
			}
		}
	}
}

// TestEveryWayReachesEveryTrigger allows no reason: what makes a report the most urgent can be told by everybody.
func TestEveryWayReachesEveryTrigger(t *testing.T) {
	for _, name := range ways {
		given := demo(t, name).FactsGiven()
		for _, trigger := range vocabulary.Triggers {
			if !slices.Contains(given, "triggers="+trigger) {
				t.Errorf("%s: nobody can tell %s", name, trigger)
			}
		}
	}
}

// otherwise says where an answer of the same name gives other facts than in about_me, and for what reason.
var otherwise = map[string]string{
	"under_13 what=passed_on": "there is no page about pictures: what is told here says that there are some",
	"under_13 what=pictures":  "there is no page about pictures: what is told here says that there are some",
	"past what=taken":         "it was then; that a child is held now is asked at the start",
	"worried what=taken":      "a child may be missing or moved for another reason",
	"professional what=taken": "a child may be missing or moved for another reason",
}

// TestSameNamesMeanTheSame holds that a question of one name is of one kind, sealed alike and means one thing in every way, and that an
// answer of one name gives the same facts.
func TestSameNamesMeanTheSame(t *testing.T) {
	for _, name := range ways {
		in := demo(t, name)
		for _, q := range questionsOf(in) {
			for _, model := range []*Instrument{demo(t, "about_me"), demo(t, "worried")} {
				if m, ok := model.Question(q.ID); ok && (m.Kind != q.Kind || m.Privacy != q.Privacy || m.Means != q.Means) {
					t.Errorf("%s: %s is %s, %s, %q, and in %s %s, %s, %q", name, q.ID, q.Kind, q.Privacy, q.Means, model.ID, m.Kind, m.Privacy, m.Means)
				}
			}
			m, _ := demo(t, "about_me").Question(q.ID)
			for _, c := range q.Codes {
				known, ok := m.Code(c.Name)
				at := name + " " + q.ID + "=" + c.Name
				if ok && (saidBy(c) == saidBy(known)) != (otherwise[at] == "") {
					t.Errorf("%s gives %s, in about_me %s; the reason: %q", at, saidBy(c), saidBy(known), otherwise[at])
				}
			}
		}
	}
}

func questionsOf(in *Instrument) (list []Question) {
	for _, p := range in.Pages {
		list = append(list, p.Questions...)
	}
	return list
}

// saidBy writes the facts of an answer.
func saidBy(c Code) string {
	said := map[string]bool{}
	for _, f := range c.facts {
		said[f.list+" "+f.name+"="+f.code] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(said)), ", ")
}

// TestYoungestSeeAPicture holds that of an answer that a young child chooses by mark there is a picture, none twice beside one
// question, but where a number says it all.
func TestYoungestSeeAPicture(t *testing.T) {
	for _, q := range questionsOf(demo(t, "under_13")) {
		seen := map[Picture]string{}
		for _, c := range q.Codes {
			if q.ID == "age" || q.Kind == Area {
				continue
			}
			if c.Picture == "" || seen[c.Picture] != "" {
				t.Errorf("%s=%s has the picture %q, as %q has", q.ID, c.Name, c.Picture, seen[c.Picture])
			}
			seen[c.Picture] = c.Name
		}
	}
	for _, p := range demo(t, "under_13").Pages {
		if p.Picture == "" || len(p.Questions) != 1 {
			t.Errorf("page %s has the picture %q and asks %d things", p.ID, p.Picture, len(p.Questions))
		}
	}
	for _, name := range ways {
		if demo(t, name).Picture == "" {
			t.Errorf("%s has no picture on the first page", name)
		}
	}
}
