package casework

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/match"
	"amparo/internal/report"
	"amparo/internal/ruleset"
	"amparo/internal/store"
	"amparo/internal/task"
)

// AdmitTx makes reports a part of an open case, inside the caller's transaction, and the case at least as urgent as the priority; content
// in which no child is identified makes none more urgent. Its clocks come forward and none is put off. A closed case is fault.Conflict "fault.case_closed".
func (r *Room) AdmitTx(ctx context.Context, tx store.Tx, by access.Proof, id ID, list []report.ID, p ruleset.Priority) error {
	c, err := load(ctx, tx, id)
	if err != nil {
		return err
	}
	if c.State != Open {
		return fault.New(fault.Conflict, "fault.case_closed")
	}
	was := c.Priority
	if !p.Content() && p.MoreUrgent(c.Priority) {
		c.Priority = p
	}
	if _, err := tx.Exec(ctx, urgeSQL, string(id), string(c.Priority)); err != nil {
		return err
	}
	for _, one := range list {
		if err := admit(ctx, tx, by, id, one); err != nil {
			return err
		}
	}
	said := map[string]string{"report": string(list[0])}
	if c.Priority == was {
		return r.event(ctx, tx, by, id, Joined, said)
	}
	said["priority"], said["was"] = string(c.Priority), string(was)
	return first(
		func() error { return r.hasten(ctx, tx, by, c) },
		func() error { return r.Onward.Hastened(ctx, tx, by, id, c.Priority) },
		func() error { return r.event(ctx, tx, by, id, Joined, said) },
	)
}

// admit makes one report a part of a case.
func admit(ctx context.Context, tx store.Tx, by access.Proof, id ID, one report.ID) error {
	if _, err := tx.Exec(ctx, joinSQL, string(id), string(one)); err != nil {
		return err
	}
	return match.Placed(ctx, tx, by, string(one))
}

// hasten brings the open tasks of a case forward to what its priority asks for from now on.
func (r *Room) hasten(ctx context.Context, tx store.Tx, by access.Proof, c Case) error {
	dues := append(FirstClocks(r.Pack.Targets(), c.Priority, tx.Now), task.Input{Kind: TaskReview, Due: r.reviewDue(c.Priority, tx.Now)})
	open, err := task.OpenFor(ctx, tx, string(c.ID))
	if err != nil {
		return err
	}
	runs := map[task.Kind]bool{}
	for _, t := range open {
		runs[t.Kind] = true
	}
	for _, in := range dues {
		if !runs[in.Kind] {
			continue // it was done, and is not asked for again
		}
		in.Subject = string(c.ID)
		if _, err := task.Start(ctx, tx, by, in); err != nil {
			return err
		}
	}
	return nil
}

// LeaveTx takes a report out of every case that it is part of, inside the caller's transaction. How urgent these are stays: only a
// person lowers that.
func (r *Room) LeaveTx(ctx context.Context, tx store.Tx, by access.Proof, one report.ID) error {
	list, err := Of(ctx, tx, one)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, leaveSQL, string(one)); err != nil {
		return err
	}
	if err := match.Placed(ctx, tx, by, string(one)); err != nil {
		return err
	}
	for _, id := range list {
		c, err := load(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, urgeSQL, string(id), string(c.Priority)); err != nil {
			return err
		}
		if err := r.event(ctx, tx, by, id, Left, map[string]string{"report": string(one)}); err != nil {
			return err
		}
	}
	return nil
}

// Of gives the cases that a report is part of, for whoever works out what belongs together; nobody is shown them by it.
func Of(ctx context.Context, tx store.Tx, one report.ID) (list []ID, err error) {
	err = tx.Each(ctx, ofSQL, []any{string(one)}, func(scan func(...any) error) error {
		var id ID
		err := scan(&id)
		list = append(list, id)
		return err
	})
	return list, err
}

// Reports gives the reports of a case, for the same.
func Reports(ctx context.Context, tx store.Tx, id ID) ([]report.ID, error) {
	return reports(ctx, tx, id)
}
