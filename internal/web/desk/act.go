package desk

import (
	"net/http"
	"strconv"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A takenView says who was faster.
type takenView struct {
	Href, Handle, Text string
}

// claim takes the report for the person. When a colleague was faster the page says who has it now.
func (d *desk) claim(v *staff.Visit) error {
	err := d.Triage.Claim(v.Context(), v.Actor, id(v))
	if fault.KindOf(err) != fault.Conflict {
		if err != nil {
			return plainly(v, access.ReportClaim, err)
		}
		return v.Done(href(id(v), ""), "desk_claimed")
	}
	l, failed := d.Triage.Glance(v.Context(), v.Actor, access.ReportRead, id(v))
	if failed != nil {
		return failed
	}
	if l.State == report.InTriage && l.Holder == v.Actor.ID {
		return v.Done(href(l.ID, ""), "desk_claimed")
	}
	text := v.T("desk.now_taken", "Name", d.who(v, l.Holder))
	if l.State == report.Resolved {
		text = v.T("desk.now_done", "Outcome", d.Pack.Word("outcome", string(l.Outcome), v.Words.Tag()), "Name", d.who(v, l.ResolvedBy))
	}
	f := v.Frame(v.T("desk.taken"))
	f.Back = &page.Back{Href: Path}
	return v.Render(http.StatusConflict, "desk_taken", f, takenView{href(l.ID, ""), handle(l.ID), text})
}

// release puts the report back on the desk.
func (d *desk) release(v *staff.Visit) error {
	if err := d.Triage.Release(v.Context(), v.Actor, id(v)); err != nil {
		return d.refused(v, again{wrong: plainly(v, access.ReportRelease, err)})
	}
	return v.Done(Path, "desk_released")
}

// A changeForm makes the priority another.
type changeForm struct {
	Open     bool // something was typed or chosen that could not be taken
	Sequence int64
	To       page.Choices
	Reason   page.Textarea
}

// changeForm offers the priorities that the person may choose; nil when there is none.
func (d *desk) changeForm(v *staff.Visit, p triage.Page, a again, may func(access.Action) bool) *changeForm {
	c := &changeForm{Open: a.priority+a.reason != "", Sequence: p.Sequence, To: page.Choices{Name: "priority", Label: v.T("desk.change_to")},
		Reason: page.Textarea{Name: "reason", Label: v.T("desk.reason"), Hint: v.T("desk.reason_hint"), Rows: 3,
			Max: triage.LongestReason, Value: a.reason}}
	for _, to := range ruleset.Levels() {
		if p.Priority.Content() && to != p.Priority && may(access.ReportContent) {
			c.To.Items = append(c.To.Items, page.Choice{Value: string(to), Text: d.priority(v, to), Checked: string(to) == a.priority})
		}
	}
	for _, to := range ruleset.Priorities() {
		if p.Priority.Content() {
			break // no child is known
		}
		up, down := to.MoreUrgent(p.Priority), p.Priority.MoreUrgent(to)
		if up && may(access.ReportRaise) || down && may(access.ReportLower) && !p.Reasons.LowestAllowed().MoreUrgent(to) {
			c.To.Items = append(c.To.Items, page.Choice{Value: string(to), Text: d.priority(v, to), Checked: string(to) == a.priority})
		}
	}
	if len(c.To.Items) == 0 && a.reason == "" {
		return nil
	}
	return c
}

// decide confirms the priority, raises or lowers it. It carries the number of the standing that the person has seen.
func (d *desk) decide(v *staff.Visit) error {
	a := again{priority: v.Field("priority"), reason: v.Field("reason")}
	sequence, _ := strconv.ParseInt(v.Field("sequence"), 10, 64) // a wrong one is stale
	to := ruleset.Priority(a.priority)
	err := d.Triage.Decide(v.Context(), v.Actor, triage.Decision{Subject: string(id(v)), Sequence: sequence, To: to, Reason: a.reason})
	switch {
	case err == nil:
		return v.Done(href(id(v), ""), "desk_decided")
	case fault.CodeOf(err) == fault.CodeStale:
		a.seen = sequence
		err = fault.Wrap(err, fault.Conflict, "desk.stale_chosen", "Priority", d.priority(v, to))
	case fault.CodeOf(err) == fault.CodeForbidden:
		err = plainly(v, d.asked(v, to), err)
	}
	a.wrong = err
	return d.refused(v, a)
}

// asked tells which action a decision would have been.
func (d *desk) asked(v *staff.Visit, to ruleset.Priority) access.Action {
	l, err := d.Triage.Glance(v.Context(), v.Actor, access.ReportRead, id(v))
	switch {
	case err == nil && to.Content() && l.Priority != to:
		return access.ReportContent
	case err == nil && l.Priority.MoreUrgent(to):
		return access.ReportLower
	}
	return access.ReportConfirm
}

// A replyForm writes to the reporter.
type replyForm struct {
	ID    string
	Seen  int64
	Words page.Textarea
	Begin []jurisdiction.Reply // words to begin with
	For   string               // whom these are for
	Found []string             // what is to be looked at before it is sent
}

// unseen is sent with a reply to a thread in which nothing was said: what comes in meanwhile was not seen.
const unseen = -1

// replyForm asks for a reply. Its id is drawn once, and stays with the words until they are taken.
func (d *desk) replyForm(v *staff.Visit, p triage.Page, thread []mailbox.Message, a again) *replyForm {
	if a.reply != nil {
		f := *a.reply
		f.Words = d.replyWords(v, p, f.Words.Value)
		return d.offered(v, p, &f)
	}
	return d.offered(v, p, &replyForm{ID: string(mailbox.NewID(d.site.Clock.Now())), Seen: newest(thread), Words: d.replyWords(v, p, "")})
}

// offered adds the words to begin with.
func (d *desk) offered(v *staff.Visit, p triage.Page, f *replyForm) *replyForm {
	f.Begin, f.For = d.beginnings(v, p.Line), v.T("desk.begin_for", "Reader", reader(v, p.Reader), "Language", staff.Tongue(d.Pack, p.Language))
	return f
}

func (d *desk) replyWords(v *staff.Visit, p triage.Page, value string) page.Textarea {
	return page.Textarea{Name: "message", Label: v.T("desk.reply"), Hint: v.T("desk.reply_hint", "Language", staff.Tongue(d.Pack, p.Language)),
		Rows: 5, Max: mailbox.Longest, Value: value}
}

// reply writes to the reporter. The same words sent twice are one reply. Words that repeat what was told are shown once more before
// they are sent.
func (d *desk) reply(v *staff.Visit) error {
	f := &replyForm{ID: v.Field("id"), Words: page.Textarea{Value: v.R.PostForm.Get("message")}}
	seen, wrong := strconv.ParseInt(v.Field("seen"), 10, 64)
	if wrong != nil || seen == 0 || ident.Check(f.ID) != nil {
		f.ID, seen = string(mailbox.NewID(d.site.Clock.Now())), unseen
	}
	f.Seen = seen
	if code := v.Field("begin"); code != "" {
		return d.begin(v, f, code)
	}
	text := v.Field("message")
	if v.Field("anyway") == "" && text != "" && len([]rune(text)) <= mailbox.Longest {
		if shown, err := d.restated(v, f, text); shown {
			return err
		}
	}
	to, err := d.Join.Answering(v.Context(), id(v))
	if err != nil {
		return err
	}
	err = d.Mailbox.Reply(v.Context(), v.Actor, mailbox.ReplyInput{ID: ident.Of(mailbox.ID(f.ID), text), Report: id(v), Subject: string(to),
		Joined: to != id(v), Text: text, Seen: f.Seen})
	if err != nil {
		return d.refused(v, again{wrong: plainly(v, access.ReportReply, err), reply: f})
	}
	return v.Done(href(id(v), ""), "desk_replied")
}

// markRead says that the person has read what the reporter wrote, up to what the page showed.
func (d *desk) markRead(v *staff.Visit) error {
	upTo, err := strconv.ParseInt(v.Field("seen"), 10, 64)
	if err != nil || upTo < 1 {
		return fault.New(fault.Invalid, "fault.form_broken")
	}
	to, err := d.Join.Answering(v.Context(), id(v))
	if err != nil {
		return err
	}
	if to == id(v) {
		err = d.Mailbox.MarkRead(v.Context(), v.Actor, id(v), string(to), upTo)
	} else {
		err = d.Mailbox.MarkJoinedRead(v.Context(), v.Actor, id(v), to, upTo)
	}
	if err != nil {
		return d.refused(v, again{wrong: plainly(v, access.ReportReply, err)})
	}
	return v.Done(href(id(v), ""), "desk_read")
}

// thread says what was said on both sides, the oldest first.
func (d *desk) thread(v *staff.Visit, all []mailbox.Message) (list []page.Event) {
	for _, m := range all {
		e := page.Event{When: m.At, Title: v.T("desk.reporter"), Text: staff.Shown(m.Text)}
		if m.Sender == mailbox.Staff {
			e.Title = d.who(v, m.Author)
		} else if m.Read.IsZero() {
			e.Tag = &page.Tag{Text: v.T("desk.new"), Tone: "soon"}
		}
		list = append(list, e)
	}
	return list
}

// newest is the number of the last message that the page shows.
func newest(thread []mailbox.Message) int64 {
	if len(thread) == 0 {
		return unseen
	}
	return thread[len(thread)-1].Number
}

// waits tells whether something of the reporter's is still to be read.
func waits(thread []mailbox.Message) bool {
	for _, m := range thread {
		if m.Sender == mailbox.Reporter && m.Read.IsZero() {
			return true
		}
	}
	return false
}
