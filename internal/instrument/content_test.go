package instrument

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// A line is one text of an instrument and where it stands.
type line struct {
	at   string
	text Text
}

// texts gives every text that a person reads, those of the answers that the engine adds once.
func texts(in *Instrument) []line {
	lines := []line{{"name", in.Name}, {Unknown, in.unknown}, {PrefersNotToSay, in.notSaid}}
	for _, p := range in.Pages {
		lines = append(lines, line{p.ID + ".title", p.Title}, line{p.ID + ".intro", p.Intro})
		for _, q := range p.Questions {
			if len(p.Questions) > 1 || q.Label.Words("en") != p.Title.Words("en") {
				lines = append(lines, line{q.ID + ".label", q.Label})
			}
			lines = append(lines, line{q.ID + ".hint", q.Hint})
			for _, c := range q.Codes {
				lines = append(lines, line{q.ID + "." + c.Name, c.Label}, line{q.ID + "." + c.Name + ".hint", c.Hint})
			}
		}
	}
	return lines
}

var (
	sentenceEnd = regexp.MustCompile(`[.?!:؟]+(\s|$)`)
	vowels      = regexp.MustCompile(`[aeiouy]+`)
)

func sentences(text string) []string {
	var list []string
	for _, s := range sentenceEnd.Split(text, -1) {
		if strings.TrimSpace(s) != "" {
			list = append(list, s)
		}
	}
	return list
}

// syllables counts groups of vowels; a silent e at the end is none.
func syllables(word string) int {
	word = strings.ToLower(strings.Trim(word, "’',"))
	n := len(vowels.FindAllString(word, -1))
	if strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "le") && n > 1 {
		n--
	}
	return max(n, 1)
}

// grade is the Flesch-Kincaid grade of English sentences.
func grade(list []string) float64 {
	words, parts := 0, 0
	for _, s := range list {
		for _, w := range strings.Fields(s) {
			words++
			parts += syllables(w)
		}
	}
	return 0.39*float64(words)/float64(len(list)) + 11.8*float64(parts)/float64(words) - 15.59
}

func TestTheMeasureTellsEasyFromHard(t *testing.T) {
	easy := grade([]string{"The cat sat on the mat", "It was a big cat"})
	hard := grade([]string{"Institutional confidentiality obligations necessitate comprehensive documentation of disclosures"})
	if easy > 1 || hard < 15 {
		t.Errorf("easy %.1f, hard %.1f", easy, hard)
	}
}

// A child of nine reads every page of about_me: at most 15 words in a sentence, and grade 5 at most on each page. A child of seven
// reads those of under_13: at most 12 words, and grade 3.
func TestChildReadsIt(t *testing.T) {
	easy(t, "about_me", 15, 5)
	easy(t, "under_13", 12, 3)
}

func easy(t *testing.T, name string, most int, hardest float64) {
	t.Helper()
	in := demo(t, name)
	pages := map[string][]string{}
	for _, l := range texts(in) {
		for _, lang := range in.Languages {
			for _, s := range sentences(l.text.Words(lang)) {
				if n := len(strings.Fields(s)); n > most {
					t.Errorf("%s: %s: %d words in %q", name, l.at, n, s)
				}
			}
		}
	}
	for _, p := range in.Pages {
		only := &Instrument{Pages: []Page{p}}
		for _, l := range texts(only) {
			pages[p.ID] = append(pages[p.ID], sentences(l.text.Words("en"))...)
		}
		if g := grade(pages[p.ID]); g > hardest {
			t.Errorf("%s: page %s needs grade %.1f", name, p.ID, g)
		}
	}
	for id, list := range pages {
		if len(list) < 2 {
			t.Errorf("%s: page %s was not measured: %q", name, id, list)
		}
	}
}

