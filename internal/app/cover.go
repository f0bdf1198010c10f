package app

import (
	"context"
	"slices"
	"time"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/grant"
	"amparo/internal/identity"
	"amparo/internal/rota"
	"amparo/internal/store"
	"amparo/internal/task"
)

// coverJob is the job that gives whoever covers for a case manager the open cases of that one, for as long as the absence lasts. What
// it has given is told apart from all else by its name.
const coverJob = "rota.cover"

// cover gives and takes back what covers work on, and gives the number of changes. Each is a transaction and an audit entry of
// its own: a case that cannot be given holds up no other.
func (r *rooms) cover(ctx context.Context, s *store.Store) (changes int, err error) {
	actor := access.System(coverJob)
	var give, end []grant.CoWork
	err = s.Read(ctx, func(tx store.Tx) error {
		by, err := access.Own(actor, access.CaseAssign)
		if err != nil {
			return err
		}
		have, err := grant.CoWorkers(ctx, tx, by)
		if err != nil {
			return err
		}
		want, err := r.covered(ctx, tx)
		give, end = without(want, have), without(have, want)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, c := range give {
		if err := r.turn(ctx, s, actor, c, "cover", grant.Give); err != nil {
			return changes, err
		}
		changes++
	}
	for _, c := range end {
		if err := r.turn(ctx, s, actor, c, "cover_ended", grant.End); err != nil {
			return changes, err
		}
		changes++
	}
	return changes, nil
}

// turn gives or ends one grant.
func (r *rooms) turn(ctx context.Context, s *store.Store, actor access.Actor, c grant.CoWork, what string,
	do func(ctx context.Context, tx store.Tx, by access.Proof, subject, grantee string, relation access.Relation) error) error {
	q := door.Request{Actor: actor, Action: access.CaseAssign, Subject: c.Subject}
	return door.Do(ctx, s, q, func(ctx context.Context, tx store.Tx, by access.Proof) (map[string]string, error) {
		return map[string]string{"what": what, "user": c.User}, do(ctx, tx, by, c.Subject, c.User, access.CoWorker)
	})
}

// covered gives the cases that covers are to work on now: the open ones of every case manager who is away. Somebody who must not know of
// a case, or lacks what a case manager has to hold, is not given it.
func (r *rooms) covered(ctx context.Context, tx store.Tx) (list []grant.CoWork, err error) {
	gone, err := rota.Away(ctx, tx, tx.Now)
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	users, err := r.people.Colleagues(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	for _, owner := range users {
		who := gone.StandIn(string(owner.ID), tx.Now)
		i := slices.IndexFunc(users, func(u identity.User) bool { return string(u.ID) == who })
		if i < 0 || users[i].ID == owner.ID {
			continue
		}
		if !r.mayCover(users[i], tx.Now) {
			continue
		}
		cases, err := openCases(ctx, tx, owner)
		if err != nil {
			return nil, err
		}
		for _, subject := range cases {
			hidden, err := grant.Excluded(ctx, tx, subject, who)
			if err != nil {
				return nil, err
			}
			if !hidden {
				list = append(list, grant.CoWork{Subject: subject, User: who})
			}
		}
	}
	return list, nil
}

// mayCover tells whether somebody can be given the cases of another.
func (r *rooms) mayCover(u identity.User, at time.Time) bool {
	missing, expired, _ := u.Short(r.pack.RequiredQualifications(string(access.CaseManager)), at, 0)
	return access.May(u.Actor(), access.CaseRecord, access.CoWorker) && len(missing)+len(expired) == 0
}

// openCases are the cases of a case manager in which something is still to be done.
func openCases(ctx context.Context, tx store.Tx, owner identity.User) (list []string, err error) {
	managers, err := grant.Holders(ctx, tx, owner.Actor(), access.CaseRead, access.Manager)
	for subject, user := range managers {
		if user != string(owner.ID) {
			continue
		}
		open, err := task.OpenFor(ctx, tx, subject)
		if err != nil {
			return nil, err
		}
		if len(open) > 0 {
			list = append(list, subject)
		}
	}
	slices.Sort(list)
	return list, err
}

// without gives what is in a list and not in another.
func without(list, other []grant.CoWork) []grant.CoWork {
	return slices.DeleteFunc(slices.Clone(list), func(c grant.CoWork) bool { return slices.Contains(other, c) })
}
