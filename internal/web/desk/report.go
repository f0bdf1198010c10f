package desk

import (
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/contact"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/mailbox"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A reportView is the page of a report.
type reportView struct {
	Href, Handle string
	Look         lookView
	Priority     page.Tag
	Marks        []page.Tag
	Quarantined  bool
	Step         step
	Changed      []page.Event // what happened while the person had an older page before them
	Why          why
	Place        placeView
	FirstHour    []check
	Said         []said
	Cut          string // what is said of words that a colleague has cut; empty for those of the reporter
	Identity     []said
	NotAnswered  []string
	Thread       []page.Event
	Read         int64 // the number of the newest message of the thread
	MarkRead     bool
	Told         string    // how it is with telling the reporter that something was written; empty when they did not choose it
	Burnt        time.Time // when the reporter threw the receipt away; zero while they have it
	Reply        *replyForm
	Change       *changeForm
	Track        *trackForm
	Notice       *noticeView
	Amend        bool
	Clocks       []clock
	About        []page.SummaryRow
	Contacts     []contactView
	Duties       []string
	History      []page.Event
	Hands        []page.Event // how it went from one colleague to another
	Handed       *page.Event  // what whoever has it now was told with it
	Hand         bool
	Release      bool
	Declare      bool
	Erase        string // where it can be held, or erased; empty for whoever may not
	Split        bool
}

// A step is the one thing to do now; Kind is claim, confirm, check, outcome, taken or done.
type step struct {
	Kind, Text, Button string
	Sequence           int64
	Priority           string
	At                 time.Time // when the report got its outcome
}

// A clock is a task with its time.
type clock struct {
	Words    string
	Due      time.Time
	Late     bool
	Held     bool   // it stands still
	Standing string // why, and until when
	Task     string
	Version  int64
	Hold     *holdForm // nil when it may not stand still
	GoOn     bool
	Reached  bool // it is said to be done here
}

// An again is why the page of a report is shown once more: what was typed and could not be taken.
type again struct {
	wrong            error
	reply            *replyForm
	priority, reason string // of a decision
	track            string // why it is to be the child's, or the content's
	tracked          bool   // that was asked for
	hold             bool   // a clock was to stand still
	seen             int64  // the number of the standing that was seen, when another is there now
}

func (d *desk) read(v *staff.Visit) error { return d.show(v, again{}) }

// show shows the page of the report. Everything on it is opened under one audit entry.
func (d *desk) show(v *staff.Visit, a again) error {
	mark, err := d.reportMark(v)
	if err != nil {
		return err
	}
	tag, same := v.Unchanged(mark)
	if same {
		return nil
	}
	p, thread, err := d.opened(v)
	if err != nil {
		return err
	}
	return d.showOpened(v, tag, p, thread, a)
}

// opened opens the report with its thread, under one audit entry.
func (d *desk) opened(v *staff.Visit) (p triage.Page, thread []mailbox.Message, err error) {
	p, err = d.Triage.Read(v.Context(), v.Actor, id(v), func(o *reveal.View) (err error) {
		thread, err = d.Mailbox.Read(v.Context(), o, id(v))
		return err
	})
	return p, thread, err
}

// showOpened shows the page of a report that is open.
func (d *desk) showOpened(v *staff.Visit, tag string, p triage.Page, thread []mailbox.Message, a again) error {
	data := d.view(v, p, thread, a)
	err := d.place(v, p, thread, a, &data)
	if err != nil {
		return err
	}
	if data.Notice, err = d.notices(v, p); err != nil {
		return err
	}
	data.Look = lookView{data.Href, tag, d.site.Clock.Now()}
	f := v.Frame(v.T("desk.report_title", "Handle", data.Handle))
	f.Back, f.Errors = &page.Back{Href: Path}, page.ErrorsOf(v.Words, a.wrong)
	switch { // both stand far below
	case a.wrong != nil || a.reply == nil:
	case len(a.reply.Found) > 0:
		f.Errors = page.Errors{{Name: "message", Text: v.T("desk.found")}}
	default:
		f.Notice = v.T("desk.begun")
	}
	for _, c := range data.Clocks {
		if a.hold && c.Hold != nil {
			c.Hold.place(v, f.Errors)
		}
	}
	if data.Burnt, err = d.Mailbox.Burnt(v.Context(), p.ID); err != nil {
		return err
	}
	told, err := d.Contact.Of(v.Context(), p.ID)
	if err != nil {
		return err
	}
	data.Told = v.Contact(told, d.Pack.Zone())
	if !data.Burnt.IsZero() {
		data.Reply = nil // nobody could read it
	}
	data.mark(f.Errors)
	return v.Render(httpx.StatusOf(a.wrong), "desk_report", f, data)
}

// refused shows the report again with what was typed when the person may see it, and otherwise what went wrong alone.
func (d *desk) refused(v *staff.Visit, a again) error {
	if !slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.Forbidden}, fault.KindOf(a.wrong)) {
		return a.wrong
	}
	if err := d.show(v, a); fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.Withheld {
		return err
	}
	return a.wrong
}

