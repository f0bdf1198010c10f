package staff

import (
	"slices"
	"time"

	"amparo/internal/casework"
	"amparo/internal/join"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/report"
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

func (v *Visit) hit(pack *jurisdiction.Pack, h join.Hit) Hit {
	out := Hit{Why: v.why(h), When: h.When(), Priority: v.Priority(pack, h.Priority)}
	if h.Case {
		out.Href, out.Name, out.State = "/cases/"+h.Subject, v.T("cases.title", "Number", Number(h.Subject)), v.T("search.case_open")
		if h.File.State == casework.Closed {
			out.State = v.T("search.case_closed")
		}
		return out
	}
	out.Href, out.Name = "/desk/"+h.Subject, v.T("desk.report_title", "Handle", report.Handle(report.ID(h.Subject)))
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
