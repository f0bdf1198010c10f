package education_test

import (
	"strings"
	"testing"

	"amparo/internal/education"
)

func TestBody(t *testing.T) {
	blocks, problems := education.ParseBody([]byte("## A *b* {#what}\n\nOne **two** [three](topic:risks) four\nfive.\n\n- x\n- y\n\n1. z\n"))
	if len(problems) != 1 || problems[0].Line != 1 || !strings.Contains(problems[0].Message, "single marks") {
		t.Errorf("%+v", problems)
	}
	if len(blocks) != 4 || blocks[0].ID != "what" || len(blocks[2].Items) != 2 || blocks[2].Ordered || !blocks[3].Ordered {
		t.Fatalf("%+v", blocks)
	}
	want := []education.Span{{Text: "One "}, {Text: "two", Strong: true}, {Text: " "}, {Text: "three", Topic: education.Risks}, {Text: " four five."}}
	for i, s := range blocks[1].Text {
		if i >= len(want) || s != want[i] {
			t.Errorf("%d: %+v", i, s)
		}
	}
}

// TestBodyRefuses everything through which a page could load, lead elsewhere, or be more than words.
func TestBodyRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"HTML": "<b>x</b>", "an HTML block": "<script>alert(1)</script>", "a picture": "![x](topic:risks)", "an address": "<https://example.org>",
		"a link elsewhere": "[x](https://example.org)", "a link of script": "[x](javascript:alert(1))", "no topic": "[x](topic:other)", "code": "`x`",
		"a code block": "    x", "a quotation": "> x", "a line": "a\n\n---", "another level": "### x {#y}", "no id": "## x", "an id twice": "## x {#y}\n\n## x {#y}",
		"a list inside": "- a\n  - b", "a reference": "[x][y]\n\n[y]: https://example.org", "an empty item": "- \n- b",
	} {
		if _, problems := education.ParseBody([]byte(text)); len(problems) == 0 {
			t.Errorf("%s is taken", name)
		}
	}
}

func FuzzBody(f *testing.F) {
	f.Add("## A {#what}\n\n**b** [c](topic:risks)\n\n- d\n")
	f.Add("![x](y)\n> z\n\n<a>")
	f.Fuzz(func(t *testing.T, text string) {
		blocks, problems := education.ParseBody([]byte(text))
		for _, p := range problems {
			if p.Line < 1 || p.Line > strings.Count(text, "\n")+1 || p.Message == "" {
				t.Errorf("%+v of %q", p, text)
			}
		}
		_ = blocks
	})
}

func TestMeasures(t *testing.T) {
	if easy, hard := education.Grade([]string{"The cat sat on the mat. It was a good cat."}),
		education.Grade([]string{"Notwithstanding statutory considerations, professionals necessarily communicate information."}); easy > 2 || hard < 12 {
		t.Errorf("easy %.1f, hard %.1f", easy, hard)
	}
	if got := education.Grade(nil); got != 0 {
		t.Errorf("no text has grade %.1f", got)
	}
	if got := education.Sentences("One. Two! Three؟ Four: “five.” Six 3.5\nSeven"); len(got) != 6 {
		t.Errorf("%q", got)
	}
	for text, want := range map[string]int{"Tell someone": 160, "Dis-le à ça": 70, "é è à ñ ¿": 160, "أخبر": 70, "“x”": 70, "": 160} {
		if got := education.SMSLimit(text); got != want {
			t.Errorf("%q: %d", text, got)
		}
	}
}

// module is one that is as the limits want it.
func module() *education.Module {
	body, _ := education.ParseBody([]byte("## Risks {#risks}\n\nWe play. We talk.\n\n## Signs {#signs}\n\nYou feel bad.\n\n## Help {#what_helps}\n\nTell an adult.\n"))
	return &education.Module{Key: education.Key{Audience: education.Everyone, Topic: education.Risks}, Language: "en", Title: "Risks", Summary: "Be safe.", Version: 2,
		Opportunities: []string{"Games are fun."}, Skills: []string{"Say no.", "Go out."}, Easy: []education.EasyLine{{Picture: "talk", Say: "You can talk."}},
		Check: []education.Question{{Ask: "Is it ok?", Answers: []education.Answer{{Say: "No.", Fits: true, Because: "Good."}, {Say: "Yes.", Because: "Ask."}}}},
		SMS:   []string{"You can talk."}, Body: body, ReviewedBy: education.Review{Language: "none", Safeguarding: "none"}}
}

func limits() education.Limits {
	return education.Limits{Audiences: map[education.Audience]education.AudienceLimits{education.Everyone: {Words: [2]int{5, 30},
		Grade: map[string]float64{"en": 3}, Sentence: map[string]int{"en": 6, "ar": 3}, Easy: map[string]int{"en": 4}}}}
}

