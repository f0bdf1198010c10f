package jurisdiction

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"amparo/internal/education"
)

// values are what a page would fill in.
var values = Values{Due: "today at 4 pm", Agency: "the safe team", Emergency: "555-0100", Helpline: "555-0116", NextStaffed: "8 am"}

// childTexts are all texts that a child reads, filled, by name.
func childTexts(p *Pack, lang string) map[string]string { return saidTo(p, Child, lang) }

// saidTo are all texts for a reader, filled, by name.
func saidTo(p *Pack, reader Reader, lang string) map[string]string {
	texts := map[string]string{}
	for _, s := range []Situation{Danger, P1, P2, P3, P4, ContentOnly} {
		a := p.Acknowledgement(reader, s, lang)
		texts["acknowledgement "+string(s)] = a.Heading.Fill(values) + ". " + a.Next.Fill(values) + " " + a.ByWhom.Fill(values) +
			" " + a.ByWhen.Fill(values) + " " + a.AnyTime.Fill(values)
	}
	for _, o := range p.Outcomes(lang) {
		texts["outcome "+o.Code] = p.OutcomeMessage(o.Code, reader, lang).Fill(values)
	}
	var progress []string
	for _, s := range []State{Received, BeingRead, QuestionForYou, WorkingOnIt, PassedOn, Finished} {
		progress = append(progress, p.Progress(s, reader, lang))
	}
	texts["progress"] = strings.Join(progress, " ")
	b := p.Before(reader, lang)
	texts["before"] = strings.Join([]string{b.WhoReads.Fill(values), b.HowSoon.Fill(values), b.StaysPrivate.Fill(values),
		b.MustTell.Fill(values), b.YourChoice.Fill(values)}, " ")
	texts["duties"] = strings.Join(b.Duties, " ")
	return texts
}

// Reading age 9 is grade 4 to 5.
func TestChildTextsAreEasyToRead(t *testing.T) {
	for name, text := range childTexts(demo(t), "en") {
		if g := education.Grade([]string{text}); g > 5 {
			t.Errorf("%s: grade %.1f, expected at most 5: %s", name, g, text)
		}
	}
}

// Every other language is written for children too: short sentences, in its own letters, and every place filled.
func TestChildTextsInEveryLanguage(t *testing.T) {
	p := demo(t)
	english := childTexts(p, "en")
	for _, l := range p.Languages()[1:] {
		for name, text := range childTexts(p, l.Code) {
			if strings.ContainsFunc(text, arabic) != (l.Code == "ar") || text == english[name] || strings.Contains(text, "{{") {
				t.Errorf("%s %s: %s", l.Code, name, text)
			}
			for _, s := range sentence.Split(text, -1) {
				if n := len(strings.Fields(s)); n > longest+4 { // filled times and numbers are more words than their place
					t.Errorf("%s %s: %d words: %s", l.Code, name, n, s)
				}
			}
		}
	}
}

func arabic(r rune) bool { return unicode.Is(unicode.Arabic, r) }

// Children are addressed as tu and tú, adults as vous and usted.
func TestFormOfAddress(t *testing.T) {
	p := demo(t)
	forms := map[string]map[Reader]*regexp.Regexp{
		"fr": {Child: regexp.MustCompile(`(?i)\b(vous|votre|vos|appelez|pouvez|écrivez)\b`), Adult: regexp.MustCompile(`(?i)\b(tu|toi|ton|ta|tes)\b`)},
		"es": {Child: regexp.MustCompile(`(?i)\b(usted|su reporte|llame|escriba|vaya)\b`), Adult: regexp.MustCompile(`(?i)\b(tu|tus|ti|contigo|puedes|hiciste)\b`)},
	}
	for lang, wrong := range forms {
		for _, r := range []Reader{Child, Adult} {
			for name, text := range saidTo(p, r, lang) {
				if found := wrong[r].FindString(text); found != "" {
					t.Errorf("%s, %s, %s says %q: %s", lang, r, name, found, text)
				}
			}
		}
	}
}

// What is read in a mailbox that somebody else opens must not tell what was told.
func TestProgressIsQuiet(t *testing.T) {
	p := demo(t)
	for _, offered := range p.Languages() {
		lang := offered.Code
		for _, r := range []Reader{Child, Adult} {
			for _, s := range []State{Received, BeingRead, QuestionForYou, WorkingOnIt, PassedOn, Finished} {
				if words := p.Progress(s, r, lang); words == "" || loud.MatchString(words) {
					t.Errorf("%s %s %s: %q", s, r, lang, words)
				}
			}
			for _, o := range p.Outcomes(lang) {
				if words := string(p.OutcomeMessage(o.Code, r, lang)); words == "" || loud.MatchString(words) {
					t.Errorf("%s %s %s: %q", o.Code, r, lang, words)
				}
			}
		}
	}
}

func TestDeniedWords(t *testing.T) {
	for _, bad := range []string{"child porn", "a pornographic film", "sextortion", "Revenge Porn", "child prostitute", "the paedophile",
		"young offender", "an abuse victim", "consensual", "child sex tourism", "self-generated", "failed to disclose", "our clients", "مواد إباحية"} {
		found := false
		for _, a := range denied {
			found = found || a.word.MatchString(bad)
		}
		if !found {
			t.Errorf("%q is not on the deny-list", bad)
		}
	}
	for _, good := range []string{"child sexual abuse material", "sexual extortion of a child", "alleged perpetrator", "person affected"} {
		for _, a := range denied {
			if a.word.MatchString(good) {
				t.Errorf("%q is refused: %s", good, a.word)
			}
		}
	}
}

func TestFillTakesValuesAsTheyAre(t *testing.T) {
	got := Text("by {{.Due}} at {{.Agency}}").Fill(Values{Due: "{{.Agency}}", Agency: "<b>"})
	if got != "by {{.Agency}} at <b>" {
		t.Errorf("got %q", got)
	}
}

// TestNumbersKeepTheirOrder holds that a number keeps the order of its digits in Arabic.
func TestNumbersKeepTheirOrder(t *testing.T) {
	got := Text("اتصل بالرقم {{.Emergency}} أو {{.Helpline}}.").Fill(Values{Emergency: "555-0100", Helpline: "116 111"})
	if got != "اتصل بالرقم \u200e555-0100\u200e أو \u200e116 111\u200e." {
		t.Errorf("got %q", got)
	}
	if got := Text("x{{.Helpline}}y").Fill(Values{}); got != "xy" {
		t.Errorf("without a number: %q", got)
	}
}
