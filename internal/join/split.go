package join

import (
	"context"
	"slices"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/ident"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
)

// A SplitInput splits a report in two. The form draws the id of its part, so that sending it twice is one split; the second report has
// another one, which comes of it.
type SplitInput struct {
	triage.Part
	Version int64 // of the report, as the person has seen it
}

// Split makes a second report of a part of what was told in a report without an outcome, and gives its id. Both are behind the same
// receipt and on the same desks, and whoever has the first has the second; the second has its own keys, priority by the rules, and clocks
// that run from when the first came in. Nothing is taken from the first. Whoever must not know of the one must not know of the other,
// for good. A report that has changed since it was seen is fault.Conflict; the other errors are those of triage.Room.Divide. The same
// input again changes nothing.
func (r *Room) Split(ctx context.Context, actor access.Actor, in SplitInput) (report.ID, error) {
	q := door.Request{Actor: actor, Action: access.ReportSplit, Subject: string(in.From)}
	if _, err := door.See(ctx, r.Store, q); err != nil {
		return "", err
	}
	if ident.Check(string(in.ID)) != nil {
		return "", fault.New(fault.Invalid, "fault.form_broken")
	}
	var err error
	if in.ID, err = ident.OfForm(in.ID, in.Part); err != nil { // other words, sent after going back, are not taken for these
		return "", err
	}
	done := false
	err = r.Store.Read(ctx, func(tx store.Tx) (err error) { _, done, err = splittable(ctx, tx, in); return err })
	if err != nil || done {
		return in.ID, err
	}
	second, err := r.Triage.Divide(ctx, in.Part)
	if err != nil {
		return "", err
	}
	return in.ID, door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		detail := map[string]string{"second": string(in.ID)}
		kept, done, err := splittable(ctx, tx, in)
		if err != nil || done {
			return detail, err
		}
		priority, named, err := r.Triage.DivideTx(ctx, tx, by, kept, second)
		if err != nil {
			return nil, err
		}
		detail["priority"] = string(priority)
		for _, user := range named {
			if err := r.nameAt(ctx, tx, by, in.From, user); err != nil {
				return nil, err
			}
		}
		return detail, nil
	})
}

// nameAt keeps a report from somebody whom it names itself: for its own sake, also where a join keeps it from them already.
func (r *Room) nameAt(ctx context.Context, tx store.Tx, by access.Proof, id report.ID, user string) error {
	known, err := grant.Excluded(ctx, tx, string(id), user)
	if err != nil {
		return err
	}
	if err := grant.Exclude(ctx, tx, by, string(id), user, grant.Named); err != nil {
		return err
	}
	if !known {
		if err := r.keptFrom(ctx, tx, by, string(id), user); err != nil {
			return err
		}
	}
	return r.KeepBehind(ctx, tx, by, id, user)
}

// splittable gives the report that is to be split, as it was seen; done says that this very split was made before.
func splittable(ctx context.Context, tx store.Tx, in SplitInput) (kept report.Report, done bool, err error) {
	before, there, err := report.SplitAs(ctx, tx, in.ID)
	if err != nil || there && before.Undone.IsZero() {
		return kept, there, err
	}
	kept, _, err = report.Load(ctx, tx, in.From)
	switch {
	case err != nil:
	case kept.State == report.Resolved:
		err = fault.New(fault.Conflict, "fault.resolved")
	case there || kept.Version != in.Version:
		err = fault.New(fault.Conflict, fault.CodeStale)
	}
	return kept, false, err
}

// KeepBehind keeps from somebody, who must not know of a report from now on, all that it was split from and into, also where that was
// undone, and what belongs to that.
func (r *Room) KeepBehind(ctx context.Context, tx store.Tx, by access.Proof, id report.ID, user string) error {
	behind, err := kindred(ctx, tx, id)
	if err != nil || len(behind) < 2 {
		return err
	}
	for _, one := range behind {
		if one == id {
			continue
		}
		known, err := grant.Excluded(ctx, tx, string(one), user)
		if err != nil {
			return err
		}
		if err := grant.Exclude(ctx, tx, by, string(one), user, grant.Declared); err != nil {
			return err
		}
		if known {
			continue
		}
		if err := r.keptFrom(ctx, tx, by, string(one), user); err != nil {
			return err
		}
	}
	all, err := group(ctx, tx, string(id))
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(all, func(s string) bool { return slices.Contains(behind, report.ID(s)) })
	return r.share(ctx, tx, by, texts(behind), rest)
}

// kindred gives a report with all that it was split from and into, and so on.
func kindred(ctx context.Context, tx store.Tx, id report.ID) ([]report.ID, error) {
	all := []report.ID{id}
	for i := 0; i < len(all); i++ {
		splits, err := report.Splits(ctx, tx, all[i])
		if err != nil {
			return nil, err
		}
		for _, s := range splits {
			for _, one := range []report.ID{s.From, s.Report} {
				if !slices.Contains(all, one) {
					all = append(all, one)
				}
			}
		}
	}
	return all, nil
}

