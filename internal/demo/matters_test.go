package demo

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"amparo/internal/instrument"
	"amparo/internal/jurisdiction"
	"amparo/internal/jurisdiction/jurisdictiontest"
	"amparo/internal/ruleset"
)

// started is when the tests were, for the country's dates count from it.
var started = time.Now()

// country loads the fictional country.
func country(t *testing.T) *jurisdiction.Pack {
	t.Helper()
	return jurisdictiontest.Demo(t, started)
}

func all(t *testing.T) []*told {
	t.Helper()
	list, err := matters()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 30 {
		t.Fatalf("there are only %d matters", len(list))
	}
	return list
}

// TestAnswersAreValid gives every page of every matter to its list of questions, as a browser would send it.
func TestAnswersAreValid(t *testing.T) {
	pack := country(t)
	for _, m := range all(t) {
		in := pack.Instrument(m.Form)
		if in == nil || !slices.Contains(in.Languages, m.Lang) {
			t.Errorf("%s: there is no form %s in %s", m.Name, m.Form, m.Lang)
			continue
		}
		taken := instrument.Answers{}
		for _, page := range in.Shown(m.Answers) {
			given, err := in.Normalise(page, url.Values(m.Answers))
			if err != nil {
				t.Errorf("%s, page %s: %v", m.Name, page.ID, err)
			}
			maps.Copy(taken, given)
		}
		if diff := cmp.Diff(m.Answers, taken); diff != "" && len(m.Answers)+len(taken) > 0 {
			t.Errorf("%s: not all answers were taken as they are (- written, + taken):\n%s", m.Name, diff)
		}
	}
}

// TestStepsNameWhatIsThere looks at what the steps of the matters name.
func TestStepsNameWhatIsThere(t *testing.T) {
	pack := country(t)
	var names []string
	for _, p := range staff(pack) {
		names = append(names, p.name)
	}
	seen := map[string]bool{}
	for _, m := range all(t) {
		if seen[m.Name] || m.Name == "" {
			t.Errorf("two matters are called %q", m.Name)
		}
		seen[m.Name] = true
		length := time.Duration(0)
		for _, s := range m.Then {
			length += time.Duration(s.After)
			if s.By != "" && !slices.Contains(names, s.By) || s.To != "" && !slices.Contains(names, s.To) && !ruleset.Priority(s.To).Valid() {
				t.Errorf("%s, %s: there is nobody called %q, and no priority %q", m.Name, s.Do, s.By, s.To)
			}
		}
		if length >= time.Duration(m.Ago) {
			t.Errorf("%s: its steps last %v, and it came in %v ago", m.Name, length, time.Duration(m.Ago))
		}
	}
}

var (
	address   = regexp.MustCompile(`(?i)\b(?:https?://)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:/|\b)`)
	telephone = regexp.MustCompile(`\+?\d[\d -]{5,}\d`)
)

// TestNothingInMattersIsReal allows reserved addresses, telephone numbers that belong to nobody, and no others.
func TestNothingInMattersIsReal(t *testing.T) {
	for _, m := range all(t) {
		for _, text := range said(m) {
			for _, found := range address.FindAllStringSubmatch(text, -1) {
				name := strings.ToLower(found[1])
				reserved := strings.HasSuffix(name, ".example.org") || strings.HasSuffix(name, ".example.net") || strings.HasSuffix(name, ".example")
				if strings.Contains(found[0], "/") && !reserved {
					t.Errorf("%s: %q is not an address that is reserved for examples", m.Name, found[0])
				}
			}
			for _, number := range telephone.FindAllString(text, -1) {
				if !strings.HasPrefix(number, "555-01") {
					t.Errorf("%s: %q may be somebody's telephone number", m.Name, number)
				}
			}
		}
	}
}

// said gives every word of a matter.
func said(m *told) (list []string) {
	for _, values := range m.Answers {
		list = append(list, values...)
	}
	for _, s := range m.Then {
		list = append(append(list, s.Words, s.Message), s.Children...)
	}
	return list
}

// TestReportersWriteInTheirLanguage looks at the script of what reporters and those who answer them write.
func TestReportersWriteInTheirLanguage(t *testing.T) {
	for _, m := range all(t) {
		texts := slices.Clone(m.Answers["words"])
		for _, s := range m.Then {
			if s.Do == "message" || s.Do == "reply" {
				texts = append(texts, s.Words)
			}
			if s.Message != "" {
				texts = append(texts, s.Message)
			}
		}
		for _, text := range texts {
			arabic := strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
			latin := strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
			if arabic != (m.Lang == "ar") || latin != (m.Lang == "en") {
				t.Errorf("%s is in %s: %q", m.Name, m.Lang, text)
			}
		}
	}
}

// TestMattersOfEverySort names those that a demonstration must have.
func TestMattersOfEverySort(t *testing.T) {
	sorts := map[string]func(m *told) bool{
		"an adult tells of their childhood": func(m *told) bool { return slices.Contains(m.Answers["age"], "adult") },
		"nothing was answered":              func(m *told) bool { return len(m.Answers) == 0 },
		"a page alone":                      func(m *told) bool { return slices.Contains(m.Answers["what"], "found_page") },
		"a colleague is named":              func(m *told) bool { return strings.Contains(strings.Join(m.Answers["must_not_know"], " "), "Farouk") },
		"closed hours":                      func(m *told) bool { return m.Closed },
		"the receipt is shown":              func(m *told) bool { return m.Enter },
		"north":                             func(m *told) bool { return strings.HasPrefix(strings.Join(m.Answers["place"], ""), "XD-N") },
		"south":                             func(m *told) bool { return strings.HasPrefix(strings.Join(m.Answers["place"], ""), "XD-S") },
		"no place":                          func(m *told) bool { return len(m.Answers["place"]) == 0 },
	}
	for sort, is := range sorts {
		if !slices.ContainsFunc(all(t), is) {
			t.Errorf("there is no matter of the sort: %s", sort)
		}
	}
}
