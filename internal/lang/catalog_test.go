package lang

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryLanguageSaysEverything holds the languages together: the same ids, parameters and countings in each.
func TestEveryLanguageSaysEverything(t *testing.T) {
	c := catalog(t)
	first := c.tongues[0]
	for _, other := range c.tongues[1:] {
		for id, m := range first.messages {
			n, ok := other.messages[id]
			if !ok {
				t.Errorf("%s: %s is missing in %s", m.file, id, other.tag)
				continue
			}
			if m.count != n.count {
				t.Errorf("%s: %s counts %q, in %s %q", n.file, id, m.count, other.tag, n.count)
			}
			if a, b := counted(m), counted(n); !slices.Equal(a, b) {
				t.Errorf("%s: %s has the parameters %v, in %s %v", n.file, id, a, other.tag, b)
			}
		}
		for id, n := range other.messages {
			if _, ok := first.messages[id]; !ok {
				t.Errorf("%s: %s is missing in %s", n.file, id, first.tag)
			}
		}
	}
}

// counted gives the parameters without the number: some forms of some languages say it in a word.
func counted(m message) (params []string) {
	for _, p := range m.params {
		if p != m.count {
			params = append(params, p)
		}
	}
	return params
}

// refused are the words that no page may use: they blame, or they name a child by what was done to them. The same
// list is kept for the languages of the catalogue.
var refused = regexp.MustCompile(`(?i)\b(` + strings.Join([]string{
	"child porn\\w*", "kiddie porn\\w*", "child prostitutes?", "child sex workers?", "customers?", "clients?", "johns?",
	"child sex tourism", "webcam child sex", "revenge porn\\w*", "sextortion", "sexting", "self-generated",
	"virtual child porn\\w*", "ai porn\\w*", "pa?edophiles?", "predators?", "monsters?", "child abusers?",
	"young offenders?", "abuse victims?", "disclosed late", "failed to disclose", "consensual relationships?",
}, "|") + `)\b`)

var refusedArabic = regexp.MustCompile(strings.Join([]string{
	"إباحي", "دعارة", "بغاء", "عاهر", "زبون", "زبائن", "وحوش", "السياحة الجنسية", "متحرش", "مفترس",
}, "|"))

func TestNoRefusedWord(t *testing.T) {
	for _, tongue := range catalog(t).tongues {
		for id, m := range tongue.messages {
			for _, text := range m.texts {
				if word := refused.FindString(text) + refusedArabic.FindString(text); word != "" {
					t.Errorf("%s: %s says %q", m.file, id, word)
				}
			}
		}
	}
	for _, bad := range []string{"Our customers", "SEXTING", "a client.", "paedophile", "child pornography"} {
		if !refused.MatchString(bad) {
			t.Errorf("%q would pass", bad)
		}
	}
}

// TestTextsAreReadable refuses what a person cannot read: an id left over, a doubled blank, a letter of no script,
// and an Arabic file that was never translated.
func TestTextsAreReadable(t *testing.T) {
	leftOver := regexp.MustCompile(`[a-z]+\.[a-z]+_[a-z_]+|  |[\x00-\x09\x{FFFD}«»]|%[sdv]`)
	arabic := regexp.MustCompile(`\p{Arabic}`)
	for _, tongue := range catalog(t).tongues {
		for id, m := range tongue.messages {
			for form, text := range m.texts {
				if bad := leftOver.FindString(text); bad != "" || strings.TrimSpace(text) != text {
					t.Errorf("%s: %s (%s) has %q in %q", m.file, id, form, bad, text)
				}
				bare := placeholder.ReplaceAllString(text, "")
				if tongue.tag == "ar" && regexp.MustCompile(`\pL`).MatchString(bare) && !arabic.MatchString(bare) {
					t.Errorf("%s: %s is not in Arabic: %q", m.file, id, text)
				}
			}
		}
	}
}

// TestFaultsAreShort keeps the sentences of faults short enough to read under stress.
func TestFaultsAreShort(t *testing.T) {
	for _, tongue := range catalog(t).tongues {
		for id, m := range tongue.messages {
			if !strings.HasPrefix(id, "fault.") {
				continue
			}
			for _, text := range m.texts {
				for _, sentence := range regexp.MustCompile(`[.?!:]\s`).Split(text, -1) {
					if n := len(strings.Fields(sentence)); n > 20 {
						t.Errorf("%s: %s has a sentence of %d words: %q", m.file, id, n, sentence)
					}
				}
			}
		}
	}
}
