package reveal

import (
	"context"
	"maps"
	"slices"

	"amparo/internal/access"
	"amparo/internal/audit"
	"amparo/internal/store"
	"amparo/internal/vault/open"
	"amparo/internal/vault/seal"
)

// A Purpose says which of a subject's two keys a thing is sealed under.
type Purpose = open.Purpose

// The purposes.
const (
	Content  = open.Content  // what was told and written
	Identity = open.Identity // who and how to reach them
)

// A Cell says where a sealed thing is kept: moved elsewhere it does not open.
type Cell = open.Cell

// A Room seals and opens for the case side. It is safe for use by many goroutines.
type Room struct {
	store *store.Store
	vault *open.Vault
}

// New makes a Room over the main store.
func New(s *store.Store, v *open.Vault) *Room { return &Room{s, v} }

// MakeKeys makes the keys of subjects that have none. They are committed in the key store at once; keys whose subject
// never comes to be harm nobody.
func (r *Room) MakeKeys(ctx context.Context, subjects ...string) error {
	return r.vault.NewDataKeys(ctx, subjects, Content, Identity)
}

// DropKeys erases the subject's keys: what they sealed is lost when the backups of the key store have run out. Erasing twice is no error.
func (r *Room) DropKeys(ctx context.Context, subject string) error {
	return r.vault.DropDataKeys(ctx, subject)
}

// Seal seals plain under the subject's key. The subject's keys must have been made.
func (r *Room) Seal(ctx context.Context, subject string, p Purpose, c Cell, plain []byte) ([]byte, error) {
	return r.vault.Seal(ctx, subject, p, c, plain)
}

// Blind gives the digest by which a text of a kind is found again and not read; see the vault. Nothing is opened by it.
func (r *Room) Blind(kind, text string) []byte { return r.vault.Blind(kind, text) }

// A View opens sealed things for one page and remembers whose they were.
type View struct {
	room *Room
	seen map[string]bool
}

// Open opens one sealed thing. What cannot be opened is an error: it was changed, moved, or its key was erased.
func (v *View) Open(ctx context.Context, subject string, p Purpose, c Cell, sealed []byte) ([]byte, error) {
	v.seen[subject] = true
	return v.room.vault.Open(ctx, subject, p, c, sealed)
}

// Warm fetches the keys of many subjects at once, for a page that opens something of each. What cannot be had is left to Open to tell.
func (v *View) Warm(ctx context.Context, subjects []string) {
	_ = v.room.vault.Warm(ctx, subjects)
}

// Show runs f, which opens what a page needs, and then records one audit entry that names every subject of which
// something was opened. Only when Show has returned nil may the page be shown: when the entry cannot be written,
// nothing was seen.
func (r *Room) Show(ctx context.Context, by access.Proof, f func(v *View) error) error {
	v := &View{r, map[string]bool{}}
	if err := f(v); err != nil {
		return err
	}
	if len(v.seen) == 0 {
		return nil
	}
	return r.record(ctx, by, slices.Sorted(maps.Keys(v.seen)))
}

// Envelope opens what the public side sealed, for the job whose work it is, and records that it did.
func (r *Room) Envelope(ctx context.Context, by access.Proof, subject, keyID string, b seal.Binding, sealed []byte) ([]byte, error) {
	e := &Envelope{Subject: subject, KeyID: keyID, Binding: b, Sealed: sealed}
	if err := r.Envelopes(ctx, by, []*Envelope{e}); err != nil {
		return nil, err
	}
	return e.Plain, e.Err
}

// An Envelope is what the public side sealed; when it was opened, with what is in it, or why it cannot be.
type Envelope struct {
	Subject, KeyID string
	Binding        seal.Binding
	Sealed         []byte
	Plain          []byte
	Err            error
}

// Envelopes opens several for the job whose work they are, and records in one entry that it did. When that cannot be written nothing was opened.
func (r *Room) Envelopes(ctx context.Context, by access.Proof, list []*Envelope) error {
	var opened []string
	for _, e := range list {
		if e.Plain, e.Err = r.vault.OpenEnvelope(ctx, e.KeyID, e.Binding, e.Sealed); e.Err == nil {
			opened = append(opened, e.Subject)
		}
	}
	if len(opened) == 0 {
		return nil
	}
	err := r.record(ctx, by, opened)
	if err != nil {
		for _, e := range list {
			e.Plain = nil
		}
	}
	return err
}

func (r *Room) record(ctx context.Context, by access.Proof, subjects []string) error {
	return r.store.Write(ctx, func(tx store.Tx) error {
		return audit.Record(ctx, tx, audit.Entry{Actor: by.Actor(), Action: "sealed.open", Outcome: audit.Done,
			Reason: string(by.Action()), Subjects: subjects})
	})
}
