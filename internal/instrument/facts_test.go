package instrument

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// vocabulary is the rule set's names and codes, in the order of their points.
var vocabulary = FactNames{
	Factors: map[string][]string{
		"access":           {"none", "online_ended", "unknown", "online_ongoing", "in_person_occasional", "in_person_regular", "same_household"},
		"recency":          {"ended_over_1y", "ended_within_1y", "within_30_days", "unknown", "ongoing"},
		"age":              {"adult_now", "16_17", "13_15", "unknown", "8_12", "0_7"},
		"coercion":         {"none", "unknown", "pressure", "threats", "threats_with_demand"},
		"trusted_person":   {"no", "unknown", "yes"},
		"form":             {"exposure_only", "peer_image_shared", "unknown", "grooming", "material_made_or_shared", "exchange_or_exploitation", "live_online", "contact_abuse"},
		"other_children":   {"no", "unknown", "possible", "yes"},
		"material":         {"none", "known", "unknown", "new"},
		"vulnerability":    {"0", "1", "2", "3", "unknown"},
		"protective_adult": {"yes", "unknown", "no"},
		"evidence_at_risk": {"no", "unknown", "yes"},
		"network":          {"no", "unknown", "yes"},
	},
	Triggers: []string{"danger_now", "abuse_now_or_within_72h", "self_harm_risk", "assault_within_120h", "contact_abuse_with_access_within_24h", "missing_or_held", "extortion_deadline_within_24h"},
	Floors:   []string{"active_extortion", "trusted_position_with_access", "under_8_contact_or_exploitation", "organised_group", "trafficking_or_exploitation", "child_reports_own_ongoing_abuse", "repeat_within_12_months"},
	Content:  []string{"live_or_recent", "child_or_place_identifiable", "new_or_unknown_material", "threat_of_spread", "seems_under_13", "known_or_duplicate", "outside_remit"},
}

func TestDemoFactsAreKnown(t *testing.T) {
	for _, name := range ways {
		for _, p := range demo(t, name).CheckFacts(vocabulary) {
			t.Error(p)
		}
	}
}

// Every fact that can be asked for can be told. That a child reports their own abuse only a child can tell; that a
// report is a repeat is found, not asked.
func TestDemoReachesEveryFact(t *testing.T) {
	for _, name := range []string{"about_me", "worried", "professional"} {
		given := demo(t, name).FactsGiven()
		for factor, codes := range vocabulary.Factors {
			for _, code := range codes {
				counts := factor == "vulnerability" && code > "1"
				if code != Unknown && !counts && !slices.Contains(given, factor+"="+code) {
					t.Errorf("%s: no answer gives %s=%s", name, factor, code)
				}
			}
		}
		for _, trigger := range vocabulary.Triggers {
			if !slices.Contains(given, "triggers="+trigger) {
				t.Errorf("%s: no answer gives %s", name, trigger)
			}
		}
		for _, floor := range vocabulary.Floors {
			asked := floor != "repeat_within_12_months" && (name == "about_me" || floor != "child_reports_own_ongoing_abuse")
			if asked != slices.Contains(given, "floors="+floor) {
				t.Errorf("%s: %s is given: %t", name, floor, !asked)
			}
		}
	}
}

// story reads "question=code,code question=code" into answers.
func story(text string) Answers {
	a := Answers{}
	for _, one := range strings.Fields(text) {
		question, codes, _ := strings.Cut(one, "=")
		a[question] = strings.Split(codes, ",")
	}
	return a
}

// told writes facts as "factor=code factor=code | triggers | floors".
func told(f Facts) string {
	var values []string
	for _, name := range slices.Sorted(maps.Keys(f.Values)) {
		values = append(values, name+"="+f.Values[name])
	}
	return strings.Join(values, " ") + " | " + strings.Join(f.Triggers, " ") + " | " + strings.Join(f.Floors, " ")
}

