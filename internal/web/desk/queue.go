package desk

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"amparo/internal/access"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// pageLength is how many reports one page of the queue has.
const pageLength = 50

// mostReasons is how many reasons a line of the queue says.
const mostReasons = 3

// A queueView is one page of the queue.
type queueView struct {
	Rows            []queueRow
	Total, From, To int
	More            bool       // there are more than Total
	First           *claimView // the most urgent that nobody has
	Before, After   string     // where the pages around this one are
	Look            lookView
	Filter          filterView
	Beyond          int  // reports that the filter leaves out
	BeyondMore      bool // it leaves out so many that they are not counted
	Note            *noteView
	Flood           *floodView
	MayNote         bool
}

// A claimView is what a button to claim needs.
type claimView struct{ Href, Handle string }

// A queueRow is one report of the queue.
type queueRow struct {
	ID           string
	Href, Handle string
	Priority     page.Tag
	Marks        []page.Tag
	Clock        clock
	Received     time.Time
	From         []string
	Reasons      []string
	Who          string
	Mine         bool
	Unread       string
	Claim        *claimView
}

// queue shows the duty queue.
func (d *desk) queue(v *staff.Visit) error {
	q := v.R.URL.Query()
	at := sheet{number: max(0, number(q.Get("page"))-1)}
	if at.number > 0 {
		at.after = q.Get("after")
	}
	return d.showQueue(v, filterOf(q), at, http.StatusOK, nil)
}

// A sheet is one page of the queue: its number, counted from 0, and what the page before it ended with, when that is known.
type sheet struct {
	number int
	after  string
}

// showQueue shows one page of what the filter shows; wrong is why the filter cannot be kept.
func (d *desk) showQueue(v *staff.Visit, filter triage.Filter, at sheet, status int, wrong error) error {
	part := triage.Stretch{After: at.after, Skip: pageLength * at.number, Most: pageLength}
	look, err := d.Triage.Look(v.Context(), v.Actor, filter, part)
	if err != nil {
		return err
	}
	mark, unread, err := d.queueMark(v, look)
	if err != nil {
		return err
	}
	tag, same := v.Unchanged(mark)
	if same {
		return nil
	}
	q, err := look.Open(v.Context())
	if err != nil {
		return err
	}
	if len(q.Lines) == 0 && q.Total > 0 {
		return v.Go(queueHref(filter, sheet{}))
	}
	data := queueView{Total: q.Total, More: q.More, From: part.Skip + 1, To: part.Skip + len(q.Lines), Beyond: q.All - q.Total, BeyondMore: q.Rest && filter != (triage.Filter{}),
		Flood: d.flood(v, q.Flood, filter), Note: d.noteView(v, q.Note, q.Named), MayNote: access.May(v.Actor, access.DeskNote), Look: lookView{queueHref(filter, at), tag, d.site.Clock.Now()}}
	if data.Filter, err = d.filterView(v, filter, wrong); err != nil {
		return err
	}
	for _, l := range q.Lines {
		if l.Sealed != nil {
			d.site.Log.Warn("the reasons of a report cannot be opened", "report", string(l.ID), "cause", l.Sealed.Error())
		}
		data.Rows = append(data.Rows, d.row(v, l, unread[string(l.ID)]))
	}
	if q.First != "" {
		data.First = claiming(q.First)
	}
	if at.number > 0 {
		data.Before = queueHref(filter, sheet{number: at.number - 1})
	}
	if q.After != "" {
		data.After = queueHref(filter, sheet{at.number + 1, q.After})
	}
	f := v.Frame(v.T("desk.place"))
	f.Errors = page.ErrorsOf(v.Words, wrong)
	return v.Render(status, "desk_queue", f, data)
}

// number reads a whole number that is not large; 0 for anything else.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1_000_000 {
		return 0
	}
	return n
}

func claiming(r report.ID) *claimView { return &claimView{href(r, "/claim"), handle(r)} }

func (d *desk) row(v *staff.Visit, l triage.Line, unread int) queueRow {
	r := queueRow{ID: string(l.ID), Href: href(l.ID, ""), Handle: handle(l.ID), Priority: d.tag(v, l.Priority), Marks: marks(v, l),
		Received: l.Received, Who: d.who(v, l.Holder), Mine: l.Holder == v.Actor.ID,
		From: []string{reader(v, l.Reader), staff.Tongue(d.Pack, l.Language), d.Pack.Word("report_channel", string(l.Channel), v.Words.Tag())}}
	if name := d.area(v, l.Area); name != "" {
		r.From = append(r.From, name)
	}
	if l.Next != "" {
		r.Clock = clock{Words: v.T("task." + string(l.Next)), Due: l.Due, Late: !l.Held && d.late(l.Due), Held: l.Held}
	}
	if unread > 0 {
		r.Unread = v.Words.N("desk.new_replies", unread)
	}
	if l.Sealed != nil {
		r.Reasons = []string{v.T("desk.reasons_sealed")}
	} else {
		r.Reasons = d.mainReasons(v, l.Reasons)
	}
	if l.Holder == "" && l.State != report.InTriage && access.May(v.Actor, access.ReportClaim, access.Desk) {
		r.Claim = claiming(l.ID)
	}
	return r
}

// late tells whether a clock has run out.
func (d *desk) late(due time.Time) bool { return !due.IsZero() && d.site.Clock.Now().After(due) }

// marks say what is peculiar about a report.
func marks(v *staff.Visit, l triage.Line) (list []page.Tag) {
	if !l.Confirmed {
		list = append(list, page.Tag{Text: v.T("desk.unconfirmed"), Tone: "quiet"})
	}
	if l.Quarantined {
		list = append(list, page.Tag{Text: v.T("desk.quarantined"), Tone: "soon"})
	}
	if l.Reasons.NeedsInformation {
		list = append(list, page.Tag{Text: v.T("desk.little_known"), Tone: "quiet"})
	}
	if l.Translation {
		list = append(list, page.Tag{Text: v.T("desk.translation"), Tone: "soon"})
	}
	return list
}

// mainReasons says in a few words why a report stands where it does: what makes it urgent by itself, else what weighs most.
func (d *desk) mainReasons(v *staff.Visit, r ruleset.Result) (list []string) {
	e := d.Pack.RuleSet().Explain(r, v.Words.Tag())
	for _, reason := range slices.Concat(e.Content, e.Triggers, e.Floors) {
		list = append(list, reason.Words)
	}
	if len(list) == 0 {
		for _, f := range heaviest(e.Factors, mostReasons) {
			list = append(list, f.Words)
		}
	}
	if more := len(list) - mostReasons; more > 0 {
		list = append(list[:mostReasons], v.Words.N("desk.more_reasons", more))
	}
	if len(list) == 0 {
		list = []string{v.T("desk.nothing_known")}
	}
	return list
}

// heaviest gives the known factors that weigh most, the heaviest first.
func heaviest(all []ruleset.ExplainedFactor, most int) (list []ruleset.ExplainedFactor) {
	for _, f := range all {
		if f.Code != ruleset.Unknown && f.Points > 0 {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b ruleset.ExplainedFactor) int { return cmp.Compare(b.Points, a.Points) })
	return list[:min(most, len(list))]
}
