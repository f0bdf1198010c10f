package casework

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/door"
	"amparo/internal/grant"
	"amparo/internal/store"
)

// A Candidate is somebody who might become the case manager. Missing are the codes of the qualifications that they
// lack: with any of them they are refused.
type Candidate struct {
	User    string // a user id
	Name    string
	Missing []string
}

// Candidates gives the case managers of an agency who may know of the subject, by name, with what each lacks. The
// action is access.CaseOpen on a report or access.CaseAssign on a case. Who must not know is left out without a word.
func (r *Room) Candidates(ctx context.Context, actor access.Actor, action access.Action, subject, agency string) (list []Candidate, err error) {
	if _, err := door.See(ctx, r.Store, door.Request{Actor: actor, Action: action, Subject: subject}); err != nil {
		return nil, err
	}
	err = r.Store.Read(ctx, func(tx store.Tx) error {
		list = nil
		all, err := r.Managers(ctx, tx, agency)
		if err != nil {
			return err
		}
		for _, c := range all {
			excluded, err := grant.Excluded(ctx, tx, subject, c.User)
			if err != nil {
				return err
			}
			if excluded {
				continue
			}
			if c.Missing, err = r.Qualified(ctx, tx, c.User); err != nil {
				return err
			}
			list = append(list, c)
		}
		return nil
	})
	return list, err
}
