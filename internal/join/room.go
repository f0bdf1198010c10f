package join

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/casework"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/grant"
	"amparo/internal/intake"
	"amparo/internal/mailbox"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/store"
	"amparo/internal/triage"
)

// Regret is how long whoever has joined a report may undo that alone; a supervisor may at any time.
const Regret = 24 * time.Hour

// Config is what a Room needs. Every field is needed.
type Config struct {
	Store    *store.Store
	Match    *match.Room
	Triage   *triage.Room
	Casework *casework.Room
	Mailbox  *mailbox.Room
}

// A Room finds and joins. It is safe for use by many goroutines.
type Room struct{ Config }

// New makes a Room.
func New(c Config) *Room { return &Room{c} }

// An Input joins a report to a target.
type Input struct {
	Report  report.ID
	Into    string // the id of a report or of a case
	Message string // what the reporter is told; never empty
}

// a target is what a report is joined to.
type target struct {
	id     string
	file   bool              // it is a case
	latest triage.Assessment // of a report
}

// Join gives a claimed and confirmed report the outcome report.Duplicate and joins it to an open report or an open case that the
// actor may read. Whoever must not know of the one must not know of the other from now on; the target is at least as urgent as the
// report; the mailbox goes to whoever has the target; the reporter is told. The errors are those of triage.Room.Finish; a target that
// the actor may not read, or that is the report itself, is fault.Withheld, one that is not open fault.Conflict "fault.join_closed".
// Joining it again to the same target changes nothing.
func (r *Room) Join(ctx context.Context, actor access.Actor, in Input) error {
	q := door.Request{Actor: actor, Action: access.ReportJoin, Subject: string(in.Report)}
	t, err := r.aim(ctx, q, in)
	if err != nil {
		return err
	}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		now, holds, err := report.JoinOf(ctx, tx, in.Report)
		if err != nil {
			return nil, err
		}
		detail := map[string]string{"into": in.Into}
		t := t // the change may run twice
		if t.file, err = readable(ctx, tx, actor, in); err != nil || holds && now.Into == in.Into {
			return detail, err
		}
		if err := t.open(ctx, tx); err != nil {
			return nil, err
		}
		return detail, r.join(ctx, tx, by, in, t)
	})
}

// aim looks at the target before the transaction, and opens the assessment of a report.
func (r *Room) aim(ctx context.Context, q door.Request, in Input) (t target, err error) {
	if _, err := door.See(ctx, r.Store, q); err != nil {
		return t, err
	}
	t.id = in.Into
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		t.file, err = readable(ctx, tx, q.Actor, in)
		return err
	})
	if err != nil || t.file {
		if fault.KindOf(err) == fault.Withheld {
			err = nil // it is refused, and recorded, at the door
		}
		return t, err
	}
	t.latest, err = r.Triage.Latest(ctx, report.ID(in.Into))
	return t, err
}

// readable tells whether the target is a case. One that the actor may not read, whatever it is, is withheld.
func readable(ctx context.Context, tx store.Tx, actor access.Actor, in Input) (file bool, err error) {
	withheld := fault.New(fault.Withheld, fault.CodeWithheld)
	if in.Into == string(in.Report) {
		return false, withheld
	}
	ties, err := grant.Relations(ctx, tx, actor, in.Into)
	switch {
	case err != nil:
		return false, err
	case access.May(actor, access.ReportRead, ties...):
		return false, nil
	case access.May(actor, access.CaseRead, ties...):
		return true, nil
	}
	return false, withheld
}

// open tells whether something can be joined to the target, and how far it is.
func (t target) open(ctx context.Context, tx store.Tx) error {
	shut := fault.New(fault.Conflict, "fault.join_closed")
	if t.file {
		c, err := casework.Find(ctx, tx, casework.ID(t.id))
		if err == nil && c.State != casework.Open {
			err = shut
		}
		return err
	}
	kept, _, err := report.Load(ctx, tx, report.ID(t.id))
	if err == nil && kept.State == report.Resolved {
		err = shut
	}
	return err
}

