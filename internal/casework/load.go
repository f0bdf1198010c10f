package casework

import (
	"context"
	"slices"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/door"
	"amparo/internal/fault"
	"amparo/internal/jurisdiction"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// A Load is what somebody answers for: open cases, and the points that these weigh by their priority. Limits are the country's.
type Load struct {
	Cases  int
	Points float64
	Limits jurisdiction.Caseload
}

// Warn tells whether the load is heavy: who chooses should look for somebody else first.
func (l Load) Warn() bool {
	return l.Cases >= l.Limits.WarnCases || l.Points >= l.Limits.WarnPoints
}

// Full tells whether so many more cases are too many, unless a supervisor says why they are not.
func (l Load) Full(more int) bool { return l.Cases+more > l.Limits.MostCases }

// an owned is an open case with who answers for it; empty when nobody does.
type owned struct {
	Case
	owner    string
	excluded bool // the owner must not know of it
}

// ownedBy gives the open cases of a user, of all users when it is empty; only that of the case when one is given; without those of
// which the reader, when one is given, must not know.
func ownedBy(ctx context.Context, tx store.Tx, user string, only ID, reader string) (list []owned, err error) {
	err = tx.Each(ctx, ownedSQL, []any{user, string(only), reader}, func(scan func(...any) error) error {
		var o owned
		var held int64
		var conflicts int
		err := scan(&o.ID, &o.Priority, &o.Agency, &held, &o.owner, &conflicts)
		o.State, o.Held, o.excluded = Open, clock.FromMicro(held), conflicts > 0
		list = append(list, o)
		return err
	})
	return list, err
}

// load gives what somebody answers for, without what the reader must not know of.
func (r *Room) load(ctx context.Context, tx store.Tx, user, reader string) (Load, error) {
	l := Load{Limits: r.Pack.Caseload()}
	list, err := ownedBy(ctx, tx, user, "", reader)
	for _, o := range list {
		l.Cases, l.Points = l.Cases+1, l.Points+l.Limits.Points[string(o.Priority)]
	}
	return l, err
}

// Owned counts the open cases of a user that somebody with these roles cannot answer for: all of them when none are given. It
// decides no permission: the caller has.
func Owned(ctx context.Context, tx store.Tx, user string, roles []access.Role) (n int, err error) {
	list, err := ownedBy(ctx, tx, user, "", "")
	c := Colleague{Actor: access.Actor{ID: user, Roles: roles}}
	for _, o := range list {
		if !o.excluded && !c.keeps(o) {
			n++
		}
	}
	return n, err
}

// overrule records that somebody may have a case beyond what one person carries. It is done once for each case and person.
func overrule(ctx context.Context, tx store.Tx, by access.Proof, id ID, manager string) error {
	rows, err := tx.Exec(ctx, overruleSQL, string(id), manager, by.Actor().ID, clock.Micro(tx.Now))
	if err == nil && rows == 0 {
		err = fault.New(fault.Conflict, "fault.load_overruled").With("manager", "fault.load_overruled")
	}
	return err
}

// Orphans counts the open cases without a case manager who is there and may know of them, given the active people. It decides
// no permission: the caller has.
func Orphans(ctx context.Context, tx store.Tx, active []Colleague) (int, error) {
	list, err := orphans(ctx, tx, active, "")
	return len(list), err
}

func orphans(ctx context.Context, tx store.Tx, active []Colleague, only ID) (lost []owned, err error) {
	known := map[string]Colleague{}
	for _, c := range active {
		known[c.ID] = c
	}
	list, err := ownedBy(ctx, tx, "", only, "")
	for _, o := range list {
		if !known[o.owner].keeps(o) {
			lost = append(lost, o)
		}
	}
	return lost, err
}

// orphans gives all such cases or, when one is given, that one if it is among them.
func (r *Room) orphans(ctx context.Context, tx store.Tx, only ID) ([]owned, error) {
	active, err := r.People(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	return orphans(ctx, tx, active, only)
}

// SeekManagers starts the clock of finding a case manager for every open case that has none who is there and may know of it,
// and gives their number. The actor is a job. A clock that runs already is left as it is.
func (r *Room) SeekManagers(ctx context.Context, actor access.Actor) (started int, err error) {
	var lost []owned
	if err := r.Store.Read(ctx, func(tx store.Tx) (err error) { lost, err = r.orphans(ctx, tx, ""); return err }); err != nil {
		return 0, err
	}
	for _, o := range lost {
		var sought bool
		err := r.Store.Read(ctx, func(tx store.Tx) (err error) { sought, err = isSought(ctx, tx, o.ID); return err })
		if err != nil {
			return started, err
		}
		if sought {
			continue
		}
		q := door.Request{Actor: actor, Action: access.CaseAssign, Subject: string(o.ID)}
		err = door.Do(ctx, r.Store, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
			return nil, r.reseek(ctx, tx, by, o)
		})
		if err != nil {
			return started, err
		}
		started++
	}
	return started, nil
}

// isSought tells whether the clock of finding a case manager runs.
func isSought(ctx context.Context, tx store.Tx, id ID) (bool, error) {
	open, err := task.OpenFor(ctx, tx, string(id))
	return slices.ContainsFunc(open, func(t task.Task) bool { return t.Kind == triage.TaskAssign }), err
}

// seekNow starts that clock for the agency unless it runs.
func (r *Room) seekNow(ctx context.Context, tx store.Tx, by access.Proof, c Case) error {
	sought, err := isSought(ctx, tx, c.ID)
	if err != nil || sought {
		return err
	}
	return r.seek(ctx, tx, by, c, "")
}

// reseek starts the clock of a case that still has no case manager.
func (r *Room) reseek(ctx context.Context, tx store.Tx, by access.Proof, o owned) error {
	now, err := r.orphans(ctx, tx, o.ID)
	if err != nil || len(now) == 0 {
		return err // somebody has it by now
	}
	return r.seekNow(ctx, tx, by, o.Case)
}