// refused are words that no one may read here: they blame, name a child by what was done, ask for a reason, go into
// detail, or come from the law.
var refused = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)\b(porn\w*|prostitut\w*|sex workers?|customers?|clients?|johns?|sex tourism|webcam|revenge|sextortion|sexting|` +
		`self-generated|pa?edophiles?|predators?|perpetrators?|monsters?|abusers?|young offenders?|offenders?|victims?|disclos\w*|failed|consen\w*|` +
		`why|your own fault|blame|ashamed|dirty|naked|nudes?|rapes?|raped|genitals?|penis|vagina|penetrat\w*|suicide|commit|allegations?|evidence|prove)\b`),
	"ar": regexp.MustCompile(`إباحي|دعارة|بغاء|عاهر|زبون|زبائن|وحش|وحوش|السياحة الجنسية|متحرش|مفترس|ضحية|ضحايا|لماذا|لمَ |عار|عاري|عارية|اغتصاب|انتحار|موافقة`),
	"fr": regexp.MustCompile(`(?i)porno|prostitu|\bclients?\b|tourisme sexuel|sextorsion|sexting|p[ée]dophil|pr[ée]dat|agresseur|monstre|d[ée]linquant|` +
		`victime|r[ée]v[ée]l|consent|pourquoi|honte|\bsales?\b|\bnue?s?\b|\bviol|g[ée]nita|p[ée]nis|vagin|p[ée]n[ée]tr|suicid|all[ée]gu|avoue`),
	"es": regexp.MustCompile(`(?i)porno|prostitu|\bclientes?\b|turismo sexual|sextorsi|sexting|ped[óo]fil|pederast|depredador|agresor|abusador|monstruo|` +
		`delincuente|v[íi]ctima|consent|por qu[ée]|vergüenza|\bsuci|desnud|\bviol|genital|\bpene\b|vagina|penetr|suicid|alega|confiesa`),
	"sw": regexp.MustCompile(`(?i)ponografia|ukahaba|kahaba|malaya|\bwateja\b|utalii wa ngono|mwathiri|waathiri|\bkwa nini\b|aibu|\bchafu|uchi\b|\bbaka|kubaka|` +
		`sehemu za siri|uume|\buke\b|kujiua|ridhaa|madai`),
}

func TestNoRefusedWord(t *testing.T) {
	for _, name := range ways {
		for _, l := range texts(demo(t, name)) {
			for lang, words := range refused {
				if word := words.FindString(l.text.Words(lang)); word != "" {
					t.Errorf("%s: %s says %q in %q", name, l.at, word, l.text.Words(lang))
				}
			}
		}
	}
	for lang, bad := range map[string]string{"en": "Why did you send a nude?", "ar": "لماذا فعلت ذلك؟", "fr": "Pourquoi as-tu fait cela ?", "es": "¿Por qué lo hiciste?", "sw": "Kwa nini ulifanya hivyo?"} {
		if !refused[lang].MatchString(bad) {
			t.Errorf("%q would pass", bad)
		}
	}
}

// Each text is in its own language, and no two answers to one question say the same.
func TestEachLanguageIsItself(t *testing.T) {
	arabic := func(r rune) bool { return unicode.Is(unicode.Arabic, r) }
	latin := func(r rune) bool { return unicode.Is(unicode.Latin, r) }
	for _, name := range ways {
		in := demo(t, name)
		if len(in.Languages) != 5 {
			t.Errorf("%s is in %v", name, in.Languages)
		}
		for _, l := range texts(in) {
			for _, lang := range []string{"fr", "es", "sw"} {
				if words := l.text.Words(lang); strings.ContainsFunc(words, arabic) || len(words) > 6 && words == l.text.Words("en") {
					t.Errorf("%s: %s is not in %s: %q", name, l.at, lang, words)
				}
			}
			if en, ar := l.text.Words("en"), l.text.Words("ar"); strings.ContainsFunc(en, arabic) || strings.ContainsFunc(ar, latin) || en != "" && !strings.ContainsFunc(ar, arabic) {
				t.Errorf("%s: %s mixes languages: %q, %q", name, l.at, en, ar)
			}
		}
		for _, p := range in.Pages {
			for _, q := range p.Questions {
				for _, lang := range in.Languages {
					said := map[string]bool{}
					for _, c := range q.Codes {
						if words := c.Label.Words(lang); said[words] {
							t.Errorf("%s: %s says %q twice", name, q.ID, words)
						} else {
							said[words] = true
						}
					}
				}
			}
		}
	}
}

// What must be said where it is needed, and what nobody may be made to do.
func TestTheFormKeepsItsPromises(t *testing.T) {
	for _, name := range ways {
		in := demo(t, name)
		pictures := "pictures"
		if name == "under_13" {
			pictures = "words" // where a child could think of it; the page about pictures is left out
		}
		for page, words := range map[string]string{pictures: "Do not send any pictures", "danger": "You can skip any question", "contact_how": "will not say what it is about", "contact_mail": "nobody else reads"} {
			if page == "contact_mail" && name == "under_13" {
				continue
			}
			if p, ok := in.Page(page); !ok || !strings.Contains(p.Intro.Words("en"), words) {
				t.Errorf("%s: page %s does not say %q", name, page, words)
			}
		}
		var identity []string
		for _, p := range in.Pages {
			for _, q := range p.Questions {
				if q.Required {
					t.Errorf("%s: %s must be answered", name, q.ID)
				}
				if _, way := q.Code(PrefersNotToSay); !way && (q.Kind == Single || q.Kind == Multi || q.Kind == Area) {
					t.Errorf("%s: %s cannot be left unsaid", name, q.ID)
				}
				if q.Privacy == Identity {
					identity = append(identity, q.ID)
				}
			}
		}
		last := "accounts must_not_know number times say]"
		if _, mailed := in.Page("contact_mail"); mailed { // the youngest are offered no e-mail
			last = "accounts must_not_know number times say address mail_times]"
		}
		if got := fmt.Sprint(identity); !strings.HasSuffix(got, last) {
			t.Errorf("%s: sealed as identity is %s", name, got)
		}
	}
	for name, page := range map[string]string{"under_13": "what", "about_me": "what", "past": "wish"} {
		if p, _ := demo(t, name).Page(page); !strings.Contains(p.Intro.Words("en"), "not your fault") {
			t.Errorf("%s does not say that it is not their fault", name)
		}
	}
}
