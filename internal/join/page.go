package join

import (
	"cmp"
	"context"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/mailbox"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/store"
)

// A Place is what the page of a report shows of what it is joined to, and of what may be about the same.
type Place struct {
	Join   report.Joined // of the report; the zero value when it is not joined
	Into   *Hit          // what it is joined to; nil when it is not, or the actor may not read that
	Reply  bool          // the actor answers on it, as whoever has what it is joined to
	Undo   bool          // the actor may end the join
	May    bool          // the actor may join it
	Joined []Hit         // the reports that are joined to it
	Unread map[string]int
	Past   []report.Joined // joins that were undone
	// Halves are the other reports of the splits that it came of, or that were made of it. Reunited are splits that were undone.
	Halves, Reunited []Half
	Split            bool // the actor may split it
	Alike            Found
}

// Show gives the place of a report, of what the actor may read. Nothing is opened.
func (r *Room) Show(ctx context.Context, actor access.Actor, id report.ID) (p Place, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReportRead, Subject: string(id)}); err != nil {
		return p, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		p = Place{Unread: map[string]int{}}
		ties, err := grant.Relations(ctx, tx, actor, string(id))
		if err != nil {
			return err
		}
		p.May, p.Split = access.May(actor, access.ReportJoin, ties...), access.May(actor, access.ReportSplit, ties...)
		if err := p.halves(ctx, tx, actor, id); err != nil {
			return err
		}
		all, err := report.Joins(ctx, tx, string(id))
		if err != nil {
			return err
		}
		for _, j := range all {
			if err := p.add(ctx, tx, actor, id, j); err != nil {
				return err
			}
		}
		if p.Join.Report != "" {
			return nil // it is worked there
		}
		p.Alike, err = Alike(ctx, tx, actor, id)
		return err
	})
	return p, err
}

// add puts one join where it belongs.
func (p *Place) add(ctx context.Context, tx store.Tx, actor access.Actor, id report.ID, j report.Joined) error {
	other := string(j.Report)
	if j.Report == id {
		other = j.Into
	}
	file, err := readable(ctx, tx, actor, Input{Report: id, Into: other})
	seen := err == nil
	switch {
	case j.Report == id && j.Undone.IsZero():
		p.Join, p.Undo = j, p.May && MayUndo(actor, j, tx.Now)
	case !seen:
		return nil
	case !j.Undone.IsZero():
		p.Past = append(p.Past, j)
		return nil
	}
	if !seen {
		return nil
	}
	h, err := hit(ctx, tx, match.Likeness{Subject: other, Case: file})
	if err != nil {
		return err
	}
	if j.Report == id {
		p.Into = &h
		if !file {
			_, no := grant.Decide(ctx, tx, actor, access.ReportReply, other)
			p.Reply = no == nil
		}
		return nil
	}
	p.Joined = append(p.Joined, h)
	p.Unread[other], err = mailbox.Waits(ctx, tx, report.ID(other))
	return err
}

// Target gives what a report would be joined to, for the form that asks; the errors are those of Join.
func (r *Room) Target(ctx context.Context, actor access.Actor, in Input) (h Hit, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReportJoin, Subject: string(in.Report)}); err != nil {
		return h, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		file, err := readable(ctx, tx, actor, in)
		if err != nil {
			return err
		}
		h, err = hit(ctx, tx, match.Likeness{Subject: in.Into, Case: file})
		return err
	})
	if fault.KindOf(err) == fault.Withheld { // it is refused there, and recorded
		_, refused := door.See(ctx, r.Store, door.Request{Actor: actor, Action: access.ReportRead, Subject: in.Into})
		return h, cmp.Or(refused, err)
	}
	return h, err
}

// Answering gives what answers for a report: the report itself, or another that it is joined to. Who may answer is decided there.
func (r *Room) Answering(ctx context.Context, id report.ID) (to report.ID, err error) {
	to = id
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		to = id
		j, holds, err := report.JoinOf(ctx, tx, id)
		if err != nil || !holds {
			return err
		}
		if _, _, err := report.Load(ctx, tx, report.ID(j.Into)); fault.KindOf(err) == fault.Withheld {
			return nil // it is a case
		}
		to = report.ID(j.Into)
		return nil
	})
	return to, err
}
