package triage

import (
	"context"
	"slices"
	"time"

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
	"amparo/internal/task"
)

// A HandInput hands a report to a colleague.
type HandInput struct {
	Report report.ID
	To     string // a user id, one of those that Takers gives
	Note   string // what they should know first; may be empty
}

// A Hand is one time in which a report went from one colleague to another.
type Hand struct {
	From, To, MadeBy string // user ids
	Note             string
	Made             time.Time
	Holds            bool // whoever it went to has had it ever since
}

// CodeNobodyHas says that a report cannot be handed on, since nobody has it: it is claimed.
const CodeNobodyHas fault.Code = "fault.nobody_has"

// Hand gives a claimed report to a colleague of a desk that it lies on who may know of it. The claim and the open tasks are theirs
// from then on, with their clocks as they stand, and they hear that something waits. Somebody else is fault.Invalid with the field
// "to"; a report that nobody has is fault.Conflict CodeNobodyHas, one that became a case fault.Conflict "fault.resolved".
func (r *Room) Hand(ctx context.Context, actor access.Actor, in HandInput) error {
	in.Note, _ = instrument.CleanText(in.Note, 0)
	q := door.Request{Actor: actor, Action: access.ReportHand, Subject: string(in.Report)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		former, err := r.handable(ctx, tx, in)
		if err != nil {
			return nil, err
		}
		subject := string(in.Report)
		return map[string]string{"from": former, "user": in.To}, first(
			func() error { return grant.End(ctx, tx, by, subject, former, access.Claimant) },
			func() error { return grant.Give(ctx, tx, by, subject, in.To, access.Claimant) },
			func() error { return task.Assign(ctx, tx, by, subject, former, in.To) },
			func() error { return r.keepHand(ctx, tx, by, former, in) },
			func() error {
				if r.Handed == nil {
					return nil
				}
				return r.Handed(ctx, tx, subject)
			},
		)
	})
}

// handable gives who has the report, when it can be handed on as the input says.
func (r *Room) handable(ctx context.Context, tx store.Tx, in HandInput) (former string, err error) {
	kept, _, err := report.Load(ctx, tx, in.Report)
	if err == nil && kept.Outcome == report.OpenedCase {
		err = fault.New(fault.Conflict, "fault.resolved")
	}
	if err != nil {
		return "", err
	}
	takers, former, err := r.takers(ctx, tx, in.Report)
	if err != nil {
		return "", err
	}
	wrong := fault.New(fault.Invalid, "fault.form")
	if !slices.ContainsFunc(takers, func(p Person) bool { return p.User == in.To }) {
		wrong.With("to", "fault.answer_required")
	}
	if len([]rune(in.Note)) > LongestReason {
		wrong.With("note", "fault.long", "Max", LongestReason)
	}
	if wrong.Wrong() {
		return "", wrong
	}
	return former, nil
}

// Takers gives whom the actor may hand the report to: everybody on the desks that it lies on who may know of it, but for who has
// it. The errors are those of Hand.
func (r *Room) Takers(ctx context.Context, actor access.Actor, id report.ID) (list []Person, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReportHand, Subject: string(id)}); err != nil {
		return nil, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) { list, _, err = r.takers(ctx, tx, id); return err })
	return list, err
}

func (r *Room) takers(ctx context.Context, tx store.Tx, id report.ID) (list []Person, former string, err error) {
	former, err = grant.Holder(ctx, tx, string(id), access.Claimant)
	if err == nil && former == "" {
		err = fault.New(fault.Conflict, CodeNobodyHas)
	}
	if err != nil {
		return nil, "", err
	}
	all, err := r.knowing(ctx, tx, string(id))
	return slices.DeleteFunc(all, func(p Person) bool { return p.User == former }), former, err
}

const (
	insertHandSQL = `INSERT INTO report_hand (id, subject, former, colleague, note, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	handsSQL      = `SELECT id, former, colleague, note, made_at, made_by FROM report_hand WHERE subject = $1 ORDER BY made_at DESC, id DESC`
)

func (r *Room) keepHand(ctx context.Context, tx store.Tx, by access.Proof, former string, in HandInput) error {
	id, subject := ident.New[string](tx.Now), string(in.Report)
	sealed, err := r.Reveal.Seal(ctx, subject, reveal.Content, handCell(id), []byte(in.Note))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertHandSQL, id, subject, former, in.To, sealed, clock.Micro(tx.Now), by.Actor().ID)
	return err
}

func handCell(row string) reveal.Cell {
	return reveal.Cell{Table: "report_hand", Column: "note", Row: row}
}

// a sealedHand is a Hand whose note is still sealed.
type sealedHand struct {
	Hand
	id   string
	note []byte
}

func handsOf(ctx context.Context, tx store.Tx, subject string) (list []sealedHand, err error) {
	err = tx.Each(ctx, handsSQL, []any{subject}, func(scan func(...any) error) error {
		var h sealedHand
		var made int64
		err := scan(&h.id, &h.From, &h.To, &h.note, &made, &h.MadeBy)
		h.Made = clock.FromMicro(made)
		list = append(list, h)
		return err
	})
	if err != nil || len(list) == 0 {
		return list, err
	}
	given, err := grant.History(ctx, tx, subject)
	list[0].Holds = slices.ContainsFunc(given, func(g grant.Grant) bool {
		return g.Relation == access.Claimant && g.EndedAt.IsZero() && g.Grantee == list[0].To && g.GivenAt.Equal(list[0].Made)
	})
	return list, err
}

func openHands(ctx context.Context, v *reveal.View, subject string, kept []sealedHand) (list []Hand, err error) {
	for _, h := range kept {
		note, err := v.Open(ctx, subject, reveal.Content, handCell(h.id), h.note)
		if err != nil {
			return nil, err
		}
		h.Note = string(note)
		list = append(list, h.Hand)
	}
	return list, nil
}
