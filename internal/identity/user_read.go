package identity

import (
	"context"
	"errors"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// Users lists all users by display name, deactivated ones too. It needs access.UserList.
func (r *Room) Users(ctx context.Context, actor access.Actor) ([]User, error) {
	if err := r.may(ctx, deed{actor: actor, action: access.UserList, what: "list_users"}); err != nil {
		return nil, err
	}
	return r.read(ctx, which{inactive: true})
}

// User reads one user. It needs access.UserList, or access.OwnAccount for oneself. One who is not there is Withheld.
func (r *Room) User(ctx context.Context, actor access.Actor, id UserID) (User, error) {
	d := deed{actor: actor, action: access.UserList, what: "read_user", subjects: on(id)}
	if actor.Kind == access.Staff && actor.ID == string(id) {
		d.action = access.OwnAccount
	}
	if err := r.may(ctx, d); err != nil {
		return User{}, err
	}
	list, err := r.read(ctx, which{id: id, inactive: true})
	if err != nil {
		return User{}, err
	}
	if id == "" || len(list) == 0 {
		return User{}, r.refuse(ctx, d, fault.New(fault.Withheld, fault.CodeWithheld))
	}
	return list[0], nil
}

func (r *Room) read(ctx context.Context, w which) (list []User, err error) {
	err = r.c.Store.Read(ctx, func(tx store.Tx) error {
		list, err = users(ctx, tx, w)
		return err
	})
	return list, err
}

// Colleagues reads the active users of an agency by display name, or of all agencies when it is empty: for choosing who
// gets a piece of work, and for matching names before a report is listed. It decides no permission: the caller has.
func (r *Room) Colleagues(ctx context.Context, tx store.Tx, agency AgencyID) ([]User, error) {
	return users(ctx, tx, which{agency: agency})
}

// Address opens the e-mail address of an active user, for a notice; empty when there is none. It needs access.UserList,
// or a job.
func (r *Room) Address(ctx context.Context, actor access.Actor, id UserID) (string, error) {
	d := deed{actor: actor, action: access.UserList, what: "read_address", subjects: on(id)}
	if _, err := access.Own(actor, d.action); err != nil {
		if err := r.may(ctx, d); err != nil {
			return "", err
		}
	}
	var sealed []byte
	err := r.c.Store.Read(ctx, func(tx store.Tx) error { return tx.One(ctx, emailSQL, []any{string(id)}, &sealed) })
	if errors.Is(err, store.ErrNoRow) {
		return "", fault.Wrap(err, fault.Withheld, fault.CodeWithheld)
	}
	if err != nil || sealed == nil {
		return "", err
	}
	plain, err := r.c.Sealer.Open(ctx, emailColumn, string(id), sealed)
	return string(plain), err
}
