package admin_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/identity"
	"amparo/internal/store"
	"amparo/internal/web/staff/stafftest"
)

// record writes entries into the log, each a millisecond later than the one before.
func record(h *stafftest.House, list ...audit.Entry) {
	h.T.Helper()
	for _, e := range list {
		h.Advance(time.Millisecond)
		h.Write(func(ctx context.Context, tx store.Tx) error { return audit.Record(ctx, tx, e) })
	}
}

// claims are entries of somebody about subjects of their own.
func claims(h *stafftest.House, who string, n int) (list []audit.Entry) {
	for i := range n {
		list = append(list, audit.Entry{Actor: h.Actor(who), Action: access.ReportClaim, Outcome: audit.Done,
			Subjects: []string{fmt.Sprintf("%s-subject-%d", who, i)}, Detail: map[string]string{"count": strconv.Itoa(i)}})
	}
	return list
}

// number numbers and signs everything that waits.
func number(h *stafftest.House) {
	h.T.Helper()
	s, err := audit.NewSequencer(audit.Config{Store: h.Main, Signer: h.Vault.Signer(), Name: "amparo/test"})
	must(h, err)
	must(h, s.Flush(h.T.Context()))
}

// rows are the entries that a page shows, each as what can be read of it.
func rows(p stafftest.Page) (list []string) {
	for _, n := range p.Find("tbody")[0:min(1, len(p.Find("tbody")))] {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Data == "tr" {
				list = append(list, strings.Join(strings.Fields(words(c)), " "))
			}
		}
	}
	return list
}

// choose sends the form of the log's page, with the fields given in place of its own.
func choose(p stafftest.Page, pairs ...string) stafftest.Page {
	form := p.Hidden("/log")
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return p.Browser().Get("/log?" + form.Encode())
}

// older is where the link to older entries leads; empty when there is none.
func older(p stafftest.Page) string {
	for _, n := range p.Find("a") {
		if stafftest.Attr(n, "rel") == "next" {
			return stafftest.Attr(n, "href")
		}
	}
	return ""
}

// TestTheLogByPages walks from the newest entry to the first.
func TestTheLogByPages(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		record(h, claims(h, "huda", 120)...)
		b := h.SignIn("aida")
		number(h)
		all := len(entries(h, audit.Filter{})) // before anything is looked at
		var numbers []int
		p, pages := b.Get("/log").Wants(http.StatusOK, "Who did or saw what", "Take a report", "report.claim"), 1
		for ; ; pages++ {
			for _, row := range rows(p) {
				n, err := strconv.Atoi(strings.Fields(row)[0])
				if err != nil {
					t.Fatalf("a row without a number: %s", row)
				}
				numbers = append(numbers, n)
			}
			next := older(p)
			if next == "" {
				break
			}
			if want := fmt.Sprintf("/log?before=%d", numbers[len(numbers)-1]); next != want {
				t.Fatalf("the next page is %s, want %s", next, want)
			}
			h.Advance(time.Millisecond)
			p = b.Get(next).Wants(http.StatusOK, "Back to the newest entries")
		}
		if len(numbers) != all || pages != (all+49)/50 || !slices.IsSortedFunc(numbers, func(a, b int) int { return b - a }) {
			t.Errorf("%d entries of %d on %d pages: %v", len(numbers), all, pages, numbers)
		}
		b.Get("/log").Wants(http.StatusOK, "Read the log", "waits")
	})
}

// TestPagesWhileNothingIsNumbered: the log can be read when the sequencer stands still.
func TestPagesWhileNothingIsNumbered(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		record(h, claims(h, "huda", 60)...)
		p := choose(h.SignIn("aida").Get("/log"), "action", "report.claim").Wants(http.StatusOK, "There is none yet", "wait for their numbers")
		first, next := rows(p), older(p)
		if len(first) != 50 || !strings.HasPrefix(next, "/log?action=report.claim&after=") {
			t.Fatalf("%d rows, then %q", len(first), next)
		}
		rest := rows(p.Browser().Get(next))
		if len(rest) != 10 || slices.Contains(first, rest[0]) || !strings.HasSuffix(rest[9], "huda-subject-0") {
			t.Errorf("then %d rows: %v", len(rest), rest)
		}
	})
}