var stories = []struct{ name, in, told, want string }{
	{"nothing is said", "about_me", "", " |  | "},
	{"everything is not known or not said", "about_me",
		"danger=unknown what=unknown when=prefers_not_to_say who=unknown group=unknown reach=unknown pressure=unknown pictures=unknown age=prefers_not_to_say others=unknown helper=unknown life=unknown feel=prefers_not_to_say",
		" |  | "},
	{"14, blackmail online, deadline tonight", "about_me",
		"danger=no what=pictures when=ongoing who=online_only group=one reach=online_ongoing pressure=demand deadline=soon pictures=someone_has age=13_15 others=unknown helper=unknown life=none feel=no gone_soon=yes",
		"access=online_ongoing age=13_15 coercion=threats_with_demand evidence_at_risk=yes form=material_made_or_shared material=new network=no recency=ongoing trusted_person=no vulnerability=0 | extortion_deadline_within_24h | active_extortion"},
	{"9, touched by a grown-up at home, when is not known", "about_me",
		"danger=no what=touch when=unknown who=family_adult group=one reach=same_home pressure=unknown pictures=none age=8_12 others=maybe helper=nobody",
		"access=same_household age=8_12 form=contact_abuse material=none network=no other_children=possible protective_adult=no trusted_person=yes | contact_abuse_with_access_within_24h | trusted_position_with_access"},
	{"16, a picture passed on last week, a parent helps", "about_me",
		"what=passed_on when=month who=young_person group=some reach=online_ongoing pressure=none pictures=online age=16_17 others=no helper=helping life=none gone_soon=yes",
		"access=online_ongoing age=16_17 coercion=none evidence_at_risk=yes form=peer_image_shared material=new other_children=no protective_adult=yes recency=within_30_days trusted_person=no vulnerability=0 |  | "},
	{"a survivor, twenty years ago, no contact", "about_me",
		"what=touch when=longer who=family_adult group=one reach=none pressure=none pictures=none age=adult others=no helper=helping life=none",
		"access=none age=adult_now coercion=none form=contact_abuse material=none network=no other_children=no protective_adult=yes recency=ended_over_1y trusted_person=yes vulnerability=0 |  | "},
	{"a survivor, and other children are near the person", "about_me",
		"what=touch when=longer who=works_with_children reach=none alone=yes age=adult others=yes",
		"access=none age=adult_now form=contact_abuse other_children=yes recency=ended_over_1y trusted_person=yes | contact_abuse_with_access_within_24h | trusted_position_with_access"},
	{"15, one unwanted message, blocked", "about_me",
		"what=shown when=month who=stranger group=one reach=online_ended pressure=none pictures=none age=13_15 others=no helper=helping life=none gone_soon=no",
		"access=online_ended age=13_15 coercion=none evidence_at_risk=no form=exposure_only material=none network=no other_children=no protective_adult=yes recency=within_30_days trusted_person=no vulnerability=0 |  | "},
	{"12, it still happens, two days ago", "about_me",
		"danger=yes what=trust,touch when=ongoing doctor=yes who=known_adult reach=often alone=no age=8_12 helper=not_told life=care,before",
		"access=in_person_regular age=8_12 form=contact_abuse protective_adult=no recency=ongoing trusted_person=no vulnerability=2 | assault_within_120h danger_now | child_reports_own_ongoing_abuse"},
	{"7, live camera, now", "about_me",
		"what=live when=now who=family_child reach=same_home age=0_7",
		"access=same_household age=0_7 form=live_online recency=ongoing trusted_person=yes | abuse_now_or_within_72h | under_8_contact_or_exploitation"},
	{"a teen who may act on dark thoughts", "about_me",
		"what=asked pressure=pushed age=16_17 feel=may_act",
		"age=16_17 coercion=pressure form=grooming | self_harm_risk | "},
	{"thoughts that are not acted on", "about_me", "feel=sometimes", " |  | "},
	{"held and taken to people by a group", "about_me",
		"what=taken group=group when=ongoing reach=same_home life=disability,care,displaced,homeless,before",
		"access=same_household form=exchange_or_exploitation network=yes recency=ongoing vulnerability=3 | missing_or_held | organised_group trafficking_or_exploitation"},
	{"gifts online are not travel", "about_me", "what=gifts reach=online_ongoing", "access=online_ongoing form=exchange_or_exploitation |  | "},
	{"gifts in person", "about_me", "what=gifts reach=now_and_then", "access=in_person_occasional form=exchange_or_exploitation |  | trafficking_or_exploitation"},
	{"threats that ended long ago", "about_me", "when=longer pressure=demand", "coercion=threats_with_demand recency=ended_over_1y |  | "},
	{"threats without a demand, going on", "about_me", "when=ongoing pressure=threats deadline=later", "coercion=threats recency=ongoing |  | active_extortion"},
	{"words give nothing", "about_me", "words=danger_now,touch,same_home must_not_know=family_adult accounts=live", " |  | "},
	{"a teacher sees a coach alone with children tomorrow", "worried",
		"danger=no what=touch when=ongoing doctor=unknown who=works_with_children reach=often alone=yes age=8_12 others=yes helper=not_told",
		"access=in_person_regular age=8_12 form=contact_abuse other_children=yes protective_adult=no recency=ongoing trusted_person=yes | contact_abuse_with_access_within_24h | trusted_position_with_access"},
	{"a missing child", "worried", "danger=unknown what=taken age=13_15", "age=13_15 | missing_or_held | "},
	{"travellers pay for a small child", "worried", "what=travel age=0_7 group=group when=now",
		"age=0_7 form=exchange_or_exploitation network=yes recency=ongoing | abuse_now_or_within_72h | organised_group trafficking_or_exploitation under_8_contact_or_exploitation"},
	{"only a page was found", "worried", "what=found_page gone_soon=yes age=0_7 who=family_adult", "evidence_at_risk=yes |  | "},
	{"a child spoke of dying", "worried", "feel=may_act", " | self_harm_risk | "},
	{"under 13, and nothing else is said", "under_13", "", "age=8_12 |  | "},
	{"6, touched at home by a grown-up, going on", "under_13",
		"danger=no what=touch,trust when=ongoing doctor=yes who=family_adult reach=same_home pressure=pushed age=0_7 others=maybe helper=nobody feel=no",
		"access=same_household age=0_7 coercion=pressure form=contact_abuse other_children=possible protective_adult=no recency=ongoing trusted_person=yes | assault_within_120h contact_abuse_with_access_within_24h | child_reports_own_ongoing_abuse trusted_position_with_access under_8_contact_or_exploitation"},
	{"11, a photo and a threat for tonight, in a game", "under_13",
		"danger=no what=pictures when=now who=online_only reach=online_ongoing pressure=demand deadline=soon age=8_12",
		"access=online_ongoing age=8_12 coercion=threats_with_demand form=material_made_or_shared material=new recency=ongoing trusted_person=no | abuse_now_or_within_72h extortion_deadline_within_24h | active_extortion"},
	{"a survivor of long ago who wants nothing now", "past", "wish=nothing_now danger=no others=no alone=no what=touch who=family_adult feel=no", "other_children=no |  | "},
	{"a survivor, and a child cannot leave that person", "past", "wish=protect danger=held others=yes alone=yes what=touch when=longer who=works_with_children age=adult",
		"age=adult_now form=contact_abuse other_children=yes recency=ended_over_1y trusted_person=yes | contact_abuse_with_access_within_24h danger_now missing_or_held | trusted_position_with_access"},
	{"a survivor, twenty years ago, in other words", "past", "what=touch when=longer who=family_adult group=one reach=none pressure=none pictures=none age=adult others=no helper=helping",
		"access=none age=adult_now coercion=none form=contact_abuse material=none network=no other_children=no protective_adult=yes recency=ended_over_1y trusted_person=yes |  | "},
	{"a teacher's words give no facts of their own", "professional", "work=teacher source=child_told done=authority,care knows=not_safe duty=here", " |  | "},
}

