package desk

import (
	"regexp"
	"strings"
	"time"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/httpx"
	"amparo/internal/page"
	"amparo/internal/report"
	"amparo/internal/triage"
	"amparo/internal/web/staff"
)

// A noteView is the note of the shift before.
type noteView struct {
	Who   string
	When  time.Time
	Parts []notePart
}

// A notePart is some words of the note; with an address they are the handle of a report that the reader may see.
type notePart struct{ Text, Href string }

var handles = regexp.MustCompile(`[0-9A-Za-z]+`)

// noteView says the note, with links where it names reports that the reader may see. A handle of two of these leads nowhere.
func (d *desk) noteView(v *staff.Visit, n *triage.Note, seen []report.ID) *noteView {
	if n == nil {
		return nil
	}
	known := map[string]report.ID{}
	for _, id := range seen {
		name := report.Handle(id)
		if _, twice := known[name]; twice {
			id = ""
		}
		known[name] = id
	}
	view, words, at := &noteView{Who: d.who(v, n.MadeBy), When: n.Made}, told(n.Words), 0
	for _, place := range handles.FindAllStringIndex(words, -1) {
		if id := known[strings.ToUpper(words[place[0]:place[1]])]; id != "" {
			view.Parts = append(view.Parts, notePart{Text: words[at:place[0]]}, notePart{words[place[0]:place[1]], href(id, "")})
			at = place[1]
		}
	}
	view.Parts = append(view.Parts, notePart{Text: words[at:]})
	return view
}

// askNote shows the form for the note.
func (d *desk) askNote(v *staff.Visit) error {
	if !access.May(v.Actor, access.DeskNote) {
		return d.Triage.WriteNote(v.Context(), v.Actor, "") // which refuses, and records it
	}
	return d.showNote(v, nil)
}

// writeNote puts the note for the next shift on the desk, or takes the one away that is there.
func (d *desk) writeNote(v *staff.Visit) error {
	err := d.Triage.WriteNote(v.Context(), v.Actor, v.Field("words"))
	if fault.KindOf(err) == fault.Invalid {
		return d.showNote(v, err)
	}
	if err != nil {
		return err
	}
	return v.Done(Path, "note_kept")
}

func (d *desk) showNote(v *staff.Visit, wrong error) error {
	f := v.Frame(v.T("desk.note"))
	f.Back, f.Errors = &page.Back{Href: Path}, page.ErrorsOf(v.Words, wrong)
	return v.Render(httpx.StatusOf(wrong), "desk_note", f, page.Textarea{Name: "words", Label: v.T("desk.note_words"), Hint: v.T("desk.note_hint"),
		Rows: 6, Max: triage.LongestReason, Value: v.R.PostForm.Get("words"), Error: f.Errors.Of("words")})
}
