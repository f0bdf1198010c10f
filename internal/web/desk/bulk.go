package desk

import (
	"net/http"
	"slices"
	"strings"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// burstPath is where the reports of a burst are.
const burstPath = "/desk/burst"

// A burstView shows the reports of a burst that nobody has, and asks which of them get one outcome together.
type burstView struct {
	Reports  page.Choices // those that may
	Outcomes page.Choices
	Barred   []barred
	Bulks    []bulkView
}

// barred says how many are read one by one, why, and which.
type barred struct {
	Why  string
	List []claimView
}

// A bulkView is an outcome that many reports were given.
type bulkView struct {
	ID, Text string
	Made     page.Event
	Undo     bool
}

// burst shows the reports of a burst.
func (d *desk) burst(v *staff.Visit) error { return d.showBurst(v, nil) }

func (d *desk) showBurst(v *staff.Visit, wrong error) error {
	list, err := d.Triage.OfBurst(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	bulks, err := d.Triage.Bulks(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	f := v.Frame(v.T("desk.burst_title"))
	f.Back, f.Errors = &page.Back{Href: Path}, page.ErrorsOf(v.Words, wrong)
	data := burstView{Reports: page.Choices{Name: "report", Label: v.T("desk.bulk_which"), Hint: v.T("desk.bulk_which_hint"), Error: f.Errors.Of("report")},
		Outcomes: page.Choices{Name: "outcome", Label: v.T("desk.bulk_outcome"), Error: f.Errors.Of("outcome"), Items: d.bulkOutcomes(v)}}
	for _, l := range list {
		if l.Bar == nil {
			data.Reports.Items = append(data.Reports.Items, d.bulkItem(v, l.Line))
			continue
		}
		data.Barred = add(data.Barred, v.Words.Fault(l.Bar), claimView{href(l.ID, ""), handle(l.ID)})
	}
	for _, b := range bulks {
		data.Bulks = append(data.Bulks, d.bulkView(v, b))
	}
	return v.Render(httpx.StatusOf(wrong), "desk_burst", f, data)
}

// add puts a report among those that are barred for the same reason.
func add(all []barred, why string, one claimView) []barred {
	i := slices.IndexFunc(all, func(b barred) bool { return b.Why == why })
	if i < 0 {
		return append(all, barred{why, []claimView{one}})
	}
	all[i].List = append(all[i].List, one)
	return all
}

func (d *desk) bulkItem(v *staff.Visit, l triage.Line) page.Choice {
	r := d.row(v, l, 0)
	parts := append([]string{r.Handle, r.Priority.Text}, r.From...)
	return page.Choice{Value: string(l.ID), Text: strings.Join(append(parts, v.Words.Date(l.Received, d.Pack.Zone())), " · "),
		Checked: v.R.Method == http.MethodGet || slices.Contains(v.R.PostForm["report"], string(l.ID))}
}

func (d *desk) bulkOutcomes(v *staff.Visit) (list []page.Choice) {
	for _, o := range d.Pack.Outcomes(v.Words.Tag()) {
		if slices.Contains(report.BulkOutcomes, report.Outcome(o.Code)) {
			list = append(list, page.Choice{Value: o.Code, Text: o.Name, Checked: v.R.PostForm.Get("outcome") == o.Code})
		}
	}
	return list
}

func (d *desk) bulkView(v *staff.Visit, b triage.Bulked) bulkView {
	outcome := d.Pack.Word("outcome", string(b.Outcome), v.Words.Tag())
	view := bulkView{ID: string(b.ID), Undo: b.Left > 0, Text: v.Words.N("desk.bulk_done", b.Count, "Outcome", outcome, "Name", d.who(v, b.By))}
	view.Made = page.Event{When: b.At, Title: view.Text}
	if !b.Undone.IsZero() {
		view.Made.Text = v.T("desk.bulk_undone", "Name", d.who(v, b.UndoneBy))
	}
	return view
}

// A bulkAsk is the second step: it shows what will be done and said, and asks to confirm it.
type bulkAsk struct {
	Hidden  []page.Hidden
	Text    string
	Said    []said
	Button  page.Button
	Refused []barred
	Undo    string // the id of what was done; empty before
}

// bulk gives the chosen reports one outcome, once that was confirmed.
func (d *desk) bulk(v *staff.Visit) error {
	in := triage.Bulk{ID: triage.BulkID(v.Field("id")), Outcome: report.Outcome(v.Field("outcome")),
		Words: func(l triage.Line) (string, error) { return d.words(v, l, v.Field("outcome")) }}
	for _, id := range v.R.PostForm["report"] {
		if one := report.ID(id); !slices.Contains(in.Reports, one) {
			in.Reports = append(in.Reports, one)
		}
	}
	if v.Field("sure") != "yes" {
		return d.askBulk(v, in)
	}
	result, err := d.Triage.FinishMany(v.Context(), v.Actor, in)
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.Conflict {
		return d.showBurst(v, err)
	}
	if err != nil {
		return err
	}
	data := bulkAsk{Text: v.Words.N("desk.bulk_result", len(result.Done)), Undo: string(in.ID)}
	for _, id := range in.Reports {
		if why := result.Refused[id]; why != nil {
			data.Refused = add(data.Refused, v.Words.Fault(why), claimView{href(id, ""), handle(id)})
		}
	}
	f := v.Frame(v.T("desk.burst_title"))
	f.Back = &page.Back{Href: burstPath}
	return v.Render(http.StatusOK, "desk_bulk", f, data)
}

// askBulk shows what will be said to whom.
func (d *desk) askBulk(v *staff.Visit, in triage.Bulk) error {
	list, err := d.Triage.OfBurst(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	in.ID = triage.NewBulkID(d.site.Clock.Now())
	if wrong := in.Check(); wrong != nil {
		return d.showBurst(v, wrong)
	}
	data := bulkAsk{Hidden: []page.Hidden{{Name: "id", Value: string(in.ID)}, {Name: "outcome", Value: string(in.Outcome)}, {Name: "sure", Value: "yes"}}}
	for _, l := range list {
		if !slices.Contains(in.Reports, l.ID) || l.Bar != nil {
			continue
		}
		data.Hidden = append(data.Hidden, page.Hidden{Name: "report", Value: string(l.ID)})
		words, err := in.Words(l.Line)
		if err != nil {
			return err
		}
		one := said{Label: staff.Tongue(d.Pack, l.Language) + " · " + reader(v, l.Reader), Values: []string{words}}
		if !slices.ContainsFunc(data.Said, func(s said) bool { return s.Label == one.Label }) {
			data.Said = append(data.Said, one)
		}
	}
	n := len(data.Hidden) - 3
	data.Text = v.Words.N("desk.bulk_ask", n, "Outcome", d.Pack.Word("outcome", string(in.Outcome), v.Words.Tag()))
	data.Button = page.Button{Text: v.T("desk.bulk_sure"), Kind: "warning"}
	f := v.Frame(v.T("desk.burst_title"))
	f.Back = &page.Back{Href: burstPath}
	return v.Render(http.StatusOK, "desk_bulk", f, data)
}

// undoBulk takes it all back.
func (d *desk) undoBulk(v *staff.Visit) error {
	again := func(kept report.Report) string { return d.site.Reporters.For(kept.Language).T("public.looking_again") }
	_, err := d.Triage.UndoMany(v.Context(), v.Actor, triage.BulkID(v.Field("id")), again)
	if fault.KindOf(err) == fault.Conflict {
		return d.showBurst(v, err)
	}
	if err != nil {
		return err
	}
	return v.Done(burstPath, "desk_bulk_undone")
}

// A floodView says that reports came in a burst and wait.
type floodView struct {
	Text, Href, Bulk string
}

// flood is what stands above the queue while reports of a burst wait; nil while none do.
func (d *desk) flood(v *staff.Visit, n int, f triage.Filter) *floodView {
	if n == 0 {
		return nil
	}
	text := v.Words.N("desk.flood", n)
	if n > triage.MostCounted {
		text = v.T("desk.flood_most", "Count", triage.MostCounted)
	}
	view := &floodView{Text: text}
	if !f.Burst {
		view.Href = queueHref(triage.Filter{Burst: true}, sheet{})
	}
	if access.May(v.Actor, access.DeskBulk) {
		view.Bulk = burstPath
	}
	return view
}
