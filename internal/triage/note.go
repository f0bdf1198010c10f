package triage

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/instrument"
	"amparo/internal/report"
	"amparo/internal/reveal"
	"amparo/internal/store"
)

// A Note is what the shift that goes says to the one that comes.
type Note struct {
	ID     string
	Words  string
	Made   time.Time
	MadeBy string // user id
}

// NoteLife is how long a note for the next shift is shown, when no other takes its place.
const NoteLife = 24 * time.Hour

const (
	keepNoteSQL = `INSERT INTO desk_note (agency, id, note, made_at, made_by) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (agency) DO UPDATE SET id = $2, note = $3, made_at = $4, made_by = $5`
	dropNoteSQL = `DELETE FROM desk_note WHERE agency = $1`
	keptFromSQL = `SELECT c.subject ` + grant.KeptFromSQL + `$1`
	noteSQL     = `SELECT id, note, made_at, made_by FROM desk_note WHERE agency = $1 AND made_at > $2`
)

// A NoteInput is a note for the next shift. Seen is the id of the note that stood on the desk when it was written; empty for none.
type NoteInput struct{ Words, Seen string }

// WriteNote puts the note for the next shift of the actor's desk in place of the one that is there; without words it takes that away.
// It is sealed under a key of its own. A note that the actor has not seen is not lost by it: that is fault.Conflict.
func (r *Room) WriteNote(ctx context.Context, actor access.Actor, in NoteInput) error {
	in.Words, _ = instrument.CleanText(in.Words, 0)
	q := door.Request{Actor: actor, Action: access.DeskNote}
	if _, err := door.See(ctx, r.Store, q); err != nil { // before a key is made
		return err
	}
	if len([]rune(in.Words)) > LongestReason {
		return fault.New(fault.Invalid, "fault.form").With("words", "fault.long", "Max", LongestReason)
	}
	id, err := r.noteKey(ctx, in)
	if err != nil {
		return err
	}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		there, err := noteOf(ctx, tx, actor)
		if err == nil && there.ID != in.Seen {
			err = fault.New(fault.Conflict, fault.CodeStale)
		}
		if err != nil {
			return nil, err
		}
		if in.Words == "" {
			_, err := tx.Exec(ctx, dropNoteSQL, actor.Agency)
			return map[string]string{"did": "drop"}, err
		}
		sealed, err := r.Reveal.Seal(ctx, id, reveal.Content, noteCell(id), []byte(in.Words))
		if err != nil {
			return nil, err
		}
		_, err = tx.Exec(ctx, keepNoteSQL, actor.Agency, id, sealed, clock.Micro(tx.Now), by.Actor().ID)
		return map[string]string{"did": "keep"}, err
	})
}

// noteKey makes the key of a note, and gives its id; none for a note without words.
func (r *Room) noteKey(ctx context.Context, in NoteInput) (id string, err error) {
	if in.Words == "" {
		return "", nil
	}
	if err := r.Store.Read(ctx, func(tx store.Tx) error { id = ident.New[string](tx.Now); return nil }); err != nil {
		return "", err
	}
	return id, r.Reveal.MakeKeys(ctx, id)
}

// ShiftNote gives the note that stands on the actor's desk, for whoever would write another; the zero Note when there is none. Lines
// about a report that the actor must not know of are left out.
func (r *Room) ShiftNote(ctx context.Context, actor access.Actor) (n Note, err error) {
	by, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.DeskNote})
	if err != nil {
		return n, err
	}
	var kept sealedNote
	if err := r.Store.Read(ctx, func(tx store.Tx) (err error) { kept, err = noteOf(ctx, tx, actor); return err }); err != nil || kept.ID == "" {
		return n, err
	}
	err = r.Reveal.Show(ctx, by, func(v *reveal.View) (err error) { n, err = kept.open(ctx, v); return err })
	return n, err
}

func noteCell(row string) reveal.Cell {
	return reveal.Cell{Table: "desk_note", Column: "note", Row: row}
}

// a sealedNote is a Note that is still sealed.
type sealedNote struct {
	Note
	sealed []byte
	kept   map[string]bool // handles of what the reader must not know of
}

// noteOf finds the note of the reader's desk that is not too old; one without an id when there is none.
func noteOf(ctx context.Context, tx store.Tx, reader access.Actor) (n sealedNote, err error) {
	var made int64
	err = tx.One(ctx, noteSQL, []any{reader.Agency, clock.Micro(tx.Now.Add(-NoteLife))}, &n.ID, &n.sealed, &made, &n.MadeBy)
	if errors.Is(err, store.ErrNoRow) {
		return sealedNote{}, nil
	}
	if err != nil {
		return n, err
	}
	n.Made, n.kept = clock.FromMicro(made), map[string]bool{}
	return n, tx.Each(ctx, keptFromSQL, []any{reader.ID}, func(scan func(...any) error) error {
		var id report.ID
		err := scan(&id)
		n.kept[report.Handle(id)] = true
		return err
	})
}

// open unseals a note. Lines about a report that the reader must not know of are left out; its words may be empty then.
func (n sealedNote) open(ctx context.Context, v *reveal.View) (Note, error) {
	if n.ID == "" {
		return Note{}, nil
	}
	words, err := v.Open(ctx, n.ID, reveal.Content, noteCell(n.ID), n.sealed)
	if err != nil {
		return Note{}, err
	}
	lines := slices.DeleteFunc(strings.Split(string(words), "\n"), func(line string) bool {
		return slices.ContainsFunc(strings.FieldsFunc(strings.ToUpper(line), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsNumber(c) }),
			func(word string) bool { return n.kept[word] })
	})
	n.Words = strings.TrimSpace(strings.Join(lines, "\n"))
	return n.Note, nil
}