func (d *desk) view(v *staff.Visit, p triage.Page, thread []mailbox.Message, a again) reportView {
	may := func(action access.Action) bool { return access.May(v.Actor, action, p.Relations...) }
	data := reportView{Href: href(p.ID, ""), Handle: handle(p.ID), Priority: d.tag(v, p.Priority), Marks: marks(v, p.Line),
		Quarantined: p.Quarantined, Step: d.step(v, p, waits(thread)), Why: d.why(v, p), About: d.about(v, p),
		Contacts: d.contacts(v), Duties: d.duties(v), History: d.history(v, p.History), Clocks: d.clocks(v, p),
		Release: p.Holder != "" && p.Outcome != report.OpenedCase && may(access.ReportRelease),
		Declare: p.Outcome != report.OpenedCase && p.Outcome != report.SplitUndone && may(access.ReportDeclare)}
	if may(access.ErasureAsk) {
		data.Erase = "/retention/" + string(p.ID)
	}
	data.Hands, data.Handed = d.hands(v, p.Hands), d.handedOver(v, p)
	data.Hand = p.Holder != "" && p.Outcome != report.OpenedCase && may(access.ReportHand)
	data.FirstHour = d.firstHour(v, p, page.ErrorsOf(v.Words, a.wrong))
	data.Said, data.Identity, data.NotAnswered = d.said(v, p)
	data.Thread, data.Read = d.thread(v, thread), newest(thread)
	if may(access.ReportReply) && p.Outcome != report.OpenedCase {
		data.MarkRead = waits(thread)
		data.Reply = d.replyForm(v, p, thread, a)
	}
	if p.State != report.Resolved {
		data.Change, data.Amend = d.changeForm(v, p, a, may), may(access.ReportAmend)
		data.Track = d.trackForm(v, p, a, may)
	}
	if a.seen > 0 {
		data.Changed = d.history(v, since(p.History, a.seen))
	}
	return data
}

// since gives the assessments that were made after one that was seen.
func since(all []triage.Assessment, sequence int64) (list []triage.Assessment) {
	for _, a := range all {
		if a.Sequence > sequence {
			list = append(list, a)
		}
	}
	return list
}

// step finds the one thing to do now.
func (d *desk) step(v *staff.Visit, p triage.Page, answered bool) step {
	words := d.priority(v, p.Priority)
	switch {
	case p.State == report.Resolved && answered && p.Holder == "" && p.Outcome != report.OpenedCase && access.May(v.Actor, access.ReportClaim, p.Relations...):
		return step{Kind: "claim", Text: v.T("desk.now_answered"), Button: v.T("desk.claim_this")}
	case p.Outcome == report.SplitUndone:
		return step{Kind: "done", Text: v.T("desk.now_reunited", "Name", d.who(v, p.ResolvedBy)), At: p.ResolvedAt}
	case p.State == report.Resolved:
		outcome := d.Pack.Word("outcome", string(p.Outcome), v.Words.Tag())
		return step{Kind: "done", Text: v.T("desk.now_done", "Outcome", outcome, "Name", d.who(v, p.ResolvedBy)), At: p.ResolvedAt}
	case p.State == report.Waiting && access.May(v.Actor, access.ReportClaim, p.Relations...):
		return step{Kind: "claim", Text: v.T("desk.now_claim"), Button: v.T("desk.claim_this")}
	case p.Holder != v.Actor.ID:
		return step{Kind: "taken", Text: v.T("desk.now_taken", "Name", d.who(v, p.Holder))}
	case !p.Confirmed:
		return step{Kind: "confirm", Text: v.T("desk.now_confirm", "Priority", words), Button: v.T("desk.confirm", "Priority", words),
			Sequence: p.Sequence, Priority: string(p.Standing.Priority)}
	case p.Priority.Content() && unsent(p):
		return step{Kind: "forward", Text: v.T("desk.now_forward"), Button: v.T("notice.write")}
	}
	if len(p.Missing) > 0 {
		return step{Kind: "check", Text: v.T("desk.now_check"), Button: v.T("desk.first_hour")}
	}
	return step{Kind: "outcome", Text: v.T("desk.now_outcome"), Button: v.T("desk.give_outcome")}
}

