package identity

import (
	"context"
	"errors"

	"amparo/internal/access"
	"amparo/internal/fault"
	"amparo/internal/ident"
	"amparo/internal/store"
)

// AddUserInput is a user to add. Name, DisplayName, Agency and at least one role must be given.
type AddUserInput struct {
	Name           string // 2 to 40 of a-z, 0-9, "." and "-", beginning with a letter; capitals are folded
	DisplayName    string
	KnownNames     []string // other names, for conflicts of interest
	Email          string   // where notices go; may be empty
	Agency         AgencyID
	Roles          []access.Role
	Languages      []string // BCP 47, the preferred first
	Qualifications []Qualification

	// What follows is for the console only: demonstration, tests, a first administrator. Anybody else is refused.

	Password     string // the password to begin with, instead of a drawn one
	Settled      bool   // Password need not be changed; it must then pass PasswordCheck
	SecondFactor string // base 32 secret of a second factor that is enrolled already
}

func (in AddUserInput) chosen() bool { return in.Password != "" || in.Settled || in.SecondFactor != "" }

// An AddedUser is a new user with the one-time password to hand over. It is shown here and never again.
type AddedUser struct {
	ID       UserID
	Password string
}

// AddUser adds a user who must change the password and enrol a second factor at the first sign-in. It needs
// access.UserWrite. A name that is taken is a Conflict fault, "fault.name_taken"; an agency that is not there is Invalid.
func (r *Room) AddUser(ctx context.Context, actor access.Actor, in AddUserInput) (AddedUser, error) {
	id := ident.New[UserID](r.c.Clock.Now())
	d := deed{actor: actor, action: access.UserWrite, what: "add_user", subjects: on(id)}
	if err := r.may(ctx, d); err != nil {
		return AddedUser{}, err
	}
	in, err := in.valid()
	if err == nil {
		err = in.allowed(actor)
	}
	if err != nil {
		return AddedUser{}, r.refuse(ctx, d, err)
	}
	if in.Password == "" {
		in.Password = oneTimePassword()
	}
	row, err := r.newUser(ctx, id, in)
	if err != nil {
		return AddedUser{}, err
	}
	err = r.write(ctx, d, func(tx store.Tx) error { return addUser(ctx, tx, row) })
	if err != nil {
		return AddedUser{}, err
	}
	return AddedUser{ID: id, Password: in.Password}, nil
}

// allowed refuses secrets that an administrator would know of somebody else, and a weak lasting password.
func (in AddUserInput) allowed(actor access.Actor) error {
	if in.chosen() && actor.Kind != access.Operator {
		return fault.New(fault.Forbidden, fault.CodeForbidden)
	}
	if in.Settled {
		return PasswordCheck(in.Password, in.Name, in.DisplayName)
	}
	return nil
}

// newUser hashes and seals what may not be stored in clear.
func (r *Room) newUser(ctx context.Context, id UserID, in AddUserInput) (newUser, error) {
	n := newUser{id: id, in: in, once: !in.Settled}
	if n.once {
		n.passwordEnds = r.c.Clock.Now().Add(r.c.OneTimeLife)
	}
	prepared, err := prepare(in.Password)
	if err != nil {
		return n, err
	}
	if n.password, err = r.hash.make(ctx, prepared); err != nil {
		return n, err
	}
	if n.email, err = r.seal(ctx, emailColumn, string(id), in.Email); err != nil {
		return n, err
	}
	n.totp, err = r.seal(ctx, factorColumn, string(id), in.SecondFactor)
	return n, err
}

// The columns that sealed values are bound to.
const (
	emailColumn   = "user_account.email"
	factorColumn  = "user_account.totp"
	passageColumn = "session.totp"
)

// seal seals a text, and leaves nothing when there is nothing.
func (r *Room) seal(ctx context.Context, column, row, plain string) ([]byte, error) {
	if plain == "" {
		return nil, nil
	}
	return r.c.Sealer.Seal(ctx, column, row, []byte(plain))
}

func addUser(ctx context.Context, tx store.Tx, n newUser) error {
	var agencies int
	if err := tx.One(ctx, oneAgencySQL, []any{string(n.in.Agency)}, &agencies); err != nil {
		return err
	}
	if agencies == 0 {
		return fault.New(fault.Invalid, "fault.user").With("agency", "fault.agency_unknown")
	}
	err := insertUser(ctx, tx, n)
	if errors.Is(err, store.ErrUnique) {
		return fault.Wrap(err, fault.Conflict, "fault.name_taken").With("name", "fault.name_taken")
	}
	return err
}
