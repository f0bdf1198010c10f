package staff

import (
	"slices"
	"strings"
	"time"

	"amparo/internal/casework"
	"amparo/internal/join"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/ruleset"
)

// A Hit is a report or a case that was found, in words, with why: template "staff_hits" takes a []Hit.
type Hit struct {
	Href, Name string
	Why        []string
	Priority   page.Tag
	State      string
	When       time.Time
	New        *page.Tag // something in it waits to be read; nil when nothing does
	Join       string    // where a report can be joined to it; empty when it cannot
}

// Hits says what was found in the person's language, in the order given.
func (v *Visit) Hits(pack *jurisdiction.Pack, found []join.Hit) []Hit {
	list := make([]Hit, len(found))
	for i, h := range found {
		list[i] = v.hit(pack, h)
	}
	return list
}

// The number of letters by which people call a report and a case, as on their own pages.
const reportHandle, caseNumber = 5, 6

func (v *Visit) hit(pack *jurisdiction.Pack, h join.Hit) Hit {
	tones := map[ruleset.Priority]string{ruleset.P1: "urgent", ruleset.P2: "soon", ruleset.P3: "calm", ruleset.P4: "quiet"}
	out := Hit{Why: v.why(h), When: h.When(), Priority: page.Tag{Tone: tones[h.Priority],
		Text: string(h.Priority) + " " + pack.Word("priority", string(h.Priority), v.Words.Tag())}}
	if h.Case {
		out.Href, out.Name, out.State = "/cases/"+h.Subject, v.T("cases.title", "Number", ending(h.Subject, caseNumber)), v.T("search.case_open")
		if h.File.State == casework.Closed {
			out.State = v.T("search.case_closed")
		}
		return out
	}
	out.Href, out.Name = "/desk/"+h.Subject, v.T("desk.report_title", "Handle", ending(h.Subject, reportHandle))
	switch h.Report.State {
	case report.Waiting:
		out.State = v.T("search.report_waiting")
	case report.InTriage:
		out.State = v.T("search.report_in_triage")
	case report.Resolved:
		out.State = pack.Word("outcome", string(h.Report.Outcome), v.Words.Tag())
	}
	return out
}

// why says each reason once, the strongest first.
func (v *Visit) why(h join.Hit) (list []string) {
	for _, k := range h.Kinds {
		if words := v.T("search.kind_" + string(k)); !slices.Contains(list, words) {
			list = append(list, words)
		}
	}
	return list
}

// ending is what people call a matter by: the end of its id, which chance has drawn.
func ending(id string, letters int) string { return strings.ToUpper(id[max(0, len(id)-letters):]) }
