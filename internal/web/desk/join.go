package desk

import (
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/ident"
	"amparo/internal/join"
	"amparo/internal/mailbox"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A placeView is what the page of a report shows of what it is joined to, of what is joined to it, and of what may be about the same.
type placeView struct {
	Alike  []staff.Hit
	More   string
	Into   []staff.Hit // what it is joined to; at most one
	Since  string      // who has joined it; empty when it is not joined
	At     time.Time
	Undo   string // where to end that; empty for whoever may not
	Joined []staff.Hit
	Past   []page.Event // joins and splits that were undone
	Halves []halfView   // what it was split from, and what was split from it
}

// Any tells whether there is something to show.
func (p placeView) Any() bool { return p.Same() || len(p.Halves) > 0 }

// Same tells whether there is something to show that is about the same.
func (p placeView) Same() bool { return len(p.Alike)+len(p.Joined)+len(p.Past) > 0 || p.Since != "" }

// place adds what is joined, and what may be about the same. A report that is joined to another is answered by whoever has that.
func (d *desk) place(v *staff.Visit, p triage.Page, thread []mailbox.Message, a again, data *reportView) error {
	found, err := d.Join.Show(v.Context(), v.Actor, p.ID)
	if err != nil {
		return err
	}
	out := &data.Place
	out.Alike, out.Joined = v.Hits(d.Pack, found.Alike.Hits), v.Hits(d.Pack, found.Joined)
	if found.Alike.More {
		out.More = v.Words.N("search.more", join.Most)
	}
	for i, h := range found.Alike.Hits {
		if found.May && p.State == report.InTriage && h.Open() {
			out.Alike[i].Join = href(p.ID, "/join/"+h.Subject)
		}
	}
	for i, h := range found.Joined {
		if n := found.Unread[h.Subject]; n > 0 {
			out.Joined[i].New = &page.Tag{Text: v.T("desk.new"), Tone: "soon"}
		}
	}
	for _, j := range found.Past {
		out.Past = append(out.Past, d.undone(v, p.ID, j))
	}
	d.halves(v, p, found, data)
	if found.Join.Report == "" {
		return nil
	}
	out.Since, out.At = v.T("desk.joined_by", "Name", d.who(v, found.Join.By)), found.Join.At
	if found.Into != nil {
		out.Into = v.Hits(d.Pack, []join.Hit{*found.Into})
	}
	if found.Undo {
		out.Undo = href(p.ID, "/undo-join")
	}
	data.Release, data.Declare, data.MarkRead, data.Reply = false, false, false, nil
	if data.Step.Kind == "claim" {
		data.Step = d.step(v, p, false)
	}
	if found.Reply {
		data.MarkRead, data.Reply = waits(thread), d.replyForm(v, p, thread, a)
	}
	return nil
}

// undone says that a join was undone, as an event.
func (d *desk) undone(v *staff.Visit, id report.ID, j report.Joined) page.Event {
	other, words := j.Report, "desk.undone_from"
	if j.Report == id {
		other, words = report.ID(j.Into), "desk.undone_into"
	}
	return page.Event{When: j.Undone, By: d.who(v, j.UndoneBy), Title: v.T(words, "Handle", handle(other))}
}

// A joinView asks for the words to the reporter before the report is joined.
type joinView struct {
	head
	Target  []staff.Hit
	Action  string
	Message page.Textarea
	Form    bool
}

// into is what the address says the report is to be joined to; one that cannot be anything's is not there.
func into(v *staff.Visit) (string, error) {
	subject := v.R.PathValue("into")
	if ident.Check(subject) != nil {
		return "", fault.New(fault.Withheld, fault.CodeWithheld)
	}
	return subject, nil
}

// askJoin shows the form.
func (d *desk) askJoin(v *staff.Visit) error {
	l, err := d.Triage.Glance(v.Context(), v.Actor, access.ReportJoin, id(v))
	if err != nil {
		return plainly(v, access.ReportJoin, err)
	}
	words, err := d.words(v, l, string(report.Duplicate))
	if err != nil {
		return err
	}
	return d.showJoin(v, l, words, nil)
}

func (d *desk) showJoin(v *staff.Visit, l triage.Line, typed string, wrong error) error {
	subject, err := into(v)
	if err != nil {
		return err
	}
	h, err := d.Join.Target(v.Context(), v.Actor, join.Input{Report: l.ID, Into: subject})
	if err != nil {
		return plainly(v, access.ReportJoin, err)
	}
	data := joinView{head: d.head(v, l, report.Duplicate), Target: v.Hits(d.Pack, []join.Hit{h}), Action: href(l.ID, "/join/"+subject)}
	data.Form = data.Open() || wrong != nil
	if data.Behind, err = d.behind(v, l.ID); err != nil {
		return err
	}
	f := v.Frame(v.T("desk.join_title"))
	f.Back, f.Errors = &page.Back{Href: data.Report}, page.ErrorsOf(v.Words, wrong)
	data.Message = d.messageField(v, l, typed, f.Errors)
	return v.Render(httpx.StatusOf(wrong), "desk_join", f, data)
}

// join joins the report.
func (d *desk) join(v *staff.Visit) error {
	subject, err := into(v)
	if err != nil {
		return err
	}
	wrong := d.Join.Join(v.Context(), v.Actor, join.Input{Report: id(v), Into: subject, Message: v.Field("message")})
	if wrong == nil {
		return v.Done(href(id(v), ""), "desk_joined")
	}
	l, err := d.seen(v, wrong)
	if err != nil {
		return err
	}
	if err := d.showJoin(v, l, v.R.PostForm.Get("message"), plainly(v, access.ReportJoin, wrong)); !hidden(err) {
		return err
	}
	return plainly(v, access.ReportJoin, wrong)
}

// hidden tells whether a page could not be shown because it is not for the person.
func hidden(err error) bool {
	return slices.Contains([]fault.Kind{fault.Forbidden, fault.Withheld}, fault.KindOf(err))
}

// undoJoin ends the join.
func (d *desk) undoJoin(v *staff.Visit) error {
	if err := d.Join.Undo(v.Context(), v.Actor, id(v)); err != nil {
		return d.refused(v, again{wrong: plainly(v, access.ReportJoin, err)})
	}
	return v.Done(href(id(v), ""), "desk_unjoined")
}
