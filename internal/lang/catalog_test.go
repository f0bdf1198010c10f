package lang

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryLanguageSaysEverything holds the languages together: the same ids, parameters and countings in each, of what the public
// side says in every language, and of the rest in those of staff. Nothing is thus said in English for want of a translation.
func TestEveryLanguageSaysEverything(t *testing.T) {
	c := catalog(t)
	first := c.tongues[0]
	for _, other := range c.tongues[1:] {
		for id, m := range first.messages {
			n, ok := other.messages[id]
			switch {
			case ok && m.public() != n.public():
				t.Errorf("%s: %s stands on another side than at %s", n.file, id, m.file)
			case !ok && (m.public() || other.staff):
				t.Errorf("%s: %s is missing in %s", m.file, id, other.tag)
			case ok && m.count != n.count:
				t.Errorf("%s: %s counts %q, in %s %q", n.file, id, m.count, other.tag, n.count)
			case ok && !slices.Equal(counted(m), counted(n)):
				t.Errorf("%s: %s has the parameters %v, in %s %v", n.file, id, counted(m), other.tag, counted(n))
			}
		}
		for id, n := range other.messages {
			if _, ok := first.messages[id]; !ok {
				t.Errorf("%s: %s is missing in %s", n.file, id, first.tag)
			}
		}
	}
}

// TestWhichLanguagesAreOfWhichSide names them: five for whoever reports, two for staff, and whole files only.
func TestWhichLanguagesAreOfWhichSide(t *testing.T) {
	c := catalog(t)
	if got := c.Tags(); !slices.Equal(got, []string{"en", "ar", "es", "fr", "sw"}) {
		t.Errorf("the public side speaks %v", got)
	}
	if got := c.Staff().Tags(); !slices.Equal(got, []string{"en", "ar"}) {
		t.Errorf("staff pages speak %v", got)
	}
	for _, tongue := range c.tongues {
		found := map[string]bool{}
		for _, m := range tongue.messages {
			found[strings.Split(m.file, ".yaml:")[0]] = true
		}
		for _, file := range publicFiles {
			if !found[tongue.tag+"/"+file] {
				t.Errorf("%s has no file %s", tongue.tag, file)
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

// refusedIn is the list for the other languages.
var refusedIn = map[string]*regexp.Regexp{
	"ar": regexp.MustCompile(strings.Join([]string{
		"إباحي", "دعارة", "بغاء", "عاهر", "زبون", "زبائن", "وحوش", "السياحة الجنسية", "متحرش", "مفترس"}, "|")),
	"fr": regexp.MustCompile(`(?i)porno|p[ée]dophil|prostitu|tourisme sexuel|pr[ée]dat|monstre|sextorsion|d[ée]linquant|consenti|\bclients?\b|honte`),
	"es": regexp.MustCompile(`(?i)porno|ped[óo]fil|pederasta|prostitu|turismo sexual|depredador|monstruo|sextorsi|delincuente|consenti|\bclientes?\b|vergüenza`),
	"sw": regexp.MustCompile(`(?i)ponografia|ukahaba|kahaba|malaya|utalii wa ngono|\bmteja\b|\bwateja\b|\baibu\b`),
}

func TestNoRefusedWord(t *testing.T) {
	for _, tongue := range catalog(t).tongues {
		for id, m := range tongue.messages {
			for _, text := range m.texts {
				word := refused.FindString(text)
				if own := refusedIn[tongue.tag]; own != nil {
					word += own.FindString(text)
				}
				if word != "" {
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
	for tag, bad := range map[string]string{"ar": "زبون", "fr": "un prédateur", "es": "nuestros clientes", "sw": "wateja wetu"} {
		if !refusedIn[tag].MatchString(bad) {
			t.Errorf("%q would pass", bad)
		}
	}
}

// TestTextsAreReadable refuses what a person cannot read: an id left over, a doubled blank, a letter of no script, digits that no
// telephone shows, and a file that was never translated.
func TestTextsAreReadable(t *testing.T) {
	leftOver := regexp.MustCompile(`[a-z]+\.[a-z]+_[a-z_]+|  |[\x00-\x09\x{FFFD}«»٠-٩۰-۹]|%[sdv]`)
	arabic := regexp.MustCompile(`\p{Arabic}`)
	english := catalog(t).tongues[0].messages
	for _, tongue := range catalog(t).tongues {
		for id, m := range tongue.messages {
			for form, text := range m.texts {
				if bad := leftOver.FindString(text); bad != "" || strings.TrimSpace(text) != text {
					t.Errorf("%s: %s (%s) has %q in %q", m.file, id, form, bad, text)
				}
				bare := placeholder.ReplaceAllString(text, "")
				same := english[id].texts[form] == text && regexp.MustCompile(`\pL{3}`).MatchString(bare)
				if tongue.tag != "en" && same && !slices.Contains([]string{"fr page.menu", "fr page.change"}, tongue.tag+" "+id) {
					t.Errorf("%s: %s is as in English: %q", m.file, id, text)
				}
				if arabic.MatchString(bare) && tongue.tag != "ar" {
					t.Errorf("%s: %s is in Arabic: %q", m.file, id, text)
				}
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
