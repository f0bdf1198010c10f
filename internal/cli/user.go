package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"amparo/internal/access"
	"amparo/internal/app"
	"amparo/internal/config"
	"amparo/internal/identity"
)

// user are the commands about the people who work here.
type user struct {
	Add          userAdd          `cmd:"" help:"Add somebody, and print the one-time password to hand over."`
	List         userList         `cmd:"" help:"List everybody."`
	Password     userPassword     `cmd:"" help:"Give somebody a new one-time password, and print it."`
	SecondFactor userSecondFactor `cmd:"" name:"second-factor" help:"Forget somebody's authenticator app, when the device is lost; the next sign-in asks for a new one."`
	Qualify      userQualify      `cmd:"" help:"Record a qualification."`
	Deactivate   userDeactivate   `cmd:"" help:"Let somebody sign in no more."`
	Reactivate   userReactivate   `cmd:"" help:"Let somebody sign in again."`
}

type userAdd struct {
	config.Data
	Name     string   `arg:"" help:"The name to sign in with: a to z, 0 to 9, dot and dash."`
	Display  string   `help:"The name that colleagues read." required:""`
	Known    []string `help:"Other names that a reporter may know them by." sep:";"`
	Agency   string   `help:"The code of the agency, as the pack has it." required:""`
	Role     []string `help:"duty_officer, case_manager, supervisor, administrator or auditor; several with commas." required:""`
	Language []string `help:"The languages they read, the preferred first."`
	Email    string   `help:"Where notices go. They say that something waits, and nothing else."`
	JSON     bool     `name:"json" help:"Tell it as JSON."`
}

// Run adds the user.
func (c *userAdd) Run(ctx context.Context, t *terminal) error {
	in := identity.AddUserInput{Name: c.Name, DisplayName: c.Display, KnownNames: c.Known, Agency: identity.AgencyID(c.Agency),
		Languages: c.Language, Email: c.Email}
	for _, role := range c.Role {
		if !slices.Contains(access.Roles, access.Role(role)) {
			return tell("%q is not a role; expected some of %s", role, joined(access.Roles))
		}
		in.Roles = append(in.Roles, access.Role(role))
	}
	return app.WithPeople(ctx, c.Data, func(people *identity.Room) error {
		added, err := people.AddUser(ctx, access.Console, in)
		if err != nil {
			return err
		}
		return t.password(c.JSON, c.Name, added.Password)
	})
}

// password tells a one-time password, once.
func (t *terminal) password(asJSON bool, name, password string) error {
	if asJSON {
		return t.json(map[string]string{"name": name, "one_time_password": password})
	}
	fmt.Fprintf(t.out, "%s: one-time password %s\nHand it over in person. It works once and for %d days; then they choose their own.\n",
		name, password, int(identity.OneTimeLife/(24*time.Hour)))
	return nil
}

type userList struct {
	config.Data
	JSON bool `name:"json" help:"Tell it as JSON."`
}

// listed is one user as JSON has it.
type listed struct {
	ID          identity.UserID   `json:"id"`
	Name        string            `json:"name"`
	DisplayName string            `json:"display_name"`
	Agency      identity.AgencyID `json:"agency"`
	Roles       []access.Role     `json:"roles"`
	Active      bool              `json:"active"`
	Enrolled    bool              `json:"second_factor"`
	OneTime     bool              `json:"one_time_password"`
}

// Run prints everybody.
func (c *userList) Run(ctx context.Context, t *terminal) error {
	return app.WithPeople(ctx, c.Data, func(people *identity.Room) error {
		users, err := people.Users(ctx, access.Console)
		if err != nil {
			return err
		}
		list := make([]listed, len(users))
		for i, u := range users {
			list[i] = listed{u.ID, u.Name, u.DisplayName, u.Agency, u.Roles, u.Active, u.Enrolled, u.OneTime}
		}
		if c.JSON {
			return t.json(list)
		}
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		for _, u := range list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", u.Name, u.DisplayName, u.Agency, joined(u.Roles), map[bool]string{true: "active", false: "deactivated"}[u.Active])
		}
		return w.Flush()
	})
}

// one is a command about one user.
type one struct {
	config.Data
	Name string `arg:"" help:"The name that they sign in with."`
}

// do finds the user and does the change.
func (c *one) do(ctx context.Context, change func(people *identity.Room, id identity.UserID) error) error {
	return app.WithPeople(ctx, c.Data, func(people *identity.Room) error {
		users, err := people.Users(ctx, access.Console)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(users, func(u identity.User) bool { return u.Name == strings.ToLower(c.Name) })
		if at < 0 {
			return tell("there is no user %q; run: amparo user list", c.Name)
		}
		return change(people, users[at].ID)
	})
}

type userPassword struct {
	one
	JSON bool `name:"json" help:"Tell it as JSON."`
}

// Run resets the password.
func (c *userPassword) Run(ctx context.Context, t *terminal) error {
	return c.do(ctx, func(people *identity.Room, id identity.UserID) error {
		password, err := people.ResetPassword(ctx, access.Console, id)
		if err != nil {
			return err
		}
		return t.password(c.JSON, c.Name, password)
	})
}

type userSecondFactor struct{ one }

// Run forgets the second factor.
func (c *userSecondFactor) Run(ctx context.Context, t *terminal) error {
	return c.do(ctx, func(people *identity.Room, id identity.UserID) error {
		if err := people.ResetSecondFactor(ctx, access.Console, id); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%s sets up a new authenticator app at the next sign-in\n", c.Name)
		return nil
	})
}

type userQualify struct {
	one
	Code    string `arg:"" help:"The code of the qualification, as the pack has it."`
	Issued  string `help:"From when it counts, as in 2026-01-31; today without it."`
	Expires string `help:"When it ends, as in 2028-01-31; never without it."`
}

// Run records the qualification.
func (c *userQualify) Run(ctx context.Context, t *terminal) error {
	issued, errIssued := day(c.Issued, time.Now().UTC())
	expires, errExpires := day(c.Expires, time.Time{})
	if err := errors.Join(errIssued, errExpires); err != nil {
		return err
	}
	return c.do(ctx, func(people *identity.Room, id identity.UserID) error {
		q := identity.Qualification{Code: c.Code, IssuedAt: issued, ExpiresAt: expires}
		if err := people.AddQualification(ctx, access.Console, identity.QualificationInput{User: id, Qualification: q}); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%s holds %s\n", c.Name, c.Code)
		return nil
	})
}

func day(text string, without time.Time) (time.Time, error) {
	if text == "" {
		return without, nil
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return at, tell("%q is not a day; expected it as in 2026-01-31", text)
	}
	return at, nil
}

type userDeactivate struct{ one }

// Run deactivates.
func (c *userDeactivate) Run(ctx context.Context, t *terminal) error {
	return c.do(ctx, func(people *identity.Room, id identity.UserID) error {
		if err := people.Deactivate(ctx, access.Console, id); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%s can sign in no more\n", c.Name)
		return nil
	})
}

type userReactivate struct{ one }

// Run reactivates.
func (c *userReactivate) Run(ctx context.Context, t *terminal) error {
	return c.do(ctx, func(people *identity.Room, id identity.UserID) error {
		if err := people.Reactivate(ctx, access.Console, id); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%s can sign in again\n", c.Name)
		return nil
	})
}

func joined[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, one := range list {
		words[i] = string(one)
	}
	return strings.Join(words, ", ")
}
