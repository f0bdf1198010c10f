package identity

import (
	"context"

	"amparo/internal/access"
	"amparo/internal/clock"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// SetRolesInput gives a user other roles. Version is User.Version as it was read; a stale one is a Conflict.
type SetRolesInput struct {
	User    UserID
	Roles   []access.Role
	Version int64
}

// SetRoles replaces the user's roles; open sessions have the new ones at once. It needs access.UserWrite. Nobody
// changes their own roles, and the last active administrator stays one. Whoever answers for open cases that these roles do not
// fit keeps the roles: fault.Conflict "fault.owns_cases" with Count, until the cases are handed over. Deactivate asks nothing
// of the kind: it must be possible at once.
func (r *Room) SetRoles(ctx context.Context, actor access.Actor, in SetRolesInput) error {
	d := deed{actor: actor, action: access.UserWrite, what: "set_roles", subjects: on(in.User)}
	if err := r.mayOther(ctx, d, in.User); err != nil {
		return err
	}
	list, ok := validRoles(in.Roles)
	if !ok {
		return r.refuse(ctx, d, fault.New(fault.Invalid, "fault.user").With("roles", "fault.roles"))
	}
	return r.write(ctx, d, func(tx store.Tx) error {
		u, err := one(ctx, tx, in.User)
		if err != nil {
			return err
		}
		if u.Version != in.Version {
			return fault.New(fault.Conflict, fault.CodeStale)
		}
		if !(access.Actor{Roles: list}).Has(access.Administrator) {
			if err := notLast(ctx, tx, u); err != nil {
				return err
			}
		}
		if err := r.freeOf(ctx, tx, u, list); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deleteRolesSQL, string(u.ID)); err != nil {
			return err
		}
		if err := insertRoles(ctx, tx, u.ID, list); err != nil {
			return err
		}
		return touch(ctx, tx, u.ID)
	})
}

// freeOf refuses when the user answers for something that somebody with the roles cannot. Who is not active answers for nothing.
func (r *Room) freeOf(ctx context.Context, tx store.Tx, u User, roles []access.Role) error {
	if r.c.Owned == nil || !u.Active {
		return nil
	}
	n, err := r.c.Owned(ctx, tx, string(u.ID), roles)
	if err == nil && n > 0 {
		err = fault.New(fault.Conflict, "fault.owns_cases", "Count", n).With("roles", "fault.owns_cases", "Count", n)
	}
	return err
}

