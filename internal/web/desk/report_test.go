package desk_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/staff/stafftest"
)

// full answers something on every part of the page.
var full = map[string][]string{"danger": {"no"}, "what": {"trust", "asked"}, "who": {"online_only"}, "reach": {"online_ongoing"},
	"pressure": {"demand"},
	"deadline": {"soon"}, "age": {"13_15"}, "accounts": {"https://bad.example.org/u/1", "@nobody"}, "words": {"سطر أول\nسطر ثان"},
	"must_not_know": {"my uncle"}, "contact_way": {"sms_plain"}, "number": {"555 0199"}}

func TestReportSaysEverything(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.ReportAs(intake.Told{Language: "ar", Area: "XD-S-01", Answers: full})
		l.Add(receipt, "more from http://www.evil.example/x?y=1")
		l.Advance(3 * time.Minute)
		p := l.SignIn("huda").Get(path(id, ""))
		p.Wants(http.StatusOK, "Report "+handle(id), "P1 Immediate", "Nobody has this report", "Claim this report",
			"P1 at once, because", "A threat against the child has a deadline within 24 hours", "P2 at least, because", "blackmailed or coerced now",
			"The child is being threatened and something is demanded", "5 points", "All factors: 18 points together", "Not known",
			"Other children at risk",
			"By the rule set demo-csea 1.0.0", "Much is not known",
			"do not pay, do not send more", "Before the outcome",
			"Who is it?", "Someone I only know online", "Someone wants me to keep secrets or meet up", "سطر أول سطر ثان",
			"Who they are, and how to reach them", "Show 2 addresses or accounts", "hxxps://bad[.]example[.]org/u/1", "@nobody",
			"my uncle", "555 0199",
			"questions were left out", "Is there a grown-up who helps you?",
			"Whoever reported", "New", "hxxp://www[.]evil[.]example/x?y=1",
			"Hand over at once", "555-0100", "555-0150", "When we must tell somebody", "within 1 hour",
			"Received", "A child", "العربية", "Web form", "Hill Towns", "Demoland Child Protection Service", string(id), "By the rule set")
		for _, link := range p.Links() {
			if strings.Contains(link, "example") {
				t.Errorf("a told address is a link: %s", link)
			}
		}
		own := 0
		for _, n := range p.Find("div") {
			if stafftest.Attr(n, "lang") == "ar" && stafftest.Attr(n, "dir") == "auto" {
				own++
			}
		}
		if own != 5 {
			t.Errorf("%d of 5 original words have their language", own)
		}
		if strings.Index(p.Text, "Are you in danger") > strings.Index(p.Text, "Who is it?") || strings.Index(p.Text,
			"my uncle") < strings.Index(p.Text, "Who they are") {
			t.Error("what was said is out of order")
		}
	})
}

// TestAReportInALanguageOfThePublicSideAlone: what was chosen is said in the reader's language, what was written stays as it is and
// has its language, which is named; the words for whoever reported are in theirs.
func TestAReportInALanguageOfThePublicSideAlone(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		told := maps.Clone(full)
		told["words"] = []string{"J’ai besoin d’aide."}
		id, _ := l.ReportAs(intake.Told{Language: "fr", Area: "XD-S-01", Answers: told})
		b := l.SignIn("huda")
		for tag, want := range map[string][]string{
			"en": {"P1 Immediate", "Who is it?", "Someone I only know online", "Français", "J’ai besoin d’aide.", "Hill Towns"},
			"ar": {"من هو هذا الشخص؟", "شخص أعرفه عبر الإنترنت فقط", "Français", "J’ai besoin d’aide.", "بلدات التلال"},
		} {
			p := b.Get(path(id, "")+"?l="+tag).Wants(http.StatusOK, want...)
			for _, french := range []string{"Une personne que je connais", "Villes des Collines"} {
				if strings.Contains(p.Text, french) {
					t.Errorf("%s: what was chosen is said in French: %s", tag, french)
				}
			}
			var offered []string
			for _, n := range p.Find("html") {
				offered = append(offered, stafftest.Attr(n, "lang"))
			}
			if !slices.Equal(offered, []string{tag}) {
				t.Errorf("the page is in %v, not %s", offered, tag)
			}
		}
		own := false
		for _, n := range b.Get(path(id, "")).Find("div") {
			own = own || strings.Contains(stafftest.Content(n), "J’ai besoin d’aide.") && stafftest.Attr(n, "lang") == "fr" && stafftest.Attr(n, "dir") == "auto"
		}
		if !own {
			t.Error("the reporter's own words do not have their language")
		}
		if page := b.Get(path(id, "") + "?l=fr"); stafftest.Attr(page.Find("html")[0], "lang") != "en" {
			t.Error("a staff page is in French")
		}
	})
}

