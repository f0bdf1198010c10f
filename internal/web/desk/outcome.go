package desk

import (
	"net/http"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A head is what the pages of an outcome have above their form.
type head struct {
	Report, Handle string
	Priority       page.Tag
	Unconfirmed    bool
	Resolved       string   // the outcome that the report has already, in words
	Missing        []string // what must be answered before, in words
	Behind         string   // what else is open behind the same receipt, in words
}

// Open tells whether the report can be given an outcome now.
func (h head) Open() bool { return !h.Unconfirmed && h.Resolved == "" && len(h.Missing) == 0 }

// head says where the report stands, and what it lacks for the outcome.
func (d *desk) head(v *staff.Visit, l triage.Line, outcome report.Outcome) head {
	missing := l.Missing
	if outcome == report.OpenedCase {
		missing = l.MissingForCase
	}
	h := head{Report: href(l.ID, ""), Handle: handle(l.ID), Priority: d.tag(v, l.Priority)}
	for _, item := range d.Pack.Items(v.Words.Tag()) {
		if slices.Contains(missing, item.Code) {
			h.Missing = append(h.Missing, item.Words)
		}
	}
	switch {
	case l.State == report.Resolved:
		h.Resolved = v.T("desk.now_done", "Outcome", d.Pack.Word("outcome", string(l.Outcome), v.Words.Tag()), "Name", d.who(v, l.ResolvedBy))
	case !l.Confirmed:
		h.Unconfirmed = true
	}
	return h
}

// An outcomesView offers the outcomes.
type outcomesView struct {
	head
	List []outcomeLink
}

type outcomeLink struct{ Href, Text, Hint string }

// outcomes offers the outcomes that the country knows.
func (d *desk) outcomes(v *staff.Visit) error {
	l, err := d.Triage.Glance(v.Context(), v.Actor, access.ReportResolve, id(v))
	if err != nil {
		return plainly(v, access.ReportResolve, err)
	}
	data := outcomesView{head: d.head(v, l, "")}
	for _, o := range d.Pack.Outcomes(v.Words.Tag()) {
		if l.Priority.Content() && report.Outcome(o.Code) == report.OpenedCase {
			continue // no child is known
		}
		if d.head(v, l, report.Outcome(o.Code)).Open() {
			data.List = append(data.List, outcomeLink{href(l.ID, "/outcome/"+o.Code), o.Name, v.T("desk.outcome_" + o.Code)})
		}
	}
	f := v.Frame(v.T("desk.outcome_title", "Handle", data.Handle))
	f.Back = &page.Back{Href: data.Report}
	return v.Render(http.StatusOK, "desk_outcomes", f, data)
}

// An outcomeView asks for the words to the reporter.
type outcomeView struct {
	head
	Outcome, Hint string
	Action        string
	Message       page.Textarea
	Form          bool // there is something to send, or something that was typed
}

// coded gives the outcome that the address names; one that people here may not choose is not there.
func (d *desk) coded(v *staff.Visit) (jurisdiction.Named, error) {
	list := d.Pack.Outcomes(v.Words.Tag())
	i := slices.IndexFunc(list, func(o jurisdiction.Named) bool { return o.Code == v.R.PathValue("outcome") })
	if i < 0 {
		return jurisdiction.Named{}, fault.New(fault.Withheld, httpx.CodeNotFound)
	}
	return list[i], nil
}

// outcome shows the form for an outcome other than a case.
func (d *desk) outcome(v *staff.Visit) error {
	o, err := d.coded(v)
	if err != nil {
		return err
	}
	l, err := d.Triage.Glance(v.Context(), v.Actor, access.ReportResolve, id(v))
	if err != nil {
		return plainly(v, access.ReportResolve, err)
	}
	words, err := d.words(v, l, o.Code)
	if err != nil {
		return err
	}
	return d.showOutcome(v, o, l, words, nil)
}

func (d *desk) showOutcome(v *staff.Visit, o jurisdiction.Named, l triage.Line, typed string, wrong error) error {
	data := outcomeView{head: d.head(v, l, report.Outcome(o.Code)), Outcome: o.Name, Hint: v.T("desk.outcome_" + o.Code), Action: href(l.ID, "/outcome/"+o.Code)}
	data.Form = data.Open() || wrong != nil
	var err error
	if data.Behind, err = d.behind(v, l.ID); err != nil {
		return err
	}
	f := v.Frame(o.Name)
	f.Back, f.Errors = &page.Back{Href: data.Report + "/outcome"}, page.ErrorsOf(v.Words, wrong)
	data.Message = d.messageField(v, l, typed, f.Errors)
	return v.Render(httpx.StatusOf(wrong), "desk_outcome", f, data)
}

func (d *desk) messageField(v *staff.Visit, l triage.Line, typed string, wrong page.Errors) page.Textarea {
	return page.Textarea{Name: "message", Label: v.T("desk.message"), Hint: v.T("desk.message_hint", "Language", staff.Tongue(d.Pack, l.Language)),
		Rows: 6, Max: triage.LongestMessage, Value: typed, Error: wrong.Of("message")}
}

// words is what the country says to the reporter at an outcome, in the reporter's language.
func (d *desk) words(v *staff.Visit, l triage.Line, outcome string) (string, error) {
	tongue, now := l.Language, d.site.Clock.Now()
	p := d.site.Reporters.For(tongue)
	var from time.Time
	err := d.Store.Read(v.Context(), func(tx store.Tx) (err error) {
		from, _, err = intake.NextStaffed(v.Context(), tx, l.Agency, now, d.Pack.NextStaffed)
		return err
	})
	agency, _ := d.Pack.Agency(l.Agency, tongue)
	return d.Pack.OutcomeMessage(outcome, jurisdiction.Reader(l.Reader), tongue).Fill(jurisdiction.Values{
		Due:    p.Date(d.Pack.Targets().Due(jurisdiction.MessageRead, string(l.Priority), now), d.Pack.Zone()),
		Agency: agency.Name, NextStaffed: p.Date(from, d.Pack.Zone()),
		Emergency: d.Pack.Emergency(tongue).Number(), Helpline: d.Pack.Helpline(tongue).Number()}), err
}

// finish gives the report its outcome and tells the reporter.
func (d *desk) finish(v *staff.Visit) error {
	o, err := d.coded(v)
	if err != nil {
		return err
	}
	wrong := d.Triage.Finish(v.Context(), v.Actor, triage.Resolution{Report: id(v), Outcome: report.Outcome(o.Code), Message: v.Field("message")})
	if wrong == nil {
		return v.Done(Path, "desk_finished")
	}
	l, err := d.seen(v, wrong)
	if err != nil {
		return err
	}
	return d.showOutcome(v, o, l, v.R.PostForm.Get("message"), plainly(v, access.ReportResolve, wrong))
}

// seen gives the report for a form that is shown again with what is wrong; an error that no form can say is given back.
func (d *desk) seen(v *staff.Visit, wrong error) (triage.Line, error) {
	if !slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.Forbidden}, fault.KindOf(wrong)) {
		return triage.Line{}, wrong
	}
	l, err := d.Triage.Glance(v.Context(), v.Actor, access.ReportRead, id(v))
	if err != nil {
		return l, wrong
	}
	return l, nil
}