func TestCheck(t *testing.T) {
	if faults := limits().Check(module()); len(faults) > 0 {
		t.Fatalf("%+v", faults)
	}
	for name, c := range map[string]struct {
		change      func(m *education.Module)
		field, says string
	}{
		"too long": {func(m *education.Module) {
			m.Body = append(m.Body, education.Block{Text: []education.Span{{Text: strings.Repeat("We go. ", 20)}}})
		}, "", "expected 5 to 30"},
		"too short":         {func(m *education.Module) { m.Body = m.Body[:1] }, "", "expected 5 to 30"},
		"a section missing": {func(m *education.Module) { m.Body[2].ID = "other" }, "", "{#signs} is missing"},
		"hard":              {func(m *education.Module) { m.Summary = strings.Repeat("Notwithstanding statutory considerations. ", 4) }, "", "grade"},
		"a long sentence":   {func(m *education.Module) { m.Skills[0] = "I say no and then I go out." }, "", "8 words"},
		"long easy read":    {func(m *education.Module) { m.Easy[0].Say = "You can talk to me." }, "easy", "at most 4"},
		"no answer fits":    {func(m *education.Module) { m.Check[0].Answers[0].Fits = false }, "check", "no answer fits"},
		"a long text":       {func(m *education.Module) { m.SMS[0] = strings.Repeat("ç", 71) }, "sms", "at most 70"},
	} {
		m := module()
		c.change(m)
		found := false
		for _, f := range limits().Check(m) {
			found = found || f.Field == c.field && strings.Contains(f.Message, c.says)
		}
		if !found {
			t.Errorf("%s: %+v", name, limits().Check(m))
		}
	}
}

func TestCodesTellNothing(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range education.Audiences {
		for _, topic := range append([]education.Topic{""}, education.Topics...) {
			code := education.Key{Audience: a, Topic: topic}.Code()
			if seen[code] || len(code) != 6 {
				t.Errorf("the code %q of %s %s", code, a, topic)
			}
			seen[code] = true
		}
	}
	if got := (education.Key{Audience: education.Everyone, Topic: education.Risks}).Code(); got != "wvu6gd" {
		t.Errorf("a code has changed, and links to it lead nowhere: %s", got)
	}
}

func TestLibrary(t *testing.T) {
	en := module()
	ar := module()
	ar.Language, ar.Follows, ar.Title = "ar", 1, "الأسرار الجيدة"
	ar.Summary = "إقرأ"
	l := education.NewLibrary([]*education.Module{en, ar})
	for query, want := range map[string]int{"اسرار": 1, "الأسرار": 1, "الاسرار": 1, "أسْرار": 1, "جيده": 1, "اقرا": 1, "غير": 0} {
		if got := len(l.Find("ar", query, "")); got != want {
			t.Errorf("%q finds %d", query, got)
		}
	}
	if got := l.Find("en", "risks talk", ""); len(got) != 1 || got[0] != en {
		t.Errorf("%v", got)
	}
	if got := l.Audiences("fr"); len(got) != 0 || l.Module("fr", en.Key) != nil || l.Empty() {
		t.Errorf("%v", got)
	}
	required := []education.Required{{Languages: []string{"en", "ar"}, Audiences: []education.Audience{education.Everyone}}}
	var there, missing int
	for _, c := range l.Coverage([]string{"en", "ar", "fr"}, required) {
		switch {
		case c.Format != education.AsPage:
		case c.There && c.Language == "ar":
			if there++; !c.Stale || c.Reviewed || !c.Required {
				t.Errorf("%+v", c)
			}
		case c.There:
			if there++; c.Stale || c.Version != 2 {
				t.Errorf("%+v", c)
			}
		case c.Required:
			missing++
		}
	}
	if there != 2 || missing != 8 {
		t.Errorf("%d are there, %d are missing", there, missing)
	}
	for review, want := range map[education.Review]bool{{Language: "none", Safeguarding: "A"}: false, {Language: "A", Safeguarding: "A"}: false, {Language: "A", Safeguarding: "B"}: true} {
		m := education.Module{ReviewedBy: review}
		if m.Reviewed() != want {
			t.Errorf("%+v", review)
		}
	}
}

// TestMeasure: a short text is held to the same limits as a module.
func TestMeasure(t *testing.T) {
	body, _ := education.ParseBody([]byte("We play. We talk."))
	if m := limits().Measure(education.Everyone, "en", "Us", body); m.Words != 4 || m.Grade != 0 || m.Sentence != "" {
		t.Errorf("%+v", m)
	}
	body, _ = education.ParseBody([]byte("We play and we talk and then we go.\n\n- Notwithstanding statutory considerations, professionals communicate."))
	m := limits().Measure(education.Everyone, "en", "Us", body)
	if m.Grade <= 3 || m.MostGrade != 3 || m.Long != 9 || m.MostInOne != 6 || !strings.HasPrefix(m.Sentence, "We play") {
		t.Errorf("%+v", m)
	}
	if m := limits().Measure(education.Everyone, "fr", "Us", body); m.Grade != 0 || m.Sentence != "" {
		t.Errorf("there is no limit for French here: %+v", m)
	}
}