// progress is how far the target is, as the reporter of what is joined to it sees it.
func (t target) progress(ctx context.Context, tx store.Tx) (intake.Progress, error) {
	if t.file {
		return intake.Working, nil
	}
	kept, _, err := report.Load(ctx, tx, report.ID(t.id))
	return triage.Progress(kept), err
}

func (r *Room) join(ctx context.Context, tx store.Tx, by access.Proof, in Input, t target) error {
	kept, _, err := report.Load(ctx, tx, in.Report)
	if err != nil {
		return err
	}
	members, err := report.With(ctx, tx, in.Report)
	if err != nil {
		return err
	}
	there, err := group(ctx, tx, t.id)
	if err != nil {
		return err
	}
	kin, err := group(ctx, tx, string(in.Report))
	if err != nil {
		return err
	}
	return first(
		func() error { return r.Triage.JoinTx(ctx, tx, by, in.Report, t.id, in.Message) },
		func() error { return r.admit(ctx, tx, by, kept, members, t) },
		func() error { return r.share(ctx, tx, by, kin, there) },
		func() error { return r.share(ctx, tx, by, there, kin) },
		func() error { return r.lead(ctx, tx, by, members, t) },
	)
}

// lead hands the mailboxes to whoever has the target, and shows their reporters how far that is.
func (r *Room) lead(ctx context.Context, tx store.Tx, by access.Proof, members []report.ID, t target) error {
	now, err := t.progress(ctx, tx) // it may be back on the desk by now
	if err != nil {
		return err
	}
	for _, one := range members {
		if err := first(
			func() error { return r.Mailbox.Hand(ctx, tx, by, one, t.id) },
			func() error { return intake.SetProgress(ctx, tx, by, one, now) },
		); err != nil {
			return err
		}
	}
	return nil
}

// admit makes the target at least as urgent as the report, and a case have it and all that is joined to it.
func (r *Room) admit(ctx context.Context, tx store.Tx, by access.Proof, kept report.Report, members []report.ID, t target) error {
	if !t.file {
		return r.Triage.AdmitTx(ctx, tx, by, report.ID(t.id), t.latest, kept)
	}
	now, err := triage.Now(ctx, tx, string(kept.ID))
	if err != nil {
		return err
	}
	return r.Casework.AdmitTx(ctx, tx, by, casework.ID(t.id), members, now.Priority)
}

