package desk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestBeginWithWords puts words of the country into the box, before what was typed, and sends nothing.
func TestBeginWithWords(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("ar", pressed)
		l.take("huda", id)
		b := l.SignIn("huda")
		p := b.Get(path(id, "")).Wants(http.StatusOK, "Begin with words for: A child, العربية", "We have read it")
		p = p.Submit(path(id, "/reply"), "message", "أهلاً", "begin", "heard").Wants(http.StatusOK, "The words are in the box of the reply")
		if words := typed(p, "message"); !strings.HasPrefix(words, "شكراً على الكتابة") || !strings.HasSuffix(words, "أهلاً") {
			t.Errorf("the box has %q", words)
		}
		if got := l.replies(receipt); len(got) != 0 {
			t.Errorf("it is sent: %q", got)
		}
		p.Submit(path(id, "/reply")).Leads(path(id, "?done=desk_replied"))
		if got := l.replies(receipt); len(got) != 1 {
			t.Errorf("the reporter reads %q", got)
		}
		b.Post(path(id, "/reply"), "message", "typed", "begin", "nothing").Wants(http.StatusOK, "typed")
		strange, _ := l.told("tr", pressed)
		l.take("huda", strange)
		if b.Get(path(strange, "")).Has("Begin with words") {
			t.Error("words are offered in a language that they do not read")
		}
		l.SignIn("omar").Post(path(id, "/reply"), "begin", "heard").Wants(http.StatusForbidden, "You do not have this report now")
	})
}

// TestLookAtYourWords sends replies that repeat what was told: they wait to be changed, or sent all the same.
func TestLookAtYourWords(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("en", map[string][]string{"danger": {"no"}, "who": {"online_only"}, "pressure": {"demand"}, "accounts": {"@blue_fox"},
			"words": {"he will show it to everybody at my school"}, "must_not_know": {"my uncle Samir"}})
		l.Add(receipt, "his number is 0555 0199")
		l.take("huda", id)
		b := l.SignIn("huda")
		for words, want := range map[string]string{
			"Is Samir with you?":                               "A name that was told: samir",
			"Do not answer blue_fox.":                          "An account that was told: blue_fox",
			"Block 05550199.":                                  "A number that was told: 05550199",
			"Will he really show it to everybody at my school": "Words as they were told: show it to everybody at my school",
			strings.Repeat("so ", 20) + "long":                 "A long sentence",
		} {
			p := b.Get(path(id, "")).Submit(path(id, "/reply"), "message", words).Wants(http.StatusOK, "Look at your words once more", want,
				"Nothing has been sent", "Send it all the same")
			if typed(p, "message") != words {
				t.Errorf("the box has %q", typed(p, "message"))
			}
		}
		if got := l.replies(receipt); len(got) != 0 {
			t.Errorf("sent: %q", got)
		}
		p := b.Get(path(id, "")).Submit(path(id, "/reply"), "message", "Is Samir with you?")
		p.Submit(path(id, "/reply"), "message", "Are you safe?").Leads(path(id, "?done=desk_replied"))
		l.Advance(time.Minute)
		p.Submit(path(id, "/reply"), "anyway", "yes").Leads(path(id, "?done=desk_replied"))
		if got := l.replies(receipt); !slices.Equal(got, []string{"Are you safe?", "Is Samir with you?"}) {
			t.Errorf("the reporter reads %q", got)
		}
		for _, secret := range []string{"samir", "Samir", "blue_fox", "everybody"} {
			if strings.Contains(l.Log(), secret) {
				t.Errorf("the log has %s", secret)
			}
		}
	})
}