func TestStories(t *testing.T) {
	ins := map[string]*Instrument{}
	for _, name := range ways {
		ins[name] = demo(t, name)
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			if got := told(ins[s.in].Facts(story(s.told))); got != s.want {
				t.Errorf("\ngot  %s\nwant %s", got, s.want)
			}
		})
	}
}

func TestContentOnly(t *testing.T) {
	child, adult := demo(t, "about_me"), demo(t, "worried")
	for told, want := range map[string]bool{"what=found_page gone_soon=yes": true, "what=pictures": false, "": false} {
		if got := adult.ContentOnly(story(told)); got != want {
			t.Errorf("%q is about content alone: %t", told, got)
		}
	}
	for _, in := range []*Instrument{adult, demo(t, "professional")} {
		f := in.Facts(story("what=found_page found=live,small seen=today"))
		if !f.ContentOnly || strings.Join(f.Content, " ") != "live_or_recent seems_under_13" {
			t.Errorf("%s: %+v", in.ID, f)
		}
	}
	if child.ContentOnly(story("what=pictures")) {
		t.Error("what a child tells of themselves is about content alone")
	}
}

// Every story is made of answers that the forms take.
func TestStoriesCanBeTold(t *testing.T) {
	for _, s := range stories {
		in := demo(t, s.in)
		a := story(s.told)
		for id := range a {
			q, ok := in.Question(id)
			for _, v := range a[id] {
				if _, is := q.Code(v); !ok || q.Kind.Coded() && !is {
					t.Errorf("%s: nobody can answer %s=%s", s.name, id, v)
				}
			}
		}
	}
}

// Not knowing and not saying say nothing, and words never do.
func TestOnlyCodesGiveFacts(t *testing.T) {
	for _, name := range ways {
		in := demo(t, name)
		rapid.Check(t, func(t *rapid.T) {
			a := anyAnswers(t, in)
			before := in.Facts(a)
			for _, p := range in.Pages {
				for _, q := range p.Questions {
					if !q.Kind.Coded() {
						a[q.ID] = []string{rapid.SampledFrom([]string{"danger_now", "yes", "touch"}).Draw(t, q.ID)}
					}
				}
			}
			if diff := cmp.Diff(before, in.Facts(a)); diff != "" {
				t.Fatal(diff)
			}
			for name, code := range before.Values {
				if !slices.Contains(vocabulary.Factors[name], code) || code == Unknown {
					t.Fatalf("got %s=%s", name, code)
				}
			}
		})
	}
}