// share keeps each of some subjects from whoever must not know of one of the others.
func (r *Room) share(ctx context.Context, tx store.Tx, by access.Proof, from, to []string) error {
	for _, f := range from {
		for _, t := range to {
			if f == t {
				continue
			}
			users, err := grant.Bring(ctx, tx, by, f, t)
			if err != nil {
				return err
			}
			for _, user := range users {
				if err := r.keptFrom(ctx, tx, by, t, user); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (r *Room) keptFrom(ctx context.Context, tx store.Tx, by access.Proof, subject, user string) error {
	err := r.Triage.KeptFrom(ctx, tx, by, report.ID(subject), user)
	if fault.KindOf(err) == fault.Withheld { // it is no report
		err = r.Casework.KeptFrom(ctx, tx, by, casework.ID(subject), user)
	}
	return err
}

// Undo ends a join: the report is back on the desk, open and unclaimed, with its clocks from the start; what came to the target by it
// goes, but for how urgent that has become. Whoever has joined it may do so within Regret, a supervisor always; another is
// fault.Forbidden "fault.join_regret". A report that is not joined is fault.Conflict "fault.not_joined".
func (r *Room) Undo(ctx context.Context, actor access.Actor, id report.ID) error {
	q := door.Request{Actor: actor, Action: access.ReportJoin, Subject: string(id)}
	return door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		j, holds, err := report.JoinOf(ctx, tx, id)
		switch {
		case err != nil:
			return nil, err
		case !holds:
			return nil, fault.New(fault.Conflict, "fault.not_joined")
		case !MayUndo(actor, j, tx.Now):
			return nil, fault.New(fault.Forbidden, "fault.join_regret")
		}
		return map[string]string{"undone": j.Into}, r.undo(ctx, tx, by, j)
	})
}

// MayUndo tells whether the actor, of those who may join the report, may end the join at a time.
func MayUndo(actor access.Actor, j report.Joined, at time.Time) bool {
	return actor.Supervises() || j.By == actor.ID && at.Before(j.At.Add(Regret))
}

func (r *Room) undo(ctx context.Context, tx store.Tx, by access.Proof, j report.Joined) error {
	there, err := group(ctx, tx, j.Into)
	if err != nil {
		return err
	}
	if err := report.Unjoin(ctx, tx, by, j.Report); err != nil {
		return err
	}
	members, err := report.With(ctx, tx, j.Report)
	if err != nil {
		return err
	}
	for _, one := range members {
		if err := r.Casework.LeaveTx(ctx, tx, by, one); err != nil {
			return err
		}
	}
	if err := part(ctx, tx, by, j.Report, there); err != nil {
		return err
	}
	if err := r.Triage.ReturnTx(ctx, tx, by, j.Report); err != nil {
		return err
	}
	for i, one := range members {
		var to []string
		if i > 0 {
			to = []string{string(j.Report)}
		}
		if err := r.Mailbox.Hand(ctx, tx, by, one, to...); err != nil {
			return err
		}
	}
	return nil
}

// part ends what conflicts of interest have come from a report and all that still belongs to it to what it was joined to, and back.
func part(ctx context.Context, tx store.Tx, by access.Proof, id report.ID, there []string) error {
	kin, err := group(ctx, tx, string(id))
	if err != nil {
		return err
	}
	for _, s := range there {
		if slices.Contains(kin, s) {
			continue
		}
		for _, one := range kin {
			if err := first(
				func() error { return grant.TakeBack(ctx, tx, by, one, s) },
				func() error { return grant.TakeBack(ctx, tx, by, s, one) },
			); err != nil {
				return err
			}
		}
	}
	return nil
}

// group gives everything that belongs to a matter: reports, what they are joined to and what is joined to them, what they were split
// from and into, and cases with their reports. It is for the program itself; nobody is shown it.
func group(ctx context.Context, tx store.Tx, subject string) ([]string, error) {
	all := []string{subject}
	for i := 0; i < len(all); i++ {
		next, err := beside(ctx, tx, all[i])
		if err != nil {
			return nil, err
		}
		for _, one := range next {
			if !slices.Contains(all, one) {
				all = append(all, one)
			}
		}
	}
	return all, nil
}

// beside gives what is tied to a subject directly.
func beside(ctx context.Context, tx store.Tx, subject string) (list []string, err error) {
	joins, err := report.Joins(ctx, tx, subject)
	if err != nil {
		return nil, err
	}
	for _, j := range joins {
		if j.Undone.IsZero() {
			list = append(list, string(j.Report), j.Into)
		}
	}
	splits, err := report.Splits(ctx, tx, report.ID(subject))
	if err != nil {
		return nil, err
	}
	for _, s := range splits { // what was told is there also when a split was undone
		list = append(list, string(s.Report), string(s.From))
	}
	cases, err := casework.Of(ctx, tx, report.ID(subject))
	if err != nil {
		return nil, err
	}
	for _, id := range cases {
		list = append(list, string(id))
	}
	told, err := casework.Reports(ctx, tx, casework.ID(subject))
	return append(list, texts(told)...), err
}

func texts(list []report.ID) []string {
	out := make([]string, len(list))
	for i, id := range list {
		out[i] = string(id)
	}
	return out
}

// first runs the steps one after another and gives the first error.
func first(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