func (d *desk) clocks(v *staff.Visit, p triage.Page) (list []clock) {
	for _, t := range p.Tasks {
		c := clock{Words: v.T("task." + string(t.Kind)), Due: t.Due, Late: t.Overdue(d.site.Clock.Now()), Held: t.Paused(d.site.Clock.Now()), Task: string(t.ID), Version: t.Version}
		may := access.May(v.Actor, access.ReportPause, p.Relations...)
		c.Reached = t.Kind == contact.TaskFailed && access.May(v.Actor, access.ReportReply, p.Relations...)
		switch {
		case c.Held:
			c.Standing, c.GoOn = v.Standing(d.Pack.Word("pause_reason", string(t.Pause.Reason), v.Words.Tag()), t.Pause.Until, d.Pack.Zone()), may
		case may && t.Kind == triage.TaskAssign:
			c.Hold = d.holdForm(v)
		}
		list = append(list, c)
	}
	return list
}

// about gives what is clear about a report.
func (d *desk) about(v *staff.Visit, p triage.Page) []page.SummaryRow {
	l := p.Line
	area := d.area(v, l.Area)
	if area == "" {
		area = v.T("desk.not_said")
	}
	rows := []page.SummaryRow{
		{Key: v.T("desk.received"), Values: []string{v.Words.Date(l.Received, d.Pack.Zone())}},
		{Key: v.T("desk.reader"), Values: []string{reader(v, l.Reader)}},
		{Key: v.T("desk.way"), Values: []string{d.way(v, p.Instrument)}},
		{Key: v.T("desk.language"), Values: []string{staff.Tongue(d.Pack, l.Language)}},
		{Key: v.T("desk.speakers"), Values: d.speakers(v, p.Speakers)},
		{Key: v.T("desk.channel"), Values: d.channel(v, l)},
		{Key: v.T("desk.area"), Values: []string{area}},
		{Key: v.T("desk.agency"), Values: []string{v.AgencyName(l.Agency)}},
		{Key: v.T("desk.who"), Values: []string{d.who(v, l.Holder)}},
		{Key: v.T("desk.number"), Values: []string{string(l.ID)}},
	}
	if p.CameBy != "" && d.Campaign != nil {
		if name := d.Campaign(v.Context(), p.CameBy); name != "" {
			rows = slices.Insert(rows, channelRow+1, page.SummaryRow{Key: v.T("desk.came_by"), Values: []string{name}})
		}
	}
	return rows
}

// channelRow is where the channel stands in what is clear about a report; the campaign that it came by stands below.
const channelRow = 5

// channel says by which way a report came in, and from which partner.
func (d *desk) channel(v *staff.Visit, l triage.Line) []string {
	list := []string{d.Pack.Word("report_channel", string(l.Channel), v.Words.Tag())}
	if d.Partner != nil {
		if name := d.Partner(v.Context(), string(l.ID)); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// speakers says who of the desk speaks the language of a report.
func (d *desk) speakers(v *staff.Visit, users []string) []string {
	list := []string{}
	for _, user := range users {
		list = append(list, d.who(v, user))
	}
	if len(list) == 0 {
		list = []string{v.T("desk.speakers_none")}
	}
	return list
}

// A contactView is somebody to hand over to.
type contactView struct {
	Name, Phone, Hours string
	Closed             bool
}

// contacts gives whom to hand over to, the emergency number first.
func (d *desk) contacts(v *staff.Visit) (list []contactView) {
	now := d.site.Clock.Now()
	for _, c := range d.Pack.Contacts(v.Words.Tag(), now) {
		if c.Number() != "" {
			list = append(list, contactView{c.Name, c.Number(), c.Hours, !c.OpenAt(now)})
		}
	}
	return list
}

// duties says when somebody must be told, whom, and how soon.
func (d *desk) duties(v *staff.Visit) (list []string) {
	for _, duty := range d.Pack.Duties("", v.Words.Tag()) {
		list = append(list, v.Words.N("desk.duty", int(duty.Within/time.Hour), "Duty", duty.Name, "Agency", v.AgencyName(duty.Tell)))
	}
	return list
}

// history says how the priority came to be what it is.
func (d *desk) history(v *staff.Visit, all []triage.Assessment) (list []page.Event) {
	for _, a := range all {
		tag := d.tag(v, a.Priority)
		e := page.Event{When: a.Made, Title: v.T("desk.source_" + string(a.Source)), Text: staff.Shown(a.Reason), Tag: &tag}
		if a.Source != triage.Rules && a.Source != triage.Lapse {
			e.By = d.who(v, a.MadeBy)
		}
		list = append(list, e)
	}
	return list
}

// mark puts the words for wrong fields beside the fields.
func (r *reportView) mark(wrong page.Errors) {
	if r.Reply != nil {
		r.Reply.Words.Error = wrong.Of(r.Reply.Words.Name)
	}
	if r.Track != nil {
		r.Track.Reason.Error = wrong.Of(r.Track.Reason.Name)
	}
	if r.Change != nil {
		r.Change.To.Error, r.Change.Reason.Error = wrong.Of(r.Change.To.Name), wrong.Of(r.Change.Reason.Name)
	}
}
