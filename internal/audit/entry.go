package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"amparo/internal/access"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// An EntryID names one entry.
type EntryID string

// An Outcome says whether what was asked for was done.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused"
)

// Longest is the number of characters that a reason, a subject or a value of the detail may have.
const Longest = 100

// most bounds how many subjects and how many details one entry names.
const most = 1000

// An Entry says who did or saw what. It holds ids, codes and counts: never a name, a place or anybody's words.
type Entry struct {
	Actor   access.Actor
	Action  access.Action
	Outcome Outcome
	// Reason is a code, as the one of the fault that refused; empty where there is none.
	Reason string
	// Subjects are the ids of everything that was changed or shown, in any order.
	Subjects []string
	// Detail holds codes and counts by name.
	Detail map[string]string
}

// Record writes the entry into the caller's transaction, at the transaction's time. The sequencer numbers it soon
// after the commit. It fails, and so undoes what the caller did, when the entry is not complete or holds what could be
// more than a code: a text longer than [Longest] characters, or one with line breaks or other control characters.
func Record(ctx context.Context, tx store.Tx, e Entry) error {
	if err := e.check(); err != nil {
		return fmt.Errorf("an audit entry for %q: %w", e.Action, err)
	}
	r, err := e.row(tx.Now)
	if err != nil {
		return err
	}
	return insertEntry(ctx, tx, r)
}

func (e Entry) check() error {
	switch {
	case e.Actor.Kind == "":
		return fmt.Errorf("nobody did it")
	case e.Action == "":
		return fmt.Errorf("nothing was done")
	case e.Outcome != Done && e.Outcome != Refused:
		return fmt.Errorf("%q is no outcome", e.Outcome)
	case len(e.Subjects) > most || len(e.Detail) > most:
		return fmt.Errorf("more than %d subjects or details", most)
	}
	texts := []string{e.Actor.ID, e.Actor.Agency, string(e.Action), e.Reason}
	for name, value := range e.Detail {
		texts = append(texts, name, value)
	}
	for _, s := range slices.Concat(texts, e.Subjects) {
		if err := code(s); err != nil {
			return err
		}
	}
	for _, s := range e.Subjects {
		if s == "" || strings.ContainsFunc(s, unicode.IsSpace) {
			return fmt.Errorf("a subject is an id, without spaces")
		}
	}
	return nil
}

// code tells whether s could be a code, an id or a count. The error does not repeat s.
func code(s string) error {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return fmt.Errorf("a value with control characters")
	}
	if utf8.RuneCountInString(s) > Longest {
		return fmt.Errorf("a value with more than %d characters", Longest)
	}
	return nil
}

// A row is an entry as it is stored and hashed; every column is text.
type row struct {
	id, at, kind, actor, agency, roles, action, outcome, reason, subjects, detail string
}

func (e Entry) row(at time.Time) (row, error) {
	detail := "{}"
	if len(e.Detail) > 0 {
		raw, err := json.Marshal(e.Detail) // in the order of the names
		if err != nil {
			return row{}, err
		}
		detail = string(raw)
	}
	roles := make([]string, len(e.Actor.Roles))
	for i, r := range e.Actor.Roles {
		roles[i] = string(r)
	}
	return row{
		id: ident.New[string](at), at: fmt.Sprint(at.UnixMicro()),
		kind: string(e.Actor.Kind), actor: e.Actor.ID, agency: e.Actor.Agency, roles: strings.Join(roles, " "),
		action: string(e.Action), outcome: string(e.Outcome), reason: e.Reason,
		subjects: frame(e.Subjects), detail: detail,
	}, nil
}

// frame writes subjects so that one of them is found as " id ".
func frame(subjects []string) string {
	if len(subjects) == 0 {
		return ""
	}
	return " " + strings.Join(subjects, " ") + " "
}
