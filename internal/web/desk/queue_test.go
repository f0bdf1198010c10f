package desk_test

import (
	"context"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/fault"
	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/desk"
)

func TestQueueHasTheMostUrgentFirst(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		calm, _ := l.told("en", little)
		floor, receipt := l.ReportAs(intake.Told{Language: "ar", Area: "XD-C-01", Answers: pressed})
		l.Advance(time.Minute)
		first := l.Report(danger)
		l.Advance(20 * time.Minute)
		second := l.Report(danger)
		l.Add(receipt, "there is more")
		l.take("omar", floor)
		p := l.SignIn("huda").Get("/desk")
		p.Wants(http.StatusOK, "P1 Immediate", "Overdue", "A child is in danger right now", "Not confirmed", "Begin to read the report",
			"P2 High", "The child is being blackmailed or coerced now", "Omar Haddad", "1 new reply", "العربية", "Capital District", "A child",
			"Web form", "Little is known", "in 15 min", "5 min ago", "Claim the most urgent", "4 reports have no outcome yet")
		if want := []report.ID{first, second, floor, calm}; !slices.Equal(rows(p), want) {
			t.Errorf("the queue is %v, want %v", rows(p), want)
		}
		if forms := strings.Count(p.Body, `action="/desk/`); forms != 4 || p.Form(path(first, "/claim")) == nil || p.Form(path(floor,
			"/claim")) != nil {
			t.Errorf("%d forms to claim", forms)
		}
		if !strings.Contains(p.Body, "Report "+handle(first)+"</span></button>") {
			t.Error("a button does not say to which report it belongs")
		}
		l.SignIn("salma").Get("/desk").Wants(http.StatusOK, "P1 Immediate")
	})
}

// TestOneEntryForThePage looks at two pages of the queue; the menu of every other page opens nothing.
func TestOneEntryForThePage(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		b := l.SignIn("huda")
		if b.Get("/desk").Wants(http.StatusOK, "No report waits"); len(l.opened("huda")) != 0 {
			t.Error("an empty queue leaves an entry")
		}
		one, two := l.Report(danger), l.Report(little)
		before := l.count(entriesTestSQL)
		b.Get("/desk").Wants(http.StatusOK)
		got := l.opened("huda")
		if len(got) != 1 || len(got[0]) != 2 || !slices.Contains(got[0], string(one)) || !slices.Contains(got[0], string(two)) ||
			l.count(entriesTestSQL) != before+1 {
			t.Errorf("the entries name %v, %d of %d are new", got, l.count(entriesTestSQL)-before, before)
		}
		b.Get("/account").Wants(http.StatusOK, "1 report needs you now")
		if l.count(entriesTestSQL) != before+1 {
			t.Error("the menu leaves an entry")
		}
	})
}

var nextPage = regexp.MustCompile(`href="([^"]*)" rel="next"`)

func TestQueueHasPages(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		for range 52 {
			l.Report(little)
		}
		b := l.SignIn("huda")
		p := b.Get("/desk").Wants(http.StatusOK, "52 reports", "Shown here: 1 to 50", "Less urgent reports")
		if len(rows(p)) != 50 || len(l.opened("huda")[0]) != 50 {
			t.Errorf("%d lines, %d opened", len(rows(p)), len(l.opened("huda")[0]))
		}
		rest := b.Get("/desk?page=2").Wants(http.StatusOK, "Shown here: 51 to 52", "More urgent reports")
		if got := rows(rest); len(got) != 2 || slices.Contains(rows(p), got[0]) {
			t.Errorf("the second page has %v", got)
		}
		next := nextPage.FindStringSubmatch(p.Body)
		if next == nil || !slices.Equal(rows(b.Get(html.UnescapeString(next[1])).Wants(http.StatusOK, "Shown here: 51 to 52")), rows(rest)) {
			t.Errorf("the way to the next page is %q", next)
		}
		b.Get("/desk?page=2&after=x.y.z."+string(rows(p)[0])).Wants(http.StatusOK, "Shown here: 51 to 52")
		b.Get("/desk?page=3").Leads(desk.Path)
		b.Get("/desk?page=-1&page=x").Wants(http.StatusOK, "Shown here: 1 to 50")
	})
}

// TestOneBrokenReportHidesNoOther damages what is sealed of one report.
func TestOneBrokenReportHidesNoOther(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		broken, whole := l.Report(danger), l.Report(danger)
		l.Write(func(ctx context.Context, tx store.Tx) error {
			_, err := tx.Exec(ctx, breakTestSQL, string(broken))
			return err
		})
		b := l.SignIn("huda")
		p := b.Get("/desk").Wants(http.StatusOK, "The reasons cannot be opened", "A child is in danger right now", handle(whole))
		if len(rows(p)) != 2 || p.Form(path(broken, "/claim")) == nil || !strings.Contains(l.Log(), "the reasons of a report cannot be opened") {
			t.Errorf("the queue has %v; the log: %s", rows(p), l.Log())
		}
		b.Get(path(broken, "")).Wants(http.StatusInternalServerError, "Something went wrong on our side")
	})
}

