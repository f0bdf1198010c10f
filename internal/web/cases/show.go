package cases

import (
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/contact"
	"amparo/internal/grant"
	"amparo/internal/httpx"
	"amparo/internal/instrument"
	"amparo/internal/mailbox"
	"amparo/internal/page"
	"amparo/internal/referral"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/web/staff"
)

// A caseView is the one page that says what a child needs.
type caseView struct {
	Path, Child, Number string
	ID                  casework.ID
	Priority            page.Tag
	Ended               *page.Tag // why it was closed; nil while it is open
	Manager             string
	Answering           *page.Tag // what is unusual about who answers for it; nil when nothing is
	Since               string    // since when a supervisor holds it in person; empty when nobody does
	May                 powers
	New                 int // replies that nobody has read
	Next                *stepView
	Steps               []stepView // the others that are open
	Facts               []fact
	Handed              []handedView
	Threads             []threadView
	Told                []toldView
	Contacts, Timeline  []staff.Event
}

// powers are what the reader of the page may do with the case as it is.
// Heard and Tell are for a closed case, too: to have read an answer, and to write to who is asked.
type powers struct{ Record, Heard, Hold, Reply, Refer, Tell, Assign, Close, Reopen, Story, Erase, Declare bool }

// A fact is a line of what is known about a case: words or a time.
type fact struct {
	Key, Text string
	When      time.Time
}

// A stepView is something that is to be done.
type stepView struct {
	ID       task.ID
	Post     string
	Text     string
	Due      time.Time
	Late     *page.Tag
	Blocking bool
	Version  int64
	Standing string // why its clock stands still; empty while it runs
	GoOn     string // where to send that it goes on; empty when that is not for the reader
	Case     int64  // the version of the case
	Reply    bool   // it is to read a reply
	Follows  bool   // it ends with what was handed on
	Answer   bool   // it is to read what was answered about that
	Finish   bool   // it can be said to be done
	Read     bool   // it is done by reading and answering what is below
	Second   bool   // it is not the one thing to do now
}

// a matter is one of a case's reports, opened.
type matter struct {
	kept   report.Report
	told   instrument.Answers
	thread []mailbox.Message
	way    contact.Standing
	burnt  time.Time // when the reporter threw the receipt away; zero while they have it
}

// an opened case is all that its page shows, opened under one entry of the log.
type opened struct {
	page    casework.Page
	matters []matter
	handed  []referral.Page
}

// open opens a case for its page.
func (s *pages) open(v *staff.Visit) (o opened, err error) {
	id := caseOf(v)
	o.page, err = s.Casework.Show(v.Context(), v.Actor, id, func(view *reveal.View, p casework.Page) (err error) {
		if o.matters, err = s.matters(v, view, p.Reports); err == nil {
			o.handed, err = s.Referral.OfCase(v.Context(), view, id)
		}
		return err
	})
	return o, err
}

// show shows a case; refused is why something on its page could not be done.
func (s *pages) show(v *staff.Visit, refused error, d draft) error {
	o, err := s.open(v)
	if err != nil {
		return err
	}
	return s.showOpened(v, o, refused, d)
}

// showOpened shows a case that was opened already.
func (s *pages) showOpened(v *staff.Visit, o opened, refused error, d draft) error {
	p := o.page
	may, err := s.powers(v, p.Case)
	if err != nil {
		return err
	}
	f := v.Frame(v.T("cases.title", "Number", number(p.ID)))
	f.Errors = page.ErrorsOf(v.Words, refused)
	if refused == nil && d.begin != "" {
		f.Notice = v.T("desk.begun")
	}
	n := s.names(v)
	data := s.caseView(v, n, p, o.matters)
	data.allow(may)
	data.Handed = s.handed(v, n, o.handed, may)
	for i, m := range o.matters {
		t := s.thread(v, n, p, m)
		t.May = may.Reply
		t.nth(i)
		t.keep(d, f.Errors)
		if d.check && d.report == t.Report {
			if t.Found = s.restates(v, m, d.text); len(t.Found) > 0 {
				f.Errors = page.Errors{{Name: "message", Text: v.T("desk.found")}} // it stands far below
			}
		}
		data.Threads = append(data.Threads, t)
	}
	for i := range f.Errors {
		if f.Errors[i].Name == "message" {
			f.Errors[i].Name = fieldOf(data.Threads, d.report)
		}
	}
	return v.Render(httpx.StatusOf(refused), "cases_show", f, data)
}