// TestReadingLeavesOneEntry also holds that looking changes nothing.
func TestReadingLeavesOneEntry(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("en", full)
		l.Add(receipt, "more")
		b := l.SignIn("huda")
		before, report, standing := l.count(entriesTestSQL), l.report(id), l.standing(id)
		b.Get(path(id, "")).Wants(http.StatusOK)
		if got := l.opened("huda"); len(got) != 1 || !slices.Equal(got[0], []string{string(id)}) || l.count(entriesTestSQL) != before+1 {
			t.Errorf("the entries name %v, %d are new", got, l.count(entriesTestSQL)-before)
		}
		if l.report(id) != report || l.standing(id) != standing || !l.thread(id)[0].Read.IsZero() {
			t.Error("looking changed something")
		}
		l.take("huda", id)
		l.confirm("huda", id)
		before, report = l.count(entriesTestSQL), l.report(id)
		for _, below := range []string{"/outcome", "/outcome/not_in_scope", "/outcome/opened_case"} {
			b.Get(path(id, below)).Wants(http.StatusOK)
		}
		if l.count(entriesTestSQL) != before || l.report(id) != report {
			t.Error("the forms of an outcome opened or changed something")
		}
	})
}

// TestStrayAnswersAreShown tells what is not asked after these answers, and has a list of questions that is no longer there.
func TestStrayAnswersAreShown(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.Report(map[string][]string{"danger": {"no"}, "deadline": {"soon"}, "words": {"a kite"}, "must_not_know": {"my uncle"}})
		b := l.SignIn("huda")
		b.Get(path(id, "")).Wants(http.StatusOK, "When do they say it will happen?", "soon", "a kite")
		l.Write(func(ctx context.Context, tx store.Tx) error {
			_, err := tx.Exec(ctx, goneTestSQL, string(id))
			return err
		})
		p := b.Get(path(id, "")).Wants(http.StatusOK, "A question of another version: words", "a kite",
			"A question of another version: deadline", "soon",
			"A question of another version: must_not_know")
		if strings.Index(p.Text, "my uncle") < strings.Index(p.Text, "Who they are") || strings.Index(p.Text,
			"a kite") > strings.Index(p.Text, "Who they are") {
			t.Error("what tells who somebody is has lost its place")
		}
	})
}

// TestLapseIsShown lets the time of a trigger pass.
func TestLapseIsShown(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.claimed("huda", map[string][]string{"danger": {"no"}, "pressure": {"threats"}, "deadline": {"soon"}}, true)
		l.Advance(25 * time.Hour)
		l.SignIn("huda").Get(path(id, "")).Wants(http.StatusOK, "No longer counts, for its time has passed",
			"has a deadline within 24 hours", "since 4 March 2031",
			"The rule set says P2 High. A person has set P1 Immediate.")
	})
}

func TestNextStepIsOne(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.Report(pressed)
		huda, omar, salma := l.SignIn("huda"), l.SignIn("omar"), l.SignIn("salma")
		primary := func(p stafftest.Page) (list []string) {
			for _, n := range slices.Concat(p.Find("button"), p.Find("a")) {
				if stafftest.Attr(n, "class") == "govuk-button" {
					list = append(list, stafftest.Content(n))
				}
			}
			return list
		}
		steps := func(when string, want ...string) {
			t.Helper()
			for i, b := range []*stafftest.Browser{huda, omar, salma} {
				if got := strings.Join(primary(b.Get(path(id, ""))), ","); got != want[i] {
					t.Errorf("%s, person %d has %q, want %q", when, i, got, want[i])
				}
			}
		}
		steps("waiting", "Claim this report", "Claim this report", "Claim this report")
		huda.Get(path(id, "")).Submit(path(id, "/claim")).Follow().Wants(http.StatusOK, "You have this report now", "nobody has confirmed that")
		steps("claimed", "Confirm P2 High", "", "")
		omar.Get(path(id, "")).Wants(http.StatusOK, "Huda Salem has this report.")
		huda.Get(path(id, "")).Submit(path(id, "/decide")).Follow().Wants(http.StatusOK, "The priority is decided", "its priority is confirmed")
		steps("confirmed", "The first hour", "", "")
		l.answer("huda", id)
		steps("answered", "Give the outcome", "", "")
		l.must(l.Triage.Finish(t.Context(), l.Actor("huda"), triage.Resolution{Report: id, Outcome: report.Duplicate, Message: "thank you"}))
		steps("resolved", "", "", "")
		omar.Get(path(id, "")).Wants(http.StatusOK,
			"This report has its outcome: Already reported; joined to the earlier report (Huda Salem).", "thank you")
		if s := l.standing(id); s.Priority != ruleset.P2 || !s.Confirmed {
			t.Errorf("it stands at %+v", s)
		}
	})
}

// TestTheDeskIsToldWhichPartner handed a report in; of one that came otherwise it is told none.
func TestTheDeskIsToldWhichPartner(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		theirs, _ := l.ReportAs(intake.Told{Instrument: "professional", Language: "en", Channel: "partner_api", Answers: little})
		b := l.SignIn("huda")
		b.Get(path(theirs, "")).Wants(http.StatusOK, "Partner", "Harbour Hotline")
		if p := b.Get(path(l.Report(little), "")); p.Has("Harbour Hotline") {
			t.Errorf("the form is said to be a partner: %s", p.Text)
		}
	})
}
