package desk

import (
	"fmt"
	"time"

	"amparo/internal/mailbox"
	"amparo/internal/store"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A lookView is how a page looks again whether it is still as things are: by its script, or by a link.
type lookView struct {
	Href, Mark string
	Made       time.Time
}

// queueMark is another text as soon as the page of the queue would show something else; unread are the replies that wait in the reports
// that it shows.
func (d *desk) queueMark(v *staff.Visit, l *triage.Look) (mark string, unread map[string]int, err error) {
	err = d.Store.Read(v.Context(), func(tx store.Tx) (err error) { unread, err = mailbox.UnreadOf(v.Context(), tx, l.Shown()); return err })
	return fmt.Sprint(l.Mark(), unread), unread, err // maps are printed in order
}

// reportMark is another text as soon as the page of the report would show something else.
func (d *desk) reportMark(v *staff.Visit) (string, error) {
	mark, err := d.Triage.Mark(v.Context(), v.Actor, id(v))
	if err != nil {
		return "", err
	}
	var said string
	err = d.Store.Read(v.Context(), func(tx store.Tx) (err error) { said, err = mailbox.Mark(v.Context(), tx, id(v)); return err })
	return mark + said, err
}
