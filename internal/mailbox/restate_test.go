package mailbox_test

import (
	"slices"
	"strings"
	"testing"

	"amparo/internal/instrument"
	"amparo/internal/mailbox"
)

// TestRestates has replies that repeat something, and ones that do not.
func TestRestates(t *testing.T) {
	told := mailbox.Told{Words: []string{"He lives near us and Karim saw it. He said he would come on monday at night again. My number is 0555 019 922.",
		"كتب لي أنه سيأتي يوم الأحد في الليل"}, Names: []string{"my aunt Salwa", "the upper school, they know"}, Accounts: []string{"https://bad.example.org/u/badman77", "@blue_fox"}}
	for reply, want := range map[string][]mailbox.Finding{
		"Thank you for writing to us. You did the right thing.":    nil,
		"You can say he said that. We are here on Monday.":         nil,
		"Is SALWA with you now?":                                   {{mailbox.RepeatsName, "salwa"}},
		"The school is open, and they are kind.":                   nil,
		"Did karim hear that?":                                     {{mailbox.RepeatsName, "karim"}},
		"Do not answer blue_fox.":                                  {{mailbox.RepeatsAccount, "blue_fox"}},
		"Block badman77!":                                          {{mailbox.RepeatsAccount, "badman77"}},
		"We can call you at 0555-019922.":                          {{mailbox.RepeatsNumber, "0555019922"}},
		"We can call you at ٠٥٥٥٠١٩٩٢٢.":                           {{mailbox.RepeatsNumber, "0555019922"}},
		"Call us at 116.":                                          nil,
		"Look at www.help.example/x now":                           {{mailbox.HasLink, "www.help.example/x"}},
		"You say he would come on Monday, at night. Are you safe?": {{mailbox.RepeatsWords, "he would come on monday at night"}},
		"هل قلت إنه سيأتي يوم الأحد في الليل؟ نحن هنا.":               {{mailbox.RepeatsWords, "انه سياتي يوم الاحد في الليل"}},
		"One two three four five six seven eight nine ten eleven. Ok": {{mailbox.TooLong, "One two three four five six seven eight nine ten eleven"}},
	} {
		if got := mailbox.Restates(reply, told, 10); !slices.Equal(got, want) {
			t.Errorf("%q gives %q, want %q", reply, got, want)
		}
	}
	if got := mailbox.Restates("", mailbox.Told{}, 10); got != nil {
		t.Errorf("nothing gives %q", got)
	}
}

// FuzzRestates holds that each finding stands in the reply itself, and that no words make it fail.
func FuzzRestates(f *testing.F) {
	f.Add("we saw Karim", "then Karim came and went and came", "0555")
	f.Fuzz(func(t *testing.T, reply, words, name string) {
		for _, one := range mailbox.Restates(reply, mailbox.Told{Words: []string{words}, Names: []string{name}, Accounts: []string{name}}, 10) {
			if strings.TrimSpace(one.Words) == "" {
				t.Errorf("%s of nothing", one.Kind)
			}
		}
	})
}

const askedTest = `id: test
version: 1.0.0
languages: [en]
reader: child
reviewed_by: {}
name: {en: "Test"}
answers:
  unknown: {en: "I don't know"}
  prefers_not_to_say: {en: "I'd rather not say"}
pages:
  - id: one
    title: {en: "One"}
    questions:
      - {id: who, kind: names, privacy: identity, label: {en: Who}}
      - {id: where, kind: text, privacy: identity, label: {en: Where}}
      - {id: words, kind: longtext, label: {en: Words}}
`

// TestToldBefore sorts what was told: names by the question for them, and what looks like one where somebody is described.
func TestToldBefore(t *testing.T) {
	in, problems := instrument.Load("test.yaml", []byte(askedTest))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	told := mailbox.ToldBefore(in, instrument.Answers{"who": {"salwa"}, "where": {"Near the mill, ask Dina; عند حسن في المدرسة"}, "words": {"he came"}, "gone": {"Omar"}},
		[]mailbox.Message{{Sender: mailbox.Reporter, Text: "hello"}, {Sender: mailbox.Staff, Text: "we are here"}})
	if want := []string{"Omar", "near", "dina", "عند", "حسن", "في", "salwa"}; !slices.Equal(told.Names, want) {
		t.Errorf("names %q, want %q", told.Names, want)
	}
	if want := []string{"Omar", "Near the mill, ask Dina; عند حسن في المدرسة", "he came", "hello"}; !slices.Equal(told.Words, want) {
		t.Errorf("words %q, want %q", told.Words, want)
	}
}