// UndoSplit ends a split while nothing was done with the second report and the first has no outcome: the second ends, and the first is at
// least as urgent as it was. It is for whoever may split both. A report that is not split off from the first is fault.Conflict
// "fault.not_split", one with which something was done fault.Conflict "fault.split_used".
func (r *Room) UndoSplit(ctx context.Context, actor access.Actor, from, second report.ID) error {
	q := door.Request{Actor: actor, Action: access.ReportSplit, Subject: string(from)}
	if _, err := door.See(ctx, r.Store, q); err != nil {
		return err
	}
	latest, err := r.Triage.Latest(ctx, from)
	if err != nil {
		return err
	}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		s, holds, err := report.SplitOf(ctx, tx, second)
		if err == nil && (!holds || s.From != from) {
			err = fault.New(fault.Conflict, "fault.not_split")
		}
		if err != nil {
			return nil, err
		}
		if _, err := grant.Decide(ctx, tx, actor, access.ReportSplit, string(second)); err != nil {
			return nil, err
		}
		used, err := used(ctx, tx, s)
		if err == nil && used {
			err = fault.New(fault.Conflict, "fault.split_used")
		}
		if err != nil {
			return nil, err
		}
		return map[string]string{"undone": string(second)}, r.Triage.ReuniteTx(ctx, tx, by, s, latest)
	})
}

// used tells whether the split cannot be undone any more: one of both has its outcome, the reporter was answered from the second, something
// the reporter wrote waits there to be read, more became known of it, or another report came of it or was joined to it.
func used(ctx context.Context, tx store.Tx, s report.Split) (bool, error) {
	for _, id := range []report.ID{s.From, s.Report} {
		kept, _, err := report.Load(ctx, tx, id)
		if err != nil || kept.State == report.Resolved {
			return true, err
		}
	}
	for _, count := range []func() (int, error){
		func() (int, error) { return mailbox.Sent(ctx, tx, s.Report) },
		func() (int, error) { return mailbox.Unheard(ctx, tx, s.Report) },
		func() (int, error) { return triage.Amendments(ctx, tx, string(s.Report)) },
	} {
		if n, err := count(); err != nil || n > 0 {
			return true, err
		}
	}
	with, err := report.With(ctx, tx, s.Report)
	if err != nil || len(with) > 1 {
		return true, err
	}
	all, err := report.Splits(ctx, tx, s.Report)
	return slices.ContainsFunc(all, func(one report.Split) bool { return one.From == s.Report && one.Undone.IsZero() }), err
}

// A Half is the other report of a split, as the page of one shows it.
type Half struct {
	report.Split
	Other *Hit // nil when the actor may not read it
	Undo  bool // the actor may end the split
}

// halves gives the other reports of the splits of one that hold, and the splits that were undone.
func (p *Place) halves(ctx context.Context, tx store.Tx, actor access.Actor, id report.ID) error {
	all, err := report.Splits(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, s := range all {
		h, err := half(ctx, tx, actor, id, s)
		if err != nil {
			return err
		}
		switch {
		case h.Other == nil && s.From == id: // it is not theirs to know
		case !s.Undone.IsZero():
			p.Reunited = append(p.Reunited, h)
		default:
			p.Halves = append(p.Halves, h)
		}
	}
	return nil
}

func half(ctx context.Context, tx store.Tx, actor access.Actor, id report.ID, s report.Split) (h Half, err error) {
	h.Split = s
	other := s.From
	if s.From == id {
		other = s.Report
	}
	ties, err := grant.Relations(ctx, tx, actor, string(other))
	if err != nil || !access.May(actor, access.ReportRead, ties...) {
		return h, err
	}
	seen, err := hit(ctx, tx, match.Likeness{Subject: string(other)})
	if err != nil {
		return h, err
	}
	h.Other = &seen
	if s.From != id || !s.Undone.IsZero() || !access.May(actor, access.ReportSplit, ties...) {
		return h, nil
	}
	if _, no := grant.Decide(ctx, tx, actor, access.ReportSplit, string(id)); no != nil {
		return h, nil
	}
	done, err := used(ctx, tx, s)
	h.Undo = !done
	return h, err
}

// OpenBehind gives what else is behind the receipt of a report without an outcome, of what the actor may read: a reporter who is told of
// an end is to know of which.
func (r *Room) OpenBehind(ctx context.Context, actor access.Actor, id report.ID) (list []report.ID, err error) {
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		list = nil
		behind, err := intake.Parts(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, one := range behind {
			ties, err := grant.Relations(ctx, tx, actor, string(one))
			if err != nil {
				return err
			}
			if one == id || !access.May(actor, access.ReportRead, ties...) {
				continue
			}
			kept, _, err := report.Load(ctx, tx, one)
			if err != nil {
				return err
			}
			if kept.State != report.Resolved {
				list = append(list, one)
			}
		}
		return nil
	})
	return list, err
}