// TestWhoMustNotKnowSeesNothing names Huda in a report: neither row, nor count, nor hint may reach her.
func TestWhoMustNotKnowSeesNothing(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("en", map[string][]string{"danger": {"yes"}, "must_not_know": {"my aunt Huda"}})
		l.Add(receipt, "hello")
		p := l.SignIn("huda").Get("/desk").Wants(http.StatusOK, "No report waits")
		for _, hint := range []string{string(id), handle(id), `data-tone="urgent"`, "Claim", "needs you now", "new repl"} {
			if strings.Contains(p.Body, hint) {
				t.Errorf("the page has %q", hint)
			}
		}
		b := l.SignIn("huda")
		missing := b.Get("/desk/" + strings.Repeat("0", 26)).Wants(http.StatusNotFound)
		for _, below := range []string{"", "/outcome", "/outcome/not_in_scope", "/outcome/opened_case"} {
			if p := b.Get(path(id, below)).Wants(http.StatusNotFound); stripped(p.Text) != stripped(missing.Text) {
				t.Errorf("%s differs from what is not there: %s", below, p.Text)
			}
		}
		for _, below := range []string{"/claim", "/release", "/decide", "/reply", "/read", "/outcome/not_in_scope", "/outcome/opened_case"} {
			b.Post(path(id, below), "seen", "1", "message", "x", "priority", "P1").Wants(http.StatusNotFound)
		}
		if l.report(id).State != report.Waiting || len(l.opened("huda")) != 0 {
			t.Error("somebody who must not know did something")
		}
		l.SignIn("omar").Get("/desk").Wants(http.StatusOK, "P1 Immediate", handle(id), "1 report needs you now")
	})
}

// stripped is a page's text without the number of its request.
func stripped(text string) string {
	head, _, _ := strings.Cut(text, "tell us this number")
	return head
}

func TestOtherAgencySeesNothing(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.Report(danger)
		p := l.SignIn("nour").Get("/desk").Wants(http.StatusOK, "No report waits")
		if p.Has("needs you now") || strings.Contains(p.Body, string(id)) {
			t.Errorf("another agency has a hint: %s", p.Text)
		}
		l.SignIn("nour").Get(path(id, "")).Wants(http.StatusNotFound)
	})
}

// TestWhenNobodyOnTheDeskMaySee names everybody of the desk: another desk has it, and opens the case in its own agency.
func TestWhenNobodyOnTheDeskMaySee(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id := l.Report(map[string][]string{"danger": {"yes"}, "must_not_know": {"Huda", "Omar", "Salma", "Laila"}})
		for _, who := range []string{"huda", "omar", "salma", "laila"} {
			l.SignIn(who).Get("/desk").Wants(http.StatusOK, "No report waits")
		}
		b := l.SignIn("nour")
		b.Get("/desk").Submit(path(id, "/claim")).Leads(path(id, "?done=desk_claimed"))
		b.Get(path(id, "")).Submit(path(id, "/decide")).Leads(path(id, "?done=desk_decided"))
		l.must(l.Triage.Check(t.Context(), l.Actor("nour"), triage.CheckInput{Report: id, Item: "suicide_risk_asked", Answer: "unsafe_to_ask"}))
		b.Get(path(id, "/outcome/opened_case")).Wants(http.StatusOK, "No case manager of your agency can take a case now")
		professional := triage.CheckInput{Report: id, Item: "named_professional", Answer: l.ID("salma")}
		if err := l.Triage.Check(t.Context(), l.Actor("nour"), professional); fault.KindOf(err) != fault.Invalid {
			t.Errorf("Salma, who must not know, is named: %v", err)
		}
	})
}

func TestCountsWhatPresses(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		id, receipt := l.told("en", danger)
		mine := l.SignIn("huda")
		l.Report(little)
		mine.Get("/account").Wants(http.StatusOK, "1 report needs you now")
		l.take("huda", id)
		if p := mine.Get("/account"); p.Has("needs you now") {
			t.Errorf("a claimed report presses: %s", p.Text)
		}
		l.Add(receipt, "hello?")
		mine.Get("/account").Wants(http.StatusOK, "1 report needs you now")
		if p := l.SignIn("omar").Get("/account"); p.Has("needs you now") {
			t.Errorf("a reply to a colleague's report presses: %s", p.Text)
		}
	})
}
