package insight

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"amparo/internal/chart"
	"amparo/internal/insight"
	"amparo/internal/page"
	"amparo/internal/ruleset"
	"amparo/internal/web/staff"
)

// A figure is a picture, its numbers, and what they say in one sentence.
type figure struct {
	ID, Title, Text string
	Picture         template.HTML
	Table           page.Table // none without rows
	Quiet           bool       // there is nothing to be done about it
}

// a writer says an overview in the reader's language.
type writer struct {
	*pages
	*staff.Visit
	o     insight.Overview
	known map[string]string // what colleagues are called
}

// head is what a picture and its figure have in common.
func (w *writer) head(f figure) chart.Head {
	return chart.Head{ID: f.ID, Title: f.Title, Text: f.Text, RTL: w.Words.Dir() == "rtl"}
}

func (w *writer) columns(ids ...string) []page.Column {
	list := make([]page.Column, len(ids))
	for i, id := range ids {
		list[i] = page.Column{Text: w.T(id), Numeric: i > 0}
	}
	return list
}

func (w *writer) priority(p ruleset.Priority) string {
	return w.T("desk.priority_words", "Code", string(p), "Name", w.Pack.Word("priority", string(p), w.Words.Tag()))
}

// urgency is a priority with its tone.
func (w *writer) urgency(p ruleset.Priority) page.Cell {
	return page.Cell{Tag: &page.Tag{Text: w.priority(p), Tone: staff.Tones[p]}}
}

// long says a time in its largest fitting unit, rounded down.
func (w *writer) long(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return w.Words.N("insight.minutes", int(d/time.Minute))
	case d < 48*time.Hour:
		return w.Words.N("insight.hours", int(d/time.Hour))
	}
	return w.Words.N("insight.days", int(d/(24*time.Hour)))
}

// since says how long ago something was.
func (w *writer) since(at time.Time) string { return w.long(w.o.Now.Sub(at)) }

// who is what a colleague is called; empty for nobody.
func (w *writer) who(user string) string {
	if user == "" {
		return ""
	}
	name, ok := w.known[user]
	if !ok {
		if name = w.Name(w.Context(), user); name == "" {
			name = w.T("desk.colleague")
		}
		w.known[user] = name
	}
	return name
}

// The lengths of what people call reports and cases by, as on the duty desk and in the list of cases.
const (
	handleLength = 5
	numberLength = 6
)

func end(id string, length int) string { return strings.ToUpper(id[max(0, len(id)-length):]) }

// reportLink and caseLink are ways to a report and to a case.
func (w *writer) reportLink(id string) page.Cell {
	return page.Cell{Text: w.T("desk.report_title", "Handle", end(id, handleLength)), Href: "/desk/" + id}
}

func (w *writer) caseLink(id string) page.Cell {
	return page.Cell{Text: w.T("cases.title", "Number", end(id, numberLength)), Href: "/cases/" + id}
}

func count(n int) page.Cell { return page.Cell{Text: strconv.Itoa(n), Numeric: true} }

// amount says a number of points.
func amount(points float64) string { return strconv.FormatFloat(points, 'f', -1, 64) }

// hour says an hour of the day.
func hour(h int) string { return fmt.Sprintf("%02d:00", h) }

// day says a day without its year.
func (w *writer) day(key string) string {
	at, err := time.Parse(time.DateOnly, key)
	if err != nil {
		return key
	}
	return w.T("insight.day", "Day", at.Day(), "Month", w.T("common.month_"+strconv.Itoa(int(at.Month()))))
}
