package triage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/task"
)

// Late tells whether the next step of the line is overdue; while its clock stands still it is not.
func (l Line) Late(now time.Time) bool { return !l.Held && !l.Due.IsZero() && now.After(l.Due) }

// Mark is another text as soon as the page would show something else: a page may look again and again, and be opened when it has
// changed.
func (l *Look) Mark() string {
	h, q := sha256.New(), l.page
	_, _ = fmt.Fprintln(h, "queue", l.of, q.Total, q.More, q.All, q.Rest, q.First, q.After != "", q.Flood, l.note.ID)
	for _, line := range q.Lines {
		line.mark(h, l.now)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (l Line) mark(h hash.Hash, now time.Time) {
	_, _ = fmt.Fprintln(h, l.ID, l.Version, l.State, l.Priority, l.Sequence, l.Confirmed, l.Next, l.Due.UnixMicro(), l.Held, l.Late(now),
		l.Holder, l.Translation, l.Quarantined)
}

const checkedSQL = `SELECT count(*) FROM triage_check WHERE subject = $1`

// Mark is another text as soon as the page of a report would show something else, but for its thread. Nothing is opened for it.
func (r *Room) Mark(ctx context.Context, actor access.Actor, id report.ID) (mark string, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReportRead, Subject: string(id)}); err != nil {
		return "", err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		l, err := r.one(ctx, tx, id)
		if err != nil {
			return err
		}
		h, checked := sha256.New(), 0
		l.mark(h, tx.Now)
		if err := tx.One(ctx, checkedSQL, []any{string(id)}, &checked); err != nil {
			return err
		}
		hands, err := handsOf(ctx, tx, string(id))
		if err != nil {
			return err
		}
		open, err := task.OpenFor(ctx, tx, string(id))
		_, _ = fmt.Fprintln(h, "report", checked, len(hands), l.Missing, l.MissingForCase)
		for _, t := range open {
			_, _ = fmt.Fprintln(h, t.ID, t.Version, t.Overdue(tx.Now), t.Paused(tx.Now))
		}
		mark = hex.EncodeToString(h.Sum(nil)[:16])
		return err
	})
	return mark, err
}
