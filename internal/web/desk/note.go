package desk

import (
	"regexp"
	"strings"
	"time"

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

// noteView says the note, nil for none, with links where it names reports that the reader may see: known, by their handles.
func (d *desk) noteView(v *staff.Visit, n triage.Note, known map[string]report.ID) *noteView {
	if n.Words == "" {
		return nil
	}
	view, words, at := &noteView{Who: d.who(v, n.MadeBy), When: n.Made}, staff.Shown(n.Words), 0
	for _, place := range handles.FindAllStringIndex(words, -1) {
		if id := known[strings.ToUpper(words[place[0]:place[1]])]; id != "" {
			view.Parts = append(view.Parts, notePart{Text: words[at:place[0]]}, notePart{words[place[0]:place[1]], href(id, "")})
			at = place[1]
		}
	}
	view.Parts = append(view.Parts, notePart{Text: words[at:]})
	return view
}

// A noteForm writes the note for the next shift.
type noteForm struct {
	Note  *noteView // what it takes the place of; nil when there is none
	Seen  string
	Words page.Textarea
}

// askNote shows the form for the note, below the one that is there.
func (d *desk) askNote(v *staff.Visit) error { return d.showNote(v, nil) }

// writeNote puts the note for the next shift on the desk, or takes the one away that is there. When a colleague was faster, the page
// shows theirs, and what was typed.
func (d *desk) writeNote(v *staff.Visit) error {
	err := d.Triage.WriteNote(v.Context(), v.Actor, triage.NoteInput{Words: v.Field("words"), Seen: v.Field("seen")})
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.Conflict {
		return d.showNote(v, err)
	}
	if err != nil {
		return err
	}
	return v.Done(Path, "note_kept")
}

func (d *desk) showNote(v *staff.Visit, wrong error) error {
	now, err := d.Triage.ShiftNote(v.Context(), v.Actor)
	if err != nil {
		return err
	}
	f := v.Frame(v.T("desk.note"))
	f.Back, f.Errors = &page.Back{Href: Path}, page.ErrorsOf(v.Words, wrong)
	data := noteForm{Note: d.noteView(v, now, nil), Seen: now.ID, Words: page.Textarea{Name: "words", Label: v.T("desk.note_words"), Hint: v.T("desk.note_hint"),
		Rows: 6, Max: triage.LongestReason, Value: v.R.PostForm.Get("words"), Error: f.Errors.Of("words")}}
	return v.Render(httpx.StatusOf(wrong), "desk_note", f, data)
}
