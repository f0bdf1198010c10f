package desk

import (
	"maps"
	"slices"
	"strconv"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/notice"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A trackForm says that a child is known after all, or that none is.
type trackForm struct {
	Href, Title, Text string
	Open              bool // something was typed that could not be taken
	Sequence          int64
	Reason            page.Textarea
}

// trackForm offers to make a report the child's, or the content's again; nil when the person may not, or it never was.
func (d *desk) trackForm(v *staff.Visit, p triage.Page, a again, may func(access.Action) bool) *trackForm {
	f := &trackForm{Sequence: p.Sequence, Open: a.tracked, Reason: page.Textarea{Name: "track", Label: v.T("desk.reason"), Hint: v.T("desk.reason_hint"),
		Rows: 3, Max: triage.LongestReason, Value: a.track}}
	was := d.aboutContent(p) || slices.ContainsFunc(p.History, func(h triage.Assessment) bool { return h.Priority.Content() })
	switch {
	case p.Priority.Content() && may(access.ReportContent):
		f.Href, f.Title, f.Text = href(p.ID, "/child"), v.T("desk.child_known"), v.T("desk.child_known_text")
		f.Reason.Optional = true
	case !p.Priority.Content() && was && may(access.ReportLower) && len(p.History[0].Facts.Triggers) == 0:
		f.Href, f.Title, f.Text = href(p.ID, "/content"), v.T("desk.content_alone"), v.T("desk.content_alone_text")
	default:
		return nil
	}
	return f
}

// aboutContent tells whether the answers are about content in which no child is identified.
func (d *desk) aboutContent(p triage.Page) bool {
	in := d.Pack.Instrument(p.Instrument)
	if in == nil {
		return false
	}
	all := maps.Clone(p.Content)
	maps.Copy(all, p.Identity)
	return in.ContentOnly(all)
}

// childKnown makes the report the child's.
func (d *desk) childKnown(v *staff.Visit) error { return d.track(v, true, access.ReportContent) }

// contentAlone makes the report the content's again.
func (d *desk) contentAlone(v *staff.Visit) error { return d.track(v, false, access.ReportLower) }

func (d *desk) track(v *staff.Visit, child bool, action access.Action) error {
	in := triage.TrackInput{Report: id(v), Child: child, Reason: v.Field("track")}
	in.Sequence, _ = strconv.ParseInt(v.Field("sequence"), 10, 64) // a wrong one is stale
	err := d.Triage.Track(v.Context(), v.Actor, in)
	if err == nil {
		return v.Done(href(id(v), ""), "desk_tracked")
	}
	return d.refused(v, again{wrong: plainly(v, action, onTrack(err)), track: in.Reason, tracked: true})
}

// onTrack gives what is wrong with the reason to the field of this form: another one on the page has the other name.
func onTrack(err error) error {
	for _, f := range fault.Fields(err) {
		if f.Name == "reason" {
			return fault.New(fault.Invalid, "fault.form").With("track", f.Code, "Max", triage.LongestReason)
		}
	}
	return err
}

// A noticeView is what the hotline is sent about a report, on its page.
type noticeView struct {
	List  []noticeLink
	Write string // where a notice is written; empty when the person may not
	Send  string // the one that is to be sent; empty when there is none
	Hint  string // why none can be
}

type noticeLink struct {
	Href, Text string
	State      page.Tag
}

// notices gives the notices of a report, and the way to write one; nil where nothing is to be forwarded.
func (d *desk) notices(v *staff.Visit, p triage.Page) (*noticeView, error) {
	var all []notice.Notice
	err := d.Store.Read(v.Context(), func(tx store.Tx) (err error) { all, err = notice.Of(v.Context(), tx, p.ID); return err })
	if err != nil || len(all) == 0 && !p.Priority.Content() && !unsent(p) {
		return nil, err
	}
	view := &noticeView{}
	for _, n := range all {
		view.List = append(view.List, noticeLink{"/notices/" + string(n.ID), v.T("notice.one", "Number", staff.Number(string(n.ID))),
			page.Tag{Text: v.T("notice.state_" + string(n.State))}})
		if n.State.Unsent() {
			view.Send = view.List[len(view.List)-1].Href
		}
	}
	switch _, ok := d.Pack.NoticeHotline(v.Words.Tag()); {
	case !ok:
		view.Hint = v.T("notice.no_hotline")
	case access.May(v.Actor, access.NoticeWrite, p.Relations...) && (p.State != report.Resolved || unsent(p)):
		view.Write = href(p.ID, "/notice")
	}
	return view, nil
}

// unsent tells whether something of a report is still to be forwarded.
func unsent(p triage.Page) bool {
	return slices.ContainsFunc(p.Tasks, func(t task.Task) bool { return t.Kind == triage.TaskForward })
}