func TestFilters(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		record(h, claims(h, "huda", 3)...)
		refused := claims(h, "omar", 60)
		for i := range refused {
			refused[i].Outcome, refused[i].Reason = audit.Refused, "conflict"
		}
		record(h, refused...)
		h.Advance(24 * time.Hour)
		record(h, audit.Entry{Actor: access.System("report.open"), Action: "report.open", Outcome: audit.Done, Subjects: []string{"huda-subject-1"}})
		record(h, audit.Entry{Actor: access.Anyone, Action: "report.receive", Outcome: audit.Done}, audit.Entry{Actor: access.Console, Action: access.UserWrite, Outcome: audit.Done})
		p := h.SignIn("aida").Get("/log").Wants(http.StatusOK, "The program", "Somebody on the public side", "A command on the machine")
		day := h.Now().In(h.Pack.Zone()).Format(time.DateOnly)
		for name, c := range map[string]struct {
			form []string
			rows int
			says string
		}{
			"actor":        {[]string{"actor", h.ID("huda")}, 3, "huda-subject-2"},
			"job":          {[]string{"actor", " report.open "}, 1, "Bring a report to the desk"},
			"action":       {[]string{"action", "report.receive"}, 1, "Receive a report"},
			"outcome":      {[]string{"outcome", "refused"}, 50, "conflict"},
			"subject":      {[]string{"subject", "huda-subject-1"}, 2, "report.open"},
			"part of one":  {[]string{"subject", "huda-subject"}, 0, ""},
			"percent":      {[]string{"subject", "%"}, 0, ""},
			"all of them":  {[]string{"actor", h.ID("huda"), "action", "report.claim", "outcome", "done", "subject", "huda-subject-2"}, 1, "count: 2"},
			"not together": {[]string{"actor", h.ID("huda"), "outcome", "refused"}, 0, ""},
			"a day before": {[]string{"day", "2031-03-02"}, 0, ""},
			"a line break": {[]string{"actor", "huda\nhuda"}, 0, ""},
			"very long":    {[]string{"actor", strings.Repeat("x", 2000)}, 0, ""},
		} {
			got := choose(p, c.form...).Wants(http.StatusOK, c.says)
			if n := len(rows(got)); n != c.rows || n == 0 && !got.Has("No entry fits") {
				t.Errorf("%s: %d rows, want %d", name, n, c.rows)
			}
			if kept := got.Hidden("/log").Get(c.form[0]); kept != strings.TrimSpace(c.form[1]) && name != "a line break" {
				t.Errorf("%s: the form shows %q", name, kept)
			}
		}
		for _, unreadable := range []string{"\x00", "\xff"} {
			choose(p, "actor", unreadable).Wants(http.StatusNotFound, "not here")
		}
		today := choose(p, "day", day, "action", "report.open").Wants(http.StatusOK, "Bring a report to the desk")
		if len(rows(today)) != 1 || len(rows(choose(p, "day", day, "action", "report.claim"))) != 0 {
			t.Errorf("of today: %v", rows(today))
		}
		second := p.Browser().Get(older(choose(p, "outcome", "refused"))) // the filter goes along
		if len(rows(second)) != 10 || second.Hidden("/log").Get("outcome") != "refused" {
			t.Errorf("the second page has %d rows", len(rows(second)))
		}
	})
}

// TestFiltersThatCannotBe are said at their fields, and nothing is read.
func TestFiltersThatCannotBe(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		b := h.SignIn("aida")
		for query, says := range map[string]string{
			"day=yesterday":               "This is not a day",
			"day=0000-00-00":              "This is not a day",
			"action=report.shred":         "Choose what was done from the list",
			"outcome=perhaps":             "Choose the outcome from the list",
			"before=soon":                 "There is no entry with this number",
			"before=-3":                   "There is no entry with this number",
			"before=0":                    "There is no entry with this number",
			"before=99999999999999999999": "There is no entry with this number",
		} {
			p := b.Get("/log?actor=somebody&"+query).Wants(http.StatusBadRequest, "Please look at this again", says)
			name, value, _ := strings.Cut(query, "=")
			if p.Hidden("/log").Get("actor") != "somebody" || name == "day" && p.Hidden("/log").Get("day") != value || len(rows(p)) > 0 {
				t.Errorf("%s: what was typed is lost, or entries are shown", query)
			}
		}
		if p := b.Get("/log?before=1"); len(rows(p)) == 0 {
			t.Error("nothing is numbered, and nothing is shown")
		}
		for _, e := range entries(h, audit.Filter{Action: access.AuditRead, Limit: 8}) {
			if len(e.Subjects) > 0 || strings.Contains(fmt.Sprint(e.Detail), "somebody") {
				t.Errorf("the log keeps what was typed: %+v", e)
			}
		}
	})
}

