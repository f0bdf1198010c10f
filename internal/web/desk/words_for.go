package desk

import (
	"maps"
	"slices"
	"strings"

	"amparo/internal/access"
	"amparo/internal/instrument"
	"amparo/internal/intake"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// longestSentence is how many words a sentence to a reader may have before it is hard to read.
var longestSentence = map[intake.Reader]int{intake.Child: 15, intake.Adult: 25}

// begin puts words of the country before what was typed, to be changed; nothing is sent.
func (d *desk) begin(v *staff.Visit, f *replyForm, code string) error {
	l, err := d.Triage.Glance(v.Context(), v.Actor, access.ReportReply, id(v))
	if err != nil {
		return d.refused(v, again{wrong: plainly(v, access.ReportReply, err), reply: f})
	}
	for _, r := range d.beginnings(v, l) {
		if r.Code == code {
			f.Words.Value = strings.TrimSpace(r.Words + "\n\n" + f.Words.Value)
		}
	}
	return d.show(v, again{reply: f})
}

// beginnings are words for whoever reported, in their language and for their age.
func (d *desk) beginnings(v *staff.Visit, l triage.Line) []jurisdiction.Reply {
	return d.Pack.Replies(jurisdiction.Reader(l.Reader), l.Language, v.Words.Tag())
}

// restated tells whether a reply repeats what was told, or is hard to read; then the page is shown with what was found, and nothing is
// sent. What was told is opened for the page that is shown, and compared in memory.
func (d *desk) restated(v *staff.Visit, f *replyForm, text string) (shown bool, err error) {
	if _, err := d.Triage.Glance(v.Context(), v.Actor, access.ReportReply, id(v)); err != nil {
		return true, d.refused(v, again{wrong: plainly(v, access.ReportReply, err), reply: f})
	}
	p, thread, err := d.opened(v)
	if err != nil {
		return true, err
	}
	for _, one := range mailbox.Restates(text, d.toldIn(p, thread), longestSentence[p.Reader]) {
		f.Found = append(f.Found, v.T("desk.found_"+string(one.Kind), "Words", staff.Shown(one.Words)))
	}
	if len(f.Found) == 0 {
		return false, nil
	}
	return true, d.showOpened(v, "", p, thread, again{reply: f})
}

// toldIn sorts what was told by what must not be said again.
func (d *desk) toldIn(p triage.Page, thread []mailbox.Message) (t mailbox.Told) {
	in := d.Pack.Instrument(p.Instrument)
	for private, half := range map[bool]instrument.Answers{false: p.Content, true: p.Identity} {
		for _, name := range slices.Sorted(maps.Keys(half)) {
			var kind instrument.Kind
			if in != nil {
				if q, ok := in.Question(name); ok {
					kind = q.Kind
				}
			}
			switch {
			case kind.Coded():
			case kind == instrument.Accounts:
				t.Accounts = append(t.Accounts, half[name]...)
			case private:
				t.Names = append(t.Names, half[name]...)
			default:
				t.Words = append(t.Words, half[name]...)
			}
		}
	}
	for _, m := range thread {
		if m.Sender == mailbox.Reporter {
			t.Words = append(t.Words, m.Text)
		}
	}
	return t
}
