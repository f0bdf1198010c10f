package insight_test

import (
	"strings"
	"testing"
	"time"

	"amparo/internal/intake"
	"amparo/internal/web/insight"
	"amparo/internal/web/staff/stafftest"
)

func wants(t *testing.T, p stafftest.Page, status int, words ...string) {
	t.Helper()
	if p.Status != status {
		t.Errorf("status %d, want %d", p.Status, status)
	}
	for _, w := range words {
		if !strings.Contains(p.Text, w) {
			t.Errorf("the page does not say %q: %s", w, p.Text)
		}
	}
}

func lacks(t *testing.T, p stafftest.Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(p.Body, w) {
			t.Errorf("the page has %q: %s", w, p.Text)
		}
	}
}

// TestAnEmptyInstallation says that there is nothing, in words, without a picture of nothing.
func TestAnEmptyInstallation(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		p := o.SignIn("salma").Get("/insight")
		wants(t, p, ok, "Somebody has claimed every report.", "Nothing is late.", "Every open case has its case manager",
			"Nobody has an open case.", "Fewer than 10 reports came in on these days", "No hour of the day has 10 reports", "No day has 10 reports",
			"Mona Khoury", "Karim Naser", "Lina Farah")
		if n := len(p.Find("svg")); n != 0 {
			t.Errorf("%d pictures of nothing", n)
		}
		lacks(t, p, "NaN", "Inf", "«")
	})
}

// TestWhatIsToBeDecided leads to what waits, what is late and what nobody answers for.
func TestWhatIsToBeDecided(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		_, held := o.opened("karim")
		urgent := o.told("yes")
		o.Advance(20 * time.Minute)
		o.Advance(100 * time.Hour)
		o.told("no")
		o.Advance(5 * time.Hour)
		b := o.SignIn("salma")
		p := b.Get("/insight")
		wants(t, p, ok, "2 reports wait for somebody to claim them. The longest has waited 4 days by now.", "P1", "tasks are late.",
			"Karim Naser carries the most: 1 case, 2 points.")
		for _, at := range []string{"/desk", "/desk/" + string(urgent), "/cases/" + string(held)} {
			if !strings.Contains(strings.Join(p.Links(), " ")+" ", at+" ") {
				t.Errorf("nothing leads to %s: %v", at, p.Links())
			}
		}
		for _, at := range p.Links() {
			if strings.HasPrefix(at, "/") && b.Get(at).Follow().Status != ok {
				t.Errorf("%s leads to a page that its reader may not open", at)
			}
		}
		lacks(t, p, "Sami", "I want to talk", "A calm talk")
	})
}

// TestTheNumbersStandBesideThePicture holds that every picture is followed by its table, and its sentence is one of the page.
func TestTheNumbersStandBesideThePicture(t *testing.T) {
	once(t, func(t *testing.T, o office) {
		o.opened("karim")
		o.told("yes")
		o.waits(few, stafftest.Start.Add(-26*time.Hour), 14*time.Minute)
		o.waits(few, stafftest.Start.Add(-3*time.Hour), 14*time.Minute) // the last of them goes with the few of another hour, and of another day
		o.Advance(10 * time.Hour)
		for _, tag := range []string{"en", "ar"} {
			p := o.SignIn("salma").Get("/insight?l=" + tag)
			pictures := 0
			for _, n := range p.Find("div") {
				if stafftest.Attr(n, "class") != "beside-numbers" {
					continue
				}
				has := map[string]int{}
				for c := range n.Descendants() {
					has[c.Data+" "+stafftest.Attr(c, "class")]++
				}
				pictures += has["svg chart"]
				if has["svg chart"] != 1 || has["table numbers"]+has["table govuk-table"] != 1 {
					t.Errorf("%s: a figure has %d pictures, %d and %d tables", tag, has["svg chart"], has["table numbers"], has["table govuk-table"])
				}
			}
			if pictures != 5 || strings.Count(p.Body, `class="chart"`) != 5 {
				t.Errorf("%s: %d pictures have numbers beside them", tag, pictures)
			}
			for _, n := range p.Find("desc") {
				if said := stafftest.Content(n); strings.Count(p.Text, said) < 2 {
					t.Errorf("%s: only the picture says %q", tag, said)
				}
			}
			lacks(t, p, " style=", "<style", "«")
		}
	})
}

// TestDaysAreChosen reckons other days, and says what is wrong with those that cannot be.
func TestDaysAreChosen(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		o.waits(few, stafftest.Start.AddDate(0, 0, -40), 14*time.Minute)
		b := o.SignIn("laila")
		wants(t, b.Get("/insight"), ok, "Fewer than 10 reports came in on these days")
		p := b.Get("/insight?from=2031-01-20&to=2031-01-25")
		wants(t, p, ok, "10 reports came in on these days. Half of them waited 14 min or longer, one in ten 14 min or longer.",
			"People wait longest from 11:00 on: half of them 14 min or longer", "People waited longest on 22 January", "Fewer than 10", "Show the last 28 days")
		for address, want := range map[string]string{
			"/insight?from=2031-03-02&to=2031-03-01": "The last day is before the first.",
			"/insight?from=2030-01-01&to=2031-03-01": "Choose 92 at the most.",
			"/insight?from=2031-03-01&to=2031-03-04": "This day is still to come.",
			"/insight?from=%3Cscript%3E&to=":         "This is not a day.",
			"/insight?to=2031-03-01":                 "This is not a day.",
		} {
			p := b.Get(address)
			wants(t, p, bad, want, "Somebody has claimed every report.")
			lacks(t, p, "<script>")
		}
	})
}

// TestAMatterAboutTheReader changes nothing on their page, to the letter, while a colleague's tells of it.
func TestAMatterAboutTheReader(t *testing.T) {
	each(t, func(t *testing.T, o office) {
		o.opened("karim")
		o.told("yes")
		o.waits(few, stafftest.Start.AddDate(0, 0, -3), 14*time.Minute)
		o.Advance(5 * time.Hour)
		salma, laila := o.SignIn("salma"), o.SignIn("laila")
		before, others := salma.Get("/insight"), laila.Get("/insight")
		id, _ := o.ReportAs(intake.Told{Answers: map[string][]string{"danger": {"no"}, "must_not_know": {"Salma Idris"}}})
		if after := salma.Get("/insight"); after.Body != before.Body {
			t.Error("a report about her changes her page")
		}
		if laila.Get("/insight").Body == others.Body {
			t.Error("a report changes nobody's page: the test is broken")
		}
		made := o.open("mona", id)
		if after := salma.Get("/insight"); after.Body != before.Body {
			t.Error("a case about her changes her page")
		}
		if now := laila.Get("/insight"); !strings.Contains(now.Text, "Mona Khoury") || now.Body == others.Body {
			t.Errorf("the case %s is on nobody's page: the test is broken", made)
		}
	})
}

// TestIncomplete holds that a page is not added without what it needs.
func TestIncomplete(t *testing.T) {
	once(t, func(t *testing.T, o office) {
		if insight.Add(o.Site, insight.Config{Pack: o.Pack}) == nil {
			t.Error("the page is added without its room")
		}
	})
}
