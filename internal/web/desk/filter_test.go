package desk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"amparo/internal/intake"
	"amparo/internal/report"
	"amparo/internal/web/staff/stafftest"
)

// TestTheQueueIsFiltered asks for some of the queue in every way, keeps a filter under a name, and takes it away again.
func TestTheQueueIsFiltered(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		calm, _ := l.told("en", little)
		far, _ := l.ReportAs(intake.Told{Language: "ar", Area: "XD-C-01", Answers: pressed})
		mine := l.claimed("huda", pressed, false)
		l.Advance(30 * time.Minute)
		urgent := l.Report(danger)
		l.Advance(20 * time.Minute)
		b := l.SignIn("huda")
		for query, want := range map[string][]report.ID{
			"priority=P1": {urgent}, "area=XD-C": {far}, "area=XD-C-01": {far}, "area=XD-N": nil, "language=ar": {far}, "whose=mine": {mine},
			"whose=nobody&language=en": {urgent, calm}, "whose=late": {urgent}, "channel=web_form&priority=P1": {urgent},
			"priority=P9&area=nowhere&whose=x&language=%3Cb%3E": {urgent, far, mine, calm},
		} {
			p := b.Get("/desk?" + query).Wants(http.StatusOK)
			got := rows(p)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s shows %v, want %v", query, got, want)
			}
			if len(want) < 4 && p.Form(path(urgent, "/claim")) == nil {
				t.Errorf("%s hides the way to the most urgent", query)
			}
		}
		p := b.Get("/desk?whose=mine").Wants(http.StatusOK, "3 other reports are not shown", "Show all", "Keep this choice as")
		p = p.Submit("/desk/filters", "name", " ").Wants(http.StatusBadRequest, "Please write or choose an answer here")
		if got := rows(p); !slices.Equal(got, []report.ID{mine}) {
			t.Errorf("the choice is lost: %v", got)
		}
		p = p.Submit("/desk/filters", "name", " My  own ").Leads("/desk?done=filter_kept&whose=mine").Follow().Wants(http.StatusOK, "The filter is kept", "My own")
		if !slices.Contains(p.Links(), "/desk?whose=mine") {
			t.Errorf("no link leads to it: %v", p.Links())
		}
		b.Post("/desk/filters", "name", "nothing").Wants(http.StatusBadRequest, "Choose something first")
		b.Post("/desk/filters", "whose", "mine", "name", strings.Repeat("long ", 20)).Wants(http.StatusBadRequest, "This is too long")
		if l.SignIn("omar").Get("/desk").Has("My own") {
			t.Error("a colleague sees it")
		}
		l.SignIn("omar").Post("/desk/filters/drop", "filter", p.Hidden("/desk/filters/drop").Get("filter")).Leads("/desk?done=filter_dropped")
		p = b.Get("/desk").Wants(http.StatusOK, "My own")
		if p = p.Submit("/desk/filters/drop").Leads("/desk?done=filter_dropped").Follow(); p.Has("My own") {
			t.Error("it is still there")
		}
	})
}

// TestTranslationNeeded has a report in a language that nobody of the desk speaks, and one that only who must not know does.
func TestTranslationNeeded(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		strange, _ := l.told("fr", little)
		known, _ := l.told("en", little)
		b := l.SignIn("salma")
		if got := rows(b.Get("/desk?translation=yes").Wants(http.StatusOK, "Translation needed")); !slices.Equal(got, []report.ID{strange}) {
			t.Errorf("marked are %v", got)
		}
		b.Get(path(strange, "")).Wants(http.StatusOK, "Translation needed", "Nobody on this desk")
		if p := b.Get(path(known, "")).Wants(http.StatusOK, "Who speaks it here", "Huda Salem"); p.Has("Translation needed") {
			t.Error("what Huda reads needs a translation")
		}
	})
}

// TestTheNoteForTheNextShift writes one, replaces it, and lets it grow old; its handles lead to what the reader may see alone, and its
// lines about what they must not know are not there.
func TestTheNoteForTheNextShift(t *testing.T) {
	each(t, func(t *testing.T, l *place) {
		seen := l.Report(danger)
		hidden, _ := l.told("en", map[string][]string{"danger": {"no"}, "must_not_know": {"Omar"}})
		huda, omar := l.SignIn("huda"), l.SignIn("omar")
		huda.Get("/desk").Wants(http.StatusOK, "Note for the next shift")
		huda.Get("/desk/note").Wants(http.StatusOK, "write no child's name").Submit("/desk/note", "words",
			"A quiet day.\n"+strings.ToLower(handle(seen))+": call at six <b>\n"+handle(hidden)+": the aunt comes").Leads("/desk?done=note_kept")
		p := huda.Get("/desk").Wants(http.StatusOK, "Note from You", "A quiet day.", "call at six <b>", "the aunt comes")
		if note := noteLinks(p); !slices.Equal(note, []string{path(seen, ""), path(hidden, "")}) {
			t.Errorf("its links are %v", note)
		}
		p = omar.Get("/desk").Wants(http.StatusOK, "Note from Huda Salem", "A quiet day.", "call at six")
		if p.Has("the aunt comes") || strings.Contains(p.Body, handle(hidden)) || !slices.Equal(noteLinks(p), []string{path(seen, "")}) {
			t.Errorf("he must not know of a report, and reads %s", p.Text)
		}
		if l.SignIn("nour").Get("/desk").Has("A quiet day.") {
			t.Error("another desk reads it")
		}
		p = omar.Post("/desk/note", "words", strings.Repeat("long ", 300)).Wants(http.StatusBadRequest, "This is too long")
		if typed(p, "words") == "" {
			t.Error("what was typed is lost")
		}
		p = huda.Get("/desk/note").Wants(http.StatusOK, "Note from You", "A quiet day.")
		omar.Get("/desk/note").Submit("/desk/note", "words", "Another note.").Leads("/desk?done=note_kept")
		p = p.Submit("/desk/note", "words", "What she says.").Wants(http.StatusConflict, "Somebody changed this", "Note from Omar Haddad", "Another note.")
		if typed(p, "words") != "What she says." {
			t.Error("what she typed is lost")
		}
		if p = huda.Get("/desk").Wants(http.StatusOK, "Another note."); p.Has("A quiet day.") {
			t.Error("two notes stand there")
		}
		l.Advance(25 * time.Hour)
		if l.SignIn("huda").Get("/desk").Wants(http.StatusOK).Has("Another note.") {
			t.Error("it does not grow old")
		}
	})
}

// noteLinks are the addresses in the note.
func noteLinks(p stafftest.Page) (list []string) {
	for _, n := range p.Find("a") {
		for up := n.Parent; up != nil; up = up.Parent {
			if up.Data == "section" && stafftest.Attr(up, "aria-labelledby") == "note" {
				list = append(list, stafftest.Attr(n, "href"))
			}
		}
	}
	return list
}
