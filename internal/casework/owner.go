package casework

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/jurisdiction"
	"amparo/internal/store"
	"amparo/internal/task"
	"amparo/internal/triage"
)

// an owner is who is to answer for a case, as somebody chose.
type owner struct {
	user     string
	hold     string // why a supervisor holds it in person; empty for a case manager
	overrule string // why somebody with a full load takes it all the same; a supervisor's alone
}

// owner checks the reasons of a choice.
func (f form) owner(user, hold, overrule string) owner {
	return owner{user, f.text("hold", hold, LongestNote, false), f.text("overrule", overrule, LongestNote, false)}
}

// said adds the reasons that counted to what an event says.
func (o owner) said(overruled bool, said map[string]string) map[string]string {
	said["to"], said["hold"] = o.user, o.hold
	if overruled {
		said["overrule"] = o.overrule
	}
	return said
}

// detail is what the audit log keeps of the choice; its words stay with the case.
func (o owner) detail(overruled bool) map[string]string {
	detail := map[string]string{"manager": o.user}
	if o.hold != "" {
		detail["held_by"] = o.user
	}
	if overruled {
		detail["load_overruled_for"] = o.user
	}
	return detail
}

// settle notes whether the case is held in person now. Whoever holds it has a clock running, to hand it on to a case manager.
func (r *Room) settle(ctx context.Context, tx store.Tx, by access.Proof, c Case, o owner, overruled bool) error {
	since := int64(0)
	if o.hold != "" {
		since = clock.Micro(tx.Now)
	}
	return first(
		func() error { return task.Complete(ctx, tx, by, string(c.ID), triage.TaskAssign) },
		func() error { _, err := tx.Exec(ctx, heldSQL, string(c.ID), since); return err },
		func() error {
			if o.hold == "" {
				return nil
			}
			return r.seek(ctx, tx, by, c, o.user)
		},
		func() error {
			if !overruled {
				return nil
			}
			return overrule(ctx, tx, by, c.ID, o.user)
		},
	)
}

// seek starts the clock of finding a case manager; without a user it is the agency's.
func (r *Room) seek(ctx context.Context, tx store.Tx, by access.Proof, c Case, user string) error {
	due := r.Pack.Targets().Due(jurisdiction.ManagerAssigned, string(c.Priority), tx.Now)
	_, err := task.Start(ctx, tx, by, task.Input{Subject: string(c.ID), Kind: triage.TaskAssign, Owner: user, Agency: c.Agency, Due: due})
	return err
}

// added is how many open cases somebody has more by answering for this one: none when they do already.
func added(c Case, former, user string) int {
	if former == user && c.State == Open {
		return 0
	}
	return 1
}

// matter is what a case manager of the case is looked for.
func (c Case) matter() matter {
	return matter{subject: string(c.ID), agency: c.Agency, area: c.Area, language: c.Language}
}