// TestWhatAnEntrySays looks at one with everything in it, some of which must not be shown.
func TestWhatAnEntrySays(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		subjects := []string{"s-1", "s-2", "s-3", "s-4", "s-5", "s-6"}
		record(h, audit.Entry{Actor: h.Actor("salma"), Action: access.CaseAssign, Outcome: audit.Refused, Reason: "she said no",
			Subjects: append(subjects, "<b>seven</b>"), Detail: map[string]string{"note": "a secret garden", "to": "P1", "what it was": "x"}},
			audit.Entry{Actor: access.Actor{Kind: "ghost", ID: "g", Agency: "a house"}, Action: "wall.pass", Outcome: audit.Done},
			audit.Entry{Actor: access.Actor{Kind: "ghost", ID: "h", Roles: []access.Role{"poltergeist"}}, Action: "wall.pass", Outcome: audit.Done})
		p := h.SignIn("aida").Get("/log")
		p.Wants(http.StatusOK, "Give a case to somebody", "case.assign", "Refused", "Supervisor · Demoland", h.ID("salma"), "s-1", "4 more", "to: P1", "not a code")
		p.Wants(http.StatusOK, "ghost", "poltergeist", "wall.pass")
		for _, words := range []string{"secret garden", "she said", "what it was", "seven", "a house"} {
			if strings.Contains(p.Body, words) {
				t.Errorf("the page shows %q", words)
			}
		}
		links := p.Links()
		for _, id := range subjects {
			if !slices.Contains(links, "/log?subject="+id) {
				t.Errorf("nothing leads to the entries about %s", id)
			}
		}
		if !slices.Contains(links, "/log?actor="+h.ID("salma")) {
			t.Error("nothing leads to what Salma did")
		}
		if p.Has("Salma Idris") {
			t.Error("the auditor reads the names of people, whom only administrators list")
		}
	})
}

// TestNamesForWhoMayListPeople makes the auditor an administrator, too.
func TestNamesForWhoMayListPeople(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		record(h, claims(h, "huda", 1)...)
		err := h.Identity.SetRoles(t.Context(), access.Console, identity.SetRolesInput{User: identity.UserID(h.ID("aida")),
			Roles: []access.Role{access.Auditor, access.Administrator}, Version: 1})
		must(h, err)
		h.SignIn("aida").Get("/log").Wants(http.StatusOK, "Huda Salem", h.ID("huda"))
	})
}

// TestTheCheckpointIsTheLatest compares it with what verifying finds.
func TestTheCheckpointIsTheLatest(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		b := h.SignIn("aida")
		b.Get("/log").Wants(http.StatusOK, "There is none yet", "amparo audit verify")
		for range 2 {
			number(h)
			found, err := audit.Verify(t.Context(), audit.Check{Store: h.Main, Key: h.Vault.Signer().Public().(ed25519.PublicKey), Name: "amparo/test"})
			if err != nil || !found.OK {
				t.Fatalf("verifying: %v %+v", err, found)
			}
			p := b.Get("/log").Wants(http.StatusOK, fmt.Sprintf("It covers %d entries", found.Size), fmt.Sprintf("has the number %d", found.Size-1), found.Root)
			if p.Has("wait for their number") {
				t.Error("everything is numbered, and something waits")
			}
		}
	})
}

// TestReadingTheLogIsInTheLog reads a subject's entries and finds that said.
func TestReadingTheLogIsInTheLog(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		record(h, claims(h, "huda", 2)...)
		b := h.SignIn("aida")
		h.Advance(time.Second)
		b.Get("/log?" + url.Values{"subject": {"huda-subject-1"}}.Encode()).Wants(http.StatusOK)
		h.Advance(time.Second)
		p := b.Get("/log?subject=huda-subject-1").Wants(http.StatusOK, "Read the log", "audit.read", "shown: 1")
		if list := rows(p); len(list) != 2 || !strings.Contains(list[0], h.ID("aida")) {
			t.Errorf("the entries are %v", list)
		}
	})
}

// TestEveryActionHasWords holds the filter's list of actions and their words to the table of permissions.
func TestEveryActionHasWords(t *testing.T) {
	each(t, func(t *testing.T, h *stafftest.House) {
		b := h.SignIn("aida")
		for _, tag := range h.Lang.Staff().Tags() {
			p := b.Get("/log?l=" + tag).Wants(http.StatusOK)
			values := map[string]string{}
			for _, n := range p.Find("option") {
				values[stafftest.Attr(n, "value")] = stafftest.Content(n)
			}
			for _, action := range access.Actions {
				if words := values[string(action)]; words == "" || words == string(action) {
					t.Errorf("%s has no words for %s", tag, action)
				}
			}
		}
	})
}
