package ruleset

import (
	"regexp"
	"slices"
	"strings"
)

// Unknown is the code that every factor has, and what a missing factor means.
const Unknown = "unknown"

// Vulnerability is the one factor whose codes are whole numbers, 0 to 3, in FACTS.json.
const Vulnerability = "vulnerability"

// A term is one name of the vocabulary: a factor with its codes, or a trigger or floor without.
type term struct {
	id, name string
	codes    []string
}

func standardFactors() []term {
	return []term{
		{"W1", "access", []string{"none", "online_ended", Unknown, "online_ongoing", "in_person_occasional", "in_person_regular", "same_household"}},
		{"W2", "recency", []string{"ended_over_1y", "ended_within_1y", "within_30_days", Unknown, "ongoing"}},
		{"W3", "age", []string{"adult_now", "16_17", "13_15", Unknown, "8_12", "0_7"}},
		{"W4", "coercion", []string{"none", Unknown, "pressure", "threats", "threats_with_demand"}},
		{"W5", "trusted_person", []string{"no", Unknown, "yes"}},
		{"W6", "form", []string{"exposure_only", "peer_image_shared", Unknown, "grooming", "material_made_or_shared", "exchange_or_exploitation", "live_online", "contact_abuse"}},
		{"W7", "other_children", []string{"no", Unknown, "possible", "yes"}},
		{"W8", "material", []string{"none", "known", Unknown, "new"}},
		{"W9", Vulnerability, []string{"0", "1", "2", "3", Unknown}},
		{"W10", "protective_adult", []string{"yes", Unknown, "no"}},
		{"W11", "evidence_at_risk", []string{"no", Unknown, "yes"}},
		{"W12", "network", []string{"no", Unknown, "yes"}},
	}
}

func standardTriggers() []term {
	return named("T", "danger_now", "abuse_now_or_within_72h", "self_harm_risk", "assault_within_120h",
		"contact_abuse_with_access_within_24h", "missing_or_held", "extortion_deadline_within_24h")
}

func standardFloors() []term {
	return named("FL", "active_extortion", "trusted_position_with_access", "under_8_contact_or_exploitation",
		"organised_group", "trafficking_or_exploitation", "child_reports_own_ongoing_abuse", "repeat_within_12_months")
}

func named(prefix string, names ...string) []term {
	terms := make([]term, len(names))
	for i, name := range names {
		terms[i] = term{id: prefix + string(rune('1'+i)), name: name}
	}
	return terms
}

func find(terms []term, is func(term) bool) (term, bool) {
	i := slices.IndexFunc(terms, is)
	if i < 0 {
		return term{}, false
	}
	return terms[i], true
}

// protected matches one part of a name (between underscores) that speaks of a protected characteristic.
var protected = regexp.MustCompile(`^(race|races|racial.*|ethnic.*|religi.*|faith|belief|beliefs|creed|caste.*|class|classes|` +
	`gender.*|transgender|sex|sexes|sexuality|orientation|lesbian|gay|bisexual|queer|lgbt.*|` +
	`language.*|accent|nationalit.*|citizen.*|migra.*|immigra.*|emigra.*|refugee.*|asylum.*|` +
	`indigen.*|tribe.*|tribal|colou?r|skin|origin|ancestry|political.*|poverty|income|disab.*)$`)

// protectedIn gives the part of name that speaks of a protected characteristic, or "".
func protectedIn(name string) string {
	for part := range strings.FieldsFuncSeq(strings.ToLower(name), func(r rune) bool { return r == '_' || r == '-' || r == ' ' }) {
		if protected.MatchString(part) {
			return part
		}
	}
	return ""
}