// Deactivate ends a user's sessions and lets the user sign in no more. What the user did stays on record. It needs
// access.UserWrite. The last active administrator cannot be deactivated. Doing it again changes nothing.
func (r *Room) Deactivate(ctx context.Context, actor access.Actor, id UserID) error {
	d := deed{actor: actor, action: access.UserWrite, what: "deactivate", subjects: on(id)}
	if err := r.may(ctx, d); err != nil {
		return err
	}
	return r.write(ctx, d, func(tx store.Tx) error {
		u, err := one(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := notLast(ctx, tx, u); err != nil {
			return err
		}
		return setActive(ctx, tx, u.ID, false)
	})
}

// Reactivate lets a deactivated user sign in again, with the password and second factor of before. It needs
// access.UserWrite.
func (r *Room) Reactivate(ctx context.Context, actor access.Actor, id UserID) error {
	d := deed{actor: actor, action: access.UserWrite, what: "reactivate", subjects: on(id)}
	if err := r.mayOther(ctx, d, id); err != nil {
		return err
	}
	return r.write(ctx, d, func(tx store.Tx) error {
		if _, err := one(ctx, tx, id); err != nil {
			return err
		}
		return setActive(ctx, tx, id, true)
	})
}

// ResetPassword gives a user a new one-time password, which is returned to be handed over, ends all the user's
// sessions, and frees the name from waiting. The second factor stays. It needs access.UserWrite; one's own password is
// changed with ChangePassword.
func (r *Room) ResetPassword(ctx context.Context, actor access.Actor, id UserID) (string, error) {
	d := deed{actor: actor, action: access.UserWrite, what: "reset_password", subjects: on(id)}
	if err := r.mayOther(ctx, d, id); err != nil {
		return "", err
	}
	password := oneTimePassword()
	hashed, err := r.hash.make(ctx, password)
	if err != nil {
		return "", err
	}
	err = r.write(ctx, d, func(tx store.Tx) error {
		u, err := one(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, setPasswordSQL, string(id), hashed, true, clock.Micro(tx.Now.Add(r.c.OneTimeLife))); err != nil {
			return err
		}
		if err := forget(ctx, tx, u.Name); err != nil {
			return err
		}
		return touchAndEnd(ctx, tx, id)
	})
	if err != nil {
		return "", err
	}
	return password, nil
}

// ResetSecondFactor forgets a user's second factor, for one whose device is lost, and ends all the user's sessions; the
// next sign-in enrols a new one. It needs access.UserWrite, and cannot be done to oneself. Who stands before the
// administrator should be known to be who they say: after this the password alone lets them in.
func (r *Room) ResetSecondFactor(ctx context.Context, actor access.Actor, id UserID) error {
	d := deed{actor: actor, action: access.UserWrite, what: "reset_second_factor", subjects: on(id)}
	if err := r.mayOther(ctx, d, id); err != nil {
		return err
	}
	return r.write(ctx, d, func(tx store.Tx) error {
		if _, err := one(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, setFactorSQL, string(id), nil, 0); err != nil {
			return err
		}
		return touchAndEnd(ctx, tx, id)
	})
}

// QualificationInput records a qualification of a user.
type QualificationInput struct {
	User UserID
	Qualification
}

// AddQualification records a qualification. One of the same code is replaced, so an early end is recorded by adding it
// again with that end. It needs access.UserWrite; nobody vouches for themselves.
func (r *Room) AddQualification(ctx context.Context, actor access.Actor, in QualificationInput) error {
	d := deed{actor: actor, action: access.UserWrite, what: "add_qualification", subjects: on(in.User)}
	if err := r.mayOther(ctx, d, in.User); err != nil {
		return err
	}
	if !in.valid() {
		return r.refuse(ctx, d, fault.New(fault.Invalid, "fault.qualification").With("qualification", "fault.qualification"))
	}
	d.what += ":" + in.Code
	return r.write(ctx, d, func(tx store.Tx) error {
		if _, err := one(ctx, tx, in.User); err != nil {
			return err
		}
		if err := upsertQualification(ctx, tx, in.User, in.Qualification); err != nil {
			return err
		}
		return touch(ctx, tx, in.User)
	})
}

// mayOther decides like may, and refuses what nobody may do to themselves.
func (r *Room) mayOther(ctx context.Context, d deed, id UserID) error {
	if err := r.may(ctx, d); err != nil {
		return err
	}
	if d.actor.Kind == access.Staff && d.actor.ID == string(id) {
		return r.refuse(ctx, d, fault.New(fault.Forbidden, "fault.not_oneself"))
	}
	return nil
}

// one reads the user, active or not; Withheld when there is none.
func one(ctx context.Context, tx store.Tx, id UserID) (User, error) {
	list, err := users(ctx, tx, which{id: id, inactive: true})
	if err == nil && (id == "" || len(list) != 1) {
		err = fault.New(fault.Withheld, fault.CodeWithheld)
	}
	if err != nil {
		return User{}, err
	}
	return list[0], nil
}

// notLast refuses when the user is the only active administrator.
func notLast(ctx context.Context, tx store.Tx, u User) error {
	if !u.Active || !u.Actor().Has(access.Administrator) {
		return nil
	}
	var others int
	if err := tx.One(ctx, administratorSQL, []any{string(access.Administrator), string(u.ID)}, &others); err != nil {
		return err
	}
	if others == 0 {
		return fault.New(fault.Conflict, "fault.last_administrator")
	}
	return nil
}

func setActive(ctx context.Context, tx store.Tx, id UserID, active bool) error {
	if _, err := tx.Exec(ctx, activateSQL, string(id), active); err != nil {
		return err
	}
	if active {
		return touch(ctx, tx, id)
	}
	return touchAndEnd(ctx, tx, id)
}

func touch(ctx context.Context, tx store.Tx, id UserID) error {
	_, err := tx.Exec(ctx, touchUserSQL, string(id))
	return err
}

func touchAndEnd(ctx context.Context, tx store.Tx, id UserID) error {
	if err := touch(ctx, tx, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, endSessionsSQL, string(id), "")
	return err
}
