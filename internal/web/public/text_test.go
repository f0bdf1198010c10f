package public_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"amparo/internal/education"

	"golang.org/x/net/html"
)

// longest is how many words a sentence may have (DR-5.6).
const longest = 15

var (
	// aDate is one thing to read: "3 March 2031, 11:00", "3 de marzo de 2031, 11:00", "3 mars 2031 à 11:00".
	aDate = regexp.MustCompile(`\d+ (de )?\pL+ (de )?\d{4}(،|,| à) \d\d:\d\d`)
	// sentenceEnd ends a sentence, or sets two things apart that are read as two.
	sentenceEnd = regexp.MustCompile(`[.?!؟…:;؛](\s|$)`)
)

// sentences gives the sentences of all that can be read on a page, block by block, but not what people typed.
func (a answer) sentences() (list []string) {
	var walk func(n *html.Node) string
	walk = func(n *html.Node) (text string) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				text += c.Data
			case c.Type != html.ElementNode || unread(c):
			case slices.Contains(blocks, c.Data):
				list = append(list, walk(c))
				text += ". "
			default:
				text += walk(c)
			}
		}
		return text
	}
	list = append(list, walk(a.find("body", "")[0]))
	var out []string
	for _, text := range list {
		out = append(out, sentenceEnd.Split(aDate.ReplaceAllString(text, "then"), -1)...)
	}
	return out
}

var blocks = []string{"p", "div", "li", "h1", "h2", "h3", "dt", "dd", "legend", "label", "option", "br", "section", "form", "fieldset", "button", "main",
	"aside", "header", "footer", "ul", "ol", "dl", "select", "span"}

// unread tells whether something is no text of ours in the page's language: a field, the words of a person, the name of a language.
func unread(n *html.Node) bool {
	return n.Data == "textarea" || n.Data == "noscript" || attr(n, "lang") != "" || n.Data == "script" || attr(n, "dir") == "auto" || strings.Contains(attr(n, "class"), "told") && attr(n, "dir") == "auto"
}

// TestNoPageIsPartlyInAnotherLanguage looks on every page, in each language, for what an English page says.
func TestNoPageIsPartlyInAnotherLanguage(t *testing.T) {
	said := func(tag string) map[string]string {
		all := map[string]string{}
		for _, s := range goneRound(one(t, t.TempDir()), tag) {
			for _, sentence := range s.sentences() {
				if words := strings.Fields(sentence); len(words) > 1 && strings.ContainsFunc(sentence, unicode.IsLetter) {
					all[strings.Join(words, " ")] = s.name
				}
			}
		}
		return all
	}
	english := said("en")
	if len(english) < 250 {
		t.Fatalf("only %d sentences were found", len(english))
	}
	for _, tag := range spoken[1:] {
		own := said(tag)
		if len(own) < 250 {
			t.Errorf("%s: only %d sentences were found", tag, len(own))
		}
		for sentence, name := range own {
			if _, there := english[sentence]; there && !typed(sentence) {
				t.Errorf("%s: %s says in English %q", tag, name, sentence)
			}
		}
	}
}

// typed tells whether a sentence is of what the tour answers, or a code.
func typed(sentence string) bool {
	codes := regexp.MustCompile("^[0-9A-Z\u2060 -]+$")
	for _, answers := range []url.Values{childTells, adultTells, youngTells, pastTells, professionalTells, {"": {"These are my words", "my uncle", "hello"}}} {
		for _, values := range answers {
			if strings.Contains(strings.Join(strings.Fields(strings.Join(values, " ")), " "), sentence) {
				return true
			}
		}
	}
	return codes.MatchString(sentence)
}

// TestSentencesAreShort reads every page as people see it, filled, in every language.
func TestSentencesAreShort(t *testing.T) {
	for _, tag := range spoken {
		l, told := one(t, t.TempDir()), map[string]bool{}
		for _, s := range goneRound(l, tag) {
			list := s.sentences()
			if len(list) < 10 {
				t.Errorf("%s: only %d sentences were found", s.name, len(list))
			}
			for _, sentence := range list {
				words := strings.FieldsFunc(sentence, func(r rune) bool { return unicode.IsSpace(r) || r == '/' })
				if len(words) > longest && !told[sentence] {
					told[sentence] = true
					t.Errorf("%s %s: %d words: %s", tag, s.name, len(words), strings.Join(words, " "))
				}
			}
		}
	}
}

// TestNothingTellsATopic holds that what stays in a history, in a tab or on a shared screen is neutral: titles, addresses, names of
// fields and files, and what the head says.
func TestNothingTellsATopic(t *testing.T) {
	topic := regexp.MustCompile(`(?i)child|abuse|report|victim|police|crisis|safe|harm|sex|help-?line|amparo`)
	for _, s := range goneRound(one(t, t.TempDir()), "en") {
		head := s.find("head", "")[0]
		for n := range head.Descendants() {
			for _, at := range n.Attr {
				if topic.MatchString(at.Val) {
					t.Errorf("%s: the head says %q", s.name, at.Val)
				}
			}
		}
		for _, n := range s.find("", "href") {
			if v := attr(n, "href"); topic.MatchString(v) {
				t.Errorf("%s leads to %s", s.name, v)
			}
		}
	}
}

// TestAChildOfNineReadsIt measures every page that a child may meet: grade 4 to 5 is a reading age of 9.
func TestAChildOfNineReadsIt(t *testing.T) {
	measured := 0
	for _, s := range goneRound(one(t, t.TempDir()), "en") {
		way, _, _ := strings.Cut(s.name, "-")
		if slices.Contains([]string{"worried", "past", "professional", "content"}, way) {
			continue
		}
		measured++
		if g := education.Grade(s.sentences()); g > 5 {
			t.Errorf("%s needs grade %.1f", s.name, g)
		}
	}
	if measured < 40 {
		t.Errorf("only %d pages were measured", measured)
	}
}
