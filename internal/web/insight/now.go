package insight

import (
	"slices"
	"strconv"

	"amparo/internal/chart"
	"amparo/internal/jurisdiction"
	"amparo/internal/page"
	"amparo/internal/task"
	"amparo/internal/web/staff"
)

// unclaimed are the reports that nobody has claimed.
func (w *writer) unclaimed() figure {
	f := figure{ID: "unclaimed", Title: w.T("insight.unclaimed"), Text: w.T("insight.unclaimed_none"), Quiet: true}
	if len(w.o.Unclaimed) == 0 {
		return f
	}
	all, first := 0, w.o.Now
	f.Table = page.Table{Caption: f.Title, CaptionHidden: true,
		Columns: w.columns("insight.priority", "insight.many", "insight.half_by_now", "insight.longest", "insight.longest_is")}
	picture := chart.Bars{}
	for _, u := range w.o.Unclaimed {
		all += u.Count
		if u.Since.Before(first) {
			first = u.Since
		}
		f.Table.Rows = append(f.Table.Rows, []page.Cell{w.urgency(u.Priority), count(u.Count), {Text: w.since(u.Half)}, {Text: w.since(u.Since)},
			w.reportLink(string(u.Longest))})
		picture.Rows = append(picture.Rows, chart.Bar{Label: w.priority(u.Priority), Value: float64(u.Count), Said: strconv.Itoa(u.Count), Tone: staff.Tones[u.Priority]})
	}
	f.Text, f.Quiet = w.Words.N("insight.unclaimed_text", all, "Long", w.since(first)), false
	picture.Head = w.head(f)
	f.Picture = picture.SVG()
	return f
}

// heard are those to whom a late task has gone up, in their order.
var heard = []string{jurisdiction.TellOwner, jurisdiction.TellSupervisor, jurisdiction.TellServiceLead}

// tell is who has heard of a task by the step of its escalation; the owner alone before the first.
func (w *writer) tell(percent int) string {
	who := jurisdiction.TellOwner
	for _, s := range w.Pack.Targets().Steps() {
		if s.Percent <= percent {
			who = s.Tell
		}
	}
	return who
}

// a lateness counts late tasks of a kind, by who has heard of them.
type lateness struct {
	kind    task.Kind
	by      map[string]int
	all     int
	stopped int
}

// kinds puts together what is late and what stands still, what is late by most tasks first.
func (w *writer) kinds() (list []*lateness) {
	find := func(kind task.Kind) *lateness {
		for _, one := range list {
			if one.kind == kind {
				return one
			}
		}
		list = append(list, &lateness{kind: kind, by: map[string]int{}})
		return list[len(list)-1]
	}
	for _, l := range w.o.Late {
		one := find(l.Kind)
		one.all += l.Count
		one.by[w.tell(l.Step)] += l.Count
	}
	for _, s := range w.o.Stopped {
		find(s.Kind).stopped += s.Count
	}
	slices.SortStableFunc(list, func(a, b *lateness) int { return b.all - a.all })
	return list
}

// late are the tasks that are late, by kind and by who has heard of them.
func (w *writer) late() figure {
	f := figure{ID: "late", Title: w.T("insight.late"), Text: w.T("insight.late_none"), Quiet: true}
	all, lead := 0, 0
	f.Table = page.Table{Caption: f.Title, CaptionHidden: true,
		Columns: w.columns("insight.what", "insight.late_all", "insight.told_owner", "insight.told_supervisor", "insight.told_service_lead", "insight.stopped")}
	picture := chart.Bars{}
	for _, l := range w.kinds() {
		all, lead = all+l.all, lead+l.by[jurisdiction.TellServiceLead]
		row := []page.Cell{{Text: w.T("task." + string(l.kind))}, count(l.all)}
		for _, who := range heard {
			row = append(row, count(l.by[who]))
		}
		f.Table.Rows = append(f.Table.Rows, append(row, count(l.stopped)))
		tone := ""
		if l.by[jurisdiction.TellServiceLead] > 0 {
			tone = "urgent"
		}
		picture.Rows = append(picture.Rows, chart.Bar{Label: w.T("task." + string(l.kind)), Value: float64(l.all), Said: strconv.Itoa(l.all), Tone: tone})
	}
	if all == 0 {
		return f
	}
	f.Text, f.Quiet = w.Words.N("insight.late_text", all), false
	if lead > 0 {
		f.Text += " " + w.Words.N("insight.late_lead", lead)
	}
	picture.Head = w.head(f)
	f.Picture = picture.SVG()
	return f
}