// TestWith: of two texts in one place the higher version counts, of equals the one that was there, and where nothing changes the library is the same.
func TestWith(t *testing.T) {
	old := module()
	l := education.NewLibrary([]*education.Module{old})
	same, higher, lower, other := *old, *old, *old, *old
	higher.Version, lower.Version, other.Language = old.Version+1, old.Version-1, "fr"
	if l.With([]*education.Module{&same, &lower}) != l || l.With(nil) != l {
		t.Error("a text that is not higher changes the library")
	}
	with := l.With([]*education.Module{&higher, &other})
	if with.Module("en", old.Key) != &higher || with.Module("fr", old.Key) != &other || l.Module("en", old.Key) != old {
		t.Error("the higher one, or the one in another language, does not count")
	}
	if len(with.All()) != 2 {
		t.Errorf("%d texts", len(with.All()))
	}
}

// TestFormats: what a text lacks is missing in that format alone.
func TestFormats(t *testing.T) {
	m := module()
	m.SMS, m.Easy = nil, nil
	l := education.NewLibrary([]*education.Module{m})
	got := map[education.Format]bool{}
	for _, c := range l.Coverage([]string{"en"}, nil) {
		if c.Key == m.Key {
			got[c.Format] = c.There
		}
	}
	if len(got) != len(education.Formats) || !got[education.AsPage] || got[education.AsEasy] || !got[education.AsCheck] || got[education.AsMessage] || !got[education.AsPrint] {
		t.Errorf("%v", got)
	}
}

// TestFileIsRead: what a module writes reads as the same, also where it looks like marks of the file.
func TestFileIsRead(t *testing.T) {
	m := module()
	m.Title, m.Summary, m.Text, m.ReviewBy = `"a": {b} # c`, "--- - 'x'", "## One {#one}\n\n---\n\nText: *a*.", "2027-01-02"
	data, err := m.File()
	if err != nil {
		t.Fatal(err)
	}
	again, err := education.ReadFile("en", m.Key, data)
	if err != nil || again.Title != m.Title || again.Summary != m.Summary || again.Text != m.Text+"\n" || again.ReviewBy != m.ReviewBy || len(again.Easy) != len(m.Easy) || len(again.Check) != len(m.Check) {
		t.Fatalf("%+v, %v", again, err)
	}
	twice, err := again.File()
	if err != nil || string(twice) != string(data) {
		t.Errorf("%s\nbecame\n%s", data, twice)
	}
	if _, err := education.ReadFile("en", m.Key, []byte("no front matter")); err == nil {
		t.Error("a text without front matter is read")
	}
}

// TestHardWords: each is found once, whole, in any of the fields, with the articles of Arabic.
func TestHardWords(t *testing.T) {
	l := limits()
	l.PlainWords = map[string][]education.PlainWord{"en": {{Hard: "prior to", Say: "before"}, {Hard: "aid", Say: "help"}}, "ar": {{Hard: "مستندات", Say: "أوراق"}}}
	find := func(language, text string) (words []any) {
		m := module()
		m.Language, m.SMS = language, []string{text, text}
		for _, f := range l.Check(m) {
			if f.Code == education.HardWord {
				words = append(words, f.Params[1])
			}
		}
		return words
	}
	for _, c := range []struct {
		language, text string
		n              int
	}{{"en", "We talk Prior  to that.", 1}, {"en", "Said. Prior. To all.", 0}, {"en", "We said it.", 0}, {"en", "First aid, prior to it", 2}, {"ar", "لا تلزم المستندات", 1}, {"ar", "وبالمُستندات", 1}, {"ar", "مستند", 0}, {"fr", "aid", 0}} {
		if got := find(c.language, c.text); len(got) != c.n {
			t.Errorf("%q in %s: %v", c.text, c.language, got)
		}
	}
}

// TestMeasuresOfAModule: numbers are there whether or not they are within the limits.
func TestMeasuresOfAModule(t *testing.T) {
	m := module()
	got := limits().Measures(m)
	if got.Words == 0 || got.Most == 0 || got.Sentence == 0 || got.MostSentence == 0 || len(got.SMS) != len(m.SMS) || got.SMS[0].Most != 160 {
		t.Errorf("%+v", got)
	}
	m.Language = "pt"
	if got := limits().Measures(m); got.MostGrade != 0 || got.Grade != 0 || got.MostSentence != 0 {
		t.Errorf("a language without a measure is measured: %+v", got)
	}
}
