package identity

import (
	"context"
	"encoding/json"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/store"
)

// PasswordInput is the password that a user chooses instead of a one-time one, for the passage of the token.
type PasswordInput struct {
	Token    string
	Password string
}

// SetPassword replaces the one-time password of a passage at StepPassword, and ends the user's other sessions. A password
// that does not pass PasswordCheck, or is the old one, is Invalid with the field "password".
func (r *Room) SetPassword(ctx context.Context, in PasswordInput) (Passage, error) {
	p, err := r.at(ctx, in.Token, StepPassword)
	if err != nil {
		return Passage{}, err
	}
	d := self(p.id, "set_password")
	hashed, err := r.chosen(ctx, p.account, in.Password)
	if err != nil {
		return Passage{}, r.refuse(ctx, d, err)
	}
	var out Passage
	err = r.write(ctx, d, func(tx store.Tx) error {
		now, err := again(ctx, tx, p)
		if err != nil {
			return err
		}
		if err := replacePassword(ctx, tx, p.id, hashed, p.session); err != nil {
			return err
		}
		now.once = false
		if out, err = r.advance(ctx, tx, now); err != nil || out.Step != StepDone {
			return err
		}
		return recordStep(ctx, tx, self(p.id, "sign_in"), out)
	})
	return out, err
}

// ChangePasswordInput is a signed-in user's change of password. Session is the one in use: it stays.
type ChangePasswordInput struct {
	Session  SessionID
	Current  string
	Password string
}

// ChangePassword changes one's own password and ends one's other sessions. It needs access.OwnAccount. A wrong current
// password is Invalid with the field "current", and counts as a try to sign in.
func (r *Room) ChangePassword(ctx context.Context, actor access.Actor, in ChangePasswordInput) error {
	d := deed{actor: actor, action: access.OwnAccount, what: "change_password", subjects: on(actor.ID)}
	if err := r.may(ctx, d); err != nil {
		return err
	}
	a, err := r.tryOwn(ctx, UserID(actor.ID))
	if err != nil {
		return err
	}
	right, err := r.right(ctx, a, in.Current)
	if err != nil {
		return err
	}
	if !right {
		wrong := fault.New(fault.Invalid, "fault.password").With("current", "fault.password_current")
		return r.refuseTry(ctx, d, wrong)
	}
	hashed, err := r.chosen(ctx, a, in.Password)
	if err != nil {
		return r.refuse(ctx, d, err)
	}
	return r.write(ctx, d, func(tx store.Tx) error {
		now, err := readAccount(ctx, tx, accountByIDSQL, string(a.id))
		if err != nil {
			return err
		}
		if now.password != a.password || !now.active {
			return fault.New(fault.Conflict, fault.CodeStale)
		}
		if err := forget(ctx, tx, a.name); err != nil {
			return err
		}
		return replacePassword(ctx, tx, a.id, hashed, in.Session)
	})
}

// tryOwn reads one's own account, counting a try of its name.
func (r *Room) tryOwn(ctx context.Context, id UserID) (account, error) {
	var a account
	err := r.c.Store.Read(ctx, func(tx store.Tx) (err error) {
		a, err = readAccount(ctx, tx, accountByIDSQL, string(id))
		return err
	})
	if err != nil {
		return a, err
	}
	if !a.active {
		return a, errEnded()
	}
	return r.try(ctx, a.name)
}

// chosen checks a new password and gives its stored form.
func (r *Room) chosen(ctx context.Context, a account, password string) (string, error) {
	names := []string{}
	if err := json.Unmarshal([]byte(a.known), &names); err != nil {
		return "", err
	}
	wrong := fault.New(fault.Invalid, "fault.password")
	if err := PasswordCheck(password, append(names, a.name, a.display)...); err != nil {
		return "", wrong.With("password", fault.CodeOf(err), flat(fault.Params(err))...)
	}
	same, err := r.right(ctx, a, password)
	if err != nil {
		return "", err
	}
	if same {
		return "", wrong.With("password", "fault.password_same")
	}
	prepared, err := prepare(password)
	if err != nil {
		return "", err
	}
	return r.hash.make(ctx, prepared)
}

// flat gives parameters as name, value, name, value.
func flat(params map[string]any) []any {
	var list []any
	for name, value := range params {
		list = append(list, name, value)
	}
	return list
}

// replacePassword stores a chosen password and ends all sessions of the user but one.
func replacePassword(ctx context.Context, tx store.Tx, id UserID, hashed string, keep SessionID) error {
	if _, err := tx.Exec(ctx, setPasswordSQL, string(id), hashed, false, 0); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, endSessionsSQL, string(id), string(keep))
	return err
}