// matters opens what the page shows of the reports, as a part of the same view.
func (s *pages) matters(v *staff.Visit, view *reveal.View, reports []report.ID) (list []matter, err error) {
	for _, id := range reports {
		var m matter
		if m.kept, m.told, err = s.Triage.Told(v.Context(), view, id); err != nil {
			return nil, err
		}
		if m.thread, err = s.Mailbox.Read(v.Context(), view, id); err != nil {
			return nil, err
		}
		if m.burnt, err = s.Mailbox.Burnt(v.Context(), id); err != nil {
			return nil, err
		}
		if m.way, err = s.Contact.Of(v.Context(), id); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// powers asks the same table as the use cases, so that nothing is offered that would be refused.
func (s *pages) powers(v *staff.Visit, c casework.Case) (p powers, err error) {
	err = s.Store.Read(v.Context(), func(tx store.Tx) error {
		ties, err := grant.Relations(v.Context(), tx, v.Actor, string(c.ID))
		may := func(action access.Action, state casework.State) bool {
			return c.State == state && access.May(v.Actor, action, ties...)
		}
		p = powers{Record: may(access.CaseRecord, casework.Open), Hold: may(access.CasePause, casework.Open), Reply: access.May(v.Actor, access.CaseReply, ties...),
			Heard: access.May(v.Actor, access.CaseRecord, ties...), Refer: may(access.ReferralSend, casework.Open), Tell: access.May(v.Actor, access.ReferralSend, ties...),
			Assign: may(access.CaseAssign, casework.Open), Close: may(access.CaseClose, casework.Open), Reopen: may(access.CaseReopen, casework.Closed),
			Story: c.State == casework.Closed && access.May(v.Actor, access.StoryWrite), Erase: access.May(v.Actor, access.ErasureAsk, ties...),
			Declare: access.May(v.Actor, access.CaseDeclare, ties...)}
		return err
	})
	return p, err
}

func (s *pages) caseView(v *staff.Visit, n *names, p casework.Page, matters []matter) caseView {
	out := caseView{ID: p.ID, Path: pathOf(p.ID), Child: staff.Shown(p.Child), Number: number(p.ID), Priority: v.Priority(s.Pack, p.Priority),
		Manager: n.of(p.Manager), Facts: s.facts(v, p), Contacts: s.contacts(v, n, p), Timeline: s.timeline(v, n, p)}
	if p.State == casework.Open {
		out.Answering = answering(v, p.Orphan, p.Held)
		if !p.Held.IsZero() {
			out.Since = v.T("cases.held_since", "When", v.Words.Date(p.Held, s.Pack.Zone()))
		}
	}
	if p.State == casework.Closed {
		out.Ended = &page.Tag{Text: v.T("cases.is_closed", "Reason", s.word(v, "closure_reason", p.ClosureReason)), Tone: "quiet"}
		out.Priority.Tone = "quiet" // nothing hurries
	}
	for _, m := range matters {
		out.New += unreadIn(m.thread)
		out.Told = append(out.Told, s.told(v, m))
	}
	for i, step := range due(p.Tasks) {
		one := s.step(v, step)
		one.Case = p.Version
		one.Second = i > 0 || out.Ended != nil
		out.Steps = append(out.Steps, one)
	}
	return out
}

// allow says what the reader may do, and which of the tasks stands out: the first of a case that is open.
func (c *caseView) allow(may powers) {
	c.May = may
	for i := range c.Steps {
		step := &c.Steps[i]
		if may.Hold && step.Standing != "" {
			step.GoOn = c.Path + "/go-on"
		}
		step.Finish, step.Read = may.Record && !step.Reply && !step.Follows || may.Heard && step.Answer, may.Reply && step.Reply
	}
	if len(c.Steps) > 0 && c.Ended == nil {
		c.Next, c.Steps = &c.Steps[0], c.Steps[1:]
	}
}

// due gives the open tasks, the most urgent first.
func due(all []casework.Step) (list []casework.Step) {
	for _, step := range all {
		if step.State == task.Open {
			list = append(list, step)
		}
	}
	slices.SortStableFunc(list, func(a, b casework.Step) int { return a.Due.Compare(b.Due) })
	return list
}

func (s *pages) step(v *staff.Visit, step casework.Step) stepView {
	return stepView{ID: step.ID, Post: pathOf(casework.ID(step.Subject)) + "/done", Text: what(v, step), Due: step.Due, Late: s.late(v, step.Task),
		Blocking: step.Blocking, Version: step.Version, Standing: s.standing(v, step.Task), Reply: step.Kind == task.ReadReply,
		Follows: follows(step.Kind), Answer: step.Kind == task.ReadAnswer}
}

// facts are what is known about the case itself.
func (s *pages) facts(v *staff.Visit, p casework.Page) []fact {
	list := []fact{{Key: v.T("cases.agency"), Text: v.AgencyName(p.Agency)}, {Key: v.T("cases.area"), Text: s.area(v, p.Area)},
		{Key: v.T("cases.language"), Text: staff.Tongue(s.Pack, p.Language)}, {Key: v.T("cases.opened_at"), When: p.Opened}}
	if p.State == casework.Closed {
		list = append(list, fact{Key: v.T("cases.closed_at"), When: p.Closed})
	}
	return list
}

// reading tells whether there is something to read, or still the task to read what a colleague has read.
func reading(p casework.Page, thread []mailbox.Message) bool {
	return unreadIn(thread) > 0 || slices.ContainsFunc(due(p.Tasks), func(step casework.Step) bool { return step.Kind == task.ReadReply })
}

func unreadIn(thread []mailbox.Message) (n int) {
	for _, m := range thread {
		if m.Sender == mailbox.Reporter && m.Read.IsZero() {
			n++
		}
	}
	return n
}
