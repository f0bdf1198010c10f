package desk

import (
	"maps"
	"strings"

	"amparo/internal/access"
	"amparo/internal/instrument"
	"amparo/internal/jurisdiction"
	"amparo/internal/mailbox"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

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
	answers := instrument.Answers{}
	maps.Copy(answers, p.Content)
	maps.Copy(answers, p.Identity)
	f.Found = v.Restates(text, p.Reader, mailbox.ToldBefore(d.Pack.Instrument(p.Instrument), answers, thread))
	if len(f.Found) == 0 {
		return false, nil
	}
	return true, d.showOpened(v, "", p, thread, again{reply: f})
}
