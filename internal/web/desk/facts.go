package desk

import (
	"slices"
	"strconv"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A factsView says what is known of a report, to be changed.
type factsView struct {
	Href, Handle     string
	Priority         page.Tag
	Sequence         int64
	Triggers, Floors page.Choices
	Content          *page.Choices // of content alone
	Factors          []page.Choices
	Reason           page.Textarea
}

// facts shows the form with what is known.
func (d *desk) facts(v *staff.Visit) error {
	p, err := d.known(v)
	if err != nil {
		return plainly(v, access.ReportAmend, err)
	}
	return d.showFacts(v, p, held(p), "", nil)
}

// known reads the report for somebody who may change what is known of it.
func (d *desk) known(v *staff.Visit) (triage.Page, error) {
	if _, err := d.Triage.Glance(v.Context(), v.Actor, access.ReportAmend, id(v)); err != nil {
		return triage.Page{}, err
	}
	p, err := d.Triage.Read(v.Context(), v.Actor, id(v), nil)
	if err == nil && p.State == report.Resolved {
		err = fault.New(fault.Conflict, "fault.resolved")
	}
	return p, err
}

// held are the facts that still count: a trigger whose time has passed is none.
func held(p triage.Page) ruleset.Facts {
	f := p.History[0].Facts
	f.Triggers = nil
	for _, t := range p.Reasons.Triggers {
		f.Triggers = append(f.Triggers, t.Name)
	}
	return f
}

func (d *desk) showFacts(v *staff.Visit, p triage.Page, now ruleset.Facts, reason string, wrong error) error {
	set, lang := d.Pack.RuleSet(), v.Words.Tag()
	data := factsView{Href: href(p.ID, ""), Handle: handle(p.ID), Priority: d.tag(v, p.Priority), Sequence: p.Sequence,
		Triggers: page.Choices{Name: "triggers", Label: v.T("desk.triggers_ask"), Hint: v.T("desk.triggers_hint")},
		Floors:   page.Choices{Name: "floors", Label: v.T("desk.floors_ask")}}
	for _, t := range set.Triggers {
		data.Triggers.Items = append(data.Triggers.Items, page.Choice{Value: t.Name, Text: set.Say(t.Words, lang), Checked: slices.Contains(now.Triggers, t.Name)})
	}
	for _, f := range set.Floors {
		data.Floors.Items = append(data.Floors.Items, page.Choice{Value: f.Name, Text: set.Say(f.Words, lang), Checked: slices.Contains(now.Floors, f.Name)})
	}
	if p.Priority.Content() {
		data.Content = &page.Choices{Name: "content", Label: v.T("desk.content_ask")}
		for _, rule := range set.Content.Levels {
			for _, c := range rule.When {
				data.Content.Items = append(data.Content.Items, page.Choice{Value: c.Name, Text: set.Say(c.Words, lang), Checked: slices.Contains(now.Content, c.Name)})
			}
		}
	}
	for _, f := range set.Factors {
		data.Factors = append(data.Factors, factor(set, f, now.Values[f.Name], lang))
	}
	frame := v.Frame(v.T("desk.facts"))
	frame.Back, frame.Errors = &page.Back{Href: data.Href}, page.ErrorsOf(v.Words, wrong)
	data.Reason = page.Textarea{Name: "reason", Label: v.T("desk.facts_reason"), Hint: v.T("desk.facts_reason_hint"), Optional: true, Rows: 3,
		Max: triage.LongestReason, Value: reason, Error: frame.Errors.Of("reason")}
	return v.Render(httpx.StatusOf(wrong), "desk_facts", frame, data)
}

// factor asks for the code of a factor.
func factor(set *ruleset.Set, f ruleset.Factor, code, lang string) page.Choices {
	c := page.Choices{Name: f.Name, Label: set.Say(f.Words, lang)}
	if code == "" {
		code = ruleset.Unknown
	}
	for _, one := range f.Codes {
		c.Items = append(c.Items, page.Choice{Value: one.Name, Text: set.Say(one.Words, lang), Checked: one.Name == code})
	}
	return c
}

// amend takes what is known by now. When it cannot be taken, what was chosen is shown again, beside the report as it stands now.
func (d *desk) amend(v *staff.Visit) error {
	in := triage.AmendInput{Report: id(v), Reason: v.Field("reason"), Facts: ruleset.Facts{Values: map[string]string{},
		Triggers: v.R.PostForm["triggers"], Floors: v.R.PostForm["floors"], Content: v.R.PostForm["content"]}}
	in.Sequence, _ = strconv.ParseInt(v.Field("sequence"), 10, 64) // a wrong one is stale
	for _, f := range d.Pack.RuleSet().Factors {
		if code := v.Field(f.Name); code != "" {
			in.Facts.Values[f.Name] = code
		}
	}
	wrong := d.Triage.Amend(v.Context(), v.Actor, in)
	if wrong == nil {
		return v.Done(href(id(v), ""), "desk_amended")
	}
	if !slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict}, fault.KindOf(wrong)) {
		return plainly(v, access.ReportAmend, wrong)
	}
	p, err := d.known(v)
	if err != nil {
		return wrong
	}
	return d.showFacts(v, p, in.Facts, v.R.PostForm.Get("reason"), wrong)
}