// stopped says which clocks stand still, by the reason; empty when none does.
func (w *writer) stopped() string {
	all, by, order := 0, map[task.Reason]int{}, []task.Reason{}
	for _, s := range w.o.Stopped {
		if by[s.Reason] == 0 {
			order = append(order, s.Reason)
		}
		all, by[s.Reason] = all+s.Count, by[s.Reason]+s.Count
	}
	if all == 0 {
		return ""
	}
	slices.Sort(order)
	reasons := make([]string, len(order))
	for i, r := range order {
		reasons[i] = w.T("insight.reason", "Reason", w.Pack.Word("pause_reason", string(r), w.Words.Tag()), "Count", by[r])
	}
	return w.Words.N("insight.stopped_text", all, "Reasons", reasons)
}

// latest are the tasks that are late by most, one by one.
func (w *writer) latest() page.Table {
	t := page.Table{Caption: w.T("insight.latest"), CaptionHidden: true, Columns: []page.Column{{Text: w.T("insight.what")}, {Text: w.T("insight.where")},
		{Text: w.T("insight.due")}, {Text: w.T("insight.owner")}}}
	for _, l := range w.o.Latest {
		where := page.Cell{Text: w.T("insight.unopened")}
		switch {
		case l.Case != "":
			where = w.caseLink(string(l.Case))
		case l.Report != "":
			where = w.reportLink(string(l.Report))
		}
		who := page.Cell{Text: w.who(l.Owner)}
		if l.Owner == "" {
			who = page.Cell{Tag: &page.Tag{Text: w.T("insight.nobody"), Tone: "soon"}}
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: w.T("task." + string(l.Kind))}, where, {When: l.Due}, who})
	}
	return t
}

// orphansText says how many cases have no case manager.
func (w *writer) orphansText() string {
	if n := len(w.o.Shares.Orphans); n > 0 {
		return w.Words.N("insight.orphans_text", n)
	}
	return w.T("insight.orphans_none")
}

// orphans are the open cases without a case manager who is there and may know of them, as many as late tasks at the most.
func (w *writer) orphans() page.Table {
	t := page.Table{Caption: w.T("insight.orphans"), CaptionHidden: true,
		Columns: []page.Column{{Text: w.T("insight.priority")}, {Text: w.T("cases.case")}, {Text: w.T("insight.opened")}}}
	for _, c := range w.o.Shares.Orphans[:min(mostNamed, len(w.o.Shares.Orphans))] {
		t.Rows = append(t.Rows, []page.Cell{w.urgency(c.Priority), w.caseLink(string(c.ID)), {When: c.Opened}})
	}
	return t
}

// mostNamed is how many cases without a case manager are named one by one.
const mostNamed = 10

// load is who carries how much.
func (w *writer) load() figure {
	f := figure{ID: "load", Title: w.T("insight.load"), Text: w.T("insight.load_none"), Quiet: true}
	people := w.o.Shares.People
	if len(people) == 0 {
		return f
	}
	f.Table = page.Table{Caption: f.Title, CaptionHidden: true, Columns: w.columns("insight.person", "insight.cases", "insight.points", "insight.held")}
	limits := people[0].Limits
	picture := chart.Bars{Mark: limits.WarnPoints, MarkText: w.T("insight.heavy_from", "Points", amount(limits.WarnPoints))}
	for _, p := range people {
		name, tone := page.Cell{Text: p.Name}, ""
		switch {
		case p.Full(1):
			name.Tag, tone = &page.Tag{Text: w.T("insight.full"), Tone: "urgent"}, "urgent"
		case p.Warn():
			name.Tag, tone = &page.Tag{Text: w.T("insight.heavy"), Tone: "soon"}, "soon"
		}
		f.Table.Rows = append(f.Table.Rows, []page.Cell{name, count(p.Cases), {Text: amount(p.Points), Numeric: true}, count(p.Held)})
		picture.Rows = append(picture.Rows, chart.Bar{Label: p.Name, Value: p.Points, Said: amount(p.Points), Tone: tone})
	}
	most := people[0]
	if most.Cases == 0 {
		return f
	}
	f.Text = w.Words.N("insight.load_text", most.Cases, "Name", most.Name, "Points", amount(most.Points))
	picture.Head = w.head(f)
	f.Picture = picture.SVG()
	return f
}
