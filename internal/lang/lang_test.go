package lang

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"amparo/internal/fault"
)

func catalog(t *testing.T) *Catalog {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestBestLanguage(t *testing.T) {
	c := catalog(t)
	for want, wishes := range map[string][][]string{
		"ar": {{"ar"}, {"ar-EG"}, {"ar-EG,ar;q=0.9,en;q=0.8"}, {"", "ar"}, {"xx-!!", "ar"}, {"fi;q=0.9,ar;q=0.2"}},
		"fr": {{"fr"}, {"fr-CA,en;q=0.8"}, {"fi;q=0.9,fr;q=0.2"}},
		"es": {{"es-MX"}, {"es-419,es;q=0.9,en;q=0.8"}},
		"sw": {{"sw-KE,en;q=0.9"}, {"sw", "en"}},
		"en": {{}, {""}, {"en-GB"}, {"fi"}, {"ar;q=0.2,en"}, {strings.Repeat("ar,", 500)}, {"en", "ar"}, {"\x00;;q=,"}},
	} {
		for _, w := range wishes {
			if got := c.For(w...).Tag(); got != want {
				t.Errorf("for %q the language is %s, want %s", w, got, want)
			}
		}
	}
}

func TestNameAndDirection(t *testing.T) {
	c := catalog(t)
	en, ar := c.For("en"), c.For("ar")
	if en.Dir() != "ltr" || ar.Dir() != "rtl" || en.Name() != "English" || ar.Name() != "العربية" {
		t.Errorf("got %s %s, %s %s", en.Name(), en.Dir(), ar.Name(), ar.Dir())
	}
	if got := c.Tags(); got[0] != "en" {
		t.Errorf("the tags are %v, want English first", got)
	}
}

// TestOnlySome takes languages out, and keeps the order that was asked for.
func TestOnlySome(t *testing.T) {
	c := catalog(t)
	some, err := c.Only("sw", "en")
	if err != nil || !slices.Equal(some.Tags(), []string{"sw", "en"}) || some.For("fr").Tag() != "sw" || some.For("en-GB").Tag() != "en" {
		t.Errorf("Swahili and English are %v, and French is answered in %s: %v", some.Tags(), some.For("fr").Tag(), err)
	}
	if got := c.Staff().For("fr", "ar").Tag(); got != "ar" {
		t.Errorf("staff who ask for French and then Arabic read %s", got)
	}
	if _, err := c.Only("en", "pt"); err == nil || !strings.Contains(err.Error(), `"pt"`) {
		t.Errorf("a language that is not there: %v", err)
	}
	if _, err := c.Only(); err == nil {
		t.Error("a catalogue without a language")
	}
	some.For("sw").T("no.such")
	if got := c.Missing(); !slices.Equal(got, []string{"sw no.such: no such message"}) {
		t.Errorf("the whole does not count the gaps of a part: %v", got)
	}
}

// TestPluralForms says numbers as CLDR has them: French counts nought with one, Spanish and Swahili with many.
func TestPluralForms(t *testing.T) {
	c := catalog(t)
	for tag, want := range map[string][]string{
		"fr": {"dans 0 jour", "dans 1 jour", "dans 2 jours", "dans 1000000 jours"},
		"es": {"dentro de 0 días", "dentro de 1 día", "dentro de 2 días", "dentro de 1000000 días"},
	} {
		for i, n := range []int{0, 1, 2, 1000000} {
			if got := c.For(tag).N("common.days_in", n); got != want[i] {
				t.Errorf("%s: %d days are %q, want %q", tag, n, got, want[i])
			}
		}
	}
	for n, want := range map[int]string{0: "siku 0 zilizopita", 1: "siku 1 iliyopita", 2: "siku 2 zilizopita"} {
		if got := c.For("sw").N("common.days_ago", n); got != want {
			t.Errorf("sw: %d days are %q, want %q", n, got, want)
		}
	}
}

func TestAllSixArabicForms(t *testing.T) {
	p := catalog(t).For("ar")
	for n, want := range map[int]string{0: "بعد 0 دقيقة", 1: "بعد دقيقة واحدة", 2: "بعد دقيقتين", 3: "بعد 3 دقائق",
		10: "بعد 10 دقائق", 11: "بعد 11 دقيقة", 99: "بعد 99 دقيقة", 100: "بعد 100 دقيقة", 103: "بعد 103 دقائق"} {
		if got := p.N("common.minutes_in", n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
	forms := map[string]bool{}
	for _, n := range []int{0, 1, 2, 3, 11, 100} {
		forms[p.Fault(fault.New(fault.TooMany, "fault.password_long", "Max", n))] = true
	}
	if len(forms) != 6 {
		t.Errorf("six numbers gave %d texts: %v", len(forms), forms)
	}
}

func TestUnknownAndUnfinishedAreCounted(t *testing.T) {
	c := catalog(t)
	p := c.For("en")
	for _, got := range []string{p.T("no.such"), p.N("no.such", 3), p.T("fault.floor"), p.T("common.day", "Day")} {
		if !strings.HasPrefix(got, "«") || !strings.HasSuffix(got, "»") {
			t.Errorf("got %q", got)
		}
	}
	want := "en common.day: parameters come in pairs of name and value|en fault.floor: a parameter is missing|en no.such: no such message"
	if got := strings.Join(c.Missing(), "|"); got != want {
		t.Errorf("missing is %s", got)
	}
	if p.Has("no.such") || !p.Has("fault.stale") {
		t.Error("Has does not tell what is there")
	}
}

func TestGapsAreBounded(t *testing.T) {
	var g gaps
	for i := range 2 * gapLimit {
		g.add("en", strings.Repeat("x", i), "none")
	}
	if n := len(g.list()); n != gapLimit {
		t.Errorf("%d gaps are remembered", n)
	}
}

func TestFaultShowsNoCause(t *testing.T) {
	p := catalog(t).For("en")
	for _, err := range []error{errors.New("private"), fault.Wrap(errors.New("private"), fault.Conflict, fault.CodeStale)} {
		if got := p.Fault(err); got == "" || strings.Contains(got, "private") || strings.Contains(got, "«") {
			t.Errorf("got %q", got)
		}
	}
	if p.Fault(nil) != "" {
		t.Error("no error is said to be one")
	}
}

func TestFaultFieldTakesItsPluralForm(t *testing.T) {
	p := catalog(t).For("en")
	err := fault.New(fault.Invalid, "fault.form").With("words", "fault.long", "Max", int64(1)).With("place", "fault.long", "Max", 200)
	one, many := p.FaultField(fault.Fields(err)[0]), p.FaultField(fault.Fields(err)[1])
	if !strings.Contains(one, "1 letter at") || !strings.Contains(many, "200 letters at") {
		t.Errorf("got %q and %q", one, many)
	}
}

func TestParametersInTheReadersLanguage(t *testing.T) {
	c := catalog(t)
	en, ar := c.For("en"), c.For("ar")
	for params, want := range map[string]string{"a": "a", "a b": "a and b", "a b c": "a, b and c"} {
		got := en.T("fault.qualification_missing", "Missing", strings.Fields(params))
		if !strings.Contains(got, ": "+want+". ") {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
	if got := ar.T("fault.floor", "Priority", "P1"); !strings.Contains(got, "\u2068P1\u2069") {
		t.Errorf("P1 is not set apart in %q", got)
	}
	if got := ar.T("fault.qualification_missing", "Missing", []fault.Code{"common.now", "common.month_1"}); !strings.Contains(got, "الآن ويناير") {
		t.Errorf("codes are not said in Arabic: %q", got)
	}
}

func TestTimes(t *testing.T) {
	c := catalog(t)
	en, ar := c.For("en"), c.For("ar")
	at := time.Date(2025, 11, 25, 22, 5, 0, 0, time.UTC)
	east := time.FixedZone("east", 3*3600)
	for got, want := range map[string]string{
		en.Date(at, nil):                           "25 November 2025, 22:05",
		en.Date(at, east):                          "26 November 2025, 01:05",
		ar.Date(at, east):                          "26 نوفمبر 2025، 01:05",
		c.For("fr").Date(at, east):                 "26 novembre 2025 à 01:05",
		c.For("es").Date(at, east):                 "26 de noviembre de 2025, 01:05",
		c.For("sw").Date(at, east):                 "26 Novemba 2025, 01:05",
		en.Day(at, east):                           "26 November 2025",
		ar.Day(at, nil):                            "25 نوفمبر 2025",
		en.Relative(at.Add(59*time.Second), at):    "now",
		en.Relative(at.Add(-59*time.Second), at):   "now",
		en.Relative(at.Add(25*time.Minute), at):    "in 25 min",
		en.Relative(at.Add(-90*time.Minute), at):   "1 h ago",
		en.Relative(at.Add(47*time.Hour), at):      "in 47 h",
		en.Relative(at.Add(48*time.Hour), at):      "in 2 days",
		en.Relative(at.Add(-100*24*time.Hour), at): "100 days ago",
		ar.Relative(at.Add(-2*time.Hour), at):      "قبل ساعتين",
		ar.Relative(at.Add(72*time.Hour), at):      "بعد 3 أيام",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for m := time.January; m <= time.December; m++ {
		for _, tag := range c.Tags() {
			c.For(tag).Day(time.Date(2025, m, 1, 0, 0, 0, 0, time.UTC), nil)
		}
	}
	if gaps := c.Missing(); len(gaps) > 0 {
		t.Errorf("missing: %v", gaps)
	}
}

func TestManyReadersAtOnce(t *testing.T) {
	c := catalog(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for n := range 50 {
				c.For("ar").N("common.days_in", n)
				c.For("en").T("no.such")
			}
		})
	}
	group.Wait()
	if got := c.Missing(); len(got) != 1 {
		t.Errorf("missing: %v", got)
	}
}

func TestFaultyFilesAreRefused(t *testing.T) {
	good := "a.one: text\n"
	for why, files := range map[string]map[string]string{
		"stands already at en/a.yaml:1":         {"en/a.yaml": good, "en/b.yaml": "\na.one: again\n"},
		"en/a.yaml:2: a.one stands already":     {"en/a.yaml": good + "a.one: again\n"},
		"the catalogue has no en":               {"ar/a.yaml": good},
		"is no language tag":                    {"en/a.yaml": good, "not a tag/a.yaml": good},
		"an id is written like":                 {"en/a.yaml": "A: text\n"},
		"not nested":                            {"en/a.yaml": "a.b:\n  c:\n    d: text\n"},
		"neither count nor one of":              {"en/a.yaml": "a.b:\n  uno: text\n  other: texts\n"},
		"needs just the forms one, other":       {"en/a.yaml": "a.b:\n  one: text\n  few: texts\n  other: texts\n"},
		"zero, one, two, few, many, other":      {"en/a.yaml": good, "ar/a.yaml": "a.b:\n  one: text\n  other: texts\n"},
		"is empty":                              {"en/a.yaml": "a.b: ''\n"},
		"written {{.Name}}":                     {"en/a.yaml": "a.b: 'for {{ .Name }}'\n"},
		"expected a list of ids":                {"en/a.yaml": "- a\n"},
		"expected a text, or one text for each": {"en/a.yaml": "a.b: [c]\n"},
	} {
		tree := fstest.MapFS{}
		for name, text := range files {
			tree[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if _, err := load(tree); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("want %q, got %v", why, err)
		}
	}
}
